"""The verdict on a run, two words for each issue: its state at the end, and its tendency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CONVERGENCE, FRAGMENTATION, MIXED = "convergence", "fragmentation", "mixed"
CONVERGING, FRAGMENTING, STEADY = "converging", "fragmenting", "steady"
STATES = (CONVERGENCE, FRAGMENTATION, MIXED)
TENDENCIES = (CONVERGING, FRAGMENTING, STEADY)

_F, _F_ACROSS, _ENF = 0, 1, 2


def _mean(values: NDArray[np.float64]) -> float:
    """Mean of what is not missing, NaN when all is; a constant series has exactly its value."""
    present = values[~np.isnan(values)]
    return math.fsum(present) / present.size if present.size else math.nan


def state_of(f: float, enf: float, record: Mapping[str, Any] | Any) -> str:
    """State of mean fragmentation F and mean effective number of forums: the thresholds are parameters.

    Convergence when both are low, fragmentation when either is high, else mixed; a missing value is neither.
    """
    if f < record["measure_converged_f"] and enf < record["measure_converged_enf"]:
        return CONVERGENCE
    if f > record["measure_fragmented_f"] or enf > record["measure_fragmented_enf"]:
        return FRAGMENTATION
    return MIXED


class Grounds(NamedTuple):
    """What a verdict on one scope rests on.

    Attributes
    ----------
    f, enf : float
        Means of F and of the effective number of forums over the last ``measure.state_steps`` steps.
    before, after : float
        Means, over the first and last ``measure.tendency_steps``, of F across blocs, or F where ``across`` is false.
    across : bool
    window : int
        Steps of the two windows; 0: the run was too short.
    """

    f: float
    enf: float
    before: float
    after: float
    across: bool
    window: int


def tendency_of(series: NDArray[np.float64], record: Mapping[str, Any] | Any) -> str:
    """Tendency of a series (S, ...): its last against its first ``measure.tendency_steps``, half each if shorter."""
    before, after, window = _change(series, record)
    if window == 0:
        return STEADY
    change = after - before
    if change < -record["measure_tendency"]:
        return CONVERGING
    return FRAGMENTING if change > record["measure_tendency"] else STEADY


def _change(series: NDArray[np.float64], record: Mapping[str, Any] | Any) -> tuple[float, float, int]:
    """Means over the first and the last window of a series, and its length."""
    window = min(int(record["measure_tendency_steps"]), series.shape[0] // 2)
    return _mean(series[:window]), _mean(series[len(series) - window :]), window


def grounds(judged_series: NDArray[np.float64], record: Mapping[str, Any] | Any) -> list[Grounds]:
    """The numbers that `verdict` compares with its thresholds, for each scope, the pooled one last."""
    found = []
    for last, series, across in _judged(judged_series, record):
        before, after, window = _change(series, record)
        found.append(Grounds(_mean(last[..., _F]), _mean(last[..., _ENF]), before, after, across, window))
    return found


def _judged(
    judged_series: NDArray[np.float64], record: Mapping[str, Any] | Any
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], bool]]:
    """For each scope its last steps (S, issues, 3), the series of its tendency, and whether that is F across blocs."""
    steps = judged_series[1:] if judged_series.shape[0] > 1 else judged_series
    last = steps[-int(record["measure_state_steps"]) :]
    issues = judged_series.shape[1] - 1
    for scope in range(issues + 1):
        of = slice(scope, scope + 1) if scope < issues or issues == 0 else slice(0, issues)
        across = steps[:, of, _F_ACROSS]
        defined = not np.isnan(across).any()
        yield last[:, of], across if defined else steps[:, of, _F], defined


def verdict(judged_series: NDArray[np.float64], record: Mapping[str, Any] | Any) -> list[tuple[str, str]]:
    """State and tendency of a run for each scope.

    Parameters
    ----------
    judged_series : ndarray
        (S + 1, D + 1, 3): what `judged` gives at the start (row 0, which is not judged unless it is all there is) and
        after each step, for each issue and pooled.
    record : record of parameters
        Its ``measure.*`` fields are read.

    Returns
    -------
    list of (str, str)
        One pair for each issue, the pooled one last. It is passed on the mean over the issues, not on the pooled row:
        two forums on two different issues are a division of labour, not fragmentation. The state is
        ``convergence``, ``fragmentation`` or ``mixed``, from the means of F and of the effective number of forums over
        the last ``measure.state_steps`` steps; the tendency ``converging``, ``fragmenting`` or ``steady``, from F
        across blocs, or F where there is no pair across blocs.
    """
    return [
        (state_of(_mean(last[..., _F]), _mean(last[..., _ENF]), record), tendency_of(series, record))
        for last, series, _ in _judged(judged_series, record)
    ]
