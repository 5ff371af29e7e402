"""What is known of a scenario's names and times while its tables are checked, so that one mistake brings no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forumsim.core.errors import Problem, nearest
from forumsim.scenarios.quarters import DATE_ALLOWED, YEARS, When, quarter_name

#: Columns of ids, and of what they are: actor, forum, issue, bloc, or a side (actors or ``bloc:NAME``).
IDS: dict[str, dict[str, str]] = {
    "actors": {"bloc": "bloc", "patron": "actor", "cause": "issue"},
    "forums": {"founder": "actor", "parent": "forum", "predecessor": "forum", "gate_forum": "forum",
               "gate_issue": "issue", "mandate": "issue"},
    "memberships": {"forum": "forum", "actor": "actor"},
    "gates": {"forum": "forum", "actor": "actor"},
    "trust": {"a": "actor", "b": "actor"},
    "shocks": {"actor": "side", "other": "side", "forum": "forum", "issue": "issue"},
    "channels": {"actor": "side", "other": "side", "host": "actor"},
}  # fmt: skip


@dataclass
class Known:
    """What the tables are checked against; None where the file that says it is unreadable."""

    issues: Sequence[str] | None
    blocs: Sequence[str] | None
    start: int | None
    dated: bool
    steps: int | None
    slots: int | None
    actors: Sequence[str] | None
    forums: Sequence[str] | None
    problems: list[Problem]

    def wrong(self, where: str, found: str, allowed: str = "", hint: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem(where, found, allowed, hint))

    def known(self, name: str, what: str, where: str) -> bool:
        """Whether ``name`` is empty or an id of ``what`` (see `IDS`), as far as can be told; if not, it is noted."""
        if what == "side":
            bloc = name.startswith("bloc:")
            name, what = name.removeprefix("bloc:"), "bloc" if bloc else "actor"
        names: Sequence[str] | None = getattr(self, f"{what}s")
        if not name or names is None or name in names:
            return True
        allowed = (", ".join(names) or "none") if len(names) <= 12 else f"one of the {len(names)} ids of {what}s"
        self.wrong(where, f"no {what} {name!r}", allowed, nearest(name, names))
        return False

    def step(self, when: When | None) -> int | None:
        """The step of a date, None where it cannot be told."""
        return when.step(self.start) if when is not None and (when.is_step or self.start is not None) else None


class RowCheck:
    """A row of a table that is being checked, against what is ``known``."""

    def __init__(self, table: str, row: Any, known: Known) -> None:
        self.where, self.row, self.known, self.ids = f"{table}.csv, row {row.row}", row, known, IDS[table]

    def cell(self, column: str) -> str:
        """What messages call one of its cells."""
        return f"{self.where}, column {column!r}"

    def wrong(self, column: str, found: str, allowed: str, hint: str = "") -> None:
        """Note a mistake in a cell."""
        self.known.wrong(self.cell(column), found, allowed, hint)

    def names(self) -> set[str]:
        """Note ids that do not exist, and dates of the calendar in a scenario without one; columns of unknown ids."""
        unknown = set()
        for column, what in self.ids.items():
            given = getattr(self.row, column)
            for name in given if isinstance(given, list) else [given]:
                if not self.known.known(name, what, self.cell(column)):
                    unknown.add(column)
        for column, when in self.row:
            if isinstance(when, When) and when.is_step and self.known.dated and when.value in YEARS:
                hint = f"for the year write {when.value}-01-01 or {when.value}-Q1"
                self.wrong(column, f"found {when.value}, which counts steps from the start", DATE_ALLOWED, hint)
            elif isinstance(when, When) and not when.is_step and not self.known.dated:
                found = f"found a date ({quarter_name(when.value)}) although scenario.toml has no 'start'"
                self.wrong(column, found, "a whole number of steps from the start")
        return unknown
