"""Shocks: what each kind does, when, and that history is applied before the first step."""

import numpy as np
import pytest
from small_worlds import add_forum, events_of, events_with, random_world, ready, record, renewed, world_of

from forumsim.core import draws
from forumsim.core.rules.shocks import history, shocks
from forumsim.core.state.forums import close_forum
from forumsim.core.terms import SHOCK_DTYPE, STEP, Event, Kind, Mode, Shock, Status, Tally, Term

P = record()


def shock(world, kind, actor=-1, other=-1, forum=-1, issue=-1, size=1.0, step=1, until=99):
    row = np.array([(step, kind, actor, other, forum, issue, size, until, 0.0)], dtype=SHOCK_DTYPE)
    world.shocks = np.concatenate([world.shocks, row])


def after(world, p=P, step=1):
    ready(world, p)
    world.clock[STEP] = step
    shocks(world, p)
    return renewed(world, p)


def test_a_crisis_without_parties_raises_salience_and_opens_track_one_to_all():
    world = world_of(3, issues=3)
    world.salience[0] = [0.5, 0.3, 0.2]
    shock(world, Shock.CRISIS, issue=1, size=0.5)
    after(world)
    assert world.salience[0].tolist() == pytest.approx([0.5 / 1.5, 0.8 / 1.5, 0.2 / 1.5])
    assert world.salience.sum(1) == pytest.approx(np.ones(3))
    assert (world.summit_until == 1 + 4).all() and world.trust[0, 1] == 0.5
    assert events_of(world, Event.CRISIS) == [(-1, -1, -1)]


def test_the_parties_of_a_crisis_lose_trust_but_not_for_good_and_have_track_one_open():
    world = world_of(4, issues=3)
    shock(world, Shock.CRISIS, actor=0, other=2, issue=1, size=0.3)
    after(world, record({"shock.window": 3}))
    expected = np.full((4, 4), 0.5)
    expected[0, 2] = expected[2, 0] = 0.35
    np.fill_diagonal(expected, 0.0)
    assert world.trust == pytest.approx(expected) and (world.baseline[~np.eye(4, dtype=bool)] == 0.5).all()
    assert np.argwhere(world.summit_until == 4).tolist() == [[0, 2], [2, 0]] and (world.summit_until <= 4).all()
    assert world.salience[3].tolist() == pytest.approx([1 / 3 / 1.3, (1 / 3 + 0.3) / 1.3, 1 / 3 / 1.3])


def test_a_crisis_between_many_alarms_everybody_once():
    world = world_of(4, issues=2)
    for actor, other in ((0, 2), (0, 3), (1, 2), (1, 3)):
        shock(world, Shock.CRISIS, actor=actor, other=other, issue=0, size=0.5)
    after(world)
    assert world.salience == pytest.approx(np.tile([1 / 1.5, 0.5 / 1.5], (4, 1)))
    assert world.trust[[0, 1], 2].tolist() == [0.25, 0.25] and world.trust[0, 1] == 0.5
    shock(world, Shock.CRISIS, actor=0, other=2, issue=1, size=0.5)  # another crisis
    shock(world, Shock.CRISIS, actor=0, other=3, issue=1, size=0.5, step=3)  # and one more, later
    before = world.salience[0].copy()
    world.shocks["step"][:4] = 9
    world.shocks["step"][4:5] = 2
    raised = (before + [0.0, 0.5]) / 1.5
    assert after(world, step=2).salience[0] == pytest.approx(raised)
    assert after(world, step=3).salience[0] == pytest.approx((raised + [0.0, 0.5]) / 1.5)


def test_a_crisis_may_lower_salience_but_not_below_nothing():
    world = world_of(2, issues=2)
    shock(world, Shock.CRISIS, issue=0, size=-0.8)
    assert after(world).salience.tolist() == [[0.0, 1.0], [0.0, 1.0]]
    shock(world, Shock.CRISIS, issue=-1, size=-5.0, step=2)
    assert np.isfinite(after(world, step=2).salience).all()


def test_technology_moves_power_which_sums_to_one():
    world = world_of(3)
    world.power[:] = [0.2, 0.3, 0.5]
    add_forum(world, 0, [0, 1])
    shock(world, Shock.TECHNOLOGY, actor=0, size=1.0)
    after(world)
    assert world.power.tolist() == pytest.approx([0.4 / 1.2, 0.3 / 1.2, 0.5 / 1.2])
    assert world.weight_in[0] == pytest.approx(0.7 / 1.2)


def test_leadership_moves_position_and_anchor_within_the_scale():
    world = world_of(2, issues=2)
    shock(world, Shock.LEADERSHIP, actor=1, issue=0, size=-0.2)
    shock(world, Shock.LEADERSHIP, actor=0, size=0.9)
    after(world)
    assert world.anchor.tolist() == [[1.0, 1.0], [0.3, 0.5]]
    assert world.position.tolist() == [[1.0, 1.0], [0.3, 0.5]]


def test_sanctions_cool_both_ways_until_they_are_lifted_and_trust_follows_at_its_own_pace():
    world = world_of(3)
    shock(world, Shock.SANCTION, actor=0, other=2, size=0.4, until=5)
    shock(world, Shock.VIOLATION, actor=2, size=0.2, step=2)  # a blow that comes in between stays
    for step in range(1, 5):
        after(world, step=step)
    assert world.baseline[0, 2] == pytest.approx(0.5 * 0.6 * 0.8) and world.baseline[2, 0] == pytest.approx(0.5 * 0.6)
    after(world, step=5)
    assert world.baseline[0, 2] == pytest.approx(0.5 * 0.8) and world.baseline[2, 0] == pytest.approx(0.5)
    assert world.trust[0, 2] == pytest.approx(0.5 * 0.6 * 0.8) and world.trust[2, 0] == pytest.approx(0.5 * 0.6)
    assert events_of(world, Event.SANCTION_LIFTED) == [(0, 2, -1)]
    assert world.log()["value"][-1] == pytest.approx(0.4)
    for step in range(6, 9):
        after(world, step=step)
    assert world.baseline[2, 0] == pytest.approx(0.5) and len(events_of(world, Event.SANCTION_LIFTED)) == 1


def test_even_a_sanction_that_costs_all_trust_can_be_lifted():
    world = world_of(2)
    shock(world, Shock.SANCTION, actor=0, other=1, size=1.0, until=2)
    after(world)
    assert world.trust[0, 1] == 0.0 and world.baseline[0, 1] == pytest.approx(0.005)
    assert after(world, step=2).baseline[0, 1] == pytest.approx(0.5)


def test_a_sanction_of_before_the_start_is_lifted_in_the_run_and_none_that_never_was_imposed():
    world = world_of(3)
    shock(world, Shock.SANCTION, actor=0, other=1, size=0.5, step=-1, until=2)
    shock(world, Shock.SANCTION, actor=0, other=2, size=0.5, step=7, until=3)
    history(world, P)
    for step in range(4):
        after(world, step=step)
    assert world.baseline[0, 1] == 0.5 and world.baseline[0, 2] == 0.5
    assert events_of(world, Event.SANCTION_LIFTED) == [(0, 1, -1)]


def test_sanctions_cool_both_ways():
    world = world_of(3)
    shock(world, Shock.SANCTION, actor=0, other=2, size=0.4)
    after(world)
    for name in ("trust", "baseline"):
        array = getattr(world, name)
        assert array[0, 2] == array[2, 0] == pytest.approx(0.3)
        assert array[0, 1] == array[1, 2] == 0.5


def test_a_violation_revealed_costs_the_trust_of_all_and_reputation():
    world = world_of(3)
    shock(world, Shock.VIOLATION, actor=1, size=0.5)
    after(world)
    assert world.trust[:, 1].tolist() == [0.25, 0.0, 0.25] and world.baseline[0, 1] == 0.25
    assert world.trust[1, 0] == 0.5 and world.reputation.tolist() == [0.5, 0.25, 0.5]


@pytest.mark.parametrize(("relative", "vitality"), [(True, 1.0), (False, 0.0)])
def test_what_opens_is_taken_to_have_its_fair_share_of_attention(relative, vitality):
    p = record({"lifecycle.fair_share": relative})
    world = world_of(3, 1)
    world.mandate[0], world.habit[0] = True, [True, True, False]
    world.vitality[0] = 0.3
    shock(world, Shock.OPENING, forum=0)
    after(world, p)
    assert world.status[0] == Status.ALIVE and world.vitality[0] == vitality


def test_summits_open_track_one_for_the_pair():
    world = world_of(3)
    shock(world, Shock.SUMMIT, actor=0, other=1)
    after(world, record({"shock.window": 2}))
    assert world.summit_until[0, 1] == world.summit_until[1, 0] == 3
    assert world.summit_until[0, 2] < 0


@pytest.mark.parametrize(("settings", "trust"), [
    ({"track1.base": 50.0}, 0.1), ({"track1.base": -50.0, "track1.detection": 1.0}, -0.2), ({"realist": True}, 0.0),
    ({"rule.dialogue": False}, 0.0),
])  # fmt: skip
def test_a_summit_is_a_meeting_on_track_one_whatever_the_trust(settings, trust):
    world = world_of(3)
    world.trust[0, 1] = world.trust[1, 0] = 0.1
    shock(world, Shock.SUMMIT, actor=0, other=1)
    after(world, record({"dialogue.level": 0.0, "dialogue.declaration": 0.0}, settings))
    expected = 0.1 + (trust * 0.9 if trust > 0 else trust * 0.1)
    assert world.trust[0, 1] == world.trust[1, 0] == pytest.approx(expected)
    assert world.trust[0, 2] == 0.5 and world.meetings[Tally.MEETINGS] == (trust != 0.0)
    told = [(Event(row["kind"]), row["value"]) for row in world.log()]
    assert told == [(Event.SUMMIT, 1.0)] + ([(Event.MEETING, 122.0 if trust > 0 else 100.0)] if trust else [])


def test_a_summit_that_names_an_issue_ends_in_a_joint_declaration_on_it():
    """Both sides mean it for certain and owe each other the ledger of a declaration, whatever is easiest to declare."""
    p = record({"dialogue.sincerity_weight": 50.0, "dialogue.declaration": 0.0, "dialogue.declaration_ledger": 0.4})
    for issue, declared in ((1, [1]), (-1, [])):
        world = world_of(3, issues=2)
        world.sincerity[:] = 0.0
        world.position[:2, 1] = [0.0, 1.0]
        shock(world, Shock.SUMMIT, actor=0, other=1, issue=issue)
        after(world, p)
        told = [(Event(row["kind"]), row["issue"], row["value"]) for row in world.log()]
        assert [issue for kind, issue, _ in told if kind == Event.DECLARATION] == declared
        assert [value == 122.0 for kind, _, value in told if kind == Event.MEETING] == [bool(declared)]
        assert world.ledger[0, 1] == world.ledger[1, 0] == (0.4 if declared else 0.0)
        assert (world.trust[0, 1] > 0.5) == bool(declared)


def test_the_meeting_of_a_summit_has_the_keyed_draws_of_its_pair():
    p = record({"track1.base": 0.0, "dialogue.audience": 0.0, "dialogue.sincerity_weight": 0.0})
    genuine = []
    for step in range(1, 60):
        world = world_of(4)
        shock(world, Shock.SUMMIT, actor=2, other=1, step=step)
        after(world, p, step)
        key = np.uint64(draws.stream(world.seed[0], draws.SUMMIT, step))
        mine, other = (draws.uniform(key, 2, 16 + q) < 0.5 for q in (5, 6))
        assert world.meetings[Tally.GENUINE] == mine + other
        genuine.append((mine, other))
    assert len(set(genuine)) == 4


def test_red_lines_appear_and_are_scaled_as_those_of_the_start():
    world = world_of(2, issues=2)
    shock(world, Shock.RED_LINE, actor=1, issue=1, size=0.4)
    after(world, record({"redline.scale": 0.5}))
    assert world.red_line.tolist() == [[np.inf, np.inf], [np.inf, 0.2]]
    shock(world, Shock.RED_LINE, actor=1, issue=1, size=np.inf, step=2)
    assert after(world, step=2).red_line[1, 1] == np.inf


def test_sizes_are_scaled():
    world = world_of(2)
    shock(world, Shock.SANCTION, actor=0, other=1, size=0.4)
    after(world, record({"shock.scale": 0.5}))
    assert world.trust[0, 1] == pytest.approx(0.5 * 0.8)


def test_a_forum_opens_with_its_founding_members():
    world = world_of(4, forums=2)
    world.mandate[0] = True
    world.founder[0], world.habit[0] = 1, [True, True, False, False]
    world.mode[0] = Mode.DECLARATION
    shock(world, Shock.OPENING, forum=0, step=3)
    after(world, step=2)
    assert world.status[0] == Status.EMPTY
    after(world, step=3)
    assert world.status[0] == Status.ALIVE and world.founded[0] == world.edition[0] == 3
    assert world.member[0].tolist() == [True, True, False, False]
    assert events_of(world, Event.OPENING) == [(1, -1, 0)]
    assert events_of(world, Event.JOIN) == [(0, -1, 0), (1, -1, 0)]
    assert world.weight_in[0] == pytest.approx(0.5)
    assert world.ledger[1].tolist() == [P["membership_co_sponsor"], 0.0, 0.0, 0.0]  # co-sponsors count
    shock(world, Shock.OPENING, forum=0, step=4)
    after(world, step=4)
    assert len(events_of(world, Event.OPENING)) == 1  # what exists does not open again


@pytest.mark.parametrize(("status", "opposed"), [(Status.ALIVE, True), (Status.DORMANT, True), (Status.MERGED, False)])
def test_an_opening_against_a_forum_is_competitive_creation(status, opposed):
    """Charters .2 and .7 with law .4 and 0: conflict .5 (1/2 + .2). The other is movable for a while."""
    p = record({"founding.accommodation": 6})
    world = world_of(3, forums=3)
    add_forum(world, 0, [1], charter=0.2, legalization=0.4, status=status)
    world.mandate[1], world.charter[1], world.founder[1], world.parent[1] = True, 0.7, 2, 0
    shock(world, Shock.OPENING, forum=1, step=3)
    after(world, p, step=3)
    assert events_with(world, Event.COMPETITIVE_CREATION, "actor", "other", "forum", "value") == (
        [(2, 0, 1, pytest.approx(0.5 * 0.7))] if opposed else []
    )
    assert world.movable_until.tolist() == [9 if opposed else -1_000_000, -1_000_000, -1_000_000]
    assert events_with(world, Event.JOIN, "actor", "forum", "value", "term") == [(2, 1, 0.0, Term.DATED)]


def test_a_closed_forum_leaves_nothing_behind():
    world = world_of(3, forums=2)
    add_forum(world, 0, [0, 1], charter=0.1)
    add_forum(world, 1, [0, 2], charter=0.9)
    world.attention[:, 0] = [0.25, 0.75]
    world.attention[0, 1], world.focal[1] = 1.0, 0
    shock(world, Shock.CLOSING, forum=0)
    after(world)
    assert world.status[0] == Status.DISSOLVED and not world.member[0].any() and not world.trust_in[0].any()
    assert world.weight_in[0] == 0.0 and not world.conflict.any() and world.focal[1] == -1
    assert world.attention[:, 0].tolist() == [0.0, 1.0] and not world.attention[0].any()
    assert events_of(world, Event.DISSOLUTION) == [(-1, -1, 0)] and not events_of(world, Event.EXIT)


def test_a_member_departs():
    world = world_of(3)
    add_forum(world, 0, [0, 1])
    world.attention[0, :2] = 1.0
    shock(world, Shock.LEAVE, actor=1, forum=0)
    shock(world, Shock.LEAVE, actor=2, forum=0)  # never was one
    after(world)
    assert world.member[0].tolist() == [True, False, False] and world.attention[0].tolist() == [1.0, 0.0, 0.0]
    assert events_with(world, Event.EXIT, "actor", "forum", "term") == [(1, 0, Term.DATED)]


def test_history_comes_once_before_the_first_step():
    world = world_of(2)
    shock(world, Shock.SANCTION, actor=0, other=1, size=0.5, step=-1)
    history(world, P)
    for step in range(4):
        after(world, step=step)
    assert world.trust[0, 1] == 0.25


def test_switched_off_nothing_happens():
    off = record({"rule.shocks": False})
    world = world_of(2)
    shock(world, Shock.SANCTION, actor=0, other=1, size=0.5, step=-1)
    shock(world, Shock.SANCTION, actor=0, other=1, size=0.5)
    history(world, off)
    after(world, off)
    assert world.trust[0, 1] == 0.5 and len(world.log()) == 0


def test_switched_off_dated_forums_open_and_close_all_the_same():
    off = record({"rule.shocks": False})
    world = world_of(3, forums=2)
    world.mandate[0] = True
    add_forum(world, 1, [0, 1])
    for kind, forum in ((Shock.OPENING, 0), (Shock.CLOSING, 1), (Shock.CRISIS, -1), (Shock.SUMMIT, -1)):
        shock(world, kind, actor=0, other=1, forum=forum)
    after(world, off)
    assert world.status.tolist() == [Status.ALIVE, Status.DISSOLVED]
    assert {Event(kind) for kind in world.log()["kind"]} == {Event.OPENING, Event.DISSOLUTION}


def test_every_kind_runs_on_a_world_of_all_sorts():
    world = random_world(9, 8, 4, 2)
    for kind in Shock:
        shock(world, kind, actor=0, other=1, forum=int(kind) % 4, issue=int(kind) % 2, size=0.3)
    after(world)
    assert np.isfinite(world.trust).all() and world.power[world.kind == Kind.STATE].sum() == pytest.approx(1.0)


def test_every_shock_that_changes_actors_is_logged_by_its_name_and_size():
    sizes = {Shock.CRISIS: 0.1, Shock.TECHNOLOGY: 0.2, Shock.LEADERSHIP: 0.05, Shock.SANCTION: 0.3,
             Shock.VIOLATION: 0.4, Shock.SUMMIT: 1.0, Shock.RED_LINE: 0.25}  # fmt: skip
    silent = record({"rule.dialogue": False})  # else a summit's meeting follows it
    for kind, size in sizes.items():
        world = world_of(3)
        shock(world, kind, actor=0, other=1, issue=0, size=size)
        logged = [(Event(row["kind"]).name, row["value"]) for row in after(world, silent).log()]
        assert logged == [(kind.name, size)]
    assert set(sizes) == set(Shock) - {Shock.OPENING, Shock.CLOSING, Shock.LEAVE}


def test_a_crisis_does_not_cut_short_a_summit_that_lasts_longer():
    world = world_of(3)
    world.summit_until[0, 1] = 9
    shock(world, Shock.CRISIS, size=0.1)
    after(world, record({"shock.window": 4}))
    assert world.summit_until[0].tolist() == [5, 9, 5]


def test_power_may_fall_but_not_below_nothing():
    world = world_of(3)
    world.power[:] = [0.2, 0.3, 0.5]
    shock(world, Shock.TECHNOLOGY, actor=2, size=-0.4)
    assert after(world).power.tolist() == pytest.approx([0.2 / 0.8, 0.3 / 0.8, 0.3 / 0.8])
    shock(world, Shock.TECHNOLOGY, actor=2, size=-3.0, step=2)
    assert after(world, step=2).power.tolist() == pytest.approx([0.4, 0.6, 0.0])


@pytest.mark.parametrize(("mode", "thanked"), [(Mode.STANDING, 0.0), (Mode.SERIES, 0.0), (Mode.DECLARATION, 0.25)])
def test_the_founder_is_in_what_it_opens_and_only_declarations_have_signatories(mode, thanked):
    world = world_of(3)
    world.mode[0], world.founder[0], world.habit[0, 2] = mode, 1, True
    shock(world, Shock.OPENING, forum=0)
    after(world, record({"membership.co_sponsor": 0.25}))
    assert world.member[0].tolist() == [False, True, True]
    assert world.ledger[1].tolist() == pytest.approx([0.0, 0.0, thanked]) and not world.ledger[[0, 2]].any()


def test_a_forum_that_merges_away_ends_for_those_who_do_not_move_over():
    world = world_of(3, forums=2)
    for f in (0, 1):
        add_forum(world, f, [0, 1])
    world.tenure[:, :2], world.focal[:] = 5, [0, 1, -1]
    close_forum(ready(world, P), 0, Event.MERGER, 1)
    assert world.status.tolist() == [Status.MERGED, Status.ALIVE] and world.parent.tolist() == [1, -1]
    assert world.tenure.tolist() == [[0, 0, 0], [5, 5, 0]] and world.focal.tolist() == [-1, 1, -1]
    assert events_of(world, Event.MERGER) == [(-1, 1, 0)]


def test_history_leaves_the_shocks_of_the_run_alone():
    world = world_of(2)
    for step, size in ((-1, 0.5), (1, 0.9), (20, 0.9)):
        shock(world, Shock.SANCTION, actor=0, other=1, size=size, step=step)
    history(world, P)
    assert world.trust[0, 1] == 0.25 and len(events_of(world, Event.SANCTION)) == 1


def test_the_scale_of_shocks_leaves_red_lines_alone():
    world = world_of(1)
    shock(world, Shock.RED_LINE, actor=0, size=0.4)
    after(world, record({"shock.scale": 0.5}))
    assert world.red_line[0, 0] == 0.4 and world.log()["value"].tolist() == [0.4]
