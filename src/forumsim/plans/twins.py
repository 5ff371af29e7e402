"""Twins: the points that the runs of a plan are compared with, seed by seed.

``[twins]`` in a plan names settings, such as ``"dialogue.level" = 0``, a preset, or ``realist = true``. The twin of a
point is the point of the same part that has these settings and is the same in all else. Points whose settings become
the same share a twin; a twin that the plan has as a point of its own is that point; a point that has these settings
already needs none. What is left are extra points, which are run as often as the points that need them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from forumsim.core.errors import InputError
from forumsim.core.parameters import PARAMETERS, PRESETS, check_value
from forumsim.plans.checking import Checks
from forumsim.plans.factors import plain
from forumsim.plans.parts import Part, Point, point_key
from forumsim.scenarios.settings import PRESET, field_name, sort_settings, unknown_setting

#: The measure on which a run and its twin are compared: a plan with twins has to record it.
COMPARED = "fragmentation_across"
_EXAMPLE = '"dialogue.level" = 0, preset = "none" or realist = true'


class TwinChecks(Checks):
    """Reads the table [twins] of a plan."""

    def twins(self, recorded: Sequence[str], scenarios: Sequence[Any]) -> dict[str, Any]:
        """The settings of twins by name; empty without the table.

        Parameters
        ----------
        recorded : sequence of str
            Measures that the plan records.
        scenarios : sequence of Scenario
            Those of the parts, with which fields of a scenario are tried.
        """
        if "twins" not in self.given:
            return {}
        given = self.table("twins")
        if isinstance(self.given["twins"], Mapping) and not given:
            self.add("[twins]", "is empty", f"settings, such as {_EXAMPLE}")
        if COMPARED not in recorded:
            self.add("[twins]", f"compares {COMPARED}, which is not recorded", f"{COMPARED} in [record] series")
        self.twice(given, "[twins]")
        settings = {name: value for key, entry in given.items() for name, value in self._setting(str(key), entry)}
        fields = sort_settings(settings).fields
        for scenario in scenarios if fields else ():
            self._fields(scenario, fields)
        return settings

    def _fields(self, scenario: Any, fields: Mapping[str, Any]) -> None:
        """Try the scenario with the fields of its twins: runs and twins are compared issue by issue."""
        try:
            other = scenario.with_fields(**fields)
        except InputError as error:
            self.note(error, {field_name(name): f"[twins] {field_name(name)}" for name in fields})
            return
        if other.issues != scenario.issues:
            self.add("[twins]", f"gives {scenario.name} other issues", "fields that leave the issues as they are")

    def _setting(self, key: str, value: Any) -> list[tuple[str, Any]]:
        """One setting as points have it, by the name that they have for it."""
        place = f"[twins] {key}"
        if key == PRESET:
            return [(PRESET, self.word(value, place, tuple(PRESETS)))]
        setting = self.setting(key)
        if setting is not None and setting.of_scenario:
            return [(setting.name, setting.settled(value))]
        if setting is None or setting.parameter is None:
            self.problems += unknown_setting(f"{self.where}: [twins] ", key, value, self.names)
            return []
        number, problem = check_value(setting.parameter, value, f"{self.where}: {place}")
        if problem is not None:
            self.problems.append(problem)
        return [(setting.name, number)]


def with_twins(
    points: Sequence[Point],
    parts: Sequence[Part],
    twins: Mapping[str, Any],
    scenarios: Sequence[Any],
    salt: Mapping[str, Any],
) -> tuple[Point, ...]:
    """The points with the numbers of their twins, and after them the twins that are no points of the plan.

    Parameters
    ----------
    points : sequence of Point
    parts : sequence of Part
    twins : mapping
        Settings of the twins; empty: the points as they are.
    scenarios : sequence of Scenario
        Those of the parts.
    salt : mapping
        What decides the results of every run, as for `make_points`.
    """
    if not twins:
        return tuple(points)
    known: dict[Any, int] = {}
    before = [_effective(parts[point.part], point, point.values, scenarios[point.part]) for point in points]
    for point, effective in zip(points, before, strict=True):
        known.setdefault(effective, point.number)
    paired: list[Point] = []
    extra: list[Point] = []
    for point, own in zip(points, before, strict=True):
        part, scenario = parts[point.part], scenarios[point.part]
        values = _with_settings(part, point.values, twins, scenario)
        effective = _effective(part, point, values, scenario)
        number = known.setdefault(effective, len(points) + len(extra))
        if number == len(points) + len(extra):
            extra.append(Point(number, point.part, values, point_key(part, values, salt), extra=True))
        paired.append(replace(point, twin=point.number if effective == own else number))
    return (*paired, *extra)


def _with_settings(part: Part, values: Mapping[str, Any], twins: Mapping[str, Any], scenario: Any) -> dict[str, Any]:
    """The values of a point with the settings of its twin over them.

    A preset is a name for some parameters. The twin's takes the place of the one that the part fixes or varies; where
    the twin has a value of its own for one of these parameters, they all stand by their own names.
    """
    values = dict(values)
    settings = {name: value for name, value in twins.items() if name != PRESET}
    preset = twins.get(PRESET)
    if preset is not None and PRESET in values:
        values[PRESET] = preset
    elif preset is not None:
        plainly = _parameters_without(scenario) | part.parameters
        without = {name: plainly[name] for name in PRESETS.get(part.preset, {})}
        settings = without | _parameters_of(preset) | settings
    if PRESET in values and settings.keys() & PRESETS[str(values[PRESET])].keys():
        values = _parameters_of(str(values.pop(PRESET))) | values
    return values | settings


def _parameters_of(preset: str) -> dict[str, float]:
    return {name: math.nan if value is None else float(value) for name, value in PRESETS[preset].items()}


def _parameters_without(scenario: Any) -> dict[str, float]:
    """Every parameter, those of extensions as well, as it is where a plan says nothing of it."""
    known = (*PARAMETERS, *scenario.extensions.parameters)
    defaults = {p.name: math.nan if p.default is None else float(p.default) for p in known}
    return defaults | scenario.extensions.check_parameters(scenario.parameters)[0]


def _effective(part: Part, point: Point, values: Mapping[str, Any], scenario: Any) -> Any:
    """All that decides the runs of a point with these values but their seeds: part, fields, every parameter."""
    fields = scenario.fields | sort_settings(values).fields
    settings = part.settings(values, _parameters_without(scenario))
    return (
        point.part,
        tuple(sorted((name, plain(value)) for name, value in fields.items())),
        tuple(plain(settings[name]) for name in sorted(settings)),
    )
