"""Voice: a dissatisfied member proposes a reform, the forum votes by its rule, support enters the ledgers.

Principles move slowly (the charter), rules may move faster (legalization). A charter that has moved beyond D_K since
its last text is a change *of* the regime, less is a change *within* it (Krasner 1982). Rules harden only where enough
members accept the principles, and what has become law is lowered only by a supermajority.
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.sums import rebuild_forum, rebuild_stale, rebuild_sums
from forumsim.core.state.value import face_charter, sigmoid, utility_if, utility_of
from forumsim.core.terms import OWN_DECISION, STEP, Decision, Event, Kind, Mode, Status


@kernel
def dissatisfied(world, p, i, value):
    """Whether i finds this utility below its own aspiration less its tolerance."""
    return value < world.aspiration[i] - p.aspiration_tolerance


@kernel
def decide(rule, support, voter, power, veto, quota):
    """Whether a proposal passes.

    Parameters
    ----------
    rule : Decision
        consensus: all voters; majority: share of the voters; weighted: share of their power; veto: all veto holders
        and the share of the voters.
    support, voter, veto : bool arrays (N,)
    power : float array (N,)
    quota : float
        Share that must be reached; .5 must be exceeded (a strict majority).
    """
    voters, yes, weight, yes_weight = 0, 0, 0.0, 0.0
    for i in range(voter.shape[0]):
        if voter[i]:
            voters += 1
            weight += power[i]
            if support[i]:
                yes += 1
                yes_weight += power[i]
            elif rule == Decision.VETO and veto[i]:
                return False
    if voters == 0:
        return False
    if rule == Decision.CONSENSUS:
        return yes == voters
    share = yes / voters
    if rule == Decision.WEIGHTED:
        share = yes_weight / weight if weight > 0.0 else 0.0
    return share > 0.5 + 1e-12 if quota == 0.5 else share >= quota - 1e-12


@kernel
def _proposer(world, p, f, key):
    """A dissatisfied state among the members, drawn by power times attention; -1 if there is none."""
    total = 0.0
    n = world.power.shape[0]
    weight = np.zeros(n)
    for i in range(n):
        if world.member[f, i] and world.kind[i] == Kind.STATE:
            if dissatisfied(world, p, i, utility_of(world, p, f, i)):
                weight[i] = world.power[i] * world.attention[f, i]
                total += weight[i]
    if total <= 0.0:
        return -1
    target = draws.uniform(key, f, 1) * total
    chosen = -1
    for i in range(n):
        if weight[i] > 0.0:
            chosen = i
            target -= weight[i]
            if target < 0.0:
                break
    return chosen


@kernel
def principles_accepted(world, p, f):
    """Whether enough of the members' power, and enough of the member states, accept the principles of f.

    A state accepts a charter that fits it at all (fit >= 0, distance <= d0) and crosses no red line of its own.
    """
    power, states, accepting_power, accepting = 0.0, 0, 0.0, 0
    for i in range(world.power.shape[0]):
        if world.member[f, i] and world.kind[i] == Kind.STATE:
            power += world.power[i]
            states += 1
            if world.distance[f, i] <= p.utility_fit_scale and not world.beyond[f, i]:
                accepting_power += world.power[i]
                accepting += 1
    by_power = accepting_power >= p.voice_acceptance * power - 1e-12
    return by_power and accepting >= p.voice_acceptance * states - 1e-12


@kernel
def may_lower(world, p, f, law, support, voter):
    """Whether the vote suffices for what it does to the law: lower law needs a supermajority under every rule.

    The share is of power where votes are weighted, else of voters.
    """
    if law >= world.legalization[f] or p.voice_dilution_quota <= 0.0:
        return True
    weighted = world.decision[f] == Decision.WEIGHTED
    total, yes = 0.0, 0.0
    for j in range(world.power.shape[0]):
        if voter[j]:
            weight = world.power[j] if weighted else 1.0
            total += weight
            if support[j]:
                yes += weight
    return total > 0.0 and yes >= p.voice_dilution_quota * total - 1e-12


@kernel
def _proposal(world, p, f, i, charter, moved, beyond):
    """What i likes best: the charter moved toward it (written to ``charter``) or legalization up or down.

    Legalization may go up only where the principles are accepted. The distances of all actors to that charter, and
    for whom it lies beyond a red line, are written to ``moved`` and ``beyond``.

    Returns
    -------
    tuple
        New legalization, whether the charter moves, and whether i gains by it at all.
    """
    law = world.legalization[f]
    movable = p.founding_accommodation_factor if world.movable_until[f] >= world.clock[STEP] else 1.0
    share = min(1.0, p.voice_charter_step * movable)
    for k in range(charter.shape[0]):
        charter[k] = world.charter[f, k]
        if world.mandate[f, k]:
            charter[k] += share * (world.position[i, k] - charter[k])
    face_charter(world, f, charter, moved, beyond)
    now = utility_if(world, p, f, i, world.distance[f, i], law)
    best = utility_if(world, p, f, i, moved[i], law)
    choice, moves = law, True
    for direction in (-1.0, 1.0):
        if direction > 0.0 and not principles_accepted(world, p, f):
            continue
        other = min(1.0, max(0.0, law + direction * p.voice_law_step))
        value = utility_if(world, p, f, i, world.distance[f, i], other)
        if value > best:
            best, choice, moves = value, other, False
    return choice, moves, best > now


@kernel
def _vote(world, p, f, i, moved, beyond, law, moves, key, support, voter):
    """Every state member j supports the proposal of i with probability sig(g1 gain + g2 R_ji); i supports it.

    What j owes i for its support in the past, R_ji, is specific reciprocity (Keohane 1986).
    Beyond a red line utility is minus infinity: who would be driven there refuses, who would be brought back agrees.
    """
    for j in range(world.power.shape[0]):
        voter[j] = world.member[f, j] and world.kind[j] == Kind.STATE
        support[j] = j == i
        if voter[j] and j != i:
            distance = world.distance[f, j]
            before = utility_if(world, p, f, j, distance, world.legalization[f])
            outrage = 0.0
            if moves:
                distance = moved[j]
                if world.beyond[f, j] != beyond[j]:
                    outrage = math.inf if beyond[j] else -math.inf
            gain = utility_if(world, p, f, j, distance, law) - before - outrage
            drive = p.voice_gain * gain if p.voice_gain > 0.0 else 0.0  # no 0 times infinity
            chance = sigmoid(drive + p.voice_reciprocity * world.ledger[j, i])
            support[j] = draws.uniform(key, f, j) < chance


@kernel
def _enact(world, p, f, i, charter, law, moves):
    """A proposal that passed: new charter or legalization, logged as change of or within the regime."""
    world.heard[i] = world.clock[STEP]
    if not moves:
        log(world, Event.LEGALIZATION, i, -1, f, -1, law - world.legalization[f])
        world.legalization[f] = law
        rebuild_forum(world, f)
        return
    shift, since_text, issues = 0.0, 0.0, 0
    for k in range(charter.shape[0]):
        if world.mandate[f, k]:
            shift += (charter[k] - world.charter[f, k]) ** 2
            since_text += (charter[k] - world.status_quo[f, k]) ** 2
            issues += 1
            world.charter[f, k] = charter[k]
    rebuild_forum(world, f)
    shift = math.sqrt(shift / issues)
    if math.sqrt(since_text / issues) > p.voice_regime_change:
        world.status_quo[f] = world.charter[f]
        log(world, Event.CHANGE_OF_REGIME, i, -1, f, -1, shift)
    else:
        log(world, Event.CHANGE_WITHIN_REGIME, i, -1, f, -1, shift)


@kernel
def ballot(world, p, f, proposer_key, support_key, charter, support, voter):
    """A member of f may propose, the others vote (written to ``support`` and ``voter``) and enter its ledger.

    Returns
    -------
    tuple
        The proposer, -1 if there is no proposal; the legalization proposed; whether the proposal moves the charter.
    """
    if draws.uniform(proposer_key, f, 0) >= p.voice_rate:
        return -1, 0.0, False
    i = _proposer(world, p, f, proposer_key)
    if i < 0:
        return -1, 0.0, False
    moved, beyond = np.empty(support.shape[0]), np.empty(support.shape[0], dtype=np.bool_)
    law, moves, gains = _proposal(world, p, f, i, charter, moved, beyond)
    if not gains:
        return -1, law, moves
    _vote(world, p, f, i, moved, beyond, law, moves, support_key, support, voter)
    for j in range(world.power.shape[0]):
        if voter[j] and j != i:
            toward = 1.0 if support[j] else -1.0
            world.ledger[i, j] += p.voice_ledger_step * (toward - world.ledger[i, j])
    return i, law, moves


@kernel
def conclude(world, p, f, i, charter, law, moves, support, voter, passed):
    """A proposal that passed, with a supermajority if it lowers law, is enacted (True), one that failed is logged."""
    if passed and may_lower(world, p, f, law, support, voter):
        _enact(world, p, f, i, charter, law, moves)
        return True
    log(world, Event.REJECTION, i, -1, f, -1, law - world.legalization[f])
    return False


@kernel
def _aggregate(world, p, f):
    """Move the charter toward the members' power-weighted mean position (Laver & Sergenti 2012: Aggregator)."""
    for k in range(world.charter.shape[1]):
        if world.mandate[f, k]:
            total, weight = 0.0, 0.0
            for i in range(world.power.shape[0]):
                if world.member[f, i]:
                    total += world.power[i] * world.position[i, k]
                    weight += world.power[i]
            if weight > 0.0:
                world.charter[f, k] += p.voice_aggregation * (total / weight - world.charter[f, k])
    rebuild_forum(world, f)
    if p.realist > 0.0:
        rebuild_sums(world, p)  # the others' gains follow the charter


@kernel
def voice(world, p):
    """At most one proposal a forum and step, in the order of the forums."""
    if p.rule_voice <= 0.0:
        return
    rebuild_stale(world, p)
    n = world.power.shape[0]
    support, voter = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    charter = np.empty(world.charter.shape[1])
    proposer_key = draws.stream(world.seed[0], draws.VOICE_PROPOSER, world.clock[STEP])
    support_key = draws.stream(world.seed[0], draws.VOICE_SUPPORT, world.clock[STEP])
    changed = False
    for f in range(world.status.shape[0]):
        if world.status[f] != Status.ALIVE or world.mode[f] == Mode.DECLARATION:
            continue
        if p.voice_aggregation > 0.0:
            _aggregate(world, p, f)
            changed = True
        if world.decision[f] == OWN_DECISION:  # decided by a user's function, which compiled code cannot call
            continue
        i, law, moves = ballot(world, p, f, proposer_key, support_key, charter, support, voter)
        if i >= 0:
            passed = decide(world.decision[f], support, voter, world.power, world.veto[f], world.quota[f])
            if conclude(world, p, f, i, charter, law, moves, support, voter, passed):
                changed = True
    if changed and p.realist > 0.0:
        rebuild_sums(world, p)  # the others' gains follow the charter; sums of power and trust do not
