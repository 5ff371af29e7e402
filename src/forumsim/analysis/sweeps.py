"""Figures of a sweep: measures and paired differences against a varied parameter, verdicts, courses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from forumsim.analysis import labels
from forumsim.analysis.axes import (
    MOST_LINES,
    Roles,
    course_measures,
    is_numeric,
    is_rising,
    level_heads,
    level_ticks,
    most_dates,
    places,
    some_levels,
    step_ticks,
)
from forumsim.analysis.palette import VERDICT_LOOKS, Look, look
from forumsim.analysis.panels import Grid, Panel, draw_grid
from forumsim.analysis.spans import end_span, in_part, stopped
from forumsim.analysis.style import (
    arrange,
    columns_that_fit,
    heading,
    letters,
    new_figure,
    page_width,
)
from forumsim.analysis.tables import level_means, paired_differences, verdict_shares
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
        f"{labels.counted(table['n'], 'run')} per point.{left_out}{stopped(results)}"
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
        f"on common random numbers). {bars}{labels.counted(table['n'], 'pair')} per point.{left_out}"
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
    lines, column_levels, looks = [None], [None], None
    if roles is not None:
        every = results.levels(roles.x)
        most = min(4, columns_that_fit(0.82, 0.14))
        lines = some_levels(every)
        if is_numeric(results, roles.x):  # with the looks that they have among all levels, or as the thirds of many
            lines, looks = [every[0], every[-1]], [0, len(every) - 1 if len(every) <= MOST_LINES else 2]
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
        line_label=labels.parameter_label(roles.x) if roles is not None else "", looks=looks,
    )  # fmt: skip
    figure = draw_grid(table, grid, results)
    if roles is not None and roles.line:
        name, room = labels.parameter_label(roles.line), letters((page_width() - 0.94) / len(column_levels) - 0.14)
        for ax, head in zip(figure.axes, level_heads(name, column_levels, room), strict=False):
            ax.set_title(head, loc="left")
    return figure


def _course_title(results: ResultTables, roles: Roles | None) -> str:
    title = f"Course of the measures over time{in_part(results)}"
    if roles is None:
        return title
    name = labels.parameter_label(roles.x)
    columns = f", by {labels.parameter_label(roles.line)}" if roles.line else ""
    if is_rising(results, roles.x):
        return f"{title} at the lowest and highest {name}{columns}"
    return f"{title} {'at the first and last' if is_numeric(results, roles.x) else 'by'} {name}{columns}"


def _course_note(results: ResultTables, table: pd.DataFrame) -> str:
    if (table["n"] <= 1).all():
        return f"One run per line: no interval. Scenario {labels.plain(results.scenario)}."
    text = "Mean over runs at each recorded step; shaded: its 95 % interval. "
    return f"{text}{labels.counted(table['n'], 'run')} per line.{stopped(results)}"


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
    room = letters((page_width() - 0.68) / wide)
    deep = -(-len(scopes) // wide)  # rows of panels for one level
    which = labels.parameter_label(roles.line) if roles is not None and roles.line is not None else ""
    gap = 0.56 if which else 0.16 if deep == 1 else 0.42  # a row of its own level has two lines above it
    figure = new_figure(height=1.35 + (1.19 + gap) * len(rows) * deep)
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
            _stack(ax, part, roles.x if roles is not None else None, every, order, room)
            if i == 0 or deep > 1 or which:
                ax.set_title(labels.issue_label(scope, results), loc="left")
            if i == len(rows) - 1 and j >= len(scopes) - wide and roles is not None:
                ax.set_xlabel(labels.short(labels.parameter_axis(roles.x), room))
                ax.tick_params(labelbottom=True)
        for first in axes[i * deep : (i + 1) * deep, 0]:
            first.set_ylabel("Share of runs")
    handles = [Patch(facecolor=_verdict_look(v, k).colour, hatch=_verdict_look(v, k).hatch, edgecolor="white", label=v)
               for k, v in enumerate(order)]  # fmt: skip
    what = {"state": "State at the end of a run", "tendency": "Tendency over a run"}.get(
        kind, f"Runs against their twins ({labels.twin_settings(results)}, same seed)"
    )
    against = f" against {labels.parameter_label(roles.x)}" if roles is not None else ""
    note = f"{labels.counted(table['n'], 'pair' if kind == 'twin' else 'run')} per bar. Verdicts as defined in the "
    note += f"report; that on all issues rests on the mean over them.{stopped(results)}"
    title = f"{what}: share of runs by verdict{against}, by issue{in_part(results)}"
    top, bottom = heading(figure, title, note, handles)
    arrange(figure, axes, (top + 0.14 * bool(which), bottom), 0.72, (0.16, gap))
    heads = level_heads(which, rows, letters(page_width() - 0.84)) if which else []
    for first, head in zip(axes[::deep, 0], heads, strict=False):
        box = first.get_position()
        figure.text(box.x0, box.y1 + 0.22 / figure.get_figheight(), head, fontsize=8.5)
    return figure


def _verdict_look(verdict: str, index: int) -> Look:
    return VERDICT_LOOKS.get(verdict) or look(index + 2)


def _stack(ax: Any, part: pd.DataFrame, x: str | None, every: list[Any], order: list[str], room: int) -> None:
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
    texts = level_ticks([level for level in every if level is not None], room)
    ax.set_xticks(range(len(every)))
    ax.set_xticklabels(list(texts.values()) or ["all runs"])
