"""Parameters by name: how given values are found, checked and made into the record that compiled rules read.

The record, the command line's ``--set``, plans, the codebook and the page's sliders are all made from
`forumsim.core.parameter_table`. A name such as ``dialogue.level`` is the field ``dialogue_level`` of the record; Python
keywords may use either form.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from forumsim.core.errors import Problem, nearest, shown
from forumsim.core.parameter import Parameter
from forumsim.core.parameter_table import PARAMETERS
from forumsim.core.values import decimal_hint

__all__ = [
    "BY_NAME",
    "PARAMETERS",
    "PRESETS",
    "RECORD_DTYPE",
    "Parameter",
    "check_parameters",
    "check_value",
    "find_parameter",
    "make_record",
]

BY_NAME: dict[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}
_BY_KEY: dict[str, Parameter] = BY_NAME | {parameter.field: parameter for parameter in PARAMETERS}

RECORD_DTYPE = np.dtype([(parameter.field, "f8") for parameter in PARAMETERS])

#: Dialogue presets: from silence to intense talks, each adding a track to the one before.
PRESETS: dict[str, dict[str, float | None]] = {
    "none": {"dialogue.level": 0.0},
    "track2": {"dialogue.level": 0.0, "dialogue.track2": 0.5},
    "track15": {"dialogue.level": 0.0, "dialogue.track2": 0.5, "dialogue.track15": 0.5},
    "track1": {"dialogue.level": 0.5},
    "intense": {"dialogue.level": 1.0},
}


def find_parameter(key: str, own: Sequence[Parameter] = ()) -> Parameter | None:
    """The parameter of a dotted name (``dialogue.level``) or field name (``dialogue_level``), else None.

    ``own`` are the parameters of a user's extensions, which are searched as well.
    """
    found = _BY_KEY.get(key)
    return found or next((item for item in own if key in (item.name, item.field)), None)


def check_value(parameter: Parameter, value: Any, where: str) -> tuple[float, Problem | None]:
    """The value as the record stores it (NaN = unset), and the problem with it if there is one."""
    optional = parameter.default is None
    allowed = f"{parameter.low:g} to {parameter.high:g}" + (' or "unset"' if optional else "")
    if parameter.is_switch:
        allowed = "true or false"
    if optional and (value is None or value == "unset"):
        return math.nan, None
    if isinstance(value, (bool, np.bool_)):
        if not parameter.is_switch:
            return math.nan, Problem(where, f"found {str(bool(value)).lower()}, a number is needed", allowed)
        return float(value), None
    if not isinstance(value, (int, float, np.integer, np.floating)):
        return math.nan, Problem(where, f"found {shown(value)}, a number is needed", allowed, decimal_hint(value))
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        return math.nan, Problem(where, "found a number too large", allowed)
    if math.isnan(number):
        return number, Problem(where, "found NaN", allowed)
    if parameter.is_whole and not number.is_integer():
        return number, Problem(where, f"found {number:g}, a whole number is needed", allowed)
    if not parameter.low <= number <= parameter.high or (parameter.is_switch and number not in (0.0, 1.0)):
        return number, Problem(where, f"found {number:g}", allowed)
    return number, None


def check_parameters(
    values: Mapping[str, Any], where: str = "", own: Sequence[Parameter] = ()
) -> tuple[dict[str, float], list[Problem]]:
    """Sound values by dotted name as the record stores them, and all problems (unknown names, types, ranges).

    ``own`` are the parameters of a user's extensions, which are known as well.
    """
    checked: dict[str, float] = {}
    problems: list[Problem] = []
    for key, value in values.items():
        parameter = find_parameter(key, own)
        place = f"{where}{key}"
        if parameter is None:
            problems += unknown_parameter(where, key, value, [item.name for item in own])
            continue
        number, problem = check_value(parameter, value, place)
        if problem is not None:
            problems.append(problem)
        else:
            checked[parameter.name] = number
    return checked, problems


#: What is said of a name that is none of the model's.
NO_PARAMETER = "no such parameter"
#: How names with dots begin that are no parameters: fields of a scenario, and cells of its tables.
_OTHERS = ("scenario.", "actors.", "forums.", "shocks.", "channels.")


def unknown_parameter(where: str, key: str, value: Any, others: Iterable[str] = ()) -> list[Problem]:
    """The problems with a name that is no parameter.

    In TOML ``dialogue.level = 1`` without quotes is a table ``dialogue`` with a key ``level``: this is told for each
    such name.

    Parameters
    ----------
    where : str
        What stands before the name in messages.
    key, value
        As given.
    others : iterable of str
        Names that are allowed beside parameters.
    """
    if isinstance(value, Mapping) and not value.keys() <= {"from", "to", "n"}:
        return [problem for name, inner in value.items()
                for problem in _without_quotes(where, f"{key}.{name}", inner, others)]  # fmt: skip
    hint = nearest(key, [*BY_NAME, *others])
    if key.startswith(_OTHERS):
        hint = "it belongs to the scenario: give it among its fields"
    return [Problem(f"{where}{key}", NO_PARAMETER, "", hint)]


def _without_quotes(where: str, name: str, value: Any, others: Iterable[str]) -> list[Problem]:
    parts = isinstance(value, Mapping) and not value.keys() <= {"from", "to", "n"}
    if find_parameter(name) is None and (parts or not name.startswith(_OTHERS)):
        return unknown_parameter(where, name, value, others)
    found = "the name stands without quotes, so that its parts are read as tables"
    return [Problem(f"{where}{name}", found, f'"{name}" = ...', "put dotted names in quotes")]


def make_record(values: Mapping[str, float]) -> Any:
    """The record (numpy void of `RECORD_DTYPE`) that compiled rules read: defaults, then checked ``values``.

    Values of extensions' own parameters do not belong to it and are passed over.
    """
    record = np.zeros(1, dtype=RECORD_DTYPE)[0]
    for parameter in PARAMETERS:
        value = values.get(parameter.name, parameter.default)
        record[parameter.field] = math.nan if value is None else value
    return record
