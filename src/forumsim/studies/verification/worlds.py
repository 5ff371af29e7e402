"""Worlds with nothing in them but what a known result speaks of.

Everything here sets fields of a `forumsim.core.world.World`; what then happens is done by the rules that every run
uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from forumsim.core.errors import InputError
from forumsim.core.parameters import check_parameters, make_record
from forumsim.core.schedule import Rule, make_room
from forumsim.core.state.sums import rebuild
from forumsim.core.terms import CHANNEL_DTYPE, NO_HOST, SLOTS, STEP, Status
from forumsim.core.world import Ints, World, empty_world

#: Every weight of utility and membership 0, no noise, everybody looks at every forum in every step.
PLAIN: dict[str, Any] = {
    "utility.fit": 0, "utility.trust": 0, "utility.network": 0, "utility.sovereignty": 0, "utility.cost": 0,
    "membership.fee": 0, "membership.crowding": 0, "membership.conflict": 0, "membership.habit": 0,
    "membership.loyalty": 0, "membership.rate": 1, "membership.temperature": 0,
}  # fmt: skip

#: As `PLAIN`, each actor in exactly one standing forum, moving when another gives more.
EXCLUSIVE: dict[str, Any] = {**PLAIN, "membership.exclusive": True, "membership.outside": False}


def record(*layers: Mapping[str, Any]) -> Any:
    """Record of parameters: the model's defaults, then these layers, each value checked as a user's is.

    Raises
    ------
    InputError
        A name that does not exist or a value out of its range.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    values, problems = check_parameters(merged)
    if problems:
        raise InputError(problems)
    return make_record(values)


def states(actors: int, forums: int = 1, issues: int = 1, seed: int = 1) -> World:
    """Equal states at 1/2 that trust each other by 1/2, and empty forum slots.

    Nobody trusts itself, so that sums over members leave the actor out.
    """
    world = empty_world(actors, forums, issues, seed)
    np.fill_diagonal(world.trust, 0.0)
    np.fill_diagonal(world.baseline, 0.0)
    return world


def add_forum(world: World, f: int, members: Iterable[int] = (), **values: Any) -> None:
    """Put an open standing forum on all issues into slot f; further keywords set its fields."""
    world.status[f] = Status.ALIVE
    world.mandate[f] = True
    world.member[f, list(members)] = True
    world.founded[f] = -100
    world.edition[f] = 0
    for name, value in values.items():
        getattr(world, name)[f] = value
    world.status_quo[f] = world.charter[f]
    world.clock[SLOTS] = max(world.clock[SLOTS], f + 1)


def pairs_that_meet(pairs: int, track: int, times: float, seed: int) -> tuple[World, Ints]:
    """States of which each with an even number meets the next one so many times a step; the even numbers."""
    world = states(2 * pairs, seed=seed)
    one = np.arange(0, 2 * pairs, 2)
    world.channels = np.array([(0, 10**6, track, i, i + 1, 0, times, NO_HOST) for i in one], dtype=CHANNEL_DTYPE)
    return world, one


def set_trust(world: World, trust: Any) -> None:
    """Trust of all in all, the diagonal 0."""
    world.trust[:] = trust
    np.fill_diagonal(world.trust, 0.0)


def ready(world: World, p: Any) -> World:
    """Everything derived is made to fit the state."""
    rebuild(world, p)
    return world


def tick(world: World, p: Any, *rules: Rule, steps: int = 1) -> World:
    """Let some rules alone act for some steps."""
    for _ in range(steps):
        make_room(world)
        world.clock[STEP] += 1
        for rule in rules:
            rule(world, p)
    return world
