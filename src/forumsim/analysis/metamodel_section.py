"""Effects by a metamodel: main-effect curves with bands, how well the fit predicts, and a table of all effects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from forumsim.analysis import html, labels
from forumsim.analysis.axes import places
from forumsim.analysis.metamodel import PLACES, READABLE, Metamodel, models, needs_metamodel
from forumsim.analysis.metamodel_reading import changes, strongest, value_text
from forumsim.analysis.palette import look
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import each_part, end_span, in_part, of_part, stopped
from forumsim.analysis.style import arrange, columns_that_fit, heading, new_figure, quiet_axes, wrap
from forumsim.results.folder import ResultTables

#: Anchor of the section.
NAME = "metamodel"
#: Factors drawn side by side at most.
MOST = 5


def _readable(results: ResultTables) -> dict[str, Metamodel]:
    return {name: model for name, model in models(results).items() if model is not None and model.readable}


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """A figure for each part whose design needs a metamodel and has one that predicts."""
    for own, ending, words in each_part(results.split()):
        if _readable(own):
            yield Sketch(
                f"metamodel{ending}",
                f"What each parameter changes on average over the others, by a metamodel of the points.{words}",
                partial(metamodel_figure, own),
                NAME,
            )


def metamodel_figure(results: ResultTables) -> Figure:
    """Measures down, the strongest parameters across: main effects over their ranges."""
    fitted = _readable(results)
    every = strongest(fitted)
    columns = every[: min(MOST, columns_that_fit(0.82, 0.16))]
    figure = new_figure(height=1.05 + 1.6 * len(fitted))
    axes = figure.subplots(len(fitted), len(columns), squeeze=False, sharex="col", sharey="row")
    for i, (measure, model) in enumerate(fitted.items()):
        for j, name in enumerate(columns):
            ax = axes[i, j]
            quiet_axes(ax)
            if name in model.factors.names:
                _effect(ax, model, name)
            if i == len(fitted) - 1:
                ax.set_xlabel(wrap(labels.parameter_axis(name), 24))
        axes[i, 0].set_ylabel(wrap(labels.with_unit(measure), 22))
    points = labels.count_range(len(model.points) for model in fitted.values())
    told = "; ".join(f"{labels.measure_label(name).lower()} {model.q2:.2f}" for name, model in fitted.items())
    left = len(every) - len(columns)
    note = (
        f"Mean prediction of a polynomial of the point means over all points, with one parameter set to each value. "
        f"Shaded or bars: 95 % interval of it. n = {points} points. Cross-validated R² (each point predicted by the "
        f"others): {told}. {labels.issue_label(results.scopes[-1], results)}. {labels.capital(end_span(results))} of a "
        f"run.{f' {left} parameters with weaker effects are not drawn.' if left else ''}{stopped(results)}"
    )
    title = f"What each parameter changes on average over the others: a metamodel{in_part(results)}"
    margins = heading(figure, title, note)
    arrange(figure, axes, margins, 0.82, (0.16, 0.16), 0.55)
    return figure


def _effect(ax: Axes, model: Metamodel, name: str) -> None:
    """One main effect: a curve over a range, points with bars for words."""
    style = look(0)
    if name in model.factors.ranges:
        found = model.effect(name, list(np.linspace(*model.factors.ranges[name], PLACES)))
        ax.fill_between(found["value"], found["low"], found["high"], color=style.colour, alpha=0.2, linewidth=0)
        ax.plot(found["value"], found["mean"], color=style.colour, linewidth=1.5)
        ax.locator_params(axis="x", nbins=4)
        return
    every: list[Any] = model.factors.levels[name]
    found, spots = model.effect(name, every), list(places([str(level) for level in every]).values())
    ax.errorbar(
        spots,
        found["mean"],
        yerr=np.vstack([found["mean"] - found["low"], found["high"] - found["mean"]]),
        color=style.colour,
        marker=style.marker,
        markersize=4.2,
        linestyle="none",
        capsize=2.4,
    )
    ax.set_xticks(spots, labels.shorts(map(labels.level_text, every), 10))
    ax.set_xlim(-0.5, len(spots) - 0.5)


def text(results: ResultTables) -> str:
    """How well the metamodels predict, and all effects of those that may be read; empty where none is needed."""
    parts = [own for own in results.split() if needs_metamodel(own)]
    return "\n".join(piece for own in parts for piece in (_quality(own), _effects(own)) if piece)


def _quality(results: ResultTables) -> str:
    """A table of the fits, and which of them are too poor to read."""
    found = models(results)
    rows: list[list[Any]] = []
    for name, model in found.items():
        if model is None:
            rows.append([labels.with_unit(name), "none: too few points, or all the same", "", "", "", "no"])
        else:
            rows.append(
                [
                    labels.with_unit(name),
                    model.kind,
                    len(model.points),
                    labels.number(model.r2, 2),
                    labels.number(model.q2, 2),
                    "yes" if model.readable else "no: too poor",
                ]
            )
    caption = (
        "Metamodels: polynomials of the means of the points by least squares. R² left out is cross-validated: each "
        f"point is predicted by the fit to all others. Below {READABLE:g} the fit is too poor for its effects to be "
        f"read, and they are not shown.{of_part(results)}{stopped(results)}"
    )
    return html.table(
        ["measure", "polynomial", "points n", "R²", "R² left out", "may be read"], rows, caption, numeric=4
    )


def _effects(results: ResultTables) -> str:
    """Changes over the range of each parameter, strongest first."""
    fitted = _readable(results)
    rows = []
    for measure, model in fitted.items():
        for name in strongest({measure: model}):
            share = labels.number(model.share(name), 2)
            for start, end in changes(model, name):
                change, low, high = model.change(name, start, end)
                rows.append(
                    [
                        labels.with_unit(measure),
                        labels.parameter_label(name),
                        value_text(start),
                        value_text(end),
                        labels.number(change),
                        "" if pd.isna(low) else f"{labels.number(low)} to {labels.number(high)}",
                        share,
                    ]
                )
    headers = ["measure", "parameter", "from", "to", "change", "95 % interval", "share of variance"]
    caption = (
        "Main effects by the metamodels: change of the mean prediction over all points, from the lowest to the highest "
        "value (of words: from the first), and the variance of the main effect as a share of that of the point means."
        f"{of_part(results)}"
    )
    return html.table(headers, rows, caption, numeric=5) if rows else ""
