"""Golden digests of the rules, each acting alone: a changed rule changes its own digest and no other.

Every rule works for some steps, without the others, on random worlds of the slow reference. All that it left (the state
and the event log) goes into one digest.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from golden_runs import digest, rounded

from forumsim.core.schedule import SCHEDULE, Rule, make_room, prepare
from forumsim.core.terms import EVENTS, STEP
from forumsim.core.world import World
from forumsim.studies.verification.worlds import record

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reference.worlds import random_case

RULES: dict[str, Rule] = {rule.__name__: rule for rule in SCHEDULE}
WORLDS, STEPS = range(24), 8
#: Rebuilt from the rest of the state whenever a rule is about to read it.
DERIVED = {"weight_in", "trust_in", "gain_in", "distance", "beyond", "conflict", "kept"}
#: No part of the state, or told by the lines of the log.
APART = {"events", "clock", "tally", "seed", "shocks", "channels", "pending"}


def world_after(name: str | None, seed: int) -> World:
    """A random world after some steps in which this rule alone was at work; None: no rule."""
    world, values, _ = random_case(seed)
    p = record(values)
    prepare(world, p)
    for _ in range(STEPS):
        make_room(world)
        world.clock[STEP] += 1
        if name is not None:
            RULES[name](world, p)
    return world


def lines_of(world: World) -> Iterator[str]:
    """State and event log as text, floats rounded."""
    for name, array in world.arrays():
        if name in DERIVED | APART:
            continue
        values = np.ravel(array)  # in the order of the indices, whatever the order in memory
        yield " ".join([name, *(map(rounded, values) if values.dtype.kind == "f" else map(str, values.tolist()))])
    log = world.log()
    integers = [column for column in log.dtype.names if column != "value"]
    for row in log:
        yield " ".join([*(str(row[column]) for column in integers), rounded(row["value"])])


@cache
def digest_of_rule(name: str | None) -> str:
    """Digest of what a rule does to all the worlds, with the number of events that it logged."""
    worlds = [world_after(name, seed) for seed in WORLDS]
    events = sum(int(world.clock[EVENTS]) for world in worlds)
    return f"{events} events {digest(line for world in worlds for line in lines_of(world))}"


def digests_of_rules() -> dict[str, str]:
    """The digest of every rule, in the order of the schedule."""
    return {name: digest_of_rule(name) for name in RULES}
