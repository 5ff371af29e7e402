"""Small worlds for the tests of rules, and the formulas of the model once more in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forumsim.core import draws
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.terms import EVENTS, Event, Mode, Status
from forumsim.core.world import World
from forumsim.studies.verification.worlds import PLAIN, add_forum, ready, record, set_trust, tick
from forumsim.studies.verification.worlds import states as world_of

__all__ = [
    "PLAIN", "add_forum", "beyond_red_line", "draw", "events_of", "events_with", "forget_events", "logit",
    "plain_conflict", "plain_distance", "plain_others", "plain_utility", "plain_worth", "random_world", "ready",
    "record", "renewed", "set_trust", "sig", "tick", "world_of",
]  # fmt: skip


def renewed(world: World, p: Any) -> World:
    """What the next rule would read: derived values that a rule called stale are rebuilt, and nothing else."""
    rebuild_stale(world, p)
    return world


def beyond_red_line(world: World, f: int, i: int) -> bool:
    """Whether the charter of f lies further from i on an issue of the mandate than its red line there."""
    gap = np.abs(world.position[i] - world.charter[f])
    return bool((world.mandate[f] & (gap > world.red_line[i])).any())


def events_of(world: World, *kinds: Event) -> list[tuple[int, int, int]]:
    """(actor, other, forum) of the events of these kinds, in their order."""
    return [(int(e["actor"]), int(e["other"]), int(e["forum"])) for e in world.log() if e["kind"] in kinds]


def events_with(world: World, kind: Event, *fields: str) -> list[tuple[Any, ...]]:
    """These fields of the events of a kind, in their order."""
    return [tuple(e[field].item() for field in fields) for e in world.log() if e["kind"] == kind]


def forget_events(world: World) -> None:
    """Start a new log."""
    world.clock[EVENTS] = 0


def sig(z: float) -> float:
    """1 / (1 + exp(-z))."""
    return 1.0 / (1.0 + math.exp(-z)) if z > -700 else 0.0


def logit(u: float) -> float:
    """ln(u / (1 - u)), the inverse of `sig`."""
    return math.log(u / (1.0 - u))


def draw(world: World, purpose: int, a: int, b: int, step: int = 1) -> float:
    """Draw number (a, b) of a purpose in a step."""
    return float(draws.uniform(np.uint64(draws.stream(world.seed[0], purpose, step)), a, b))


# --- the text of the model once more ------------------------------------------------------------------------


def plain_distance(world: World, f: int, i: int) -> float:
    """d = sqrt(sum_k s_ik (x_ik - c_fk)^2 / sum_k s_ik) over the mandate."""
    issues = [k for k in range(world.issues) if world.mandate[f, k]]
    weight = sum(world.salience[i, k] for k in issues)
    return math.sqrt(
        sum(world.salience[i, k] * (world.position[i, k] - world.charter[f, k]) ** 2 for k in issues) / weight
    )


def plain_others(world: World, f: int, i: int) -> tuple[float, float]:
    """Reach W and mean trust T of the members other than i; T = 1/2 where W = 0."""
    others = [j for j in range(world.actors) if world.member[f, j] and j != i]
    reach = sum(world.power[j] for j in others)
    trust = sum(world.power[j] * world.trust[i, j] for j in others)
    return reach, trust / reach if reach > 0 else 0.5


def plain_utility(world: World, p: Any, f: int, i: int) -> float:
    """u = a fit (b0 + b1 H T) + beta (2T - 1) W^delta + nu W^gamma - 2 kS v H (1 - T) - k0, -inf beyond a red line."""
    for k in range(world.issues):
        if world.mandate[f, k] and abs(world.position[i, k] - world.charter[f, k]) > world.red_line[i, k]:
            return -math.inf
    reach, trust = plain_others(world, f, i)
    law = world.legalization[f]
    fit = 1 - plain_distance(world, f, i) / p["utility_fit_scale"]
    value = p["utility_fit"] * fit * (p["utility_fit_base"] + p["utility_fit_law"] * law * trust)
    if reach > 0:
        value += p["utility_trust"] * (2 * trust - 1) * reach ** p["utility_trust_size"]
        value += p["utility_network"] * reach ** p["utility_network_exponent"]
    value -= 2 * p["utility_sovereignty"] * world.sovereignty[i] * law * (1 - trust)
    return value - p["utility_cost"] - world.reservation[i]


def plain_conflict(world: World, f: int, g: int) -> float:
    """Rms gap of the charters over the shared issues, times 1/2 + mean legalization; 0 without any."""
    shared = [k for k in range(world.issues) if world.mandate[f, k] and world.mandate[g, k]]
    if not shared:
        return 0.0
    gap = math.sqrt(sum((world.charter[f, k] - world.charter[g, k]) ** 2 for k in shared) / len(shared))
    return gap * (0.5 + (world.legalization[f] + world.legalization[g]) / 2)


def plain_worth(world: World, p: Any, f: int, i: int) -> float:
    """z = u + e + habit + kR R_i,founder - fee (kp + k1 n) / B - chi sum of the conflicts with i's other forums."""
    others = [g for g in range(world.slots) if g != f and world.member[g, i] and world.live()[g]]
    value = plain_utility(world, p, f, i) + world.engagement[i]
    value -= world.fee[f] * (p["membership_fee"] + p["membership_crowding"] * len(others)) / world.capacity[i]
    if world.mode[f] != Mode.STANDING and world.founder[f] not in (-1, i):
        value += p["membership_reciprocity"] * world.ledger[i, world.founder[f]]
    if world.mode[f] == Mode.SERIES and world.habit[f, i]:
        value += p["membership_habit"]
    return value - p["membership_conflict"] * sum(plain_conflict(world, f, g) for g in others)


# --- random worlds ------------------------------------------------------------------------------------------


def random_world(seed: int, actors: int, forums: int, issues: int, spare: int = 4) -> World:
    """A world in which everything varies: modes, gates, decision rules, red lines, non-state actors, dormant forums."""
    rng = np.random.default_rng(seed)
    world = world_of(actors, forums + spare, issues, seed)
    states = np.ones(actors, dtype=bool)
    states[2:] = rng.random(actors - 2) > 0.2
    world.kind[:] = ~states
    world.role[~states] = rng.integers(3, 6, int((~states).sum()))
    world.influence[~states] = rng.random(int((~states).sum()))
    power = rng.gamma(1.0, size=actors) * states
    world.power[:] = power / power.sum()
    world.patron[world.role == 3] = 0
    world.cause[~states] = rng.integers(-1, issues, int((~states).sum()))
    world.position[:] = rng.random((actors, issues))
    world.anchor[:] = np.clip(world.position + rng.normal(0, 0.1, world.position.shape), 0, 1)
    salience = rng.random((actors, issues)) + 0.05
    world.salience[:] = salience / salience.sum(1, keepdims=True)
    world.salience_anchor[:] = world.salience
    world.red_line[:] = np.where(rng.random((actors, issues)) < 0.3, rng.uniform(0.2, 0.6, (actors, issues)), np.inf)
    world.sincerity[:] = rng.random(actors)
    world.loyalty[:] = rng.uniform(0, 1, actors)
    world.capacity[:] = rng.uniform(0.5, 2, actors)
    world.engagement[:] = rng.normal(0, 0.3, actors)
    set_trust(world, rng.random((actors, actors)))
    world.baseline[:] = world.trust
    for f in range(forums):
        add_forum(world, f, np.flatnonzero(rng.random(actors) < rng.random()), charter=rng.random(issues),
                  legalization=rng.random(), mode=rng.choice([0, 0, 0, 1, 2]), admission=rng.integers(0, 3),
                  decision=rng.integers(0, 4), quota=rng.choice([0.5, 2 / 3]), approval=rng.uniform(0.2, 0.6),
                  period=rng.integers(1, 5), founder=rng.integers(-1, actors), founded=rng.integers(-20, 0),
                  edition=rng.integers(-4, 1), gate_power=rng.choice([0.0, 0.05]),
                  gate_issue=rng.integers(-1, issues), gate_low=0.1, gate_high=0.9)  # fmt: skip
        world.mandate[f] = rng.random(issues) < 0.7
        world.mandate[f, rng.integers(issues)] = True
        world.veto[f] = world.member[f] & (rng.random(actors) < 0.2)
        world.habit[f] = world.member[f]
        if rng.random() < 0.2:
            world.status[f] = Status.DORMANT
        elif rng.random() < 0.1:
            world.status[f] = Status.EMPTY
            world.member[f] = False
        elif rng.random() < 0.1:
            world.status[f] = Status.DISSOLVED
            world.member[f] = False
    later = np.random.default_rng([seed, 1])
    world.fee[:forums] = later.choice([0.0, 1.0, 2.0], forums)
    world.adopted[:forums] = later.random(forums) < 0.3
    world.predecessor[:forums] = np.arange(forums) - 1
    world.ledger[:] = later.uniform(-0.5, 0.5, (actors, actors)) * (1 - np.eye(actors))
    return world
