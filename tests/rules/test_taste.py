"""Tastes: what they decide, when they are drawn anew, what a later text of a series takes over."""

import math

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, draw, events_of, events_with, logit, ready, record, sig, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.membership import membership
from forumsim.core.rules.shocks import shocks
from forumsim.core.schedule import prepare
from forumsim.core.state.taste import in_logits, inherit_tastes, renew_tastes, wants
from forumsim.core.terms import SHOCK_DTYPE, STEP, Event, Mode, Shock, Status, Term

#: Rosters say nothing, so that tastes are uniform; everybody sees every forum as worth - k0 but for its reservation.
BLANK = {**PLAIN, "membership.temperature": 1.0, "taste.settled": 100_000}


def spread(share, n):
    """Four standard deviations of a share of n."""
    return 4 * math.sqrt(share * (1 - share) / n)


# --- the choice ---------------------------------------------------------------------------------------------------


def test_choice_is_logit_and_deterministic_without_noise():
    for value, heat in ((0.7, 1.0), (-1.2, 0.4)):
        chance = sig(value / heat)
        assert wants(value, heat, chance - 1e-9) and not wants(value, heat, chance + 1e-9)
    assert [wants(v, 0.0, 0.5) for v in (1e-9, 0.0, -1e-9, math.inf, -math.inf)] == [True, False, False, True, False]
    assert not wants(-math.inf, 1.0, 0.0) and wants(math.inf, 1.0, 0.999999)


def test_a_taste_is_a_term_of_the_value():
    """An actor wants what is worth more than nothing with its taste, T ln((1 - u) / u)."""
    assert in_logits(0.5, sig(-3.0)) == pytest.approx(1.5) and in_logits(0.5, sig(3.0)) == pytest.approx(-1.5)
    assert in_logits(0.0, 0.1) == 0.0 and in_logits(1.0, 0.5) == 0.0
    for u in np.random.default_rng(1).random(200):
        for value in (-2.0, 0.3, 4.0):
            assert wants(value, 0.7, u) == (value + in_logits(0.7, u) > 0.0)


@pytest.mark.parametrize("rate", [1.0, 0.4, 0.1])
@pytest.mark.parametrize("cost", [1.0, -0.5])
def test_who_wants_to_be_in_is_in_once_all_have_looked_whatever_the_rate(cost, rate):
    """The share is sig(z / T), and it is those with a taste below it; then nothing moves any more."""
    p = record(BLANK, {"utility.cost": cost, "membership.rate": rate, "membership.temperature": 0.5})
    world = world_of(60, forums=50)
    for f in range(50):
        add_forum(world, f, range(30))
    prepare(world, p)
    tick(world, p, membership, steps=round(16 / rate))
    assert np.array_equal(world.member, world.taste < sig(-cost / 0.5))
    assert world.member.mean() == pytest.approx(sig(-cost / 0.5), abs=spread(sig(-cost / 0.5), 3000))
    told = len(world.log())
    tick(world, p, membership, steps=20)
    assert len(world.log()) == told


@pytest.mark.parametrize(("worse", "loyal"), [(1.5, 0.0), (1.5, 0.8), (1.5, 2.0), (-1.0, 0.0)])
def test_of_those_in_the_share_leaves_that_loyalty_does_not_hold(worse, loyal):
    """z falls from z1 to z2: max(0, sig(z1) - sig(z2 + l)) of all leave, who like it least. If it rises some join."""
    p = record(BLANK, {"utility.cost": -0.6, "membership.loyalty": loyal, "membership.loyalty_start": 1.0})
    world = world_of(60, forums=50)
    for f in range(50):
        add_forum(world, f)
    prepare(world, p)
    tick(world, p, membership)
    assert world.member.mean() == pytest.approx(sig(0.6), abs=spread(sig(0.6), 3000))
    before = world.member.copy()
    world.reservation[:] = worse
    tick(world, p, membership, steps=3)
    z2 = 0.6 - worse
    leavers = max(0.0, sig(0.6) - sig(z2 + loyal))
    assert (before & ~world.member).mean() == pytest.approx(leavers, abs=spread(max(leavers, 0.01), 3000))
    joiners = max(0.0, sig(z2) - sig(0.6))
    assert (~before & world.member).mean() == pytest.approx(joiners, abs=spread(max(joiners, 0.01), 3000))
    assert np.array_equal(before & ~world.member, before & (world.taste > sig(z2 + loyal)))
    told = events_with(world, Event.EXIT, "forum", "actor", "value")
    expected = [z2 - logit(world.taste[f, i]) for f, i, _ in told]
    assert [value for _, _, value in told] == pytest.approx(expected) and not [z for z in expected if z >= -loyal]


def test_events_name_the_term_that_spoke_most():
    """Joins for what is best in a forum, exits for what is worst in it."""
    p = record(BLANK, {"utility.trust": 2.0, "membership.fee": 1.0, "utility.cost": 0.1})
    world = world_of(3, forums=3)
    add_forum(world, 0, [2])
    world.power[:], world.trust[:] = [0.25, 0.25, 0.5], 0.9
    np.fill_diagonal(world.trust, 0.0)
    world.taste[0] = [sig(-0.5), sig(-3.0), sig(-1.2)]
    # trust 2 (2 x .9 - 1) = 1.6, fee -1, cost -.1; tastes .5 and 3; 2 is alone there: fee -1, cost -.1, taste 1.2
    tick(ready(world, p), p, membership)
    told = {actor: (value, term) for actor, value, term in events_with(world, Event.JOIN, "actor", "value", "term")}
    assert told == {0: (pytest.approx(1.0), Term.TRUST), 1: (pytest.approx(3.5), Term.TASTE)}
    world.trust[:2, 2] = world.trust[2, :2] = 0.0
    world.trust[0, 1] = 0.0  # to 0 nobody there is worth its trust, which is -2 now; 1 stays, and so there is somebody
    tick(ready(world, p), p, membership)
    told = events_with(world, Event.EXIT, "actor", "value", "term")
    assert (0, pytest.approx(-2.0 - 1.0 - 0.1 + 0.5), Term.TRUST) in told


def test_a_red_line_decides_against_whatever_the_taste():
    p = record(BLANK, {"utility.cost": -5.0})
    world = world_of(1)
    add_forum(world, 0, [0], charter=0.9)
    world.red_line[0], world.taste[0, 0] = 0.1, 1e-9
    tick(ready(world, p), p, membership)
    assert events_with(world, Event.EXIT, "actor", "value", "term") == [(0, -math.inf, Term.RED_LINE)]


# --- draws --------------------------------------------------------------------------------------------------------


def test_tastes_are_drawn_at_the_start_for_each_pair_and_for_staying_out():
    p = record(BLANK)
    world = world_of(5, forums=4)
    add_forum(world, 0, [0, 1])
    prepare(world, p)
    assert world.taste.tolist() == [[draw(world, draws.TASTE, f, i, step=0) for i in range(5)] for f in range(4)]
    assert world.outside.tolist() == [draw(world, draws.TASTE, 4, i, step=0) for i in range(5)]


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_a_taste_is_renewed_by_a_draw_of_its_own(chance):
    p = record({"taste.renewal": chance})
    world = world_of(30, forums=20)
    world.clock[STEP] = 7
    renew_tastes(world, p)
    renewed = 0
    for f, i in np.ndindex(21, 30):
        taste = world.taste[f, i] if f < 20 else world.outside[i]
        again = draw(world, draws.TASTE_RENEWAL, f, i, step=7) < chance
        assert taste == (draw(world, draws.TASTE, f, i, step=7) if again else 0.5)
        renewed += again
    assert renewed / 630 == pytest.approx(chance, abs=spread(chance, 630) + 1e-12)


def test_membership_renews_tastes_before_anybody_looks():
    p = record(PLAIN, {"membership.temperature": 1.0, "taste.renewal": 1.0})
    world = world_of(40)
    add_forum(world, 0)
    tick(ready(world, p), p, membership)
    assert world.member[0].tolist() == [draw(world, draws.TASTE, 0, i) < 0.5 for i in range(40)]


def test_a_new_leadership_has_new_tastes_and_nobody_else():
    p = record()
    world = world_of(4, forums=3)
    world.shocks = np.array([(2, Shock.LEADERSHIP, 1, -1, -1, 0, 0.0, 0, 0.0)], dtype=SHOCK_DTYPE)
    world.clock[STEP] = 2
    shocks(ready(world, p), p)
    assert world.taste[:, 1].tolist() == [draw(world, draws.TASTE, f, 1, step=2) for f in range(3)]
    assert world.outside[1] == draw(world, draws.TASTE, 3, 1, step=2)
    others = [0, 2, 3]
    assert (world.taste[:, others] == 0.5).all() and (world.outside[others] == 0.5).all()


# --- lineage ------------------------------------------------------------------------------------------------------


def lineage(share, n=4000):
    """A text in slot 1 after one in slot 0, tastes of their own for both."""
    world = world_of(n, forums=2)
    world.taste[:] = np.random.default_rng(3).random((2, n))
    world.predecessor[1] = 0
    before = world.taste.copy()
    inherit_tastes(world, record({"taste.lineage": share}), 1)
    return world, before


@pytest.mark.parametrize("share", [0.0, 0.35, 1.0])
def test_a_later_text_takes_over_a_share_of_the_tastes(share):
    world, before = lineage(share)
    taken = [draw(world, draws.LINEAGE, 1, i, step=0) < share for i in range(4000)]
    assert np.array_equal(world.taste[1], np.where(taken, before[0], before[1]))
    assert np.array_equal(world.taste[0], before[0])
    assert np.mean(taken) == pytest.approx(share, abs=spread(share, 4000) + 1e-12)


def test_who_signed_the_last_text_signs_the_next_with_lineage_and_chance():
    """P(signs again) = lambda + (1 - lambda) sig(z), P(signs though not the last) = (1 - lambda) sig(z)."""
    world, _ = lineage(0.6)
    last, now = world.taste < sig(-0.4)
    assert now[last].mean() == pytest.approx(0.6 + 0.4 * sig(-0.4), abs=spread(0.7, last.sum()))
    assert now[~last].mean() == pytest.approx(0.4 * sig(-0.4), abs=spread(0.2, (~last).sum()))


def test_a_text_without_a_predecessor_inherits_nothing():
    world, before = lineage(1.0)
    world.predecessor[1], world.taste[:] = -1, before
    inherit_tastes(world, record({"taste.lineage": 1.0}), 1)
    assert np.array_equal(world.taste, before)


def test_tastes_pass_on_when_a_text_opens():
    p = record(BLANK, {"taste.lineage": 1.0})
    world = world_of(30, forums=2)
    add_forum(world, 0, range(3), mode=Mode.DECLARATION, edition=-4)
    world.mode[1], world.mandate[1], world.predecessor[1], world.founder[1] = Mode.DECLARATION, True, 0, 2
    world.shocks = np.array([(1, Shock.OPENING, 2, -1, 1, -1, 1.0, 0, 0.0)], dtype=SHOCK_DTYPE)
    prepare(world, p)
    assert not np.array_equal(world.taste[0], world.taste[1])
    tick(world, p, shocks, membership)
    founder_alone = np.where(np.arange(30) == 2, 0.5, 1.0)  # of a text worth 0 it is known that it wants it
    assert world.status[1] == Status.ALIVE and world.taste[1].tolist() == (world.taste[0] * founder_alone).tolist()
    signed = {i for i, _, f in events_of(world, Event.JOIN) if f == 1}
    assert signed == {i for i in range(30) if world.taste[0, i] < 0.5} | {2}
