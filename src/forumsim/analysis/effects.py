"""Paired effects: the level that each measure is compared with, the table of differences, one of them in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.axes import Roles, compared
from forumsim.analysis.tables import paired_differences
from forumsim.results.folder import PART, ResultTables


def effect_words(row: Mapping[Any, Any]) -> str:
    """One paired difference in words: direction, size, interval, the two means.

    Parameters
    ----------
    row : mapping
        A row of `paired_differences`: n, mean, low, high, before, after.
    """
    mean, low, high, n = float(row["mean"]), float(row["low"]), float(row["high"]), int(row["n"])
    if n == 0:
        return "no pair of runs in which it is defined"
    sides = f"{labels.number(row['before'])} to {labels.number(row['after'])}"
    if n < 2 or math.isnan(low):
        return f"{sides} in one pair of runs: no interval, so nothing can be said"
    if low == high == 0:
        return f"no effect: the same in all {n} pairs ({labels.number(row['before'])})"
    if low <= 0 <= high:
        return f"no clear effect ({labels.number(mean)}; {labels.number(low)} to {labels.number(high)}), {sides}"
    digits = _digits(mean, low, high)
    verb, ends = ("rises", (low, high)) if mean > 0 else ("falls", (-high, -low))
    span = " to ".join(labels.number(end, digits) for end in ends)
    return f"{verb} by {labels.number(abs(mean), digits)} ({span}), {sides}"


def _digits(*values: float) -> int:
    """Decimals that show two figures of the smallest value that is not nothing; three as a rule."""
    least = min((abs(v) for v in values if v != 0 and math.isfinite(v)), default=1.0)
    return 3 if least >= 0.001 else min(8, 1 - math.floor(math.log10(least)))


def starting_levels(results: ResultTables, roles: Roles, names: list[str]) -> dict[str, Any]:
    """Level to compare with, by measure: the first at which it is defined (no talks, no words without deeds)."""
    ends = results.ends
    starts = {}
    for name in names:
        defined = set(ends.loc[ends[name].notna(), roles.x])
        every = results.levels(roles.x)
        starts[name] = next((level for level in every if level in defined), every[0])
    return starts


def contrast_table(results: ResultTables, roles: Roles, names: list[str]) -> pd.DataFrame:
    """Paired differences of the last level (of words: of all) to the level of `starting_levels`, by measure and issue.

    Parts are kept apart (see `paired_differences`).

    Returns
    -------
    DataFrame
        Columns of `paired_differences` and ``start``; a measure defined at the last level alone has no row.
    """
    tables = []
    for own in results.split():
        if roles.x in own.varied:
            tops = compared(own, roles.x)
            for name, start in starting_levels(own, roles, names).items():
                table = paired_differences(own, roles.x, [name], reference=start)
                table = table[table[roles.x].isin([top for top in tops if top != start])].assign(start=start)
                if results.several:
                    table.insert(0, PART, own.parts[0].name)
                tables.append(table)
    full = [table for table in tables if len(table)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame()
