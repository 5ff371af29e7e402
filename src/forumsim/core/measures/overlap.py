"""Overlap of forums and the structure of the network that shared membership makes."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure
from forumsim.core.terms import Kind


def _measure(
    name: str, label: str, unit: str, low: float, high: float, formula: str, reference: str, description: str
) -> Measure:
    return Measure(name, label, unit, low, high, formula, reference, "overlap", True, description)


MEASURES = (
    _measure("jaccard", "Overlap of members", "share", 0.0, 1.0, "mean over pairs of forums of |f & g| / |f | g|",
             "Jaccard 1901",
             "Pairs of live forums count alike, empty pairs are left out. Missing with fewer than two forums."),
    _measure("directed_overlap", "Directed overlap", "share", 0.0, 1.0,
             "mean over ordered pairs (f, g) of |f & g| / |f| times |K_f & K_g| / |K_f|, K the mandate",
             "Haftel & Lenz 2022",
             "Share of a forum's members and issues that another has as well; within an issue members alone. Missing "
             "with fewer than two forums."),
    _measure("modularity", "Modularity by bloc", "index", -0.5, 1.0,
             "sum_b (e_bb - a_b^2), ties of states weighted by the number of forums they share", "Newman 2006",
             "How far ties stay within blocs beyond chance. Missing without ties."),
    _measure("ei_index", "E-I index by bloc", "index", -1.0, 1.0, "(ties across - ties within) / ties",
             "Krackhardt & Stern 1988", "-1: all ties within blocs, 1: all across; ties as in modularity. Missing "
             "without ties."),
    _measure("nestedness", "Nestedness (NODF)", "index", 0.0, 100.0,
             "100 x mean over pairs of rows and of columns of |x & y| / |y| where y is smaller than x, else 0",
             "Almeida-Neto et al. 2008",
             "Whether the members of small forums are a subset of those of large ones; forums and actors with any "
             "membership. Missing with fewer than two such forums."),
)  # fmt: skip
JACCARD, DIRECTED, MODULARITY, EI, NESTEDNESS = range(5)


@kernel
def forum_pairs(shared, covers, common_issues, issues, pooled):
    """Mean Jaccard overlap and mean directed overlap of the forums of a scope; NaN without a pair."""
    jaccard, pairs = 0.0, 0
    directed, ordered = 0.0, 0
    for a in range(shared.shape[0]):
        for b in range(shared.shape[0]):
            if a == b or not covers[a] or not covers[b]:
                continue
            union = shared[a, a] + shared[b, b] - shared[a, b]
            if b < a and union > 0:
                jaccard += shared[a, b] / union
                pairs += 1
            if shared[a, a] > 0:
                part = shared[a, b] / shared[a, a]
                if pooled:
                    part *= common_issues[a, b] / issues[a] if issues[a] > 0 else 0.0
                directed += part
                ordered += 1
    return (jaccard / pairs if pairs > 0 else np.nan), (directed / ordered if ordered > 0 else np.nan)


@kernel
def bloc_structure(by_bloc, states, covers):
    """Newman's modularity and the E-I index of the states' co-membership graph, from counts of members by bloc.

    A forum of n states ties each of them to n - 1 others, so strengths and ties are sums over forums.
    """
    blocs = by_bloc.shape[1]
    strength = np.zeros(blocs)
    ties, within = 0.0, 0.0  # both twice: each tie from either end
    for a in range(by_bloc.shape[0]):
        if covers[a]:
            ties += states[a] * (states[a] - 1)
            for b in range(blocs):
                within += by_bloc[a, b] * (by_bloc[a, b] - 1)
                strength[b] += by_bloc[a, b] * (states[a] - 1)
    if ties == 0.0:
        return np.nan, np.nan
    modularity = within / ties
    for b in range(blocs):
        modularity -= (strength[b] / ties) ** 2
    return modularity, (ties - 2.0 * within) / ties


@kernel
def nestedness(start, actors, shared, covers, n):
    """Nestedness by overlap and decreasing fill (NODF, 0..100) of the forum by actor matrix of a scope.

    For the pairs of actors, each forum counts how many of its members have more memberships than a given one: the
    sum over pairs of shared / smaller degree without a loop over pairs.
    """
    forums = shared.shape[0]
    degree = np.zeros(n, dtype=np.int64)
    rows = 0
    for a in range(forums):
        if covers[a] and shared[a, a] > 0:
            rows += 1
            for e in range(start[a], start[a + 1]):
                degree[actors[e]] += 1
    if rows < 2:
        return np.nan
    total = 0.0
    above = np.empty(forums + 2, dtype=np.int64)
    for a in range(forums):
        if not covers[a]:
            continue
        for b in range(forums):
            if covers[b] and 0 < shared[b, b] < shared[a, a]:
                total += shared[a, b] / shared[b, b]
        for d in range(rows + 1):
            above[d] = 0
        for e in range(start[a], start[a + 1]):
            above[degree[actors[e]]] += 1
        higher = 0
        for d in range(rows, 0, -1):
            total += above[d] * higher / d
            higher += above[d]
    columns = 0
    for i in range(n):
        columns += degree[i] > 0
    return 100.0 * total / (rows * (rows - 1) / 2 + columns * (columns - 1) / 2)


@kernel
def fill(out, covers, start, actors, shared, kind, bloc, blocs):
    """Fill the family's columns."""
    scopes, forums = covers.shape
    by_bloc = np.zeros((forums, blocs))
    states = np.zeros(forums)
    issues = np.zeros(forums, dtype=np.int64)
    common = np.zeros((forums, forums), dtype=np.int64)
    for a in range(forums):
        for e in range(start[a], start[a + 1]):
            if kind[actors[e]] == Kind.STATE:
                by_bloc[a, bloc[actors[e]]] += 1.0
                states[a] += 1.0
        for k in range(scopes - 1):
            issues[a] += covers[k, a]
            for b in range(forums):
                common[a, b] += covers[k, a] and covers[k, b]
    for k in range(scopes):
        out[k, JACCARD], out[k, DIRECTED] = forum_pairs(shared, covers[k], common, issues, k == scopes - 1)
        out[k, MODULARITY], out[k, EI] = bloc_structure(by_bloc, states, covers[k])
        out[k, NESTEDNESS] = nestedness(start, actors, shared, covers[k], kind.shape[0])
