"""Voting: power by all orders of the members, chances by all votes, the median against its rivals."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy.stats import binom

from forumsim.core.rules.voice import decide
from forumsim.core.terms import Decision
from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.proposals import charters_by_vote, passed, passing_chance
from forumsim.studies.verification.voting import beats, shapley_shubik, shapley_shubik_weighted, weighted_median


def by_permutations(weights, votes):
    """Shapley-Shubik by its definition: who brings the votes to the quota, over all orders."""
    count, orders = np.zeros(len(weights)), list(permutations(range(len(weights))))
    for order in orders:
        total = 0
        for i in order:
            total += weights[i]
            if total >= votes:
                count[i] += 1
                break
    return count / len(orders)


@pytest.mark.parametrize(("weights", "votes"), [
    ((4, 4, 4, 2, 2, 1), 12), ((3, 2, 1, 1), 5), ((2, 1, 1), 3), ((5, 1, 1, 1), 5), ((3, 3, 2), 8), ((1, 0, 1), 2),
])  # fmt: skip
def test_power_of_weights_is_that_of_all_orders(weights, votes):
    index = shapley_shubik_weighted(weights, votes / sum(weights))
    assert index == pytest.approx(by_permutations(weights, votes)) and index.sum() == pytest.approx(1)


def test_power_in_the_security_council_and_elsewhere():
    permanent, elected = shapley_shubik(15, 5, 9 / 15)
    assert permanent == pytest.approx(0.19627, abs=5e-6) and elected == pytest.approx(0.001865, abs=5e-7)
    assert 5 * permanent + 10 * elected == pytest.approx(1, abs=1e-12)
    # one veto among three and two votes needed: pivotal unless it comes first
    assert shapley_shubik(3, 1, 2 / 3) == pytest.approx((2 / 3, 1 / 6))
    assert shapley_shubik(4, 4, 0.5)[0] == pytest.approx(1 / 4) and np.isnan(shapley_shubik(4, 4, 0.5)[1])
    assert shapley_shubik(7)[1] == pytest.approx(1 / 7) and np.isnan(shapley_shubik(7)[0])
    assert shapley_shubik(15, 5, 10 / 15)[0] < permanent  # a higher quota makes the elected count for more


@pytest.mark.parametrize(("others", "quota"), [(6, 0.5), (5, 0.5), (6, 2 / 3), (5, 3 / 4)])
def test_majority_is_the_binomial_tail_over_all_votes(others, quota):
    p, total, everybody = 0.6, 0.0, np.ones(others + 1, dtype=bool)
    for k in range(others + 1):
        for yes in combinations(range(1, others + 1), k):
            support = np.zeros(others + 1, dtype=bool)
            support[[0, *yes]] = True
            passes = decide(Decision.MAJORITY, support, everybody, everybody.astype(float), ~everybody, quota)
            total += p**k * (1 - p) ** (others - k) * passes
    assert passing_chance(Decision.MAJORITY, others, p, quota) == pytest.approx(total)


@pytest.mark.parametrize(("decision", "others", "support", "quota", "vetoes", "chance"), [
    (Decision.CONSENSUS, 3, 0.7, 0.5, 0, 0.7**3),
    (Decision.CONSENSUS, 8, 0.9, 0.5, 0, 0.9**8),
    (Decision.MAJORITY, 4, 0.4, 0.5, 0, float(binom.sf(1, 4, 0.4))),
    (Decision.VETO, 4, 0.6, 0.5, 1, 0.6 * (1 - 0.4**3)),  # the holder, and one of the other three
])  # fmt: skip
def test_proposals_pass_as_often_as_they_should(decision, others, support, quota, vetoes, chance):
    assert passing_chance(decision, others, support, quota, vetoes) == pytest.approx(chance)
    votes = passed(decision, others, support, quota, vetoes, forums=200, steps=20, seed=4)
    assert votes.shape == (4000,) and estimate("passed", chance, votes, 0.03).holds
    assert not estimate("passed", chance + 0.08, votes, 0.03).holds


@pytest.mark.parametrize(("support", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_certain_votes(support, share):
    assert passed(Decision.CONSENSUS, 2, support, forums=10, steps=5).mean() == share


def test_the_weighted_median_beats_every_rival():
    rng = np.random.default_rng(11)
    for _ in range(10):
        ideal, power = rng.random(8), rng.dirichlet(np.ones(8))
        median = weighted_median(ideal, power)
        for rival in rng.random(10):
            assert beats(ideal, power, median, rival) and not beats(ideal, power, rival, median)
        mean = float(power @ ideal)
        if abs(mean - median) > 1e-9:
            assert beats(ideal, power, median, mean)  # what an average would give is beaten


def test_charters_are_voted_to_the_weighted_median():
    ideal, power = np.array([0.1, 0.2, 0.35, 0.8, 0.9]), np.array([1, 1, 3, 2, 2])
    assert weighted_median(ideal, power) == 0.35
    ends = charters_by_vote(ideal, power, [0.0, 0.5, 1.0], seed=2)
    assert ends == pytest.approx([0.35] * 3, abs=0.02)
    # power moves the median, and the charters with it
    assert charters_by_vote(ideal, [1, 1, 3, 9, 2], [0.0, 1.0]) == pytest.approx([0.8] * 2, abs=0.02)
