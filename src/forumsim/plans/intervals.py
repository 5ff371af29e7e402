"""Intervals of means (Student's t) and of shares (Wilson's score)."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.special import stdtrit

#: Coverage of every interval that the analysis states.
COVERAGE = 0.95


def wilson(successes: int, n: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927); NaN, NaN without observations."""
    if n == 0:
        return math.nan, math.nan
    z = NormalDist().inv_cdf(0.5 + coverage / 2.0)
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
    n = result["n"].to_numpy(dtype=float)
    many = n > 1
    half = np.full(len(n), np.nan)
    half[many] = stdtrit(n[many] - 1, 0.5 + COVERAGE / 2) * result["sd"].to_numpy(dtype=float)[many] / np.sqrt(n[many])
    result["low"], result["high"] = result["mean"] - half, result["mean"] + half
    return result
