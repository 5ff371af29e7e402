"""Acts in a model and in a batch run are the same to the bit; the log tells them; channels hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from listed import FIELDS, NAMES, SETTINGS, STEPS, acts, bits, by_batch, by_model, differing, same_floats

from forumsim import ForumModel, simulate
from forumsim.core.errors import InputError
from forumsim.core.replay import replay
from forumsim.core.schedule import room_needed
from forumsim.core.terms import Event, Tally
from forumsim.results.codebook_tables import ACTS as WORDS
from forumsim.running.interventions import ACTS
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario

SCENARIOS = list(NAMES)


# --- one run, by three ways -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_model_batch_and_simulate_give_every_array_to_the_bit(scenario):
    entries = acts(scenario)
    assert {entry["act"] for entry in entries} == set(ACTS)
    model, batch = by_model(scenario, entries), by_batch(scenario, entries)
    alone = simulate(scenario, STEPS, 3, SETTINGS, FIELDS[scenario], interventions=entries)
    assert differing(model.world, batch.world) == []
    assert differing(alone.world, batch.world) == []
    assert model.interventions == entries
    assert differing(model.rerun().world, batch.world) == []
    collected = model.datacollector.get_model_vars_dataframe()["fragmentation"].to_numpy()
    pooled = alone.series.query("issue == 'pooled'")["fragmentation"].to_numpy()
    assert same_floats(collected, pooled)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_other_strides_and_snapshots_change_nothing(scenario):
    entries = acts(scenario)
    plain, other = by_batch(scenario, entries), by_batch(scenario, entries, every=5, snapshots=[0, 2, 3, 9])
    assert differing(plain.world, other.world) == []
    assert same_floats(plain.series[::5], other.series)


def test_the_interventions_list_of_a_model_is_a_batch_run():
    model = by_model("two_blocs", acts("two_blocs"))
    assert differing(model.world, by_batch("two_blocs", model.interventions).world) == []


def test_only_what_comes_after_an_act_is_another():
    a, b, *_ = NAMES["two_blocs"]
    late = [{"step": 6, "act": "shock", "kind": "sanction", "actor": a, "other": b, "size": 1.0}]
    without, done = by_batch("two_blocs", snapshots=[6]), by_batch("two_blocs", late, snapshots=[6])
    assert differing(without.snapshots[6], done.snapshots[6]) == [], "a snapshot is before the acts of its step"
    assert same_floats(without.series[:7], done.series[:7]), "and so are the measures"
    assert not same_floats(without.series[7:], done.series[7:])


def test_an_act_after_the_last_step_is_in_the_world_alone():
    last = [{"step": STEPS, "act": "write", "what": "position", "value": 0.0, "actor": "west_major"}]
    without, done = by_batch("two_blocs"), by_batch("two_blocs", last)
    assert same_floats(without.series, done.series)
    assert done.world.position[0].tolist() == [0.0, 0.0]


def test_the_parameters_that_are_handed_in_are_not_changed():
    case = load_scenario("two_blocs")
    record = params_for(case)
    before = record.tobytes()
    outcome = run_arrays(case, record, 2, 1, interventions=[{"step": 1, "act": "set", "parameters": {"realist": True}}])
    assert record.tobytes() == before
    assert outcome.params["realist"] == 1.0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_interventions_are_none_at_all(scenario):
    without = by_batch(scenario)
    for entries in ((), []):
        assert differing(without.world, by_batch(scenario, entries).world) == []
    assert differing(without.world, by_model(scenario, []).world) == []
    assert Event.INTERVENTION not in without.world.log()["kind"]


def test_a_run_that_stops_does_no_more():
    entries = [{"step": step, "act": "set", "parameters": {"voice.rate": 0.1}} for step in (2, 4, 6)]
    outcome = by_batch("two_blocs", entries, stop=lambda step, _: step == 4)
    log = outcome.world.log()
    assert outcome.world.step == 4
    assert log["step"][log["kind"] == Event.INTERVENTION].tolist() == [2]


# --- the log --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_events_number_and_name_the_acts(scenario):
    entries = acts(scenario)
    case, log = load_scenario(scenario, **FIELDS[scenario]), by_batch(scenario, entries).world.log()
    told = log[log["kind"] == Event.INTERVENTION]
    assert told["value"].tolist() == list(range(1, len(entries) + 1))
    assert told["step"].tolist() == [entry["step"] for entry in entries]
    for event, entry in zip(told, entries, strict=True):
        named = {"actor": case.actor_ids, "other": case.actor_ids, "forum": case.forum_ids, "issue": case.issues}
        for name, ids in named.items():
            assert event[name] == (ids.index(entry[name]) if name in entry else -1), (entry, name)


def test_the_act_comes_before_what_comes_of_it():
    model = ForumModel("two_blocs", steps=4, rng=1, **FIELDS["two_blocs"])
    before = len(model.world.log())
    model.intervene("leave", actor=2, forum="universal_civil")  # a row for an id
    event, *rest = model.world.log()[before:]
    assert (event["kind"], event["actor"], event["value"]) == (Event.INTERVENTION, 2, 1.0)
    assert [row["kind"] for row in rest] == [Event.EXIT]
    assert model.world.tally[-1, Event.INTERVENTION] == 1
    assert model.world.tally[0, Event.INTERVENTION] == 1, "counted for the issues of the forum"
    assert model.world.tally[1, Event.INTERVENTION] == 0


def test_acts_out_of_order_keep_their_numbers():
    entries = [{"step": step, "act": "set", "parameters": {"voice.rate": 0.1}} for step in (6, 2, 6)]
    log = by_batch("two_blocs", entries).world.log()
    told = log[log["kind"] == Event.INTERVENTION]
    assert list(zip(told["step"], told["value"], strict=True)) == [(2, 2.0), (6, 1.0), (6, 3.0)]


def test_an_intervened_batch_run_replays():
    outcome = by_batch("two_blocs", acts("two_blocs"), snapshots=[0])
    assert replay(outcome.snapshots[0], outcome.world.log()).agrees_with(outcome.world) == []


def test_the_codebook_knows_the_acts():
    assert tuple(ACTS) == WORDS


def test_all_meet_and_the_log_has_room():
    """More meetings in one act than in many steps."""
    model = ForumModel("ai_governance", steps=4, rng=1, track1_opens=0.0, dialogue_declaration=1.0)
    states = [actor.id for actor in model.actors if actor.id != "AI"][:120]
    held = model.intervene("host", actors=states, track=1)
    assert held > 1000
    assert (model.world.log()["kind"] == Event.MEETING).sum() == held
    model.step()


# --- a forum that is not there --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        {"act": "leave", "actor": "west_01"},
        {"act": "join", "actor": "west_01"},
        {"act": "host", "actors": ["west_01", "west_02"]},
        {"act": "write", "what": "charter", "value": 0.5},
    ],
)
@pytest.mark.parametrize("forum", ["founded_05", "universal_civil"])  # has not opened, has ended
def test_a_forum_that_is_not_there(entry, forum):
    close = {"step": 1, "act": "shock", "kind": "closing", "forum": "universal_civil"}
    nothing = {"step": 2, "forum": forum, **entry}
    without, done = by_batch("two_blocs", [close], steps=4), by_batch("two_blocs", [close, nothing], steps=4)
    assert differing(without.world, done.world) == ["tally", "clock", "events"], "it is in the log, and nothing else"
    log = done.world.log()
    told = log[log["step"] == 2]
    told = told[np.isin(told["kind"], (Event.INTERVENTION, Event.NO_EFFECT))]
    assert told[["kind", "value"]].tolist() == [(Event.INTERVENTION, 2.0), (Event.NO_EFFECT, 2.0)]
    assert len(log) == len(without.world.log()) + 2
    simulate("two_blocs", 4, 3, SETTINGS, FIELDS["two_blocs"], interventions=[close, nothing])
    model = ForumModel("two_blocs", steps=4, rng=3, **FIELDS["two_blocs"])
    model.intervene("shock", kind="closing", forum="universal_civil")
    before = bits(model.renewed())
    with pytest.raises(InputError, match=r"has not opened yet|has ended"):
        model.intervene(nothing["act"], **{k: v for k, v in nothing.items() if k not in ("step", "act")})
    assert bits(model.world) == before


@pytest.mark.parametrize(
    "entry",
    [
        {"act": "leave", "actor": "west_01", "forum": "universal_military"},
        {"act": "shock", "kind": "leave", "actor": "west_01", "forum": "universal_military"},
        {"act": "shock", "kind": "opening", "forum": "universal_military"},
        {"act": "join", "actor": "east_01", "forum": "universal_military"},
    ],
)
def test_an_act_that_finds_nothing_to_do_is_said_to_have_no_effect(entry):
    """West_01 has left and east_01 has joined: leaving or joining again, opening what is open, are in vain."""
    first = {"step": 0, "act": "leave", "actor": "west_01", "forum": "universal_military"}
    member = {"step": 0, "act": "join", "actor": "east_01", "forum": "universal_military"}
    log = by_batch("two_blocs", [member, first, {"step": 0, **entry}], steps=1).world.log()
    last = int(np.flatnonzero(log["kind"] == Event.INTERVENTION)[-1])
    assert log["kind"][last + 1] == Event.NO_EFFECT and log["forum"][last + 1] == 1
    assert (log["kind"] == Event.EXIT)[: last + 2].sum() == 1


def test_each_meeting_of_a_step_has_draws_of_its_own():
    model, seen = ForumModel("two_blocs", steps=4, rng=3, **FIELDS["two_blocs"]), set()
    for _ in range(40):
        before = model.world.meetings[Tally.GENUINE]
        model.intervene("meet", actor="west_major", other="west_01", track=2)
        seen.add(int(model.world.meetings[Tally.GENUINE] - before))
    assert len(seen) > 1


# --- channels -------------------------------------------------------------------------------------------------------

SILENT = {"dialogue_level": 0, "steps": STEPS, "rng": 5, **FIELDS["two_blocs"]}


def meetings(model, steps=STEPS):
    """Meetings of each step."""
    counts = []
    for _ in range(steps):
        before = model.world.meetings[Tally.MEETINGS]
        model.step()
        counts.append(int(model.world.meetings[Tally.MEETINGS] - before))
    return counts


def test_a_channel_is_open_in_its_steps_alone():
    model = ForumModel("two_blocs", **SILENT)
    assert meetings(model, 2) == [0, 0]
    assert model.intervene("channel", actor="west_major", other="east_major", track=2, rate=3.0, steps=4)
    assert (model.world.channels["first"][-1], model.world.channels["last"][-1]) == (3, 6)
    assert meetings(model, 8) == [3, 3, 3, 3, 0, 0, 0, 0]


def test_a_channel_without_an_end_goes_on():
    model = ForumModel("two_blocs", **SILENT)
    model.intervene("channel", actor="west_major", other="east_major", track=2, rate=1)
    assert meetings(model) == [1] * STEPS


def test_only_the_two_meet():
    still = {"rule_drift": 0, "rule_membership": 0, "rule_compliance": 0, "rule_voice": 0, "rule_founding": 0}
    talk, silence = (ForumModel("two_blocs", **SILENT, **still) for _ in range(2))
    talk.intervene("channel", actor="west_01", other="east_major", track=2, rate=2)
    for model in (talk, silence):
        model.run_model()
    changed = np.argwhere(talk.world.trust != silence.world.trust)
    ids = talk.scenario.actor_ids
    assert {frozenset((ids[i], ids[j])) for i, j in changed} == {frozenset(("west_01", "east_major"))}


def test_a_channel_is_open_whatever_the_trust():
    model = ForumModel("two_blocs", **SILENT, track1_opens=0.6, rule_drift=0)
    pair = model.actor("west_major"), model.actor("east_major")
    for one, other in (pair, pair[::-1]):
        one.set_trust(other, 0.1)
    assert not model.intervene("meet", actor="west_major", other="east_major", track=1)
    model.intervene("channel", actor="west_major", other="east_major", track=1, rate=2)
    assert meetings(model, 3) == [2, 2, 2]


@pytest.mark.parametrize("level, scaled, expected", [(0.0, False, 2), (0.0, True, 0), (1.0, True, 2)])
def test_a_scaled_channel_follows_the_level(level, scaled, expected):
    model = ForumModel("two_blocs", **SILENT | {"dialogue_level": level}, track2_rate=0, track15_rate=0, track1_rate=0)
    model.intervene("channel", actor="west_major", other="east_major", track=2, rate=2, scaled=scaled)
    assert meetings(model, 3) == [expected] * 3


def test_a_sanction_of_a_user_is_lifted_and_a_crisis_of_a_user_is_talked_about():
    model = ForumModel("two_blocs", **SILENT | {"dialogue_level": 1}, rule_drift=0, shock_window=2)
    west, east = model.actor("west_major"), model.actor("east_major")
    i, j = west.row, east.row
    before = model.world.baseline[i, j]
    assert model.shock("sanction", actor=west, other=east, size=0.5, steps=2)
    assert model.shock("crisis", actor=east, other="west_01", size=0.5)
    seen = []
    for _ in range(3):
        model.step()
        seen.append(model.world.baseline[i, j])
    assert seen == pytest.approx([before / 2, before, before])
    log = model.world.log()
    talks = log[(log["kind"] == Event.MEETING) & (log["actor"] == j)]
    assert talks["step"].tolist() == [1, 1, 2, 2] and (log["kind"] == Event.SANCTION_LIFTED).sum() == 1


def test_channels_take_room_in_the_log():
    model = ForumModel("two_blocs", **SILENT)
    before = room_needed(model.world)
    model.intervene("channel", actor="west_major", other="east_major", rate=20)
    assert room_needed(model.world) > before + 19


def test_many_busy_channels_do_not_fill_the_log():
    """Every meeting may end in a declaration: without more room the log would be full within a step."""
    entry = {"step": 0, "act": "channel", "actor": "west_major", "other": "west_01", "track": 1, "rate": 20.0}
    case = load_scenario("two_blocs", **FIELDS["two_blocs"])
    settings = {"track1.opens": 0.0, "dialogue.declaration": 1.0, "sincerity.level": 1.0}
    run = simulate(case, STEPS, 1, settings, interventions=[entry] * 600)
    told = run.world.log()["kind"] == Event.DECLARATION
    assert told.sum() > 600 * 20 * STEPS / 4


def test_a_shock_between_blocs_strikes_each_pair_once():
    model = ForumModel("two_blocs", **{"scenario.actors": 9, "scenario.nonaligned": 0.0})
    west, east = (np.flatnonzero(model.world.bloc == k) for k in (0, 1))
    states = model.world.kind == 0
    west, east = west[states[west]], east[states[east]]
    before = model.world.trust.copy()
    assert model.shock("sanction", actor="bloc:west", other="bloc:east", size=0.5)
    struck = {(int(row["actor"]), int(row["other"])) for row in model.world.log() if row["kind"] == Event.SANCTION}
    assert struck == {(i, j) for i in west for j in east} and len(struck) == len(west) * len(east) > 1
    ratio = model.world.trust[np.ix_(west, east)] / before[np.ix_(west, east)]
    assert ratio == pytest.approx(0.5)
    assert (model.world.trust[np.ix_(west, west)] == before[np.ix_(west, west)]).all()
    model.shock("crisis", actor="bloc:west", other="bloc:west", issue="military", size=0.1)
    within = [row for row in model.world.log() if row["kind"] == Event.CRISIS]
    assert len(within) == len(west) * (len(west) - 1) / 2
    assert not model.shock("sanction", actor="bloc:nonaligned", other="bloc:east", size=0.5), "it has no states here"
    with pytest.raises(InputError, match=r"no bloc 'wset'.*west"):
        model.shock("sanction", actor="bloc:wset", other="bloc:east")
