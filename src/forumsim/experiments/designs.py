"""Designs: the points of a plan, in a fixed order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Kinds of design that a plan may name.
DESIGNS = ("grid",)
#: Prefix of a varied scenario field.
FIELD = "scenario."


@dataclass(frozen=True)
class Point:
    """One point of a design.

    Attributes
    ----------
    number : int
        Place in the design, from 0.
    values : dict
        Value by varied name (dotted parameters, ``scenario.NAME``).
    """

    number: int
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """Id in the CSV: p0001 ..."""
        return f"p{self.number + 1:04d}"


def grid(vary: Mapping[str, tuple[Any, ...]]) -> Iterator[Point]:
    """All combinations, the last name varying fastest; a plan that varies nothing has one point."""
    for number, combination in enumerate(itertools.product(*vary.values())):
        yield Point(number, dict(zip(vary, combination, strict=True)))


def design_points(kind: str, vary: Mapping[str, tuple[Any, ...]]) -> tuple[Point, ...]:
    """The points of a design.

    Parameters
    ----------
    kind : str
        One of `DESIGNS`.
    vary : mapping
        Values by varied name.
    """
    if kind not in DESIGNS:
        raise ValueError(f"no design {kind!r}")
    return tuple(grid(vary))


def spread(low: float, high: float, n: int) -> tuple[float, ...]:
    """``n`` evenly spaced values from ``low`` to ``high``, rounded to 12 digits so that .1 + .2 is .3.

    Whole ends with whole distances give integers, as a scenario field of type int needs them.

    Examples
    --------
    >>> spread(0.2, 1.0, 5)
    (0.2, 0.4, 0.6, 0.8, 1.0)
    >>> spread(20, 60, 3)
    (20, 40, 60)
    """
    values = [low + (high - low) * k / (n - 1) for k in range(n)]
    rounded = tuple(float(f"{value:.12g}") for value in values)
    if isinstance(low, int) and isinstance(high, int) and all(value.is_integer() for value in rounded):
        return tuple(int(value) for value in rounded)
    return rounded
