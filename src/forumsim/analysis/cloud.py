"""Every point of a design against each varied parameter, with the mean in bins: for designs that are no grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from forumsim.analysis import labels
from forumsim.analysis.axes import is_numeric, level_ticks, places, recorded
from forumsim.analysis.palette import INK, look
from forumsim.analysis.spans import end_span, in_part, stopped
from forumsim.analysis.style import (
    arrange,
    columns_that_fit,
    heading,
    letters,
    new_figure,
    page_width,
    quiet_axes,
    wrap,
)
from forumsim.analysis.tables import long_form
from forumsim.plans.statistics import mean_intervals
from forumsim.results.folder import POOLED, ResultTables


def cloud_figure(results: ResultTables) -> Figure:
    """Any other design: mean end values of every point against each varied parameter, with the mean in bins."""
    names = list(results.chosen) or recorded(results, ("fragmentation_across", "enf", "trust_across", "legalization"))
    names = names or recorded(results, results.measures)[:4]
    columns = sorted(results.varied, key=lambda column: not is_numeric(results, column))
    columns = columns[: min(5, columns_that_fit(0.82, 0.16))]
    scope = POOLED if POOLED in results.scopes else results.scopes[-1]
    table = long_form(results.ends[results.ends["issue"] == scope], results.varied, names)
    points = mean_intervals(table, ["point", *results.varied, "measure"])
    room = letters((page_width() - 0.78) / len(columns))
    figure = new_figure(height=1.0 + 1.6 * len(names))
    axes = figure.subplots(len(names), len(columns), squeeze=False, sharex="col", sharey="row")
    for i, name in enumerate(names):
        rows = points[points["measure"] == name]
        for j, column in enumerate(columns):
            ax, spots = axes[i, j], places(results.levels(column))
            x, y = rows[column].map(spots).to_numpy(dtype=float), rows["mean"].to_numpy(dtype=float)
            quiet_axes(ax)
            ax.plot(x, y, "o", color=look(0).colour, markersize=3.2, alpha=0.6, markeredgewidth=0)
            middle, mean = _binned(x, y)
            ax.plot(middle, mean, "-" if is_numeric(results, column) else "_", color=INK, linewidth=1.3, markersize=14)
            if not is_numeric(results, column):
                ax.set_xticks(list(spots.values()), list(level_ticks(spots, room).values()))
                ax.set_xlim(min(spots.values()) - 0.5, max(spots.values()) + 0.5)
            if i == len(names) - 1:
                ax.set_xlabel(labels.short(labels.parameter_axis(column), room))
        axes[i, 0].set_ylabel(wrap(labels.with_unit(name), 22))
    left = len(results.varied) - len(columns)
    note = (
        f"{labels.issue_label(scope, results)}. Dots: mean of the {labels.count_range(points['n'])} runs of a point; "
        f"line: mean over dots of like level. {points['point'].nunique()} points. "
        f"{labels.capital(end_span(results))} of a run.{stopped(results)}"
    )
    title = f"End values of every point of the design against each varied parameter{in_part(results)}"
    margins = heading(figure, title, note + (f" {left} parameters are not drawn." if left else ""))
    arrange(figure, axes, margins, 0.82, (0.16, 0.16))
    return figure


def _binned(x: np.ndarray, y: np.ndarray, bins: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Mean of y at each level of x, or in ``bins`` groups of equal size where there are many levels."""
    group = x if len(np.unique(x)) <= bins else pd.qcut(x, bins, labels=False, duplicates="drop")
    frame = pd.DataFrame({"x": x, "y": y}).groupby(np.asarray(group)).mean()
    return frame["x"].to_numpy(), frame["y"].to_numpy()
