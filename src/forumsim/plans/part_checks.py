"""Checks of one part of a plan: its scenario, what it fixes, what it varies, its design."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.core.values import parse_value
from forumsim.extensions import NONE, Extensions
from forumsim.plans.checking import MOST, Checks
from forumsim.plans.designs import DESIGNS, FROM_RANGES, MOST_LEVELS, SCREENING, MissingLibrary, rows, size
from forumsim.plans.factors import MOST_POINTS, Factor, FactorChecks, problem_of_overlap
from forumsim.plans.parts import Part
from forumsim.plans.scenario_checks import ScenarioChecks
from forumsim.scenarios.fields import hint_at_fields
from forumsim.scenarios.reading import csv_rows, decode, read_bytes
from forumsim.scenarios.settings import CELL, check_preset, field_name, unquoted

PART_KEYS = ("name", "scenario", "steps", "preset", "fields", "parameters", "vary", "design", "interventions")
MOST_STEPS = 100_000


class PartChecks(Checks):
    """Checks one part; `part` gives it with the rows of its design, of which there may be ``room`` at most.

    What it reads from files beside the plan goes into ``files``.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        where: str,
        place: Callable[[str], Path],
        problems: list[Problem],
        files: dict[str, bytes],
        room: int = MOST_POINTS,
        extensions: Extensions = NONE,
    ) -> None:
        super().__init__(given, where, problems, extensions)
        self.place, self.files, self.room = place, files, room
        self.scenario: Any = None

    def part(self) -> tuple[Part, list[tuple[Any, ...]]]:
        """The part and the values of its points; of no use when there are problems."""
        fields, parameters = self._fields(), self._parameters()
        kind, options = self._design()
        if kind == "table":
            factors, points = self._table_file(str(options.get("file", "")))
        else:
            checks = FactorChecks(self.given, self.where, self.problems, self.extensions)
            factors, points = checks.factors(kind in FROM_RANGES), []
            self._fit(kind, factors)
        self._apart(factors, fields, parameters)
        preset = str(self.given.get("preset", ""))
        wrong = check_preset(preset, f"{self.where}: preset") if preset else None
        self.problems += [wrong] if wrong else []
        checked = ScenarioChecks(self.given, self.where, self.problems, self.extensions)
        self.scenario, source = checked.scenario(self.place, fields, factors)
        hint_at_fields(self.problems, self.scenario.field_specs if self.scenario is not None else {})
        default = self.scenario.steps if self.scenario is not None else MOST_STEPS
        steps = self.whole(self.given.get("steps", default), "steps", 1, MOST_STEPS)
        if kind != "table" and not self.problems:
            points = self._points(kind, factors, options)
        if self.scenario is not None and not self.problems:
            checked.together(self.scenario, factors, points)
        digest = self.scenario.digest if self.scenario is not None else ""
        part = Part(
            str(self.given.get("name", "")), str(self.given.get("scenario", "")), source, digest, steps, preset,
            fields, parameters, factors, kind, options, self._interventions(steps, parameters),
        )  # fmt: skip
        return part, points

    # --- pieces -----------------------------------------------------------------------------------------------

    def _fields(self) -> dict[str, Any]:
        """Fixed fields of the scenario, and cells of its tables."""
        given = self.table("fields")
        self.problems += unquoted(f"{self.where}: [fields] ", given)
        plain = {key: value for key, value in given.items() if not isinstance(value, Mapping)}
        found = {key: self.setting(field_name(key)) for key in plain}
        return {key: value if (own := found[key]) is None else own.settled(value) for key, value in plain.items()}

    def _parameters(self) -> dict[str, float]:
        given = self.table("parameters")
        theirs = {key: setting for key in given if (setting := self.setting(key)) is not None and setting.of_scenario}
        for name, setting in theirs.items():
            found = "a cell of the scenario's tables" if setting.kind == CELL else "a field of the scenario"
            self.add(f"[parameters] {name}", found, "", f"write it as {setting.key!r} in [fields]")
        given = {name: value for name, value in given.items() if name not in theirs}
        checked, problems = self.extensions.check_parameters(given, f"{self.where}: [parameters] ")
        self.problems += [problem for problem in problems if problem not in self.problems]
        self.twice(given, "[parameters]")
        return checked

    def _interventions(self, steps: int, parameters: Mapping[str, float]) -> tuple[dict[str, Any], ...]:
        """What is done to every run: tables in the plan, or a file beside it."""
        given = self.given.get("interventions", [])
        if any(problem.where == f"{self.where}: steps" for problem in self.problems):
            steps = MOST_STEPS
        if isinstance(given, list) and not given:
            return ()
        from forumsim.running.interventions import check_interventions, read_interventions
        from forumsim.running.run import settle

        where = f"{self.where}: interventions"
        if isinstance(given, str):
            try:
                name, given = given, read_interventions(self.place(given))
            except InputError as error:
                self.problems += error.problems
                return ()
            content = read_bytes(self.place(name), name, self.problems)
            self.files |= {} if content is None else {name: content}
        scenario, params = settle(self.scenario, parameters) if self.scenario is not None else (None, None)
        problems = check_interventions(given, scenario, params, steps, where)
        self.problems += problems
        return () if problems else tuple(dict(entry) for entry in given)

    def _design(self) -> tuple[str, dict[str, Any]]:
        given = self.table("design")
        kind = self.word(given.get("kind", "grid"), "[design] kind", tuple(DESIGNS))
        self.known(given, ("kind", *DESIGNS[kind]), "[design] ")
        options: dict[str, Any] = {}
        for name, default in DESIGNS[kind].items():
            value = given.get(name, default)
            if value is None:
                self.add(f"[design] {name}", "is missing", "a CSV file" if name == "file" else "a whole number")
            elif name == "file":
                options[name] = str(value)
            elif isinstance(default, bool):
                options[name] = self.word(str(value).lower(), f"[design] {name}", ("true", "false")) == "true"
            else:
                most = MOST_LEVELS if name == "levels" else MOST
                options[name] = self.whole(value, f"[design] {name}", 0 if name == "seed" else 2, most)
        if kind == "saltelli" and "n" in options and options["n"] & (options["n"] - 1):
            self.add("[design] n", f"found {options['n']}", "a power of two, such as 256")
        if kind == "morris" and options.get("levels", 4) % 2:
            self.add("[design] levels", f"found {options['levels']}", "an even number, such as 4")
        return kind, options

    def _fit(self, kind: str, factors: tuple[Factor, ...]) -> None:
        """Whether the factors are such as the design takes."""
        if kind in SCREENING:
            for factor in factors:
                if not factor.is_range:
                    self.add(f"[vary] {factor.name}", "is a list", f"{{from = 0, to = 1}}: {kind} needs ranges")
        least = 2 if kind in SCREENING else 1
        if kind != "grid" and len(factors) < least and not self.problems:
            self.add("[vary]", f"names {len(factors)}", f"{least} or more names for the design {kind}")

    def _points(self, kind: str, factors: tuple[Factor, ...], options: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if not self._fits(size(kind, factors, options), "[vary]" if kind == "grid" else "[design]"):
            return []
        try:
            return rows(kind, factors, options)
        except MissingLibrary as error:
            self.add("[design] kind", f"{kind} needs SALib, which is not installed", "", str(error))
            return []

    def _fits(self, number: int, place: str) -> bool:
        """Whether so many points are not too many for one plan: known before any is made."""
        if number > self.room:
            others = "" if self.room == MOST_POINTS else f", of which the parts before leave {self.room}"
            allowed = f"at most {MOST_POINTS} points in a plan{others}"
            self.add(place, f"{number} points", allowed, "share them among several plans")
        return number <= self.room

    def _table_file(self, name: str) -> tuple[tuple[Factor, ...], list[tuple[Any, ...]]]:
        """Factors and points from a CSV: one column a name, one row a point."""
        if self.table("vary"):
            self.add("[vary]", "stands beside a table of points", "one of the two: the columns of the file are varied")
        where, before = f"{self.where}: {name}", len(self.problems)
        content = read_bytes(self.place(name), where, self.problems, "a CSV file, also relative to the plan")
        self.files |= {} if content is None else {name: content}
        text = decode(where, content, self.problems) if content is not None else None
        table = csv_rows(where, text, self.problems) if text is not None else None
        if table is None or len(self.problems) > before:
            return (), []
        if not table.rows:
            self.add(name, "has no row of values", "a header and one row a point")
            return (), []
        if not self._fits(len(table.rows), f"[design] file, {name}"):
            return (), []
        columns = {key: [self._cell(key, row.cells.get(key, "")) for row in table.rows] for key in table.columns}
        unique = {key: list(dict.fromkeys(column)) for key, column in columns.items()}
        factors = FactorChecks({"vary": unique}, f"{self.where}: {name}", self.problems, self.extensions).factors(False)
        if len(factors) != len(columns):
            return factors, []
        read = []
        for factor, column, key in zip(factors, columns.values(), columns, strict=True):
            as_checked = dict(zip(unique[key], factor.levels, strict=False))
            read.append([as_checked.get(value, value) for value in column])
        return factors, list(zip(*read, strict=True))

    def _cell(self, key: str, text: str) -> Any:
        """The value of a cell in a table of points."""
        setting = self.setting(key)
        return setting.settled(text) if setting is not None and setting.kind == CELL else parse_value(text)

    def _apart(self, factors: tuple[Factor, ...], fields: Mapping[str, Any], parameters: Mapping[str, float]) -> None:
        """Nothing may be varied and fixed at once."""
        for factor in factors:
            if factor.name in (field_name(key) for key in fields):
                self.add(f"[vary] {factor.name}", "is also fixed in [fields]", "one of the two")
            if factor.name in parameters:
                self.add(f"[vary] {factor.name}", "is also fixed in [parameters]", "one of the two")
        self.problems += problem_of_overlap(self.where, factors, parameters)
