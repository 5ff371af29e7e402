"""How many rows one step can add to the event log, so that compiled rules never write beyond its end."""

from __future__ import annotations

from forumsim.core.terms import PENDING_SLOTS

#: Most meetings of the two parties of a crisis in a step, by the bound of ``shock.crisis_talks``.
MOST_CRISIS_TALKS = 11


def event_room(actors: int, slots: int, shocks: int = 0, dated_meetings: int = 0) -> int:
    """Most rows that one step can add to the event log; 20 is the highest rate of meetings per actor on a track."""
    talks = 22 * actors + 2 * dated_meetings  # a dated meeting is an event, and its declaration another
    return 2 * actors * slots + 8 * slots + 4 * actors + 2 * PENDING_SLOTS + 4 * shocks + talks + 64
