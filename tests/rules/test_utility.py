"""Utility of a membership, conflicts, and the sums over members: against the formulas in plain Python."""

import math

import numpy as np
import pytest
from small_worlds import (
    add_forum,
    plain_conflict,
    plain_distance,
    plain_utility,
    random_world,
    ready,
    record,
    set_trust,
    world_of,
)

from forumsim.core.state.members import enrol, release, withdraw_attention
from forumsim.core.state.value import (
    charter_gap,
    conflict_between,
    face_charter,
    freshness,
    sigmoid,
    utility_if,
    utility_of,
)
from forumsim.core.terms import STEP, Mode, Status

DEFAULT = record({"utility.sovereignty": 0.8})
ODD = record({
    "utility.fit": 0.9, "utility.trust_size": 0.5, "utility.network_exponent": 1.7, "utility.network": -0.4,
    "utility.sovereignty": 1.3, "utility.cost": -0.3,
})  # fmt: skip


@pytest.mark.parametrize("p", [DEFAULT, ODD], ids=["default", "odd"])
@pytest.mark.parametrize("seed", range(6))
def test_utility_is_the_formula_of_the_model(p, seed):
    world = ready(random_world(seed, 9, 5, 3), p)
    rng = np.random.default_rng(seed)
    world.sovereignty[:] = rng.random(9) * 2
    world.reservation[:] = rng.normal(size=9)
    seen = set()
    for f in np.flatnonzero(world.live()):
        for i in range(9):
            expected = plain_utility(world, p, f, i)
            assert utility_of(world, p, f, i) == pytest.approx(expected, abs=1e-12)
            seen.add((bool(world.member[f, i]), math.isinf(expected)))
    assert len(seen) > 1


def test_utility_of_a_forum_by_hand():
    # one other member with power .6 and trust .8, distance .1 on the only issue, H = .5
    world = world_of(2)
    world.power[:] = [0.4, 0.6]
    set_trust(world, 0.8)
    add_forum(world, 0, [1], charter=0.6, legalization=0.5)
    ready(world, DEFAULT)
    expected = 0.5 * (1 - 0.1 / 0.25) * (0.6 + 0.8 * 0.5 * 0.8) + 2.1 * 0.6 + 1.6 * 0.6 - 2 * 0.8 * 0.5 * 0.2 - 0.2
    assert utility_of(world, DEFAULT, 0, 0) == pytest.approx(expected, abs=1e-12)


def test_a_forum_of_nobody_has_neither_trust_nor_reach():
    world = world_of(2)
    add_forum(world, 0, [1], legalization=0.4)
    ready(world, DEFAULT)
    # member 1 is alone there: W = 0, T = 1/2, fit = 1
    expected = 0.5 * (0.6 + 0.8 * 0.4 * 0.5) - 2 * 0.8 * 0.4 * 0.5 - 0.2
    assert utility_of(world, DEFAULT, 0, 1) == pytest.approx(expected, abs=1e-12)
    release(world, DEFAULT, 0, 1)
    assert utility_of(world, DEFAULT, 0, 0) == pytest.approx(expected, abs=1e-12)


def test_red_lines_bind_on_the_mandate_alone_and_at_the_line_itself_not():
    world = world_of(1, issues=2)
    world.red_line[0] = [0.25, 0.25]
    add_forum(world, 0, [], charter=[0.75, 0.9], mandate=[True, False])
    assert not ready(world, DEFAULT).beyond[0, 0]
    world.charter[0, 0] = 0.7500001
    assert ready(world, DEFAULT).beyond[0, 0]
    assert utility_of(world, DEFAULT, 0, 0) == -math.inf
    world.charter[0, 0], world.mandate[0, 1] = 0.75, True
    assert ready(world, DEFAULT).beyond[0, 0]


def test_distance_weighs_issues_by_salience():
    world = world_of(2, issues=3)
    world.position[:] = [0.2, 0.5, 0.9]
    world.salience[:] = [[0.1, 0.3, 0.6], [0.0, 0.0, 0.0]]  # the second cares for nothing: the issues count alike
    add_forum(world, 0, [], charter=[0.4, 0.5, 0.1], mandate=[True, True, False])
    expected = [math.sqrt(0.1 * 0.04 / 0.4), math.sqrt(0.04 / 2)]
    assert ready(world, DEFAULT).distance[0] == pytest.approx(expected)
    world.mandate[0] = False
    assert ready(world, DEFAULT).distance[0].tolist() == [0.0, 0.0]


def test_another_charter_is_faced_without_touching_the_one_in_force():
    world = world_of(3, issues=2)
    world.position[:, 0] = [0.2, 0.5, 0.9]
    world.red_line[2, 0] = 0.3
    add_forum(world, 0, [0, 1], charter=[0.8, 0.0], mandate=[True, False])
    ready(world, DEFAULT)
    distance, beyond = np.full(3, 7.0), np.full(3, True)
    face_charter(world, 0, np.array([0.5, 1.0]), distance, beyond)
    assert distance == pytest.approx([0.3, 0.0, 0.4]) and beyond.tolist() == [False, False, True]
    assert world.distance[0] == pytest.approx([0.6, 0.3, 0.1]) and not world.beyond[0].any()


def test_conflict_is_over_shared_issues_and_grows_with_law():
    world = world_of(1, forums=3, issues=2)
    add_forum(world, 0, charter=[0.2, 0.0], legalization=0.5)
    add_forum(world, 1, charter=[0.6, 1.0], legalization=0.9, mandate=[True, False])
    add_forum(world, 2, charter=[0.6, 0.5], mandate=[False, True])
    ready(world, DEFAULT)
    assert world.conflict[0, 1] == pytest.approx(0.4 * (0.5 + 0.7))
    assert world.conflict[1, 2] == 0.0 and math.isnan(charter_gap(world, 1, 2))
    for f in range(3):
        for g in range(3):
            if f != g:
                assert world.conflict[f, g] == pytest.approx(plain_conflict(world, f, g), abs=1e-15)
                assert conflict_between(world, f, g) == world.conflict[f, g]
    assert not world.conflict.diagonal().any()


def test_the_dead_are_in_conflict_with_nobody():
    world = world_of(1, forums=2)
    add_forum(world, 0, charter=0.1)
    add_forum(world, 1, charter=0.9)
    ready(world, DEFAULT)
    assert world.conflict[0, 1] > 0
    world.status[1] = Status.DISSOLVED
    assert not ready(world, DEFAULT).conflict.any()


def test_realists_compare_gains_the_more_the_less_they_trust():
    p = record({"realist": True, "realist.rivalry": 0.7, "utility.sovereignty": 0.8})
    world = world_of(3)
    world.power[:] = [0.2, 0.3, 0.5]
    world.position[:, 0] = [0.5, 0.6, 0.4]
    add_forum(world, 0, [0, 1, 2], charter=0.55, legalization=0.5)

    def gain(i):
        return 0.5 * (1 - plain_distance(world, 0, i) / 0.25) * (0.6 + 0.8 * 0.5 * 0.5)

    for first, second in ((0.1, 0.1), (0.9, 0.2), (1.0, 1.0)):
        world.trust[0, 1:] = first, second
        ahead = 0.3 * (1 - first) * (gain(1) - gain(0)) + 0.5 * (1 - second) * (gain(2) - gain(0))
        plain = plain_utility(ready(world, p), p, 0, 0)  # all that is not rivalry follows trust as it does for others
        assert utility_of(world, p, 0, 0) == pytest.approx(plain - 0.7 * ahead / 0.8, abs=1e-12)
    assert utility_of(world, p, 0, 0) == pytest.approx(plain)  # who trusts all does not envy


def test_sums_over_members_follow_joins_and_exits():
    realist = record({"realist": True})
    world = ready(random_world(3, 12, 3, 2), realist)
    f = int(np.flatnonzero(world.live())[0])
    for i in range(12):
        (release if world.member[f, i] else enrol)(world, realist, f, i)
    rebuilt = ready(world.copy(), realist)
    assert rebuilt.gain_in[f].any()
    for name in ("weight_in", "trust_in", "gain_in"):
        assert np.abs(getattr(world, name) - getattr(rebuilt, name)).max() < 1e-12
    assert world.weight_in[f] == pytest.approx(world.power[world.member[f]].sum(), abs=1e-12)
    assert world.trust_in[f] == pytest.approx(world.trust[:, world.member[f]] @ world.power[world.member[f]], abs=1e-12)


def test_texts_fade_and_standing_forums_do_not():
    p = record({"attention.half_life": 8})
    world = world_of(1, forums=2)
    add_forum(world, 0, edition=-8)
    add_forum(world, 1, edition=-8, mode=Mode.DECLARATION)
    world.clock[STEP] = 8
    assert freshness(world, p, 0) == 1.0
    assert freshness(world, p, 1) == pytest.approx(0.25)
    world.mode[1], world.edition[1] = Mode.SERIES, 4  # its last edition, not its founding
    assert freshness(world, p, 1) == pytest.approx(0.5**0.5)


def test_attention_withdrawn_goes_to_the_other_forums():
    world = world_of(2, forums=3)
    world.attention[:, 0] = [0.5, 0.3, 0.2]
    world.attention[0, 1] = 1.0
    withdraw_attention(world, 0, 0)
    withdraw_attention(world, 0, 1)
    assert world.attention[:, 0] == pytest.approx([0.0, 0.6, 0.4])
    assert not world.attention[:, 1].any()


def test_sigmoid_at_its_ends():
    assert [sigmoid(-math.inf), sigmoid(0.0), sigmoid(math.inf)] == [0.0, 0.5, 1.0]
    assert sigmoid(2.0) == pytest.approx(1 / (1 + math.exp(-2)))


def test_a_realist_judges_a_proposal_with_the_others_gains_of_now():
    """V of the proposal against the others' V as it is before it, weighed by distrust; its own V counts in neither."""
    p = record({"realist": True, "realist.rivalry": 0.7, "utility.sovereignty": 0.8})
    world = world_of(3)
    world.power[:] = [0.2, 0.3, 0.5]
    world.position[:, 0] = [0.5, 0.6, 0.4]
    add_forum(world, 0, [0, 1, 2], charter=0.55, legalization=0.5)
    world.trust[0, 1:] = 0.9, 0.2
    ready(world, p)

    def gain(distance, law, trust=0.5):
        return 0.5 * (1 - distance / 0.25) * (0.6 + 0.8 * law * trust)

    new, mean = gain(0.02, 0.9), (0.3 * 0.9 + 0.5 * 0.2) / 0.8
    ahead = 0.3 * 0.1 * (gain(0.05, 0.5) - new) + 0.5 * 0.8 * (gain(0.15, 0.5) - new)
    expected = gain(0.02, 0.9, mean) - 0.7 * ahead / 0.8 + 2.1 * (2 * mean - 1) + 1.6 * 0.8
    expected -= 2 * 0.8 * 0.9 * (1 - mean) + 0.2
    assert utility_if(world, p, 0, 0, 0.02, 0.9) == pytest.approx(expected, abs=1e-12)
