"""Figures of a sensitivity analysis: mu* with sigma for Morris' design, first-order and total shares for Sobol'."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from forumsim.analysis import labels
from forumsim.analysis.palette import FAINT, INK, look
from forumsim.analysis.style import arrange, heading, new_figure, quiet_axes, wrap
from forumsim.studies.sensitivity.noise import SHARE
from forumsim.studies.sensitivity.outcomes import Response
from forumsim.studies.sensitivity.sample import Sample

#: Slopes sigma / mu* that part almost linear, monotonic and almost monotonic effects from the rest.
SLOPES = (0.1, 0.5, 1.0)
#: Points nearer to the origin or to a larger one than these shares of the frame (across, up) get no number: they
#: would hide each other.
_NEAR = (0.05, 0.08)
#: Inches: a row of bars, a letter of a label.
_ROW, _LETTER = 0.24, 0.066
_WIDEST = 30  # letters of a label


def outcome_label(measure: str) -> str:
    """What an outcome is called in a title."""
    if measure.startswith(SHARE):
        return f"share of runs with the verdict {measure.removeprefix(SHARE)}"
    return labels.measure_label(measure)


@labels.naming
def draw(sample: Sample, outcome: Response, table: pd.DataFrame) -> Figure:
    """The figure of one outcome, from its indices (see the module `indices`); factors from strong to weak."""
    rank = "mu_star" if sample.kind == "morris" else "ST"
    strong = table[table["index"] == rank].sort_values("estimate", ascending=False, kind="stable")["factor"]
    wide = {str(index): rows.set_index("factor").reindex(strong) for index, rows in table.groupby("index")}
    if sample.kind == "morris":
        return _morris(sample, outcome, wide)
    return _sobol(sample, outcome, wide)


def _where(outcome: Response) -> str:
    issue = "all issues" if outcome.issue == "pooled" else labels.issue_label(outcome.issue)
    return f"{outcome_label(outcome.measure)}, {issue}"


def _note(sample: Sample, outcome: Response, bars: str) -> str:
    runs = "one run each" if outcome.counts == (1, 1) else f"mean of {labels.count_range(outcome.counts)} runs each"
    text = f"{len(outcome.means)} points, {runs}. {bars}"
    if not np.isnan(outcome.noise):
        text += " White line: what replicate noise alone would give a factor without effect"
        text += "." if outcome.runs is not None else ", at most."
    return text


def _names(ax: Axes, names: list[str], numbered: bool) -> tuple[np.ndarray, float]:
    """Factors down the vertical axis, the strongest at the top: their places, and the inches that the labels need."""
    places = np.arange(len(names))[::-1].astype(float)
    texts = [labels.capital(labels.parameter_label(name)) for name in names]
    texts = [wrap(f"{k}  {text}" if numbered else text, _WIDEST) for k, text in enumerate(texts, start=1)]
    ax.set_yticks(places, texts)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.tick_params(axis="y", length=0)
    ax.grid(True, axis="x")
    return places, 0.2 + _LETTER * max(len(line) for text in texts for line in text.split("\n"))


def _floors(ax: Axes, places: np.ndarray, rows: pd.DataFrame, height: float) -> None:
    """A mark on each bar: what noise alone would give."""
    values = rows["estimate"].to_numpy(dtype=float)
    if np.isfinite(values).all():
        for width, colour in ((2.6, INK), (1.2, "white")):
            ax.vlines(values, places - height / 2, places + height / 2, colors=colour, linewidth=width, zorder=3)


def _spread(rows: pd.DataFrame) -> np.ndarray:
    """Lengths of the bars of an interval below and above the estimate."""
    estimate = rows["estimate"].to_numpy(dtype=float)
    low, high = rows["ci_low"].to_numpy(dtype=float), rows["ci_high"].to_numpy(dtype=float)
    return np.maximum(np.vstack([estimate - low, high - estimate]), 0.0)


def _morris(sample: Sample, outcome: Response, wide: dict[str, pd.DataFrame]) -> Figure:
    """mu* as bars beside mu* against sigma, the factors numbered by rank."""
    star, sigma = wide["mu_star"], wide["sigma"]
    figure = new_figure(height=max(3.1, 1.35 + _ROW * len(star)))
    axes = figure.subplots(1, 2, squeeze=False)
    left, right = axes[0]
    style = look(0)
    places, wide_labels = _names(left, list(star.index), numbered=True)
    left.barh(places, star["estimate"], height=0.62, color=style.colour, xerr=_spread(star),
              error_kw={"elinewidth": 1.1, "capsize": 2.2, "ecolor": INK})  # fmt: skip
    left.set_xlim(left=0.0)
    left.set_xlabel("μ*: mean absolute elementary effect")
    quiet_axes(right)
    x, y = star["estimate"].to_numpy(dtype=float), sigma["estimate"].to_numpy(dtype=float)
    right.errorbar(x, y, xerr=_spread(star), yerr=_spread(sigma), linestyle="none", marker="o", markersize=3.4,
                   color=style.colour, ecolor=FAINT, elinewidth=0.7)  # fmt: skip
    widest, highest = float((x + _spread(star)[1]).max()), float((y + _spread(sigma)[1]).max())
    placed: list[tuple[float, float]] = [(0.0, 0.0)]
    for k, (at, up) in enumerate(zip(x, y, strict=True), start=1):  # the largest first; one in its way goes without
        if all(abs(at - a) > _NEAR[0] * widest or abs(up - u) > _NEAR[1] * highest for a, u in placed):
            placed.append((at, up))
            right.annotate(str(k), (at, up), xytext=(4, 3), textcoords="offset points", fontsize=7.5)
    _slopes(right, widest, highest)
    right.set_xlabel("μ*")
    right.set_ylabel("σ: spread of the effects")
    _floors(left, places, wide["mu_star_noise"], 0.62)
    bars = (
        "An elementary effect is the change of the outcome over a step of one factor, per whole range of the factor. "
        "Bars: 95 % interval (bootstrap over trajectories). Lines: σ / μ* of .1, .5 and 1; below them an effect is "
        "almost linear, monotonic, almost monotonic."
    )
    margins = heading(figure, f"Sensitivity by Morris' screening: {_where(outcome)}", _note(sample, outcome, bars))
    arrange(figure, axes, margins, wide_labels, (0.62, 0.0))
    return figure


def _slopes(ax: Axes, widest: float, highest: float) -> None:
    """Reference lines through the origin, and the frame that holds points and intervals."""
    right, top = 1.08 * widest or 1.0, 1.08 * highest or 1.0
    for slope in SLOPES:
        ax.plot([0.0, right], [0.0, slope * right], color=FAINT, linewidth=0.7, zorder=1)
    ax.set_xlim(0.0, right)
    ax.set_ylim(0.0, top)


def _sobol(sample: Sample, outcome: Response, wide: dict[str, pd.DataFrame]) -> Figure:
    """First-order and total shares of the variance as pairs of bars."""
    first, total = wide["S1"], wide["ST"]
    figure = new_figure(height=max(2.4, 1.35 + 1.5 * _ROW * len(total)))
    axes = figure.subplots(1, 1, squeeze=False)
    ax = axes[0, 0]
    places, wide_labels = _names(ax, list(total.index), numbered=False)
    handles: list[Patch | Line2D] = []
    for k, (name, rows) in enumerate((("Total (ST)", total), ("First order (S1)", first))):
        style = look(k)
        ax.barh(places + (0.2 if k == 0 else -0.2), rows["estimate"], height=0.36, color=style.colour,
                hatch=style.hatch, edgecolor="white", linewidth=0.5, xerr=_spread(rows),
                error_kw={"elinewidth": 1.1, "capsize": 2.2, "ecolor": INK})  # fmt: skip
        handles.append(Patch(facecolor=style.colour, hatch=style.hatch, edgecolor="white", label=name))
    ax.axvline(0.0, color=INK, linewidth=0.8)
    ax.set_xlabel("Share of the variance of the outcome")
    _floors(ax, places + 0.2, wide["ST_noise"], 0.36)
    bars = (
        "First order: what the factor explains alone. Total: alone and together with others. Bars: 95 % interval "
        "(bootstrap); an estimate may fall below 0 by chance."
    )
    margins = heading(figure, f"Sobol' indices: {_where(outcome)}", _note(sample, outcome, bars), handles)
    arrange(figure, axes, margins, wide_labels, (0.0, 0.0))
    return figure
