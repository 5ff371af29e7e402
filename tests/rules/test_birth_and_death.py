"""Known result of founding and lifecycle without choice: births and deaths of forums."""

import math

import numpy as np
import pytest
from small_worlds import record, tick, world_of

from forumsim.rules.founding import founding
from forumsim.rules.lifecycle import lifecycle
from forumsim.terms import SLOTS


def test_births_without_choice_are_poisson():
    p = record({"founding.poisson": 0.6, "founding.rate": 0.0})
    world = world_of(2, forums=1400)
    births = []
    for _ in range(1500):
        before = world.clock[SLOTS]
        if before > 1390:
            break
        tick(world, p, founding)
        births.append(int(world.clock[SLOTS] - before))
    counts = np.bincount(births, minlength=5)[:5] / len(births)
    expected = [math.exp(-0.6) * 0.6**k / math.factorial(k) for k in range(5)]
    assert counts == pytest.approx(expected, abs=0.03)


def test_births_and_deaths_settle_at_their_ratio():
    """Poisson births at lambda, death with mu a step, no choice: live forums are Poisson(lambda / mu)."""
    p = record({"founding.poisson": 0.6, "founding.rate": 0.0, "lifecycle.hazard": 0.05, "lifecycle.death": 0.0,
                "lifecycle.dormant": 0.0, "lifecycle.minimum": 0})  # fmt: skip
    live = []
    for seed in range(2000, 2300):
        world = world_of(1, forums=110, seed=seed)
        tick(world, p, founding, lifecycle, steps=110)
        live.append(int(world.live().sum()))
    assert np.mean(live) == pytest.approx(12.0, abs=0.7)
    assert np.var(live) == pytest.approx(12.0, abs=3.5)
