"""The same world with its actors, forum slots or issues in another order, and what differs between two worlds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forumsim.core.terms import EVENTS, PENDING
from forumsim.core.world import Ints, World, empty_world
from forumsim.running.events import BETWEEN_FORUMS

ACTOR, FORUM, ISSUE, SCOPE = 101, 103, 107, 108  #: sizes of a probe, which tell the axes of an array apart
AXES = {name: array.shape for name, array in empty_world(ACTOR, FORUM, ISSUE).arrays()}

#: Arrays and columns of tables that hold the number of an actor, a forum or an issue.
NAMES = {
    ACTOR: ("patron", "founder"),
    FORUM: ("gate_forum", "parent", "predecessor", "focal", "challenger"),
    ISSUE: ("cause", "gate_issue"),
}
COLUMNS = {
    "shocks": {"actor": ACTOR, "other": ACTOR, "forum": FORUM, "issue": ISSUE},
    "channels": {"actor": ACTOR, "other": ACTOR, "host": ACTOR},
    "pending": {"actor": ACTOR, "other": ACTOR, "issue": ISSUE},
    "events": {"actor": ACTOR, "forum": FORUM, "issue": ISSUE},
}


def _filled(world: World, table: str) -> np.ndarray:
    """Rows of a table that are in use (a view)."""
    rows = {"events": world.clock[EVENTS], "pending": world.clock[PENDING]}
    return getattr(world, table)[: rows.get(table)]


def relabelled(
    world: World,
    actors: Sequence[int] | Ints | None = None,
    forums: Sequence[int] | Ints | None = None,
    issues: Sequence[int] | Ints | None = None,
) -> World:
    """Copy of a world with its rows in another order; whatever names an actor, a forum or an issue names it still.

    Parameters
    ----------
    world : World
    actors, forums, issues : sequence of int, optional
        Old numbers in the new order: each of 0 .. N-1, 0 .. F-1, 0 .. D-1 once.
    """
    given = {ACTOR: (actors, world.actors), FORUM: (forums, world.slots), ISSUE: (issues, world.issues)}
    order = {axis: np.arange(size) if rows is None else np.asarray(rows) for axis, (rows, size) in given.items()}
    new = {axis: np.append(np.argsort(old), -1) for axis, old in order.items()}  # -1, nobody and none, stays
    order[SCOPE] = np.append(order[ISSUE], world.issues)
    other = world.copy()
    for name, array in world.arrays():
        if any(axis in order for axis in AXES[name]):
            rows = [order[axis] if axis in order else np.arange(array.shape[k]) for k, axis in enumerate(AXES[name])]
            getattr(other, name)[...] = array[np.ix_(*rows)]
    for axis, names in NAMES.items():
        for name in names:
            getattr(other, name)[:] = new[axis][getattr(other, name)]
    for name, columns in COLUMNS.items():
        table = _filled(other, name)
        for column, axis in columns.items():
            table[column] = new[axis][table[column]]
    events = _filled(other, "events")
    between = np.isin(events["kind"], BETWEEN_FORUMS)
    for axis, chosen in ((FORUM, between), (ACTOR, ~between)):
        events["other"][chosen] = new[axis][events["other"][chosen]]
    return other


def differing(one: World, other: World) -> tuple[str, ...]:
    """Names of the arrays that differ in any bit; of tables, in the rows that are in use."""
    names = []
    for name, _ in one.arrays():
        first, second = (_filled(world, name) for world in (one, other))
        if first.shape != second.shape or first.tobytes() != second.tobytes():
            names.append(name)
    return tuple(names)
