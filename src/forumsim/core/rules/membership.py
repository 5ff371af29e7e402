"""Membership: one actor at a time joins and leaves, each seeing what the ones before it did; attention follows.

Standing forums may be joined at any step; a declaration is decided in a few waves when it opens and is then history;
a series decides anew at each edition, with habit.
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.rules.attention import attend
from forumsim.core.state.log import log
from forumsim.core.state.members import enrol, join, leave, memberships_of, withdraw_attention
from forumsim.core.state.reputation import standing
from forumsim.core.state.sums import refresh_sums, renew
from forumsim.core.state.value import NOBODY, is_live, utility_of
from forumsim.core.terms import STEP, Admission, Event, Kind, Mode, Status


@kernel
def loyalty(world, p, f, i):
    """Tolerance before exit: grows with tenure from a part of the actor's loyalty to all of it."""
    grown = min(1.0, world.tenure[f, i] / p.membership_tenure)
    return (
        p.membership_loyalty
        * world.loyalty[i]
        * (p.membership_loyalty_start + (1.0 - p.membership_loyalty_start) * grown)
    )


@kernel
def passes_gate(world, f, i):
    """Whether i meets the declared attributes of an invitation: list, other forum, capability, value."""
    if not world.listed[f, i]:
        return False
    other = world.gate_forum[f]
    if other >= 0 and not world.member[other, i]:
        return False
    if world.kind[i] == Kind.STATE and world.power[i] < world.gate_power[f]:
        return False
    k = world.gate_issue[f]
    return k < 0 or world.gate_low[f] <= world.position[i, k] <= world.gate_high[f]


@kernel
def admitted(world, p, f, i):
    """Whether the forum would let i in now: open always; else by gate, and the members' trust in i with its reputation.

    Hard law is for states: above ``membership.nonstate_law`` no non-state actor is let in.
    """
    if world.kind[i] == Kind.NONSTATE and world.legalization[f] > p.membership_nonstate_law:
        return False
    if world.admission[f] == Admission.OPEN:
        return True
    if world.admission[f] == Admission.INVITATION and not passes_gate(world, f, i):
        return False
    if world.weight_in[f] <= NOBODY or p.realist > 0.0:
        return True
    trust = 0.0
    for j in range(world.power.shape[0]):
        if world.member[f, j]:
            trust += world.power[j] * world.trust[j, i]
    return standing(p, trust / world.weight_in[f], world.reputation[i]) >= world.approval[f] - NOBODY


@kernel
def surroundings(world, p, f, i, mine, number):
    """What speaks for membership of f beside its utility: e + habit - (kp + k1 n) / B - chi times the conflicts.

    Parameters
    ----------
    mine : int array
        Forums that i is in now, the first ``number`` entries; f itself does not count.
    """
    conflicts, others = 0.0, 0
    for m in range(number):
        if mine[m] != f:
            conflicts += world.conflict[f, mine[m]]
            others += 1
    value = world.engagement[i] - (p.membership_fee + p.membership_crowding * others) / world.capacity[i]
    if world.mode[f] == Mode.SERIES and world.habit[f, i]:
        value += p.membership_habit
    return value - p.membership_conflict * conflicts


@kernel
def worth(world, p, f, i, mine, number):
    """What decides on membership: z = u + e + habit - (kp + k1 n) / B - chi times the conflicts with the others."""
    return utility_of(world, p, f, i) + surroundings(world, p, f, i, mine, number)


@kernel
def says_yes(value, temperature, u):
    """Logit choice against the outside option at 0: probability sig(value / temperature); without noise value > 0."""
    if temperature > 0.0:
        return u < 1.0 / (1.0 + math.exp(-value / temperature))
    return value > 0.0


@kernel
def standing_forums(world, out):
    """Write the live standing forums to ``out`` and return their number; none opens or dies during membership."""
    number = 0
    for f in range(world.status.shape[0]):
        if world.mode[f] == Mode.STANDING and is_live(world, f):
            out[number] = f
            number += 1
    return number


@kernel
def _reconsider(world, p, i, standing, mine, rate_key, key):
    """i looks at each standing forum with the rate of reconsideration, in the order of the forums."""
    rate = p.membership_rate
    number = -1
    for place in range(standing.shape[0]):
        f = standing[place]
        if draws.uniform(rate_key, i, f) >= rate:
            continue
        if number < 0:
            number = memberships_of(world, i, mine)
        value = worth(world, p, f, i, mine, number)
        u = draws.uniform(key, i, f)
        if not world.member[f, i]:
            if says_yes(value, p.membership_temperature, u) and admitted(world, p, f, i):
                join(world, p, f, i, value)
                number = memberships_of(world, i, mine)
        elif p.membership_exit > 0.0:
            if says_yes(-(value + loyalty(world, p, f, i)), p.membership_temperature, u):
                leave(world, p, f, i, value)
                number = memberships_of(world, i, mine)


@kernel
def _move(world, p, i, mine, rate_key, key):
    """Exclusive membership: i moves to the standing forum that gives most (logit with noise), or stays out."""
    if draws.uniform(rate_key, i, 0) >= p.membership_rate:
        return
    current = -1
    for f in range(world.status.shape[0]):
        if world.member[f, i] and is_live(world, f) and world.mode[f] == Mode.STANDING:
            current = f
    heat = p.membership_temperature
    best, choice = -math.inf, current
    if current >= 0:
        best = worth(world, p, current, i, mine, 0) + loyalty(world, p, current, i)
        best += heat * draws.gumbel(key, i, current) if heat > 0.0 else 0.0
    slots = world.status.shape[0]
    if p.membership_outside > 0.0 and p.membership_exit > 0.0:
        value = heat * draws.gumbel(key, i, slots) if heat > 0.0 else 0.0
        if current < 0 or value > best:
            best, choice = value, -1
    for f in range(slots):
        if f != current and is_live(world, f) and world.mode[f] == Mode.STANDING and world.status[f] == Status.ALIVE:
            value = worth(world, p, f, i, mine, 0)
            value += heat * draws.gumbel(key, i, f) if heat > 0.0 else 0.0
            if value > best and admitted(world, p, f, i):
                best, choice = value, f
    if current < 0 or p.membership_exit > 0.0:
        for f in range(slots):  # a scenario may start with more than one
            if f != choice and world.member[f, i] and is_live(world, f) and world.mode[f] == Mode.STANDING:
                leave(world, p, f, i, best)
        if choice >= 0 and not world.member[choice, i]:
            join(world, p, choice, i, best)


@kernel
def _decide_text(world, p, f, order, mine, key):
    """A declaration opens, or a series holds its edition: all decide in waves, each wave seeing the last.

    Every actor has one draw for all waves, its threshold of reach and trust (Granovetter 1978). In an edition the
    host signs first, everybody else anew; who was in the last edition has the habit of it.
    """
    n = world.power.shape[0]
    before = world.member[f].copy()
    tenure = world.tenure[f].copy()
    if world.mode[f] == Mode.SERIES and world.founded[f] < world.clock[STEP]:
        log(world, Event.EDITION, world.founder[f], -1, f, -1, 0.0)
        for i in range(n):
            world.habit[f, i] = before[i]
            world.member[f, i] = before[i] and i == world.founder[f]
        refresh_sums(world, p)
    beside = np.empty(n)  # other memberships do not change while this text is signed
    for i in range(n):
        beside[i] = surroundings(world, p, f, i, mine, memberships_of(world, i, mine))
    for _ in range(int(p.membership_waves)):
        for place in range(n):
            i = order[place]
            if not world.member[f, i]:
                value = utility_of(world, p, f, i) + beside[i]
                u = draws.uniform(key, i, f)
                if says_yes(value, p.membership_temperature, u) and admitted(world, p, f, i):
                    if before[i]:
                        enrol(world, p, f, i)
                        world.tenure[f, i] = tenure[i]
                    else:
                        join(world, p, f, i, value)
    for i in range(n):
        if before[i] and not world.member[f, i]:
            world.tenure[f, i] = 0
            withdraw_attention(world, f, i)
            log(world, Event.EXIT, i, -1, f, -1, 0.0)


@kernel
def _decide_texts(world, p, order, mine, key):
    """All declarations that opened in this step and all series whose edition is due."""
    step = world.clock[STEP]
    for f in range(world.status.shape[0]):
        if not is_live(world, f):
            continue
        if world.mode[f] == Mode.DECLARATION and world.edition[f] == step:
            _decide_text(world, p, f, order, mine, key)
        elif world.mode[f] == Mode.SERIES and step - world.edition[f] >= max(1, world.period[f]):
            world.edition[f] = step
            _decide_text(world, p, f, order, mine, key)
        elif world.mode[f] == Mode.SERIES and world.edition[f] == step:
            _decide_text(world, p, f, order, mine, key)


@kernel
def membership(world, p):
    """Texts that are due are signed, then every actor reconsiders in random order, then attention and aspiration."""
    if p.rule_membership <= 0.0:
        return
    renew(world, p)
    n = world.power.shape[0]
    step, seed = world.clock[STEP], world.seed[0]
    order = np.empty(n, dtype=np.int64)
    draws.permutation(draws.stream(seed, draws.ORDER, step), order)
    mine = np.empty(world.status.shape[0], dtype=np.int64)
    rate_key = draws.stream(seed, draws.RECONSIDER, step)
    key = draws.stream(seed, draws.MEMBERSHIP, step)
    _decide_texts(world, p, order, mine, key)
    standing = np.empty(world.status.shape[0], dtype=np.int64)
    standing = standing[: standing_forums(world, standing)]
    for place in range(n):
        if p.membership_exclusive > 0.0:
            _move(world, p, order[place], mine, rate_key, key)
        else:
            _reconsider(world, p, order[place], standing, mine, rate_key, key)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            tenure, member = world.tenure[f], world.member[f]
            for i in range(n):
                tenure[i] += member[i]
    attend(world, p)
    for i in range(n):
        world.aspiration[i] += p.aspiration_rate * (world.satisfaction[i] - world.aspiration[i])
