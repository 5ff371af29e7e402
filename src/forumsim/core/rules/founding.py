"""Founding: an entrepreneur gathers a coalition that wants a new forum, if it gives more than what there is.

What counts is the outside option: the best coalition that the founder can gather against its best forum on the issue.
Where the new forum is in conflict with the one that its founder was ill served by or shut out of, it is competitive
regime creation (Morse & Keohane 2014), and the incumbent's charter becomes more movable for a while (Faude & Parizek
2021).
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.rules.admission import admitted
from forumsim.core.rules.coalition import gather, invite
from forumsim.core.rules.membership import deciding_term, net_utility
from forumsim.core.state.log import log, log_membership
from forumsim.core.state.members import leave, memberships_of
from forumsim.core.state.sums import clear_sums, rebuild_forum, rebuild_stale
from forumsim.core.state.taste import draw_forum, in_logits
from forumsim.core.state.value import NOBODY, is_live, utility_of
from forumsim.core.terms import SLOTS, STEP, Admission, Decision, Event, Form, Kind, Mode, Status, Term


@kernel
def drive(world, p, i):
    """How much i is an entrepreneur: sqrt(w) of a state, phi_n influence of a non-state actor."""
    if world.kind[i] == Kind.STATE:
        return math.sqrt(world.power[i])
    return p.founding_nonstate * world.influence[i]


@kernel
def worst_issue(world, p, i):
    """The issue on which the best forum that i is in serves it worst; no forum at all serves it worse than any."""
    worst, lowest = 0, math.inf
    for k in range(world.position.shape[1]):
        best = -math.inf
        for f in range(world.status.shape[0]):
            if world.member[f, i] and world.mandate[f, k] and is_live(world, f):
                best = max(best, utility_of(world, p, f, i))
        # among issues without a forum the more salient one comes first
        value = best if best > -math.inf else -1e6 * (1.0 + world.salience[i, k])
        if value < lowest:
            worst, lowest = k, value
    return worst


@kernel
def _rival(world, p, f, i):
    """The forum that f is founded against, -1 if none.

    Of the standing forums that share an issue with f and are in conflict with it, and which the founder is a member of
    or is not admitted to, it is the one with most power. Clubs are founded against clubs, not against universal forums
    that hold everybody.
    """
    rival, reach = -1, -1.0
    for g in range(world.status.shape[0]):
        against = (
            g != f
            and is_live(world, g)
            and world.mode[g] == Mode.STANDING
            and (world.form[g] == Form.UNIVERSAL) == (world.form[f] == Form.UNIVERSAL)
            and world.conflict[f, g] > p.attention_shift_conflict
        )
        if against and world.weight_in[g] > reach + NOBODY and (world.member[g, i] or not admitted(world, p, g, i)):
            rival, reach = g, world.weight_in[g]
    return rival


@kernel
def _charter_slot(world, p, f, i, mandate, legalization):
    """Fill slot f with a new standing forum of founder i, not yet alive."""
    step = world.clock[STEP]
    world.mode[f] = Mode.STANDING
    world.form[f] = Form.CLUB
    world.admission[f] = Admission.APPROVAL
    world.approval[f] = p.founding_invite_trust
    world.decision[f] = Decision.MAJORITY
    world.quota[f] = 0.5
    world.legalization[f] = legalization
    world.founded[f] = step
    world.edition[f] = step
    world.founder[f] = i
    world.parent[f] = -1
    world.vitality[f] = 0.0
    for k in range(world.mandate.shape[1]):
        world.mandate[f, k] = mandate < 0 or k == mandate
        world.charter[f, k] = 0.5
        world.status_quo[f, k] = 0.5


@kernel
def _wipe_slot(world, f):
    """Leave slot f as empty as before."""
    for j in range(world.power.shape[0]):
        world.member[f, j] = False
        world.tenure[f, j] = 0
        world.distance[f, j] = 0.0
    clear_sums(world, f)
    world.status[f] = Status.EMPTY
    world.founder[f] = -1


@kernel
def _leave_others(world, p, f, j):
    """Exclusive membership: j leaves the standing forums that it was in before f."""
    for g in range(world.status.shape[0]):
        if g != f and world.member[g, j] and is_live(world, g) and world.mode[g] == Mode.STANDING:
            leave(world, p, g, j, 0.0, Term.MOVE)


@kernel
def found(world, p, i, mandate, inclusive, least):
    """Actor i tries to found a forum on an issue (-1: on all) with those whom it trusts by more than ``least``.

    Returns
    -------
    int
        The slot of the new forum; -1 if no slot is free or no coalition gains.
    """
    f = world.clock[SLOTS]
    if f >= world.status.shape[0]:
        return -1
    n = world.power.shape[0]
    coalition = np.zeros(n, dtype=np.bool_)
    mine = np.empty(world.status.shape[0], dtype=np.int64)
    _charter_slot(world, p, f, i, mandate, p.founding_legalization if world.kind[i] == Kind.STATE else 0.0)
    invite(world, p, i, f, coalition, least)
    draw_forum(world, f)
    world.status[f] = Status.ALIVE
    number = gather(world, p, i, f, coalition, inclusive, mine)
    if number == 0:
        _wipe_slot(world, f)
        return -1
    world.clock[SLOTS] = f + 1
    world.heard[i] = world.clock[STEP]
    if world.weight_in[f] > 2.0 / 3.0 + NOBODY:
        world.form[f] = Form.UNIVERSAL
        world.admission[f] = Admission.OPEN
    rival = _rival(world, p, f, i)
    world.parent[f] = rival
    log(world, Event.FOUNDING, i, -1, f, -1, float(number))
    for j in range(n):
        if world.member[f, j]:
            if p.membership_exclusive > 0.0:
                _leave_others(world, p, f, j)
            joined = memberships_of(world, j, mine)
            value = net_utility(world, p, f, j, mine, joined) + in_logits(p.membership_temperature, world.taste[f, j])
            term = deciding_term(world, p, f, j, mine, joined, 1.0)
            log_membership(world, Event.JOIN, j, f, value, term)
    world.vitality[f] = 1.0 if p.lifecycle_fair_share > 0.0 else world.weight_in[f]
    if rival >= 0:
        world.movable_until[rival] = world.clock[STEP] + int(p.founding_accommodation)
        log(world, Event.COMPETITIVE_CREATION, i, rival, f, -1, world.conflict[f, rival])
    return f


@kernel
def _birth_without_choice(world, p):
    """Poisson number of empty forums, for known results on birth and death alone."""
    key = draws.stream(world.seed[0], draws.HAZARD, world.clock[STEP])
    chance = math.exp(-p.founding_poisson)
    product, number = draws.uniform(key, 0, 0), 0
    while product > chance:
        number += 1
        product *= draws.uniform(key, 0, number)
    for _ in range(number):
        f = world.clock[SLOTS]
        if f < world.status.shape[0]:
            _charter_slot(world, p, f, -1, -1, 0.0)
            world.status[f] = Status.ALIVE
            world.clock[SLOTS] = f + 1
            rebuild_forum(world, f)
            log(world, Event.FOUNDING, -1, -1, f, -1, 0.0)


@kernel
def founding(world, p):
    """Every actor may try to found a forum, in random order, at the rate of the system times its share of the drive."""
    if p.rule_founding <= 0.0:
        return
    rebuild_stale(world, p)
    if p.founding_poisson > 0.0:
        _birth_without_choice(world, p)
    alive = 0
    for f in range(world.status.shape[0]):
        if world.status[f] == Status.ALIVE:
            alive += 1
    step, seed = world.clock[STEP], world.seed[0]
    key = draws.stream(seed, draws.FOUNDING, step)
    mandate_key = draws.stream(seed, draws.FOUNDING_MANDATE, step)
    drives = 0.0
    for i in range(world.power.shape[0]):
        drives += drive(world, p, i)
    order = np.empty(world.power.shape[0], dtype=np.int64)
    draws.permutation(draws.stream(seed, draws.FOUNDING_ORDER, step), order)
    for place in range(order.shape[0]):
        i = order[place]
        room = max(0.0, 1.0 - alive / p.founding_room)
        if step - world.heard[i] < p.founding_patience:
            continue
        if draws.uniform(key, i, 0) * drives < p.founding_rate * room * drive(world, p, i):
            mandate = -1
            if draws.uniform(mandate_key, i, 0) >= p.founding_all_issues:
                mandate = worst_issue(world, p, i)
            inclusive = draws.uniform(mandate_key, i, 1) < p.founding_inclusive
            circle = p.founding_selective * draws.uniform(mandate_key, i, 2)
            least = p.founding_invite_trust + circle * (1.0 - p.founding_invite_trust)
            if found(world, p, i, mandate, inclusive, least) >= 0:
                alive += 1
