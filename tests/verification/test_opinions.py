"""Bounded confidence: final clusters, at other bounds and numbers of actors than the published ones."""

import numpy as np
import pytest

from forumsim.studies.verification import opinions
from forumsim.studies.verification.case import mean_within
from forumsim.studies.verification.opinions import (
    bounded_confidence,
    clusters,
    expected_range,
    large_clusters,
    opinion_run,
    settled,
)


def test_clusters_are_cut_where_nobody_meets_anybody():
    places = [0.85, 0.1, 0.15, 0.5, 0.7]
    assert [cluster.tolist() for cluster in clusters(places, 0.3)] == [[0.1, 0.15], [0.5, 0.7, 0.85]]
    assert not settled(places, 0.3) and settled(places, 0.1)
    assert large_clusters([97, 2, 1]) == 1 and large_clusters([97, 3]) == 2


@pytest.mark.parametrize(("epsilon", "number"), [(0.6, {1}), (0.25, {2}), (0.22, {2}), (0.1, {4, 5})])
def test_number_of_large_clusters(epsilon, number):
    sizes = [bounded_confidence(epsilon, 300, seed) for seed in range(3)]
    assert {large_clusters(each) for each in sizes} <= number
    assert all(sum(each) == 300 and each == sorted(each, reverse=True) for each in sizes)


@pytest.mark.parametrize("move", [0.5, 0.2])
def test_what_is_final_stays_and_the_mean_is_kept(move):
    start, end = opinion_run(0.2, 200, seed=5, move=move)
    assert settled(end, 0.2) and end.mean() == pytest.approx(start.mean(), abs=1e-13)
    assert start.min() <= end.min() and end.max() <= start.max()
    apart = [cluster.mean() for cluster in clusters(end, 0.2)]
    assert (np.diff(apart) >= 0.2).all()
    assert len({round(place, 12) for place in start}) == 200


def test_unequal_powers_do_not_keep_the_mean(monkeypatch):
    """The check of the mean can fail."""
    usual = opinions.states

    def lopsided(*arguments, **keywords):
        world = usual(*arguments, **keywords)
        world.power[:] = np.linspace(1, 100, world.actors) / np.linspace(1, 100, world.actors).sum()
        return world

    monkeypatch.setattr(opinions, "states", lopsided)
    start, end = opinion_run(0.5, 100, seed=1)
    assert abs(end.mean() - start.mean()) > 1e-4


def test_another_bound_than_the_one_claimed_fails():
    numbers = [large_clusters(bounded_confidence(0.35, 300, seed)) for seed in range(4)]
    assert not mean_within("clusters", 1.9, 2.1, numbers).holds
    assert not mean_within("noise", 1.9, 2.1, [1, 3, 2, 2]).holds  # the mean is right, its interval is not
    low, high = expected_range(0.05)
    assert (low, high) == pytest.approx((1 / (2.155 * 0.05) - 1, 10.1))


def test_too_few_steps_are_no_result():
    with pytest.raises(RuntimeError, match="not final after 10 steps"):
        bounded_confidence(0.05, 500, steps=10)
