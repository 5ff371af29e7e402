"""Reassurance: who takes a costly step, and what the other makes of it (Kydd 2005)."""

import pytest
from small_worlds import events_of, record, world_of

from forumsim.core.rules.dialogue import dialogue
from forumsim.core.rules.reassurance import cooperation_threshold, genuine_bound, mimicry_bound, reassure, takes_step
from forumsim.core.terms import Event, Kind

ON = {"dialogue.level": 0.0, "confidence.on": True, "confidence.rate": 1.0, "dialogue.sincerity_weight": 50.0,
      "dialogue.trust_weight": 0.0}  # fmt: skip


def test_confidence_building_updates_as_kydd():
    p = record(ON, {"confidence.mimicry": 0.4, "confidence.threshold": 0.667, "sincerity.level": 1.0})
    world = world_of(2)
    world.trust[0, 1], world.trust[1, 0] = 0.7, 0.2
    dialogue(world, p)
    assert world.trust[1, 0] == pytest.approx(0.2 / (0.2 + 0.8 * 0.4))
    assert world.trust[0, 1] == 0.7  # above the threshold nothing has to be shown
    assert events_of(world, Event.CONFIDENCE_BUILDING) == [(0, 1, -1)]
    insincere = record(ON, {"sincerity.level": 0.0})
    before = world.trust.copy()
    dialogue(world, insincere)
    assert (world.trust == before).all()


def pays(p, trust, stake, insincere):
    """Expected payoffs of the step and of none in Kydd's two rounds, when the other reads them as telling the types."""
    sucker, gain = p["confidence_sucker"], p["confidence_exploitation" if insincere else "confidence_temptation"]
    later = gain if insincere else 1.0  # an insincere actor exploits the trust it has won
    step = trust * (stake * 1.0 + (1 - stake) * later) + (1 - trust) * stake * sucker
    return step, trust * stake * gain


@pytest.mark.parametrize("payoffs", [(0.5, 1.5, -1.0), (0.2, 1.1, -0.4), (0.9, 2.5, -3.0)])
def test_bounds_of_the_stake_are_where_payoffs_are_equal(payoffs):
    names = ("confidence.temptation", "confidence.exploitation", "confidence.sucker")
    p = record(dict(zip(names, payoffs, strict=True)))
    for trust in (0.1, 0.35, 0.8):
        for bound, insincere in ((genuine_bound(p, trust), False), (mimicry_bound(p, trust), True)):
            step, none = pays(p, trust, bound, insincere)
            assert step == pytest.approx(none)
            step, none = pays(p, trust, 0.9 * bound, insincere)
            assert step > none


def test_threshold_of_cooperation_by_the_payoffs_or_as_given():
    assert cooperation_threshold(record({})) == pytest.approx(2 / 3)
    p = record({"confidence.sucker": -0.5, "confidence.temptation": 0.2})
    m = cooperation_threshold(p)
    assert m * 1 + (1 - m) * -0.5 == pytest.approx(m * 0.2)  # as good as defection
    assert cooperation_threshold(record({"confidence.threshold": 0.4})) == 0.4


@pytest.mark.parametrize(("trust", "stake", "genuine", "insincere", "after"), [
    (0.4, 0.42, True, True, 0.4),  # cheap: both kinds take the step, which tells nothing
    (0.4, 0.43, True, False, 1.0),  # from .6 / 1.4 = .4286 to .4 / .8 = .5 the genuine alone do
    (0.4, 0.50, True, False, 1.0),
    (0.4, 0.51, False, False, None),  # too dear for both
    (0.2, 0.23, False, True, 0.2),  # too little trust: .3 / 1.2 = .25 is more than .2 / .9 = .22
])  # fmt: skip
def test_steps_by_stake(trust, stake, genuine, insincere, after):
    p = record({"confidence.stake": stake})
    for is_genuine, expected in ((True, genuine), (False, insincere)):
        world = world_of(2)
        world.trust[0, 1] = world.trust[1, 0] = trust
        assert reassure(world, p, 0, 1, is_genuine) == expected
        if expected:
            assert world.trust[1, 0] == pytest.approx(after)
            event = world.log()[-1]
            assert event["value"] == pytest.approx(after - trust)
        else:
            assert world.trust[1, 0] == trust and not world.log().size


def test_who_trusts_nobody_or_enough_is_shown_nothing():
    p = record({"confidence.stake": 0.0})
    world = world_of(2)
    for trust in (0.0, 0.7):
        world.trust[0, 1] = world.trust[1, 0] = trust
        assert not reassure(world, p, 0, 1, True) and not world.log().size


def test_at_their_bounds_the_genuine_take_the_step_and_the_insincere_do_not():
    """With S = -1/2, Ts = 1/2, Tu = 3/2 at trust 1/2: .5 / (.25 + .25) = 1 and .75 / (1 + .25) = .6."""
    payoffs = {"confidence.sucker": -0.5, "confidence.temptation": 0.5, "confidence.exploitation": 1.5}
    p = record(payoffs, {"confidence.stake": 1.0})
    assert genuine_bound(p, 0.5) == 1.0 and takes_step(p, True, 0.5)
    p = record(payoffs, {"confidence.stake": 0.75 / 1.25})
    assert mimicry_bound(p, 0.5) == 0.75 / 1.25 and not takes_step(p, False, 0.5)


def test_trust_just_enough_to_cooperate_needs_no_step():
    p = record({"confidence.threshold": 0.5})
    world = world_of(2)
    for trust, taken in ((0.5, False), (0.4999, True)):
        world.trust[1, 0] = trust
        assert reassure(world, p, 0, 1, True) == taken


def test_the_observer_reckons_with_its_own_trust():
    """Stake .4 at T_01 = .6, T_10 = .2: less than .6 / (.3 + .4) for 0, more than .3 / (.4 + .8) as 1 reckons."""
    p = record({"confidence.stake": 0.4})
    world = world_of(2)
    world.trust[0, 1], world.trust[1, 0] = 0.6, 0.2
    assert reassure(world, p, 0, 1, True) and world.trust[1, 0] == 1.0


def test_whose_trust_makes_genuine_and_that_only_states_take_steps():
    """sig(50 (T - 1/2)) is all but 1 for 0, who trusts by .65, and all but 0 for 1, who trusts by .2."""
    p = record(ON, {"dialogue.sincerity_weight": 0.0, "dialogue.trust_weight": 50.0, "confidence.threshold": 0.667})
    world = world_of(3)
    world.kind[2], world.power[:] = Kind.NONSTATE, [0.5, 0.5, 0.0]
    world.trust[0, 1], world.trust[1, 0] = 0.65, 0.2
    world.trust[2, :2], world.trust[:2, 2] = 0.65, 0.2
    dialogue(world, p)
    assert events_of(world, Event.CONFIDENCE_BUILDING) == [(0, 1, -1)]
