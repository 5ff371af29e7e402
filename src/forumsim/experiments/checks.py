"""The checks of a plan: every mistake becomes a `Problem`, none stops the search for the next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.errors import InputError, Problem, nearest
from forumsim.experiments.designs import DESIGNS, FIELD, spread
from forumsim.measures import MEASURES, unknown_measures
from forumsim.parameters import BY_NAME, check_parameters, check_value, find_parameter

KEYS = ("scenario", "steps", "replicates", "seed", "title", "description", "fields", "parameters", "vary", "design",
        "record")  # fmt: skip
RECORD_KEYS = ("series", "every", "detail", "snapshots")
DETAILS = ("none", "first", "all")
MOST = 2**31 - 1  # what any reader of the CSV takes for an integer
MOST_STEPS = 100_000


class Checker:
    """Checks one plan; `values` returns what the `Plan` needs and fills `problems`."""

    def __init__(self, given: Mapping[str, Any], where: str, folder: Path) -> None:
        self.given = given
        self.where = where
        self.folder = folder
        self.problems: list[Problem] = []

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the `Plan`; of no use when there are problems."""
        given = self.given
        self._known(given, KEYS, "")
        fields = dict(self._table("fields"))
        parameters = self._parameters()
        vary = self._vary(fields, parameters)
        scenario, source = self._scenario(fields, vary)
        default = scenario.steps if scenario is not None else MOST_STEPS
        steps = self._whole(given.get("steps", default), "steps", 1, MOST_STEPS)
        design = self._table("design")
        self._known(design, ("kind",), "[design] ")
        kind = design.get("kind", "grid")
        if kind not in DESIGNS:
            self._add("[design] kind", f"found {kind!r}", ", ".join(DESIGNS), nearest(str(kind), DESIGNS))
        if "replicates" not in given:
            self._add("replicates", "is missing", "a whole number, 1 or more")
        return {
            "scenario": str(given.get("scenario", "")),
            "source": source,
            "steps": steps,
            "replicates": self._whole(given.get("replicates", 1), "replicates", 1, MOST),
            "seed": self._whole(given.get("seed", 1), "seed", 0, 2**63 - 1),
            "fields": fields,
            "parameters": parameters,
            "vary": vary,
            "design": kind,
            **self._record(steps),
        }

    # --- pieces of the plan -----------------------------------------------------------------------------------

    def _parameters(self) -> dict[str, float]:
        given = self._table("parameters")
        for name in (key for key in given if key.startswith(FIELD)):
            hint = f"write it as {name.removeprefix(FIELD)!r} in [fields]"
            self._add(f"[parameters] {name}", "a field of the scenario", "", hint)
        given = {name: value for name, value in given.items() if not name.startswith(FIELD)}
        checked, problems = check_parameters(given, f"{self.where}: [parameters] ")
        self.problems += problems
        self._twice(given, "[parameters]")
        return checked

    def _vary(self, fields: Mapping[str, Any], parameters: Mapping[str, float]) -> dict[str, tuple[Any, ...]]:
        given = self._table("vary")
        vary: dict[str, tuple[Any, ...]] = {}
        self._twice(given, "[vary]")
        for key, value in given.items():
            place = f"[vary] {key}"
            values = self._levels(value, place)
            if key.startswith(FIELD):
                vary[key] = values
                if key.removeprefix(FIELD) in fields:
                    self._add(place, "is also fixed in [fields]", "one of the two")
                continue
            parameter = find_parameter(key)
            if parameter is None:
                self._add(place, "no such parameter", "", nearest(key, BY_NAME))
                continue
            if parameter.name in parameters:
                self._add(place, "is also fixed in [parameters]", "one of the two")
            checked = [check_value(parameter, level, f"{self.where}: {place}") for level in values]
            self.problems += [problem for _, problem in checked if problem is not None]
            vary[parameter.name] = self._distinct(tuple(number for number, _ in checked), place)
        return vary

    def _levels(self, value: Any, place: str) -> tuple[Any, ...]:
        """The values of one name: a list, or {from, to, n} for n evenly spaced ones."""
        if isinstance(value, Mapping):
            self._known(value, ("from", "to", "n"), f"{place}, ")
            missing = [key for key in ("from", "to", "n") if key not in value]
            if missing:
                self._add(place, f"{', '.join(missing)} missing", "{from = 0, to = 1, n = 5}")
                return ()
            ends = [value["from"], value["to"]]
            if not all(_is_number(end) for end in ends):
                self._add(place, f"found from = {ends[0]!r}, to = {ends[1]!r}", "finite numbers")
                return ()
            n = self._whole(value["n"], f"{place}, n", 2, 1_000_000)
            return spread(ends[0], ends[1], n)
        if not isinstance(value, Sequence) or isinstance(value, str):
            self._add(place, f"found {value!r}", "a list of values, or {from = 0, to = 1, n = 5}")
            return ()
        if not value:
            self._add(place, "the list is empty", "at least one value")
        return self._distinct(tuple(value), place) if all(_is_scalar(item) for item in value) else tuple(value)

    def _scenario(self, fields: Mapping[str, Any], vary: Mapping[str, tuple[Any, ...]]) -> tuple[Any, str]:
        """The scenario as the plan has it, and what the loader calls it; varied values are tried one by one."""
        name = self.given.get("scenario")
        if not isinstance(name, str) or not name:
            found = "is missing" if name is None else f"found {name!r}"
            self._add("scenario", found, "the name of a scenario, or a folder", "forumsim scenarios lists them")
            return None, ""
        beside = self.folder / name
        source = str(beside) if (beside / "scenario.toml").is_file() else name
        scenario = self._load(source, fields)
        if scenario is None:
            return self._load(source, {}, quiet=True), source
        for key, values in vary.items():
            if key.startswith(FIELD):
                for value in values:
                    if self._load(source, {**fields, key.removeprefix(FIELD): value}) is None and len(values) > 20:
                        break
        return scenario, source

    def _load(self, source: str, fields: Mapping[str, Any], quiet: bool = False) -> Any:
        from forumsim.scenarios import load_scenario

        try:
            return load_scenario(source, **fields)
        except InputError as error:
            if not quiet:
                self.problems += [problem for problem in error.problems if problem not in self.problems]
        return None

    def _record(self, steps: int) -> dict[str, Any]:
        record = self._table("record")
        self._known(record, RECORD_KEYS, "[record] ")
        names = [measure.name for measure in MEASURES]
        series = record.get("series", "all")
        if isinstance(series, str) and series == "all":
            wanted = set(names)
        elif isinstance(series, Sequence) and not isinstance(series, str) and series:
            wanted = {str(name) for name in series}
            self.problems += unknown_measures(sorted(wanted - set(names)), f"{self.where}: [record] series, ")
        else:
            wanted = set()
            hint = nearest(str(series), names)
            self._add("[record] series", f"found {series!r}", '"all", or a list of measures', hint)
        detail = record.get("detail", "none")
        if detail not in DETAILS:
            self._add("[record] detail", f"found {detail!r}", ", ".join(DETAILS), nearest(str(detail), DETAILS))
        marks = [] if detail == "none" else [0, steps // 3, 2 * steps // 3, steps]
        snapshots = record.get("snapshots", marks)
        if not isinstance(snapshots, Sequence) or isinstance(snapshots, str):
            self._add("[record] snapshots", f"found {snapshots!r}", f"a list of steps, 0 to {steps}")
            snapshots = []
        chosen = {self._whole(step, "[record] snapshots", 0, steps) for step in snapshots}
        return {
            "series": tuple(name for name in names if name in wanted),
            "every": self._whole(record.get("every", 1), "[record] every", 1, max(steps, 1)),
            "detail": detail,
            "snapshots": tuple(sorted(chosen)),
        }

    # --- helpers ----------------------------------------------------------------------------------------------

    def _add(self, place: str, found: str, allowed: str = "", hint: str = "") -> None:
        self.problems.append(Problem(f"{self.where}: {place}", found, allowed, hint))

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self.given.get(key, {})
        if isinstance(table, Mapping):
            return table
        self._add(key, f"found {table!r}", f"a table: a line [{key}] and keys below it")
        return {}

    def _known(self, table: Mapping[str, Any], allowed: Iterable[str], place: str) -> None:
        allowed = tuple(allowed)
        for key in table:
            if key not in allowed:
                self._add(f"{place}{key}", "no such key", ", ".join(allowed), nearest(key, allowed))

    def _whole(self, value: Any, place: str, low: int, high: int) -> int:
        allowed = f"a whole number, {low} or more" if high >= MOST else f"a whole number, {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int):
            self._add(place, f"found {value!r}", allowed)
            return low
        if not low <= value <= high:
            self._add(place, f"found {value}", allowed)
            return low
        return value

    def _twice(self, table: Mapping[str, Any], place: str) -> None:
        """``dialogue.level`` and ``dialogue_level`` are the same parameter."""
        seen: dict[str, str] = {}
        for key in table:
            parameter = find_parameter(key)
            if parameter is not None and parameter.name in seen:
                self._add(f"{place} {key}", f"is the same parameter as {seen[parameter.name]!r}", "one of the two")
            elif parameter is not None:
                seen[parameter.name] = key

    def _distinct(self, values: tuple[Any, ...], place: str) -> tuple[Any, ...]:
        for k, value in enumerate(values):
            if value in values[:k]:
                self._add(place, f"{value!r} stands twice", "different values")
        return values


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (int, float, str)) or hasattr(value, "dtype")
