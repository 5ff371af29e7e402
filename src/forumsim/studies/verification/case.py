"""What a known result is: a case with its source, and the findings that its check brings back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from forumsim.plans.statistics import t_half_width

#: Coverage of the intervals of statistical findings: with dozens of them, one in a thousand may miss by chance alone.
COVERAGE = 0.999
#: Attribute of a check that holds its case.
MARK = "known_result"


@dataclass(frozen=True)
class Finding:
    """One figure of a case: what it should be, what it is, whether that will do."""

    what: str  #: the figure, in a few words
    target: str  #: what it should be, as printed
    obtained: str  #: what it is
    holds: bool
    interval: str = ""  #: of what was obtained, where it is an estimate; with the number of observations


Check = Callable[[], Iterable[Finding]]


@dataclass(frozen=True)
class Case:
    """A known result as a setting of the shipped rules."""

    name: str  #: as on the command line
    title: str
    source: str  #: the paper, the formula or the enumeration that the targets come from
    check: Check = field(repr=False)


def known_result(name: str, title: str, source: str) -> Callable[[Check], Check]:
    """Declare that the function below is the check of a case, with the arguments of `Case`."""

    def mark(check: Check) -> Check:
        setattr(check, MARK, Case(name, title, source, check))
        return check

    return mark


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else str(value)


def exactly(what: str, target: object, obtained: object) -> Finding:
    """A finding that has to equal its target."""
    return Finding(what, str(target), str(obtained), bool(target == obtained))


def claim(what: str, holds: bool, seen: str, target: str = "yes") -> Finding:
    """A finding that is true or not, with what was seen."""
    return Finding(what, target, seen, bool(holds))


def near(what: str, target: float, obtained: float, tolerance: float, digits: int = 4) -> Finding:
    """A figure without chance in it: within ``tolerance`` of the target."""
    return Finding(what, _text(target, digits), _text(obtained, digits), bool(abs(obtained - target) <= tolerance))


def mean_interval(samples: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """Mean of independent samples, and the bounds of its t interval."""
    values = np.asarray(samples, dtype=float)
    mean = float(values.mean())
    half = float(t_half_width(values.size, values.std(ddof=1) if values.size > 1 else 0.0, COVERAGE))
    return mean, mean - half, mean + half


def estimate(
    what: str, target: float, samples: Sequence[float] | np.ndarray, tolerance: float, digits: int = 3
) -> Finding:
    """The mean of independent samples: its interval has to reach the target, and be no wider than +-``tolerance``.

    The second condition keeps a noisy estimate from passing because its interval holds everything.
    """
    mean, low, high = mean_interval(samples)
    n = len(samples)
    holds = low <= target + 1e-12 and high >= target - 1e-12 and (high - low) / 2 <= tolerance
    interval = f"{_text(low, digits)} .. {_text(high, digits)} (n {n})"
    return Finding(what, _text(target, digits), _text(mean, digits), bool(holds), interval)


def mean_within(what: str, low: float, high: float, samples: Sequence[float] | np.ndarray) -> Finding:
    """The mean of independent samples: its whole interval has to lie in a range."""
    mean, lower, upper = mean_interval(samples)
    interval = f"{lower:.3f} .. {upper:.3f} (n {len(samples)})"
    return Finding(what, f"{low:.2f} to {high:.2f}", f"{mean:.3f}", bool(low <= lower and upper <= high), interval)
