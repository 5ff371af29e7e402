"""A run from start to end as plain numbers and words, small enough to travel within a page: what a replay is made from.

Positions are thousandths; who is in which forum, how long it lives and where its charter lies are kept as spans and
changes, so that a page finds the state of any step without going through those before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forumsim.app.frame import Frame, frame_of
from forumsim.app.views.words import sentences
from forumsim.app.views.world_map import drawable, has_map
from forumsim.core.terms import Event, Kind, Role, Status
from forumsim.core.world import World
from forumsim.running.model import ForumModel

#: Positions kept at most; where there would be more, only every second, third ... step has them.
MOST_POSITIONS = 250_000
#: Letters of sentences kept at most.
MOST_LETTERS = 900_000
#: Groups of events, as a reader chooses them. What stands in none is a shock or an intervention.
GROUPS: dict[str, tuple[Event, ...]] = {
    "Memberships": (Event.JOIN, Event.EXIT, Event.NOT_RENEWED),
    "Forums": (Event.FOUNDING, Event.OPENING, Event.DISSOLUTION, Event.MERGER, Event.DORMANCY, Event.REVIVAL,
               Event.COMPETITIVE_CREATION, Event.REGIME_SHIFT),
    "Law": (Event.CHANGE_OF_REGIME, Event.CHANGE_WITHIN_REGIME, Event.LEGALIZATION, Event.REJECTION, Event.EDITION),
    "Dialogue": (Event.MEETING, Event.DECLARATION, Event.DEEDS, Event.WORDS, Event.CONFIDENCE_BUILDING, Event.SUMMIT),
    "Shocks and interventions": (),
}  # fmt: skip
#: What is left out first where a run has too many events to tell them all.
LEAST = (Event.MEETING, Event.DEEDS, Event.WORDS, Event.REJECTION, Event.EDITION, Event.DECLARATION,
         Event.CHANGE_WITHIN_REGIME, Event.LEGALIZATION, Event.JOIN, Event.EXIT)  # fmt: skip
#: How the page begins what its user did: the reader of a replay did not do it.
YOURS = "You: "
_GROUP_OF = {kind: number for number, kinds in enumerate(GROUPS.values()) for kind in kinds}


def thousandths(values: NDArray[np.float64]) -> list[Any]:
    """Numbers as whole thousandths; None where one is missing.

    Examples
    --------
    >>> thousandths(np.array([0.25, np.nan, 1.0]))
    [250, None, 1000]
    """
    return [None if math.isnan(value) else round(1000 * value) for value in values.tolist()]


class Spans:
    """Since when something has been so: spans (first step, last step, what) of a thing that comes and goes."""

    def __init__(self) -> None:
        self.open: dict[Any, int] = {}
        self.closed: list[tuple[int, int, Any]] = []

    def note(self, step: int, present: Iterable[Any]) -> None:
        """What is so at a step; steps come in their order."""
        now = set(present)
        for key in [key for key in self.open if key not in now]:
            self.closed.append((self.open.pop(key), step - 1, key))
        for key in now:
            self.open.setdefault(key, step)

    def all(self, last: int) -> list[list[Any]]:
        """All spans, those that are open until the last step, in the order of their beginning."""
        found = [*self.closed, *((first, last, key) for key, first in self.open.items())]
        return [list(span) for span in sorted(found)]


class Recorder:
    """Notes a run while it is stepped, from its start to the step ``last``."""

    def __init__(self, model: ForumModel, last: int) -> None:
        self.model, self.last = model, last
        world = model.world
        self.every = max(1, math.ceil((last + 1) * world.actors * world.issues / MOST_POSITIONS))
        self.positions: list[list[int]] = []
        self.power: list[list[Any]] = []
        self.stays = [Spans() for _ in range(world.slots)]
        self.life = [Spans() for _ in range(world.slots)]
        self.charters: list[list[Any]] = [[] for _ in range(world.slots)]

    def note(self, step: int) -> None:
        """Take down a step."""
        world = self.model.world
        if step % self.every == 0:
            self.positions.append(thousandths(world.position.ravel()))
        power = [round(10_000 * value) for value in world.power.tolist()]
        if not self.power or self.power[-1][1] != power:
            self.power.append([step, power])
        live = world.live()
        for f in range(world.slots):
            self.stays[f].note(step, np.flatnonzero(world.member[f]).tolist() if live[f] else ())
            self.life[f].note(step, [int(world.status[f] == Status.DORMANT)] if live[f] else ())
            if live[f]:
                self._charter(step, f, world)

    def _charter(self, step: int, f: int, world: World) -> None:
        covered = np.where(world.mandate[f], world.charter[f], np.nan)
        now = [*thousandths(covered), round(1000 * float(world.legalization[f]))]
        if not self.charters[f] or self.charters[f][-1][1] != now:
            self.charters[f].append([step, now])

    def recording(self, acts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """All of it as plain JSON values, with what was done to the run; the model is at its end."""
        frame = frame_of(self.model)
        measured = np.asarray(frame.outcome.verdict_series)
        courses = {
            name: [thousandths(measured[:, k, column]) for k in range(measured.shape[1])]
            for column, name in enumerate(("fragmentation", "across"))
        }
        return {
            "last": self.last,
            "dates": [frame.date_of(step) for step in range(self.last + 1)],
            "issues": _issues(frame),
            "blocs": list(frame.scenario.bloc_labels),
            "actors": _actors(frame),
            "power": self.power,
            "positions": {"every": self.every, "rows": self.positions},
            "forums": self._forums(frame),
            "courses": courses,
            "verdict": [list(frame.verdict[scope]) for scope in frame.scopes],
            **_events(frame, acts),
            "map": _map(frame),
        }

    def _forums(self, frame: Frame) -> list[dict[str, Any]]:
        """The forums that ever lived, with the numbers that they have in the views of the page."""
        found = []
        for f, life in enumerate(self.life):
            spans = life.all(self.last)
            if spans:  # it has lived
                found.append({"number": f + 1, "name": frame.forum_name(f), "life": spans,
                              "stays": self.stays[f].all(self.last), "charter": self.charters[f]})  # fmt: skip
        return found


def _issues(frame: Frame) -> list[dict[str, str]]:
    scenario = frame.scenario
    return [
        {"label": frame.issue_label(issue), "low": ends[0], "high": ends[1]}
        for issue, ends in zip(scenario.issues, scenario.issue_ends, strict=True)
    ]


def _actors(frame: Frame) -> dict[str, Any]:
    world = frame.world
    return {
        "names": list(frame.scenario.actor_names),
        "bloc": world.bloc.tolist(),
        "state": (world.kind == Kind.STATE).astype(int).tolist(),
        "major": (world.role == Role.MAJOR).astype(int).tolist(),
    }


def _events(frame: Frame, acts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Sentences in the order of the steps, and which kinds of event are not told as there are too many."""
    told = [
        (step, kind, f"Intervention: {text.removeprefix(YOURS)}" if kind == Event.INTERVENTION else text)
        for step, kind, text in sentences(frame, acts)
    ][::-1]
    left: list[str] = []
    for kind in LEAST:
        if sum(len(text) for _, _, text in told) <= MOST_LETTERS:
            break
        if any(row[1] == kind for row in told):
            left.append(kind.name.lower().replace("_", " "))
            told = [row for row in told if row[1] != kind]
    other = len(GROUPS) - 1
    rows = [[step, _GROUP_OF.get(kind, other), text] for step, kind, text in told]
    return {"events": rows, "groups": list(GROUPS), "untold": left}


def _map(frame: Frame) -> list[list[Any]] | None:
    """Land and small countries with the rows of their actors (-1: none); None where actors are no countries."""
    if not has_map(frame.scenario):
        return None
    rows = {name: i for i, name in enumerate(frame.scenario.actor_ids) if frame.world.kind[i] == Kind.STATE}
    shapes: list[list[Any]] = [[rows.get(code, -1), kind, d] for code, kind, d in drawable()]
    return [shape for shape in shapes if shape[0] >= 0 or shape[1] == "land"]
