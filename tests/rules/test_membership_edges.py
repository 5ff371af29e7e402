"""Membership: which draw decides, exactly at a bound, what counts within one look; exclusive members; texts."""

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, draw, ready, record, set_trust, sig, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.admission import admitted, passes_gate
from forumsim.core.rules.membership import membership
from forumsim.core.terms import Admission, Status

EXCLUSIVE = {**PLAIN, "membership.exclusive": True}
FIT = {"utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 1.0}


def run(world, p, steps=1):
    return tick(ready(world, p), p, membership, steps=steps)


def test_each_look_and_each_choice_has_its_draw():
    """Section 7.1: i looks at f by draw (i, f) of RECONSIDER, and wants to be in by its taste, draw (f, i) of TASTE."""
    noise = {"membership.temperature": 0.8, "taste.renewal": 1.0}
    p = record(PLAIN, noise, {"utility.cost": -0.4, "membership.rate": 0.6})
    world = world_of(12, forums=6)
    for f in range(6):
        add_forum(world, f, range(f))
    before = world.member.copy()
    run(world, p)
    for f, i in np.ndindex(6, 12):
        looks = draw(world, draws.RECONSIDER, i, f) < 0.6
        wanted = draw(world, draws.TASTE, f, i) < sig(0.4 / 0.8)
        assert world.member[f, i] == (wanted if looks else before[f, i]), (f, i)


def test_what_was_joined_or_left_in_a_look_counts_in_the_next():
    """z = 1.5 less the number of other memberships: who is in none joins two of three, who is in all leaves one."""
    p = record(PLAIN, {"utility.cost": -1.5, "membership.crowding": 1.0})
    world = world_of(2, forums=3)
    for f in range(3):
        add_forum(world, f, [1])
    run(world, p)
    assert world.member.tolist() == [[True, False], [True, True], [False, True]]


def test_gates_and_approval_are_met_at_their_bounds():
    world = world_of(2)
    set_trust(world, 0.5)
    add_forum(world, 0, [0], admission=Admission.INVITATION, approval=0.5, gate_power=0.5)
    p = record()
    ready(world, p)
    assert passes_gate(world, 0, 1) and admitted(world, p, 0, 1)
    world.gate_power[0] = 0.51
    assert not passes_gate(world, 0, 1)
    world.gate_power[0], world.trust[0, 1] = 0.5, 0.499
    assert not admitted(world, p, 0, 1)


def test_the_gate_binds_newcomers_alone():
    p = record(PLAIN, {"utility.cost": -1.0})
    world = world_of(3)
    add_forum(world, 0, [0, 1], admission=Admission.INVITATION)
    world.listed[0] = [True, False, False]
    assert run(world, p, steps=3).member[0].tolist() == [True, True, False]


def test_joining_a_standing_forum_enters_no_ledger():
    p = record(PLAIN, {"utility.cost": -1.0, "membership.co_sponsor": 0.2})
    world = world_of(3)
    add_forum(world, 0, [0], founder=0)
    assert run(world, p).member[0].all() and not world.ledger.any()


@pytest.mark.parametrize(("loyal", "moves"), [(0.2, True), (0.3, False)])
def test_loyalty_protects_the_present_forum_of_exclusive_members(loyal, moves):
    """The other forum gives .25 more."""
    p = record(EXCLUSIVE, FIT, {"membership.loyalty": loyal, "membership.loyalty_start": 1.0})
    world = world_of(1, forums=2)
    add_forum(world, 0, [0], charter=0.75)
    add_forum(world, 1, [], charter=0.5)
    assert run(world, p).member[:, 0].tolist() == [not moves, moves]


def test_dormant_forums_are_no_choice_of_exclusive_members():
    p = record(EXCLUSIVE, FIT)
    world = world_of(1, forums=3)
    add_forum(world, 0, [0], charter=0.75)
    add_forum(world, 1, [], charter=0.5, status=Status.DORMANT)
    assert run(world, p).member[:, 0].tolist() == [True, False, False]
    add_forum(world, 2, [], charter=0.6)
    assert run(world, p).member[:, 0].tolist() == [False, False, True]


def test_exclusive_choice_is_the_largest_of_value_and_gumbel():
    """The Gumbel quantile of 1 - taste for each forum and for staying out, times the temperature (section 7.1)."""
    heat, n = 0.3, 60
    p = record(EXCLUSIVE, FIT, {"utility.cost": 0.6, "membership.temperature": heat, "taste.renewal": 1.0})
    world = world_of(n, forums=3)
    world.position[:, 0] = np.linspace(0, 1, n)
    for f, charter in enumerate((0.2, 0.5, 0.8)):
        add_forum(world, f, range(f, n, 4), charter=charter)
    run(world, p)
    choices = set()
    for i in range(n):
        noise = [-np.log(-np.log(1 - draw(world, draws.TASTE, f, i))) for f in range(4)]
        worth = [0.4 - abs(world.position[i, 0] - charter) for charter in (0.2, 0.5, 0.8)] + [0.0]
        best = int(np.argmax(np.array(worth) + heat * np.array(noise)))
        assert np.flatnonzero(world.member[:, i]).tolist() == ([best] if best < 3 else []), i
        choices.add(best)
    assert choices == {0, 1, 2, 3}


@pytest.mark.parametrize(("fee", "others", "joins"), [(0.0, 2, True), (1.0, 0, True), (2.0, 0, False), (1.0, 2, False)])
def test_a_forum_has_a_fee_of_its_own(fee, others, joins):
    """z = 1 - fee (.8 + .3 n), and n other memberships that cost nothing."""
    p = record(PLAIN, {"utility.cost": -1.0, "membership.fee": 0.8, "membership.crowding": 0.3})
    world = world_of(1, forums=3)
    for f in range(others):
        add_forum(world, f, [0], fee=0.0)
    add_forum(world, 2, fee=fee)
    assert run(world, p).member[2, 0] == joins
