"""Tipping and bandwagons at other values than those of the papers, and that a wrong one is found out."""

import itertools
import math

import numpy as np
import pytest

from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.cases import CASES
from forumsim.studies.verification.tipping import (
    bandwagon,
    bandwagon_end,
    larger_share,
    larger_share_of_few,
    tipping,
)


def test_larger_share_solves_its_equation():
    for strength, temperature in ((2.01, 1.0), (2.2, 1.0), (5.0, 1.3), (0.9, 0.1)):
        share = larger_share(strength, temperature)
        m = 2 * share - 1
        assert share > 0.5 and math.tanh(strength * m / (2 * temperature)) == pytest.approx(m, abs=1e-12)
    assert [larger_share(s, 1.0) for s in (0.0, 1.0, 2.0)] == [0.5, 0.5, 0.5]
    assert larger_share(2.5, 1.0) == pytest.approx(0.855, abs=5e-4), "Brock & Durlauf 2001"


def test_share_of_few_by_enumeration_of_all_configurations():
    """Weight exp(nu / (theta N) pairs in the same forum); the larger forum, 1/2 where they are alike."""
    for actors, ratio in ((2, 3.0), (7, 2.5), (8, 1.0)):
        total = weighted = 0.0
        for sides in itertools.product((0, 1), repeat=actors):
            inside = sum(sides)
            pairs = math.comb(inside, 2) + math.comb(actors - inside, 2)
            weight = math.exp(ratio / actors * pairs)
            total += weight
            weighted += weight * max(inside, actors - inside) / actors
        assert larger_share_of_few(ratio, 1.0, actors) == pytest.approx(weighted / total, rel=1e-12)
        assert larger_share_of_few(0.5 * ratio, 0.5, actors) == pytest.approx(weighted / total, rel=1e-12)


def test_few_become_many():
    for ratio in (1.2, 2.5, 4.0):
        assert larger_share_of_few(ratio, 1.0, 1_000_000) == pytest.approx(larger_share(ratio, 1.0), abs=1e-3)


@pytest.mark.parametrize(("strength", "temperature", "wide"), [(4.0, 1.0, 0.005), (1.4, 0.5, 0.01), (1.2, 0.8, 0.03)])
def test_tipping_at_other_values(strength, temperature, wide):
    shares = [tipping(strength, temperature, 300, seed, steps=60) for seed in range(900, 912)]
    many = strength > 2 * temperature
    target = larger_share_of_few(strength, temperature, 300) if many else 0.5
    assert estimate("share", target, shares, wide).holds
    assert target == pytest.approx(larger_share(strength, temperature), abs=0.005)
    # a temperature that is wrong by a fifth is found out, where there is anything to find
    assert not many or not estimate("share", larger_share(strength, 1.2 * temperature), shares, wide).holds


def test_only_the_ratio_counts():
    """Twice the strength at twice the temperature: the same choices, bit by bit."""
    assert tipping(1.25, 0.5, 100, 7, steps=10) == tipping(2.5, 1.0, 100, 7, steps=10)
    assert tipping(2.5, 0.5, 100, 7, steps=10) != tipping(2.5, 1.0, 100, 7, steps=10)


def test_without_reach_an_actor_chooses_like_a_coin():
    share = np.mean([tipping(0.0, 1.0, 400, seed, steps=40, ahead=1.0) for seed in range(3)])
    assert share == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(3 * 40 * 400))


@pytest.mark.parametrize(("changed", "joined"), [(None, 100), (1, 1), (0, 0), (50, 50), (99, 99)])
def test_bandwagon_of_granovetter(changed, joined):
    """Thresholds 0..99: all join; with the threshold k raised by one, only those below it do."""
    thresholds = np.arange(100)
    if changed is not None:
        thresholds[changed] += 1
    assert bandwagon(thresholds) == joined == bandwagon_end(thresholds)


@pytest.mark.parametrize("seed", range(25))
def test_bandwagons_of_random_crowds(seed):
    rng = np.random.default_rng(seed)
    actors = int(rng.integers(2, 120))
    crowd = rng.normal(rng.uniform(0, 0.4) * actors, rng.uniform(0.05, 0.4) * actors, actors)
    if seed % 2:
        crowd = np.round(crowd)
    joined = 0
    while (now := int((crowd <= joined).sum())) > joined:
        joined = now
    assert bandwagon(crowd, seed) == joined == bandwagon_end(crowd)
    assert bandwagon(rng.permutation(crowd), seed + 1) == joined


def test_a_threshold_is_reached_by_as_many_and_not_by_fewer():
    assert bandwagon([-3.0, 1.0, 2.5]) == 2, "2.5 waits for three"
    assert bandwagon([-3.0, 1.0, 1.5]) == 3
    assert bandwagon([-3.0, 0.5, 2.0, 1e6]) == 3
    assert bandwagon([0, *[1] * 999]) == 1000


def test_the_bandwagon_holds():
    (case,) = (case for case in CASES if case.name == "bandwagon")
    assert all(finding.holds for finding in case.check())
