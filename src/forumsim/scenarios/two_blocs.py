"""The synthetic world of two blocs: its actors, and the draw of positions, power, salience and trust for each run.

Two majors lead the blocs *west* and *east*; the rest of the states belong to one of them or to neither. Every number
is a keyed draw of the run's seed (purpose ``SCENARIO``), so that two runs which differ in a parameter, or in one of
the fields below, share all the others.
"""

# Compiled functions get their types from numba, at the call.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.draws import SCENARIO, stream, uniform
from forumsim.core.terms import Kind, Role
from forumsim.core.world import World
from forumsim.scenarios.baseline import pair_trust
from forumsim.scenarios.schema import ActorRow

ISSUES = ("civil", "military")
BLOCS = ("west", "east", "nonaligned")
#: Fields that the folder must declare: type and the outermost bounds that the generator can work with.
FIELDS: dict[str, tuple[str, float, float]] = {
    "actors": ("int", 4, 1000),
    "polarisation": ("float", 0, 1),
    "nonaligned": ("float", 0, 1),
    "nonstate": ("int", 0, 200),
    "red_line_military": ("float", 0.01, math.inf),
    "majors_power": ("float", 0.01, 0.45),
}
#: Tables that make no sense here because the generator draws what they would hold.
DRAWN_TABLES = ("actors", "trust")
#: Columns of actors that the generator fills, or draws by: what a table would say of them would not hold.
DRAWN_COLUMNS = ("kind", "role", "bloc", "patron", "power", "capacity", "position", "salience", "red_line")

WEST, EAST, NONALIGNED = 0, 1, 2
SPREAD = 0.45  # distance of a bloc's centre from 1/2 at full polarisation
NOISE = 0.04  # standard deviation of positions around their bloc's centre
NOISE_BETWEEN = 0.10  # ... of the non-aligned, of NGOs and experts around 1/2
POWER_SPREAD = 1.0  # standard deviation of the log power of the other states
SALIENCE_SPREAD = 0.15  # standard deviation of the log weight of an issue
CAPACITY_RANGE = 0.5  # capacity lies within 1 -+ this, by the rank of power
NONSTATE_CAPACITY = 0.5
NONSTATE_INFLUENCE = 0.5

# Numbers of an actor's draws within the stream; two to a normal.
_POSITION, _POWER, _SALIENCE = 0, 100, 200


def actors(fields: Mapping[str, Any]) -> list[ActorRow]:
    """The rows of the actors' table: who there is, before anything is drawn.

    Parameters
    ----------
    fields : mapping
        Values of `FIELDS`.

    Returns
    -------
    list of ActorRow
        The two majors, the other states bloc by bloc, then firms (each with a major as patron), NGOs (each with an
        issue as cause) and epistemic communities in turn.
    """
    states = fields["actors"]
    between = min(round(fields["nonaligned"] * states), states - 2)
    west = (states - 2 - between + 1) // 2
    rows = [_actor(f"{bloc}_major", f"{bloc.title()} major power", bloc, Role.MAJOR) for bloc in BLOCS[:2]]
    for bloc, count in zip(BLOCS, (west, states - 2 - between - west, between), strict=True):
        label = "Non-aligned" if bloc == "nonaligned" else bloc.title()
        rows += [_actor(f"{bloc}_{k:02d}", f"{label} state {k}", bloc, Role.STATE) for k in range(1, count + 1)]
    counts = {Role.FIRM: 0, Role.NGO: 0, Role.EPISTEMIC: 0}
    names = {Role.FIRM: "Firm", Role.NGO: "NGO", Role.EPISTEMIC: "Expert community"}
    for k in range(fields["nonstate"]):
        role = (Role.FIRM, Role.NGO, Role.EPISTEMIC)[k % 3]
        counts[role] += 1
        number = counts[role]
        home = BLOCS[(number - 1) % 2] if role == Role.FIRM else "nonaligned"
        row = _actor(f"{role.name.lower()}_{number:02d}", f"{names[role]} {number}", home, role)
        row.patron = f"{home}_major" if role == Role.FIRM else ""
        row.cause = ISSUES[(number - 1) % 2] if role == Role.NGO else ""
        rows.append(row)
    return rows


def _actor(name: str, label: str, bloc: str, role: Role) -> ActorRow:
    state = role in (Role.MAJOR, Role.STATE)
    return ActorRow.model_construct(
        id=name,
        name=label,
        kind=int(Kind.STATE if state else Kind.NONSTATE),
        role=int(role),
        bloc=bloc,
        power=0.0,
        influence=0.0 if state else NONSTATE_INFLUENCE,
        capacity=1.0 if state else NONSTATE_CAPACITY,
        position={},
        salience={},
        red_line={},
    )


def draw(world: World, seed: int, fields: Mapping[str, Any]) -> None:
    """Draw what differs between runs into a fresh world, in place.

    Positions: the blocs' centres 1/2 -+ ``polarisation`` x .45 on both issues plus normal noise (sd .04), the
    non-aligned 1/2 (sd .10), firms near their patron, all clipped to 0..1. Power: each major ``majors_power``, the
    others share the rest in lognormal parts. Capacity: by the rank of power, mean 1. Trust baseline:
    .85 - 1.2 x rms distance of positions, clipped to .02 to .98. Red lines: ``red_line_military`` for the states of the
    two blocs on the military issue.
    """
    _draw(
        np.uint64(seed),
        float(fields["polarisation"]),
        float(fields["majors_power"]),
        float(fields["red_line_military"]),
        world.kind,
        world.role,
        world.bloc,
        world.patron,
        world.power,
        world.capacity,
        world.position,
        world.anchor,
        world.salience,
        world.salience_anchor,
        world.red_line,
        world.baseline,
        world.trust,
    )


@kernel
def _normal(key, actor, number):
    """Standard normal draw (Box & Muller 1958) from the uniform draws ``number`` and ``number + 1`` of an actor."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(key, actor, number)))
    return radius * math.cos(2.0 * math.pi * uniform(key, actor, number + 1))


@kernel
def _place(key, i, centre, spread, position):
    for k in range(position.shape[1]):
        position[i, k] = min(1.0, max(0.0, centre + spread * _normal(key, i, _POSITION + 2 * k)))


@kernel
def _draw(
    seed, polarisation, majors_power, red_line_military, kind, role, bloc, patron, power, capacity, position, anchor,
    salience, salience_anchor, red_line, baseline, trust,
):  # fmt: skip
    key = stream(seed, SCENARIO, 0)
    n, issues = position.shape
    parts = 0.0
    for i in range(n):
        if bloc[i] == NONALIGNED:
            _place(key, i, 0.5, NOISE_BETWEEN, position)
        else:
            side = -1.0 if bloc[i] == WEST else 1.0
            _place(key, i, 0.5 + side * polarisation * SPREAD, NOISE, position)
        total = 0.0
        for k in range(issues):
            salience[i, k] = math.exp(SALIENCE_SPREAD * _normal(key, i, _SALIENCE + 2 * k))
            total += salience[i, k]
        for k in range(issues):
            salience[i, k] /= total
        power[i] = 0.0
        if kind[i] == Kind.STATE and role[i] != Role.MAJOR:
            power[i] = math.exp(POWER_SPREAD * _normal(key, i, _POWER))
            parts += power[i]
    for i in range(n):
        if role[i] == Role.MAJOR:
            power[i] = majors_power
        elif parts > 0.0:
            power[i] *= (1.0 - 2.0 * majors_power) / parts
        if patron[i] >= 0:
            for k in range(issues):
                own = position[patron[i], k] + NOISE * _normal(key, i, _POSITION + 2 * k)
                position[i, k] = min(1.0, max(0.0, own))
    _capacities(kind, power, capacity)
    for i in range(n):
        for k in range(issues):
            anchor[i, k] = position[i, k]
            salience_anchor[i, k] = salience[i, k]
        if kind[i] == Kind.STATE and bloc[i] != NONALIGNED:
            red_line[i, 1] = red_line_military
    pair_trust(position, baseline)
    trust[:, :] = baseline


@kernel
def _capacities(kind, power, capacity):
    """Capacity 1 -+ `CAPACITY_RANGE` by the middle rank of power among states: the two majors have the same."""
    n = power.shape[0]
    states = 0
    for i in range(n):
        states += kind[i] == Kind.STATE
    for i in range(n):
        if kind[i] == Kind.STATE:
            rank = 0.0
            for j in range(n):
                if kind[j] == Kind.STATE and j != i:
                    rank += 1.0 if power[j] < power[i] else 0.5 * (power[j] == power[i])
            capacity[i] = 1.0 + CAPACITY_RANGE * (2.0 * rank / (states - 1) - 1.0)
