"""Figures of a sweep: measures and paired differences against a varied parameter, verdicts, courses, clouds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from forumsim.analysis import labels
from forumsim.analysis.axes import (
    Roles,
    course_measures,
    is_numeric,
    is_rising,
    most_dates,
    places,
    recorded,
    some_levels,
    step_ticks,
)
from forumsim.analysis.palette import INK, VERDICT_LOOKS, Look, look
from forumsim.analysis.panels import Grid, Panel, draw_grid
from forumsim.analysis.spans import end_span, in_part, stopped
from forumsim.analysis.style import arrange, columns_that_fit, heading, new_figure, quiet_axes, wrap
from forumsim.analysis.tables import level_means, long_form, paired_differences, verdict_shares
from forumsim.plans.statistics import mean_intervals
from forumsim.results.folder import PART, POOLED, ResultTables


def by_issue_panels(results: ResultTables, names: list[str]) -> list[list[Panel]]:
    """Measures down, issues and pooled across."""
    return [[Panel(name, scope) for scope in results.scopes] for name in names]


def overall_panels(results: ResultTables, names: list[str]) -> list[list[Panel]]:
    """Pooled measures, two or three in a row."""
    scope = POOLED if POOLED in results.scopes else results.scopes[-1]
    panels = [Panel(name, scope) for name in names]
    wide = 3 if len(panels) % 2 and len(panels) > 1 else 2
    return [panels[i : i + wide] for i in range(0, len(panels), wide)]


def _lines(results: ResultTables, roles: Roles) -> tuple[list[Any], str]:
    """Levels that become lines, and a note when some are left out."""
    if roles.line is None:
        return [None], ""
    every = results.levels(roles.line)
    shown = some_levels(every)
    left = len(every) - len(shown)
    name = labels.parameter_label(roles.line)
    return shown, f" {left} of {len(every)} levels of {name} are not drawn." if left else ""


def _scope_text(by_issue: bool) -> str:
    return "by issue" if by_issue else "over all issues"


def measure_figure(results: ResultTables, roles: Roles, names: list[str], by_issue: bool) -> Figure:
    """Mean end values with their intervals against the varied parameter."""
    table = level_means(results, names)
    lines, left_out = _lines(results, roles)
    name = labels.parameter_label(roles.x)
    joined = is_numeric(results, roles.x)
    ribbon = (
        f"{'Shaded' if joined else 'Bars'}: 95 % interval of the mean. "
        if (table["n"] > 1).any()
        else "One run: no interval. "
    )
    note = (
        f"{labels.capital(end_span(results))} of a run, averaged over runs. {ribbon}"
        f"n = {labels.count_range(table['n'])} runs per point.{left_out}{stopped(results)}"
    )
    grid = Grid(
        panels=by_issue_panels(results, names) if by_issue else overall_panels(results, names),
        x=roles.x, line=roles.line, places=places(results.levels(roles.x)), lines=lines,
        title=f"Measures {_scope_text(by_issue)} against {name}{in_part(results)}", joined=joined,
        note=note, x_label=labels.parameter_axis(roles.x),
        line_label=labels.parameter_label(roles.line) if roles.line else "",
    )  # fmt: skip
    return draw_grid(table, grid, results)


def effect_figure(results: ResultTables, roles: Roles, names: list[str], by_issue: bool) -> Figure | None:
    """Paired differences to the first level of the varied parameter; nothing where no measure is defined there."""
    if roles.x == PART:
        return None
    table = paired_differences(results, roles.x, names)
    defined = set(table["measure"])
    undefined = ", ".join(labels.measure_label(m) for m in names if m not in defined)
    first = labels.level_text(results.levels(roles.x)[0])
    silent = f" Not defined at level {first}, so without a difference: {undefined}."
    names = [m for m in names if m in defined]
    if not names:
        return None
    lines, left_out = _lines(results, roles)
    start, *rest = results.levels(roles.x)
    name = labels.parameter_label(roles.x)
    bars = "Bars: 95 % interval of the mean difference. " if (table["n"] > 1).any() else "One pair: no interval. "
    note = (
        f"Δ: end value of a run less that of the run with the same draws at {name} {labels.level_text(start)} (paired "
        f"on common random numbers). {bars}n = {labels.count_range(table['n'])} pairs per point.{left_out}"
        + stopped(results)
        + (silent if undefined else "")
    )
    spots = places([start, *rest])
    grid = Grid(
        panels=by_issue_panels(results, names) if by_issue else overall_panels(results, names),
        x=roles.x, line=roles.line, places={level: spots[level] for level in rest}, lines=lines,
        title=f"Measures {_scope_text(by_issue)}: paired differences to {name} {labels.level_text(start)}"
        + in_part(results),
        note=note, x_label=labels.parameter_axis(roles.x), difference=True, joined=is_numeric(results, roles.x),
        line_label=labels.parameter_label(roles.line) if roles.line else "",
    )  # fmt: skip
    return draw_grid(table, grid, results)


def course_figure(results: ResultTables, roles: Roles | None) -> Figure:
    """Courses over time: pooled measures; the two levels (of words: all) as lines, those of a second as columns."""
    names = course_measures(results)
    scopes = [POOLED] if roles is not None and POOLED in results.scopes else list(results.scopes)
    series = results.series[results.series["issue"].isin(scopes)]
    part = [PART] if results.several else []
    wide = results.runs[["run_id", *part, *results.varied]].merge(series, on="run_id")
    lines, column_levels = [None], [None]
    if roles is not None:
        every = results.levels(roles.x)
        most = min(4, columns_that_fit(0.82, 0.14))
        lines = [every[0], every[-1]] if is_numeric(results, roles.x) else some_levels(every)
        column_levels = some_levels(results.levels(roles.line), most) if roles.line else [None]
    keys = [roles.x] if roles is not None else []
    keys += [roles.line] if roles is not None and roles.line else []
    tall = wide.melt(id_vars=["run_id", "step", "issue", *keys], value_vars=names, var_name="measure")
    table = mean_intervals(tall, [*keys, "step", "issue", "measure"])
    panels = by_issue_panels(results, names)
    if roles is not None:
        table = table.assign(issue=table[roles.line].map(str) if roles.line else POOLED)
        panels = [[Panel(n, str(c)) if roles.line else Panel(n, POOLED) for c in column_levels] for n in names]
    steps = sorted(table["step"].unique())
    grid = Grid(
        panels=panels, x="step", line=roles.x if roles is not None else None,
        places={step: float(step) for step in steps}, lines=lines, title=_course_title(results, roles),
        note=_course_note(results, table), x_label="Step",
        ticks=step_ticks(results, steps, most_dates(len(panels[0]))),
        line_label=labels.parameter_label(roles.x) if roles is not None else "",
    )  # fmt: skip
    figure = draw_grid(table, grid, results)
    if roles is not None and roles.line:
        for ax, level in zip(figure.axes, column_levels, strict=False):
            ax.set_title(labels.capital(f"{labels.parameter_label(roles.line)} {labels.level_text(level)}"), loc="left")
    return figure


def _course_title(results: ResultTables, roles: Roles | None) -> str:
    title = f"Course of the measures over time{in_part(results)}"
    if roles is None:
        return title
    name = labels.parameter_label(roles.x)
    if is_rising(results, roles.x):
        return f"{title} at the lowest and highest {name}"
    return f"{title} at the first and last {name}" if is_numeric(results, roles.x) else f"{title} by {name}"


def _course_note(results: ResultTables, table: pd.DataFrame) -> str:
    counts = labels.count_range(table["n"])
    if (table["n"] <= 1).all():
        return f"One run per line: no interval. Scenario {labels.plain(results.scenario)}."
    text = f"Mean over runs at each recorded step; shaded: its 95 % interval. n = {counts} runs per line."
    return text + stopped(results)


def verdict_figure(results: ResultTables, roles: Roles | None, kind: str) -> Figure | None:
    """Shares of runs by verdict as stacked bars: issues across, levels of the second parameter down."""
    table = verdict_shares(results, kind)
    if table.empty or (roles is not None and roles.others):
        return None
    scopes = [scope for scope in results.scopes if scope in set(table["issue"])]
    rows = _lines(results, roles)[0] if roles is not None else [None]
    order = [v for v in VERDICT_LOOKS if v in set(table["verdict"])]
    order += sorted(set(table["verdict"]) - set(order))
    wide = min(len(scopes), columns_that_fit(0.72, 0.16))
    deep = -(-len(scopes) // wide)  # rows of panels for one level
    figure = new_figure(height=1.35 + (1.35 if deep == 1 else 1.5) * len(rows) * deep)
    axes = figure.subplots(len(rows) * deep, wide, squeeze=False, sharex=True, sharey=True)
    for spare in axes.reshape(len(rows), -1)[:, len(scopes) :].ravel():
        spare.set_visible(False)
    every = results.levels(roles.x) if roles is not None else [None]
    if roles is not None and kind == "twin":  # levels that are their own twins have no bar
        every = [level for level in every if level in set(table[roles.x])]
    for i, level in enumerate(rows):
        for j, scope in enumerate(scopes):
            part = table[table["issue"] == scope]
            if roles is not None and roles.line is not None:
                part = part[part[roles.line] == level]
            ax = axes[i * deep + j // wide, j % wide]
            _stack(ax, part, roles.x if roles is not None else None, every, order)
            if i == 0 or deep > 1:
                ax.set_title(labels.issue_label(scope, results), loc="left")
            if i == len(rows) - 1 and j >= len(scopes) - wide and roles is not None:
                ax.set_xlabel(labels.parameter_axis(roles.x))
                ax.tick_params(labelbottom=True)
        name = f"{labels.parameter_label(roles.line)} {labels.level_text(level)}\n" if roles and roles.line else ""
        for first in axes[i * deep : (i + 1) * deep, 0]:
            first.set_ylabel(f"{labels.capital(name)}share of runs")
    handles = [Patch(facecolor=_verdict_look(v, k).colour, hatch=_verdict_look(v, k).hatch, edgecolor="white", label=v)
               for k, v in enumerate(order)]  # fmt: skip
    what = {"state": "State at the end of a run", "tendency": "Tendency over a run"}.get(
        kind, f"Runs against their twins ({labels.twin_settings(results)}, same seed)"
    )
    against = f" against {labels.parameter_label(roles.x)}" if roles is not None else ""
    counted = "pairs" if kind == "twin" else "runs"
    note = f"n = {labels.count_range(table['n'])} {counted} per bar. Verdicts as defined in the report; that on all "
    note += f"issues rests on the mean over them.{stopped(results)}"
    title = f"{what}: share of runs by verdict{against}, by issue{in_part(results)}"
    margins = heading(figure, title, note, handles)
    arrange(figure, axes, margins, 0.72, (0.16, 0.16 if deep == 1 else 0.42))
    return figure


def _verdict_look(verdict: str, index: int) -> Look:
    return VERDICT_LOOKS.get(verdict) or look(index + 2)


def _stack(ax: Any, part: pd.DataFrame, x: str | None, every: list[Any], order: list[str]) -> None:
    """One stacked bar per level."""
    bottom = np.zeros(len(every))
    for k, verdict in enumerate(order):
        rows = part[part["verdict"] == verdict]
        shares = [float(rows["share"].sum() if x is None else rows.loc[rows[x] == level, "share"].sum())
                  for level in every]  # fmt: skip
        style = _verdict_look(verdict, k)
        ax.bar(range(len(every)), shares, bottom=bottom, color=style.colour, hatch=style.hatch, edgecolor="white",
               linewidth=0.6, width=0.78)  # fmt: skip
        bottom += np.array(shares)
    ax.set_ylim(0, 1)
    ax.set_xticks(range(len(every)))
    ax.set_xticklabels([labels.level_text(level) if level is not None else "all runs" for level in every])


def cloud_figure(results: ResultTables) -> Figure:
    """Any other design: mean end values of every point against each varied parameter, with the mean in bins."""
    names = list(results.chosen) or recorded(results, ("fragmentation_across", "enf", "trust_across", "legalization"))
    names = names or recorded(results, results.measures)[:4]
    columns = sorted(results.varied, key=lambda column: not is_numeric(results, column))
    columns = columns[: min(5, columns_that_fit(0.82, 0.16))]
    scope = POOLED if POOLED in results.scopes else results.scopes[-1]
    table = long_form(results.ends[results.ends["issue"] == scope], results.varied, names)
    points = mean_intervals(table, ["point", *results.varied, "measure"])
    figure = new_figure(height=1.0 + 1.6 * len(names))
    axes = figure.subplots(len(names), len(columns), squeeze=False, sharex="col", sharey="row")
    for i, name in enumerate(names):
        rows = points[points["measure"] == name]
        for j, column in enumerate(columns):
            ax, spots = axes[i, j], places(results.levels(column))
            x, y = rows[column].map(spots).to_numpy(dtype=float), rows["mean"].to_numpy(dtype=float)
            quiet_axes(ax)
            ax.plot(x, y, "o", color=look(0).colour, markersize=2.6, alpha=0.45, markeredgewidth=0)
            middle, mean = _binned(x, y)
            ax.plot(middle, mean, "-" if is_numeric(results, column) else "_", color=INK, linewidth=1.3, markersize=14)
            if not is_numeric(results, column):
                ax.set_xticks(list(spots.values()), [labels.level_text(level) for level in spots])
                ax.set_xlim(min(spots.values()) - 0.5, max(spots.values()) + 0.5)
            if i == len(names) - 1:
                ax.set_xlabel(labels.parameter_axis(column))
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
