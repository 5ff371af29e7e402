"""Decision rules of voice at their edges; what is known about voting is in tests/verification."""

import numpy as np

from forumsim.core.rules.voice import decide
from forumsim.core.terms import Decision


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
