"""Tipping of two like forums, and the bandwagon of thresholds: what reach alone does to membership."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from forumsim.core.rules.membership import membership
from forumsim.studies.verification.case import Finding, estimate, exactly, known_result, near
from forumsim.studies.verification.worlds import EXCLUSIVE, PLAIN, add_forum, ready, record, states, tick

#: Steps before those that shares are averaged over.
SETTLED = 30


# --- tipping ------------------------------------------------------------------------------------------------------


def tipping(
    strength: float,
    temperature: float,
    actors: int,
    seed: int,
    steps: int = 100,
    ahead: float = 0.75,
) -> float:
    """Share of the forum that starts ahead, of two that differ in nothing but their members.

    Membership is exclusive, utility is ``strength`` times the reach, the choice a logit: the model of Brock & Durlauf
    (2001), which is that of Curie and Weiss. The actors choose one at a time, each seeing the others' choices.

    Parameters
    ----------
    strength : float
        nu, `utility.network`, logits.
    temperature : float
        theta, `membership.temperature`, logits, above 0.
    actors : int
        N >= 2; with few of them the lead changes hands near nu / theta = 2, and the share is about 1/2.
    steps : int
        Over which the share is averaged, after `SETTLED` steps before them; every actor chooses once a step.
    ahead : float
        Share of the leader at the start, 1/2 .. 1.

    Returns
    -------
    float
        Mean share, 0 .. 1. For large N it is `larger_share`.

    Examples
    --------
    >>> round(tipping(6.0, 1.0, actors=200, seed=1), 1)
    1.0
    """
    p = record(EXCLUSIVE, {"utility.network": strength, "membership.temperature": temperature, "taste.renewal": 1})
    world = states(actors, forums=2, seed=seed)
    leaders = round(ahead * actors)
    add_forum(world, 0, range(leaders))
    add_forum(world, 1, range(leaders, actors))
    tick(ready(world, p), p, membership, steps=SETTLED)
    total = 0.0
    for _ in range(steps):
        total += tick(world, p, membership).member[0].mean()
    return float(total / steps)


def larger_share(strength: float, temperature: float) -> float:
    """Share of the larger forum among very many actors: (1 + m) / 2, m = tanh(nu m / (2 theta)).

    Up to nu / theta = 2 the only solution is m = 0; above it the largest is stable.
    """
    ratio = strength / temperature
    least = 1e-6
    if math.tanh(ratio * least / 2) <= least:
        return 0.5
    return (1 + float(brentq(lambda m: math.tanh(ratio * m / 2) - m, least, 1.0))) / 2


def larger_share_of_few(strength: float, temperature: float, actors: int) -> float:
    """Mean share of the larger forum among N actors, by enumeration of its members n = N/2 .. N.

    Choosing one at a time with a logit is heat-bath dynamics: n settles at a probability in proportion to C(N, n)
    exp(nu / (theta N) times the number of pairs that share a forum). Nobody counts in its own reach.
    """
    n = np.arange(actors + 1, dtype=float)
    rest = actors - n
    pairs = (n * (n - 1) + rest * (rest - 1)) / 2
    log = strength / temperature / actors * pairs - gammaln(n + 1) - gammaln(rest + 1)
    weight = np.exp(log - log.max()) * np.where(n == rest, 0.5, n > rest)
    return float((weight * n).sum() / weight.sum() / actors)


@known_result(
    "tipping",
    "Tipping of two identical forums",
    "Brock & Durlauf 2001 (Curie-Weiss): m = tanh(nu m / (2 theta)); of finitely many by enumeration",
)
def _tipping_case() -> Iterator[Finding]:
    """Both sides of nu / theta = 2, and one with another temperature; 12 seeds of 600 actors each."""
    yield near("root of m = tanh(nu m / (2 theta)) at nu / theta = 2.5, as a share", 0.855, larger_share(2.5, 1), 5e-4)
    for strength, temperature, first in ((1.0, 1.0, 100), (2.5, 1.0, 200), (3.0, 1.0, 300), (0.96, 0.4, 400)):
        shares = [tipping(strength, temperature, 600, seed) for seed in range(first, first + 12)]
        what = f"larger share, nu {strength:g}, theta {temperature:g}"
        if strength > 2 * temperature:
            yield near(f"{what}: that of very many", larger_share(strength, temperature), float(np.mean(shares)), 0.006)
            few = larger_share_of_few(strength, temperature, 600)
            yield estimate(f"{what}: exactly that of 600 actors", few, shares, 0.01, 4)
        else:
            yield estimate(f"{what}: symmetric", 0.5, shares, 0.01)


# --- bandwagon ----------------------------------------------------------------------------------------------------


def bandwagon(thresholds: Sequence[float] | np.ndarray, seed: int = 1) -> int:
    """How many join one forum when each does so once as many others as its threshold have (Granovetter 1978).

    Utility is the number of members less the own threshold (as `World.reservation`); nobody leaves. Half a member is
    added, since a tie does not move and whose threshold is reached joins.

    Parameters
    ----------
    thresholds : sequence of float, (N,)
        Members that each of the N actors waits for, 2 <= N <= 1000; any finite numbers.
    seed : int
        Of the order in which the actors look; the number that joins does not depend on it.

    Returns
    -------
    int
        Members when nobody joins any more.

    Examples
    --------
    >>> bandwagon(range(100)), bandwagon([0, 2, *range(2, 100)])
    (100, 1)
    """
    waits = np.asarray(thresholds, dtype=float)
    p = record(PLAIN, {"utility.network": waits.size, "utility.cost": -0.5, "membership.exit": False})
    world = states(waits.size, seed=seed)
    world.reservation[:] = np.ceil(waits)
    add_forum(world, 0)
    ready(world, p)
    joined, before = 0, -1
    while joined > before:
        before, joined = joined, int(tick(world, p, membership).member[0].sum())
    return joined


def bandwagon_end(thresholds: Sequence[float] | np.ndarray) -> int:
    """Least r with r = number of thresholds <= r: where Granovetter's bandwagon stops, from the sorted thresholds."""
    for joined, wait in enumerate(np.sort(np.asarray(thresholds, dtype=float))):
        if wait > joined:
            return joined
    return len(thresholds)


@known_result("bandwagon", "Bandwagon of thresholds", "Granovetter 1978: least r with r = number of thresholds <= r")
def _bandwagon_case() -> Iterator[Finding]:
    """The two crowds of Granovetter's paper, then normal thresholds whose spread decides on riot or quiet."""
    yield exactly("join of 100 with thresholds 0 .. 99", 100, bandwagon(range(100)))
    yield exactly("join with the threshold 1 changed to 2", 1, bandwagon([0, 2, *range(2, 100)]))
    rng = np.random.default_rng(1978)
    crowds = [rng.normal(25, spread, 100) for spread in (5, 10, 12, 13, 15, 20, 30) for _ in range(6)]
    ends = [bandwagon_end(crowd) for crowd in crowds]
    found = [bandwagon(crowd, seed) for seed, crowd in enumerate(crowds)]
    what = f"normal thresholds, mean 25: crowds of {min(ends)} to {max(ends)} that end as their sorted thresholds say"
    yield exactly(what, len(crowds), sum(a == b for a, b in zip(ends, found, strict=True)))
