"""Known results that the rule of dialogue must reproduce: the fixed point of trust, bounded confidence."""

import math

import numpy as np
import pytest
from small_worlds import record, tick, world_of

from forumsim.rules.dialogue import dialogue
from forumsim.terms import CHANNEL_DTYPE


@pytest.mark.parametrize(("chance", "penalty"), [(0.5, 2.0), (0.8, 2.0), (0.5, 1.0), (0.3, 3.0)])
def test_trust_settles_at_the_fixed_point(chance, penalty):
    """E[T] = p / (p + (1 - p) phi) when propaganda is always seen through."""
    p = record({
        "dialogue.level": 0.0,
        "track2.base": math.log(chance / (1 - chance)), "track2.detection": 1.0, "track2.trust_gain": 0.03,
        "dialogue.trust_weight": 0.0, "dialogue.sincerity_weight": 0.0, "dialogue.penalty": penalty,
    })  # fmt: skip
    world = world_of(2)
    world.channels = np.array([(0, 10_000, 2, 0, 1, 0, 20.0)], dtype=CHANNEL_DTYPE)
    seen = []
    for step in range(1500):
        tick(world, p, dialogue)
        if step > 50:
            seen += [world.trust[0, 1], world.trust[1, 0]]
    assert np.mean(seen) == pytest.approx(chance / (chance + (1 - chance) * penalty), abs=0.02)


def opinions(epsilon: float, actors: int, steps: int) -> np.ndarray:
    """Positions after a run of bounded confidence: one track, all genuine, mu = 1/2."""
    p = record({
        "dialogue.level": 0.0, "dialogue.track2": 1.0, "dialogue.bridging": 0.0, "track2.base": 50.0,
        "track2.move": 0.5, "track2.trust_gain": 0.0, "dialogue.persuasion_base": epsilon,
        "dialogue.persuasion_trust": 0.0,
    })  # fmt: skip
    world = world_of(actors)
    world.position[:, 0] = np.random.default_rng(3).random(actors)
    tick(world, p, dialogue, steps=steps)
    return np.sort(world.position[:, 0])


def clusters(positions: np.ndarray) -> list[int]:
    """Sizes of the groups that hold more than 2 % of the actors."""
    sizes = np.diff(np.flatnonzero(np.concatenate([[True], np.diff(positions) > 0.02, [True]])))
    return [int(s) for s in sizes if s > 0.02 * positions.size]


def test_bounded_confidence_ends_in_the_clusters_of_deffuant():
    assert clusters(opinions(0.5, 250, 150)) == [250]
    assert len(clusters(opinions(0.25, 250, 150))) == 2
    assert len(clusters(opinions(0.1, 250, 200))) in (4, 5)
