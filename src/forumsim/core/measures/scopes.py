"""What the measures look at: live forums by issue, states' power, blocs, memberships as lists.

A scope is an issue or, last, all issues pooled. Compact copies are made once per call, so that each family works on
live forums alone.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.terms import Kind, Status


@kernel
def live_forums(status):
    """Slots of the forums that exist, awake or dormant, in order (L,)."""
    found = np.empty(status.shape[0], dtype=np.int64)
    count = 0
    for f in range(status.shape[0]):
        if status[f] == Status.ALIVE or status[f] == Status.DORMANT:
            found[count] = f
            count += 1
    return found[:count]


@kernel
def scopes_of(mandate, live):
    """Which live forum belongs to which scope, bool (D + 1, L): the issues of its mandate, and always the last row."""
    issues = mandate.shape[1]
    covers = np.ones((issues + 1, live.shape[0]), dtype=np.bool_)
    for a in range(live.shape[0]):
        for k in range(issues):
            covers[k, a] = mandate[live[a], k]
    return covers


@kernel
def state_power(kind, power):
    """Power as a share of all states' power (N,): 0 for non-state actors, all 0 when nobody has any."""
    share = np.zeros(power.shape[0])
    total = 0.0
    for i in range(power.shape[0]):
        if kind[i] == Kind.STATE:
            share[i] = power[i]
            total += power[i]
    if total > 0.0:
        for i in range(power.shape[0]):
            share[i] /= total
    return share


@kernel
def numbered_blocs(bloc):
    """Labels of blocs counted from 0 (N,), and how many numbers that takes; -1 is a bloc like the others."""
    low = high = bloc[0] if bloc.shape[0] > 0 else 0
    for b in bloc:
        low = min(low, b)
        high = max(high, b)
    numbers = np.empty(bloc.shape[0], dtype=np.int64)
    for i in range(bloc.shape[0]):
        numbers[i] = bloc[i] - low
    return numbers, high - low + 1


@kernel
def pair_weights(power, bloc, blocs):
    """Sums of w_i w_j over unordered pairs: all, within a bloc, across blocs; NaN where there is no such pair.

    All terms are positive: no cancellation, and a missing kind of pair is told by counting, not by rounding.
    """
    before = np.zeros(blocs)
    heads = np.zeros(blocs, dtype=np.int64)
    total, count, inside = 0.0, 0, 0
    every, within, across = 0.0, 0.0, 0.0
    for i in range(power.shape[0]):
        w = power[i]
        if w > 0.0:
            b = bloc[i]
            every += w * total
            within += w * before[b]
            across += w * max(0.0, total - before[b])
            inside += heads[b]
            total += w
            before[b] += w
            count += 1
            heads[b] += 1
    pairs = count * (count - 1) // 2
    if pairs == 0:
        every = np.nan
    if inside == 0:
        within = np.nan
    if pairs == inside:
        across = np.nan
    return every, within, across


@kernel
def member_lists(member, live):
    """Members of each live forum as one list: ``actors[start[a]:start[a + 1]]`` are those of forum ``live[a]``."""
    n = member.shape[1]
    start = np.zeros(live.shape[0] + 1, dtype=np.int64)
    actors = np.empty(live.shape[0] * n + 1, dtype=np.int64)
    place = 0
    for a in range(live.shape[0]):
        row = member[live[a]]
        for i in range(n):  # written always, kept when a member: no branch to mispredict
            actors[place] = i
            place += row[i]
        start[a + 1] = place
    return start, actors


@kernel
def shared_members(start, actors, n):
    """Number of members that two live forums share (L, L), their sizes on the diagonal."""
    forums = start.shape[0] - 1
    of_actor = np.empty((n, forums), dtype=np.int64)
    count = np.zeros(n, dtype=np.int64)
    shared = np.zeros((forums, forums), dtype=np.int64)
    for a in range(forums):
        for e in range(start[a], start[a + 1]):
            i = actors[e]
            of_actor[i, count[i]] = a
            count[i] += 1
            for c in range(count[i]):
                shared[a, of_actor[i, c]] += 1
    for a in range(forums):
        for b in range(a):
            shared[b, a] = shared[a, b]
    return shared
