"""Means with intervals of Student's t, running moments (Welford), and shares with intervals of Wilson's score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from forumsim.running.text import measured

#: Coverage of every interval that the analysis states.
COVERAGE = 0.95


def t_half_width(n: Any, sd: Any, coverage: float = COVERAGE) -> Any:
    """Half-width of the t interval of a mean: NaN with less than two observations.

    Parameters
    ----------
    n : number or array
        Observations.
    sd : number or array
        Their standard deviation (n - 1).
    coverage : float

    Examples
    --------
    >>> round(float(t_half_width(4, 2.0)), 3)  # 3.182 is the quantile of t with 3 degrees of freedom
    3.182
    """
    n = np.asarray(n, dtype=float)
    return stdtrit(np.where(n > 1, n - 1, np.nan), 0.5 + coverage / 2) * sd / np.sqrt(n)


class Moments:
    """Number, mean and sum of squared deviations of observations that come one at a time (Welford 1962).

    Memory does not grow with their number, and the last bit depends on their order alone.

    Parameters
    ----------
    shape : sequence of int
        Of the arrays that are added.
    """

    def __init__(self, shape: Sequence[int]) -> None:
        self.n: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
        self.mean, self.squares = np.zeros(shape), np.zeros(shape)

    def add(self, values: NDArray[np.float64], at: Any = ...) -> None:
        """Add an observation, NaN where it is missing, to the whole or to the place ``at``."""
        present = ~np.isnan(values)
        self.n[at] += present
        change = np.where(present, values - self.mean[at], 0.0)
        self.mean[at] += change / np.maximum(self.n[at], 1)
        self.squares[at] += change * np.where(present, values - self.mean[at], 0.0)

    def cells(self, at: Any) -> list[str]:
        """n, mean, sd and the ends of the 95 % interval at a place as text; no interval of a single observation."""
        n, mean = int(self.n[at]), float(self.mean[at])
        if n < 2:
            return [str(n), measured(mean) if n else "", "", "", ""]
        sd = math.sqrt(float(self.squares[at]) / (n - 1))
        half = float(t_half_width(n, sd))
        return [str(n), *(measured(value) for value in (mean, sd, mean - half, mean + half))]


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927); NaN, NaN without observations."""
    if n == 0:
        return math.nan, math.nan
    z = NormalDist().inv_cdf(0.5 + COVERAGE / 2.0)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_intervals(table: pd.DataFrame, by: list[str], value: str = "value") -> pd.DataFrame:
    """Mean with its t interval for each group; missing values are left out and ``n`` counts the rest.

    Parameters
    ----------
    table : DataFrame
        One row per observation, with the columns ``by`` and ``value``.
    by : list of str
        Columns that form the groups.
    value : str
        Column of the observations.

    Returns
    -------
    DataFrame
        ``by`` and ``n, mean, sd, low, high``; groups without an observation are absent, the interval of a single
        one is missing.
    """
    kept = table.dropna(subset=[value])
    grouped = kept.groupby(by, sort=True, observed=True)[value]
    result = grouped.agg(n="count", mean="mean", sd="std").reset_index()
    half = t_half_width(result["n"], result["sd"].to_numpy(dtype=float))
    result["low"], result["high"] = result["mean"] - half, result["mean"] + half
    return result
