"""Runs and their twins: the rows of twins.csv, and what of them goes into summary.csv."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forumsim.core.parameters import BY_NAME, check_parameters
from forumsim.plans.contrasts import Differences
from forumsim.plans.parts import Point
from forumsim.plans.statistics import wilson
from forumsim.plans.twins import COMPARED
from forumsim.results.description import PlanCase, plan_tables
from forumsim.results.twins import DIFFERENCE, LINE, SHARES, WORDS, compared_values, word_of
from forumsim.running.tables import scopes
from forumsim.running.text import csv_lines, measured

#: A run that ended: its id, the step at which it did, what is compared of it.
_Run = tuple[str, int, NDArray[np.float64]]


class TwinTable:
    """Compares runs with their twins while runs come by, replicate after replicate."""

    def __init__(self, case: PlanCase) -> None:
        self.plan = plan = case.plan
        self.scopes = [scopes(scenario) for scenario in case.scenarios]
        self.column = plan.recording.series.index(COMPARED) if plan.twins else -1
        self.steps = plan_tables(case)["runs"].header.index("steps") - 1  # rows in the store do not have the mark
        own = [check_parameters(scenario.parameters)[0] for scenario in case.scenarios]
        paired = [point for point in plan.points if point.twin not in (None, point.number)]
        self.lines = {
            point.number: float(plan.parts[point.part].settings(point.values, own[point.part]).get(LINE, _DEFAULT))
            for point in paired
        }
        shapes = {point.number: len(self.scopes[point.part]) for point in paired}
        self.differences = {number: Differences((shape, 1)) for number, shape in shapes.items()}
        self.words = {number: np.zeros((shape, len(WORDS)), dtype=np.int64) for number, shape in shapes.items()}
        self.replicate: int | None = None
        self.runs: dict[int, _Run] = {}

    def add(self, replicate: int, point: Point, run_id: str, pieces: Mapping[str, bytes]) -> bytes:
        """One run that ended, in the order of the plan; the rows of the replicate before, when it is the first."""
        if not self.plan.twins:
            return b""
        rows = self.flush() if replicate != self.replicate else b""
        self.replicate = replicate
        ends = np.frombuffer(pieces["tail"]).reshape(len(self.scopes[point.part]), -1)[:, self.column]
        last = int(next(csv.reader([pieces["runs"].decode()]))[self.steps]) if self.plan.stop else 0
        self.runs[point.number] = (run_id, last, compared_values(ends))
        return rows

    def flush(self) -> bytes:
        """The rows of the replicate that has come by."""
        rows: list[list[str]] = []
        for number in self.lines:
            run, twin = self.runs.get(number), self.runs.get(self.plan.points[number].twin or 0)
            if run is not None and twin is not None and run[1] == twin[1]:
                rows += self._rows(self.plan.points[number], run, twin)
        self.runs = {}
        return csv_lines(rows) if rows else b""

    def _rows(self, point: Point, run: _Run, twin: _Run) -> Iterator[list[str]]:
        gaps = run[2] - twin[2]
        self.differences[point.number].add(twin[2][:, None], run[2][:, None])
        for k, scope in enumerate(self.scopes[point.part]):
            word = word_of(float(gaps[k]), self.lines[point.number])
            if word:
                self.words[point.number][k, WORDS.index(word)] += 1
            values = [measured(float(value)) for value in (run[2][k], twin[2][k], gaps[k])]
            yield [run[0], point.name, str(self.replicate), scope, twin[0], *values, word]

    def summary(self, point: Point) -> Iterator[list[str]]:
        """Rows of summary.csv of one point: issue, measure, n, mean, sd, ci_low, ci_high; none where it has no twin."""
        if point.number not in self.lines:
            return
        for k, issue in enumerate(self.scopes[point.part]):
            yield [issue, DIFFERENCE, *self.differences[point.number].cells(k, 0)[:-1]]
            counts: Sequence[int] = self.words[point.number][k].tolist()
            n = sum(counts)
            for name, count in zip(SHARES, counts, strict=True):
                share = measured(count / n if n else math.nan)
                yield [issue, name, str(n), share, "", *(measured(end) for end in wilson(count, n))]


_DEFAULT: Any = BY_NAME[LINE].default
