"""Targets of a calibration: what measures should come to, and how far off is far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import nearest, shown
from forumsim.core.values import decimal_hint
from forumsim.extensions import NONE, Extensions
from forumsim.plans.checking import Checks
from forumsim.running.tables import POOLED
from forumsim.scenarios.reading import decode, read_bytes, read_csv

NEEDED = ("measure", "issue", "target", "tolerance")
#: ``step`` may be left out: the end. The other two are for the reader.
ALSO = ("step", "source", "note")
END = "end"
_COLUMNS = ", ".join((*NEEDED, *ALSO))


@dataclass(frozen=True)
class Target:
    """One number that the model should come near."""

    #: as in series.csv
    measure: str
    issue: str
    #: recorded step; None for the end value of a run, which is that of summary.csv: the mean over its last
    #: ``measure.state_steps`` steps
    step: int | None
    target: float
    #: distance from the target that counts as one, above 0: the error of the observation, or what one would accept
    tolerance: float

    @property
    def when(self) -> str:
        """The step as in the file."""
        return END if self.step is None else str(self.step)

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.measure}, {self.issue}, {self.when}"

    def content(self) -> list[Any]:
        """As plain JSON values."""
        return [self.measure, self.issue, self.when, self.target, self.tolerance]


class TargetChecks(Checks):
    """Reads the CSV of targets; problems are collected with their lines.

    ``name`` is what messages call the file.
    """

    def __init__(self, path: Path, name: str, problems: list[Any], extensions: Extensions = NONE) -> None:
        super().__init__({}, name, problems, extensions)
        self.path = path
        self.rows: list[tuple[int, dict[str, str]]] = []

    def read(self) -> None:
        """Read the rows; of no use when there are problems."""
        content = read_bytes(self.path, self.where, self.problems, "a CSV of targets, also relative to the calibration")
        text = decode(self.where, content, self.problems, _COLUMNS) if content is not None else None
        table = read_csv(self.where, text, (*NEEDED, *ALSO), self.problems) if text is not None else None
        if table is None:
            return
        for name in NEEDED:
            if name not in table.columns:
                self.add("header", f"no column {name!r}", _COLUMNS)
        if not table.rows:
            self.add("rows", "there is none", "a target a row")
        self.rows = [(row, dict.fromkeys(table.columns, "") | cells) for row, cells in table.rows]

    @property
    def measures(self) -> list[str]:
        """Known measures that are named."""
        known = self.extensions.all_measures
        return list(dict.fromkeys(row["measure"] for _, row in self.rows if row.get("measure") in known))

    def targets(self, issues: Sequence[str], steps: int, every: int) -> tuple[Target, ...]:
        """The targets, checked against the scenario and what is recorded.

        Parameters
        ----------
        issues : sequence of str
            Of the scenario; empty when it could not be loaded.
        steps, every : int
            Length of a run, steps between records.
        """
        found: list[Target] = []
        for number, row in self.rows:
            if any(name not in row for name in NEEDED):
                continue
            place = f"row {number}"
            target = Target(
                row["measure"], self._issue(row, place, issues), self._step(row.get("step", ""), place, steps, every),
                self._number(row["target"], f"{place}, target"), self._number(row["tolerance"], f"{place}, tolerance"),
            )  # fmt: skip
            self.problems += self.extensions.unknown_measures([target.measure], f"{self.where}: {place}, ")
            if target.tolerance <= 0.0:
                self.add(f"{place}, tolerance", f"found {target.tolerance:g}", "a number above 0")
            if any(target.name == other.name for other in found):
                self.add(place, f"{target.name} stands twice", "a target a measure, issue and step")
            found.append(target)
        return tuple(found)

    def _issue(self, row: dict[str, str], place: str, issues: Sequence[str]) -> str:
        issue, allowed = row["issue"], (POOLED, *issues)
        if issues and issue not in allowed:
            self.add(f"{place}, issue", f"found {issue!r}", ", ".join(allowed), nearest(issue, allowed))
        measure = self.extensions.all_measures.get(row["measure"])
        if measure is not None and not measure.per_issue and issue != POOLED:
            self.add(f"{place}, issue", f"{measure.name} has no value for a single issue", POOLED)
        return issue

    def _step(self, text: str, place: str, steps: int, every: int) -> int | None:
        if text in ("", END):
            return None
        if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > steps:
            self.add(f"{place}, step", f"found {shown(text)}", f"a step from 0 to {steps}, or {END}")
            return None
        if int(text) % every:
            self.add(f"{place}, step", f"step {text} is not recorded", f"a multiple of [record] every = {every}")
        return int(text)

    def _number(self, text: str, place: str) -> float:
        try:
            number = float(text) if text.isascii() else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.add(place, f"found {shown(text)}", "a number", decimal_hint(text))
            return 1.0
        return number
