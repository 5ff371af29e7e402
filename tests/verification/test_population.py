"""Birth and death at other values than the published ones, and that wrong ones are found out."""

import math

import numpy as np
import pytest
from scipy.stats import chisquare

from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.population import live_forums, poisson_fit


def runs(births, hazard, number=40, samples=4, **more):
    return np.array([live_forums(births, hazard, seed, samples, **more) for seed in range(700, 700 + number)])


@pytest.mark.parametrize(("births", "hazard"), [(0.6, 0.05), (0.2, 0.1), (3.0, 0.3)])
def test_mean_and_variance(births, hazard):
    counts, mean = runs(births, hazard), births / hazard
    assert estimate("mean", mean, counts.mean(axis=1), 0.2 * mean).holds
    assert estimate("variance", mean, ((counts - mean) ** 2).mean(axis=1), 0.6 * mean).holds
    assert poisson_fit(counts.ravel(), mean)[2] > 0.001
    # half as many births, or deaths twice as likely, are found out
    assert not estimate("mean", mean / 2, counts.mean(axis=1), 0.2 * mean).holds
    assert poisson_fit(counts.ravel(), mean / 2)[2] < 0.001


@pytest.mark.parametrize("births", [0.6, 2.5])
def test_births_alone_are_poisson(births):
    """With a hazard of 1 nobody outlives a step: what lives was born in it."""
    counts = runs(births, 1.0, number=4, samples=300, every=1).ravel()
    for k in range(5):
        chance = math.exp(-births) * births**k / math.factorial(k)
        assert (counts == k).mean() == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / counts.size))
    assert poisson_fit(counts, births)[2] > 0.001
    # draws of different steps have nothing to do with each other
    assert np.corrcoef(counts[:-1], counts[1:])[0, 1] == pytest.approx(0, abs=4 / math.sqrt(counts.size))


def test_the_approach_to_the_ratio():
    """From none at the start: mean lambda / mu (1 - (1 - mu)^t) after t steps; the first count is after two gaps."""
    births, hazard, gap = 1.0, 0.1, 4
    counts = np.array([live_forums(births, hazard, seed, 1, gap)[0] for seed in range(300)])
    expected = births / hazard * (1 - (1 - hazard) ** (2 * gap))
    assert counts.mean() == pytest.approx(expected, abs=4 * math.sqrt(expected / 300))
    assert abs(counts.mean() - births / hazard) > 1


def test_chi_square_is_that_of_the_classes():
    """Counts of 0, 1, 2 and more against Poisson(1), by hand and by SciPy."""
    counts = np.repeat([0, 1, 2, 3], [30, 40, 20, 10])
    e = math.exp(-1)
    wanted = 100 * np.array([e, e, e / 2, 1 - 2.5 * e])
    hand = chisquare([30, 40, 20, 10], wanted)
    distance, freedom, tail = poisson_fit(counts, 1.0)
    assert (distance, tail) == pytest.approx((hand.statistic, hand.pvalue))
    assert freedom == 3
    assert poisson_fit(np.repeat([0, 7], [90, 10]), 0.7)[2] < 1e-6
