"""Persistent tastes and the conditioned start at values that the shipped cases do not use."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forumsim.core.rules.membership import membership
from forumsim.core.schedule import prepare
from forumsim.core.terms import Event
from forumsim.studies.verification.tastes import conditioned_start, persistent_tastes, rostered_world, tastes_of_start
from forumsim.studies.verification.worlds import record, tick


def sig(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("rate", [0.1, 0.9])
@pytest.mark.parametrize(
    "first, second, loyalty, heat", [(0.8, 0.2, 0.1, 1.0), (-1.2, -2.0, 0.0, 2.0), (2.0, -3.0, 1.0, 1.0)]
)
def test_shares_are_those_of_a_logit_at_every_rate(rate, first, second, loyalty, heat):
    found = [persistent_tastes(first, second, loyalty, rate, heat, 400, seed) for seed in range(30, 40)]
    wanted = sig(first / heat)
    error = 4 * np.sqrt(wanted * (1 - wanted) / 4000)
    assert np.mean([shares.inside for shares in found]) == pytest.approx(wanted, abs=error)
    left = max(0.0, wanted - sig((second + loyalty) / heat))
    assert np.mean([shares.left for shares in found]) == pytest.approx(left, abs=error + 1e-12)
    assert all(shares.moved == 0 for shares in found)


@pytest.mark.parametrize("seed", range(100, 112))
def test_a_conditioned_start_stands_still_at_any_rate(seed):
    assert conditioned_start(seed, rate=(seed % 4 + 1) / 4, steps=9, actors=25, forums=7) == 0


def test_without_conditioning_a_random_roster_does_not_stand():
    p = record({"membership.rate": 1.0, "taste.settled": 100_000})
    world = rostered_world(3)
    prepare(world, p)
    tick(world, p, membership, steps=5)
    assert np.isin(world.log()["kind"], (Event.JOIN, Event.EXIT)).sum() > 20


def test_tastes_are_uniform_on_their_part():
    inside, outside = tastes_of_start(range(200, 215), actors=30)
    assert min(stats.kstest(part, "uniform").pvalue for part in (inside, outside)) > 1e-3
    assert inside.min() >= 0 and inside.max() < 1 and outside.min() >= 0 and outside.max() <= 1
