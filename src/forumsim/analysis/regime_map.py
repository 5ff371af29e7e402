"""The regime map: in which state runs end, over two varied parameters, a panel for each level of a third."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke

from forumsim.analysis import labels
from forumsim.analysis.axes import is_numeric, level_heads
from forumsim.analysis.palette import INK, VERDICT_LOOKS
from forumsim.analysis.spans import in_part, stopped
from forumsim.analysis.style import arrange, columns_that_fit, heading, letters, new_figure, page_width
from forumsim.analysis.tables import verdict_shares
from forumsim.core.measures import STATES
from forumsim.results.folder import POOLED, ResultTables

#: Levels of a parameter beyond which cells are too small for their number.
MOST_LEVELS = 12
#: Inches: width of the vertical axis, and the height of a row of cells.
_LEFT, _ROW = 0.62, 0.3


@dataclass(frozen=True)
class Factors:
    """What a map stands on: the parameter along each axis, and the one whose levels are panels."""

    x: str
    y: str
    panel: str | None


def regime_factors(results: ResultTables) -> Factors | None:
    """The parameters of a map: two or three were varied, all combined, two of them numbers; else None.

    The level of dialogue lies along the bottom where it was varied, else the first number in the order of the plan.
    Of the others the number with most levels stands upright.
    """
    if (
        results.several
        or not 2 <= len(results.varied) <= 3
        or not any(str(c).startswith("state_") for c in results.runs)
    ):
        return None
    counts = {name: results.runs[name].nunique() for name in results.varied}
    crossed = len(results.runs[list(results.varied)].drop_duplicates()) == np.prod(list(counts.values()))
    numbers = [name for name in results.varied if is_numeric(results, name) and counts[name] <= MOST_LEVELS]
    if not crossed or len(numbers) < 2:
        return None
    x = "dialogue_level" if "dialogue_level" in numbers else numbers[0]
    y = max((name for name in numbers if name != x), key=lambda name: counts[name])
    rest = [name for name in results.varied if name not in (x, y)]
    return Factors(x, y, rest[0] if rest else None)


def map_scopes(results: ResultTables) -> list[str | None]:
    """What maps there are: one an issue where a parameter makes the panels, pooled first; else one for all issues."""
    factors = regime_factors(results)
    if factors is None or factors.panel is None:
        return [None]
    return [scope for scope in (POOLED, *results.issues) if scope in results.scopes]


def regime_map(results: ResultTables, scope: str | None = None) -> Figure | None:
    """Shares of the states as parts of a cell, with the number of runs in the commonest state.

    Parameters
    ----------
    results : ResultTables
    scope : str, optional
        Issue or ``pooled`` that is drawn, panels being the levels of a third parameter; without it every issue is a
        panel.

    Returns
    -------
    Figure or None
        None where the design has no map.
    """
    factors = regime_factors(results)
    if factors is None:
        return None
    table = verdict_shares(results, "state")
    column, panels = "issue", [s for s in (*results.issues, POOLED) if s in set(table["issue"])]
    if factors.panel is not None and scope is not None:
        table = table[table["issue"] == scope]
        column, panels = factors.panel, results.levels(factors.panel)
    if table.empty:
        return None
    across, upright = results.levels(factors.x), results.levels(factors.y)
    wide = min(len(panels), columns_that_fit(_LEFT, 0.16, 1.6))
    rows = -(-len(panels) // wide)
    most = letters((page_width() - _LEFT - 0.12) / wide - 0.16)
    figure = new_figure(height=1.5 + rows * (_ROW * len(upright) + 0.45))
    axes = figure.subplots(rows, wide, squeeze=False)
    for spare in axes.ravel()[len(panels) :]:
        spare.set_visible(False)
    titles = _panel_titles(results, factors, column, panels, most)
    for k, (ax, panel) in enumerate(zip(axes.ravel(), panels, strict=False)):
        _draw(ax, table[table[column] == panel], factors, across, upright)
        ax.set_title(titles[k], loc="left")
        if k % wide == 0:
            ax.set_ylabel(labels.short(labels.parameter_axis(factors.y), letters(_ROW * len(upright) + 0.3)))
        else:
            ax.tick_params(labelleft=False)
        if k >= len(panels) - wide:
            ax.set_xlabel(labels.short(labels.parameter_axis(factors.x), most))
        else:
            ax.tick_params(labelbottom=False)
    states = [state for state in STATES if state in set(table["verdict"][table["count"] > 0])]
    handles = [Patch(facecolor=VERDICT_LOOKS[s].colour, hatch=VERDICT_LOOKS[s].hatch, edgecolor="white", label=s)
               for s in states]  # fmt: skip
    note = (
        f"Each cell: shares of its {labels.counted(table['n'], 'run')} by their state at the end, and the number "
        f"in the commonest state, whose name stands in the middle of its cells.{stopped(results)}"
    )
    what = f": {labels.issue_label(scope, results).lower()}" if scope is not None else ", by issue"
    title = f"In which state runs end over {labels.parameter_label(factors.x)} and {labels.parameter_label(factors.y)}"
    margins = heading(figure, title + what + in_part(results), note, handles)
    arrange(figure, axes, margins, _LEFT, (0.16, 0.36))
    return figure


def _panel_titles(results: ResultTables, factors: Factors, column: str, panels: list[Any], most: int) -> list[str]:
    if column == "issue":
        return [labels.issue_label(panel, results) for panel in panels]
    return level_heads(labels.parameter_label(factors.panel or ""), panels, most)


def _draw(ax: Axes, table: pd.DataFrame, factors: Factors, across: list[Any], upright: list[Any]) -> None:
    """One panel: a tile for each pair of levels, cut into the shares of the states from left to right."""
    leading = np.full((len(upright), len(across)), "", dtype=object)
    cells = dict(iter(table.groupby([factors.x, factors.y])))
    numbers: dict[tuple[int, int], int] = {}
    for i, y in enumerate(upright):
        for j, x in enumerate(across):
            rows = cells.get((x, y))
            if rows is None:
                continue
            counts = dict(zip(rows["verdict"], rows["count"], strict=True))
            left, n = j - 0.5, sum(counts.values())
            for state in STATES:
                width = counts.get(state, 0) / n
                look = VERDICT_LOOKS[state]
                ax.add_patch(Rectangle((left, i - 0.5), width, 1.0, facecolor=look.colour, hatch=look.hatch,
                                       edgecolor="white", linewidth=0.0))  # fmt: skip
                left += width
            leading[i, j] = max(STATES, key=lambda state: counts.get(state, 0))
            numbers[i, j] = counts[leading[i, j]]
    worded = {place for state in STATES if (place := _middle(leading == state)) is not None}
    halo = [withStroke(linewidth=2.2, foreground="white")]
    for (i, j), number in numbers.items():
        text = f"{leading[i, j]}\n{number}" if (i, j) in worded else str(number)
        ax.text(j, i, text, ha="center", va="center", fontsize=6.2, color=INK, path_effects=halo, linespacing=0.95)
    for k in range(1, len(across)):
        ax.axvline(k - 0.5, color="white", linewidth=1.6)
    for k in range(1, len(upright)):
        ax.axhline(k - 0.5, color="white", linewidth=1.6)
    ax.set_xlim(-0.5, len(across) - 0.5)
    ax.set_ylim(-0.5, len(upright) - 0.5)
    ax.set_xticks(range(len(across)), [labels.level_text(level) for level in across])
    ax.set_yticks(range(len(upright)), [labels.level_text(level) for level in upright])
    ax.tick_params(length=0)


def _middle(area: np.ndarray[Any, Any]) -> tuple[int, int] | None:
    """The cell of an area that is nearest to its middle; None where the area is empty."""
    places = np.argwhere(area)
    if not len(places):
        return None
    nearest = np.abs(places - places.mean(axis=0)).sum(axis=1).argmin()
    return int(places[nearest][0]), int(places[nearest][1])
