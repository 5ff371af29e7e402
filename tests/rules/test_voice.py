"""Voice: who proposes what, who supports it, what the forum's rule makes of it."""

import math

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    beyond_red_line,
    events_of,
    plain_utility,
    ready,
    record,
    renewed,
    set_trust,
    sig,
    world_of,
)

from forumsim.core.rules.voice import dissatisfied, principles_accepted, voice
from forumsim.core.terms import STEP, Decision, Event, Kind, Mode, Status

ALWAYS = {"voice.rate": 1.0}
FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0}
CHANGES = (Event.CHANGE_WITHIN_REGIME, Event.CHANGE_OF_REGIME, Event.LEGALIZATION)


def assembly(p, positions=(0.2, 0.6, 0.6), charter=0.6, unhappy=(0,), **values):
    """One forum of all; only the unhappy are dissatisfied with it."""
    world = world_of(len(positions))
    world.position[:, 0] = positions
    add_forum(world, 0, range(len(positions)), charter=charter, **values)
    world.attention[0] = 1.0
    world.aspiration[:] = -1000.0
    world.aspiration[list(unhappy)] = 1000.0
    return ready(world, p)


def yes_to_all(p_dict):
    return record(ALWAYS, p_dict, {"voice.gain": 0.0, "voice.reciprocity": 50.0})


def test_dissatisfied_below_aspiration_less_tolerance():
    p = record({"aspiration.tolerance": 0.1})
    world = world_of(1)
    world.aspiration[0] = 0.5
    assert [dissatisfied(world, p, 0, v) for v in (0.39, 0.41, -math.inf)] == [True, False, True]


def test_the_charter_moves_toward_the_proposer_on_the_mandate():
    p = yes_to_all({**FIT, "voice.charter_step": 0.1, "voice.law_step": 0.0, "utility.fit_scale": 10})
    world = world_of(2, issues=2)
    world.position[0] = [0.1, 0.9]
    add_forum(world, 0, [0, 1], charter=[0.5, 0.5], mandate=[True, False])
    world.attention[0], world.aspiration[:] = 1.0, [1000.0, -1000.0]
    world.ledger[1, 0] = 1.0  # 1 owes 0: sure support
    ready(world, p)
    world.clock[STEP] = 4
    voice(world, p)
    assert world.charter[0].tolist() == pytest.approx([0.5 + 0.1 * (0.1 - 0.5), 0.5])
    assert events_of(world, *CHANGES) == [(0, -1, 0)] and world.heard.tolist() == [4, -1_000_000]
    assert world.distance[0, 0] == pytest.approx(0.36)
    assert world.tally[:, Event.CHANGE_WITHIN_REGIME].tolist() == [1, 0, 1]


def test_a_rivalled_charter_is_more_movable():
    for until, factor in ((4, 3.0), (3, 1.0)):
        p = yes_to_all({**FIT, "voice.charter_step": 0.1, "founding.accommodation_factor": 3.0})
        world = assembly(p, movable_until=until)
        world.ledger[1:, 0] = 1.0
        world.clock[STEP] = 4
        voice(world, p)
        assert world.charter[0, 0] == pytest.approx(0.6 - factor * 0.1 * 0.4)


@pytest.mark.parametrize(("sovereignty", "law"), [(0.0, 0.53), (5.0, 0.47)])
def test_law_rises_or_falls_as_the_proposer_likes(sovereignty, law):
    # at home with the charter, so that only legalization can please it
    p = yes_to_all({"voice.law_step": 0.03, "utility.fit": 5.0, "utility.sovereignty": 0.8})
    world = assembly(p, positions=(0.6, 0.6), legalization=0.5)
    world.sovereignty[:] = sovereignty
    world.ledger[1, 0] = 1.0
    ready(world, p)
    voice(world, p)
    assert world.legalization[0] == pytest.approx(law)
    assert events_of(world, *CHANGES) == events_of(world, Event.LEGALIZATION) == [(0, -1, 0)]


def test_law_stays_within_its_range_and_nothing_to_gain_is_no_proposal():
    p = yes_to_all({"voice.law_step": 0.03})
    world = assembly(p, positions=(0.6, 0.6), legalization=0.0)
    world.sovereignty[:] = 5.0
    world.ledger[1, 0] = 1.0
    ready(world, p)
    voice(world, p)
    assert world.legalization[0] == 0.0 and len(world.log()) == 0 and world.heard[0] < 0


def test_change_of_the_regime_counts_from_its_last_text():
    p = yes_to_all({**FIT, "voice.charter_step": 0.2, "voice.regime_change": 0.15, "voice.law_step": 0.0})
    world = assembly(p, positions=(0.0, 0.6), charter=0.6)
    world.ledger[1, 0] = 1.0
    kinds = []
    for step in range(1, 5):
        world.clock[STEP] = step
        voice(world, p)
        kinds.append(Event(int(world.log()["kind"][-1])))
    # charter .48, .384, .307, .246: .216 from .6 at the second step, then .384 - .246 = .138 within
    within, of = Event.CHANGE_WITHIN_REGIME, Event.CHANGE_OF_REGIME
    assert kinds == [within, of, within, within]
    assert world.status_quo[0, 0] == pytest.approx(0.384)


def test_proposers_are_drawn_by_power_times_attention():
    p = record(ALWAYS, FIT, {"voice.gain": 0.0, "voice.charter_step": 0.0001, "voice.law_step": 0.0})
    world = world_of(5, forums=200)
    world.power[:] = [0.1, 0.2, 0.3, 0.4, 0.0]
    world.kind[4] = Kind.NONSTATE
    world.position[:, 0] = 0.9
    world.aspiration[:] = 1000.0
    world.aspiration[3] = -1000.0
    for f in range(200):
        add_forum(world, f, range(5))
    world.attention[:] = np.array([1.0, 0.5, 0.5, 1.0, 1.0])
    ready(world, p)
    for step in range(20):
        world.clock[STEP] = step
        voice(world, p)
    share = np.bincount(world.log()["actor"], minlength=5) / len(world.log())
    assert len(world.log()) == 4000
    assert share == pytest.approx(np.array([0.1, 0.1, 0.15, 0, 0]) / 0.35, abs=0.025)


def test_support_follows_gain_and_goodwill():
    p = record(ALWAYS, {"voice.gain": 6.0, "voice.reciprocity": 2.0, "voice.ledger_step": 0.0,
                        "voice.charter_step": 0.2, "voice.law_step": 0.0})  # fmt: skip
    world = world_of(3, forums=400)
    rng = np.random.default_rng(1)
    set_trust(world, rng.random((3, 3)))
    world.position[:, 0] = [0.1, 0.45, 0.9]
    world.ledger[:] = rng.uniform(-1, 1, (3, 3)) * ~np.eye(3, dtype=bool)
    world.aspiration[:] = [1000.0, -1000, -1000]
    for f in range(400):
        add_forum(world, f, range(3), charter=0.5, legalization=0.4, decision=Decision.CONSENSUS)
    world.attention[:] = 1.0
    ready(world, p)
    after = world.copy()
    after.charter[:] = 0.5 + 0.2 * (0.1 - 0.5)
    chances = []
    for j in (1, 2):
        gain = plain_utility(after, p, 0, j) - plain_utility(world, p, 0, j)
        chances.append(sig(6 * gain + 2 * world.ledger[j, 0]))
    assert 0.01 < chances[0] * chances[1] < 0.99
    passed = 0
    for step in range(10):
        trial = world.copy()
        trial.clock[STEP] = step
        voice(trial, p)
        passed += len(events_of(trial, Event.CHANGE_WITHIN_REGIME))
        assert passed <= (step + 1) * 400 and len(trial.log()) == 400
    assert passed / 4000 == pytest.approx(chances[0] * chances[1], abs=0.025)


def test_votes_enter_the_proposers_ledger():
    p = record(ALWAYS, FIT, {"voice.gain": 1000.0, "voice.reciprocity": 0.0, "voice.ledger_step": 0.1,
                             "voice.law_step": 0.0})  # fmt: skip
    world = assembly(p, positions=(0.2, 0.1, 0.9), charter=0.5)
    world.ledger[0] = [0.0, 0.5, 0.5]
    voice(world, p)
    assert world.ledger[0].tolist() == pytest.approx([0.0, 0.5 + 0.1 * 0.5, 0.5 - 0.1 * 1.5])
    assert not world.ledger[1:].any()
    assert events_of(world, Event.REJECTION) == [(0, -1, 0)]  # consensus needs both


def test_beyond_its_red_line_a_member_refuses():
    p = record(ALWAYS, FIT, {"voice.charter_step": 0.5, "voice.law_step": 0.0, "voice.gain": 1.0,
                             "voice.reciprocity": 50.0})  # fmt: skip
    world = assembly(p, positions=(0.0, 0.6), charter=0.5, decision=Decision.CONSENSUS)
    world.ledger[1, 0] = 1.0
    world.red_line[1, 0] = 0.2
    ready(world, p)
    voice(world, p)
    assert len(events_of(world, Event.REJECTION)) == 1 and world.charter[0, 0] == 0.5
    world.red_line[1, 0] = np.inf
    ready(world, p)
    world.clock[STEP] = 1
    voice(world, p)
    assert world.charter[0, 0] == 0.25
    # who is beyond its line already supports a way back
    world = assembly(p, positions=(0.6, 0.9), charter=0.2, decision=Decision.CONSENSUS)
    world.ledger[1, 0] = -1.0
    world.red_line[1, 0] = 0.5
    ready(world, p)
    world.attention[0, 1] = 0.0  # nor does it propose itself
    assert beyond_red_line(world, 0, 1)
    voice(world, p)
    assert world.charter[0, 0] == pytest.approx(0.4) and not beyond_red_line(world, 0, 1)


@pytest.mark.parametrize("change", [
    {"status": Status.DORMANT}, {"mode": Mode.DECLARATION}, {"off": {"rule.voice": False}},
    {"off": {"voice.rate": 0.0}},
])  # fmt: skip
def test_where_nobody_can_speak(change):
    off = change.pop("off", {})
    p = record(ALWAYS, FIT, off)
    world = assembly(p)
    for name, value in change.items():
        getattr(world, name)[0] = value
    voice(world, p)
    assert len(world.log()) == 0 and world.charter[0, 0] == 0.6


def test_aggregators_move_to_the_mean_of_their_members():
    p = record({"voice.aggregation": 1.0, "voice.rate": 0.0})
    world = assembly(p, positions=(0.2, 0.6, 0.8))
    world.power[:] = [0.5, 0.25, 0.25]
    world.member[0, 2] = False
    ready(world, p)
    voice(world, p)
    assert world.charter[0, 0] == pytest.approx((0.5 * 0.2 + 0.25 * 0.6) / 0.75)
    assert renewed(world, p).distance[0, 0] == pytest.approx(world.charter[0, 0] - 0.2)


# --- law is rarely lowered ------------------------------------------------------------------------------------------


def diluters(p, yes, decision, power=(0.4, 0.3, 0.2, 0.1), law=0.5):
    """A forum of four at home with its charter, whose first member wants less law; those in ``yes`` owe it support."""
    world = assembly(p, positions=(0.6,) * 4, legalization=law, decision=decision, quota=0.4)
    world.power[:] = power
    world.sovereignty[:] = 5.0
    world.ledger[1:, 0] = -1.0
    world.ledger[list(yes), 0] = 1.0
    return ready(world, p)


@pytest.mark.parametrize(("decision", "yes", "quota", "falls"), [
    (Decision.MAJORITY, [1], 2 / 3, False), (Decision.MAJORITY, [1, 2], 2 / 3, True),
    (Decision.MAJORITY, [1, 2], 0.76, False), (Decision.MAJORITY, [1], 0.5, True), (Decision.MAJORITY, [1], 0.0, True),
    (Decision.WEIGHTED, [1], 0.7, True), (Decision.WEIGHTED, [2, 3], 0.71, False), (Decision.VETO, [3], 2 / 3, False),
    (Decision.CONSENSUS, [1, 2, 3], 1.0, True),
])  # fmt: skip
def test_lower_law_needs_a_supermajority_under_every_rule(decision, yes, quota, falls):
    """The share of heads, of power where votes are weighted (.7 = .4 + .3 = .4 + .2 + .1), must reach the quota."""
    p = yes_to_all({"voice.law_step": 0.1, "voice.dilution_quota": quota, "utility.sovereignty": 0.8})
    world = diluters(p, yes, decision)
    voice(world, p)
    assert world.legalization[0] == pytest.approx(0.4 if falls else 0.5)
    assert events_of(world, Event.LEGALIZATION if falls else Event.REJECTION) == [(0, -1, 0)]
    assert (world.heard[0] >= 0) == falls  # who was outvoted has not been heard
    assert np.sign(world.ledger[0, 1:]).tolist() == [1 if j in yes else -1 for j in (1, 2, 3)]


def test_harder_law_and_another_charter_need_no_supermajority():
    p = yes_to_all({"voice.law_step": 0.1, "voice.dilution_quota": 1.0})
    world = diluters(p, [1], Decision.MAJORITY)
    world.sovereignty[:] = 0.0
    voice(ready(world, p), p)
    assert world.legalization[0] == pytest.approx(0.6)
    p = yes_to_all({**FIT, "voice.law_step": 0.0, "voice.charter_step": 0.1, "voice.dilution_quota": 1.0})
    world = diluters(p, [1], Decision.MAJORITY)
    world.position[0] = 0.2
    voice(ready(world, p), p)
    assert world.charter[0, 0] == pytest.approx(0.56)


# --- principles before rules ----------------------------------------------------------------------------------------


def principled(p, distances, power, lines=()):
    """A forum with charter .5 of states at these distances from it."""
    world = world_of(len(distances) + 1)
    world.position[:-1, 0] = 0.5 + np.array(distances)
    world.power[:-1], world.power[-1] = power, 0.0
    world.kind[-1], world.position[-1] = Kind.NONSTATE, 0.5  # a member without a voice
    add_forum(world, 0, range(len(distances) + 1), charter=0.5)
    world.red_line[list(lines), 0] = 0.01
    return ready(world, p)


@pytest.mark.parametrize(("power", "needed", "accepted"), [
    ([0.3, 0.2, 0.4, 0.1], 0.5, True), ([0.3, 0.2, 0.4, 0.1], 0.51, False), ([0.3, 0.1, 0.4, 0.2], 0.5, False),
    ([0.5, 0.4, 0.1, 0.0], 0.51, False), ([0.3, 0.1, 0.4, 0.2], 0.4, True), ([0.0, 0.0, 0.9, 0.1], 0.0, True),
])  # fmt: skip
def test_principles_are_accepted_by_enough_power_and_enough_states(power, needed, accepted):
    """At d0 = .25 the charter just fits: the first two of four states accept it."""
    p = record({"voice.acceptance": needed, "utility.fit_scale": 0.25})
    assert principles_accepted(principled(p, [0.25, -0.1, 0.26, -0.4], power), p, 0) == accepted


def test_who_is_beyond_a_red_line_does_not_accept_the_principles():
    p = record({"voice.acceptance": 1.0})
    assert principles_accepted(principled(p, [0.1, 0.1], [0.5, 0.5]), p, 0)
    assert not principles_accepted(principled(p, [0.1, 0.1], [0.5, 0.5], lines=[1]), p, 0)


@pytest.mark.parametrize(("needed", "law"), [(0.5, 0.5), (0.6, 0.4)])
def test_rules_harden_only_where_principles_are_accepted(needed, law):
    """Half of the states accept the charter; the proposer, who would like harder law, takes the next best: nothing."""
    p = yes_to_all({"voice.law_step": 0.1, "voice.acceptance": needed, "voice.charter_step": 0.0})
    world = assembly(p, positions=(0.6, 0.1), legalization=0.4)
    world.sovereignty[:], world.ledger[1, 0] = 0.0, 1.0
    voice(ready(world, p), p)
    assert world.legalization[0] == pytest.approx(law) and len(world.log()) == (law == 0.5)
