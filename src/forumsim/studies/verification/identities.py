"""Identities: what the measures of a partition must be by arithmetic; listed with the nulls and the invariances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from forumsim.core.errors import Problem
from forumsim.core.measures import column_index
from forumsim.core.rules.membership import membership
from forumsim.core.world import Floats, Ints
from forumsim.studies.verification import invariance, nulls
from forumsim.studies.verification.arguments import refuse
from forumsim.studies.verification.case import Case, Finding, claim
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

    Raises
    ------
    InputError
        Less than two powers, one that is not positive, a number of a forum that is none.

    Examples
    --------
    >>> partition([2, 1, 1], [0, 0, 1])
    (0.6, 1.6)
    """
    w, places = _checked(power, forum)
    p = record(EXCLUSIVE, {"membership.rate": 0})
    world = states(w.size, int(places.max()) + 1)
    world.power[:] = w
    for f in range(world.slots):
        add_forum(world, f, np.flatnonzero(places == f))
    tick(ready(world, p), p, membership)  # nobody moves; attention is given
    pooled = all_measures(world, p)[-1]
    return float(pooled[column_index("fragmentation")]), float(pooled[column_index("enf")])


def _checked(power: Any, forum: Any) -> tuple[Floats, Ints]:
    w, places = np.asarray(power, dtype=float), np.asarray(forum)
    refuse(
        None
        if w.ndim == 1 and w.size > 1 and bool(np.isfinite(w).all() and (w > 0).all())
        else Problem("power", f"found {power!r}", "two or more positive numbers"),
        None
        if places.shape == w.shape and places.dtype.kind in "iu" and bool((places >= 0).all())
        else Problem("forum", f"found {forum!r}", "a whole number from 0 for each actor"),
    )
    return w / w.sum(), places


def by_shares(power: Sequence[float] | Floats, forum: Sequence[int] | Ints) -> tuple[float, float]:
    """What `partition` has to measure, from the forums' shares s_k of power alone."""
    w, places = _checked(power, forum)
    squares, own = float((np.bincount(places, w) ** 2).sum()), float((w**2).sum())
    return 1 - (squares - own) / (1 - own), 1 / squares


def _check_partition() -> Iterator[Finding]:
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


CASES: tuple[Case, ...] = (
    Case(
        "partition",
        "Fragmentation of an exclusive partition",
        "identity: 1 - F = (sum s_k^2 - sum w^2)/(1 - sum w^2), effective number 1 / sum s_k^2",
        _check_partition,
        2.0,
    ),
    *nulls.CASES,
    *invariance.CASES,
)
