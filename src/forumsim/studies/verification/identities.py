"""Identities: what the measures of a partition must be by arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from forumsim.core.measures import column_index
from forumsim.core.rules.membership import membership
from forumsim.core.world import Floats, Ints
from forumsim.studies.verification.case import Finding, claim, known_result
from forumsim.studies.verification.invariance import all_measures
from forumsim.studies.verification.worlds import EXCLUSIVE, add_forum, ready, record, states, tick


def partition(power: Sequence[float] | Floats, forum: Sequence[int] | Ints) -> tuple[float, float]:
    """Fragmentation F and effective number of forums, as measured, where each actor is in exactly one forum.

    Parameters
    ----------
    power : sequence of float, (N,)
        w, N >= 2, positive; divided by its sum.
    forum : sequence of int, (N,)
        Forum of each actor, from 0.

    Returns
    -------
    tuple of float
        By `by_shares` they are 1 - F = (sum s_k^2 - sum w^2) / (1 - sum w^2) and 1 / sum s_k^2.

    Examples
    --------
    >>> partition([2, 1, 1], [0, 0, 1])
    (0.6, 1.6)
    """
    w, places = _shares(power), np.asarray(forum)
    p = record(EXCLUSIVE, {"membership.rate": 0})
    world = states(w.size, int(places.max()) + 1)
    world.power[:] = w
    for f in range(world.slots):
        add_forum(world, f, np.flatnonzero(places == f))
    tick(ready(world, p), p, membership)  # nobody moves; attention is given
    pooled = all_measures(world, p)[-1]
    return float(pooled[column_index("fragmentation")]), float(pooled[column_index("enf")])


def _shares(power: Sequence[float] | Floats) -> Floats:
    w = np.asarray(power, dtype=float)
    return w / w.sum()


def by_shares(power: Sequence[float] | Floats, forum: Sequence[int] | Ints) -> tuple[float, float]:
    """What `partition` has to measure, from the forums' shares s_k of power alone."""
    w = _shares(power)
    squares, own = float((np.bincount(forum, w) ** 2).sum()), float((w**2).sum())
    return 1 - (squares - own) / (1 - own), 1 / squares


@known_result(
    "partition",
    "Fragmentation of an exclusive partition",
    "identity: 1 - F = (sum s_k^2 - sum w^2)/(1 - sum w^2), effective number 1 / sum s_k^2",
)
def _partition_case() -> Iterator[Finding]:
    """Random partitions, of 2 to 200 actors into up to 20 forums, by equal and by very unequal powers."""
    gaps = []
    for seed in range(1, 201):
        rng = np.random.default_rng(seed)
        actors = int(rng.integers(2, 200))
        power = np.ones(actors) if seed % 4 == 0 else rng.gamma(0.5, size=actors) + 1e-9
        forum = rng.integers(0, int(rng.integers(1, 20)), actors)
        gaps.append(np.abs(np.subtract(partition(power, forum), by_shares(power, forum))))
    for name, gap in zip(("F", "effective number"), np.max(gaps, axis=0), strict=True):
        yield claim(f"{name} of 200 partitions: largest gap", gap <= 1e-12, f"{gap:.0e}", "<= 1e-12")
