"""``--set name=value`` and ``--preset``: text from the command line becomes parameters and fields, and the reverse."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.values import parse_value

_SCENARIO = "scenario."


def command_line(
    command: str,
    scenario: str,
    seed: int,
    steps: int,
    preset: str,
    fields: Mapping[str, Any],
    parameters: Mapping[str, Any],
    more: Iterable[str] = (),
) -> str:
    """The line that a user types for a run with these settings, quoted for a shell; ``command`` is run or view."""
    words = ["forumsim", command, scenario, "--seed", str(seed), "--steps", str(steps)]
    if preset:
        words += ["--preset", preset]
    for prefix, values in ((_SCENARIO, fields), ("", parameters)):
        for name, value in values.items():
            text = str(value).lower() if isinstance(value, bool) else "unset" if value != value else str(value)
            words += ["--set", f"{prefix}{name}={text}"]
    return shlex.join([*words, *more])


def parse_settings(settings: Iterable[str], preset: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters and scenario fields of ``--preset`` and ``--set``; a ``--set`` wins over the preset.

    Returns
    -------
    parameters : dict
        By dotted name.
    fields : dict
        Scenario fields, without the leading ``scenario.``.

    Raises
    ------
    InputError
        All unreadable settings, unknown presets and parameters, and values out of range at once. Fields are checked
        by the scenario.
    """
    from forumsim.core.parameters import PRESETS, check_parameters

    problems: list[Problem] = []
    parameters: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    if preset is not None and preset not in PRESETS:
        hint = nearest(preset, PRESETS)
        problems.append(Problem("--preset", f"no preset {preset!r}", ", ".join(PRESETS), hint))
    given: dict[str, Any] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            problems.append(Problem("--set", f"found {text!r}", "name=value, such as dialogue.level=0.6"))
        elif name.startswith(_SCENARIO):
            fields[name.removeprefix(_SCENARIO)] = parse_value(value)
        else:
            given[name] = parse_value(value)
    checked, faults = check_parameters(given, "--set ")
    problems += faults
    if problems:
        raise InputError(problems, "the settings cannot be used")
    parameters.update(PRESETS.get(preset or "", {}))
    parameters.update({name: "unset" if math.isnan(value) else value for name, value in checked.items()})
    return parameters, fields
