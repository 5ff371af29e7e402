"""Checks of what Python code hands to a run: counts, seeds, and mappings of parameters and of fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from forumsim.core.errors import Problem, shown

#: Largest seed that a run takes: seeds stay below 2**31 so that Stata and R read them as integers.
MAX_SEED = 2**31 - 1
#: Most steps of a run.
MOST_STEPS = 100_000


def check_seed(seed: Any, where: str = "seed") -> Problem | None:
    """The problem with a seed, if there is one."""
    return check_count(seed, where, 0, MAX_SEED)


def check_count(value: Any, where: str, low: int = 1, high: int = MOST_STEPS) -> Problem | None:
    """The problem with a number of steps or the like, if there is one."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
    if whole and low <= value <= high:
        return None
    return Problem(where, f"found {shown(value)}", f"a whole number from {low} to {high}")


def mapping(value: Any, where: str, example: str, problems: list[Problem]) -> dict[str, Any]:
    """The given settings by name; empty, with a problem, where they are no mapping from text.

    Parameters
    ----------
    value : mapping or None
    where : str
        The argument.
    example : str
        What it may look like, for the message.
    problems : list of Problem
    """
    if value is None or (isinstance(value, Mapping) and all(isinstance(name, str) for name in value)):
        return dict(value or {})
    problems.append(Problem(where, f"found {shown(value)}", f"a dict such as {example}"))
    return {}


def whole_numbers(values: Any, where: str, low: int, high: int, problems: list[Problem]) -> list[int]:
    """Sorted whole numbers without repetition; what is none becomes a problem."""
    if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
        problems.append(Problem(where, f"found {shown(values)}", f"a list of whole numbers from {low} to {high}"))
        return []
    given = list(values)
    wrong = [problem for value in given for problem in [check_count(value, where, low, high)] if problem]
    problems += wrong
    return [] if wrong else sorted({int(value) for value in given})
