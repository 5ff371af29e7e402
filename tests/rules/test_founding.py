"""Founding: who tries, on what, with whom, on which charter (outside options and rivals: `test_founding_options`)."""

import math

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    draw,
    events_of,
    events_with,
    plain_worth,
    random_world,
    ready,
    record,
    set_trust,
    world_of,
)

from forumsim.core import draws
from forumsim.core.rules.founding import drive, found, founding, worst_issue
from forumsim.core.terms import SLOTS, STEP, Admission, Event, Kind, Status, Term

#: A world that is glad of any forum: u = 1 for everybody, nothing costs.
GLAD = {**PLAIN, "utility.cost": -1.0, "founding.all_issues": 1.0}
FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 0.3}


def people(n=4, forums=4, issues=1, trust=0.8):
    world = world_of(n, forums, issues)
    set_trust(world, trust)
    return world


def test_drive_is_the_root_of_power_or_a_share_of_influence():
    p = record({"founding.nonstate": 0.3})
    world = people()
    world.power[:] = [0.64, 0.16, 0.2, 0.0]
    world.kind[3], world.influence[3] = Kind.NONSTATE, 0.5
    assert [drive(world, p, i) for i in (0, 1, 3)] == pytest.approx([0.8, 0.4, 0.15])


def trials(p, world, seeds=1500):
    """How many worlds that differ in the seed alone see a founding."""
    founded = 0
    for seed in range(seeds):
        trial = world.copy()
        trial.seed[0] = seed
        founding(trial, p)
        founded += len(events_of(trial, Event.FOUNDING))
    return founded / seeds


def test_an_actor_tries_at_its_share_of_the_systems_rate():
    """f0 times its share of all drive times the room; the others have just founded."""
    p = record(GLAD, {"founding.rate": 2.0, "founding.room": 4})
    world = people(forums=6)
    world.heard[[0, 2, 3]] = 0
    world.power[:] = [0.4, 0.1, 0.25, 0.25]
    share = math.sqrt(0.1) / np.sqrt(world.power).sum()
    assert trials(p, ready(world, p)) == pytest.approx(2.0 * share, abs=0.05)
    add_forum(world, 0, [0], mandate=False)
    add_forum(world, 1, [0], mandate=False)
    assert trials(p, ready(world, p)) == pytest.approx(2.0 * share * (1 - 2 / 4), abs=0.04)


@pytest.mark.parametrize("n", [3, 30])
def test_the_rate_is_that_of_the_system_whatever_the_number_of_actors(n):
    """Everybody founds alone (nobody is near enough to be invited): f0 attempts, all of them well."""
    p = record(
        GLAD, {"founding.rate": 0.8, "founding.room": 1000, "founding.minimum": 1, "founding.invite_distance": 0}
    )
    world = people(n=n, forums=12)
    world.power[:] = np.arange(1, n + 1) / sum(range(1, n + 1))
    assert trials(p, ready(world, p)) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("why", ["powerless", "heard", "full", "no slot", "off"])
def test_who_does_not_found(why):
    p = record(GLAD, {"founding.rate": 20.0, "founding.patience": 8, "rule.founding": why != "off",
                      "founding.room": 0.5 if why == "full" else 20})  # fmt: skip
    world = people()
    world.clock[STEP] = 10
    if why == "powerless":
        world.power[:] = 0.0
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
        assert len(events_of(world, Event.FOUNDING)) == 1


def test_one_forum_serves_its_whole_coalition():
    """Whoever has joined a new forum has what another would give, and founds none of its own in the same step."""
    p = record(GLAD, {"founding.rate": 20.0, "founding.legalization": 0.3})
    world = people(n=5, forums=8)
    ready(world, p)
    founding(world, p)
    ((founder, _, slot),) = events_of(world, Event.FOUNDING)  # the first in the step's random order
    assert slot == 0
    told = events_with(world, Event.JOIN, "actor", "value", "term")
    assert told == [(i, 1.0, Term.COST) for i in range(5)]
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
    assert found(world, p, 0, -1, False, 0.5) == 0
    assert np.flatnonzero(world.member[0]).tolist() == [0, 1, 5]
    realist = record(GLAD, {"realist": True, "founding.invite_distance": 0.3})
    assert found(ready(people(n=3, trust=0.5), realist), realist, 0, -1, False, 0.5) == -1
    assert found(ready(people(n=3, trust=0.6), realist), realist, 0, -1, False, 0.5) == 0


def test_some_founders_are_choosier_than_others():
    """The least trust is T_inv + selective u (1 - T_inv), u draw (i, 2) of the mandate."""
    p = record(GLAD, {"founding.rate": 20.0, "founding.selective": 0.8, "founding.invite_trust": 0.4,
                      "founding.minimum": 1})  # fmt: skip
    sizes = set()
    for seed in range(40):
        world = people(n=12)
        world.seed[0], world.heard[1:] = seed, 0
        world.trust[0, 1:] = np.linspace(0.45, 0.99, 11)
        world.trust[1:, 0] = 1.0
        founding(ready(world, p), p)
        least = 0.4 + 0.8 * draw(world, draws.FOUNDING_MANDATE, 0, 2, step=0) * 0.6
        assert np.array_equal(world.member[0], np.append(True, world.trust[0, 1:] > least)), seed
        sizes.add(int(world.member[0].sum()))
    assert len(sizes) > 5


@pytest.mark.parametrize("inclusive", [False, True])
def test_the_charter_is_the_weighted_mean(inclusive):
    p = record(GLAD)
    world = people(n=5)
    world.position[:, 0] = [0.3, 0.2, 0.4, 0.9, 1.0]
    world.power[:] = [0.1, 0.2, 0.3, 0.3, 0.1]
    ready(world, p)
    assert found(world, p, 0, -1, inclusive, 0.5) == 0
    ours = (0.1 * 0.3 + 0.2 * 0.2 + 0.3 * 0.4) / 0.6
    everybody = world.power @ world.position[:, 0]
    assert world.charter[0, 0] == pytest.approx((ours + everybody) / 2 if inclusive else ours)
    assert world.status_quo[0, 0] == world.charter[0, 0]
    assert world.distance[0, 4] == pytest.approx(1.0 - world.charter[0, 0])


def test_those_who_would_not_gain_are_dropped_until_all_gain():
    p = record(FIT, {"utility.cost": 0.45, "founding.invite_distance": 2.0, "founding.cost": 0.0})
    world = people(n=6)
    world.position[:, 0] = [0.40, 0.42, 0.44, 0.60, 0.95, 0.38]
    ready(world, p)
    assert found(world, p, 0, -1, False, 0.5) == 0
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
    assert found(world, p, 0, -1, False, 0.5) == 0
    assert np.flatnonzero(world.member[0]).tolist() == [0, 1, 2]


@pytest.mark.parametrize(("cost", "works"), [(0.76, True), (0.77, False)])
def test_the_founder_bears_the_cost(cost, works):
    # u = 1 for all, the founder's cost is k_f (1 + H) with H = .3
    p = record(GLAD, {"founding.cost": cost, "founding.legalization": 0.3})
    world = ready(people(), p)
    assert (found(world, p, 0, -1, False, 0.5) == 0) == works
    if not works:
        assert world.status[0] == Status.EMPTY and not world.member.any() and world.clock[SLOTS] == 0
        assert not world.weight_in.any() and not world.trust_in.any() and len(world.log()) == 0


@pytest.mark.parametrize(("minimum", "works"), [(3, True), (4, False)])
def test_a_coalition_needs_its_minimum(minimum, works):
    p = record(GLAD, {"founding.minimum": minimum})
    world = ready(people(n=3), p)
    assert (found(world, p, 0, -1, False, 0.5) == 0) == works


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
    world.heard[1:] = 0
    for chance in (0.0, 1.0, 0.3):
        p = record(GLAD, {"founding.rate": 20.0, "founding.all_issues": chance})
        both = 0
        for seed in range(600):
            trial = world.copy()
            trial.seed[0] = seed
            founding(ready(trial, p), p)
            assert trial.mandate[0].any()
            both += trial.mandate[0].all()
        assert both / 600 == pytest.approx(chance, abs=0.06)


def test_non_state_actors_found_soft_forums():
    p = record(GLAD, {"founding.legalization": 0.6})
    world = people()
    world.kind[3], world.power[:] = Kind.NONSTATE, [0.5, 0.3, 0.2, 0.0]
    for founder, law in ((3, 0.0), (0, 0.6)):
        trial = ready(world.copy(), p)
        assert found(trial, p, founder, -1, False, 0.5) == 0 and trial.legalization[0] == law


def test_exclusive_members_leave_for_the_new_forum_only_if_it_gives_more():
    p = record(FIT, {"membership.exclusive": True, "founding.invite_distance": 2.0, "founding.cost": 0.0})
    world = people(n=6, forums=4)
    world.position[:, 0] = [0.2, 0.22, 0.24, 0.26, 0.5, 0.5]
    add_forum(world, 0, range(6), charter=0.5)
    ready(world, p)
    assert found(world, p, 0, -1, False, 0.5) == 1
    assert np.flatnonzero(world.member[1]).tolist() == [0, 1, 2, 3]
    assert np.flatnonzero(world.member[0]).tolist() == [4, 5]
    assert [i for i, _, f in events_of(world, Event.EXIT) if f == 0] == [0, 1, 2, 3]
    assert found(world, p, 4, -1, False, 0.5) == -1  # the two who stayed are too few
    assert (world.member.sum(0) == 1).all()


def test_nobody_founds_beyond_its_own_red_line():
    p = record(GLAD, {"founding.invite_distance": 2.0})
    world = people()
    world.position[:, 0] = [0.0, 0.4, 0.4, 0.4]
    world.red_line[0] = 0.25
    ready(world, p)
    assert found(world, p, 0, -1, False, 0.5) == -1
    world.red_line[0], world.red_line[1] = np.inf, 0.05
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert not (world.member[0, 1] and abs(0.4 - world.charter[0, 0]) > 0.05)


def test_founding_on_worlds_of_all_sorts_keeps_the_state_in_order():
    p = record({"founding.rate": 20.0, "founding.room": 100, "founding.invite_trust": 0.2, "utility.cost": -1.0,
                "founding.inclusive": 0.5})  # fmt: skip
    founded = 0
    for seed in range(10):
        world = ready(random_world(seed, 12, 3, 2), p)
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
    p = record(GLAD, {"founding.rate": 20.0})
    founders = []
    for seed in range(200):
        world = people(n=5, forums=8)
        world.seed[0] = seed
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
        assert found(world, p, 0, -1, False, 0.5) == 0
        assert np.flatnonzero(world.member[0]).tolist() == expected
