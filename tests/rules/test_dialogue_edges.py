"""Dialogue where sides differ: whose draw, whose trust, exactly at a bound, which of equals."""

import math

import numpy as np
import pytest
from small_worlds import record, world_of

from forumsim.core import draws
from forumsim.core.rules.dialogue import common_ground, declare, dialogue, meet, persuade
from forumsim.core.state.partners import draw_partner, partners_of, root_mean_gap
from forumsim.core.state.sincerity import chance_genuine
from forumsim.core.terms import PENDING, STEP, Kind, Role, Tally

KEY = np.uint64(draws.stream(np.uint64(5), draws.CHANNEL, 1))
#: Genuineness follows sincerity alone, almost surely: sig(50) and sig(-50).
BY_SINCERITY = {"dialogue.sincerity_weight": 50.0, "dialogue.trust_weight": 0.0, "dialogue.audience": 0.0,
                "track1.base": 0.0, "track2.base": 0.0}  # fmt: skip


def uniform(a: int, b: int) -> float:
    return draws.uniform(KEY, a, b)


@pytest.mark.parametrize("pair", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("detection", "of_the_false"), [(1.0, 0.5 - 2 * 0.1 * 0.5), (0.0, 0.5 + 0.3 * 0.1 * 0.5)])
def test_each_side_judges_the_other_and_one_genuine_side_persuades_nobody(detection, of_the_false, pair):
    p = record(BY_SINCERITY, {"track1.detection": detection, "dialogue.declaration": 1.0})
    world = world_of(2)
    world.sincerity[:] = [1.0, 0.0]
    world.position[:, 0] = [0.4, 0.5]
    assert meet(world, p, *pair, 1, KEY, 0, 0)
    assert world.trust[0, 1] == pytest.approx(of_the_false)  # 1 did not mean it
    assert world.trust[1, 0] == pytest.approx(0.5 + 0.1 * 0.5)  # 0 did
    assert world.position[:, 0].tolist() == [0.4, 0.5] and world.clock[PENDING] == 0
    counted = [world.meetings[t] for t in (Tally.MEETINGS, Tally.SIDES, Tally.GENUINE, Tally.DETECTED)]
    assert counted == [1, 2, 1, detection]  # what was meant cannot be seen through


def test_both_sides_draw_for_themselves_before_any_trust_moves():
    """Draws 5 and 6 say who is genuine, with the trust of before the meeting; draws 7 and 8 who sees through whom."""
    p = record({"dialogue.trust_weight": 50.0, "dialogue.sincerity_weight": 0.0, "dialogue.audience": 0.0,
                "track1.base": 0.0, "track1.detection": 0.5, "track1.trust_gain": 0.1, "dialogue.penalty": 2.0,
                "dialogue.bubble": 0.0, "track1.move": 0.0, "dialogue.declaration": 0.0})  # fmt: skip
    world = world_of(2)
    kinds = set()
    for m in range(200):
        world.trust[0, 1] = world.trust[1, 0] = 0.5
        meet(world, p, 0, 1, 1, KEY, m, 0)
        first, other, seen_by_first, seen_by_other = (uniform(m, q) < 0.5 for q in (5, 6, 7, 8))
        in_other = 0.55 if other else 0.4 if seen_by_first else 0.5
        in_first = 0.55 if first else 0.4 if seen_by_other else 0.5
        assert (world.trust[0, 1], world.trust[1, 0]) == (pytest.approx(in_other), pytest.approx(in_first))
        kinds.add((first, other, seen_by_first, seen_by_other))
    assert len(kinds) == 16


def test_being_genuine_follows_the_actors_own_trust():
    p = record({"dialogue.trust_weight": 3.0, "dialogue.sincerity_weight": 0.0})
    world = world_of(2)
    world.trust[0, 1], world.trust[1, 0] = 0.9, 0.2
    for i, j, trust in ((0, 1, 0.9), (1, 0, 0.2)):
        assert chance_genuine(world, p, i, j, 0.3) == pytest.approx(1 / (1 + math.exp(-0.3 - 3 * (trust - 0.5))))


@pytest.mark.parametrize("pair", [(0, 1), (1, 0)])
def test_the_lower_trust_sets_the_bound_of_persuasion(pair):
    p = record({"dialogue.persuasion_base": 0.2, "dialogue.persuasion_trust": 0.5})
    world = world_of(2)
    world.position[:, 0] = [0.3, 0.6]
    world.trust[0, 1], world.trust[1, 0] = 0.9, 0.1  # .3 is beyond .2 + .5 x .1
    persuade(world, p, *pair, 0.1)
    assert world.position[:, 0].tolist() == [0.3, 0.6]


def test_at_the_bound_itself_nobody_is_persuaded():
    p = record({"dialogue.persuasion_base": 0.25, "dialogue.persuasion_trust": 0.0})
    world = world_of(2)
    for other, moves in ((0.5, False), (0.4999, True)):
        world.position[:, 0] = [0.25, other]
        persuade(world, p, 0, 1, 0.1)
        assert (world.position[0, 0] > 0.25) == moves


def test_distance_of_positions_is_a_mean_over_issues():
    world = world_of(2, issues=2)
    world.position[:] = [[0.0, 0.3], [0.4, 0.0]]
    assert root_mean_gap(world, 0, 1) == pytest.approx(math.sqrt((0.16 + 0.09) / 2))


def test_nobody_moves_beyond_the_other():
    """Shares min(1, 2 x .8) and min(1, 2 x .2) of the gap that there was."""
    p = record({"dialogue.persuasion_base": 2.0})
    world = world_of(2)
    world.power[:] = [0.2, 0.8]
    world.position[:, 0] = [0.3, 0.7]
    persuade(world, p, 0, 1, 1.0)
    assert world.position[:, 0] == pytest.approx([0.3 + 1.0 * 0.4, 0.7 - 0.4 * 0.4])


@pytest.mark.parametrize(("salience", "issue"), [
    ([[0.5, 0.3, 0.2], [0.0, 0.4, 0.6]], 2),  # sums .5, .7, .8
    ([[0.2, 0.4, 0.4], [0.2, 0.4, 0.4]], 1),  # the first of equals
])  # fmt: skip
def test_a_declaration_is_on_what_matters_to_both(salience, issue):
    world = world_of(2, issues=3)
    world.salience[:] = salience
    assert common_ground(world, 0, 1) == issue
    declare(world, record(), 0, 1, issue)
    assert world.pending[0]["issue"] == issue


def test_a_draw_at_the_actors_own_place_falls_on_the_next():
    """Of three alike the other two have half of [0, 1) each, lower bounds included."""
    alike = partners_of(np.array([1.0, 2.0, 3.0]))
    for i, others in ((0, [1, 1, 2, 2]), (1, [0, 0, 2, 2]), (2, [0, 0, 1, 1])):
        assert [draw_partner(alike, i, u) for u in (0.0, 0.49, 0.5, 0.99)] == others


@pytest.mark.parametrize("n", [1, 2, 3, 66, 215])
@pytest.mark.parametrize("tail", [0.3, 1.0, 5.0])
def test_a_partner_is_the_first_whose_running_sum_passes_the_target(n, tail):
    """Very unequal weights, some of them 0, against numpy's search in the weights of the others."""
    rng = np.random.default_rng(n)
    weights = rng.pareto(tail, n) * (rng.random(n) < 0.8)
    running = np.cumsum(weights)
    partners = partners_of(running)
    for u in (0.0, 0.5, 1.0 - 2.0**-53, *rng.random(300)):
        i = int(rng.integers(n))
        before, own = running[i - 1] if i else 0.0, running[i] - (running[i - 1] if i else 0.0)
        total = running[-1] - own
        target = u * total + (own if u * total >= before else 0.0)
        found = min(int(np.searchsorted(running, target, side="right")), n - 1)
        assert draw_partner(partners, i, u) == (found if total > 0.0 and found != i else -1)


def test_meetings_follow_capacity_over_the_mean_and_the_influence_of_hosts():
    p = record({"dialogue.level": 0.0, "dialogue.track2": 1.0, "track2.rate": 5.0, "dialogue.hosting": 0.5})
    world = world_of(5)
    world.kind[3:], world.role[3:], world.power[:] = Kind.NONSTATE, [Role.EPISTEMIC, Role.NGO], [0.4, 0.3, 0.3, 0, 0]
    world.influence[3:] = [0.4, 0.9]
    world.capacity[:] = [2.0, 4.0, 6.0, 9.0, 9.0]
    dialogue(world, p)
    # 5 x 1.2 = 6 for a mean state: 3, 6 and 9
    assert world.meetings[Tally.MEETINGS] == 18


@pytest.mark.parametrize("bridging", [0.0, 0.5, 1.0])
def test_partners_and_meetings_are_those_of_the_keyed_draws(bridging):
    """Section 7.1: numbers of meetings (i, 0); meeting m begins at (i, 16 (m + 1)): bridging, then four candidates."""
    gain = 0.1
    p = record({"dialogue.level": 0.0, "dialogue.track2": 0.7, "track2.rate": 4.0, "track2.base": 50.0,
                "track2.trust_gain": gain, "track2.move": 0.0, "dialogue.bridging": bridging})  # fmt: skip
    n = 6
    world = world_of(n)
    world.power[:] = [0.04, 0.36, 0.16, 0.25, 0.09, 0.10]
    world.position[:, 0] = [0.5, 0.25, 0.75, 0.25, 0.75, 0.5]  # the first of equally distant candidates counts
    world.clock[STEP] = 3
    dialogue(world, p)
    key = np.uint64(draws.stream(world.seed[0], draws.TRACK_2, 3))
    met = np.zeros((n, n))
    for i in range(n):
        others = [j for j in range(n) if j != i]
        reach = np.cumsum(np.sqrt(world.power[others]))
        for m in range(math.floor(4.0 * 0.7 + draws.uniform(key, i, 0))):
            first = 16 * (m + 1)
            candidates = [others[int(np.searchsorted(reach, draws.uniform(key, i, first + q) * reach[-1], "right"))]
                          for q in range(1, 5)]  # fmt: skip
            partner = candidates[0]
            if draws.uniform(key, i, first) < bridging:
                partner = max(candidates, key=lambda j: abs(world.position[i, 0] - world.position[j, 0]))
            met[i, partner] += 1
            met[partner, i] += 1
    expected = 1 - 0.5 * (1 - gain) ** met  # everybody is genuine
    np.fill_diagonal(expected, 0.0)
    assert world.trust == pytest.approx(expected, abs=1e-12)
