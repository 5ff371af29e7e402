"""Membership: one actor at a time joins and leaves, each seeing what the ones before it did; attention follows.

Standing forums may be joined at any step; a declaration is decided in a few waves when it opens and is then history;
a series decides anew at each edition, with habit. What chance there is lies in tastes that persist (module `taste`), so
that every join and exit has a cause.
"""

from __future__ import annotations

import math

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.rules.admission import admitted
from forumsim.core.rules.attention import divide_attention
from forumsim.core.state.log import log, log_membership
from forumsim.core.state.members import (
    enrol,
    join,
    leave,
    memberships_of,
    release,
    thank_signatory,
)
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.state.taste import in_logits, renew_tastes, wants
from forumsim.core.state.value import is_live, parts_of, utility_of
from forumsim.core.terms import STEP, Event, Mode, Status, Term

#: Terms as plain numbers: a compiled function returns one type.
_NONE, _RED_LINE = int(Term.NONE), int(Term.RED_LINE)


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
def extra_utility_parts(world, p, f, i, mine, number):
    """What speaks for membership of f beside its utility, in logits.

    Parameters
    ----------
    mine : int array
        Forums that i is in now, the first ``number`` entries; f itself does not count.

    Returns
    -------
    tuple of float
        Engagement (general readiness), habit (of the last edition), reciprocity (toward a text's founder), fee (cost of
        servicing it), conflict (with the other memberships).
    """
    conflicts, others = 0.0, 0
    for m in range(number):
        if mine[m] != f:
            conflicts += world.conflict[f, mine[m]]
            others += 1
    fee = -world.fee[f] * (p.membership_fee + p.membership_crowding * others) / world.capacity[i]
    habit = p.membership_habit if world.mode[f] == Mode.SERIES and world.habit[f, i] else 0.0
    host = world.founder[f]
    thanks = 0.0
    if host >= 0 and host != i and world.mode[f] != Mode.STANDING:
        thanks = p.membership_reciprocity * world.ledger[i, host]
    return world.engagement[i], habit, thanks, fee, -p.membership_conflict * conflicts


@kernel
def extra_utility(world, p, f, i, mine, number):
    """What speaks for membership of f beside its utility: the sum of `extra_utility_parts`."""
    engagement, habit, thanks, fee, conflict = extra_utility_parts(world, p, f, i, mine, number)
    return engagement + habit + thanks + fee + conflict


@kernel
def net_utility(world, p, f, i, mine, number):
    """What a membership is worth, taste aside: z = u + e + habit + kR R - fee - chi times conflicts with the others."""
    return utility_of(world, p, f, i) + extra_utility(world, p, f, i, mine, number)


@kernel
def deciding_term(world, p, f, i, mine, number, sign):
    """The `Term` that spoke most for membership of f (sign 1), or most against it (sign -1), taste included."""
    if world.beyond[f, i]:
        return _RED_LINE if sign < 0.0 else _NONE
    fit, rivalry, trust, network, law, cost = parts_of(world, p, f, i)
    engagement, habit, thanks, fee, conflict = extra_utility_parts(world, p, f, i, mine, number)
    taste = in_logits(p.membership_temperature, world.taste[f, i])
    best, term = 0.0, _NONE
    parts = (fit, rivalry, trust, network, law, cost, 0.0, engagement, habit, thanks, fee, conflict, taste)
    for place in range(len(parts)):
        if sign * parts[place] > best:
            best, term = sign * parts[place], place + 1
    return term


@kernel
def choose_in(world, p, f, i, mine, number, value):
    """i joins f by its own choice: the event bears z with the taste, and the term that spoke most for it."""
    term = deciding_term(world, p, f, i, mine, number, 1.0)
    join(world, p, f, i, value + in_logits(p.membership_temperature, world.taste[f, i]), term)


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
def wants_out(world, p, f, i, value):
    """Whether a member with this net value leaves: 1 - u < sig(-(z + l) / temperature), or a red line is crossed."""
    return wants(-(value + loyalty(world, p, f, i)), p.membership_temperature, 1.0 - world.taste[f, i])


@kernel
def _reconsider(world, p, i, standing, mine, rate_key):
    """i looks at each standing forum with the rate of reconsideration, in the order of the forums."""
    rate = p.membership_rate
    heat = p.membership_temperature
    number = -1
    for place in range(standing.shape[0]):
        f = standing[place]
        if draws.uniform(rate_key, i, f) >= rate:
            continue
        if number < 0:
            number = memberships_of(world, i, mine)
        value = net_utility(world, p, f, i, mine, number)
        if not world.member[f, i]:
            if wants(value, heat, world.taste[f, i]) and admitted(world, p, f, i):
                choose_in(world, p, f, i, mine, number, value)
                number = memberships_of(world, i, mine)
        elif p.membership_exit > 0.0 and wants_out(world, p, f, i, value):
            term = deciding_term(world, p, f, i, mine, number, -1.0)
            leave(world, p, f, i, value + in_logits(heat, world.taste[f, i]), term)
            number = memberships_of(world, i, mine)


@kernel
def _move(world, p, i, mine, rate_key):
    """Exclusive membership: i moves to the standing forum that gives most (logit with its tastes), or stays out."""
    if draws.uniform(rate_key, i, 0) >= p.membership_rate:
        return
    current = -1
    for f in range(world.status.shape[0]):
        if world.member[f, i] and is_live(world, f) and world.mode[f] == Mode.STANDING:
            current = f
    heat = p.membership_temperature
    best, choice = -math.inf, current
    if current >= 0:
        best = net_utility(world, p, current, i, mine, 0) + loyalty(world, p, current, i)
        best += heat * draws.gumbel(1.0 - world.taste[current, i]) if heat > 0.0 else 0.0
    slots = world.status.shape[0]
    if p.membership_outside > 0.0 and p.membership_exit > 0.0:
        value = heat * draws.gumbel(1.0 - world.outside[i]) if heat > 0.0 else 0.0
        if current < 0 or value > best:
            best, choice = value, -1
    for f in range(slots):
        if f != current and is_live(world, f) and world.mode[f] == Mode.STANDING and world.status[f] == Status.ALIVE:
            value = net_utility(world, p, f, i, mine, 0)
            value += heat * draws.gumbel(1.0 - world.taste[f, i]) if heat > 0.0 else 0.0
            if value > best and admitted(world, p, f, i):
                best, choice = value, f
    if current < 0 or p.membership_exit > 0.0:
        for f in range(slots):  # a scenario may start with more than one
            if f != choice and world.member[f, i] and is_live(world, f) and world.mode[f] == Mode.STANDING:
                leave(world, p, f, i, best, Term.MOVE)
        if choice >= 0 and not world.member[choice, i]:
            join(world, p, choice, i, best, deciding_term(world, p, choice, i, mine, 0, 1.0))


@kernel
def _adopt(world, p, f, order, mine):
    """A text adopted without a vote binds all who are admitted and do not object.

    Who finds it beyond a red line, or dislikes it by more than ``membership.objection``, taste included, objects.
    """
    heat = p.membership_temperature
    for place in range(order.shape[0]):
        i = order[place]
        if not world.member[f, i] and admitted(world, p, f, i):
            value = net_utility(world, p, f, i, mine, memberships_of(world, i, mine))
            value += in_logits(heat, world.taste[f, i])
            if value > -p.membership_objection:
                enrol(world, p, f, i)
                log_membership(world, Event.JOIN, i, f, value, Term.ADOPTION)


@kernel
def _decide_text(world, p, f, order, mine):
    """A declaration opens, or a series holds its edition: all decide in waves, each wave seeing the last.

    The taste of an actor is its threshold of reach and trust in all waves (Granovetter 1978). At an edition everybody
    expects the last one's members until they have said otherwise: who no longer wants it does not renew. At an opening
    the founders stand.
    """
    n = world.power.shape[0]
    heat = p.membership_temperature
    opening = world.mode[f] == Mode.DECLARATION or world.founded[f] == world.clock[STEP]
    before = world.member[f].copy()
    tenure = world.tenure[f].copy()
    if not opening:
        log(world, Event.EDITION, world.founder[f], -1, f, -1, 0.0)
        world.habit[f] = before
    if opening and world.adopted[f]:
        _adopt(world, p, f, order, mine)
        return
    beside, value = np.empty(n), np.empty(n)  # other memberships do not change while this text is signed
    term = np.zeros(n, dtype=np.int64)
    for i in range(n):
        beside[i] = extra_utility(world, p, f, i, mine, memberships_of(world, i, mine))
    for _ in range(int(p.membership_waves)):
        for place in range(n):
            i = order[place]
            member = world.member[f, i]
            if opening and member:
                continue
            now = utility_of(world, p, f, i) + beside[i]
            yes = wants(now, heat, world.taste[f, i])
            if yes == member or (yes and not admitted(world, p, f, i)):
                continue
            value[i] = now + in_logits(heat, world.taste[f, i])
            number = memberships_of(world, i, mine)
            term[i] = deciding_term(world, p, f, i, mine, number, 1.0 if yes else -1.0)
            if yes:
                enrol(world, p, f, i)
            else:
                release(world, p, f, i)
    for i in range(n):
        member = world.member[f, i]
        if member and before[i]:
            world.tenure[f, i] = tenure[i]
        elif member:
            if world.mode[f] == Mode.DECLARATION:
                thank_signatory(world, p, f, i)
            log_membership(world, Event.JOIN, i, f, value[i], term[i])
        elif before[i]:
            log_membership(world, Event.NOT_RENEWED, i, f, value[i], term[i])


@kernel
def _decide_texts(world, p, order, mine):
    """All declarations that opened in this step and all series whose edition is due."""
    step = world.clock[STEP]
    for f in range(world.status.shape[0]):
        if not is_live(world, f):
            continue
        if world.mode[f] == Mode.DECLARATION and world.edition[f] == step:
            _decide_text(world, p, f, order, mine)
        elif world.mode[f] == Mode.SERIES and step - world.edition[f] >= max(1, world.period[f]):
            world.edition[f] = step
            _decide_text(world, p, f, order, mine)
        elif world.mode[f] == Mode.SERIES and world.edition[f] == step:
            _decide_text(world, p, f, order, mine)


@kernel
def membership(world, p):
    """Texts that are due are signed, then every actor reconsiders in random order, then attention and aspiration."""
    if p.rule_membership <= 0.0:
        return
    rebuild_stale(world, p)
    renew_tastes(world, p)
    n = world.power.shape[0]
    step, seed = world.clock[STEP], world.seed[0]
    order = np.empty(n, dtype=np.int64)
    draws.permutation(draws.stream(seed, draws.ORDER, step), order)
    mine = np.empty(world.status.shape[0], dtype=np.int64)
    rate_key = draws.stream(seed, draws.RECONSIDER, step)
    _decide_texts(world, p, order, mine)
    standing = np.empty(world.status.shape[0], dtype=np.int64)
    standing = standing[: standing_forums(world, standing)]
    for place in range(n):
        if p.membership_exclusive > 0.0:
            _move(world, p, order[place], mine, rate_key)
        else:
            _reconsider(world, p, order[place], standing, mine, rate_key)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            tenure, member = world.tenure[f], world.member[f]
            for i in range(n):
                tenure[i] += member[i]
    divide_attention(world, p)
    for i in range(n):
        world.aspiration[i] += p.aspiration_rate * (world.satisfaction[i] - world.aspiration[i])
