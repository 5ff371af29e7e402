"""The compiled measures against their plain definitions, on random worlds and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from plain_measures import plain
from worlds_by_hand import measured, random_world, set_attention, verdict_measures_of, world_of

from forumsim.core.measures import MEASURES, VERDICT_MEASURES, column_index
from forumsim.core.terms import Kind, Role, Status
from forumsim.core.world import World, empty_world


def same(world: World) -> None:
    got, wanted = measured(world), plain(world)
    for column, measure in enumerate(MEASURES):
        np.testing.assert_allclose(got[:, column], wanted[:, column], rtol=0, atol=1e-12, err_msg=measure.name)
    few = verdict_measures_of(world)
    np.testing.assert_array_equal(few, got[:, [column_index(name) for name in VERDICT_MEASURES]])


@pytest.mark.parametrize("seed", range(60))
def test_random_worlds(seed):
    same(random_world(seed))


def large_world() -> World:
    """More forums than bits in a word, and enough members of one forum for long sorts."""
    rng = np.random.default_rng(9)
    world = world_of([np.flatnonzero(rng.random(40) < 0.4) for _ in range(70)], rng.dirichlet(np.ones(40)))
    world.bloc[:] = rng.integers(0, 3, 40)
    set_attention(world, np.exp(3.0 * rng.normal(size=world.member.shape)))
    return world


def nobody_has_power() -> World:
    world = world_of([[0, 1], [1, 2]], [0.0, 0.0, 0.0])
    world.role[:2] = Role.MAJOR
    return world


def only_nonstate() -> World:
    world = world_of([[0, 1], [1]], [0.0, 0.0])
    world.kind[:] = Kind.NONSTATE
    return world


def all_dead() -> World:
    world = world_of([[0, 1], [1, 2]], [0.5, 0.3, 0.2])
    world.status[:2] = Status.DISSOLVED, Status.MERGED
    set_attention(world)
    return world


def tiny_attention() -> World:
    world = world_of([[0, 1, 2], [0, 1, 2]], [0.5, 0.3, 0.2])
    world.attention[0], world.attention[1] = [5e-324, 1e-310, 1e-300], 1.0
    return world


EDGES = {
    "no forum": lambda: world_of([], [0.5, 0.3, 0.2]),
    "no slot": lambda: empty_world(3, 0, 2),
    "forum without members": lambda: world_of([[], []], [0.5, 0.5]),
    "forum without mandate": lambda: world_of([[0, 1], [0, 1]], [0.6, 0.4], mandates=[[], [0]], issues=2),
    "one actor": lambda: world_of([[0]], [1.0]),
    "one power among states": lambda: world_of([[0, 1, 2]], [1.0, 0.0, 0.0]),
    "all in one forum": lambda: world_of([range(5)], [0.4, 0.3, 0.1, 0.1, 0.1], [0, 0, 1, 1, -1]),
    "forums of one": lambda: world_of([[0], [1], [2]], [0.5, 0.3, 0.2], [0, 1, 1]),
    "each a bloc": lambda: world_of([[0, 1, 2]], [0.5, 0.3, 0.2], [0, 1, 2]),
    "one bloc": lambda: world_of([[0, 1], [1, 2]], [0.5, 0.3, 0.2]),
    "no power": nobody_has_power,
    "only non-state actors": only_nonstate,
    "all forums dead": all_dead,
    "tiny attention": tiny_attention,
    "many forums": large_world,
}


@pytest.mark.parametrize("name", EDGES)
def test_edges(name):
    same(EDGES[name]())
