"""Grids of panels: measures down, issues across, a varied parameter on the axis, one line per level of a second."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from forumsim.analysis import labels
from forumsim.analysis.axes import level_heads, level_ticks
from forumsim.analysis.palette import FAINT, INK, Look, look
from forumsim.analysis.style import (
    ENTRY,
    arrange,
    columns_that_fit,
    fold,
    heading,
    letters,
    new_figure,
    page_width,
    quiet_axes,
    wrap,
)
from forumsim.results.folder import POOLED, ResultTables

#: Levels on a line beyond which marks would run into each other.
MOST_MARKS = 25


@dataclass(frozen=True)
class Panel:
    """One panel: a measure in one scope (issue or pooled)."""

    measure: str
    scope: str


@dataclass(frozen=True)
class Grid:
    """What a grid of panels shows.

    Attributes
    ----------
    panels : sequence of sequence of Panel
        Rows of panels; a row shares its vertical axis.
    x, line : str, str or None
        Columns of the table for the horizontal axis and the lines.
    places : dict
        Place of each level of ``x`` on the axis.
    lines : sequence
        Levels of ``line`` to draw; ``[None]`` for a single line.
    title, note, x_label : str
    difference : bool
        Differences to a reference level: a zero line, points with bars instead of ribbons.
    line_label : str
        What the lines are levels of.
    ticks : mapping, optional
        Texts of the levels of ``x`` that get a tick; all levels, in the room that there is, if not given.
    joined : bool
        Lines join the levels of ``x``: they are numbers on a scale, not words.
    looks : sequence of int, optional
        Number of the look of each line, where a level has another one elsewhere than its place among ``lines``.
    """

    panels: Sequence[Sequence[Panel]]
    x: str
    line: str | None
    places: dict[Any, float]
    lines: Sequence[Any]
    title: str
    note: str
    x_label: str
    difference: bool = False
    line_label: str = ""
    ticks: Mapping[Any, str] | None = None
    joined: bool = True
    looks: Sequence[int] | None = None

    def look_of(self, line: int) -> Look:
        """The look of a line."""
        return look(line if self.looks is None else self.looks[line])

    @property
    def marked(self) -> bool:
        """Whether levels have marks: on a joined line there is room for so many."""
        return self.difference or not self.joined or len(self.places) <= MOST_MARKS


def draw_grid(table: pd.DataFrame, grid: Grid, results: ResultTables) -> Figure:
    """Draw the rows of ``table`` (x, line, issue, measure, mean, low, high) as a grid of panels."""
    same_measure = all(len({p.measure for p in row}) == 1 for row in grid.panels)
    left, gap, least = (0.82, 0.14, 1.0) if same_measure else (0.5, 0.5, 2.0)  # its title is a measure's whole label
    grid = replace(grid, panels=fold(grid.panels, columns_that_fit(left, gap, least)))
    rows, columns = len(grid.panels), max(len(row) for row in grid.panels)
    room = letters((page_width() - left - 0.12 + gap) / columns)  # of a panel, and of the gap beside it
    ticks = level_ticks(grid.places, room) if grid.ticks is None else grid.ticks
    grid = replace(grid, x_label=labels.short(grid.x_label, room), ticks=ticks)
    figure = new_figure(height=1.15 + 1.62 * rows + (0.27 if len(grid.lines) > 1 else 0.0))
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True)
    scopes = [panel.scope for panel in grid.panels[0]]
    same_columns = all([p.scope for p in row] == scopes for row in grid.panels)
    for i, row in enumerate(grid.panels):
        for j in range(len(row), columns):
            axes[i, j].set_visible(False)
        for j, panel in enumerate(row):
            ax = axes[i, j]
            _draw_panel(ax, table, grid, panel)
            if i == 0 or not (same_columns and same_measure):
                ax.set_title(_panel_title(panel, results, same_measure, grid.difference), loc="left")
            if same_measure and j == 0:
                ax.set_ylabel(_y_label(panel.measure, grid.difference))
            _ticks(ax, grid, bottom=i == rows - 1 or j >= len(grid.panels[i + 1]))
    for group in _scales(grid.panels, axes, same_measure):
        _share_scale(group, table, grid)
    margins = heading(figure, grid.title, grid.note, _legend(grid))
    ragged = any(len(row) < columns for row in grid.panels)
    dated = any("\n" in text for text in (grid.ticks or {}).values())
    under = 0.6 if ragged else 0.13 if same_measure and same_columns else 0.32
    arrange(figure, axes, margins, left, (gap, under), 0.56 if dated else 0.42)
    return figure


def _panel_title(panel: Panel, results: ResultTables, same_measure: bool, difference: bool) -> str:
    if same_measure:
        return labels.issue_label(panel.scope, results)
    return ("Δ " if difference else "") + labels.with_unit(panel.measure)


def _y_label(name: str, difference: bool) -> str:
    text = labels.with_unit(name)
    return wrap(("Δ " if difference else "") + text, 22)


def _rows_of(table: pd.DataFrame, panel: Panel, grid: Grid, level: Any) -> pd.DataFrame:
    chosen = table[(table["measure"] == panel.measure) & (table["issue"] == panel.scope)]
    if grid.line is not None:
        chosen = chosen[chosen[grid.line] == level]
    chosen = chosen[chosen[grid.x].isin(list(grid.places))]
    order = chosen[grid.x].map(grid.places).to_numpy(dtype=float)
    return chosen.assign(place=order).sort_values("place")


def _step_aside(grid: Grid) -> float:
    """Distance along the axis between the marks that several lines have at one level."""
    return 0.16 * float(min(np.diff(sorted(grid.places.values())), default=1.0))


def _draw_panel(ax: Axes, table: pd.DataFrame, grid: Grid, panel: Panel) -> None:
    """All lines of one panel, with ribbons (means) or bars (differences)."""
    quiet_axes(ax)
    any_drawn = False
    for k, level in enumerate(grid.lines):
        rows, style = _rows_of(table, panel, grid, level), grid.look_of(k)
        if rows.empty:
            continue
        any_drawn = any_drawn or bool(rows["mean"].notna().any())
        x = rows["place"].to_numpy(dtype=float)
        mean, low, high = (rows[c].to_numpy(dtype=float) for c in ("mean", "low", "high"))
        if grid.difference or not grid.joined:
            x = x + (k - (len(grid.lines) - 1) / 2) * _step_aside(grid)
            spread = np.nan_to_num(np.vstack([mean - low, high - mean]))
            ax.errorbar(x, mean, yerr=spread, color=style.colour, marker=style.marker, markersize=3.8, linestyle="none",
                        elinewidth=1.2, capsize=2.4)  # fmt: skip
        else:
            if np.isfinite(low).any():
                ax.fill_between(x, low, high, color=style.colour, alpha=0.2, linewidth=0)
            mark = style.marker if grid.marked else None
            ax.plot(x, mean, color=style.colour, marker=mark, markersize=4.2, linewidth=1.4,
                    linestyle=style.line, markeredgecolor="white", markeredgewidth=0.4)  # fmt: skip
    if grid.difference:
        ax.axhline(0.0, color=INK, linewidth=0.8, zorder=1)
    if not any_drawn:
        entry = labels.measure(panel.measure)
        single = entry is not None and not entry.per_issue and panel.scope != POOLED
        why = "not defined by issue" if single else "not defined"
        ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", color=FAINT)


def _ticks(ax: Axes, grid: Grid, bottom: bool) -> None:
    wanted = grid.ticks or {}
    ax.set_xticks([grid.places[level] for level in wanted], list(wanted.values()))
    texts = ax.get_xticklabels()
    dated = any("\n" in text for text in wanted.values())
    if dated and len(texts) > 1:  # dates at the ends must not run into the next panel
        ends = (texts[0], "left"), (texts[-1], "right")
        for text, side in ends if next(reversed(wanted)) == next(reversed(grid.places)) else ends[:1]:
            text.set(horizontalalignment=side, multialignment=side)
    width = max(grid.places.values()) - min(grid.places.values()) or 1.0
    if len(grid.places) > 1:
        spots = sorted(grid.places.values())
        pad = 0.14 * width if grid.difference else 0.06 * width
        if not grid.joined:
            pad = 0.55 * float(np.diff(spots).min())
        if grid.difference or not grid.joined:  # the outermost marks of the outermost levels are seen whole
            pad = max(pad, (len(grid.lines) + 1) / 2 * _step_aside(grid))
        ax.set_xlim(min(grid.places.values()) - pad, max(grid.places.values()) + pad)
    else:  # the marks of several lines keep to the middle
        spot = next(iter(grid.places.values()), 0.0)
        ax.set_xlim(spot - 0.5, spot + 0.5)
    ax.tick_params(labelbottom=bottom)
    if bottom:
        ax.set_xlabel(grid.x_label)


def _scales(panels: Sequence[Sequence[Panel]], axes: Any, same_measure: bool) -> list[list[tuple[Panel, Axes]]]:
    """Panels that share a vertical scale: all of one measure, or each its own."""
    groups: dict[Any, list[tuple[Panel, Axes]]] = {}
    for i, row in enumerate(panels):
        for panel, ax in zip(row, axes[i], strict=False):
            groups.setdefault(panel.measure if same_measure else ax, []).append((panel, ax))
    return list(groups.values())


def _share_scale(group: list[tuple[Panel, Axes]], table: pd.DataFrame, grid: Grid) -> None:
    """One scale for the panels, wide enough that a difference of nothing does not fill the page."""
    name = group[0][0].measure
    scopes = [panel.scope for panel, _ in group]
    shown = table[(table["measure"] == name) & table["issue"].isin(scopes)]
    if grid.line is not None:
        shown = shown[shown[grid.line].isin(list(grid.lines))]
    values = shown[["mean", "low", "high"]].to_numpy(dtype=float).ravel()
    values = values[np.isfinite(values)]
    if values.size == 0:
        return
    low, high = float(values.min()), float(values.max())
    if grid.difference:
        low, high = min(low, 0.0), max(high, 0.0)
    least = _least_span(name)
    if high - low < least:
        middle = 0.5 * (low + high)
        low, high = middle - least / 2, middle + least / 2
    entry = labels.measure(name)
    if entry is not None and not grid.difference:  # an interval may reach beyond what is possible: no need to show it
        low, high = max(low, float(entry.low)), min(high, float(entry.high))
    pad = 0.08 * (high - low)
    for _, ax in group:
        ax.set_ylim(low - pad, high + pad)
        ax.tick_params(labelleft=len(group) == 1 or ax.get_subplotspec().is_first_col())  # type: ignore[union-attr]


def _least_span(name: str) -> float:
    """A twentieth of the measure's range; a tenth where the range has no end."""
    entry = labels.measure(name)
    if entry is None or entry.low is None or entry.high is None:
        return 0.1
    width = float(entry.high) - float(entry.low)
    return 0.05 * width if math.isfinite(width) else 0.1


def _legend(grid: Grid) -> list[Line2D]:
    """Entries of the legend; none where there is one line."""
    handles: list[Line2D] = []
    lines = grid.lines if grid.line is not None and len(grid.lines) > 1 else []
    for k, name in enumerate(level_heads(grid.line_label, lines, letters(page_width() - ENTRY))):
        style = grid.look_of(k)
        line: Any = style.line if grid.joined and not grid.difference else "none"
        handles.append(
            Line2D(
                [],
                [],
                color=style.colour,
                marker=style.marker if grid.marked else None,
                linestyle=line,
                markersize=4.6,
                linewidth=1.4,
                label=name,
            )
        )
    return handles
