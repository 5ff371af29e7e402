"""Who founded, left, shifted: the figure of the most active actors and forums, and the tables of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from forumsim.analysis import html, labels
from forumsim.analysis.fonts import cells
from forumsim.analysis.groups import compared_parts, first_factor
from forumsim.analysis.palette import look
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import each_part, in_part, lacking, of_part
from forumsim.analysis.style import arrange, heading, new_figure, page_width
from forumsim.analysis.who_counts import ACTORS, SIDES, busiest, counts_of, names_of, recorded_runs, totals
from forumsim.results.folder import ResultTables

#: Anchor of the section.
NAME = "who"
#: Actors and forums drawn, and rows of a table on the page.
MOST, MOST_ROWS = 10, 20
#: Inches of a row, and for the names at most as a share of the page.
_ROW, _NAMES = 0.19, 0.34
#: Inches of a page up to which titles of panels are set smaller, and names take less room.
_NARROW, _FEW = 5.0, 0.25
_MISSING = (
    '<p>No events were recorded, so that nobody can be counted. A plan with <code>detail = "first"</code> under '
    '<code>[record]</code> records them of the first replicate of each point, with <code>detail = "all"</code> of '
    "every run.</p>"
)


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """A figure for each part with recorded events of this kind."""
    for own, ending, words in each_part(results.split()):
        if any(len(counts_of(own, side)) for side in SIDES):
            yield Sketch(
                f"who{ending}",
                f"Who founded, left and shifted: events a run of the most active actors and forums.{words}",
                partial(who_figure, own),
                NAME,
            )


def who_figure(results: ResultTables) -> Figure:
    """Actors above, forums below; a column for each kind of event, names once at the left."""
    sides = {side: table for side in SIDES if len(table := counts_of(results, side))}
    chosen = {side: busiest(table, side, MOST) for side, table in sides.items()}
    names = {side: names_of(results, side, ids) for side, ids in chosen.items()}
    most = int(page_width() * (_NAMES if page_width() > _NARROW else _FEW) / 0.062)
    shown = {side: [labels.short(named[one], most) for one in chosen[side]] for side, named in names.items()}
    left = 0.22 + 0.062 * max(cells(name) for some in shown.values() for name in some)
    tall = [len(ids) for ids in chosen.values()]
    figure = new_figure(height=0.95 + sum(tall) * _ROW + 0.62 * len(tall))
    axes = figure.subplots(len(sides), 3, squeeze=False)
    for row, (side, table) in enumerate(sides.items()):
        for column, kind in enumerate(SIDES[side]):
            ax = axes[row, column]
            _dots(ax, table[table["kind"] == kind], chosen[side], row)
            ax.set_title(labels.capital(kind), loc="left", fontsize=8.5 if page_width() > _NARROW else 7.0)
            ax.set_yticks(range(len(chosen[side])), shown[side] if column == 0 else [""] * len(shown[side]))
            if row == len(sides) - 1:
                ax.set_xlabel("Events a run", labelpad=1)
    margins = heading(figure, f"Who founded, left and shifted{in_part(results)}", _note(results))
    arrange(figure, axes, margins, left, (0.2, 0.42), 0.42)
    _share_height(figure, axes, tall, margins)
    return figure


def _share_height(figure: Figure, axes: np.ndarray[Any, Any], rows: list[int], margins: tuple[float, float]) -> None:
    """Give each row of panels the height of its names."""
    height = float(figure.get_size_inches()[1])
    free = height - sum(margins) - 0.22 - 0.42 - 0.42 * (len(rows) - 1)
    top = height - margins[0] - 0.22
    for count, row in zip(rows, axes, strict=True):
        tall = free * count / sum(rows)
        for ax in row:
            box = ax.get_position()
            ax.set_position((box.x0, (top - tall) / height, box.width, tall / height))
        top -= tall + 0.42


def _dots(ax: Axes, table: pd.DataFrame, ids: list[str], index: int) -> None:
    """Means with their intervals, the first at the top; one that has none of the events stands at 0."""
    rows = table.set_index("who").reindex(ids)
    mean = rows["mean"].fillna(0.0).to_numpy(dtype=float)
    low, high = (rows[name].to_numpy(dtype=float) for name in ("low", "high"))
    spread = np.nan_to_num(np.vstack([mean - np.maximum(low, 0.0), high - mean]))
    style = look(index)
    ax.errorbar(
        mean,
        range(len(ids)),
        xerr=spread,
        color=style.colour,
        marker=style.marker,
        markersize=4.2,
        linestyle="none",
        elinewidth=1.2,
        capsize=2.2,
    )
    ax.grid(True, axis="y")
    ax.set_ylim(len(ids) - 0.4, -0.6)
    ax.set_xlim(left=min(0.0, -0.03 * float((mean + spread[1]).max())))
    ax.locator_params(axis="x", nbins=4 if page_width() > _NARROW else 2)
    ax.tick_params(axis="y", length=0)


def _note(results: ResultTables) -> str:
    n = len(recorded_runs(results))
    bars = "Bars: 95 % t interval of the mean over runs, cut at 0. " if n > 1 else "One run: no interval. "
    return (
        f"Mean number of events a run. {bars}n = {n} recorded runs{_which(results)}. Left: by their own decision, or "
        "not signing a new edition. Shifted: their focus moved to a forum in conflict with the last (regime shift). "
        f"The {MOST} with most of the events."
    )


def _which(results: ResultTables) -> str:
    """What kind of runs the recorded ones are, where they are not all."""
    runs = recorded_runs(results)
    if len(runs) == len(results.runs):
        return ""
    replicates = results.runs[results.runs["run_id"].isin(runs)]["replicate"].nunique()
    one = replicates == 1 and len(runs) > 1
    what = ", one replicate of each point, so that the interval holds what was varied as well" if one else ""
    return f" of {len(results.runs)}{what}"


def text(results: ResultTables) -> str:
    """Tables of all actors by the first factor, and of actors and forums; or how to record them."""
    if not recorded_runs(results):
        return f"<p>{lacking(results)}</p>" if "events.csv" in results.absent else _MISSING
    pieces = [_totals(own, table) for own, table in zip(compared_parts(results), totals(results), strict=True)]
    for side in SIDES:
        for own in results.split():
            pieces.append(_table(own, side))
    found = [piece for piece in pieces if piece]
    return "\n".join(found) or "<p>Nobody founded, left or shifted in the recorded runs.</p>"


def _totals(results: ResultTables, table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    grouping = first_factor(results)
    rows = []
    for group, own in table.groupby("group", sort=False):
        kinds = own.set_index("kind").to_dict("index")
        rows.append([group, *(_span(kinds[kind]) for kind in ACTORS), int(own["n"].iloc[0])])
    headers = [grouping.label or "runs", *ACTORS, "runs n"]
    caption = (
        f"Events a run of all actors together: mean and 95 % t interval over the recorded runs{_which(results)}."
        f"{of_part(results)}{grouping.note}"
    )
    return html.table(headers, rows, caption, numeric=4)


def _table(results: ResultTables, side: str) -> str:
    table = counts_of(results, side)
    if table.empty:
        return ""
    ids = busiest(table, side, MOST_ROWS)
    names, n = names_of(results, side, ids), len(recorded_runs(results))
    cells_of = {(row["who"], row["kind"]): row for row in table.to_dict("records")}
    rows = [
        [names[one], *(_span(cells_of[one, kind]) if (one, kind) in cells_of else "0" for kind in SIDES[side]), n]
        for one in ids
    ]
    left = table["who"].nunique() - len(ids)
    more = f" {left} others with fewer are left out." if left else ""
    caption = (
        f"Events a run of the {side}: mean and 95 % t interval over the recorded runs{_which(results)}."
        f"{of_part(results)}{more}"
    )
    return html.table([side.removesuffix("s"), *SIDES[side], "runs n"], rows, caption, numeric=4)


def _span(row: Mapping[Any, Any]) -> str:
    """A mean with its interval, which ends at 0 as counts do."""
    if pd.isna(row["low"]):
        return labels.number(row["mean"], 2)
    return (
        f"{labels.number(row['mean'], 2)} ({labels.number(max(row['low'], 0.0), 2)} to {labels.number(row['high'], 2)})"
    )
