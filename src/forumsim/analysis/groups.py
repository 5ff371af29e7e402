"""Runs in groups by the first factor of an experiment: its levels, or thirds of its range where it has many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.axes import MOST_LINES, assign_roles, is_numeric, some_levels
from forumsim.analysis.palette import LOOKS
from forumsim.results.folder import PART, ResultTables


@dataclass(frozen=True)
class Grouping:
    """Groups of runs that are told apart.

    Attributes
    ----------
    column : str
        The factor; empty where nothing was varied and all runs are one group.
    runs : dict
        Ids of the runs by the words for their group: a level, ``0.02 to 0.33`` for a third, or ``all runs``.
    note : str
        How the groups were made, where that is not plain to see; a sentence with a space before it, or empty.
    """

    column: str
    runs: dict[str, list[str]]
    note: str = ""

    @property
    def label(self) -> str:
        """The factor in words, or empty."""
        return labels.parameter_label(self.column) if self.column else ""


def compared_parts(results: ResultTables) -> tuple[ResultTables, ...]:
    """What is grouped by itself: each part, or all parts together where they vary nothing but are levels themselves."""
    return (results,) if results.several and not results.varied else results.split()


def first_factor(results: ResultTables) -> Grouping:
    """The runs by the first factor: the level of dialogue where it was varied (see `assign_roles`)."""
    roles = assign_roles(results)
    if roles is None:
        return Grouping("", {"all runs": list(results.runs["run_id"])})
    every = results.levels(roles.x)
    values = results.runs[roles.x]
    if is_numeric(results, roles.x) and len(every) > MOST_LINES:
        return _thirds(results, roles.x, values)
    shown = some_levels(every, len(LOOKS))
    left = len(every) - len(shown)
    what = "parts" if roles.x == PART else "levels"
    note = f" {left} of {len(every)} {what} are not drawn." if left else ""
    texts = labels.level_texts(shown)
    runs = {texts[level]: list(results.runs.loc[values == level, "run_id"]) for level in shown}
    return Grouping(roles.x, runs, note)


def _thirds(results: ResultTables, column: str, values: pd.Series[Any]) -> Grouping:
    """Three groups of about the same number of runs, from low to high."""
    codes = pd.qcut(values, 3, labels=False, duplicates="drop")
    thirds = [values[codes == code] for code in sorted(codes.unique())]
    texts = labels.level_texts({end: None for own in thirds for end in (own.min(), own.max())}, digits=3)
    runs = {f"{texts[own.min()]} to {texts[own.max()]}": list(results.runs.loc[own.index, "run_id"]) for own in thirds}
    name = labels.parameter_label(column)
    return Grouping(column, runs, f" Runs are grouped by thirds of the {name}.")
