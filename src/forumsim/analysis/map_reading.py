"""The regime map in words: in which state most runs end at the first and at the last level, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.regime_map import Factors, regime_factors
from forumsim.analysis.tables import verdict_shares
from forumsim.core.measures import STATES
from forumsim.results.folder import POOLED, ResultTables

#: A level of the upright parameter, and at both ends of the other one the commonest state, its runs, and all runs.
_Row = tuple[Any, tuple[tuple[str, int, int], ...]]


def map_lines(results: ResultTables) -> list[str]:
    """The map of all issues together in words; empty where the design has none.

    Neighbouring levels with the same states are told in one line, their runs added up.
    """
    factors = regime_factors(results)
    if factors is None:
        return []
    table = verdict_shares(results, "state")
    table = table[table["issue"] == POOLED]
    ends = (results.levels(factors.x)[0], results.levels(factors.x)[-1])
    first, last = (labels.level_text(end) for end in ends)
    name = labels.parameter_label(factors.x)
    lines = [f"In which state most runs end (all issues pooled), at {name} {first} and at {name} {last}"]
    for panel in results.levels(factors.panel) if factors.panel else [None]:
        part, indent = table, "  "
        if factors.panel is not None:
            part, indent = table[table[factors.panel] == panel], "    "
            lines.append(f"  {labels.capital(labels.parameter_label(factors.panel))} {labels.level_text(panel)}")
        lines += [indent + line for line in _told(results, factors, part, ends)]
    return lines


def _told(results: ResultTables, factors: Factors, table: pd.DataFrame, ends: tuple[Any, Any]) -> Iterator[str]:
    name = labels.capital(labels.parameter_label(factors.y))
    for group in _alike(_rows(results, factors, table, ends)):
        first, last = labels.level_text(group[0][0]), labels.level_text(group[-1][0])
        said = []
        for k, end in enumerate(ends):
            state = group[0][1][k][0]
            count, n = sum(row[1][k][1] for row in group), sum(row[1][k][2] for row in group)
            said.append(f"{state} {count} of {n} at {labels.level_text(end)}")
        yield f"{name} {first if len(group) == 1 else f'{first} to {last}'}: {', '.join(said)}"


def _rows(results: ResultTables, factors: Factors, table: pd.DataFrame, ends: tuple[Any, Any]) -> Iterator[_Row]:
    for y in results.levels(factors.y):
        found = []
        for x in ends:
            rows = table[(table[factors.x] == x) & (table[factors.y] == y)]
            counts = dict(zip(rows["verdict"], rows["count"], strict=True))
            state = max(STATES, key=lambda word: counts.get(word, 0))
            found.append((state, int(counts.get(state, 0)), int(sum(counts.values()))))
        yield y, tuple(found)


def _alike(rows: Iterator[_Row]) -> list[list[_Row]]:
    """Neighbours with the same states, together."""
    groups: list[list[_Row]] = []
    for row in rows:
        if groups and [state for state, *_ in groups[-1][0][1]] == [state for state, *_ in row[1]]:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups
