"""State, NonState and Forum: views on rows of the world that act by the rules' own functions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forumsim import Forum, ForumModel, InputError, NonState, State
from forumsim.core.terms import Event, Kind, Status
from forumsim.running.model.explain import UTILITY_TERMS, WORTH_TERMS


@pytest.fixture
def model():
    model = ForumModel("two_blocs", steps=40, rng=11, polarisation=0.5)
    for _ in range(4):
        model.step()
    return model


def events(model, kind):
    log = model.world.log()
    return log[log["kind"] == kind]


def outsider(model):
    """A state and a forum that would admit it and in which it is not."""
    for forum in model.forums:
        for state in model.agents_by_type[State]:
            if forum not in state.memberships and state.admitted_to(forum):
                return state, forum
    raise AssertionError("everybody is everywhere")


# --- who there is ---------------------------------------------------------------------------------------------------


def test_every_actor_and_live_forum_is_an_agent(model):
    kinds = model.agents_by_type
    assert len(kinds[State]) == (model.world.kind == Kind.STATE).sum()
    assert len(kinds[NonState]) == (model.world.kind == Kind.NONSTATE).sum()
    assert set(kinds[Forum]) == set(model.forums)
    assert len(model.agents) == model.world.actors + len(model.forums)
    assert [actor.id for actor in model.actors] == list(model.scenario.actor_ids)


def test_founded_forums_become_agents_and_dead_ones_leave():
    model = ForumModel("two_blocs", steps=60, rng=2, lifecycle_hazard=0.05, founding_poisson=0.5)
    ever = set(model.forums)
    for _ in range(60):
        model.step()
        live = {model.scenario.forum_ids[f] for f in np.flatnonzero(model.world.live())}
        assert {agent.id for agent in model.agents if isinstance(agent, Forum)} == live
        ever |= set(model.forums)
    assert any(forum.id.startswith("founded_") for forum in ever)
    ended = [forum for forum in ever if forum not in model.agents]
    assert ended
    assert all(forum.status in ("dissolved", "merged") and forum.members == [] for forum in ended)
    assert all(model.forum(forum.id) is forum for forum in ended)


def test_looking_up(model):
    actor, forum = model.actors[3], model.forums[1]
    assert model.actor(actor.id) is model.actor(3) is model.actor(actor) is actor
    assert model.forum(forum.id) is model.forum(forum.row) is forum
    assert repr(actor) == f"<State {actor.id}>"
    with pytest.raises(InputError, match="did you mean 'west_major'"):
        model.actor("west_mayor")
    with pytest.raises(InputError, match="did you mean"):
        model.forum("universal_civill")
    with pytest.raises(InputError, match="has not opened yet"):
        model.forum("founded_20")
    with pytest.raises(InputError, match="of this model"):
        ForumModel(rng=1).actor(actor)
    with pytest.raises(InputError, match="forum of this model"):
        model.forum(actor)


# --- reading --------------------------------------------------------------------------------------------------------


def test_properties_read_the_rows(model):
    world, names = model.world, model.scenario
    for actor in model.actors:
        i = actor.row
        assert actor.name == names.actor_names[i]
        assert actor.power == world.power[i]
        assert np.array_equal(actor.position, world.position[i])
        assert np.array_equal(actor.salience, world.salience[i])
        assert actor.kind == ("state" if isinstance(actor, State) else "nonstate")
        assert actor.bloc in (*names.blocs, None)
        assert actor.trust_in(model.actors[i - 1]) == world.trust[i, i - 1]
        assert [forum.row for forum in actor.memberships] == list(np.flatnonzero(world.member[:, i] & world.live()))
        assert sum(actor.attention_to(forum) for forum in actor.memberships) == pytest.approx(
            1.0 if actor.memberships and actor.focal else 0.0
        )
    for forum in model.forums:
        f = forum.row
        assert forum.legalization == world.legalization[f]
        assert [member.row for member in forum.members] == list(np.flatnonzero(world.member[f]))
        assert forum.reach == pytest.approx(sum(member.power for member in forum.members))
        assert forum.status in ("alive", "dormant")
        assert set(forum.charter) == set(forum.mandate) <= set(names.issues)
        assert (forum.mode, forum.admission, forum.form, forum.decision) != ("", "", "", "")
        assert forum.founder is None or forum.founder.row == world.founder[f]
        assert forum.parent is None or forum.parent.row == world.parent[f]


def test_arrays_that_are_read_are_copies(model):
    state = model.actors[0]
    before = state.position
    with pytest.raises(ValueError, match="read-only"):
        state.position[0] = 0.9
    model.step()
    state.position = [0.9, 0.9]
    assert before[0] != 0.9


# --- writing --------------------------------------------------------------------------------------------------------


def test_writing_writes_the_row_and_what_follows_from_it(model):
    state, forum = model.actors[0], model.forums[0]
    before = state.utility_of(forum)
    issue = forum.mandate[0]
    state.position = forum.charter | {k: 0.5 for k in model.scenario.issues if k not in forum.charter}
    assert state.explain(forum)["fit"] == pytest.approx(
        model.parameters["utility.fit"]
        * (
            model.parameters["utility.fit_base"]
            + model.parameters["utility.fit_law"] * forum.legalization * mean_trust(model, state, forum)
        )
    )
    assert state.utility_of(forum) > before
    state.red_line = {issue: 0.01}
    forum.charter = {issue: 1.0 if state.position[0] < 0.5 else 0.0}
    assert state.utility_of(forum) == -math.inf
    forum.legalization = 0.75
    assert model.world.legalization[forum.row] == 0.75
    state.set_trust(model.actors[1], 0.125)
    assert state.trust_in(model.actors[1]) == 0.125
    assert [entry["act"] for entry in model.interventions] == ["write"] * 5


def mean_trust(model, state, forum):
    others = [member for member in forum.members if member is not state]
    weight = sum(member.power for member in others)
    return sum(member.power * state.trust_in(member) for member in others) / weight


def test_power_is_a_share(model):
    state, other = model.actors[2], model.actors[3]
    ratio = other.power / model.actors[4].power
    state.power = 0.4
    assert state.power == 0.4
    assert model.world.power.sum() == pytest.approx(1.0)
    assert other.power / model.actors[4].power == pytest.approx(ratio)


@pytest.mark.parametrize(
    "name, value",
    [
        ("position", [0.1, 1.2]),
        ("position", [0.1, float("nan")]),
        ("position", [0.1, 0.2, 0.3]),
        ("position", "left"),
        ("position", {"civik": 0.5}),
        ("position", {"civil": "left"}),
        ("salience", [0.9, 0.9]),
        ("red_line", 0.0),
        ("power", -0.1),
        ("power", True),
        ("capacity", 0.0),
        ("sincerity", 1.1),
    ],
)
def test_bad_values_change_nothing(model, name, value):
    state = model.actors[0]
    before = np.array(getattr(state, name))
    with pytest.raises(InputError):
        setattr(state, name, value)
    assert np.array_equal(getattr(state, name), before)
    assert model.interventions == []


def test_what_cannot_be_written(model):
    with pytest.raises(AttributeError, match=r"State\.reputation is read only"):
        model.actors[0].reputation = 1.0
    nonstate = model.actors[-1]
    assert isinstance(nonstate, NonState)
    with pytest.raises(AttributeError, match=r"NonState\.power is read only"):
        nonstate.power = 0.1
    with pytest.raises(InputError, match="a non-state actor has none"):
        model.intervene("write", actor=nonstate, what="power", value=0.1)
    with pytest.raises(InputError, match="did you mean 'position'"):
        model.intervene("write", actor="west_major", what="positon", value=0.1)
    with pytest.raises(InputError, match="another actor"):
        model.actors[0].set_trust(model.actors[0], 0.5)
    with pytest.raises(InputError, match="trust in"):
        model.actors[0].set_trust(model.actors[1], 1.5)


# --- why ------------------------------------------------------------------------------------------------------------


RED = {"polarisation": 0.9, "red_line_military": 0.05}


@pytest.mark.parametrize(
    "scenario, settings",
    [
        ("two_blocs", RED),
        ("two_blocs", RED | {"realist": 1}),
        ("two_blocs", RED | {"utility_trust_size": 0.5, "utility_network_exponent": 2.0}),
        ("ai_governance", {}),
    ],
)
def test_terms_add_up_to_utility_and_worth(scenario, settings):
    model = ForumModel(scenario, rng=5, **settings)
    for _ in range(5):
        model.step()
    crossed = 0
    for actor in model.actors[::7]:
        for forum in model.forums:
            terms = actor.explain(forum)
            assert tuple(terms) == (*WORTH_TERMS, "utility", "worth", "taste")
            assert terms["utility"] == actor.utility_of(forum)
            assert terms["worth"] == actor.worth_of(forum)
            assert sum(terms[name] for name in UTILITY_TERMS) == pytest.approx(terms["utility"], abs=1e-12)
            assert sum(terms[name] for name in WORTH_TERMS) == pytest.approx(terms["worth"], abs=1e-12)
            assert all(math.isfinite(terms[name]) for name in WORTH_TERMS if name != "red_line")
            crossed += terms["red_line"] < 0
    assert crossed, "no case of a red line in the test"


def test_terms_are_those_of_the_formula(model):
    """u = a fit (b0 + b1 H T) + beta (2 T - 1) + nu W - 2 kS v H (1 - T) - k0, written out."""
    p = model.parameters
    for state in model.actors[:6]:
        for forum in state.memberships:
            world, f, i = model.renewed(), forum.row, state.row
            others = [member for member in forum.members if member is not state]
            reach = sum(member.power for member in others)
            trust = sum(member.power * state.trust_in(member) for member in others) / reach
            fit = 1.0 - world.distance[f, i] / p["utility.fit_scale"]
            law = forum.legalization
            terms = state.explain(forum)
            assert terms["fit"] == pytest.approx(
                p["utility.fit"] * fit * (p["utility.fit_base"] + p["utility.fit_law"] * law * trust)
            )
            assert terms["trust"] == pytest.approx(p["utility.trust"] * (2 * trust - 1))
            assert terms["network"] == pytest.approx(p["utility.network"] * reach)
            assert terms["sovereignty"] == pytest.approx(
                -2 * p["utility.sovereignty"] * state.sovereignty * law * (1 - trust)
            )
            assert terms["cost"] == pytest.approx(-p["utility.cost"] - world.reservation[i])
            number = len(state.memberships) - 1
            assert terms["fee"] == pytest.approx(
                -(p["membership.fee"] + p["membership.crowding"] * number) / state.capacity
            )
            assert terms["conflict"] == pytest.approx(
                -p["membership.conflict"] * sum(world.conflict[f, g.row] for g in state.memberships if g is not forum)
            )


def test_explaining_changes_nothing(model):
    record, red_line = model.params.copy(), model.world.red_line.copy()
    model.actors[0].explain(model.forums[0])
    assert record.tobytes() == model.params.tobytes()
    assert np.array_equal(red_line, model.world.red_line)


# --- acting ---------------------------------------------------------------------------------------------------------


def test_join_and_leave(model):
    state, forum = outsider(model)
    joins, exits = len(events(model, Event.JOIN)), len(events(model, Event.EXIT))
    assert state.join(forum)
    assert state in forum.members and forum in state.memberships
    assert state.attention_to(forum) > 0
    event = events(model, Event.JOIN)[-1]
    assert (event["actor"], event["forum"], event["step"]) == (state.row, forum.row, model.step_count)
    assert not state.join(forum), "it is in already"
    assert state.leave(forum.id)
    assert state not in forum.members and state.attention_to(forum) == 0
    assert not state.leave(forum)
    assert len(events(model, Event.JOIN)) == joins + 1
    assert len(events(model, Event.EXIT)) == exits + 1


def test_sums_over_members_follow(model):
    state, forum = outsider(model)
    state.join(forum)
    reach = model.renewed().weight_in[forum.row]
    assert reach == pytest.approx(forum.reach)


def test_who_is_not_admitted_does_not_join(model):
    state, forum = outsider(model)
    world, f = model.world, forum.row
    world.admission[f], world.listed[f, state.row] = 2, False
    model.refresh()
    assert not state.admitted_to(forum)
    assert not state.join(forum)
    assert state not in forum.members


def test_with_exclusive_membership_joining_is_moving():
    model = ForumModel("two_blocs", rng=3, membership_exclusive=1)
    state, (forum, other) = model.actors[3], model.forums[:2]
    for membership in state.memberships:
        state.leave(membership)
    assert state.join(other)
    assert state.join(forum)
    assert state.memberships == [forum]


def test_ended_forums_cannot_be_joined(model):
    forum = model.forums[0]
    model.shock("closing", forum=forum)
    for act in (model.actors[0].join, model.actors[0].utility_of, model.actors[0].explain):
        with pytest.raises(InputError, match="has ended"):
            act(forum)


def test_founding(model):
    model.set(
        founding_invite_distance=0.2,
        founding_invite_trust=-1,
        utility_cost=-5,
        utility_fit=5,
        founding_cost=0,
        membership_temperature=0,
    )
    before = len(model.forums)
    forum = model.actors[0].found("military")
    assert forum is not None and forum in model.agents
    assert len(model.forums) == before + 1
    assert forum.founder is model.actors[0]
    assert forum.mandate == ("military",)
    assert forum.founded == model.step_count
    assert model.actors[0] in forum.members
    assert events(model, Event.FOUNDING)[-1]["forum"] == forum.row
    assert model.actors[1].found().mandate == model.scenario.issues


def test_a_founding_that_nobody_gains_by(model):
    model.set(utility_cost=100)
    before = len(model.world.log())
    assert model.actors[0].found("civil") is None
    assert model.world.log()["kind"][before:].tolist() == [Event.INTERVENTION, Event.NO_EFFECT]
    with pytest.raises(InputError, match="civil"):
        model.actors[0].found("civic")


def test_meeting_changes_trust_of_both_and_nobody_else(model):
    one, other = model.actors[2], model.actors[7]
    before = model.world.trust.copy()
    assert one.meet(other, track=2)
    changed = np.argwhere(before != model.world.trust)
    assert {tuple(pair) for pair in changed.tolist()} == {(2, 7), (7, 2)}


def test_every_meeting_has_draws_of_its_own():
    """Meetings of one pair in one step differ, the same meetings of two models do not."""
    models = [ForumModel("two_blocs", rng=6, sincerity_level=0.5) for _ in range(2)]
    trusts = []
    for model in models:
        one, other = model.actors[2], model.actors[7]
        steps = [one.trust_in(other)]
        for _ in range(30):
            one.meet(other, track=2)
            steps.append(one.trust_in(other))
        trusts.append(steps)
    assert trusts[0] == trusts[1]
    rises = np.diff(trusts[0]) > 0
    assert rises.any() and not rises.all()


def test_a_track_must_be_open(model):
    one, other = model.actors[2], model.actors[7]
    one.set_trust(other, 0.05)
    before = model.world.trust.copy()
    assert not one.meet(other, track=1.5)
    assert np.array_equal(before, model.world.trust)
    model.shock("summit", actor=one, other=other)
    assert one.meet(other, track=1)


@pytest.mark.parametrize("track", [3, "two", [2]])
def test_bad_tracks(model, track):
    with pytest.raises(InputError, match=r"2, 1\.5 or 1"):
        model.actors[0].meet(model.actors[1], track=track)


def test_nobody_meets_itself(model):
    with pytest.raises(InputError, match="each once"):
        model.actors[0].meet(model.actors[0])


def test_realists_do_not_talk():
    model = ForumModel("two_blocs", rng=6, realist=1)
    before = model.world.trust.copy()
    assert not model.actors[2].meet(model.actors[7], track=2)
    assert np.array_equal(before, model.world.trust)


def test_a_forum_hosts_meetings(model):
    forum = model.forums[0]
    states = [actor for actor in forum.members if isinstance(actor, State)]
    assert forum.host_meeting(track=2) == len(states) * (len(states) - 1) // 2
    assert forum.host_meeting(states[0], states[1].id, track=2) == 1
    model.shock("closing", forum=forum)
    with pytest.raises(InputError, match="has ended"):
        forum.host_meeting(states[0], states[1])


def test_status_of_a_sleeping_forum(model):
    forum = model.forums[0]
    model.world.status[forum.row] = Status.DORMANT
    model.refresh()
    assert forum.status == "dormant"
    assert forum in model.agents
