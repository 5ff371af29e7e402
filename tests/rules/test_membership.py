"""Membership: who joins, leaves and is let in; attention and aspiration. Texts and tastes have files of their own."""

import math

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    events_of,
    events_with,
    plain_utility,
    plain_worth,
    random_world,
    ready,
    record,
    set_trust,
    sig,
    tick,
    world_of,
)

from forumsim.core.rules.admission import admitted, passes_gate
from forumsim.core.rules.membership import divide_attention, loyalty, membership, net_utility
from forumsim.core.state.members import memberships_of
from forumsim.core.terms import STEP, Admission, Event, Kind, Mode, Status, Term

DEFAULT = record()


def run(world, p, steps=1):
    return tick(world, p, membership, steps=steps)


def test_worth_is_the_formula_of_the_model():
    p = record({"membership.crowding": 0.15, "membership.conflict": 0.7, "membership.habit": 1.1})
    for seed in range(5):
        world = ready(random_world(seed, 8, 6, 2), p)
        mine = np.empty(world.slots, dtype=np.int64)
        for f in np.flatnonzero(world.live()):
            for i in range(8):
                number = memberships_of(world, i, mine)
                assert number == (world.member[:, i] & world.live()).sum()
                expected = plain_worth(world, p, f, i)
                assert net_utility(world, p, f, i, mine, number) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("cost", "rate"), [(0.0, 1.0), (1.2, 1.0), (-0.8, 0.3)])
def test_without_weights_membership_is_random_at_its_rate(cost, rate):
    """z = -k0 for all, tastes are always new: a non-member joins with r sig(-k0), a member leaves with r sig(k0)."""
    p = record(PLAIN, {"utility.cost": cost, "membership.temperature": 1.0, "membership.rate": rate,
                      "taste.renewal": 1.0})  # fmt: skip
    world = world_of(50, forums=60)
    for f in range(60):
        add_forum(world, f, range(25))
    run(ready(world, p), p)
    assert world.member[:, 25:].mean() == pytest.approx(rate * sig(-cost), abs=0.035)
    assert world.member[:, :25].mean() == pytest.approx(1 - rate * sig(cost), abs=0.035)
    run(world, p, steps=40)
    assert world.member.mean() == pytest.approx(sig(-cost), abs=0.03)


def test_joins_and_exits_are_logged_with_worth_and_term_and_tenure_grows():
    p = record(PLAIN, {"utility.cost": -1.0})
    world = world_of(3, forums=2)
    add_forum(world, 0, [0])
    world.reservation[2] = 5.0
    run(ready(world, p), p, steps=3)
    assert events_with(world, Event.JOIN, "actor", "forum", "value", "term") == [(1, 0, 1.0, Term.COST)]
    assert world.tenure[0].tolist() == [3, 3, 0]
    world.reservation[1] = 5.0
    run(world, p)
    assert events_with(world, Event.EXIT, "actor", "forum", "value", "term") == [(1, 0, 1.0 - 5.0, Term.COST)]
    assert world.tenure[0].tolist() == [4, 0, 0]
    assert world.weight_in[0] == pytest.approx(1 / 3)


def test_loyalty_grows_with_tenure_and_holds_members():
    p = record(PLAIN, {"membership.loyalty": 4.0, "membership.loyalty_start": 0.25, "membership.tenure": 8})
    world = world_of(2)
    add_forum(world, 0, [0, 1])
    world.loyalty[:] = [1.0, 0.5]
    held = []
    for tenure in (0, 4, 8, 80):
        world.tenure[0] = tenure
        held.append(loyalty(world, p, 0, 0))
    assert held == pytest.approx([1.0, 4 * (0.25 + 0.75 * 0.5), 4.0, 4.0])
    assert loyalty(world, p, 0, 1) == pytest.approx(2.0)
    world.reservation[:] = [3.9, 2.1]
    run(ready(world, p), p)
    assert world.member[0].tolist() == [True, False]
    world.reservation[0] = 4.1
    no_exit = record(PLAIN, {"membership.loyalty": 4.0, "membership.exit": False})
    assert run(world, no_exit).member[0, 0] and not run(world, p).member[0, 0]


def test_a_red_line_keeps_out_and_drives_out():
    p = record(PLAIN, {"utility.cost": -50.0, "membership.temperature": 50.0})
    world = world_of(40)
    add_forum(world, 0, range(20), charter=0.9)
    world.red_line[:, 0] = 0.3
    run(ready(world, p), p)
    assert not world.member.any() and len(events_of(world, Event.JOIN)) == 0


def test_each_sees_what_the_ones_before_it_did():
    """Everybody joins in one step only if each counts those who have just joined (needs k members, has k)."""
    p = record(PLAIN, {"utility.network": 20.0, "utility.cost": -0.5})
    world = world_of(20)
    add_forum(world, 0)
    run(ready(world, p), p)
    order = [actor for actor, _, _ in events_of(world, Event.JOIN)]
    assert sorted(order) == list(range(20)) and order != sorted(order)
    assert world.log()["value"].tolist() == pytest.approx([0.5 + k for k in range(20)])


def test_gates():
    world = world_of(4, forums=2)
    add_forum(world, 0, [0], admission=Admission.INVITATION)
    add_forum(world, 1, [1, 3])
    world.power[:] = [0.4, 0.3, 0.3, 0.0]
    world.kind[3] = Kind.NONSTATE
    world.position[:, 0] = [0.2, 0.4, 0.6, 0.8]
    assert [passes_gate(world, 0, i) for i in range(4)] == [True] * 4
    world.listed[0, 2] = False
    assert [passes_gate(world, 0, i) for i in range(4)] == [True, True, False, True]
    world.listed[0, 2], world.gate_forum[0] = True, 1
    assert [passes_gate(world, 0, i) for i in range(4)] == [False, True, False, True]
    world.gate_forum[0], world.gate_power[0] = -1, 0.35
    assert [passes_gate(world, 0, i) for i in range(4)] == [True, False, False, True]  # no floor for non-states
    world.gate_power[0], world.gate_issue[0], world.gate_low[0], world.gate_high[0] = 0.0, 0, 0.4, 0.6
    assert [passes_gate(world, 0, i) for i in range(4)] == [False, True, True, False]


def test_admission_asks_the_members_trust_weighted_by_power():
    world = world_of(4)
    world.power[:] = [0.6, 0.2, 0.1, 0.1]
    set_trust(world, 0.9)
    world.trust[0, 3], world.trust[1, 3] = 0.4, 0.8  # .6 x .4 + .2 x .8 over .8 = .5
    world.trust[3, :3] = 0.0  # what the applicant thinks does not count here
    add_forum(world, 0, [0, 1], approval=0.5)
    ready(world, DEFAULT)
    verdicts = []
    for rule in Admission:
        for threshold in (0.499, 0.501):
            for listed in (True, False):
                world.admission[0], world.approval[0], world.listed[0, 3] = rule, threshold, listed
                verdicts.append(admitted(world, DEFAULT, 0, 3))
    assert verdicts == [True] * 4 + [True, True, False, False] + [True, False, False, False]
    world.admission[0] = Admission.APPROVAL
    assert not admitted(world, record({"realist": True}), 0, 3)  # realists ask as well
    world.member[0] = False
    assert admitted(ready(world, DEFAULT), DEFAULT, 0, 3)  # nobody is there to refuse


@pytest.mark.parametrize(("goodwill", "works"), [(0.0, False), (0.23, False), (0.24, True)])
def test_what_an_applicant_has_done_for_the_members_speaks_for_it(goodwill, works):
    """Trust .4 and .5, ledgers .4 and -.1 of powers .6 and .2: .425 + .275 g against .49, met from g = .236 on."""
    p = record({"membership.goodwill": goodwill})
    world = world_of(3)
    world.power[:] = [0.6, 0.2, 0.2]
    world.trust[:2, 2], world.ledger[:2, 2] = [0.4, 0.5], [0.4, -0.1]
    world.ledger[2, :2] = 1.0  # what the applicant owes does not count
    add_forum(world, 0, [0, 1], admission=Admission.APPROVAL, approval=0.49)
    assert admitted(ready(world, p), p, 0, 2) == works


@pytest.mark.parametrize(("weight", "reputation", "let_in"), [
    (0.0, 1.0, False), (0.5, 1.0, True), (0.5, 0.71, True), (0.5, 0.69, False), (0.5, 0.0, False), (1.0, 0.61, True),
])  # fmt: skip
def test_reputation_counts_beside_the_members_trust(weight, reputation, let_in):
    """Trust .4 and .5 (reputation - 1/2) against an approval of .5."""
    p = record({"membership.reputation": weight})
    world = world_of(3)
    set_trust(world, 0.4)
    world.reputation[:] = [1.0, 1.0, reputation]  # that of members does not count
    add_forum(world, 0, [0, 1], admission=Admission.APPROVAL, approval=0.5)
    assert admitted(ready(world, p), p, 0, 2) == let_in


@pytest.mark.parametrize("exclusive", [False, True])
def test_who_is_not_admitted_stays_out(exclusive):
    p = record(PLAIN, {"utility.cost": -1.0, "membership.exclusive": exclusive})
    world = world_of(3)
    add_forum(world, 0, [0], admission=Admission.APPROVAL, approval=0.6)
    world.trust[0, 1] = 0.7
    run(ready(world, p), p)
    assert world.member[0].tolist() == [True, True, False]


def test_attention_is_a_softmax_of_utility():
    p = record({"attention.temperature": 0.7, "attention.half_life": 4})
    world = random_world(5, 10, 6, 2)
    world.clock[STEP] = 2
    divide_attention(ready(world, p), p)
    for i in range(10):
        mine = [f for f in range(world.slots) if world.live()[f] and world.member[f, i]]
        value = {f: plain_utility(world, p, f, i) for f in mine}
        fresh = {f: 1.0 if world.mode[f] == Mode.STANDING else 0.5 ** ((2 - world.edition[f]) / 4) for f in mine}
        share = {f: fresh[f] * math.exp(value[f] / 0.7) for f in mine}
        total = sum(share.values())
        for f in range(world.slots):
            expected = share[f] / total if f in mine and total > 0 else 0.0
            assert world.attention[f, i] == pytest.approx(expected, abs=1e-12)
        finite = [v for v in value.values() if v > -math.inf]
        assert world.satisfaction[i] == pytest.approx(max(finite) if finite else 0.0, abs=1e-12)
        assert world.focal[i] == (max(mine, key=value.get) if total > 0 else -1)  # whatever their age


def test_aspiration_follows_satisfaction():
    p = record(PLAIN, {"utility.cost": -0.8, "aspiration.rate": 0.25, "membership.rate": 0.0})
    world = world_of(2)
    add_forum(world, 0, [0])
    world.aspiration[:] = [0.4, 0.4]
    run(ready(world, p), p)
    assert world.aspiration.tolist() == pytest.approx([0.4 + 0.25 * 0.4, 0.4 - 0.25 * 0.4])


@pytest.mark.parametrize(("charter", "shifts"), [(0.9, [(0, 0, 1)]), (0.55, [])])
def test_regime_shifting_is_a_change_of_focus_to_a_forum_in_conflict(charter, shifts):
    at_once = {"attention.shift_margin": 0.0, "attention.shift_steps": 1}
    p = record(PLAIN, at_once, {"utility.fit": 1.0, "membership.rate": 0.0})
    world = world_of(1, forums=2)
    add_forum(world, 0, [0], charter=0.5, legalization=0.5)
    add_forum(world, 1, [0], charter=charter, legalization=0.5)
    run(ready(world, p), p)
    assert world.focal[0] == 0
    world.position[0, 0] = 0.95
    run(ready(world, p), p)
    assert world.focal[0] == 1
    assert [(i, f, g) for i, f, g in events_of(world, Event.REGIME_SHIFT)] == shifts
    if shifts:
        assert world.log()["value"][-1] == pytest.approx(0.4)


def test_exclusive_members_move_to_the_better_forum_and_stay_on_a_tie():
    p = record(PLAIN, {"utility.fit": 1.0, "membership.exclusive": True})
    world = world_of(4, forums=3)
    world.position[:, 0] = [0.1, 0.5, 0.9, 0.5]
    add_forum(world, 0, [2, 3], charter=0.25)
    add_forum(world, 1, [0, 1], charter=0.75)
    run(ready(world, p), p)
    assert world.member[:2].tolist() == [[True, False, False, True], [False, True, True, False]]
    assert set(events_of(world, Event.EXIT)) == {(0, -1, 1), (2, -1, 0)}
    world.reservation[:] = 5.0  # now every forum costs more than it gives
    outside = run(world.copy(), p)
    assert not outside.member.any()
    stay = record(PLAIN, {"utility.fit": 1.0, "membership.exclusive": True, "membership.outside": False})
    assert run(world, stay).member.sum() == 4


def test_exclusive_members_who_start_in_several_forums_keep_the_best():
    p = record(PLAIN, {"utility.fit": 1.0, "membership.exclusive": True})
    world = world_of(2, forums=3)
    for f, charter in enumerate((0.5, 0.7, 0.6)):
        add_forum(world, f, [0, 1], charter=charter)
    run(ready(world, p), p)
    assert world.member.tolist() == [[True, True], [False, False], [False, False]]
    assert not events_of(world, Event.JOIN) and len(events_of(world, Event.EXIT)) == 4
    assert world.weight_in.tolist() == [1.0, 0.0, 0.0]


def test_switched_off_nobody_moves():
    p = record(PLAIN, {"utility.cost": -5.0, "rule.membership": False})
    world = world_of(3)
    add_forum(world, 0, [0], mode=Mode.SERIES, period=1)
    run(ready(world, p), p)
    assert world.member.sum() == 1 and len(world.log()) == 0 and not world.tenure.any()


def test_the_dead_take_no_members():
    p = record(PLAIN, {"utility.cost": -5.0})
    for status, number in ((Status.EMPTY, 0), (Status.DISSOLVED, 0), (Status.MERGED, 0), (Status.DORMANT, 3)):
        world = world_of(3)
        add_forum(world, 0, status=status)
        assert run(ready(world, p), p).member.sum() == number


def test_hard_law_is_for_states():
    p = record({"membership.nonstate_law": 0.6})
    world = world_of(3, 2)
    for f, law in enumerate((0.6, 0.61)):
        add_forum(world, f, [0], legalization=law)
    world.kind[2] = Kind.NONSTATE
    ready(world, p)
    assert [admitted(world, p, f, 1) for f in (0, 1)] == [True, True]
    assert [admitted(world, p, f, 2) for f in (0, 1)] == [True, False]
