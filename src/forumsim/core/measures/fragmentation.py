"""Fragmentation of attention: how much of it two states, drawn by power, do not spend in the same forums.

F = 1 - sum_{i<j} w_i w_j o_ij / sum_{i<j} w_i w_j with o_ij = sum_f min(a_if, a_jf) over the forums of the issue.
The double sum of minima is done forum by forum, members sorted by attention: whoever stands earlier in the order has
at least as much, so each member's own attention counts with the power of all before it. O(n log n), no pair loops.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure
from forumsim.core.measures.scopes import live_forums, numbered_blocs, pair_weights, scopes_of, state_power

_F = "1 - sum w_i w_j o_ij / sum w_i w_j, o_ij = sum_f min(a_if, a_jf), pairs i<j"
_OWN = "forumsim; Czekanowski overlap, w as in Rae's (1967) fractionalisation"
_ATTENTION = "a is attention to the issue's live forums, summing to 1 over an actor's own. No forum: 1. "
_CONTACT = "sum w_i w_j [share a forum] / sum w_i w_j, pairs i<j"


def _measure(name: str, label: str, formula: str, reference: str, description: str) -> Measure:
    return Measure(name, label, "share", 0.0, 1.0, formula, reference, "fragmentation", True, description)


MEASURES = (
    _measure("fragmentation", "Fragmentation F", _F, _OWN, _ATTENTION + "Missing with fewer than two powers."),
    _measure("fragmentation_across", "Fragmentation across blocs", _F + " of different blocs", _OWN,
             _ATTENTION + "Missing when no two powers belong to different blocs; nonaligned count as a bloc."),
    _measure("fragmentation_within", "Fragmentation within blocs", _F + " of one bloc", _OWN,
             _ATTENTION + "Missing when no two powers belong to one bloc."),
    Measure("fragmentation_gap", "Fragmentation across less within blocs", "share", -1.0, 1.0,
            "fragmentation_across - fragmentation_within", "forumsim", "fragmentation", True,
            "What blocs add to fragmentation: 0 when they do not matter to who meets whom, 1 when each bloc is of one "
            "mind and shares nothing. Missing where either of the two is."),
    _measure("contact", "Contact", _CONTACT, "forumsim",
             "Chance that two states, drawn by power, share any forum. Saturates where many forums exist."),
    _measure("contact_across", "Contact across blocs", _CONTACT + " of different blocs", "forumsim",
             "As contact, for pairs across blocs; missing without such pairs."),
    _measure("contact_within", "Contact within blocs", _CONTACT + " of one bloc", "forumsim",
             "As contact, for pairs within blocs; missing without such pairs."),
)  # fmt: skip
GAP, CONTACT, CONTACT_ACROSS, CONTACT_WITHIN = 3, 4, 5, 6


@kernel
def attention_lists(attention, power, live):
    """Attention of powers to each live forum as one list (start, actor, share), zeros left out."""
    n = attention.shape[1]
    size = live.shape[0] * n + 1
    start = np.zeros(live.shape[0] + 1, dtype=np.int64)
    actor = np.empty(size, dtype=np.uint32)  # unsigned indices need no test for negative ones: a fifth faster
    share = np.empty(size)
    place = 0
    for a in range(live.shape[0]):
        row = attention[live[a]]
        for i in range(n):
            actor[place] = i
            share[place] = row[i]
            place += (row[i] > 0.0) & (power[i] > 0.0)  # no branch to mispredict
        start[a + 1] = place
    return start, actor, share


@kernel
def sort_members(share, actor, n, count, sorted_share, sorted_actor):
    """Sort the first n members by attention, largest first: 2 n buckets up to the maximum, then insertion."""
    top = 0.0
    for e in range(n):
        top = max(top, share[e])
    buckets = 2 * n
    scale = (buckets - 1) / top if top > 1e-290 else 0.0  # one bucket rather than an overflow
    for k in range(buckets):
        count[k] = 0
    for e in range(n):
        count[np.uint32(share[e] * scale)] += 1
    place = 0
    for k in range(buckets - 1, -1, -1):
        size = count[k]
        count[k] = place
        place += size
    for e in range(n):
        k = np.uint32(share[e] * scale)
        at = np.uint32(count[k])
        sorted_share[at] = share[e]
        sorted_actor[at] = actor[e]
        count[k] = at + 1
    for e in range(1, n):
        value = sorted_share[e]
        if sorted_share[e - 1] < value:
            who = sorted_actor[e]
            to = e
            while to > 0 and sorted_share[to - 1] < value:
                sorted_share[to] = sorted_share[to - 1]
                sorted_actor[to] = sorted_actor[to - 1]
                to -= 1
            sorted_share[to] = value
            sorted_actor[to] = who


@kernel
def attention_indices(status, mandate, attention, kind, power, bloc):
    """Fragmentation of all pairs, across and within blocs, and the effective number of forums: (D + 1, 4).

    The effective number 1 / sum_f s_f^2 (Laakso & Taagepera 1979) stands here since it reads the same lists.
    """
    live = live_forums(status)
    covers = scopes_of(mandate, live)
    w = state_power(kind, power)
    group, blocs = numbered_blocs(bloc)
    pairs, pairs_within, pairs_across = pair_weights(w, group, blocs)
    start, actor, share = attention_lists(attention, w, live)
    n = w.shape[0]
    total, before = np.empty(n), np.empty(blocs)
    raw, by_rank = np.empty(n), np.empty(n)
    rank, count = np.empty(n, dtype=np.uint32), np.empty(2 * n, dtype=np.int64)
    label = np.empty(n, dtype=np.uint32)
    for i in range(n):
        label[i] = group[i]
    out = np.empty((covers.shape[0], 4))
    for k in range(covers.shape[0]):
        for i in range(n):
            total[i] = 0.0
        for a in range(live.shape[0]):
            if covers[k, a]:
                for e in range(start[a], start[a + 1]):
                    total[actor[e]] += share[e]
        common, common_within, spent, squares = 0.0, 0.0, 0.0, 0.0
        for a in range(live.shape[0]):
            members = start[a + 1] - start[a]
            if not covers[k, a] or members == 0:
                continue
            for e in range(members):
                raw[e] = share[start[a] + e] / total[actor[start[a] + e]]
            sort_members(raw, actor[start[a] : start[a + 1]], members, count, by_rank, rank)
            for b in range(blocs):
                before[b] = 0.0
            ahead, reach = 0.0, 0.0
            for e in range(members):
                i = rank[e]
                part = w[i] * by_rank[e]
                common += part * ahead
                common_within += part * before[label[i]]
                reach += part
                ahead += w[i]
                before[label[i]] += w[i]
            spent += reach
            squares += reach * reach
        out[k, 0] = min(1.0, max(0.0, 1.0 - common / pairs)) if pairs > 0.0 else np.nan
        across = max(0.0, common - common_within) / pairs_across
        out[k, 1] = max(0.0, 1.0 - across) if pairs_across > 0.0 else np.nan
        out[k, 2] = max(0.0, 1.0 - common_within / pairs_within) if pairs_within > 0.0 else np.nan
        out[k, 3] = spent * spent / squares if squares > 0.0 else 0.0
    return out


@kernel
def _either(met, row):
    """Vector or, in place."""
    for j in range(met.shape[0]):
        met[j] |= row[j]


@kernel
def _add_where(total, weight, met):
    """Add the weight where met is 1, in place."""
    for j in range(total.shape[0]):
        total[j] += weight * met[j]


@kernel
def powers_by_bloc(power, bloc, blocs):
    """Rows of the actors with power in the order of their blocs, and for each the end of its bloc in that order."""
    size = np.zeros(blocs + 1, dtype=np.int64)
    count = 0
    for i in range(power.shape[0]):
        if power[i] > 0.0:
            size[bloc[i] + 1] += 1
            count += 1
    for b in range(blocs):
        size[b + 1] += size[b]
    order, end = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for b in range(blocs):
        for at in range(size[b], size[b + 1]):
            end[at] = size[b + 1]
    for i in range(power.shape[0]):
        if power[i] > 0.0:
            order[size[bloc[i]]] = i
            size[bloc[i]] += 1
    return order, end


@kernel
def contacts(out, live, covers, member, power, bloc, blocs):
    """Fill the three columns of contact from column ``CONTACT`` on.

    Powers stand in the order of their blocs, so that partners within a bloc are neighbours. For each of them one
    vector tells who shares a forum with it (its forums' rows, or-ed), and plain loops over it run as vector code.
    """
    order, end = powers_by_bloc(power, bloc, blocs)
    n = order.shape[0]
    pairs, pairs_within, pairs_across = pair_weights(power, bloc, blocs)
    w = np.empty(n)
    for i in range(n):
        w[i] = power[order[i]]
    rows = np.empty((live.shape[0], n), dtype=np.uint8)
    for a in range(live.shape[0]):
        for i in range(n):
            rows[a, i] = member[live[a], order[i]]
    met = np.empty(n, dtype=np.uint8)
    mine = np.empty(live.shape[0] + 1, dtype=np.int64)
    inside, outside = np.empty(n), np.empty(n)
    for k in range(covers.shape[0]):
        for i in range(n):
            inside[i] = 0.0
            outside[i] = 0.0
        for i in range(n):
            for j in range(i, n):
                met[j] = 0
            own = 0
            for a in range(live.shape[0]):  # its forums of the scope, listed without a branch
                mine[own] = a
                own += covers[k, a] & (rows[a, i] > 0)
            for at in range(own):
                _either(met[i:], rows[mine[at], i:])
            _add_where(inside[i + 1 : end[i]], w[i], met[i + 1 : end[i]])
            _add_where(outside[end[i] :], w[i], met[end[i] :])
        within, across = 0.0, 0.0
        for i in range(n):
            within += w[i] * inside[i]
            across += w[i] * outside[i]
        out[k, CONTACT] = min(1.0, (within + across) / pairs) if pairs > 0.0 else np.nan
        out[k, CONTACT_ACROSS] = min(1.0, across / pairs_across) if pairs_across > 0.0 else np.nan
        out[k, CONTACT_WITHIN] = min(1.0, within / pairs_within) if pairs_within > 0.0 else np.nan
