"""The event log replays: from the start of a run and its events to who is in which forum at any later step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forumsim.core.terms import EVENTS, Event, Status
from forumsim.core.world import Bools, Ints, World


class Founding(NamedTuple):
    """A forum that came into being during the run.

    Attributes
    ----------
    step, forum, founder : int
        Founder -1: nobody in particular.
    rival : int
        The forum that it was created against (competitive regime creation), -1 none.
    dated : bool
        Whether the scenario (or a user) opened it, rather than an actor that founded it.
    """

    step: int
    forum: int
    founder: int
    rival: int
    dated: bool


@dataclass
class Replay:
    """Forums and memberships as the event log tells them.

    Attributes
    ----------
    member : bool array (F, N)
    status : int array (F,)
        `forumsim.core.world.Status`.
    parent : int array (F,)
        Forum that it was founded against or merged into, -1 none.
    founded : int array (F,)
        Step of founding.
    foundings : list of Founding
        In their order.
    """

    member: Bools
    status: NDArray[np.int8]
    parent: Ints
    founded: Ints
    foundings: list[Founding] = field(default_factory=list)

    @classmethod
    def at(cls, world: World) -> Replay:
        """As a world has them."""
        return cls(world.member.copy(), world.status.copy(), world.parent.copy(), world.founded.copy())

    def agrees_with(self, world: World) -> list[str]:
        """Names of what a world has otherwise; an empty list where they agree."""
        used = world.status != Status.EMPTY  # an attempt to found a forum leaves its traces in a free slot
        names = ("member", "status", "parent", "founded")
        return [name for name in names if not np.array_equal(getattr(self, name)[used], getattr(world, name)[used])]

    def apply(self, event: Any) -> None:
        """Apply one row of the event log (`forumsim.core.world.EVENT_DTYPE`)."""
        kind, f = event["kind"], int(event["forum"])
        if kind == Event.JOIN:
            self.member[f, event["actor"]] = True
        elif kind in (Event.EXIT, Event.NOT_RENEWED):
            self.member[f, event["actor"]] = False
        elif kind in (Event.FOUNDING, Event.OPENING):
            self._open(event, f)
        elif kind == Event.COMPETITIVE_CREATION:
            self.parent[f] = event["other"]
            self._name_rival(f, int(event["other"]))
        elif kind in (Event.DISSOLUTION, Event.MERGER):
            self.status[f] = Status.MERGED if kind == Event.MERGER else Status.DISSOLVED
            self.member[f] = False
            if kind == Event.MERGER:
                self.parent[f] = event["other"]
        elif kind == Event.DORMANCY:
            self.status[f] = Status.DORMANT
        elif kind == Event.REVIVAL:
            self.status[f] = Status.ALIVE

    def _open(self, event: Any, f: int) -> None:
        self.status[f] = Status.ALIVE
        self.founded[f] = event["step"]
        dated = bool(event["kind"] == Event.OPENING)
        if not dated:
            self.parent[f] = -1
        self.foundings.append(Founding(int(event["step"]), f, int(event["actor"]), -1, dated))

    def _name_rival(self, f: int, rival: int) -> None:
        for place in range(len(self.foundings) - 1, -1, -1):
            if self.foundings[place].forum == f:
                self.foundings[place] = self.foundings[place]._replace(rival=rival)
                return


def replay(start: World | Replay, events: Iterable[Any] | NDArray[Any], until: int | None = None) -> Replay:
    """Apply the events of a run to its start.

    Parameters
    ----------
    start : World or Replay
        A World at any step of the run (events that it has logged itself are left out), or what an earlier replay came
        to. It is not changed.
    events : structured array of `forumsim.core.world.EVENT_DTYPE`
        The event log of the run, from its beginning where ``start`` is a World.
    until : int, optional
        Last step to apply; by default all.

    Returns
    -------
    Replay

    Examples
    --------
    >>> from forumsim import ForumModel
    >>> model = ForumModel("two_blocs", steps=20, rng=1)
    >>> start = model.world.copy()
    >>> model.run_model()
    >>> replay(start, model.world.log()).agrees_with(model.world)
    []
    """
    if isinstance(start, World):
        state, rows = Replay.at(start), list(events)[int(start.clock[EVENTS]) :]
    else:
        state = Replay(
            start.member.copy(), start.status.copy(), start.parent.copy(), start.founded.copy(), list(start.foundings)
        )
        rows = list(events)
    for event in rows:
        if until is not None and event["step"] > until:
            break
        state.apply(event)
    return state
