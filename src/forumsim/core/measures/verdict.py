"""The verdict on a run, two words for each issue: its state at the end, and its tendency."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CONVERGENCE, POLYCENTRIC, MIXED, FRAGMENTATION = "convergence", "polycentric", "mixed", "fragmentation"
CONVERGING, FRAGMENTING, STEADY = "converging", "fragmenting", "steady"
#: From together to apart.
STATES = (CONVERGENCE, POLYCENTRIC, MIXED, FRAGMENTATION)
TENDENCIES = (CONVERGING, FRAGMENTING, STEADY)

_F, _F_ACROSS, _ENF = 0, 1, 2


def _mean(values: NDArray[np.float64]) -> float:
    """Mean of what is not missing, NaN when all is; a constant series has exactly its value."""
    present = values[~np.isnan(values)]
    return math.fsum(present) / present.size if present.size else math.nan


def state_of(f: float, enf: float, params: Mapping[str, Any] | Any) -> str:
    """State of a mean fragmentation across blocs and a mean effective number of forums: a table of two axes.

    Where F is below ``measure.shared_f`` forums are shared: in one of them (convergence) when the effective number is
    below ``measure.one_enf``, else in several (polycentric). Above ``measure.divided_f`` they are divided, however many
    there are (fragmentation). Between the two lines, and where F is missing, the state is mixed.
    """
    if f < params["measure_shared_f"]:
        return CONVERGENCE if enf < params["measure_one_enf"] else POLYCENTRIC
    return FRAGMENTATION if f > params["measure_divided_f"] else MIXED


class Grounds(NamedTuple):
    """What a verdict on one scope rests on.

    Attributes
    ----------
    f, enf : float
        Means of F across blocs and of the effective number of forums over the last ``measure.state_steps`` steps.
    before, after : float
        Means of F across blocs over the first and the last ``measure.tendency_steps``.
    across : bool
        Whether there are pairs across blocs; where there are none, F of all pairs stands for F across blocs.
    window : int
        Steps of the two windows; 0: the run was too short.
    """

    f: float
    enf: float
    before: float
    after: float
    across: bool
    window: int


def tendency_of(series: NDArray[np.float64], params: Mapping[str, Any] | Any) -> str:
    """Tendency of a series (S, ...): its last against its first ``measure.tendency_steps``, half each if shorter."""
    before, after, window = _change(series, params)
    if window == 0:
        return STEADY
    change = after - before
    if change < -params["measure_tendency"]:
        return CONVERGING
    return FRAGMENTING if change > params["measure_tendency"] else STEADY


def _change(series: NDArray[np.float64], params: Mapping[str, Any] | Any) -> tuple[float, float, int]:
    """Means over the first and the last window of a series, and its length."""
    window = min(int(params["measure_tendency_steps"]), series.shape[0] // 2)
    return _mean(series[:window]), _mean(series[len(series) - window :]), window


def grounds(verdict_series: NDArray[np.float64], params: Mapping[str, Any] | Any) -> list[Grounds]:
    """The numbers that `verdict` compares with its thresholds, for each scope, the pooled one last."""
    found = []
    for f, enf, across in _judged(verdict_series):
        before, after, window = _change(f, params)
        found.append(Grounds(_mean(_last(f, params)), _mean(_last(enf, params)), before, after, across, window))
    return found


def _last(series: NDArray[np.float64], params: Mapping[str, Any] | Any) -> NDArray[np.float64]:
    """The steps over which the state is judged."""
    return series[-int(params["measure_state_steps"]) :]


def _judged(verdict_series: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], bool]]:
    """For each scope F across blocs (S, issues), the effective number of forums, and whether F is across blocs."""
    steps = verdict_series[1:] if verdict_series.shape[0] > 1 else verdict_series
    issues = verdict_series.shape[1] - 1
    for scope in range(issues + 1):
        of = slice(scope, scope + 1) if scope < issues or issues == 0 else slice(0, issues)
        across = steps[:, of, _F_ACROSS]
        defined = not np.isnan(across).any()
        yield across if defined else steps[:, of, _F], steps[:, of, _ENF], defined


def verdict(verdict_series: NDArray[np.float64], params: Mapping[str, Any] | Any) -> list[tuple[str, str]]:
    """State and tendency of a run for each scope.

    Parameters
    ----------
    verdict_series : ndarray
        (S + 1, D + 1, 3): what `verdict_measures` gives at the start (row 0, which is not judged unless it is all
        there is) and after each step, for each issue and pooled.
    params : record of parameters
        Its ``measure.*`` fields are read.

    Returns
    -------
    list of (str, str)
        One pair for each issue, the pooled one last. It is passed on the mean over the issues, not on the pooled row:
        two forums on two different issues are a division of labour, not fragmentation. The state is one of `STATES`,
        from the means of F across blocs and of the effective number of forums over the last ``measure.state_steps``
        steps; the tendency one of `TENDENCIES`, from the change of F across blocs. Where there is no pair across
        blocs, F of all pairs stands for it.
    """
    return [
        (state_of(_mean(_last(f, params)), _mean(_last(enf, params)), params), tendency_of(f, params))
        for f, enf, _ in _judged(verdict_series)
    ]
