"""Party competition at other values than the published ones, and that a wrong setting is found out."""

import math

import numpy as np
import pytest

from forumsim.core.state.value import utility_of
from forumsim.studies.verification.cases import CASES
from forumsim.studies.verification.competition import (
    PACE,
    REACH,
    UNIT,
    lloyd,
    party_system,
    party_world,
    rest_within,
)


def middles(k):
    return (2 * np.arange(1, k + 1) - 1) / (2 * k)


@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_lloyd_from_random_starts(k):
    rng = np.random.default_rng(k)
    for actors in (300, 777):
        charters, distance = lloyd(k, actors, start=rng.random(k), seed=3)
        assert np.abs(charters - middles(k)).max() <= rest_within(k, actors) + 1e-12
        assert distance == pytest.approx(1 / (12 * k**2), rel=0.05)


def test_the_three_of_the_quarter_and_the_far_one():
    charters, distance = lloyd(3, 300, start=(0.1, 0.2, 0.9), steps=60)
    assert charters == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=rest_within(3, 300))
    assert distance == pytest.approx(1 / (12 * 9), rel=0.02)


def test_a_run_that_is_too_short_or_aims_elsewhere_is_found_out():
    charters, distance = lloyd(5, 500, steps=5)
    assert np.abs(charters - middles(5)).max() > rest_within(5, 500)
    assert distance > 1.1 / (12 * 25)
    assert np.abs(lloyd(3, 500)[0] - [0.0, 0.5, 1.0]).max() > rest_within(3, 500)


@pytest.mark.parametrize("k", range(2, 12))
def test_rest_within_bounds_the_errors_of_cells(k):
    """Rows of (I - A)^-1 B: A takes each charter to the mean of the middles around it, B adds errors of the middles."""
    change, errors = np.zeros((k, k)), np.zeros((k, k - 1))
    for i in range(k):
        for cell, j in ((i - 1, i - 1), (i, i + 1)):
            if 0 <= j < k:
                change[i, i] += 0.25
                change[i, j] += 0.25
                errors[i, cell] = 0.5
    worst = np.abs(np.linalg.solve(np.eye(k) - change, errors)).sum(axis=1).max() / 2
    assert 0.9 * worst <= worst <= rest_within(k, 1)
    assert np.linalg.eigvals(change).max() == pytest.approx(math.cos(math.pi / (2 * k)) ** 2), "how fast it settles"


def test_a_forum_of_its_own_pays_for_a_share_of_voters_in_proportion_to_squared_distance():
    """A share d^2 / 9 of those at distance d, in standard deviations; they stand bivariate normal within 3."""
    unhappy, distance, points = [], [], []
    for seed in range(12):
        world, p = party_world(0.1, seed, 500, 3, 0.5, 3, PACE)
        for i in range(500):
            own = 1.0  # utility of a forum at its own ideal point
            unhappy.append(own > utility_of(world, p, 0, i) + p["founding_cost"] / world.capacity[i])
            distance.append(math.dist(world.position[i], world.position[0]) / UNIT)
        points.append((world.position - 0.5) / UNIT)
    unhappy, distance, points = np.array(unhappy), np.array(distance), np.concatenate(points)
    for low, high in ((0.0, 0.7), (0.7, 1.4), (1.4, 2.2), (2.2, 3.0)):
        ring = (distance >= low) & (distance < high)
        expected = (distance[ring] ** 2 / REACH**2).mean()
        error = math.sqrt(expected * (1 - expected) / ring.sum())
        assert unhappy[ring].mean() == pytest.approx(expected, abs=4 * error)
    squares = (points**2).sum(axis=1)  # exponential with mean 2, cut off at 9
    assert squares.max() < REACH**2
    assert squares.mean() == pytest.approx(2 - 9 / math.expm1(4.5), abs=4 * 2 / math.sqrt(6000))
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=4 / math.sqrt(6000))


def test_a_forum_pays_for_whoever_has_none():
    world, p = party_world(0.1, 1, 20, 3, 0.5, 3, PACE)
    assert (p["founding_cost"] / world.capacity < 1.0).all()


@pytest.mark.parametrize("tau", [0.08, 0.15])
def test_survivors_at_other_thresholds(tau):
    courses = [party_system(tau, seed, actors=200, elections=100, campaign=3) for seed in range(40, 46)]
    surviving = np.array([course.surviving[40:] for course in courses])
    assert surviving.max() * tau <= 1 + 1e-9
    assert 0.45 < surviving.mean() * tau < 0.85
    for course in courses:
        assert (course.live >= course.surviving).all() and course.founded >= course.live.max() - 1


def test_a_lower_threshold_leaves_more():
    few, many = (
        party_system(tau, 5, actors=200, elections=80, campaign=2).surviving[40:].mean() for tau in (0.3, 0.05)
    )
    assert many > few + 2


@pytest.mark.parametrize("tau", [0.3, 0.45, 0.6, 1.0])
def test_never_more_than_have_room(tau):
    """Here newborns may bring down all at once; then others are born."""
    course = party_system(tau, 3, actors=100, elections=150, campaign=2, shelter=2)
    assert 1 <= course.surviving.max() <= 1 / tau + 1e-9
    assert course.live[-10:].max() > 0


def test_without_death_all_live_and_without_birth_the_first_does():
    alone = party_system(0.5, 1, actors=100, elections=20, campaign=2, pace=0)
    assert alone.founded == 0 and (alone.surviving == 1).all()
    crowd = party_system(0.0, 1, actors=100, elections=40, campaign=2)
    assert crowd.founded > 1 and crowd.live[-1] == crowd.founded + 1
    assert crowd.live[-1] * 0.2 > 1, "the bound would be broken without death"


def test_lloyd_holds():
    (case,) = (case for case in CASES if case.name == "lloyd")
    assert all(finding.holds for finding in case.check())
