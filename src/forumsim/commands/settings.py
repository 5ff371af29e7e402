"""``--set name=value``, ``--preset`` and ``--overlay`` as parameters and fields."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forumsim.core.errors import InputError, Problem, shown
from forumsim.core.values import parse_value

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario
    from forumsim.scenarios.overlays import Overlay

_SET, _TWIN = "--set ", "--twin "


def load_case(
    scenario: str,
    settings: Sequence[str],
    preset: str | None = None,
    with_: Sequence[Path] = (),
    overlay: str | None = None,
) -> tuple[Scenario, dict[str, Any], dict[str, Any]]:
    """A scenario with extensions and the fields that were set, the parameters, and these fields.

    What an overlay sets wins over the preset, and what is set by itself over both.

    Raises
    ------
    InputError
        Every mistake of the scenario and of the settings at once.
    """
    from forumsim.scenarios import load_scenario

    problems: list[Problem] = []
    title, case = "the settings cannot be used", None
    try:
        case = load_scenario(scenario, with_=with_)
    except InputError as error:
        problems += error.problems
        title = error.title
    laid = None
    if overlay is not None and case is not None:  # what a scenario has can be told of one that is sound
        from forumsim.scenarios.overlays import read_overlay

        try:
            laid = read_overlay(scenario, overlay, case.extensions.parameters)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            title = error.title or title
    parameters, fields, faults = _sorted(settings, preset, case, overlay=laid)
    if case is not None and fields:
        try:
            case = case.with_fields(**fields)
        except InputError as error:
            from forumsim.scenarios.settings import field_name

            ours = {field_name(key): f"{_SET}{field_name(key)}" for key in fields}
            theirs = {} if laid is None else {key: value for key, value in laid.fields.items() if fields[key] is value}
            ours |= {field_name(key): laid.place(key) for key in theirs} if laid is not None else {}
            faults += [replace(problem, where=ours.get(problem.where, problem.where)) for problem in error.problems]
    if problems and faults:
        title = f"{title or 'there is no such scenario'}, nor can the settings"
    if problems or faults or case is None:
        raise InputError([*problems, *faults], title)
    return case, parameters, fields


def load_twin(
    case: Scenario, parameters: dict[str, Any], settings: Sequence[str]
) -> tuple[Scenario, dict[str, Any], dict[str, Any]]:
    """The scenario and the parameters of a run's twin, and the settings of ``--twin`` as a plan takes them.

    Raises
    ------
    InputError
        Every mistake of the settings at once.
    """
    from forumsim.scenarios.settings import field_name

    more, fields, problems = _sorted(settings, None, case, _TWIN)
    other = case
    try:
        other = case.with_fields(**fields) if fields else case
    except InputError as error:
        ours = {field_name(name): f"{_TWIN}{field_name(name)}" for name in fields}
        problems += [replace(problem, where=ours.get(problem.where, problem.where)) for problem in error.problems]
    if problems:
        raise InputError(problems, "the settings of the twin cannot be used")
    return other, parameters | more, more | {field_name(name): value for name, value in fields.items()}


def parse_settings(settings: Iterable[str], preset: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and scenario fields of ``--preset`` and ``--set``; a ``--set`` wins over the preset.

    Returns
    -------
    parameters : dict
        By dotted name.
    fields : dict
        Scenario fields, without the leading ``scenario.``, and cells of its tables.

    Raises
    ------
    InputError
        All unreadable settings, unknown presets and parameters, and values out of range at once. Fields are checked
        by the scenario.
    """
    parameters, fields, problems = _sorted(settings, preset)
    if problems:
        raise InputError(problems, "the settings cannot be used")
    return parameters, fields


def _sorted(
    settings: Iterable[str],
    preset: str | None,
    case: Scenario | None = None,
    option: str = _SET,
    overlay: Overlay | None = None,
) -> tuple[dict[str, Any], dict[str, Any], list[Problem]]:
    """Parameters, fields and problems; where the scenario is known, a name that is a field of it gets a hint."""
    from forumsim.core.parameters import PRESETS, check_parameters
    from forumsim.scenarios.settings import CELL, PRESET, check_preset, find_setting, unknown_setting

    problems: list[Problem] = []
    faults: list[Problem] = []
    fields: dict[str, Any] = {} if overlay is None else dict(overlay.fields)
    given: dict[str, Any] = {}
    own = () if case is None else case.extensions.parameters
    wrong = None if preset is None else check_preset(preset, "--preset")
    problems += [wrong] if wrong else []
    for text in settings:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            problems.append(Problem(option.strip(), f"found {shown(text)}", "name=value, such as dialogue.level=0.6"))
            continue
        setting = find_setting(name, own)
        if setting is None or setting.kind == PRESET:
            faults += unknown_setting(option, name, None, [item.name for item in own])
        elif setting.of_scenario:
            fields[setting.key] = setting.settled(value if setting.kind == CELL else parse_value(value))
        else:
            given[name] = parse_value(value)
    checked, more = check_parameters(given, option, own)
    faults += more
    if case is not None and faults:
        from forumsim.scenarios.fields import hint_at_fields

        hint_at_fields(faults, case.field_specs)
    both = (overlay.parameters if overlay is not None else {}) | checked
    values = {name: "unset" if math.isnan(value) else value for name, value in both.items()}
    return {**PRESETS.get(preset or "", {}), **values}, fields, [*problems, *faults]
