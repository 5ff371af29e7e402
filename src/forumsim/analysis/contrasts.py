"""The contrasts of a plan, from contrasts.csv, with the settings of the two points and the means of both sides."""

from __future__ import annotations

import pandas as pd

from forumsim.analysis import labels
from forumsim.results.folder import PART, ResultTables


def read_contrasts(results: ResultTables) -> pd.DataFrame:
    """The rows of contrasts.csv in their order; empty when the folder has none.

    Returns
    -------
    DataFrame
        ``contrast, from, to`` (words), ``issue, measure, n, mean, sd, low, high`` as in the file, and ``before``,
        ``after``: the means of the two sides over the same pairs.
    """
    rows = results.detail("contrasts")
    if rows.empty:
        return pd.DataFrame()
    rows = rows.rename(columns={"difference": "mean", "ci_low": "low", "ci_high": "high"})
    points = results.runs.drop_duplicates("point").set_index("point")
    words = {point: _settings(results, row) for point, row in points.iterrows()}
    sides = _sides(results, rows)
    known = rows[["point_from", "point_to"]].apply(lambda column: column.map(lambda point: words.get(point, point)))
    return rows.assign(**{"from": known["point_from"], "to": known["point_to"]}).join(sides)


def _settings(results: ResultTables, row: pd.Series) -> str:
    """A point in words: its part, and what was varied within parts."""
    told = [f"part {row[PART]}"] if results.several else []
    own = {part.name: part.levels for part in results.parts}.get(row[PART] if results.several else "", {})
    told += [
        f"{labels.parameter_label(name)} {labels.level_text(row[name])}"
        for name in results.varied if not own or name in own
    ]  # fmt: skip
    return ", ".join(told)


def _sides(results: ResultTables, rows: pd.DataFrame) -> pd.DataFrame:
    """Means of both sides of every row, over the replicates that both have."""
    ends = results.ends.set_index(["point", "issue", "replicate"])[list(results.measures)].sort_index()
    groups = {key: group.droplevel([0, 1]) for key, group in ends.groupby(level=[0, 1])}
    before, after = [], []
    empty = pd.DataFrame(columns=list(results.measures), dtype=float)
    for row in rows.itertuples(index=False):
        low, high = (groups.get((point, row.issue), empty) for point in (row.point_from, row.point_to))
        pair = pd.concat([low[row.measure], high[row.measure]], axis=1, join="inner").dropna()
        means = pair.mean()
        before.append(float(means.iloc[0]))
        after.append(float(means.iloc[1]))
    return pd.DataFrame({"before": before, "after": after}, index=rows.index)
