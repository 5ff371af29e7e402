"""Small worlds for the tests of measures: from lists of members, and random ones with every kind of gap in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from forumsim.core.measures import MEASURES, column_index, measure, verdict_measures
from forumsim.core.parameters import make_record
from forumsim.core.terms import Kind, Role, Status, Tally
from forumsim.core.world import World, empty_world

RECORD = make_record({})


def measured(world: World, record: Any = RECORD) -> np.ndarray:
    """All measures, (D + 1, M)."""
    out = np.full((world.issues + 1, len(MEASURES)), -99.0)
    measure(world, record, out)
    return out


def value(world: World, name: str, scope: int = -1) -> float:
    """One measure, pooled unless an issue is named."""
    return float(measured(world)[scope, column_index(name)])


def verdict_measures_of(world: World) -> np.ndarray:
    """What is judged at every step, (D + 1, 3)."""
    out = np.full((world.issues + 1, 3), -99.0)
    verdict_measures(world, RECORD, out)
    return out


def set_attention(world: World, weight: np.ndarray | None = None) -> None:
    """Attention over live memberships in proportion to the weights (F, N), alike if there are none."""
    weight = np.ones(world.member.shape) if weight is None else weight
    weight = np.where(world.member & world.live()[:, None], weight, 0.0)
    total = weight.sum(axis=0)
    world.attention[:] = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


def world_of(
    members: Sequence[Sequence[int]],
    power: Sequence[float],
    blocs: Sequence[int] | None = None,
    mandates: Sequence[Sequence[int]] | None = None,
    issues: int = 1,
    slots: int | None = None,
) -> World:
    """A world of states with these forums, each a list of its members, alive and covering all issues unless told."""
    world = empty_world(len(power), len(members) + 1 if slots is None else slots, issues)
    world.power[:] = power
    if blocs is not None:
        world.bloc[:] = blocs
    for f, inside in enumerate(members):
        world.status[f] = Status.ALIVE
        world.member[f, list(inside)] = True
        world.mandate[f, list(range(issues)) if mandates is None else list(mandates[f])] = True
    set_attention(world)
    return world


def random_world(seed: int) -> World:
    """A world of random size, with non-state actors, dead and dormant forums, empty ones and actors without any."""
    rng = np.random.default_rng(seed)
    n, slots, issues = int(rng.integers(2, 25)), int(rng.integers(1, 12)), int(rng.integers(1, 4))
    world = empty_world(n, slots, issues)
    nonstate = rng.random(n) < 0.2
    world.kind[nonstate] = Kind.NONSTATE
    power = rng.gamma(0.5, size=n) * ~nonstate * (rng.random(n) < 0.9)
    world.power[:] = power / power.sum() if power.sum() > 0 else 0.0
    states = np.flatnonzero(~nonstate)
    world.role[states[: rng.integers(0, 4)]] = Role.MAJOR
    world.bloc[:] = rng.integers(-1, rng.integers(0, 4), n)
    world.position[:] = rng.random((n, issues))
    world.trust[:] = rng.random((n, n))
    world.status[:] = rng.choice(
        [Status.EMPTY, Status.ALIVE, Status.DORMANT, Status.DISSOLVED], slots, p=[0.1, 0.6, 0.2, 0.1]
    )
    world.mandate[:] = rng.random((slots, issues)) < 0.6
    world.charter[:] = rng.random((slots, issues))
    world.legalization[:] = rng.random(slots)
    world.member[:] = rng.random((slots, n)) < rng.choice([0.0, 0.2, 0.5, 1.0], (slots, 1))
    set_attention(world, rng.choice([1.0, 0.5, 0.1, 0.0], (slots, n)) * rng.random((slots, n)))
    sides, kept, broken, unwilling = rng.integers(0, 4, 4)
    world.meetings[[Tally.SIDES, Tally.GENUINE]] = sides, rng.integers(0, sides + 1)
    world.meetings[[Tally.KEPT, Tally.BROKEN, Tally.UNWILLING]] = kept, broken, unwilling
    world.meetings[Tally.KEPT_UNWILLINGLY] = rng.integers(0, unwilling + 1)
    world.tally[:] = rng.integers(0, 5, world.tally.shape)
    return world
