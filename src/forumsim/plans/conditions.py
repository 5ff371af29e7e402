"""Stopping a run early: a condition on its measures that has held for some steps."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.core.errors import Problem
from forumsim.core.values import decimal_hint
from forumsim.extensions import NONE, Extensions
from forumsim.running.text import exact

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
_COMPARISON = re.compile(r"\s*([a-z_0-9]+)\s*(<=|>=|<|>)\s*([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\s*")


def parse_condition(
    text: Any, where: str, extensions: Extensions = NONE
) -> tuple[tuple[tuple[str, str, float], ...], list[Problem]]:
    """Comparisons (measure, sign, number) joined by ``and``, and what is wrong with them.

    Examples
    --------
    >>> parse_condition("fragmentation < 0.1 and enf <= 1.5", "[stop] when")
    ((('fragmentation', '<', 0.1), ('enf', '<=', 1.5)), [])
    """
    example = '"fragmentation < 0.1 and enf < 1.5"'
    if not isinstance(text, str) or not text.strip():
        return (), [Problem(where, f"found {text!r}", example)]
    comparisons, problems = [], []
    for piece in re.split(r"\band\b", text):
        match = _COMPARISON.fullmatch(piece)
        if match is None:
            hint = decimal_hint(re.split("[<>=]", piece)[-1])
            allowed = f"measure, sign and number, such as {example}"
            problems.append(Problem(where, f"found {piece.strip()!r}", allowed, hint))
            continue
        name, sign, number = match.groups()
        unknown = extensions.unknown_measures([name], f"{where}, ")
        problems += unknown
        if not unknown:
            comparisons.append((name, sign, float(number)))
    return tuple(comparisons), problems


@dataclass(frozen=True)
class Stop:
    """When a run ends before its last step."""

    #: (measure, sign, number): all must hold; a missing value does not
    comparisons: tuple[tuple[str, str, float], ...]
    issue: str = "pooled"  #: an issue of the scenario, or ``pooled``
    hold: int = 0  #: for how many steps they must have held: at every record over so many steps
    after: int = 0  #: no run ends before this step

    def content(self) -> dict[str, Any]:
        """As plain JSON values."""
        words = " and ".join(f"{name} {sign} {exact(number)}" for name, sign, number in self.comparisons)
        return {"when": words, "issue": self.issue, "for": self.hold, "after": self.after}

    def watch(
        self, scopes: tuple[str, ...], extensions: Extensions = NONE
    ) -> Callable[[int, np.ndarray[Any, Any]], bool]:
        """A watch for one run: called at each record with step and measures (issues + 1, M), it says whether to end."""
        row = scopes.index(self.issue)
        tests = [(extensions.column(name), _OPERATORS[sign], number) for name, sign, number in self.comparisons]
        since: list[int] = []

        def reached(step: int, values: np.ndarray[Any, Any]) -> bool:
            if not all(compare(values[row, column], number) for column, compare, number in tests):
                since.clear()
                return False
            if not since:
                since.append(step)
            return step - since[0] >= self.hold and step >= self.after

        return reached
