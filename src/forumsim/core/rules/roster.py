"""What known memberships say: who is readier than others, and who wants to be where.

Tastes are conditioned on the facts, as one conditions on what was seen before asking what if (Pearl 2009: abduction):
on the rosters of the start, on the founding members of a dated opening, and on a dated departure. Who is a member
wants to be, who is not and would be admitted does not; so in silence nothing moves, and every later join and exit has
a cause.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.rules.admission import admitted
from forumsim.core.rules.membership import loyalty, net_utility
from forumsim.core.state.members import memberships_of
from forumsim.core.state.sums import rebuild_forum, rebuild_sums_of
from forumsim.core.state.taste import chance_of, condition_taste
from forumsim.core.state.value import is_live
from forumsim.core.terms import Mode


@kernel
def _chance(world, p, f, i, mine):
    """Chance sig(z / temperature) that i wants to be in f."""
    return chance_of(net_utility(world, p, f, i, mine, memberships_of(world, i, mine)), p.membership_temperature)


@kernel
def _tells(world, p, f):
    """Whether the roster of f tells who wants to be in it: a live forum that has stood for long enough at the start."""
    return is_live(world, f) and -world.founded[f] >= p.taste_settled


@kernel
def learn_from_rosters(world, p):
    """Readiness by one step of empirical Bayes, then tastes given the rosters.

    Readiness of i adds theta sum_f (m_if - s_if) / (sum_f s_if (1 - s_if) + 1 / tau^2) to its engagement, s_if =
    sig(z / theta) and theta the temperature, over the settled forums that it is in or would be admitted to: the
    posterior mode of a normal prior of spread tau theta, by one step of Newton from 0. Then a member's taste is drawn
    from (0, s_if), that of an outsider who would be admitted from (s_if, 1). A member beyond its own red line (s_if =
    0) keeps the taste that it has: no taste makes up for a red line. Where membership is exclusive the start says
    nothing.
    """
    if p.membership_exclusive > 0.0:
        return
    n = world.power.shape[0]
    slots = world.status.shape[0]
    mine = np.empty(slots, dtype=np.int64)
    open_to = np.zeros((slots, n), dtype=np.bool_)
    for f in range(slots):
        if _tells(world, p, f):
            for i in range(n):
                open_to[f, i] = world.member[f, i] or admitted(world, p, f, i)
    if p.taste_readiness > 0.0 and p.membership_temperature > 0.0:
        for i in range(n):
            rest, spread = 0.0, 1.0 / (p.taste_readiness * p.taste_readiness)
            for f in range(slots):
                if open_to[f, i]:
                    chance = _chance(world, p, f, i, mine)
                    rest += (1.0 if world.member[f, i] else 0.0) - chance
                    spread += chance * (1.0 - chance)
            world.engagement[i] += p.membership_temperature * rest / spread
    for f in range(slots):
        for i in range(n):
            if open_to[f, i]:
                condition_taste(world, f, i, _chance(world, p, f, i, mine), world.member[f, i])


@kernel
def learn_from_opening(world, p, f):
    """Founding members of forum f, which a dated row has just opened, want to be in it: their tastes say so.

    What the membership is worth to each is reckoned with all of them in it. The others decide by their own tastes.
    Where membership is exclusive an opening says nothing.
    """
    if p.membership_exclusive > 0.0:
        return
    rebuild_forum(world, f)
    rebuild_sums_of(world, p, f)
    mine = np.empty(world.status.shape[0], dtype=np.int64)
    for i in range(world.power.shape[0]):
        if world.member[f, i]:
            condition_taste(world, f, i, _chance(world, p, f, i, mine), True)


@kernel
def learn_from_departure(world, p, f, i):
    """Actor i, whose membership of f a dated row is about to end, wants out of it: its taste says so.

    A member of a standing forum wants out where neither the membership nor its loyalty keeps it. Where membership is
    exclusive a departure says nothing.
    """
    if p.membership_exclusive > 0.0:
        return
    rebuild_forum(world, f)
    rebuild_sums_of(world, p, f)
    mine = np.empty(world.status.shape[0], dtype=np.int64)
    value = net_utility(world, p, f, i, mine, memberships_of(world, i, mine))
    if world.mode[f] == Mode.STANDING:
        value += loyalty(world, p, f, i)
    condition_taste(world, f, i, chance_of(value, p.membership_temperature), False)
