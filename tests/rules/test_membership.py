"""Membership: who joins, leaves and is let in; texts and editions; attention and aspiration."""

import math

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    events_of,
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

from forumsim.core.rules.membership import admitted, attend, loyalty, membership, passes_gate, says_yes, worth
from forumsim.core.state.members import memberships_of
from forumsim.core.terms import STEP, Admission, Event, Kind, Mode, Status

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
                assert worth(world, p, f, i, mine, number) == pytest.approx(expected, abs=1e-12)


def test_choice_is_logit_and_deterministic_without_noise():
    for value, heat in ((0.7, 1.0), (-1.2, 0.4)):
        chance = sig(value / heat)
        assert says_yes(value, heat, chance - 1e-9) and not says_yes(value, heat, chance + 1e-9)
    assert [says_yes(v, 0.0, 0.5) for v in (1e-9, 0.0, -1e-9, math.inf, -math.inf)] == [True, False, False, True, False]
    assert not says_yes(-math.inf, 1.0, 0.0) and says_yes(math.inf, 1.0, 0.999999)


@pytest.mark.parametrize(("cost", "rate"), [(0.0, 1.0), (1.2, 1.0), (-0.8, 0.3)])
def test_without_weights_membership_is_random_at_its_rate(cost, rate):
    """z = -k0 for all: a non-member joins with r sig(-k0), a member leaves with r sig(k0)."""
    p = record(PLAIN, {"utility.cost": cost, "membership.temperature": 1.0, "membership.rate": rate})
    world = world_of(50, forums=60)
    for f in range(60):
        add_forum(world, f, range(25))
    run(ready(world, p), p)
    assert world.member[:, 25:].mean() == pytest.approx(rate * sig(-cost), abs=0.035)
    assert world.member[:, :25].mean() == pytest.approx(1 - rate * sig(cost), abs=0.035)
    run(world, p, steps=40)
    assert world.member.mean() == pytest.approx(sig(-cost), abs=0.03)


def test_joins_and_exits_are_logged_and_tenure_grows():
    p = record(PLAIN, {"utility.cost": -1.0})
    world = world_of(3, forums=2)
    add_forum(world, 0, [0])
    world.reservation[2] = 5.0
    run(ready(world, p), p, steps=3)
    assert events_of(world, Event.JOIN) == [(1, -1, 0)] and world.log()["value"].tolist() == [1.0]
    assert world.tenure[0].tolist() == [3, 3, 0]
    world.reservation[1] = 5.0
    run(world, p)
    assert events_of(world, Event.EXIT) == [(1, -1, 0)] and world.tenure[0].tolist() == [4, 0, 0]
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
    assert admitted(world, record({"realist": True}), 0, 3)
    world.member[0] = False
    assert admitted(ready(world, DEFAULT), DEFAULT, 0, 3)  # nobody is there to refuse


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


def test_declarations_are_signed_when_they_open_and_are_history_then():
    p = record(PLAIN, {"utility.cost": -1.0, "membership.co_sponsor": 0.1})
    world = world_of(4)
    add_forum(world, 0, [0], mode=Mode.DECLARATION, edition=1, founder=0)
    world.reservation[:] = [5, 0, 5, 0]
    run(ready(world, p), p)
    assert world.member[0].tolist() == [True, True, False, True]  # the host stays whatever it is worth
    assert world.ledger[0].tolist() == pytest.approx([0, 0.1, 0, 0.1]) and not world.ledger[1:].any()
    world.reservation[:] = -world.reservation
    run(world, p, steps=5)
    assert world.member[0].tolist() == [True, True, False, True] and not events_of(world, Event.EXIT)


def test_a_text_is_decided_in_waves():
    """A chain in which each signs only after the one before: a wave moves at least one further."""
    signed = []
    for waves in (1, 2, 20):
        p = record(PLAIN, {"utility.network": 40.0, "utility.cost": -0.5, "membership.waves": waves})
        world = world_of(40)
        world.reservation[:] = np.arange(40)
        add_forum(world, 0, mode=Mode.DECLARATION, edition=1)
        signed.append(int(run(ready(world, p), p).member.sum()))
    assert 0 < signed[0] < signed[1] < signed[2] == 40


def test_a_series_decides_anew_at_each_edition_with_habit():
    p = record(PLAIN, {"membership.habit": 2.0})
    world = world_of(4)
    add_forum(world, 0, [0, 1, 2], mode=Mode.SERIES, period=3, edition=0, founder=0)
    world.tenure[0, :3] = 7
    world.reservation[:] = [9, 1.5, 2.5, 0.5]
    run(ready(world, p), p, steps=2)
    assert world.member[0].tolist() == [True, True, True, False]
    run(world, p)
    # the host signs; 1 comes back by habit; 2 is lost in spite of it; 3 has none
    assert world.member[0].tolist() == [True, True, False, False]
    assert events_of(world, Event.EDITION) == [(0, -1, 0)] and events_of(world, Event.EXIT) == [(2, -1, 0)]
    assert not events_of(world, Event.JOIN) and world.tenure[0].tolist() == [10, 10, 0, 0]
    assert world.habit[0].tolist() == [True, True, True, False] and world.edition[0] == 3
    world.reservation[2:] = [1.0, -1.0]
    run(world, p, steps=3)
    assert world.member[0].tolist() == [True, True, False, True]  # the habit of 2 is gone
    assert events_of(world, Event.JOIN) == [(3, -1, 0)]


def test_attention_is_a_softmax_of_utility():
    p = record({"attention.temperature": 0.7, "attention.half_life": 4})
    world = random_world(5, 10, 6, 2)
    world.clock[STEP] = 2
    attend(ready(world, p), p)
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
        assert world.focal[i] == (max(mine, key=share.get) if total > 0 else -1)


def test_aspiration_follows_satisfaction():
    p = record(PLAIN, {"utility.cost": -0.8, "aspiration.rate": 0.25, "membership.rate": 0.0})
    world = world_of(2)
    add_forum(world, 0, [0])
    world.aspiration[:] = [0.4, 0.4]
    run(ready(world, p), p)
    assert world.aspiration.tolist() == pytest.approx([0.4 + 0.25 * 0.4, 0.4 - 0.25 * 0.4])


@pytest.mark.parametrize(("charter", "shifts"), [(0.9, [(0, 0, 1)]), (0.55, [])])
def test_regime_shifting_is_a_change_of_focus_to_a_forum_in_conflict(charter, shifts):
    p = record(PLAIN, {"utility.fit": 1.0, "membership.rate": 0.0})
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


def test_those_who_open_a_series_are_its_first_signatories():
    p = record({"membership.temperature": 0.0, "utility.cost": 50.0})  # nobody would join of its own accord
    world = world_of(3, 1)
    add_forum(world, 0, [0, 1], mode=Mode.SERIES, period=4, founder=0, founded=0, edition=0)
    run(ready(world, p), p)  # the step of its founding
    assert world.member[0].tolist() == [True, True, False] and not events_of(world, Event.EDITION, Event.EXIT)
    world.founded[0] = -4
    world.edition[0] = -4
    run(ready(world, p), p)  # an edition: all but the host decide anew
    assert world.member[0].tolist() == [True, False, False]
    assert len(events_of(world, Event.EDITION)) == 1
