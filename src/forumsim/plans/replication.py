"""How often each point is run: a fixed number, or until intervals are narrow enough.

The adaptive rule is that of Hoad, Robinson & Davies (2010, Journal of the Operational Research Society 61): after each
replicate the half-width of the interval of the mean is compared with what was asked; a point stops when it has been
narrow enough for ``ahead`` further replicates, so that a lucky narrow moment does not end it. Points are decided upon
between rounds of whole replicates, from the results alone: workers and interruptions do not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

import numpy as np

from forumsim.plans.statistics import t_half_width

#: Why a point got no further replicates.
FIXED, PRECISION, MAXIMUM, TWIN = "fixed", "precision", "maximum", "twin"


@dataclass(frozen=True)
class Replication:
    """Replicates of every point."""

    #: least and most replicates; equal where their number is fixed
    minimum: int
    maximum: int
    ahead: int = 5  #: further replicates for which the intervals must stay narrow
    issue: str = "pooled"  #: issue whose measures decide, or ``pooled``
    #: Half-width of the 95 % interval by measure: all are needed. Empty where the number is fixed.
    precision: dict[str, float] = field(default_factory=dict)
    first: int = 0  #: number of the first replicate

    @property
    def numbers(self) -> range:
        """Numbers of the replicates; with adaptive replication, of as many as there can be."""
        return range(self.first, self.first + self.maximum)

    @property
    def adaptive(self) -> bool:
        """Whether the number of replicates depends on the results."""
        return bool(self.precision)

    def content(self) -> dict[str, Any]:
        """As plain JSON values."""
        begin = {"first_replicate": self.first} if self.first else {}
        if not self.adaptive:
            return {"replicates": self.minimum, **begin}
        return {**begin, "replication": {"minimum": self.minimum, "maximum": self.maximum, "ahead": self.ahead,
                                "issue": self.issue, "precision": dict(sorted(self.precision.items()))}}  # fmt: skip

    def rounds(self) -> Iterator[range]:
        """Replicates of each round: the minimum first, then as many as it looks ahead; there may be a great many."""
        bounds = chain((0,), range(self.minimum, self.maximum, max(1, self.ahead)), (self.maximum,))
        return (self.numbers[low:high] for low, high in pairwise(bounds) if high > low)


@dataclass
class Precision:
    """The values of the deciding measures at one point, replicate by replicate."""

    rule: Replication
    values: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, values: Sequence[float]) -> None:
        """The run's end values of the deciding measures, in the order of ``rule.precision``; NaN where missing."""
        self.values.append(tuple(values))

    def half_widths(self, n: int) -> tuple[float, ...]:
        """Half-widths of the 95 % t intervals over the first n replicates, infinite with less than two values."""
        return tuple(_half_width(np.array(column)) for column in zip(*self.values[:n], strict=True))

    def reached(self) -> bool:
        """Whether the intervals were narrow enough over some ``ahead`` + 1 successive replicates."""
        run = 0
        for n in range(max(2, self.rule.minimum), len(self.values) + 1):
            wanted = self.rule.precision.values()
            narrow = all(half <= most for half, most in zip(self.half_widths(n), wanted, strict=True))
            run = run + 1 if narrow else 0
            if run > self.rule.ahead:
                return True
        return False


def _half_width(values: np.ndarray[Any, Any]) -> float:
    present = values[~np.isnan(values)]
    if present.size < 2:
        return math.inf
    return float(t_half_width(present.size, present.std(ddof=1)))


def words(reason: str, widths: Mapping[str, float]) -> str:
    """Why a point stopped, for the store."""
    seen = ", ".join(f"{name} +-{width:.3g}" for name, width in widths.items())
    return f"{reason}{': ' + seen if seen else ''}"
