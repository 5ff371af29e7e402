"""Checks of a whole plan: its parts, and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.core.errors import nearest
from forumsim.extensions import NONE, Extensions
from forumsim.plans.checking import MOST, Checks, is_number
from forumsim.plans.conditions import Stop, parse_condition
from forumsim.plans.contrasts import ContrastChecks
from forumsim.plans.factors import MOST_POINTS
from forumsim.plans.part_checks import MOST_STEPS, PART_KEYS, PartChecks
from forumsim.plans.parts import Part
from forumsim.plans.replication import Replication
from forumsim.plans.twins import TwinChecks
from forumsim.running.tables import POOLED
from forumsim.scenarios.dated_checks import unread

KEYS = ("scenario", "steps", "replicates", "replication", "first_replicate", "seed", "title", "description", "preset",
        "fields", "parameters", "vary", "design", "interventions", "part", "record", "stop", "contrasts",
        "twins", "with")  # fmt: skip
RECORD_KEYS = ("series", "every", "detail", "snapshots")
STOP_KEYS = ("when", "issue", "for", "after")
REPLICATION_KEYS = ("minimum", "maximum", "ahead", "issue", "precision")
DETAILS = ("none", "first", "all")


class PlanChecks(Checks):
    """Checks one plan; `values` returns what the `Plan` needs and fills `problems`."""

    def __init__(
        self, given: Mapping[str, Any], where: str, folder: Path, places: Mapping[str, Path] | None = None,
        extensions: Extensions = NONE,
    ) -> None:  # fmt: skip
        super().__init__(given, where, [], extensions)
        self.folder, self.places = folder, places or {}
        self.issues: tuple[str, ...] = ()
        self.scenarios: list[Any] = []
        self.notes: list[str] = []
        self.files: dict[str, bytes] = {}  # those beside the plan, by the names that it gives them

    def place(self, name: str) -> Path:
        """Where a scenario or a file that the plan names would be, beside it or in a results folder."""
        return self.places.get(name, self.folder / name)

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the `Plan`; of no use when there are problems."""
        self.known(self.given, KEYS, "")
        parts, rows = self._parts()
        steps = max((part.steps for part in parts), default=MOST_STEPS)
        record = self._record(steps, min((part.steps for part in parts), default=1))
        replication = self._replication()
        for name in replication.precision:
            if name not in record["series"]:
                self.add("[replication] precision", f"{name} is not recorded", "a measure in [record] series")
        shared = self.given, self.where, self.problems, self.extensions
        return {
            "parts": parts,
            "rows": rows,
            "notes": self.notes,
            "replication": replication,
            "seed": self.whole(self.given.get("seed", 1), "seed", 0, 2**63 - 1),
            "stop": self._stop(steps),
            "contrasts": ContrastChecks(*shared).contrasts(parts),
            "twins": TwinChecks(*shared).twins(record["series"], self.scenarios),
            "scenarios": self.scenarios,
            **record,
        }

    # --- parts ------------------------------------------------------------------------------------------------

    def _parts(self) -> tuple[tuple[Part, ...], list[list[tuple[Any, ...]]]]:
        """The parts: one for the plan itself, or one a table [[part]], each once a scenario."""
        own = {key: self.given[key] for key in PART_KEYS if key in self.given and key != "name"}
        given = self.given.get("part", [])
        if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(p, Mapping) for p in given):
            self.add("part", f"found {given!r}", "tables: lines [[part]] and keys below them")
            given = []
        parts: list[Part] = []
        rows: list[list[tuple[Any, ...]]] = []
        names: list[str] = []
        for k, extra in enumerate(given or [{}]):
            where = f"{self.where}: [[part]] {extra.get('name', k + 1)}" if given else self.where
            Checks(extra, where, self.problems).known(extra, PART_KEYS, "")
            merged = self._merged(own, extra)
            if given and not merged.get("name"):
                merged["name"] = f"part{k + 1}"
            for one in self._each_scenario(merged):
                room = MOST_POINTS - sum(len(some) for some in rows)
                checks = PartChecks(one, where, self.place, self.problems, self.files, room, self.extensions)
                part, points = checks.part()
                parts.append(part)
                rows.append(points)
                names.append(part.name)
                if checks.scenario is not None:
                    self.scenarios.append(checks.scenario)
                    late = checks.scenario.after_end(part.steps)
                    if late and late not in self.notes:
                        self.notes.append(late)
                    self.notes += unread(checks.scenario.tables, part.varied)
                    self.issues = tuple(dict.fromkeys((*self.issues, *checks.scenario.issues)))
        self.distinct(tuple(name for name in names if name), "[[part]] name")
        return tuple(parts), rows

    def _merged(self, own: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
        """A part over what the plan says for all: fields and parameters add up, the rest is replaced."""
        merged = dict(own) | dict(extra)
        for table in ("fields", "parameters"):
            ours, theirs = own.get(table, {}), extra.get(table, {})
            if isinstance(ours, Mapping) and isinstance(theirs, Mapping) and (ours or theirs):
                merged[table] = {**ours, **theirs}
        return merged

    def _each_scenario(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """``scenario = ["a", "b"]`` is a part for each."""
        names = given.get("scenario")
        if not isinstance(names, Sequence) or isinstance(names, str):
            return [given]
        if not names:
            self.add("scenario", "the list is empty", "at least one name")
        own = given.get("name")
        return [{**given, "scenario": name, "name": f"{own} {name}" if own else str(name)} for name in names]

    # --- what the parts share ---------------------------------------------------------------------------------

    def _replication(self) -> Replication:
        given = self.table("replication")
        first = self.whole(self.given.get("first_replicate", 0), "first_replicate", 0, MOST // 2)
        if not given:
            if "replicates" not in self.given:
                self.add("replicates", "is missing", "a whole number, 1 or more, or a table [replication]")
            n = self.whole(self.given.get("replicates", 1), "replicates", 1, MOST)
            return Replication(n, n, first=first)
        if "replicates" in self.given:
            self.add("replicates", "stands beside [replication]", "one of the two")
        self.known(given, REPLICATION_KEYS, "[replication] ")
        minimum = self.whole(given.get("minimum", 10), "[replication] minimum", 2, MOST)
        maximum = self.whole(given.get("maximum", 1000), "[replication] maximum", minimum, MOST)
        ahead = self.whole(given.get("ahead", 5), "[replication] ahead", 0, 10_000)
        issue = self._issue(given, "[replication] issue")
        return Replication(minimum, maximum, ahead, issue, self._precision(given), first)

    def _precision(self, given: Mapping[str, Any]) -> dict[str, float]:
        wanted = given.get("precision")
        example = "{fragmentation_across = 0.02}"
        if not isinstance(wanted, Mapping) or not wanted:
            self.add("[replication] precision", "is missing" if wanted is None else f"found {wanted!r}", example)
            return {}
        self.problems += self.extensions.unknown_measures(list(wanted), f"{self.where}: [replication] precision, ")
        for name, width in wanted.items():
            if not is_number(width) or width <= 0:
                self.add(f"[replication] precision, {name}", f"found {width!r}", "a number above 0")
        return {name: float(width) for name, width in wanted.items() if is_number(width)}

    def _issue(self, given: Mapping[str, Any], place: str) -> str:
        issue = given.get("issue", POOLED)
        allowed = (POOLED, *self.issues)
        if issue not in allowed and self.issues:
            self.add(place, f"found {issue!r}", ", ".join(allowed), nearest(str(issue), allowed))
        return str(issue)

    def _stop(self, steps: int) -> Stop | None:
        given = self.table("stop")
        if not given:
            return None
        self.known(given, STOP_KEYS, "[stop] ")
        comparisons, problems = parse_condition(given.get("when"), f"{self.where}: [stop] when", self.extensions)
        self.problems += problems
        hold = self.whole(given.get("for", 0), "[stop] for", 0, steps)
        return Stop(comparisons, self._issue(given, "[stop] issue"), hold,
                    self.whole(given.get("after", 0), "[stop] after", 0, steps))  # fmt: skip

    def _record(self, steps: int, shortest: int) -> dict[str, Any]:
        record = self.table("record")
        self.known(record, RECORD_KEYS, "[record] ")
        names = list(self.extensions.all_measures)
        series = record.get("series", "all")
        if isinstance(series, str) and series == "all":
            wanted = set(names)
        elif isinstance(series, Sequence) and not isinstance(series, str) and series:
            wanted = {str(name) for name in series}
            place = f"{self.where}: [record] series, "
            self.problems += self.extensions.unknown_measures(sorted(wanted - set(names)), place)
        else:
            wanted = set()
            hint = nearest(str(series), names)
            self.add("[record] series", f"found {series!r}", '"all", or a list of measures', hint)
        detail = self.word(record.get("detail", "none"), "[record] detail", DETAILS)
        marks = [] if detail == "none" else [0, shortest // 3, 2 * shortest // 3, shortest]
        snapshots = record.get("snapshots", marks)
        if not isinstance(snapshots, Sequence) or isinstance(snapshots, str):
            self.add("[record] snapshots", f"found {snapshots!r}", f"a list of steps, 0 to {steps}")
            snapshots = []
        chosen = {self.whole(step, "[record] snapshots", 0, steps) for step in snapshots}
        return {
            "series": tuple(name for name in names if name in wanted),
            "every": self.whole(record.get("every", 1), "[record] every", 1, max(shortest, 1)),
            "detail": detail,
            "snapshots": tuple(sorted(chosen)),
        }
