"""The synthetic world of a century of organisations: states in regions, anew for each seed.

Eight regions are strewn over the space of positions, and the states of a region stand around its centre; structural
trust follows from distance. So states have neighbours whom they trust, and no two blocs face each other. Every number
is a keyed draw of the run's seed (purpose ``SCENARIO``), so that two runs which differ in a parameter, or in one of
the fields below, share all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from forumsim.core.draws import SCENARIO, stream, uniform
from forumsim.core.terms import Kind, Role
from forumsim.core.world import Floats, World
from forumsim.scenarios.baseline import pair_trust
from forumsim.scenarios.schema import ActorRow
from forumsim.scenarios.two_blocs import CAPACITY_RANGE, POWER_SPREAD, SALIENCE_SPREAD

ISSUES = ("security", "economy", "welfare", "environment")
REGIONS = 8
BLOCS = tuple(f"region_{number}" for number in range(1, REGIONS + 1))
#: Fields that the folder must declare: type and the outermost bounds that the generator can work with.
FIELDS: dict[str, tuple[str, float, float]] = {"actors": ("int", 8, 500), "apart": ("float", 0, 1)}
#: Tables that make no sense here because the generator draws what they would hold.
DRAWN_TABLES = ("actors", "trust")
#: Columns of actors that the generator fills: what a table would say of them would not hold.
DRAWN_COLUMNS = ("kind", "role", "bloc", "power", "capacity", "position", "salience")

NOISE = 0.08  # standard deviation of positions around the centre of their region

# Numbers of a draw within the stream: of an actor, and of a region.
_POSITION, _POWER, _SALIENCE, _CENTRE = 0, 100, 200, 300
_STANDARD = NormalDist()


def actors(fields: Mapping[str, Any]) -> list[ActorRow]:
    """The rows of the actors' table: states alone, dealt out to the regions in turn.

    Parameters
    ----------
    fields : mapping
        Values of `FIELDS`.
    """
    return [
        ActorRow.model_construct(
            id=f"state_{i + 1:03d}",
            name=f"State {i + 1}",
            kind=int(Kind.STATE),
            role=int(Role.STATE),
            bloc=BLOCS[i % REGIONS],
            power=0.0,
            capacity=1.0,
            position={},
            salience={},
            red_line={},
        )
        for i in range(fields["actors"])
    ]


def draw(world: World, seed: int, fields: Mapping[str, Any]) -> None:
    """Draw what differs between runs into a fresh world, in place.

    Positions: the centre of the region, uniform within ``apart`` around 1/2 on each issue, plus normal noise (sd .08),
    clipped to 0..1. Power: lognormal parts (sd 1). Capacity: 1/2 to 3/2 by the rank of power. Salience: exp(.15 z), as
    shares. Trust baseline: .85 - 1.2 x rms distance of positions, clipped to .02 to .98.
    """
    key = np.uint64(stream(np.uint64(seed), SCENARIO, 0))
    n, issues = world.position.shape
    centres = 0.5 + float(fields["apart"]) * (_uniform(key, REGIONS, _CENTRE, issues) - 0.5)
    world.position[:] = np.clip(centres[world.bloc] + NOISE * _normal(key, n, _POSITION, issues), 0.0, 1.0)
    world.salience[:] = np.exp(SALIENCE_SPREAD * _normal(key, n, _SALIENCE, issues))
    world.salience[:] /= world.salience.sum(axis=1, keepdims=True)
    world.power[:] = np.exp(POWER_SPREAD * _normal(key, n, _POWER, 1)[:, 0])
    world.power[:] /= world.power.sum()
    rank = world.power.argsort().argsort()
    world.capacity[:] = 1.0 + CAPACITY_RANGE * (2.0 * rank / (n - 1) - 1.0)
    world.anchor[:] = world.position
    world.salience_anchor[:] = world.salience
    pair_trust(world.position, world.baseline)
    world.trust[:] = world.baseline


def _uniform(key: Any, rows: int, first: int, count: int) -> Floats:
    """The draws ``first`` to ``first + count - 1`` of each row, uniform on [0, 1)."""
    return np.array([[uniform(key, row, first + k) for k in range(count)] for row in range(rows)])


def _normal(key: Any, rows: int, first: int, count: int) -> Floats:
    """The same as standard normal draws, by the inverse of the normal distribution function."""
    least = 2.0**-54  # a draw of 0 has no finite normal
    some = _uniform(key, rows, first, count)
    return np.array([[_STANDARD.inv_cdf(max(u, least)) for u in row] for row in some.tolist()])
