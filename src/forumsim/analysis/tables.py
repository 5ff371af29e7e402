"""Tables from end values: means with intervals, paired differences, shares of verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.results.folder import RUN_COLUMNS, Results
from forumsim.results.intervals import mean_intervals, wilson


def long_form(ends: pd.DataFrame, varied: Iterable[str], measures: Iterable[str]) -> pd.DataFrame:
    """End values with one row per run, issue and measure: columns ``value`` and ``measure``."""
    keys = [*RUN_COLUMNS, *varied, "issue"]
    return ends.melt(id_vars=keys, value_vars=list(measures), var_name="measure", value_name="value")


def level_means(results: Results, measures: Iterable[str]) -> pd.DataFrame:
    """Mean end value with its interval at every combination of the varied parameters, by issue and measure."""
    table = long_form(results.ends, results.varied, measures)
    return mean_intervals(table, [*results.varied, "issue", "measure"])


def paired_differences(
    results: Results, parameter: str, measures: Iterable[str], reference: Any = None
) -> pd.DataFrame:
    """Differences of end values to a reference level of one parameter, paired by replicate.

    Runs of the same replicate share all draws (common random numbers), so the difference is taken run by run with
    everything else equal, and the interval is that of the mean of the differences (t, n - 1 degrees of freedom).

    Parameters
    ----------
    results : Results
    parameter : str
        A varied column of runs.csv.
    measures : iterable of str
    reference : optional
        Level to compare with; the lowest if not given.

    Returns
    -------
    DataFrame
        The varied parameters, ``issue, measure, n, mean, sd, low, high`` of the differences, and ``before``,
        ``after``: the means of the two levels over the same pairs.

    Raises
    ------
    InputError
        When the parameter was not varied or has no such level.
    """
    if parameter not in results.varied:
        known = ", ".join(results.varied) or "none was varied"
        raise InputError([Problem("paired differences", f"{parameter!r} was not varied", known)])
    levels = sorted(results.runs[parameter].dropna().unique())
    start = levels[0] if reference is None else reference
    if start not in levels:
        allowed = ", ".join(str(level) for level in levels)
        raise InputError([Problem(f"reference of {parameter}", f"found {reference!r}", allowed)])
    table = long_form(results.ends, results.varied, measures).drop(columns=["run_id", "point"])
    others = [name for name in results.varied if name != parameter]
    keys = [*others, "replicate", "issue", "measure"]
    base = table[table[parameter] == start].drop(columns=parameter).rename(columns={"value": "before"})
    pairs = table[table[parameter] != start].merge(base, on=keys, how="inner").rename(columns={"value": "after"})
    pairs = pairs.dropna(subset=["before", "after"])
    pairs["value"] = pairs["after"] - pairs["before"]
    by = [*results.varied, "issue", "measure"]
    result = mean_intervals(pairs, by)
    sides = pairs.groupby(by, sort=True, observed=True)[["before", "after"]].mean().reset_index()
    return result.merge(sides, on=by, how="left")


def verdict_shares(results: Results, kind: str = "state") -> pd.DataFrame:
    """Share of runs with each verdict at every combination of the varied parameters.

    Parameters
    ----------
    results : Results
    kind : {"state", "tendency"}

    Returns
    -------
    DataFrame
        The varied parameters, ``issue, verdict, count, n, share, low, high`` (Wilson interval); empty when runs.csv
        has no verdicts.
    """
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
