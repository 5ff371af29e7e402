"""Positions and trust further apart or nearer together: the field ``scenario.spread`` of every scenario.

Every position x on an issue becomes m + s (x - m), clipped to 0..1, where m is the mean position of all actors on the
issue, each counted once, and s the product of ``scenario.spread`` and ``scenario.spread.ISSUE``. With 1 nothing
changes, with 0 all actors are at the mean, with 2 they are twice as far from it. Trust that the scenario's table gives
becomes m + s (t - m) in the same way, where m is the mean of the table and s is ``scenario.spread`` alone. Trust that
follows from the distance of positions follows from the new positions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.world import Floats, World
from forumsim.scenarios.fields import FieldSpec

#: Name of the field; that of one issue has the issue after a dot.
SPREAD = "spread"
#: Largest factor: the nearest of actors that differ at all are then at the ends.
MOST = 10.0


class Spread(NamedTuple):
    """Factors of a scenario: of the positions on each issue, and of trust."""

    positions: tuple[float, ...]
    trust: float

    @property
    def moves(self) -> bool:
        """Whether any position moves."""
        return any(factor != 1.0 for factor in self.positions)


def spread_specs(issues: Sequence[str]) -> dict[str, FieldSpec]:
    """The declarations of the fields, by name."""
    meaning = "factor by which positions and trust lie apart from their means; 1: as they are, 0: all at the mean"
    specs = {SPREAD: FieldSpec(SPREAD, "float", 1.0, 0.0, MOST, meaning)}
    for issue in issues:
        meaning = f"the same for the positions on {issue} alone; it multiplies {SPREAD}"
        specs[f"{SPREAD}.{issue}"] = FieldSpec(f"{SPREAD}.{issue}", "float", 1.0, 0.0, MOST, meaning)
    return specs


def is_neutral(name: str, value: Any) -> bool:
    """Whether a field is a spread that changes nothing."""
    return (name == SPREAD or name.startswith(f"{SPREAD}.")) and value == 1.0


def spread_of(fields: Mapping[str, Any], issues: Sequence[str]) -> Spread:
    """The factors that a scenario's fields say."""
    every = float(fields.get(SPREAD, 1.0))
    return Spread(tuple(every * float(fields.get(f"{SPREAD}.{issue}", 1.0)) for issue in issues), every)


def apart(values: Floats, factor: float) -> Floats:
    """Values of 0..1 moved apart from their mean by a factor, clipped to 0..1.

    Examples
    --------
    >>> apart(np.array([0.25, 0.5, 0.75]), 0.5).tolist()
    [0.375, 0.5, 0.625]
    >>> apart(np.array([0.25, 0.5, 0.75]), 4.0).tolist()
    [0.0, 0.5, 1.0]
    """
    if factor == 1.0 or not values.size:
        return values
    mean = math.fsum(values) / values.size
    return np.clip(mean + factor * (values - mean), 0.0, 1.0)


def spread_positions(world: World, spread: Spread) -> None:
    """Move the positions of a fresh world, and the anchors with them, in place."""
    for k, factor in enumerate(spread.positions):
        world.position[:, k] = apart(world.position[:, k], factor)
    world.anchor[:] = world.position
