"""What the checks of a plan share: every mistake becomes a `Problem`, none stops the search for the next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.extensions import NONE, Extensions
from forumsim.scenarios.settings import PARAMETER, PRESET, Setting, find_setting

MOST = 2**31 - 1  # what any reader of the CSV takes for an integer


class Checks:
    """Collects problems about one mapping of a plan.

    Parameters
    ----------
    given : mapping
        The table as read.
    where : str
        File, and the table within it, as messages call them.
    problems : list of Problem
        Where mistakes go.
    extensions : Extensions
        The user's own rules and measures, whose names are known beside those of the model.
    """

    def __init__(
        self, given: Mapping[str, Any], where: str, problems: list[Problem], extensions: Extensions = NONE
    ) -> None:
        self.given, self.where, self.problems, self.extensions = given, where, problems, extensions

    def add(self, place: str, found: str, allowed: str = "", hint: str = "") -> None:
        """Note a mistake."""
        problem = Problem(f"{self.where}: {place}", found, allowed, hint)
        if problem not in self.problems:
            self.problems.append(problem)

    def note(self, error: InputError, places: Mapping[str, str]) -> None:
        """Note the problems of a scenario, those with settings of the plan at their places in it."""
        for problem in error.problems:
            place = places.get(problem.where)
            found = problem if place is None else replace(problem, where=f"{self.where}: {place}")
            self.problems += [found] if found not in self.problems else []

    def table(self, key: str) -> Mapping[str, Any]:
        """A table within the table; empty where there is none, or something else."""
        table = self.given.get(key, {})
        if isinstance(table, Mapping):
            return table
        self.add(key, f"found {shown(table)}", f"a table: a line [{key}] and keys below it")
        return {}

    def known(self, table: Mapping[str, Any], allowed: Iterable[str], place: str) -> None:
        """Every key must be one of the allowed."""
        allowed = tuple(allowed)
        for key in table:
            if key not in allowed:
                self.add(f"{place}{key}", "no such key", ", ".join(allowed), nearest(key, allowed))

    def whole(self, value: Any, place: str, low: int, high: int) -> int:
        """A whole number within bounds; ``low`` in the place of a wrong one."""
        allowed = f"a whole number, {low} or more" if high >= MOST else f"a whole number, {low} to {high}"
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(place, f"found {shown(value)}", allowed)
            return low
        if not low <= value <= high:
            above = f"a whole number, {low} to {high}" if value > high else allowed
            self.add(place, f"found {shown(value)}", above)
            return low
        return value

    def word(self, value: Any, place: str, allowed: Sequence[str]) -> str:
        """One of some words; the first in the place of a wrong one."""
        if value in allowed:
            return str(value)
        self.add(place, f"found {shown(value)}", ", ".join(allowed), nearest(str(value), allowed))
        return allowed[0]

    def setting(self, name: str) -> Setting | None:
        """What a name stands for that is set or varied."""
        return find_setting(name, self.extensions.parameters)

    @property
    def names(self) -> list[str]:
        """Names that may be set and varied beside those of the model's parameters, for hints."""
        return [PRESET, *(own.name for own in self.extensions.parameters)]

    def twice(self, table: Mapping[str, Any], place: str) -> None:
        """``dialogue.level`` and ``dialogue_level`` are the same parameter."""
        seen: dict[str, str] = {}
        for key in table:
            setting = self.setting(key)
            if setting is None or setting.kind != PARAMETER:
                continue
            if setting.name in seen:
                self.add(f"{place} {key}", f"is the same parameter as {seen[setting.name]!r}", "one of the two")
            seen.setdefault(setting.name, key)

    def distinct(self, values: tuple[Any, ...], place: str) -> tuple[Any, ...]:
        """No value may stand twice."""
        seen: set[Any] = set()
        for value in values:
            if value in seen:
                self.add(place, f"{shown(value)} stands twice", "different values")
            seen.add(value)
        return values


def is_number(value: Any) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_scalar(value: Any) -> bool:
    """Whether it may be one value of a parameter or field."""
    return isinstance(value, (int, float, str, np.generic))
