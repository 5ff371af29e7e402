"""Who takes part: how unequally states do, how much of it falls to small states and to non-state actors."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure
from forumsim.core.terms import Kind


def _measure(name: str, label: str, unit: str, formula: str, reference: str, description: str) -> Measure:
    return Measure(name, label, unit, 0.0, 1.0, formula, reference, "participation", True, description)


MEASURES = (
    _measure("participation_gini", "Inequality of participation", "index",
             "sum_ij |n_i - n_j| / (2 S sum n), n_i memberships of a state, S states", "Gini 1912",
             "0: all states belong to as many live forums. Missing when no state is a member."),
    _measure("small_state_share", "Small states' share", "share",
             "memberships of states with less than the median power / memberships of states", "forumsim",
             "About 1/2 when small and large take part alike. Missing when no state is a member."),
    _measure("nonstate_share", "Non-state share", "share", "memberships of non-state actors / memberships",
             "forumsim", "Missing when nobody is a member."),
)  # fmt: skip
GINI, SMALL, NONSTATE = range(3)


@kernel
def gini_of_counts(count, kind, highest):
    """Gini coefficient of the states' counts, integers in 0..highest; NaN when all are 0.

    The sum over pairs of differences is the sum over levels of (states at or below it) x (states above it): exact.
    """
    at = np.zeros(highest + 1, dtype=np.int64)
    states, total = 0, 0
    for i in range(count.shape[0]):
        if kind[i] == Kind.STATE:
            at[count[i]] += 1
            states += 1
            total += count[i]
    if total == 0:
        return np.nan
    below, difference = 0, 0
    for level in range(highest):
        below += at[level]
        difference += below * (states - below)
    return difference / (states * total)


@kernel
def select(values, n, rank):
    """The value of a rank (0 the smallest) among the first n, which are reordered (Hoare 1961)."""
    low, high = 0, n - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return values[rank]


@kernel
def median_power(kind, power):
    """Median power of the states, the mean of the middle two of an even number; 0 without states."""
    states = np.empty(power.shape[0])
    count = 0
    for i in range(power.shape[0]):
        if kind[i] == Kind.STATE:
            states[count] = power[i]
            count += 1
    if count == 0:
        return 0.0
    return 0.5 * (select(states, count, (count - 1) // 2) + select(states, count, count // 2))


@kernel
def fill(out, covers, start, actors, kind, power):
    """Fill the family's columns."""
    n = kind.shape[0]
    scopes, forums = covers.shape
    median = median_power(kind, power)
    count = np.empty(n, dtype=np.int64)
    for k in range(scopes):
        for i in range(n):
            count[i] = 0
        everyone = 0
        for a in range(forums):
            if covers[k, a]:
                everyone += start[a + 1] - start[a]
                for e in range(start[a], start[a + 1]):
                    count[actors[e]] += 1
        by_states, by_small = 0, 0
        for i in range(n):
            if kind[i] == Kind.STATE:
                by_states += count[i]
                by_small += count[i] if power[i] < median else 0
        out[k, GINI] = gini_of_counts(count, kind, forums)
        out[k, SMALL] = by_small / by_states if by_states > 0 else np.nan
        out[k, NONSTATE] = (everyone - by_states) / everyone if everyone > 0 else np.nan
