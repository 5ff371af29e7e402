"""Scenario fields: what a user may vary of a scenario itself (``scenario.polarisation``), with type and range."""

from __future__ import annotations

import datetime
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forumsim.core.errors import Problem, nearest, shown
from forumsim.core.parameters import NO_PARAMETER, find_parameter
from forumsim.core.values import decimal_hint
from forumsim.scenarios.data import cell_of
from forumsim.scenarios.quarters import QUARTER_ALLOWED, quarter_hint, quarter_number
from forumsim.scenarios.schema import FieldText

#: Types of a field, in words.
TYPES = {"int": "a whole number", "float": "a number", "quarter": QUARTER_ALLOWED}


@dataclass(frozen=True)
class FieldSpec:
    """Declaration of one scenario field.

    Attributes
    ----------
    name : str
        Users vary it as ``scenario.NAME``.
    type : str
        ``int``, ``float`` or ``quarter``.
    default, low, high : int, float or str
        Value that is used when none is given, and the inclusive bounds.
    meaning : str
        One line.
    """

    name: str
    type: str
    default: int | float | str
    low: int | float | str
    high: int | float | str
    meaning: str

    @property
    def allowed(self) -> str:
        """What is allowed, for messages."""
        if self.type == "quarter":
            return f'a quarter from "{self.low}" to "{self.high}"'
        return f"{TYPES[self.type]} from {self.low:g} to {self.high:g}"

    def check(self, value: Any, where: str) -> tuple[Any, Problem | None]:
        """The value in the field's type, and the problem with it if there is one."""
        converted = convert(self.type, value)
        if converted is None or not rank(self.low) <= rank(converted) <= rank(self.high):
            hint = quarter_hint(value) if self.type == "quarter" else decimal_hint(value)
            given = str(value) if isinstance(value, datetime.date) else value  # as TOML has it
            return self.default, Problem(where, f"found {shown(given)}", self.allowed, hint)
        return converted, None


def rank(value: int | float | str) -> float:
    """Number by which values of a field are compared."""
    return quarter_number(value) if isinstance(value, str) else value


def convert(kind: str, value: Any) -> Any:
    """A value in a field's type, None where it has another one (or is NaN). Whole floats pass as ``int``."""
    if kind == "quarter":
        try:
            quarter_number(value)
        except (TypeError, ValueError):
            return None
        return str(value)
    number = as_number(value)
    if number is None or math.isnan(number):
        return None
    if kind == "float":
        return number
    return int(number) if number.is_integer() else None


def as_number(value: Any) -> float | None:
    """A number as such; None for anything else, and for a whole number beyond all floats."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def make_spec(name: str, text: FieldText, where: str, problems: list[Problem]) -> FieldSpec | None:
    """The checked declaration of a field, None with its problems."""
    if text.type not in TYPES:
        hint = nearest(text.type, TYPES)
        problems.append(Problem(f"{where}, key 'type'", f"found {text.type!r}", ", ".join(TYPES), hint))
        return None
    values = {}
    for key in ("default", "low", "high"):
        given = getattr(text, key)
        values[key] = convert(text.type, given)
        if values[key] is None:
            problems.append(Problem(f"{where}, key {key!r}", f"found {given!r}", TYPES[text.type]))
    if None in values.values():
        return None
    if not rank(values["low"]) <= rank(values["default"]) <= rank(values["high"]):
        allowed = f"from {values['low']} (low) to {values['high']} (high)"
        problems.append(Problem(f"{where}, key 'default'", f"found {values['default']}", allowed))
        return None
    return FieldSpec(name, text.type, values["default"], values["low"], values["high"], text.meaning)


def check_fields(
    specs: Mapping[str, FieldSpec], given: Mapping[str, Any], problems: list[Problem]
) -> dict[str, int | float | str]:
    """Values of all fields: the defaults, changed by those given; unknown names and bad values are problems."""
    values: dict[str, int | float | str] = {name: spec.default for name, spec in specs.items()}
    for key, value in given.items():
        name = key.removeprefix("scenario.")
        if name not in specs:
            allowed = ", ".join(specs) or "none: this scenario has no fields"
            hint = nearest(name, specs)
            if (parameter := find_parameter(name)) is not None:
                hint = f"{parameter.name} is a parameter of the model, and set among the parameters"
            problems.append(Problem(f"scenario.{name}", "no such field of the scenario", allowed, hint))
            continue
        values[name], problem = specs[name].check(value, f"scenario.{name}")
        if problem is not None:
            problems.append(problem)
    return values


def hint_at_fields(problems: list[Problem], specs: Mapping[str, FieldSpec], form: str = "") -> None:
    """Say of each unknown parameter that is meant for another kind of setting how that kind is written.

    Parameters
    ----------
    problems : list of Problem
        Those of unknown parameters get the hint.
    specs : mapping
        Fields of the scenario.
    form : str
        How a field or a cell is given where it is no ``scenario.NAME``; ``%r`` is the place of its name.
    """
    for k, problem in enumerate(problems):
        if problem.found != NO_PARAMETER:
            continue
        name = problem.where.rpartition(" ")[2]
        near = difflib.get_close_matches(name.removeprefix("scenario."), specs, n=1, cutoff=0.8)
        if name == "preset":
            problems[k] = replace(problem, hint="a preset is given by itself, and not among the parameters")
        elif form and (near or cell_of(name) is not None):
            problems[k] = replace(problem, hint=f"it belongs to the scenario: {form % (near[0] if near else name)}")
        elif near and "[parameters]" in problem.where:
            problems[k] = replace(problem, hint=f"a field of the scenario is set in [fields]: {near[0]} = ...")
        elif near:
            problems[k] = replace(problem, hint=f"did you mean 'scenario.{near[0]}', a field of the scenario?")
