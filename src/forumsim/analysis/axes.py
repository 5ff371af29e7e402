"""Which varied parameter goes where in a figure, which measures belong together, which panels there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forumsim.analysis.fonts import cells
from forumsim.analysis.labels import capital, even_steps, find_parameter, level_text, measure, short, shorts
from forumsim.analysis.style import page_width
from forumsim.results.folder import PART, POOLED, ResultTables

#: Levels of a parameter beyond which lines give way to clouds of points.
MOST_LEVELS = 12
#: Lines in one panel beyond which a reader loses them.
MOST_LINES = 6

#: Measures drawn by default: those with values by issue, then those of trust and conduct over all issues.
BY_ISSUE = ("fragmentation_across", "fragmentation_within", "enf", "legalization", "words_without_deeds")
OVERALL = ("trust_across", "trust_within", "trust_majors", "genuine_share")


@dataclass(frozen=True)
class Roles:
    """What stands on the horizontal axis (``x``), what makes lines (``line``), and the other varied parameters."""

    x: str
    line: str | None
    others: tuple[str, ...] = ()


def assign_roles(results: ResultTables) -> Roles | None:
    """Dialogue on the axis when it was varied, else the parameter with most levels; the next one makes lines.

    Parts make lines beside a single varied parameter, and stand on the axis where nothing else was varied.
    """
    part = (PART,) if results.several else ()
    if not results.varied:
        return Roles(PART, None) if part else None
    counts = {name: results.runs[name].nunique() for name in results.varied}
    dialogue = [name for name in results.varied if name == "dialogue_level"]
    dialogue += [name for name in results.varied if name.startswith("dialogue_") and name not in dialogue]
    numeric = {name: is_numeric(results, name) for name in results.varied}
    ordered = sorted(results.varied, key=lambda name: (name not in dialogue, not numeric[name], -counts[name]))
    ordered += part
    return Roles(ordered[0], ordered[1] if len(ordered) > 1 else None, tuple(ordered[2:]))


def views(results: ResultTables) -> tuple[ResultTables, ...]:
    """What is drawn in one figure: all parts side by side where they vary the same one parameter, else each alone."""
    own = results.split()
    same = len({(part.varied, part.issues) for part in own}) == 1
    if len(own) == 1 or (same and len(results.varied) <= 1 and len(own) <= MOST_LINES):
        return (results,)
    return own


def is_grid(results: ResultTables, roles: Roles) -> bool:
    """Whether levels can be compared: at most two varied parameters, few levels on the axis, crossed.

    Crossed means that half of the cells are there, and that half of the lines reach from the first level to the last:
    of a random or screening design a few points may happen to lie so, and they would be read as if they were all.
    """
    if roles.others or results.runs[roles.x].nunique() > MOST_LEVELS:
        return False
    if roles.line is None or PART in (roles.x, roles.line):
        return True
    there = results.runs.groupby(roles.line)[roles.x].agg(set)
    every = results.levels(roles.x)
    whole = sum({every[0], every[-1]} <= found for found in there)
    return 2 * there.map(len).sum() >= len(every) * len(there) and 2 * whole >= len(there)


def is_numeric(results: ResultTables, column: str) -> bool:
    """Whether the levels are numbers on a scale: words, parts and switches are not, and no line joins them."""
    parameter = find_parameter(column)
    switch = parameter is not None and parameter.is_switch
    return column != PART and not switch and bool(pd.api.types.is_numeric_dtype(results.runs[column]))


def is_rising(results: ResultTables, column: str) -> bool:
    """Whether the levels of the plan go from the lowest number to the highest."""
    found = results.levels(column)
    return is_numeric(results, column) and found == sorted(found)


def compared(results: ResultTables, column: str) -> list[Any]:
    """Levels that are held against the first: of numbers the last, of words all others."""
    return results.levels(column)[-1:] if is_numeric(results, column) else results.levels(column)[1:]


def some_levels(values: list[Any], most: int = MOST_LINES) -> list[Any]:
    """At most ``most`` of the values, evenly spaced, the first and last among them."""
    if len(values) <= most:
        return values
    picks = np.unique(np.linspace(0, len(values) - 1, most).round().astype(int))
    return [values[i] for i in picks]


def places(values: list[Any]) -> dict[Any, float]:
    """Where levels lie on the axis: numbers at their value, anything else in a row."""
    if all(isinstance(value, (int, float, np.integer, np.floating)) for value in values):
        return {value: float(value) for value in values}
    return {value: float(i) for i, value in enumerate(values)}


def has_issues(results: ResultTables, name: str) -> bool:
    """Whether a measure has values of its own for single issues."""
    entry = measure(name)
    if entry is not None and not getattr(entry, "per_issue", True):
        return False
    rows = results.ends[results.ends["issue"] != POOLED]
    return name in results.measures and bool(rows[name].notna().any())


def recorded(results: ResultTables, names: Iterable[str]) -> list[str]:
    """Those of the measures that the folder has with at least one value."""
    return [name for name in names if name in results.measures and results.ends[name].notna().any()]


def headline(results: ResultTables) -> list[str]:
    """All default measures, those by issue first."""
    by_issue, overall = families(results)
    return [*by_issue, *overall]


def families(results: ResultTables) -> tuple[list[str], list[str]]:
    """Measures to draw: (by issue, overall): those that were chosen, else the usual ones, else the first four."""
    named = list(results.chosen) or recorded(results, (*BY_ISSUE, *OVERALL)) or recorded(results, results.measures)[:4]
    by_issue = [name for name in named if has_issues(results, name)]
    return by_issue, [name for name in named if name not in by_issue]


def course_measures(results: ResultTables) -> list[str]:
    """Measures whose courses are drawn: those that were chosen, else three by issue and one over all issues."""
    by_issue, overall = families(results)
    usual = [*by_issue[:3], *(["trust_across"] if "trust_across" in overall else overall[:1])]
    return list(results.chosen) or usual


def most_dates(columns: int) -> int:
    """How many dates fit below one of so many panels side by side."""
    panel = (page_width() - 0.94 - 0.14 * (columns - 1)) / columns
    return min(max(2, int(panel / 0.75)), 6)


def step_ticks(results: ResultTables, steps: list[Any], most: int) -> dict[Any, str]:
    """A few steps with their dates, where the scenario has dates."""
    ticks = {step: level_text(step) for step in even_steps(steps, most)}
    if "date" not in results.series:
        return ticks
    dates = results.series.drop_duplicates(["step", "date"]).set_index("step")["date"]
    if not dates.index.is_unique:  # runs that start at different dates
        return ticks
    return {step: text if str(dates[step]) == text else f"{text}\n{dates[step]}" for step, text in ticks.items()}


def level_heads(name: str, every: Sequence[Any], most: int) -> list[str]:
    """A parameter with each of its levels, in so many letters: the name gives way, as levels tell things apart."""
    texts = shorts([level_text(level) for level in every], most)
    room = most - max((cells(text) for text in texts), default=0) - 1
    before = f"{short(name, room)} " if name and room >= min(8, cells(name)) else ""
    return [capital(before + text) for text in texts]


def level_ticks(every: Iterable[Any], most: int) -> dict[Any, str]:
    """The texts of levels that stand beside each other and share so many letters."""
    whole = list(every)
    each = max(4, most // max(1, len(whole)) - 1)
    return dict(zip(whole, shorts([level_text(level) for level in whole], each), strict=True))
