"""Time until something happens in runs that may end before: Kaplan and Meier (1958), with the number at risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures.verdict import STATES, state_of
from forumsim.core.parameters import PARAMETERS
from forumsim.plans.conditions import parse_condition
from forumsim.plans.statistics import COVERAGE
from forumsim.results.description import extensions_of
from forumsim.results.folder import POOLED, ResultTables

#: What the state of a step is judged by (`forumsim.core.measures.verdict`).
_ACROSS, _ALL, _ENF = "fragmentation_across", "fragmentation", "enf"


def kaplan_meier(times: Any, observed: Any, coverage: float = COVERAGE) -> pd.DataFrame:
    """The share of runs in which something has not happened yet, after each time at which it happened in some.

    Parameters
    ----------
    times : sequence of number
        When it happened, or when the run ended without it.
    observed : sequence of bool
        Whether it happened; otherwise the time is censored: it would have happened later, if ever.
    coverage : float
        Of the interval, by Greenwood's formula on the scale log(-log S), which stays within 0 and 1.

    Returns
    -------
    DataFrame
        ``time, at_risk, events, censored, survival, ci_low, ci_high``; the first row is time 0. A time at which runs
        were censored alone has a row too, with the survival of the row before. ``at_risk`` are the runs that were under
        way just before the time.

    References
    ----------
    Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal of the American
    Statistical Association, 53(282), 457-481.

    Examples
    --------
    Four runs: it happened after 2 and after 4 steps, a run ended at 3 without it, and one at 6.

    >>> kaplan_meier([2, 3, 4, 6], [True, False, True, False])[["time", "at_risk", "events", "survival"]]
       time  at_risk  events  survival
    0   0.0        4       0     1.000
    1   2.0        4       1     0.750
    2   3.0        3       0     0.750
    3   4.0        2       1     0.375
    4   6.0        1       0     0.375
    """
    when, seen = np.asarray(times, dtype=float), np.asarray(observed, dtype=bool)
    columns = ["time", "at_risk", "events", "censored", "survival", "ci_low", "ci_high"]
    if not when.size:
        return pd.DataFrame({name: pd.Series(dtype="int64" if name in columns[1:4] else float) for name in columns})
    points, place = np.unique(when, return_inverse=True)
    events, ended = np.bincount(place[seen], minlength=len(points)), np.bincount(place)
    at_risk = len(when) - np.cumsum(ended) + ended
    share = np.cumprod(1.0 - events / at_risk)
    # a report would spend more time on loading scipy.stats, which has this, than on its figures
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events)))) / np.abs(np.log(share))
        ends = [np.exp(-np.exp(np.log(-np.log(share)) + sign * _quantile(coverage) * error)) for sign in (1, -1)]
    inside = (share > 0) & (share < 1)  # where nobody is left, or nothing has happened, there is no interval
    low, high = (np.where(inside, end, np.nan) for end in ends)
    rows = pd.DataFrame(
        {
            "time": points,
            "at_risk": at_risk,
            "events": events,
            "censored": ended - events,
            "survival": share,
            "ci_low": low,
            "ci_high": high,
        }
    )
    start = pd.DataFrame([[0.0, len(when), 0, 0, 1.0, np.nan, np.nan]], columns=columns)
    return rows if points[0] == 0 else pd.concat([start, rows], ignore_index=True)


def _quantile(coverage: float) -> float:
    return NormalDist().inv_cdf(0.5 + coverage / 2)


def event_times(results: ResultTables, event: str = "convergence", issue: str = POOLED, hold: int = 0) -> pd.DataFrame:
    """When something first held in each run, at its recorded steps.

    Parameters
    ----------
    results : ResultTables
    event : str
        A state (convergence, polycentric, mixed, fragmentation), or a condition on recorded measures, such as
        ``"fragmentation_across < 0.3 and enf < 1.5"``. A state is judged by the verdict's own lines, on a single step:
        of ``pooled`` on the means over the issues. The start is not judged.
    issue : str
        An issue, or ``pooled``.
    hold : int
        For how many steps it must have held, at every record; the time is that of the first of them.

    Returns
    -------
    DataFrame
        ``run_id``, ``time`` (step at which it began to hold, or the last recorded step from which it could have been
        seen to hold for so long, 0 if there is none) and ``observed``.

    Raises
    ------
    InputError
        No such issue, measure or state, or a state for which a measure was not recorded.
    """
    problems = [] if issue in results.scopes or issue == POOLED else [
        Problem("issue", f"no issue {issue!r}", ", ".join(results.scopes), nearest(issue, results.scopes))
    ]  # fmt: skip
    if not hold >= 0:
        problems.append(Problem("hold", f"found {hold!r}", "a number of steps, 0 or more"))
    state = event in STATES
    if state:
        needed = [_ENF, *(() if _ALL in results.measures else (_ACROSS,))]
        missing = [name for name in needed if name not in results.measures]
        problems += [Problem("event", f"{event} needs {name}, which was not recorded", ", ".join(results.measures))
                     for name in missing]  # fmt: skip
    elif not isinstance(event, str) or not set(event) & set("<>="):
        allowed = f'{", ".join(STATES)}, or a condition such as "fragmentation < 0.1 and enf < 1.5"'
        problems.append(Problem("event", f"no state {event!r}", allowed, nearest(str(event), STATES)))
    else:
        comparisons, faults = parse_condition(event, "event", extensions_of(results.manifest))
        problems += faults
        problems += [Problem("event", f"{name!r} was not recorded", ", ".join(results.measures),
                             nearest(name, results.measures))
                     for name, _, _ in comparisons if name not in results.measures]  # fmt: skip
    if problems:
        raise InputError(problems, "the times cannot be found")
    held = _states(results, event, issue) if state else _conditions(results, comparisons, issue)
    return _first(held, hold)


def _conditions(results: ResultTables, comparisons: Sequence[tuple[str, str, float]], issue: str) -> pd.DataFrame:
    """Whether the comparisons hold at each record after the start: run_id, step, held."""
    rows = results.series[(results.series["issue"] == issue) & (results.series["step"] > 0)]
    query = " and ".join(f"`{name}` {sign} {number!r}" for name, sign, number in comparisons)
    return pd.DataFrame({"run_id": rows["run_id"], "step": rows["step"], "held": rows.eval(query)})


def _states(results: ResultTables, event: str, issue: str) -> pd.DataFrame:
    """Whether each record after the start is in the state, by the lines of its part: run_id, step, held."""
    series = results.series[results.series["step"] > 0]
    rows = series[series["issue"].isin(results.issues if issue == POOLED else [issue])].copy()
    if _ACROSS not in results.measures:
        rows["f"] = rows[_ALL]
    elif _ALL in results.measures:  # where there is no pair across blocs, F of all pairs stands for it
        without = rows[_ACROSS].isna().groupby(rows["run_id"]).transform("any")
        rows["f"] = rows[_ACROSS].where(~without, rows[_ALL])
    else:
        rows["f"] = rows[_ACROSS]
    means = rows.groupby(["run_id", "step"], sort=False)[["f", _ENF]].mean().reset_index()
    lines = _lines(results)
    held = [state_of(f, enf, lines[run_id]) == event
            for run_id, f, enf in means[["run_id", "f", _ENF]].itertuples(index=False)]  # fmt: skip
    return means[["run_id", "step"]].assign(held=held)


def _lines(results: ResultTables) -> dict[str, Mapping[str, float]]:
    """The thresholds of the verdict in each run, by the names of their fields."""
    usual = {parameter.name: parameter.default for parameter in PARAMETERS if parameter.name.startswith("measure.")}
    by_part = {part.name: {**usual, **part.thresholds} for part in results.parts}
    found: dict[str, Mapping[str, float]] = {}
    for row in results.runs.to_dict("records"):
        given = by_part[row["part"] if results.several else results.parts[0].name]
        found[row["run_id"]] = {
            name.replace(".", "_"): float(row[value] if isinstance(value, str) else value)
            for name, value in given.items()
        }
    return found


def _first(held: pd.DataFrame, hold: int) -> pd.DataFrame:
    """The first record of each run from which on it held for so many steps.

    Else the run is censored at its last record from which it could have been seen to hold for so long: a later
    beginning would not be known.
    """
    rows = []
    for run_id, run in held.groupby("run_id", sort=False):
        since, found = None, None
        for step, now in zip(run["step"].tolist(), run["held"].tolist(), strict=True):
            since = (step if since is None else since) if now else None
            if found is None and since is not None and step - since >= hold:
                found = since
        seen = run["step"][run["step"] <= run["step"].max() - hold]
        rows.append((run_id, seen.max() if found is None and len(seen) else found or 0, found is not None))
    return pd.DataFrame(rows, columns=["run_id", "time", "observed"])
