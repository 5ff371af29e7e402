"""The arguments of the known results: nonsense is refused with the name of what is wrong and what is allowed."""

from __future__ import annotations

from typing import Any

import numpy as np

from forumsim.core.errors import InputError, Problem
from forumsim.running.run import check_count, check_seed

__all__ = ["check_count", "check_number", "check_seed", "refuse"]


def check_number(value: Any, where: str, low: float, high: float, ends: str = "[]") -> Problem | None:
    """The problem with a number that has to lie between two bounds, if there is one.

    Parameters
    ----------
    ends : str
        Whether the bounds themselves are allowed: ``[]`` both, ``(]`` the upper one, ``[)`` the lower one.
    """
    allowed = f"a number from {low:g}{' (excluded)' * (ends[0] == '(')} to {high:g}{' (excluded)' * (ends[1] == ')')}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        return Problem(where, f"found {value!r}", allowed)
    inside = low < value < high or (value == low and ends[0] == "[") or (value == high and ends[1] == "]")
    return None if inside else Problem(where, f"found {value!r}", allowed)


def refuse(*found: Problem | None) -> None:
    """Raise all the problems that there are, at once.

    Raises
    ------
    InputError
        If there is any.
    """
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise InputError(problems)
