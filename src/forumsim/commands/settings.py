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
    with_: Sequence[Path] | None = None,
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
    from forumsim.scenarios.overlays import read_overlay

    problems: list[Problem] = []
    title, case, laid = "the settings cannot be used", None, None
    try:
        case = load_scenario(scenario, with_=with_)
        if overlay is not None:  # what a scenario has can be told of one that is sound
            laid = read_overlay(scenario, overlay, case.extensions.parameters)
    except InputError as error:
        problems += error.problems
        title = error.title or ("" if case is None else title)
    parameters, fields, faults = _sorted(settings, preset, case, overlay=laid)
    if case is not None:
        case, wrong = _with_fields(case, fields, _SET, laid)
        faults += wrong
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
    other, wrong = _with_fields(case, fields, _TWIN)
    if problems or wrong:
        raise InputError([*problems, *wrong], "the settings of the twin cannot be used")
    return other, parameters | more, more | {field_name(name): value for name, value in fields.items()}


def _with_fields(
    case: Scenario, fields: dict[str, Any], option: str, overlay: Overlay | None = None
) -> tuple[Scenario, list[Problem]]:
    """The scenario with these fields, and what is wrong with them, in terms of the option or overlay that sets them."""
    from forumsim.scenarios.settings import field_name

    places = {field_name(key): f"{option}{field_name(key)}" for key in fields}
    if overlay is not None:
        places |= {field_name(key): overlay.place(key) for key in fields if fields[key] is overlay.fields.get(key)}
    try:
        return (case.with_fields(**fields) if fields else case), []
    except InputError as error:
        return case, [replace(problem, where=places.get(problem.where, problem.where)) for problem in error.problems]


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
