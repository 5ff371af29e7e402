"""Voice: the rules of decision exactly at their quotas, who proposes, what a vote rebuilds."""

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, events_of, plain_conflict, ready, record, world_of

from forumsim.core.rules.voice import decide, voice
from forumsim.core.terms import Decision, Event, Kind

ALWAYS = {"voice.rate": 1.0}
FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0}
#: Votes follow the ledgers alone: who is owed 1 gets support, sig(50), who is owed -1 none.
BY_LEDGER = {"voice.gain": 0.0, "voice.reciprocity": 50.0}


def passes(rule, yes, quota=0.5, power=(1, 1, 1, 1), voters=(0, 1, 2, 3), veto=()):
    def marks(who):
        return np.isin(np.arange(4), who)

    return decide(rule, marks(yes), marks(voters), np.array(power, dtype=float), marks(veto), quota)


def test_consensus_is_all_voters_whatever_the_quota():
    assert passes(Decision.CONSENSUS, [0, 1, 2, 3]) and not passes(Decision.CONSENSUS, [0, 1, 2], quota=0.5)
    assert passes(Decision.CONSENSUS, [0, 1], voters=[0, 1])
    assert not passes(Decision.CONSENSUS, [], voters=[])


def test_a_majority_of_half_is_more_than_half_and_other_quotas_are_reached():
    assert [passes(Decision.MAJORITY, range(k)) for k in range(5)] == [False, False, False, True, True]
    assert passes(Decision.MAJORITY, [0, 1], quota=2 / 3, voters=[0, 1, 2])
    assert passes(Decision.MAJORITY, [0, 1, 2], quota=0.75) and not passes(Decision.MAJORITY, [0, 1, 2], quota=0.76)
    assert passes(Decision.MAJORITY, [0, 1, 2], veto=[3])  # a veto holds under its own rule alone


def test_weighted_votes_are_shares_of_the_voters_power():
    power = (0.3, 0.1, 0.1, 0.5)
    assert passes(Decision.WEIGHTED, [0], power=power, voters=[0, 1, 2])  # .3 of .5
    assert not passes(Decision.WEIGHTED, [1, 2], power=power, voters=[0, 1, 2])
    assert passes(Decision.WEIGHTED, [0, 1], quota=0.8, power=power, voters=[0, 1, 2])
    assert not passes(Decision.WEIGHTED, [0, 1], power=(0, 0, 0, 1), voters=[0, 1, 2])


def test_each_veto_holder_among_the_voters_has_to_agree():
    assert passes(Decision.VETO, [0, 1, 2], veto=[0, 2])  # 3 refuses, without a veto
    assert not passes(Decision.VETO, [0, 1, 2], veto=[0, 3])
    assert passes(Decision.VETO, [0, 1], voters=[0, 1, 2], veto=[3])  # who does not vote holds nothing up
    assert not passes(Decision.VETO, [0], veto=[0])  # the share of the voters counts as well


def test_a_member_proposes_where_it_is_served_badly_not_where_it_is_served_well():
    p = record(ALWAYS, FIT, BY_LEDGER, {"voice.law_step": 0.0, "utility.fit_scale": 0.5})
    world = world_of(2, forums=2)
    world.position[:, 0] = [0.2, 0.6]
    for f, charter in enumerate((0.2, 0.6)):  # u = 1 and 1 - .4 / .5 = .2 for actor 0
        add_forum(world, f, [0, 1], charter=charter)
    world.attention[:], world.satisfaction[:] = 0.5, [1.0, 1.0]
    world.aspiration[:] = [0.9, -1000.0]
    world.ledger[1, 0] = 1.0
    voice(ready(world, p), p)
    assert events_of(world, Event.CHANGE_WITHIN_REGIME) == [(0, -1, 1)]


def test_the_charter_moves_no_further_than_to_the_proposer():
    p = record(ALWAYS, FIT, BY_LEDGER, {"voice.charter_step": 0.5, "founding.accommodation_factor": 3.0})
    world = world_of(2)
    world.position[:, 0] = [0.25, 0.75]
    add_forum(world, 0, [0, 1], charter=0.75, movable_until=1)
    world.attention[0], world.aspiration[:] = 1.0, [1000.0, -1000.0]
    world.ledger[1, 0] = 1.0
    voice(ready(world, p), p)
    assert world.charter[0, 0] == 0.25


def lawmakers(p, actors=2):
    """A forum of all whose first member would like harder law, and another forum in conflict with it."""
    world = world_of(actors, forums=2)
    add_forum(world, 0, range(actors), charter=0.5, legalization=0.4)
    add_forum(world, 1, charter=0.9, legalization=0.2)
    world.sovereignty[:] = 0.0
    world.attention[0], world.aspiration[:] = 1.0, -1000.0
    world.aspiration[0], world.ledger[1:, 0] = 1000.0, 1.0
    return ready(world, p)


def test_a_change_of_law_changes_conflicts():
    p = record(ALWAYS, BY_LEDGER, {"voice.law_step": 0.1})
    world = lawmakers(p)
    voice(world, p)
    assert world.legalization[0] == pytest.approx(0.5)
    assert world.conflict[0, 1] == world.conflict[1, 0] == pytest.approx(plain_conflict(world, 0, 1))
    assert plain_conflict(world, 0, 1) == pytest.approx(0.4 * (0.5 + 0.35))


def test_only_states_vote():
    p = record(ALWAYS, BY_LEDGER)
    world = lawmakers(p, actors=3)
    world.kind[2], world.power[:], world.ledger[2, 0] = Kind.NONSTATE, [0.5, 0.5, 0.0], -1.0
    voice(ready(world, p), p)
    assert events_of(world, Event.LEGALIZATION) == [(0, -1, 0)]  # consensus, though 2 would refuse
    assert world.ledger[0, 1] > 0 and world.ledger[0, 2] == 0.0
