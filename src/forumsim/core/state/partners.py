"""Partners: whom an actor meets. Power attracts, and bridging seeks the distant."""

from __future__ import annotations

import math

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.terms import Kind

#: Draws of one meeting that choose the partner: whether to bridge, then one a candidate.
_BRIDGE, _PARTNER = 0, 1
_CANDIDATES = 4


@kernel
def root_mean_gap(world, i, j):
    """Root mean square distance of two positions over all issues."""
    total = 0.0
    issues = world.position.shape[1]
    for k in range(issues):
        gap = world.position[i, k] - world.position[j, k]
        total += gap * gap
    return math.sqrt(total / issues)


@kernel
def draw_partner(weight_sum, i, u):
    """An actor other than i, in proportion to the weights whose running sum is given (shape (N,)); -1 if none."""
    n = weight_sum.shape[0]
    before = weight_sum[i - 1] if i > 0 else 0.0
    own = weight_sum[i] - before
    total = weight_sum[n - 1] - own
    if total <= 0.0:
        return -1
    target = u * total
    if target >= before:
        target += own
    low, high = 0, n - 1
    while low < high:
        middle = (low + high) // 2
        if weight_sum[middle] > target:
            high = middle
        else:
            low = middle + 1
    return low if low != i else -1


@kernel
def choose_partner(world, p, weight_sum, i, key, a, b):
    """A partner by the root of its power, or with the chance of bridging the most distant of four such candidates."""
    first = draw_partner(weight_sum, i, draws.uniform(key, a, b + _PARTNER))
    if draws.uniform(key, a, b + _BRIDGE) >= p.dialogue_bridging:
        return first
    furthest = first
    distance = root_mean_gap(world, i, first) if first >= 0 else -1.0
    for candidate in range(1, _CANDIDATES):
        j = draw_partner(weight_sum, i, draws.uniform(key, a, b + _PARTNER + candidate))
        if j >= 0:
            gap = root_mean_gap(world, i, j)
            if gap > distance:
                furthest, distance = j, gap
    return furthest


@kernel
def partner_weights(world):
    """Running sum (N,) of the weights by which partners are drawn: the root of power, states alone."""
    out = np.empty(world.power.shape[0])
    total = 0.0
    for i in range(world.power.shape[0]):
        if world.kind[i] == Kind.STATE:
            total += math.sqrt(world.power[i])
        out[i] = total
    return out
