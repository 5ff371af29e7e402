"""The event log: every change of membership and every turn of a forum's life is one row."""

from __future__ import annotations

from forumsim.core.compilation import kernel
from forumsim.core.terms import EVENTS, STEP


@kernel
def log(world, kind, actor, other, forum, issue, value):
    """Append an event and count it for its issues.

    Parameters
    ----------
    world : World
    kind : Event
    actor, other, forum, issue : int
        -1 where none. For mergers, regime shifts and competitive creation ``other`` is the other *forum*, else an
        actor.
    value : float
        Size of the change; see the codebook for each kind.

    Raises
    ------
    IndexError
        The log is full: `forumsim.core.schedule.make_room` makes it longer before a step.
    """
    row = world.clock[EVENTS]
    if row >= world.events.shape[0]:  # compiled code would write into somebody else's memory
        raise IndexError("the event log is full: call forumsim.core.schedule.make_room before each step")
    event = world.events[row]
    event.step = world.clock[STEP]
    event.kind = kind
    event.actor = actor
    event.other = other
    event.forum = forum
    event.issue = issue
    event.value = value
    event.term = 0
    world.clock[EVENTS] = row + 1
    issues = world.tally.shape[0] - 1
    world.tally[issues, kind] += 1
    for k in range(issues):
        if k == issue or (issue < 0 and forum >= 0 and world.mandate[forum, k]):
            world.tally[k, kind] += 1


@kernel
def log_membership(world, kind, actor, forum, value, term):
    """Append a join, an exit or an edition that is not renewed, with the `Term` that decided it."""
    log(world, kind, actor, -1, forum, -1, value)
    world.events[world.clock[EVENTS] - 1].term = term
