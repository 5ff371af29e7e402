"""Partners: whom an actor meets. Power attracts, and bridging seeks the distant."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.terms import Kind

#: Draws of one meeting that choose the partner: whether to bridge, then one a candidate.
_BRIDGE, _PARTNER = 0, 1
_CANDIDATES = 4
#: Entries of the guide for each actor.
_PER_ACTOR = 4


class Partners(NamedTuple):
    """Weights by which partners are drawn, ready for searching."""

    running: np.ndarray  #: running sum of the weights, shape (N,)
    guide: np.ndarray  #: where a search begins: the first actor whose sum reaches an entry, shape (4 N + 1,)
    scale: float  #: entries of the guide for each unit of weight


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
def partners_of(running):
    """Partners by the running sum (N,) of their weights, with a guide to it (Chen & Asau 1974).

    The guide cuts the sum into equal parts. A search that begins at the part of its target looks at one or two sums,
    where halving looks at one for each binary digit of N and guesses half of these wrongly.
    """
    n = running.shape[0]
    entries = _PER_ACTOR * n
    scale = entries / running[n - 1] if running[n - 1] > 1e-290 else 0.0  # one entry rather than an overflow
    guide = np.full(entries + 1, n - 1)
    entry = 0
    for i in range(n):
        while entry <= int(running[i] * scale) and entry <= entries:
            guide[entry] = i
            entry += 1
    return Partners(running, guide, scale)


@kernel
def draw_partner(partners, i, u):
    """An actor other than i, in proportion to the weights; -1 if none."""
    running = partners.running
    n = running.shape[0]
    before = running[i - 1] if i > 0 else 0.0
    own = running[i] - before
    total = running[n - 1] - own
    if total <= 0.0:
        return -1
    target = u * total
    if target >= before:
        target += own
    j = partners.guide[int(target * partners.scale)]
    while j < n - 1 and running[j] <= target:
        j += 1
    return j if j != i else -1


@kernel
def choose_partner(world, p, partners, i, key, a, b):
    """A partner by the root of its power, or with the chance of bridging the most distant of four such candidates."""
    first = draw_partner(partners, i, draws.uniform(key, a, b + _PARTNER))
    if draws.uniform(key, a, b + _BRIDGE) >= p.dialogue_bridging:
        return first
    furthest = first
    distance = root_mean_gap(world, i, first) if first >= 0 else -1.0
    for candidate in range(1, _CANDIDATES):
        j = draw_partner(partners, i, draws.uniform(key, a, b + _PARTNER + candidate))
        if j >= 0:
            gap = root_mean_gap(world, i, j)
            furthest = j if gap > distance else furthest  # no branch to mispredict
            distance = max(gap, distance)
    return furthest


@kernel
def weigh_partners(world):
    """The partners of a step: states alone, each by the root of its power."""
    running = np.empty(world.power.shape[0])
    total = 0.0
    for i in range(world.power.shape[0]):
        if world.kind[i] == Kind.STATE:
            total += math.sqrt(world.power[i])
        running[i] = total
    return partners_of(running)
