"""Founding: exactly at a bound, what a failure leaves, how much room is left, births without choice."""

import math

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, events_of, ready, record, set_trust, world_of

from forumsim.core import draws
from forumsim.core.rules.founding import found, founding, worst_issue
from forumsim.core.terms import SLOTS, STEP, Admission, Event, Status

#: u = 1 for everybody, nothing costs.
GLAD = {**PLAIN, "utility.cost": -1.0, "founding.all_issues": 1.0, "founding.cost": 0.0}


def people(n=4, forums=4, issues=1):
    world = world_of(n, forums, issues)
    set_trust(world, 0.8)
    return world


def test_of_issues_served_alike_the_first_is_taken():
    p = record(PLAIN)
    world = people(issues=3)
    assert worst_issue(world, p, 0) == 0  # none has a forum, all are as salient
    add_forum(world, 0, [0])
    assert worst_issue(ready(world, p), p, 0) == 0


def test_the_distance_of_the_invited_is_a_mean_over_issues_below_its_bound():
    p = record(GLAD, {"founding.invite_distance": 0.25, "founding.minimum": 1})
    world = people(issues=2)
    world.position[:] = [[0.25, 0.5], [0.5, 0.75], [0.49, 0.74], [0.25, 0.5 + 0.35]]
    # root mean squares .25, .24 and .35 / sqrt 2 = .247
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert np.flatnonzero(world.member[0]).tolist() == [0, 2, 3]


@pytest.mark.parametrize(("law", "outcome"), [(0.0, -1), (0.4, -1), (0.6, 1)])
def test_loyalty_to_the_old_forum_speaks_against_the_new_one(law, outcome):
    """The new soft forum gives 1, the old one 1 - law; loyalty is .5."""
    p = record(GLAD, {"membership.exclusive": True, "membership.loyalty": 0.5, "membership.loyalty_start": 1.0,
                      "utility.sovereignty": 1.0, "founding.legalization": 0.0})  # fmt: skip
    world = people()
    world.sovereignty[:] = 1 / (2 * (1 - 0.8))  # so that 2 kS v H (1 - T) = H where trust is .8
    add_forum(world, 0, range(4), legalization=law)
    assert found(ready(world, p), p, 0, -1, False, 0.5) == outcome


def test_the_indifferent_are_dropped():
    """z = 0 for all but the founder, who gains 1: too few are left."""
    p = record(GLAD, {"utility.cost": 0.0})
    world = people()
    world.reservation[0] = -1.0
    assert found(ready(world, p), p, 0, -1, False, 0.5) == -1
    world.reservation[:] = [-1.0, -1e-9, -1e-9, 0.0]
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert world.member[0].tolist() == [True, True, True, False]


def test_a_failed_founding_leaves_the_slot_as_it_was():
    p = record(GLAD, {"founding.cost": 5.0})
    world = people()
    assert found(ready(world, p), p, 2, -1, False, 0.5) == -1
    assert world.founder[0] == -1 and world.status[0] == Status.EMPTY and world.clock[SLOTS] == 0
    assert not world.weight_in.any() and not world.trust_in.any() and not world.distance.any()


def test_every_slot_can_be_used():
    p = record(GLAD)
    world = ready(people(forums=2, issues=3), p)
    assert [found(world, p, 0, k, False, 0.5) for k in range(3)] == [0, 1, -1]


@pytest.mark.parametrize(("power", "admission"), [(0.6, Admission.APPROVAL), (0.7, Admission.OPEN)])
def test_more_than_two_thirds_of_power_make_a_forum_open_to_all(power, admission):
    p = record(GLAD, {"lifecycle.fair_share": False})
    world = people()
    world.power[:] = [power / 3] * 3 + [1 - power]
    world.trust[3] = 0.0  # 3 is not invited
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert world.admission[0] == admission and world.vitality[0] == pytest.approx(power)
    assert world.approval[0] == p["founding_invite_trust"]


def two_camps(room):
    """Six actors in two camps too far apart to invite each other, each sure to try."""
    p = record(GLAD, {"founding.rate": 20.0, "founding.room": room, "founding.invite_distance": 0.3})
    world = people(n=6)
    world.position[:, 0] = [0.1, 0.1, 0.1, 0.9, 0.9, 0.9]
    return ready(world, p), p


def test_a_forum_founded_in_this_step_takes_room_from_the_next():
    world, p = two_camps(room=1.0)
    founding(world, p)
    assert len(events_of(world, Event.FOUNDING)) == 1
    world, p = two_camps(room=1000.0)
    founding(world, p)
    assert len(events_of(world, Event.FOUNDING)) == 2


@pytest.mark.parametrize(("status", "founded"), [(Status.ALIVE, 0), (Status.DORMANT, 1), (Status.DISSOLVED, 1)])
def test_forums_awake_take_room(status, founded):
    world, p = two_camps(room=1.0)
    add_forum(world, 0, status=status, mandate=False)
    founding(ready(world, p), p)
    assert len(events_of(world, Event.FOUNDING)) == founded


def test_births_without_choice_are_the_draws_of_knuth():
    """The first n for which the product of n + 1 draws (0, 0), (0, 1) ... is at most exp(-lambda)."""
    p = record({"founding.poisson": 1.5, "founding.rate": 0.0})
    world = world_of(2, forums=200)
    expected = []
    for step in range(1, 41):
        world.clock[STEP] = step
        key = np.uint64(draws.stream(world.seed[0], draws.HAZARD, step))
        product, number = draws.uniform(key, 0, 0), 0
        while product > math.exp(-1.5):
            number += 1
            product *= draws.uniform(key, 0, number)
        before = int(world.clock[SLOTS])
        founding(world, p)
        assert world.clock[SLOTS] - before == number
        expected.append(number)
    assert min(expected) == 0 and max(expected) > 2
