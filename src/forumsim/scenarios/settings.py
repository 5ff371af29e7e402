"""What a name stands for that a user sets or varies, wherever it stands: ``--set``, a plan, the page, Python, results.

Four kinds of names are known: ``dialogue.level`` is a parameter of the model (or of an extension), ``scenario.start`` a
field of the scenario, ``actors.USA.power`` a cell of its tables, and ``preset`` sets several parameters at once.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from forumsim.core.errors import Problem, nearest, shown
from forumsim.core.parameters import PRESETS, Parameter, find_parameter, unknown_parameter
from forumsim.scenarios.data import NAMED_TABLES, cell_of, settle_value

#: Kinds of settings.
PARAMETER, FIELD, CELL, PRESET = "parameter", "field", "cell", "preset"
_PREFIX = "scenario."
#: Longest name of a column.
_LONGEST = 32


class Setting(NamedTuple):
    """What a name stands for.

    Attributes
    ----------
    kind : str
        ``parameter``, ``field``, ``cell`` or ``preset``.
    name : str
        The whole name, however it was written: ``dialogue.level``, ``scenario.start``, ``actors.USA.power``.
    parameter : Parameter or None
    """

    kind: str
    name: str
    parameter: Parameter | None = None

    @property
    def of_scenario(self) -> bool:
        """Whether it belongs to the scenario: a field, or a cell of its tables."""
        return self.kind in (FIELD, CELL)

    @property
    def key(self) -> str:
        """The name under which the table [fields] of a plan and `load_scenario` take it."""
        return self.name.removeprefix(_PREFIX)

    def settled(self, value: Any) -> Any:
        """A given value in the form in which plans keep it; whether it is right the checks say."""
        cell = cell_of(self.name) if self.kind == CELL else None
        if cell is not None:
            return settle_value(cell, value)
        if self.kind == PARAMETER and value == "unset":
            return math.nan
        return float(value) if self.kind == PARAMETER and isinstance(value, (int, float)) else value


class Settings(NamedTuple):
    """Settings sorted by what they stand for: parameters by name, fields and cells by key, the preset or ""."""

    parameters: dict[str, Any]
    fields: dict[str, Any]
    preset: str


def find_setting(name: str, own: Sequence[Parameter] = (), fields: Collection[str] = ()) -> Setting | None:
    """What a name stands for; None where it is none of these kinds.

    Parameters
    ----------
    name : str
        As a user wrote it; a parameter also with underscores (``dialogue_level``).
    own : sequence of Parameter
        Those of the user's extensions.
    fields : collection of str
        Fields of the scenario that may stand without ``scenario.`` before them.

    Examples
    --------
    >>> find_setting("dialogue_level").name, find_setting("scenario.start").key
    ('dialogue.level', 'start')
    >>> find_setting("forums.GPAI.admission").kind, find_setting("polarization")
    ('cell', None)
    """
    parameter = find_parameter(name, own)
    if parameter is not None:
        return Setting(PARAMETER, parameter.name, parameter)
    if name == PRESET:
        return Setting(PRESET, name)
    if name.startswith(_PREFIX) or name in fields:
        return Setting(FIELD, field_name(name))
    return Setting(CELL, name) if cell_of(name) is not None else None


def field_name(key: str) -> str:
    """The whole name of a key of the table [fields].

    Examples
    --------
    >>> field_name("polarisation"), field_name("actors.USA.power")
    ('scenario.polarisation', 'actors.USA.power')
    """
    return key if key.startswith(_PREFIX) or cell_of(key) is not None else f"{_PREFIX}{key}"


def column_name(varied: str) -> str:
    """Column of a varied name in the tables of results: at most 32 letters, digits and underscores, as Stata needs.

    A longer name is cut, and gets four hexadecimal digits of its SHA-256.

    Examples
    --------
    >>> column_name("dialogue.level"), column_name("actors.USA.position_military")
    ('dialogue_level', 'actors_USA_position_military')
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", varied)
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 5]}_{hashlib.sha256(varied.encode()).hexdigest()[:4]}"


def sort_settings(values: Mapping[str, Any], own: Sequence[Parameter] = ()) -> Settings:
    """Settings that are known, by what they stand for; names of none of the kinds count as parameters."""
    parameters: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    preset = ""
    for name, value in values.items():
        setting = find_setting(name, own)
        if setting is not None and setting.of_scenario:
            fields[setting.key] = value
        elif setting is not None and setting.kind == PRESET:
            preset = str(value)
        else:
            parameters[name if setting is None else setting.name] = value
    return Settings(parameters, fields, preset)


def check_preset(value: Any, where: str) -> Problem | None:
    """The problem with the name of a preset, if there is one."""
    if isinstance(value, str) and value in PRESETS:
        return None
    return Problem(where, f"no preset {shown(value)}", ", ".join(PRESETS), nearest(str(value), PRESETS))


def unknown_setting(where: str, name: str, value: Any = None, others: Sequence[str] = ()) -> list[Problem]:
    """The problems with a name that is none of the kinds.

    Parameters
    ----------
    where : str
        What stands before the name in messages.
    name, value
        As given. A table is a name with dots that stands without quotes, so that TOML reads its parts as tables.
    others : sequence of str
        Names that are allowed beside those of the model's parameters.
    """
    table, _, rest = name.partition(".")
    near = difflib.get_close_matches(table, NAMED_TABLES, n=1, cutoff=0.6) if "." in rest else []
    if near:
        return [Problem(f"{where}{name}", "no such name", "", f"did you mean '{near[0]}.{rest}'?")]
    return unknown_parameter(where, name, value, others)


def unquoted(where: str, table: Mapping[str, Any]) -> list[Problem]:
    """The problems with names of cells that stand without quotes in the table [fields]: ``actors.USA.power = 0.4``."""
    tables = {name: value for name, value in table.items() if name in NAMED_TABLES and isinstance(value, Mapping)}
    return [problem for name, value in tables.items() for problem in unknown_parameter(where, name, value)]
