"""Founding: the outside option of the founder, the taste for the new forum, and against whom it is founded."""

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, draw, events_of, events_with, logit, ready, record, set_trust, sig, world_of

from forumsim.core import draws
from forumsim.core.rules.coalition import best_alternative
from forumsim.core.rules.founding import found
from forumsim.core.terms import STEP, Admission, Event, Form, Mode, Status, Term

#: u = 1 - d / .5 without noise; founding costs .1 (1 + H) with H = .3.
FIT = {
    **PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 0.5,
    "founding.cost": 0.1, "founding.legalization": 0.3, "founding.invite_distance": 0.1,
}  # fmt: skip


def people(n=4, forums=4, issues=1):
    world = world_of(n, forums, issues)
    set_trust(world, 0.8)
    return world


# --- the outside option -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gap", "founds"), [(0.064, False), (0.066, True), (0.0, False)])
def test_a_new_forum_has_to_give_more_than_the_best_one_on_its_issue(gap, founds):
    """The new charter is the founder's own: it gives 1, the old one 1 - gap / .5, and the cost is .13."""
    p = record(FIT)
    world = people()
    add_forum(world, 0, [0], charter=0.5 + gap)
    assert (found(ready(world, p), p, 0, -1, False, 0.5) == 1) == founds


@pytest.mark.parametrize(("capacity", "founds"), [(1.0, True), (0.5, False), (0.8, True)])
def test_founding_costs_the_more_the_less_one_can(capacity, founds):
    """The gain is .2, the cost .13 over capacity."""
    p = record(FIT)
    world = people()
    world.capacity[0] = capacity
    add_forum(world, 0, [0], charter=0.6)
    assert (found(ready(world, p), p, 0, -1, False, 0.5) == 1) == founds


def test_what_counts_is_the_best_of_ones_own_live_forums_that_share_an_issue():
    p = record(FIT)
    world = people(forums=8, issues=2)
    here, there = [True, False], [False, True]
    add_forum(world, 0, [0], charter=0.7, mandate=here)  # worth .6
    add_forum(world, 1, [0], charter=0.6, mandate=here)  # worth .8: the best
    add_forum(world, 2, [0], charter=0.5, mandate=there)  # another issue
    add_forum(world, 3, [1], charter=0.5, mandate=here)  # not a member
    add_forum(world, 4, [0], charter=0.5, mandate=here, status=Status.DISSOLVED)
    add_forum(world, 5, [0], charter=0.65, status=Status.DORMANT)  # all issues
    world.mandate[6] = here
    assert best_alternative(ready(world, p), p, 0, 6) == pytest.approx(0.8)
    world.member[1, 0] = False
    assert best_alternative(ready(world, p), p, 0, 6) == pytest.approx(0.7)
    world.member[:, 0] = False
    assert best_alternative(ready(world, p), p, 0, 6) == 0.0
    add_forum(world, 0, [0], charter=0.5, mandate=here)
    assert best_alternative(ready(world, p), p, 0, 0) == 0.0  # not against itself


@pytest.mark.parametrize(("charter", "founds"), [(0.8, True), (0.54, False)])
def test_a_bad_forum_may_be_left_behind_for_one_that_is_less_bad(charter, founds):
    """With a cost of 1.5 a forum is worth 1 - gap / .5 - 1.5: the new one -.5, the old one -1.1 (gap .3) or -.58 (.04).

    All are below 0; who is ready to take part (engagement 2) founds all the same, if it gains more than .13.
    """
    p = record(FIT, {"utility.cost": 1.5})
    world = people()
    world.engagement[:] = 2.0
    add_forum(world, 0, [0], charter=charter)
    assert best_alternative(ready(world, p), p, 0, 1) == 0.0  # the slot has no mandate yet
    world.mandate[1] = True
    assert best_alternative(world, p, 0, 1) == pytest.approx(1 - (charter - 0.5) / 0.5 - 1.5)
    assert (found(world, p, 0, -1, False, 0.5) == 1) == founds


def test_tastes_for_the_old_and_the_new_count():
    """Alone in the world: it founds if it wants the new one and likes it better than the old by the cost."""
    p = record(FIT, {"membership.temperature": 1.0, "founding.minimum": 1, "utility.cost": 0.6})
    seen = set()
    for seed in range(60):
        world = people(n=1, forums=2)
        world.seed[0], world.clock[STEP], world.taste[0, 0] = seed, 4, sig(-0.2)
        add_forum(world, 0, [0], charter=0.6)
        taste = -logit(draw(world, draws.TASTE, 1, 0, step=4))
        new, old = 0.4 + taste, 0.2 + 0.2
        founds = new > 0 and new > old + 0.13
        assert (found(ready(world, p), p, 0, -1, False, 0.5) == 1) == founds, seed
        if founds:
            told = (0, pytest.approx(new), Term.TASTE if taste > 1.0 else Term.FIT)
            assert events_with(world, Event.JOIN, "actor", "value", "term") == [told]
        seen.add((founds, new > 0))
    assert seen == {(True, True), (False, True), (False, False)}


def test_only_those_who_want_it_join():
    """u = .2 for all: who has a taste below sig(.2) is in, if these are enough and the founder is one of them."""
    p = record(FIT, {"membership.temperature": 1.0, "utility.cost": 0.8, "founding.cost": 0.0, "founding.minimum": 4})
    outcomes = set()
    for seed in range(40):
        world = people(n=10)
        world.seed[0] = seed
        tastes = np.array([draw(world, draws.TASTE, 0, j, step=0) for j in range(10)])
        willing = tastes < sig(0.2)
        works = willing[0] and willing.sum() >= 4
        assert (found(ready(world, p), p, 0, -1, False, 0.5) == 0) == works
        assert np.array_equal(world.member[0], willing if works else np.zeros(10, bool))
        if works:
            values = [value for (value,) in events_with(world, Event.JOIN, "value")]
            assert values == pytest.approx([0.2 - logit(u) for u in tastes[willing]])
        outcomes.add(bool(works))
    assert outcomes == {True, False}


@pytest.mark.parametrize(("engagement", "founds"), [(-0.9, True), (-1.1, False)])
def test_who_would_not_join_its_own_forum_does_not_found_it(engagement, founds):
    """The new forum is worth 1 and the founder has no other; what it thinks of memberships as such counts as well."""
    p = record(FIT)
    world = people()
    world.engagement[0] = engagement
    assert (found(ready(world, p), p, 0, -1, False, 0.5) == 0) == founds


def test_those_who_do_not_want_it_are_dropped_at_once():
    """Charter .5 is worth 1 - .4 - .7 to those at .3 and .7. Without the first alone it would suit the second."""
    p = record(FIT, {"founding.invite_distance": 1.0, "founding.minimum": 2, "utility.cost": 0.7})
    world = people()
    world.position[:, 0] = [0.5, 0.3, 0.7, 0.5]
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert world.member[0].tolist() == [True, False, False, True]
    assert 1 - (0.7 - (0.5 + 0.7 + 0.5) / 3) / 0.5 - 0.7 > 0  # what it would be worth to the second then


def test_who_gains_nothing_by_moving_is_not_in():
    """With exclusive membership a new forum is worth 1 to its founder, and exactly 0 to the others."""
    p = record(PLAIN, {"membership.exclusive": True, "founding.minimum": 1, "founding.cost": 0.1})
    world = people()
    world.reservation[0] = -1.0
    assert found(ready(world, p), p, 0, -1, False, 0.5) == 0
    assert world.member[0].tolist() == [True, False, False, False]


# --- rivals -------------------------------------------------------------------------------------------------------


def against(*rivals, founders=(0, 1, 2), power=None):
    """The slot of the rival of a soft club at .2 that actor 0 founds with 1 and 2, and the world; 3 to 5 are at .9.

    All rivals are at .8 and little worth to the founder, so that it founds in any case.
    """
    p = record(FIT, {"founding.legalization": 0.0, "founding.accommodation": 5})
    world = people(n=6, forums=len(rivals) + 1)
    world.position[:, 0] = [0.2, 0.2, 0.2, 0.9, 0.9, 0.9]
    if power is not None:
        world.power[:] = power
    for f, (members, fields) in enumerate(rivals):
        add_forum(world, f, members, **{"charter": 0.8, "form": Form.CLUB, **fields})
    world.clock[STEP] = 7
    f = found(ready(world, p), p, 0, -1, False, 0.5)
    assert f == len(rivals) and np.flatnonzero(world.member[f]).tolist() == list(founders)
    return int(world.parent[f]), world


def test_a_rival_in_conflict_is_competitive_regime_creation():
    rival, world = against(([0, 3, 4], {"legalization": 0.5}))
    assert rival == 0 and events_of(world, Event.COMPETITIVE_CREATION) == [(0, 0, 1)]
    assert world.log()["value"][-1] == pytest.approx(0.6 * (0.5 + 0.25))
    assert world.movable_until.tolist() == [12, -1_000_000]
    rival, world = against(([0, 3, 4], {"charter": 0.2 + 0.23}))  # conflict .115
    assert rival == -1 and not events_of(world, Event.COMPETITIVE_CREATION)
    assert (world.movable_until < 0).all()


@pytest.mark.parametrize(("rivals", "expected"), [
    ([([0, 3], {}), ([0, 3, 4], {}), ([0, 4], {})], 1),  # the one with most power
    ([([0, 3], {}), ([0, 4], {})], 0),  # the first of equals
    ([([3, 4, 5], {})], -1),  # not a member, and welcome
    ([([3, 4, 5], {"admission": Admission.APPROVAL, "approval": 0.9})], 0),  # shut out
    ([([3, 4, 5], {"admission": Admission.APPROVAL, "approval": 0.7})], -1),  # it would be let in
    ([([0, 3], {}), (range(3, 6), {"admission": Admission.INVITATION, "gate_power": 0.5})], 1),
    ([([0, 3], {}), (range(6), {"form": Form.UNIVERSAL})], 0),  # a club is not founded against all the world
    ([([0, 3], {}), ([0, 3, 4], {"mode": Mode.DECLARATION})], 0),
    ([([0, 3], {}), ([0, 3, 4], {"mode": Mode.SERIES})], 0),
    ([([0, 3], {}), ([0, 3, 4], {"status": Status.DORMANT})], 1),
    ([([0, 3], {}), ([0, 3, 4], {"status": Status.DISSOLVED})], 0),
    ([([0, 3], {}), ([0, 3, 4], {"form": Form.BILATERAL})], 1),
])  # fmt: skip
def test_a_rival_is_a_club_that_the_founder_is_in_or_shut_out_of(rivals, expected):
    assert against(*rivals)[0] == expected


def test_a_universal_forum_is_founded_against_universal_ones():
    power = [0.3, 0.3, 0.3, 0.04, 0.03, 0.03]
    rivals = [([0, 3], {}), ([0, 3], {"form": Form.UNIVERSAL})]
    rival, world = against(*rivals, power=power)
    assert world.form[2] == Form.UNIVERSAL and rival == 1
