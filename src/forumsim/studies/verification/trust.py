"""The fixed point of trust as a setting of the rule of dialogue.

A meeting in which the other is genuine, with chance p, raises trust by eta (1 - T); propaganda that is seen through
lowers it by phi eta T. The expected trust is at rest where p (1 - T) = (1 - p) phi T, that is at
T = p / (p + (1 - p) phi), whatever eta (as long as phi eta <= 1).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from forumsim.core.rules.dialogue import dialogue
from forumsim.core.world import Floats
from forumsim.studies.verification.case import Finding, estimate, known_result
from forumsim.studies.verification.worlds import pairs_that_meet, record, tick


def resting_trust(chance: float, penalty: float, detection: float = 1.0, bubble: float = 0.0) -> float:
    """Formula: T = g / (g + l), g = p + (1 - p)(1 - q) b the gains and l = (1 - p) q phi the losses, over eta.

    With detection q = 1 that is p / (p + (1 - p) phi).
    """
    gain = chance + (1.0 - chance) * (1.0 - detection) * bubble
    loss = (1.0 - chance) * detection * penalty
    return gain / (gain + loss)


def trust_fixed_point(
    chance: float, penalty: float, detection: float = 1.0, bubble: float = 0.0, *, gain: float = 0.03,
    pairs: int = 100, steps: int = 100, seed: int = 1,
) -> Floats:  # fmt: skip
    """Trust of actors who meet in pairs, averaged over time once it has come to rest.

    Parameters
    ----------
    chance : float
        p, 0..1: chance that a side is genuine.
    penalty : float
        phi >= 0: loss from propaganda that is seen through, against the gain; phi times ``gain`` at most 1.
    detection, bubble : float
        Chance of seeing through propaganda, and gain from propaganda that is not seen through, as a share; 0..1.
    gain : float
        eta, above 0 to 1.
    pairs : int
        Pairs of actors; each pair meets twenty times a step and nobody else.
    steps : int
        Steps that are averaged, after as many as take the start from 1/2 out of the mean.

    Returns
    -------
    float array (2 pairs,)
        Independent samples: the time averages of both directions of each pair.
    """
    pace = gain * (chance + (1.0 - chance) * (detection * penalty + (1.0 - detection) * bubble))
    base = math.log(chance / (1.0 - chance)) if 0.0 < chance < 1.0 else 50.0 if chance else -50.0
    p = record({
        "dialogue.level": 0.0, "track2.base": base, "track2.detection": detection, "track2.trust_gain": gain,
        "track2.move": 0.0, "track2.opens": -1.0, "dialogue.bubble": bubble, "dialogue.penalty": penalty,
        "dialogue.trust_weight": 0.0, "dialogue.sincerity_weight": 0.0,
    })  # fmt: skip
    world, one = pairs_that_meet(pairs, track=2, times=20.0, seed=seed)
    tick(world, p, dialogue, steps=math.ceil(1.0 / pace))  # at twenty meetings a step the start has faded to e^-20
    total = np.zeros((2, pairs))
    for _ in range(steps):
        tick(world, p, dialogue)
        total += world.trust[one, one + 1], world.trust[one + 1, one]
    return (total / steps).ravel()


@known_result("trust-fixed-point", "Trust settles where gains and losses balance", "p / (p + (1 - p) phi)")
def _fixed_point_case() -> Iterator[Finding]:
    for chance, penalty in ((0.5, 2.0), (0.8, 2.0), (0.5, 1.0), (0.3, 3.0)):
        target = resting_trust(chance, penalty)
        yield estimate(f"p {chance}, phi {penalty:g}: mean trust", target, trust_fixed_point(chance, penalty), 0.006)
    for gain in (0.01, 0.2):
        samples = trust_fixed_point(0.5, 2.0, gain=gain)
        yield estimate(f"p 0.5, phi 2, eta {gain:g}: the same", resting_trust(0.5, 2.0), samples, 0.008)
    samples = trust_fixed_point(0.5, 2.0, 0.5, 0.3)
    yield estimate("p 0.5, phi 2, half of the propaganda unseen", resting_trust(0.5, 2.0, 0.5, 0.3), samples, 0.006)
