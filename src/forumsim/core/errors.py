"""Errors for the person who made the mistake: where, what was found, what is allowed, the nearest right name."""

from __future__ import annotations

import contextlib
import difflib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One mistake in an input.

    Attributes
    ----------
    where : str
        File, table, row or key.
    found : str
        What is wrong there, with the value found.
    allowed : str
        What is allowed, or empty.
    hint : str
        The nearest right name or what to do, or empty.
    """

    where: str
    found: str
    allowed: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.hint:
            text += f" ({self.hint})"
        return text


class InputError(ValueError):
    """All the mistakes of an input at once; the command line prints them and exits with status 2."""

    def __init__(self, problems: Iterable[Problem], title: str = "") -> None:
        self.problems = tuple(dict.fromkeys(problems))  # parts of a plan share what they do not say themselves
        self.title = title
        lines = [title] if title else []
        lines += [f"  {problem}" for problem in self.problems] if title else [str(p) for p in self.problems]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...], str]]:
        return (InputError, (self.problems, self.title))


def nearest(name: str, names: Iterable[str]) -> str:
    """``did you mean ...?`` with the nearest of the names, or an empty string."""
    lowered = {other.lower(): other for other in names}
    match = difflib.get_close_matches(str(name).lower(), list(lowered), n=1, cutoff=0.6)
    return f"did you mean {lowered[match[0]]!r}?" if match else ""


@contextlib.contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Let the mistakes of the block join others instead of ending the search for the next.

    Examples
    --------
    >>> problems = [Problem("seed", "found -1")]
    >>> with collected(problems):
    ...     raise InputError([Problem("steps", "found 0")])
    >>> [problem.where for problem in problems]
    ['seed', 'steps']
    """
    try:
        yield
    except InputError as error:
        problems += [problem for problem in error.problems if problem not in problems]


#: Longest value that a message shows whole.
_SHOWN = 80


def shown(value: Any) -> str:
    """A value as messages show it: as Python writes it, cut where it is long; of whole numbers the count of digits."""
    if isinstance(value, int) and abs(value) >= 10**_SHOWN:
        return f"a number of {math.floor(math.log10(abs(value))) + 1} digits"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
