"""Birth and death of forums without choice: how many live."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2, poisson

from forumsim.core.rules.founding import founding
from forumsim.core.rules.lifecycle import lifecycle
from forumsim.core.terms import SLOTS
from forumsim.core.world import Floats, Ints
from forumsim.studies.verification.case import COVERAGE, Finding, claim, estimate, known_result
from forumsim.studies.verification.worlds import ready, record, states, tick


def live_forums(births: float, hazard: float, seed: int, samples: int = 6, every: int | None = None) -> Ints:
    """Number of live forums when they are born and die by chance alone.

    In each step a Poisson number of forums is founded by nobody in particular, and each that was there before dies
    with the same probability. N' = survivors of N + births has one stationary distribution, Poisson(lambda / mu): a
    thinned Poisson number is Poisson with mean (1 - mu) lambda / mu, and the births add lambda.

    Parameters
    ----------
    births : float
        lambda, `founding.poisson`, a step; above 0, to 20.
    hazard : float
        mu, `lifecycle.hazard`, a step; .001 .. 1.
    samples, every : int
        Number of counts, and steps before the first and from one to the next; by default as many steps as leave less
        than 1 % of a deviation, (1 - mu)^every < .01, so that counts are all but independent.

    Returns
    -------
    int array, (samples,)

    Examples
    --------
    >>> live_forums(2.0, 1.0, seed=1, samples=5)
    array([2, 3, 3, 2, 2])
    """
    gap = every or (1 if hazard == 1 else math.ceil(math.log(0.01) / math.log(1 - hazard)))
    p = record({
        "founding.poisson": births, "founding.rate": 0, "lifecycle.hazard": hazard, "lifecycle.death": 0,
        "lifecycle.dormant": 0, "lifecycle.minimum": 0, "lifecycle.merge": 0,
    })  # fmt: skip
    expected = births * gap * (samples + 1)
    slots = math.ceil(expected + 8 * math.sqrt(expected) + 20)  # each is used once
    world = ready(states(1, slots, seed=seed), p)
    tick(world, p, founding, lifecycle, steps=gap)
    counts = np.zeros(samples, dtype=np.int64)
    for sample in range(samples):
        tick(world, p, founding, lifecycle, steps=gap)
        counts[sample] = world.live().sum()
    if world.clock[SLOTS] == slots:
        raise RuntimeError(f"all {slots} forum slots were used")
    return counts


def poisson_fit(counts: Ints, mean: float) -> tuple[float, int, float]:
    """Pearson's chi-square of counts against Poisson(mean), and its degrees of freedom and upper tail probability.

    Values are pooled from either end until every class expects 5 counts or more.
    """
    last = max(int(counts.max()), math.ceil(mean + 10 * math.sqrt(mean) + 10))
    expected: Floats = poisson.pmf(np.arange(last + 1), mean) * counts.size
    below = np.cumsum(expected)
    above = counts.size - below + expected
    inside = np.flatnonzero((below >= 5) & (above >= 5))
    low, high = inside[0], inside[-1]
    seen = np.bincount(np.clip(counts, low, high), minlength=high + 1)[low:]
    wanted = np.concatenate([[below[low]], expected[low + 1 : high], [above[high]]])
    distance = float(((seen - wanted) ** 2 / wanted).sum())
    return distance, wanted.size - 1, float(chi2.sf(distance, wanted.size - 1))


@known_result("population", "Birth and death of forums without choice", "immigration and death: Poisson(lambda / mu)")
def _population_case() -> Iterator[Finding]:
    """Mean, variance and distribution; a slower and a quicker turnover, 100 runs of 6 counts each."""
    for births, hazard in ((0.6, 0.05), (1.5, 0.5)):
        mean = births / hazard
        counts = np.array([live_forums(births, hazard, seed) for seed in range(1, 101)])
        what = f"lambda {births:g}, mu {hazard:g}: live forums"
        yield estimate(f"{what}, mean", mean, counts.mean(axis=1), mean / 10)
        # runs are independent, counts within a run nearly so; about the known mean, no degree of freedom is lost
        yield estimate(f"{what}, variance", mean, ((counts - mean) ** 2).mean(axis=1), mean / 4)
        distance, freedom, tail = poisson_fit(counts.ravel(), mean)
        seen = f"chi-square {distance:.1f} at {freedom} degrees, p {tail:.3f}"
        yield claim(f"{what}: distribution", tail > 1 - COVERAGE, seen, f"Poisson({mean:g})")
