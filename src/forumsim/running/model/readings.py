"""What is measured in a running model: values now, for Mesa's data collector, and the tables of the run so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures import (
    MEASURES,
    MEASURES_BY_NAME,
    VERDICT_MEASURES,
    Measure,
    column_index,
    measure,
    verdict,
    verdict_measures,
)
from forumsim.core.world import Floats, World
from forumsim.running.extended import ExtendedSteps
from forumsim.running.outcome import Outcome
from forumsim.running.tables import POOLED, scopes

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario


class Readings:
    """The measures of a model, computed once per state; a part of `forumsim.running.model.ForumModel`."""

    world: World
    params: Any
    scenario: Scenario
    _values: Floats | None = None
    _series: list[Floats]
    _judged: list[Floats]

    def __repr__(self) -> str:
        model: Any = self
        where = f"step {self.world.step} of {model.length}"
        return f"<{type(self).__name__} of {self.scenario.name}, seed {model.seed_used}, {where}>"

    def begin_measures(self) -> None:
        """Start with no notes."""
        self._series, self._judged = [], []

    def forget_measures(self) -> None:
        """The world has changed: measure anew when next asked."""
        self._values = None

    def note_measures(self) -> None:
        """Keep all measures of the step that has just ended."""
        scores = np.full((self.world.issues + 1, len(VERDICT_MEASURES)), np.nan)
        verdict_measures(self.world, self.params, scores)
        self._judged.append(scores)
        self._series.append(self.measured())

    def measured(self) -> Floats:
        """All measures now, shape (D + 1, M): issues, then pooled; columns as in `forumsim.core.measures.MEASURES`.

        Those of extensions follow them.
        """
        if self._values is None:
            values = np.full((self.world.issues + 1, len(MEASURES)), np.nan)
            measure(self.world, self.params, values)
            if self.scenario.extensions.measures:
                own = ExtendedSteps(self.scenario, self.params).measure(self.world)
                values = np.hstack([values, own])
            self._values = values
        return self._values

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The model's measures and those of extensions, in the order of their columns."""
        return (*MEASURES, *self.scenario.extensions.measures)

    def value(self, name: str, issue: str = POOLED) -> float:
        """One measure now, of an issue or of all pooled; NaN where it is missing.

        Raises
        ------
        InputError
            When there is no such measure or issue.
        """
        known = scopes(self.scenario)
        if issue not in known:
            raise InputError([Problem("issue", f"no issue {issue!r}", ", ".join(known), nearest(issue, known))])
        own = [item.name for item in self.scenario.extensions.measures]
        column = len(MEASURES) + own.index(name) if name in own else column_index(name)
        return float(self.measured()[known.index(issue), column])

    def reporters(self) -> dict[str, Any]:
        """Model reporters for a ``mesa.DataCollector``: every measure pooled, then by issue where it has issues."""
        found: dict[str, Any] = {}
        for item in self.measures:
            found[item.name] = [self.value, [item.name]]
            for issue in self.scenario.issues if item.per_issue else ():
                name = f"{item.name}_{issue}"
                # an issue called "across" must not hide fragmentation across blocs
                found[f"{item.name}_issue_{issue}" if name in MEASURES_BY_NAME else name] = [
                    self.value,
                    [item.name, issue],
                ]
        return found

    def verdict(self) -> dict[str, tuple[str, str]]:
        """State and tendency of the run so far, for each issue and ``pooled``."""
        return dict(zip(scopes(self.scenario), verdict(np.array(self._judged), self.params), strict=True))

    def outcome(self) -> Outcome:
        """The run so far as `forumsim.running.tables` takes it; the world is a copy and the only snapshot."""
        world, steps = self.world.copy(), np.arange(len(self._series), dtype=np.int64)
        snapshots = {world.step: world}
        return Outcome(steps, np.array(self._series), np.array(self._judged), world, snapshots, self.params.copy())
