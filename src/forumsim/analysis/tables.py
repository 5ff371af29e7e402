"""Tables from end values: means with intervals, paired differences, shares of verdicts. Parts are never mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.plans.statistics import mean_intervals, wilson
from forumsim.results.folder import PART, RUN_COLUMNS, ResultTables
from forumsim.results.kept import kept


def long_form(ends: pd.DataFrame, varied: Iterable[str], measures: Iterable[str]) -> pd.DataFrame:
    """End values with one row per run, issue and measure: columns ``value`` and ``measure``."""
    keys = [*RUN_COLUMNS, *varied, "issue"]
    return ends.melt(id_vars=keys, value_vars=list(measures), var_name="measure", value_name="value")


def by_part(results: ResultTables, make: Callable[[ResultTables], pd.DataFrame]) -> pd.DataFrame:
    """A table made for each part alone; with several parts, one below the other with a column ``part`` in front."""
    if not results.several:
        return make(results)
    tables = []
    for own in results.split():
        table = make(own)
        table.insert(0, PART, own.parts[0].name)
        tables.append(table)
    full = [table for table in tables if len(table)] or tables[:1]
    table = pd.concat(full, ignore_index=True)
    front = [PART, *(column for column in results.varied if column in table)]
    return table[[*front, *(column for column in table if column not in front)]]


def level_means(results: ResultTables, measures: Iterable[str]) -> pd.DataFrame:
    """Mean end value with its interval at every combination of part and varied parameters, by issue and measure."""
    names = list(measures)

    def make(own: ResultTables) -> pd.DataFrame:
        return mean_intervals(long_form(own.ends, own.varied, names), [*own.varied, "issue", "measure"])

    return by_part(results, make)


def paired_differences(
    results: ResultTables, parameter: str, measures: Iterable[str], reference: Any = None
) -> pd.DataFrame:
    """Differences of end values to a reference level of one parameter, paired by replicate.

    Runs of the same replicate share all draws (common random numbers), so the difference is taken run by run with
    everything else equal: the part of the plan, and with it scenario and interventions, and all other settings. The
    interval is that of the mean of the differences (t, n - 1 degrees of freedom).

    Parameters
    ----------
    results : ResultTables
    parameter : str
        A varied column of runs.csv.
    measures : iterable of str
    reference : optional
        Level to compare with; the first of the plan if not given.

    Returns
    -------
    DataFrame
        ``part`` where there are several, the varied parameters, ``issue, measure, n, mean, sd, low, high`` of the
        differences, and ``before``, ``after``: the means of the two levels over the same pairs.

    Raises
    ------
    InputError
        When the parameter was not varied or has no such level.
    """
    check_pairs(results, parameter, reference)
    names = list(measures)
    return by_part(results, lambda own: _differences(own, parameter, names, reference))


def check_pairs(results: ResultTables, parameter: str, reference: Any = None) -> None:
    """See that a parameter was varied, and has a level.

    Raises
    ------
    InputError
    """
    if parameter not in results.varied:
        known = ", ".join(results.varied) or "none was varied"
        hint = nearest(str(parameter), results.varied)
        if parameter == PART:
            hint = "parts are compared by the [contrasts] of a plan: contrasts() without a name gives them"
        raise InputError([Problem("paired differences", f"{parameter!r} was not varied", known, hint)])
    levels = results.levels(parameter)
    if reference is not None and reference not in levels:
        allowed = ", ".join(str(level) for level in levels)
        raise InputError([Problem(f"reference of {parameter}", f"found {reference!r}", allowed)])


def run_pairs(results: ResultTables, parameter: str, measures: Iterable[str], reference: Any = None) -> pd.DataFrame:
    """The pairs of runs behind `paired_differences`, within one part: one row a pair, issue and measure.

    Returns
    -------
    DataFrame
        ``run_id`` and ``run_id_before`` (the run at the reference level), the varied parameters, ``replicate, issue,
        measure, before, after`` and ``value``, which is after less before; pairs with a missing value are left out.
    """
    names = list(measures)
    by = [*results.varied, "replicate", "issue", "measure"]
    if parameter not in results.varied:
        return pd.DataFrame(columns=["run_id", "run_id_before", *by, "before", "after", "value"])
    start = results.levels(parameter)[0] if reference is None else reference
    table = long_form(results.ends, results.varied, names).drop(columns="point")
    keys = [*(name for name in results.varied if name != parameter), "replicate", "issue", "measure"]
    base = table[table[parameter] == start].drop(columns=parameter)
    base = base.rename(columns={"value": "before", "run_id": "run_id_before"})
    pairs = table[table[parameter] != start].merge(base, on=keys, how="inner").rename(columns={"value": "after"})
    pairs = pairs.dropna(subset=["before", "after"])
    return pairs.assign(value=pairs["after"] - pairs["before"])


def _differences(results: ResultTables, parameter: str, measures: list[str], reference: Any) -> pd.DataFrame:
    """The differences within one part; none where it does not vary the parameter."""
    by = [*results.varied, "issue", "measure"]
    if parameter not in results.varied:
        return pd.DataFrame(columns=[*by, "n", "mean", "sd", "low", "high", "before", "after"])
    pairs = run_pairs(results, parameter, measures, reference)
    result = mean_intervals(pairs, by)
    sides = pairs.groupby(by, sort=True, observed=True)[["before", "after"]].mean().reset_index()
    return result.merge(sides, on=by, how="left")


def verdict_shares(results: ResultTables, kind: str = "state") -> pd.DataFrame:
    """Share of runs with each verdict at every combination of part and varied parameters.

    Parameters
    ----------
    results : ResultTables
    kind : {"state", "tendency", "twin"}
        ``twin``: of the runs that have a pair; ``n`` counts these.

    Returns
    -------
    DataFrame
        ``part`` where there are several, the varied parameters, ``issue, verdict, count, n, share, low, high``
        (Wilson interval); empty when runs.csv has no verdicts.
    """
    return _shares(results, kind).copy()


def has_twins(results: ResultTables) -> bool:
    """Whether any run has been compared with a twin."""
    columns = [column for column in results.runs if str(column).startswith("twin_")]
    return bool(results.runs[columns].notna().to_numpy().any())


def twin_differences(results: ResultTables) -> pd.DataFrame:
    """Mean difference of fragmentation across blocs to the twins, at every combination of what was varied, by issue.

    Returns
    -------
    DataFrame
        ``part`` where there are several, the varied parameters, ``issue, n, mean, sd, low, high`` (t interval).
    """
    pairs = results.detail("twins")

    def make(own: ResultTables) -> pd.DataFrame:
        table = own.runs[["run_id", *own.varied]].merge(pairs[["run_id", "issue", "difference"]], on="run_id")
        return mean_intervals(table, [*own.varied, "issue"], "difference")

    return by_part(results, make)


@kept
def _shares(results: ResultTables, kind: str) -> pd.DataFrame:
    return by_part(results, lambda own: _shares_of_part(own, kind))


def _shares_of_part(results: ResultTables, kind: str) -> pd.DataFrame:
    columns = {c.removeprefix(f"{kind}_"): c for c in results.runs.columns if c.startswith(f"{kind}_")}
    varied = list(results.varied)
    rows: list[dict[str, Any]] = []
    for issue, column in columns.items():
        judged = results.runs.dropna(subset=[column])
        verdicts = sorted(judged[column].unique())
        groups = judged.groupby(varied, sort=True) if varied else [((), judged)]
        for key, group in groups:
            counts = group[column].value_counts()
            for verdict in verdicts:
                count, n = int(counts.get(verdict, 0)), len(group)
                low, high = wilson(count, n)
                values = dict(zip(varied, key, strict=True))
                rows.append(values | {"issue": issue, "verdict": verdict, "count": count, "n": n, "share": count / n,
                                      "low": low, "high": high})  # fmt: skip
    names = [*varied, "issue", "verdict", "count", "n", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)
