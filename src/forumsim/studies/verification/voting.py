"""Voting as a setting of the rule of voice: power to decide, chance to pass, the median that beats every rival.

Every coalition is put to `forumsim.core.rules.voice.decide`, the function by which forums decide; what the rule of
voice makes of proposals is in `forumsim.studies.verification.proposals`. A quota is a forum's: the share that must be
reached, where .5 means more than half. ``ideal`` are the positions of an electorate (n,), 0..1, ``power`` its powers,
above 0 on any scale.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from forumsim.core.rules.voice import decide
from forumsim.core.terms import Decision
from forumsim.core.world import Floats
from forumsim.studies.verification.case import Finding, estimate, exactly, known_result, near
from forumsim.studies.verification.proposals import charters_by_vote, passed, passing_chance

#: Most members with weights of their own: 2^16 coalitions.
MOST_WEIGHTED = 16


def shapley_shubik(members: int, vetoes: int = 0, quota: float = 0.5) -> tuple[float, float]:
    """Shapley-Shubik index of a member with a veto and of one without: how often, over all orders, it is pivotal.

    Parameters
    ----------
    members, vetoes : int
        Members, and how many of them hold a veto.
    quota : float
        Share of the members that must agree: nine of fifteen is 9/15.

    Returns
    -------
    tuple of float
        NaN for a kind of member that does not exist.

    References
    ----------
    Shapley & Shubik 1954, American Political Science Review 48: 787-792.
    """
    everybody, power = np.ones(members, dtype=bool), np.full(members, 1.0 / members)
    veto = np.arange(members) < vetoes
    rule = Decision.VETO if vetoes else Decision.MAJORITY

    def wins(with_veto: int, without: int) -> bool:
        support = np.zeros(members, dtype=bool)
        support[:with_veto] = True
        support[vetoes : vetoes + without] = True
        return bool(decide(rule, support, everybody, power, veto, quota))

    def pivotal(holds_veto: bool) -> float:
        others = vetoes - holds_veto, members - vetoes - (not holds_veto)
        if min(others) < 0:
            return math.nan
        ways = 0  # orders in which the coalition before the member loses and wins with it
        for a in range(others[0] + 1):
            for b in range(others[1] + 1):  # coalitions of as many with and without a veto are alike
                if wins(a + holds_veto, b + (not holds_veto)) and not wins(a, b):
                    orders = math.factorial(a + b) * math.factorial(members - 1 - a - b)
                    ways += math.comb(others[0], a) * math.comb(others[1], b) * orders
        return ways / math.factorial(members)

    return pivotal(True), pivotal(False)


def shapley_shubik_weighted(weights: Sequence[float], quota: float = 0.5) -> Floats:
    """Shapley-Shubik index (n,) of members whose votes have weights, all coalitions put to the weighted rule.

    Parameters
    ----------
    weights : sequence of float
        >= 0, at most `MOST_WEIGHTED` of them.
    quota : float
        Share of all weight: twelve of seventeen votes is 12/17.
    """
    power = np.asarray(weights, dtype=float)
    n = power.size
    code = np.arange(2**n)
    support = ((code[:, None] >> np.arange(n)) & 1).astype(bool)
    everybody, nobody = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    wins = np.array([decide(Decision.WEIGHTED, row, everybody, power, nobody, quota) for row in support])
    size = support.sum(1)
    share = np.array([1.0 / (n * math.comb(n - 1, k)) for k in range(n)])  # k! (n - 1 - k)! / n!
    index = np.zeros(n)
    for i in range(n):
        without = code[~support[:, i]]
        turns = without[wins[without + (1 << i)] & ~wins[without]]
        index[i] = share[size[turns]].sum()
    return index


def weighted_median(ideal: Any, power: Any) -> float:
    """The position with no more than half of the power on either side; the lower one where there are two."""
    order = np.argsort(ideal, kind="stable")
    share = np.cumsum(np.asarray(power, dtype=float)[order])
    return float(np.asarray(ideal)[order[np.searchsorted(share, share[-1] / 2.0)]])


def beats(ideal: Any, power: Any, one: float, other: float) -> bool:
    """Whether a weighted majority decides for one position against another, each preferring the nearer."""
    places, weight = np.asarray(ideal, dtype=float), np.asarray(power, dtype=float)
    nearer = np.abs(places - one) < np.abs(places - other)
    everybody, nobody = np.ones(places.size, dtype=bool), np.zeros(places.size, dtype=bool)
    return bool(decide(Decision.WEIGHTED, nearer, everybody, weight, nobody, 0.5))


@known_result(
    "voting-power",
    "Voting power: how often a member is pivotal",
    "Shapley & Shubik 1954, American Political Science Review 48: 787-792; Brams & Affuso 1976 for the EEC",
)
def _power_case() -> Iterator[Finding]:
    permanent, elected = shapley_shubik(15, 5, 9 / 15)
    pivot = math.comb(9, 3) * math.factorial(8) * math.factorial(6) / math.factorial(15)  # three elected come before
    yield near("Security Council: a permanent member", 0.19627, permanent, 5e-6, 5)
    yield near("Security Council: an elected member", 0.001865, elected, 5e-7, 6)
    yield near("... as C(9,3) 8! 6! / 15!", pivot, elected, 1e-12, 12)
    yield near("all fifteen together", 1.0, 5 * permanent + 10 * elected, 1e-12, 12)
    permanent, elected = shapley_shubik(11, 5, 7 / 11)
    pivot = math.comb(5, 1) * math.factorial(6) * math.factorial(4) / math.factorial(11)
    yield near("Council of eleven, before 1966: an elected member", pivot, elected, 1e-12, 6)
    yield near("nine equals by majority", 1 / 9, shapley_shubik(9)[1], 1e-12)
    council = shapley_shubik_weighted([4, 4, 4, 2, 2, 1], 12 / 17)
    for state, place, target in (("a large", 0, 14 / 60), ("a small", 3, 9 / 60), ("the smallest", 5, 0.0)):
        yield near(f"Council of the EEC, 1958, 12 of 17 votes: {state} state", target, council[place], 1e-12)


@known_result("passing", "Chance that a proposal passes, through the rule of voice", "p^n; binomial tail")
def _passing_case() -> Iterator[Finding]:
    settings = (
        (Decision.CONSENSUS, 4, 0.8, 0.5, 0, "consensus of 4 at .8: p^n"),
        (Decision.CONSENSUS, 10, 0.95, 0.5, 0, "consensus of 10 at .95: p^n"),
        (Decision.MAJORITY, 4, 0.5, 0.5, 0, "majority of proposer and 4 at .5: binomial tail"),
        (Decision.MAJORITY, 14, 0.5, 0.5, 0, "majority of proposer and 14 at .5: binomial tail"),
        (Decision.MAJORITY, 8, 0.6, 2 / 3, 0, "two thirds of proposer and 8 at .6: binomial tail"),
        (Decision.VETO, 14, 0.8, 9 / 15, 4, "nine of fifteen, 4 vetoes beside the proposer, at .8"),
    )
    for seed, (decision, others, support, quota, vetoes, name) in enumerate(settings, 1):
        target = passing_chance(decision, others, support, quota, vetoes)
        yield estimate(name, target, passed(decision, others, support, quota, vetoes, steps=40, seed=seed), 0.02)


@known_result(
    "median-voter",
    "The power-weighted median beats every rival in one dimension",
    "Black 1948, Journal of Political Economy 56: 23-34",
)
def _median_case() -> Iterator[Finding]:
    rng = np.random.default_rng(5)
    won, lost, number, worst = 0, 0, 0, 0.0
    for seed in range(1, 31):
        ideal, power = rng.random(9), rng.dirichlet(np.ones(9))
        median = weighted_median(ideal, power)
        rivals = [*rng.random(20), *(place for place in ideal if place != median)]
        number += len(rivals)
        won += sum(beats(ideal, power, median, rival) for rival in rivals)
        lost += sum(beats(ideal, power, rival, median) for rival in rivals)
        if seed <= 10:
            charters = charters_by_vote(ideal, power, np.linspace(0, 1, 11), seed=seed)
            worst = max(worst, float(np.abs(charters - median).max()))
    yield exactly("rivals that the weighted median beats", f"{number} of {number}", f"{won} of {number}")
    yield exactly("rivals that beat it", 0, lost)
    yield near("charters end at it by proposals and votes: furthest off (a move is .02 at most)", 0.0, worst, 0.02, 3)
