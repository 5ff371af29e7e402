"""The verdict on a run, two words for each issue: its state at the end, and its tendency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

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


def tendency_of(series: NDArray[np.float64], record: Mapping[str, Any] | Any) -> str:
    """Tendency of a series (S, ...): its last against its first ``measure.tendency_steps``, half each if shorter."""
    window = min(int(record["measure_tendency_steps"]), series.shape[0] // 2)
    if window == 0:
        return STEADY
    change = _mean(series[-window:]) - _mean(series[:window])
    if change < -record["measure_tendency"]:
        return CONVERGING
    return FRAGMENTING if change > record["measure_tendency"] else STEADY


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
    steps = judged_series[1:] if judged_series.shape[0] > 1 else judged_series
    last = steps[-int(record["measure_state_steps"]) :]
    result = []
    issues = judged_series.shape[1] - 1
    for scope in range(issues + 1):
        of = slice(scope, scope + 1) if scope < issues or issues == 0 else slice(0, issues)
        state = state_of(_mean(last[:, of, _F]), _mean(last[:, of, _ENF]), record)
        across = steps[:, of, _F_ACROSS]
        series = steps[:, of, _F] if np.isnan(across).any() else across
        result.append((state, tendency_of(series, record)))
    return result
