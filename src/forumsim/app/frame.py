"""A frame: one moment of a run with all that came before it, which pictures and tables are made from.

Frames are made while nobody steps the model, and nothing in them changes afterwards: a picture can be drawn from one
while the run goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forumsim.core.measures import Measure
from forumsim.core.terms import Kind, Role
from forumsim.core.world import Floats, World
from forumsim.running.outcome import Outcome
from forumsim.running.tables import events_frame, scopes
from forumsim.scenarios import Scenario


@dataclass(frozen=True)
class Frame:
    """One moment of a run.

    Attributes
    ----------
    scenario : Scenario
        Names of actors, forums, issues and blocs.
    outcome : Outcome
        The run so far: ``world`` is a copy of the state with everything derived up to date; ``series`` (steps + 1,
        D + 1, M) holds all measures at every step from 0 on, issues first, pooled last; ``params`` the parameters.
    verdict : mapping
        State and tendency of the run so far by issue and ``pooled``.
    length : int
        Steps of the whole run.
    label : str
        What tells this run from another that is shown beside it; empty where there is one.
    """

    scenario: Scenario
    outcome: Outcome
    verdict: Mapping[str, tuple[str, str]]
    length: int
    label: str = ""

    @property
    def world(self) -> World:
        """The state; not to be written to."""
        return self.outcome.world

    @property
    def step(self) -> int:
        """Steps done so far."""
        return self.world.step

    @property
    def date(self) -> str:
        """Quarter of the step, or ``step 12`` in synthetic time."""
        return self.date_of(self.step)

    def date_of(self, step: int) -> str:
        """Quarter of a step, or ``step 12`` in synthetic time."""
        return self.scenario.date_of(step) if self.scenario.start else f"step {step}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Issues, then ``pooled``: the second axis of the series."""
        return scopes(self.scenario)

    def course(self, measure: str, scope: str = "pooled") -> Floats:
        """One measure at every step from 0 to now; NaN where it is missing."""
        return np.asarray(self.outcome.series[:, self.scopes.index(scope), self.scenario.extensions.column(measure)])

    @property
    def measures(self) -> Mapping[str, Measure]:
        """The measures of the run by name: those of the model, then those of extensions."""
        return self.scenario.extensions.all_measures

    @cached_property
    def events(self) -> pd.DataFrame:
        """The event log in words, as in events.csv: step, date, event, actor, other, forum, issue, value."""
        return events_frame(self.scenario, self.outcome)

    @cached_property
    def forums(self) -> NDArray[np.int64]:
        """Slots of the live forums, in order."""
        return np.flatnonzero(self.world.live())

    @cached_property
    def states(self) -> NDArray[np.int64]:
        """Rows of the states, in order."""
        return np.flatnonzero(self.world.kind == Kind.STATE)

    @cached_property
    def majors(self) -> NDArray[np.int64]:
        """Rows of the majors, in order."""
        return np.flatnonzero(self.world.role == Role.MAJOR)

    def forums_on(self, scope: str) -> NDArray[np.int64]:
        """Slots of the live forums with an issue in their mandate; of ``pooled`` all."""
        if scope == "pooled":
            return self.forums
        return self.forums[self.world.mandate[self.forums, self.scenario.issues.index(scope)]]

    def picked(self, key: str) -> tuple[int, int]:
        """Row of the picked actor and slot of the picked forum (``actor:USA``, ``forum:g7``); -1 for what is not."""
        kind, _, name = key.partition(":")
        actors, forums = self.scenario.actor_ids, self.scenario.forum_ids
        return (
            actors.index(name) if kind == "actor" and name in actors else -1,
            forums.index(name) if kind == "forum" and name in forums else -1,
        )

    def forum_name(self, forum: int) -> str:
        """Name of the forum in a slot."""
        world = self.world
        return self.scenario.name_of_forum(forum, int(world.founder[forum]), int(world.founded[forum]))

    def bloc_label(self, bloc: int) -> str:
        """Label of a bloc; actors without one (-1) have none."""
        return self.scenario.bloc_labels[bloc] if bloc >= 0 else "No bloc"

    def issue_label(self, scope: str) -> str:
        """Short label of an issue or of ``pooled``."""
        if scope == "pooled":
            return "All issues"
        return self.scenario.issue_labels[self.scenario.issues.index(scope)].split(":")[0]


def frame_of(model: Any, label: str = "") -> Frame:
    """The frame of a model (`forumsim.ForumModel`) as it is now; nobody may step it meanwhile."""
    model.renewed()
    return Frame(model.scenario, model.outcome(), model.verdict(), model.length, label)
