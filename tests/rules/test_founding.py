"""Founding: who tries, on what, with whom, on which charter; rivals; births without choice."""

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    events_of,
    plain_worth,
    random_world,
    ready,
    record,
    set_trust,
    world_of,
)

from forumsim.core.rules.founding import found, founding, hazard, worst_issue
from forumsim.core.terms import SLOTS, STEP, Admission, Event, Kind, Status

#: A world that is glad of any forum: u = 1 for everybody, nothing costs.
GLAD = {**PLAIN, "utility.cost": -1.0, "founding.all_issues": 1.0}
FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 0.3}


def people(n=4, forums=4, issues=1, trust=0.8):
    world = world_of(n, forums, issues)
    set_trust(world, trust)
    return world


def test_hazard_grows_with_the_root_of_power_and_shrinks_with_room():
    p = record({"founding.rate": 0.2, "founding.nonstate": 0.3})
    world = people()
    world.power[:] = [0.64, 0.16, 0.2, 0.0]
    world.kind[3], world.influence[3] = Kind.NONSTATE, 0.5
    assert hazard(world, p, 0, 0.64, 1.0) == pytest.approx(0.2)
    assert hazard(world, p, 1, 0.64, 0.75) == pytest.approx(0.2 * 0.5 * 0.75)
    assert hazard(world, p, 3, 0.64, 1.0) == pytest.approx(0.2 * 0.3 * 0.5)
    assert hazard(world, p, 0, 0.0, 1.0) == 0.0


def trials(p, world, seeds=1500):
    """How many worlds that differ in the seed alone see a founding."""
    founded = 0
    for seed in range(seeds):
        trial = world.copy()
        trial.seed[0] = seed
        founding(trial, p)
        founded += len(events_of(trial, Event.FOUNDING))
    return founded / seeds


def test_the_dissatisfied_found_at_their_hazard():
    p = record(GLAD, {"founding.rate": 0.4, "founding.room": 4})
    world = people(forums=6)
    world.aspiration[:] = -1000.0
    world.aspiration[1] = 1000.0
    world.power[:] = [0.4, 0.1, 0.25, 0.25]
    ready(world, p)
    assert trials(p, world) == pytest.approx(0.4 * 0.5, abs=0.04)
    add_forum(world, 0, [0], mandate=False)
    add_forum(world, 1, [0], mandate=False)
    ready(world, p)
    assert trials(p, world) == pytest.approx(0.4 * 0.5 * (1 - 2 / 4), abs=0.03)


@pytest.mark.parametrize("why", ["content", "heard", "full", "no slot", "off"])
def test_who_does_not_found(why):
    p = record(GLAD, {"founding.rate": 1.0, "founding.patience": 8, "rule.founding": why != "off",
                      "founding.room": 0.5 if why == "full" else 20})  # fmt: skip
    world = people()
    world.clock[STEP] = 10
    world.aspiration[:] = 1000.0
    if why == "content":
        world.satisfaction[:] = 2000.0
    if why == "heard":
        world.heard[:] = 3
    if why == "full":
        add_forum(world, 0, mandate=False)
    if why == "no slot":
        world.clock[SLOTS] = 4
    ready(world, p)
    founding(world, p)
    assert not events_of(world, Event.FOUNDING)
    if why == "heard":
        world.clock[STEP] = 11
        founding(world, p)
        assert events_of(world, Event.FOUNDING)[0] == (0, -1, 0)


def test_one_forum_serves_its_whole_coalition():
    """Whoever has joined a new forum is served and founds none of its own in the same step."""
    p = record(GLAD, {"founding.rate": 1.0, "founding.legalization": 0.3})
    world = people(n=5, forums=8)
    world.aspiration[:] = 0.5
    ready(world, p)
    founding(world, p)
    ((founder, _, slot),) = events_of(world, Event.FOUNDING)  # the first in the step's random order
    assert slot == 0
    assert [i for i, _, f in events_of(world, Event.JOIN)] == list(range(5))
    assert world.satisfaction.tolist() == [1.0] * 5
    assert world.legalization[0] == 0.3 and world.founder[0] == founder
    assert [i for i in range(5) if world.heard[i] == 0] == [founder]
    assert world.vitality[0] == pytest.approx(1.0) and world.clock[SLOTS] == 1
    assert world.admission[0] == Admission.OPEN  # more than two thirds of all power


def test_the_invited_are_near_and_trusted_both_ways():
    p = record(GLAD, {"founding.invite_distance": 0.3, "founding.invite_trust": 0.5})
    world = people(n=6)
    world.position[:, 0] = [0.5, 0.79, 0.81, 0.5, 0.5, 0.4]
    world.trust[0, 3] = 0.5  # not above the threshold
    world.trust[4, 0] = 0.2  # not mutual
    ready(world, p)
    assert found(world, p, 0, -1, False) == 0
    assert np.flatnonzero(world.member[0]).tolist() == [0, 1, 5]
    realist = record(GLAD, {"realist": True, "founding.invite_distance": 0.3})
    world = ready(people(n=3, trust=0.0), realist)
    assert found(world, realist, 0, -1, False) == 0 and world.member[0].all()


@pytest.mark.parametrize("inclusive", [False, True])
def test_the_charter_is_the_weighted_mean(inclusive):
    p = record(GLAD)
    world = people(n=5)
    world.position[:, 0] = [0.3, 0.2, 0.4, 0.9, 1.0]
    world.power[:] = [0.1, 0.2, 0.3, 0.3, 0.1]
    ready(world, p)
    assert found(world, p, 0, -1, inclusive) == 0
    ours = (0.1 * 0.3 + 0.2 * 0.2 + 0.3 * 0.4) / 0.6
    everybody = world.power @ world.position[:, 0]
    assert world.charter[0, 0] == pytest.approx((ours + everybody) / 2 if inclusive else ours)
    assert world.text[0, 0] == world.charter[0, 0]
    assert world.distance[0, 4] == pytest.approx(1.0 - world.charter[0, 0])


def test_those_who_would_not_gain_are_dropped_until_all_gain():
    p = record(FIT, {"utility.cost": 0.45, "founding.invite_distance": 2.0, "founding.cost": 0.0})
    world = people(n=6)
    world.position[:, 0] = [0.40, 0.42, 0.44, 0.60, 0.95, 0.38]
    ready(world, p)
    assert found(world, p, 0, -1, False) == 0
    inside = np.flatnonzero(world.member[0]).tolist()
    # by hand: the mean of six, .53, loses 0, 4 and 5 (fit - .45 <= 0), and so on, until all who are left gain
    coalition = list(range(6))
    while True:
        charter = np.mean(world.position[coalition, 0])
        keep = [j for j in coalition if j == 0 or 1 - abs(world.position[j, 0] - charter) / 0.3 - 0.45 > 0]
        if keep == coalition:
            break
        coalition = keep
    assert inside == coalition and 4 not in inside and len(inside) >= 3
    assert world.charter[0, 0] == pytest.approx(np.mean(world.position[inside, 0]))
    assert all(plain_worth(world, p, 0, j) > 0 for j in inside)
    rebuilt = ready(world.copy(), p)
    assert (world.trust_in == rebuilt.trust_in).all() and (world.weight_in == rebuilt.weight_in).all()


def test_the_founder_need_not_like_the_first_draft_but_the_last():
    p = record(FIT, {"founding.invite_distance": 2.0, "founding.cost": 0.0})
    world = people(n=6)
    # the mean of all, .49, is beyond .3 of the founder and of the three far ones' reach too
    world.position[:, 0] = [0.15, 0.2, 0.2, 0.8, 0.8, 0.8]
    ready(world, p)
    assert found(world, p, 0, -1, False) == 0
    assert np.flatnonzero(world.member[0]).tolist() == [0, 1, 2]


@pytest.mark.parametrize(("cost", "works"), [(0.76, True), (0.77, False)])
def test_the_founder_bears_the_cost(cost, works):
    # u = 1 for all, the founder's cost is k_f (1 + H) with H = .3
    p = record(GLAD, {"founding.cost": cost, "founding.legalization": 0.3})
    world = ready(people(), p)
    assert (found(world, p, 0, -1, False) == 0) == works
    if not works:
        assert world.status[0] == Status.EMPTY and not world.member.any() and world.clock[SLOTS] == 0
        assert not world.weight_in.any() and not world.trust_in.any() and len(world.log()) == 0


@pytest.mark.parametrize(("minimum", "works"), [(3, True), (4, False)])
def test_a_coalition_needs_its_minimum(minimum, works):
    p = record(GLAD, {"founding.minimum": minimum})
    world = ready(people(n=3), p)
    assert (found(world, p, 0, -1, False) == 0) == works


def test_the_mandate_is_the_issue_served_worst():
    p = record(FIT)
    world = people(forums=5, issues=3)
    world.salience[0] = [0.2, 0.5, 0.3]
    add_forum(world, 0, [0], charter=0.5, mandate=[True, False, False])
    add_forum(world, 1, [0], charter=0.6, mandate=[False, True, False])
    add_forum(world, 2, [0], charter=0.8, mandate=[False, True, True])
    ready(world, p)
    assert worst_issue(world, p, 0) == 2
    world.member[2, 0] = False
    assert worst_issue(world, p, 0) == 2  # no forum at all is worse than any
    world.member[1, 0] = False
    assert worst_issue(world, p, 0) == 1  # of two without a forum the more salient


def test_mandates_by_chance_all_issues_or_the_worst():
    world = people(forums=6, issues=2)
    world.aspiration[0] = 1000.0
    world.aspiration[1:] = -1000.0
    for chance in (0.0, 1.0, 0.3):
        p = record(GLAD, {"founding.rate": 1.0, "founding.all_issues": chance})
        both = 0
        for seed in range(600):
            trial = world.copy()
            trial.seed[0] = seed
            founding(ready(trial, p), p)
            both += trial.mandate[0].all()
        assert both / 600 == pytest.approx(chance, abs=0.06)


def test_non_state_actors_found_soft_forums():
    p = record(GLAD, {"founding.legalization": 0.6})
    world = people()
    world.kind[3], world.power[:] = Kind.NONSTATE, [0.5, 0.3, 0.2, 0.0]
    ready(world, p)
    assert found(world, p, 3, -1, False) == 0 and world.legalization[0] == 0.0
    assert found(world, p, 0, -1, False) == 1 and world.legalization[1] == 0.6


def test_a_rival_in_conflict_is_competitive_regime_creation():
    p = record(GLAD, {"founding.accommodation": 5})
    world = people(n=6, forums=5)
    world.position[:, 0] = [0.2, 0.2, 0.2, 0.9, 0.9, 0.9]
    add_forum(world, 0, range(5), charter=0.8, legalization=0.7)  # conflict .6 x (.5 + .5) = .6
    add_forum(world, 1, range(2), charter=0.9)  # in conflict too, but weaker
    add_forum(world, 2, [5], charter=0.0)  # no common member
    ready(world, p)
    world.clock[STEP] = 7
    f = found(world, p, 0, -1, False)
    assert f == 3 and np.flatnonzero(world.member[3]).tolist() == [0, 1, 2] and world.parent[3] == 0
    assert events_of(world, Event.COMPETITIVE_CREATION) == [(0, 0, 3)]
    assert world.log()["value"][-1] == pytest.approx(0.6 * (0.5 + 0.5))
    assert world.movable_until[:4].tolist() == [12, -1_000_000, -1_000_000, -1_000_000]
    world = people(n=3, forums=3)
    add_forum(world, 0, range(3), charter=0.6)
    ready(world, p)
    assert found(world, p, 0, -1, False) == 1 and not events_of(world, Event.COMPETITIVE_CREATION)


def test_exclusive_members_leave_for_the_new_forum_only_if_it_gives_more():
    p = record(FIT, {"membership.exclusive": True, "founding.invite_distance": 2.0, "founding.cost": 0.0})
    world = people(n=6, forums=4)
    world.position[:, 0] = [0.2, 0.22, 0.24, 0.26, 0.5, 0.5]
    add_forum(world, 0, range(6), charter=0.5)
    ready(world, p)
    assert found(world, p, 0, -1, False) == 1
    assert np.flatnonzero(world.member[1]).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(world.member[0]).tolist() == [4, 5]
    assert [i for i, _, f in events_of(world, Event.EXIT) if f == 0] == [0, 1, 2, 3]
    assert found(world, p, 4, -1, False) == -1  # the two who stayed are too few
    assert (world.member.sum(0) == 1).all()


def test_nobody_founds_beyond_its_own_red_line():
    p = record(GLAD, {"founding.invite_distance": 2.0})
    world = people()
    world.position[:, 0] = [0.0, 0.4, 0.4, 0.4]
    world.red_line[0] = 0.25
    ready(world, p)
    assert found(world, p, 0, -1, False) == -1
    world.red_line[0], world.red_line[1] = np.inf, 0.05
    assert found(ready(world, p), p, 0, -1, False) == 0
    assert not (world.member[0, 1] and abs(0.4 - world.charter[0, 0]) > 0.05)


def test_founding_on_worlds_of_all_sorts_keeps_the_state_in_order():
    p = record({"founding.rate": 1.0, "founding.room": 100, "founding.invite_trust": 0.2, "utility.cost": -1.0,
                "founding.inclusive": 0.5})  # fmt: skip
    founded = 0
    for seed in range(10):
        world = ready(random_world(seed, 12, 3, 2), p)
        world.aspiration[:] = 1000.0
        founding(world, p)
        founded += len(events_of(world, Event.FOUNDING))
        rebuilt = ready(world.copy(), p)
        for name in ("weight_in", "trust_in", "distance", "conflict"):
            live = world.live()
            assert np.abs(getattr(world, name)[live] - getattr(rebuilt, name)[live]).max() < 1e-12
        assert not world.member[world.status == Status.EMPTY].any()
    assert founded > 5


def test_the_order_of_founders_is_drawn_anew_each_step():
    """With everybody willing at once, no row comes first more often than chance allows."""
    p = record(GLAD, {"founding.rate": 1.0})
    founders = []
    for seed in range(200):
        world = people(n=5, forums=8)
        world.seed[0] = seed
        world.aspiration[:] = 0.5
        founding(ready(world, p), p)
        founders += [i for i, _, _ in events_of(world, Event.FOUNDING)]
    counts = np.bincount(founders, minlength=5)
    assert len(founders) == 200
    assert counts.min() > 40 - 4 * 5.7 and counts.max() < 40 + 4 * 5.7  # four binomial standard deviations


def test_hard_law_is_founded_among_states():
    for law, expected in ((0.6, [0, 1, 2, 3]), (0.61, [0, 1, 2])):
        p = record(GLAD, {"founding.legalization": law, "membership.nonstate_law": 0.6})
        world = people(n=4)
        world.kind[3] = Kind.NONSTATE
        ready(world, p)
        assert found(world, p, 0, -1, False) == 0
        assert np.flatnonzero(world.member[0]).tolist() == expected
