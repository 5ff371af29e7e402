"""Checks of what a plan sets and varies of its scenarios: fields and cells of tables are tried before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError
from forumsim.plans.checking import Checks
from forumsim.plans.factors import Factor
from forumsim.scenarios.data import UNSET, cell_of, fits
from forumsim.scenarios.settings import CELL, field_name

#: Values of a varied field or cell with which the scenario is tried, and points where several of them vary together;
#: of more values or points, so many evenly spaced ones.
_TRIED, _TOGETHER = 20, 500


class ScenarioChecks(Checks):
    """Checks the scenario of one part."""

    def scenario(
        self, place: Callable[[str], Path], fields: Mapping[str, Any], factors: Sequence[Factor]
    ) -> tuple[Any, str]:
        """The scenario as the plan has it, and what the loader calls it; varied values are tried one by one.

        Parameters
        ----------
        place : callable
            Where a scenario with such a name would be beside the plan.
        fields : mapping
            Fixed fields and cells.
        factors : sequence of Factor
        """
        name = self.given.get("scenario")
        if not isinstance(name, str) or not name:
            found = "is missing" if name is None else f"found {name!r}"
            self.add("scenario", found, "the name of a scenario, or a folder", "forumsim scenarios lists them")
            return None, ""
        beside = place(name)
        source = str(beside) if (beside / "scenario.toml").is_file() else name
        scenario = self._load(source, fields)
        if scenario is None:
            scenario = self._load(source, {}, quiet=True)
        for factor in factors if scenario is not None else ():
            setting = self.setting(factor.name)
            if setting is not None and setting.of_scenario:
                self._values(scenario, setting.key, factor)
        return scenario, source

    def together(self, scenario: Any, factors: Sequence[Factor], points: Sequence[tuple[Any, ...]]) -> None:
        """Try varied fields and cells as the points have them together: one value may not fit to the other."""
        found = [(k, setting) for k, factor in enumerate(factors) if (setting := self.setting(factor.name)) is not None]
        ours = [(k, setting) for k, setting in found if setting.of_scenario]
        if len(ours) < 2 or all(setting.kind != CELL for _, setting in ours):
            return
        different = list(dict.fromkeys(tuple(point[k] for k, _ in ours) for point in points))
        for values in _spaced(different, _TOGETHER):
            before = len(self.problems)
            self._with(scenario, {setting.key: value for (_, setting), value in zip(ours, values, strict=True)})
            if len(self.problems) > before:
                return  # others may be wrong in the same way

    def _values(self, scenario: Any, key: str, factor: Factor) -> None:
        """Try the values of a varied field or cell: each by its range, and some of them in the scenario."""
        values = factor.levels or (factor.at(0.0), factor.at(1.0))
        wrong = [value for value in values if not _in_range(scenario, key, value)]
        for value in wrong[:_TRIED] or _spaced(values, _TRIED):
            self._with(scenario, {key: value})

    def _with(self, scenario: Any, fields: Mapping[str, Any]) -> None:
        """Change the scenario; mistakes are told of their place in [vary]."""
        try:
            scenario.with_fields(**fields)
        except InputError as error:
            self.note(error, {field_name(key): f"[vary] {field_name(key)}" for key in fields})

    def _load(self, source: str, fields: Mapping[str, Any], quiet: bool = False) -> Any:
        """The scenario with fixed fields and cells; mistakes in them are told of their place in [fields]."""
        from forumsim.scenarios import load_scenario

        try:
            return self.extensions.loading(load_scenario)(source, **fields)
        except InputError as error:
            if not quiet:
                self.note(error, {field_name(key): f"[fields] {key}" for key in fields})
        return None


def _in_range(scenario: Any, key: str, value: Any) -> bool:
    """Whether a value lies within the range of its field or column, as far as that is known."""
    spec, cell = scenario.field_specs.get(key), cell_of(key)
    found = fits(cell) if cell is not None else None
    if found is not None and found.is_numeric:
        return isinstance(value, (int, float)) and found.low <= value <= found.high
    if found is not None and found.words:
        return value == UNSET or value in found.words
    return spec is None or spec.check(value, "")[1] is None


def _spaced(values: Sequence[Any], most: int) -> list[Any]:
    """All of some values, or so many evenly spaced ones, the first and the last among them."""
    if len(values) <= most:
        return list(values)
    return [values[k * (len(values) - 1) // (most - 1)] for k in range(most)]
