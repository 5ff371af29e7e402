"""Overlays: small TOML files that change some settings of a scenario, for a variant of it that has a name.

An overlay has the tables [fields] and [parameters] of a plan, so that it may be pasted into one, and a title. Those of
a scenario stand in the folder ``overlays`` beside its tables and go by their file's name.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.core.parameters import Parameter, check_parameters
from forumsim.scenarios.loader import find_folder
from forumsim.scenarios.reading import read_toml
from forumsim.scenarios.settings import field_name, find_setting, unknown_setting, unquoted

FOLDER = "overlays"
_KEYS = ("title", "description", "fields", "parameters")
_ALLOWED = "TOML with a title and the tables [fields] and [parameters] of a plan"


@dataclass(frozen=True)
class Overlay:
    """Settings that turn a scenario into a variant of it.

    Attributes
    ----------
    name : str
        As given: a name or a path.
    title, description : str
        For readers.
    fields : dict
        Values of the scenario's fields by name, and of cells of its tables; the scenario checks them.
    parameters : dict
        Sound values of parameters by dotted name; one that is unset is NaN.
    """

    name: str
    title: str = ""
    description: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """What messages call the setting of a key of [fields]."""
        return f"overlay {self.name}, [fields] {key}"


def list_overlays(scenario: str | os.PathLike[str]) -> list[str]:
    """Names of the overlays that come with a scenario, in alphabetical order; none where it has no folder.

    Examples
    --------
    >>> "second_geneva" in list_overlays("ai_governance"), list_overlays("two_blocs")
    (True, [])
    """
    try:
        folder = find_folder(scenario)
    except InputError:  # one of an extension, or none
        return []
    return sorted(path.stem for path in (folder / FOLDER).glob("*.toml"))


def read_overlay(
    scenario: str | os.PathLike[str], name: str | os.PathLike[str], own: Sequence[Parameter] = ()
) -> Overlay:
    """Read an overlay of a scenario by its name, or any by its path.

    Parameters
    ----------
    scenario : str or path
        A shipped name or a folder.
    name : str or path
        The name of one of `list_overlays`, or a file.
    own : sequence of Parameter
        Those of the user's extensions.

    Raises
    ------
    InputError
        All mistakes of the file at once, but for names and values of fields and cells, which the scenario checks.

    Examples
    --------
    >>> read_overlay("ai_governance", "second_geneva").fields
    {'channels.geneva_second.on': 1}
    """
    text = os.fspath(name)
    names = list_overlays(scenario)
    path = find_folder(scenario) / FOLDER / f"{text}.toml" if text in names else Path(text)
    if text not in names and not path.is_file():
        allowed = f"{', '.join(names)}, or a TOML file" if names else "a TOML file"
        raise InputError([Problem("--overlay", f"no overlay and no file {shown(text)}", allowed, nearest(text, names))])
    problems: list[Problem] = []
    read = read_toml(path, path.name, problems, _ALLOWED)
    found = _checked(text, read[1], own, problems) if read is not None else Overlay(text)
    if problems:
        raise InputError(problems, f"the overlay {text} cannot be used")
    return found


def _checked(name: str, given: Mapping[str, Any], own: Sequence[Parameter], problems: list[Problem]) -> Overlay:
    where = f"overlay {name}, "
    for key in given:
        if key not in _KEYS:
            problems.append(Problem(f"{where}{key}", "no such key", ", ".join(_KEYS), nearest(key, _KEYS)))
    texts = {key: given.get(key, "") for key in ("title", "description")}
    tables = {key: given.get(key, {}) for key in ("fields", "parameters")}
    for key, value in texts.items():
        if not isinstance(value, str):
            problems.append(Problem(f"{where}{key}", f"found {shown(value)}", "text"))
    for key, value in tables.items():
        if not isinstance(value, Mapping):
            problems.append(Problem(f"{where}{key}", f"found {shown(value)}", f"a table [{key}]"))
            tables[key] = {}
    if not any(tables.values()):
        problems.append(Problem(f"overlay {name}", "changes nothing", _ALLOWED))
    fields: dict[str, Any] = {}
    problems += unquoted(f"{where}[fields] ", tables["fields"])
    for key, value in tables["fields"].items():
        setting = find_setting(field_name(key), own)
        if setting is None:
            problems += unknown_setting(f"{where}[fields] ", key)
        elif not isinstance(value, Mapping):
            fields[setting.key] = setting.settled(value)
    parameters, faults = check_parameters(tables["parameters"], f"{where}[parameters] ", own)
    problems += faults
    return Overlay(name, str(texts["title"]), str(texts["description"]), fields, parameters)
