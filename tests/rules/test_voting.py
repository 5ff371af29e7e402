"""Decision rules of voice: edges, and known results on voting power and the passing of proposals."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import binom
from small_worlds import PLAIN, add_forum, ready, record, tick, world_of

from forumsim.rules.voice import decide, voice
from forumsim.terms import Decision, Event


def passes(rule, n, yes, power=None, veto=(), quota=0.5):
    support, vetoes = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    support[list(yes)], vetoes[list(veto)] = True, True
    power = np.full(n, 1.0 / n) if power is None else np.asarray(power, dtype=float)
    return decide(rule, support, np.ones(n, dtype=bool), power, vetoes, quota)


def test_decision_rules_at_their_edges():
    assert passes(Decision.CONSENSUS, 4, range(4)) and not passes(Decision.CONSENSUS, 4, range(3))
    assert passes(Decision.MAJORITY, 5, range(3)) and not passes(Decision.MAJORITY, 4, range(2))
    assert passes(Decision.MAJORITY, 6, range(4), quota=2 / 3) and not passes(
        Decision.MAJORITY, 6, range(3), quota=2 / 3
    )
    power = [0.5, 1 / 6, 0.2, 0.2 - 1 / 15]
    assert passes(Decision.WEIGHTED, 4, [0, 1], power, quota=2 / 3)
    assert not passes(Decision.WEIGHTED, 4, [0, 3], power, quota=2 / 3)
    assert passes(Decision.VETO, 3, [0, 1], veto=[0]) and not passes(Decision.VETO, 3, [1, 2], veto=[0])
    assert not decide(Decision.MAJORITY, np.ones(2, bool), np.zeros(2, bool), np.ones(2), np.zeros(2, bool), 0.5)


def test_shapley_shubik_index_of_the_security_council():
    """5 of 15 hold a veto, 9 votes pass: .19627 a permanent member, .001865 an elected one (Shapley & Shubik 1954)."""
    n, veto = 15, range(5)

    def pivotal(i):
        others = [j for j in range(n) if j != i]
        permanent = [j for j in others if j < 5]
        elected = [j for j in others if j >= 5]
        total = 0.0
        # coalitions of as many permanent and elected members are alike: count them, ask the rule once
        for a in range(len(permanent) + 1):
            for b in range(len(elected) + 1):
                inside = permanent[:a] + elected[:b]
                without = passes(Decision.VETO, n, inside, veto=veto, quota=9 / 15)
                if passes(Decision.VETO, n, [*inside, i], veto=veto, quota=9 / 15) and not without:
                    ways = math.comb(len(permanent), a) * math.comb(len(elected), b)
                    total += ways * math.factorial(a + b) * math.factorial(n - 1 - a - b) / math.factorial(n)
        return total

    assert pivotal(0) == pytest.approx(0.19627, abs=5e-6)
    assert pivotal(14) == pytest.approx(0.001865, abs=5e-7)
    assert 5 * pivotal(0) + 10 * pivotal(14) == pytest.approx(1.0, abs=1e-12)


def test_majority_is_the_binomial_tail():
    n, share = 7, 0.6
    total = sum(
        share**k * (1 - share) ** (n - k) * passes(Decision.MAJORITY, n, yes)
        for k in range(n + 1)
        for yes in combinations(range(n), k)
    )
    assert total == pytest.approx(binom.sf(n // 2, n, share))


@pytest.mark.parametrize(("rule", "expected"), [
    (Decision.CONSENSUS, 0.8**4), (Decision.MAJORITY, float(binom.sf(1, 4, 0.8))),
])  # fmt: skip
def test_consensus_passes_p_to_the_n(rule, expected):
    """A proposer and four others who support with .8 each, by goodwill alone, through the rule itself."""
    p = record(PLAIN, {"voice.rate": 1.0, "utility.fit": 1.0,
                      "voice.gain": 0.0, "voice.reciprocity": 10.0, "voice.diffuse": 0.0,
                             "voice.ledger_step": 0.0, "voice.charter_step": 1e-6, "voice.law_step": 0.0})  # fmt: skip
    world = world_of(5, forums=300)
    world.position[0] = 0.0
    world.ledger[1:, 0] = math.log(0.8 / 0.2) / 10.0
    world.aspiration[:] = [1000.0] + [-1000.0] * 4
    for f in range(300):
        add_forum(world, f, range(5), decision=rule)
    world.attention[:] = 1.0
    ready(world, p)
    tick(world, p, voice, steps=20)
    assert world.tally[-1, Event.CHANGE_WITHIN_REGIME] / 6000 == pytest.approx(expected, abs=0.02)


def test_the_weighted_median_beats_every_rival():
    rng = np.random.default_rng(5)
    for _ in range(20):
        ideal, power = rng.random(9), rng.dirichlet(np.ones(9))
        order = np.argsort(ideal)
        median = ideal[order[np.searchsorted(np.cumsum(power[order]), 0.5)]]
        for rival in rng.random(20):
            nearer = np.flatnonzero(np.abs(ideal - rival) < np.abs(ideal - median))
            assert not passes(Decision.WEIGHTED, 9, nearer, power, quota=0.5)
