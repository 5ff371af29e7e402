"""Time to convergence: curves of Kaplan and Meier by the first factor, with the runs at risk, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from forumsim.analysis import html, labels
from forumsim.analysis.axes import level_heads
from forumsim.analysis.fonts import cells
from forumsim.analysis.groups import Grouping, compared_parts, first_factor
from forumsim.analysis.palette import look
from forumsim.analysis.pictures import Sketch
from forumsim.analysis.spans import each_part, in_part, of_part, stopped
from forumsim.analysis.style import ENTRY, arrange, heading, letters, new_figure, page_width, quiet_axes
from forumsim.analysis.survival import event_times, kaplan_meier
from forumsim.core.errors import InputError
from forumsim.core.measures.verdict import CONVERGENCE
from forumsim.plans.statistics import wilson
from forumsim.results.folder import POOLED, ResultTables
from forumsim.results.kept import kept

#: Anchor of the section.
NAME = "time"
#: Inches: a row of the table of runs at risk, its heading with the gap above it, and the least and most for its names.
_ROW, _HEAD, _NAMES = 0.15, 0.24, (0.62, 1.7)


@dataclass(frozen=True)
class Times:
    """When the runs of one part first were in convergence.

    Attributes
    ----------
    results : ResultTables
        The part, or all parts where they are the groups.
    grouping : Grouping
    hold : int
        Steps for which a run must stay in convergence to count; the time is that of the first of them.
    frame : DataFrame
        ``run_id, time, observed`` (see `forumsim.analysis.survival.event_times`).
    """

    results: ResultTables
    grouping: Grouping
    hold: int
    frame: pd.DataFrame

    def of(self, group: str) -> pd.DataFrame:
        """The times of a group."""
        return self.frame[self.frame["run_id"].isin(self.grouping.runs[group])]


@kept
def convergence_times(results: ResultTables) -> list[Times]:
    """Times to convergence of all issues together, part by part; none where they cannot be told from the record."""
    try:
        return [_times(own) for own in compared_parts(results)]
    except InputError:  # a measure that the verdict needs was not recorded over time
        return []


def _times(results: ResultTables) -> Times:
    """The times of one part. What holds as long as the verdict looks back counts, at most half of the part's steps.

    Many worlds begin with one forum that all share, and leave it at once: that is no convergence.
    """
    hold = min(int(results.windows.min()), results.steps // 2)
    return Times(results, first_factor(results), hold, event_times(results, CONVERGENCE, hold=hold))


def sketches(results: ResultTables) -> Iterator[Sketch]:
    """A figure for each part in which any of several runs converges."""
    found = convergence_times(results)
    for times, (_, ending, words) in zip(found, each_part([times.results for times in found]), strict=True):
        if times.frame["observed"].any() and len(times.frame) > 1:
            yield Sketch(
                f"time_to_convergence{ending}",
                f"Share of runs that have not been in convergence yet, over time, with the runs at risk.{words}",
                partial(convergence_figure, times),
                NAME,
            )


def convergence_figure(times: Times) -> Figure:
    """The curves of Kaplan and Meier, and below them how many runs are at risk."""
    groups = list(times.grouping.runs)
    steps = sorted(int(step) for step in times.results.series["step"].unique())
    names = labels.shorts(groups, 24)
    left = min(max(_NAMES[0], 0.16 + 0.062 * max(map(cells, names))), _NAMES[1])
    foot = 0.42 + _HEAD + _ROW * len(groups)
    figure = new_figure(height=3.2 + foot)
    axes = figure.subplots(squeeze=False)
    ax = axes[0, 0]
    quiet_axes(ax)
    for k, group in enumerate(groups):
        own = times.of(group)
        _curve(ax, kaplan_meier(own["time"], own["observed"]), k)
    ticks = labels.even_steps(steps, min(9, max(3, int((page_width() - left) / 0.6))))
    ax.set_xticks(ticks)
    ax.set_xlim(-0.02 * steps[-1], 1.02 * steps[-1])
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel("Step", labelpad=1)
    ax.set_ylabel("Share not yet in convergence")
    name = times.grouping.label
    handles = [
        Line2D(
            [],
            [],
            color=look(k).colour,
            linestyle=look(k).line,
            linewidth=1.5,
            label=head,
        )
        for k, head in enumerate(level_heads(name, groups, letters(page_width() - ENTRY)))
    ]
    title = f"Time to convergence, all issues together{f', by {name}' if name else ''}{in_part(times.results)}"
    margins = heading(figure, title, _note(times), handles)
    arrange(figure, axes, margins, left, (0.0, 0.0), foot)
    _at_risk(ax, times, names, ticks, left)
    return figure


def _curve(ax: Axes, curve: pd.DataFrame, index: int) -> None:
    """One curve with its interval, and a mark where runs end without convergence."""
    style, time = look(index), curve["time"]
    ax.fill_between(time, curve["ci_low"], curve["ci_high"], step="post", color=style.colour, alpha=0.16, linewidth=0)
    ax.step(time, curve["survival"], where="post", color=style.colour, linestyle=style.line, linewidth=1.5)
    ended = curve[curve["censored"] > 0]
    ax.plot(ended["time"], ended["survival"], "|", color=style.colour, markersize=7, markeredgewidth=1.3)


def _at_risk(ax: Axes, times: Times, names: list[str], ticks: list[int], left: float) -> None:
    """A row for each group below the axis: the runs that are under way and not yet in convergence before a step."""
    edge, top = -72 * (left - 0.1), -72 * 0.42
    place: dict[str, Any] = {"textcoords": "offset points", "va": "top", "fontsize": 7.4}
    ax.annotate("Runs at risk", (0, 0), (edge, top), "axes fraction", weight="bold", **place)
    for k, (group, name) in enumerate(zip(times.grouping.runs, names, strict=True)):
        y, time = top - 72 * (0.17 + _ROW * k), times.of(group)["time"]
        ax.annotate(name, (0, 0), (edge, y), "axes fraction", **place)
        for tick in ticks:
            ax.annotate(
                str(int((time >= tick).sum())), (tick, 0), (0, y), ("data", "axes fraction"), ha="center", **place
            )


def _note(times: Times) -> str:
    reached, n = int(times.frame["observed"].sum()), len(times.frame)
    return (
        f"Kaplan and Meier; shaded: 95 % interval (Greenwood, log-log). A run counts from the step on from which it "
        f"stays in convergence, by the lines of the verdict, for {times.hold} steps at least: {reached} of n = {n} "
        f"runs. The others are censored {times.hold} steps before their end (|), since a later beginning would not be "
        "known. Runs at risk: under way and not yet in convergence."
        f"{times.grouping.note}"
        f"{stopped(times.results)}"
    )


def text(results: ResultTables) -> str:
    """How many runs came to convergence, when, and for how long: words and a table for the page."""
    found = convergence_times(results)
    if not found:
        return (
            "<p>The time to convergence cannot be told from these results: record the measures enf and "
            "fragmentation_across in the plan.</p>"
        )
    pieces = []
    for times in found:
        if times.frame["observed"].any():
            pieces.append(_table(times))
        else:
            low, high = wilson(0, len(times.frame))
            part = f"Part {times.results.part_name}: none" if times.results.part_name else "None"
            pieces.append(
                f"<p>{html.text(part)} of the n = {len(times.frame)} runs was in convergence for {times.hold} steps "
                f"(95 % interval of the share, Wilson: {labels.number(low, 2)} to {labels.number(high, 2)}), so that "
                "there is no time to draw.</p>"
            )
    return "\n".join(pieces)


def _table(times: Times) -> str:
    """One row for each group."""
    rows = []
    state = times.results.runs.set_index("run_id")[f"state_{POOLED}"] if _judged(times.results) else None
    for group in times.grouping.runs:
        own = times.of(group)
        reached = own[own["observed"]]
        curve = kaplan_meier(own["time"], own["observed"])
        last, half = curve.iloc[-1], curve[curve["survival"] <= 0.5]
        span = "" if pd.isna(last["ci_low"]) else f"{_number(1 - last['ci_high'])} to {_number(1 - last['ci_low'])}"
        stay = "" if state is None else str(int((state.reindex(reached["run_id"]) == CONVERGENCE).sum()))
        rows.append(
            [
                group,
                f"{half['time'].iloc[0]:g}" if len(half) else "not reached",
                len(reached),
                len(own) - len(reached),
                stay,
                len(own),
                _number(1 - last["survival"]),
                span,
            ]
        )
    headers = [
        times.grouping.label or "runs",
        "median step",
        "converged",
        "censored",
        "at the end",
        "n",
        "share converged",
        "95 % interval",
    ]
    caption = (
        "Time to convergence, all issues together: the step by which half of the runs have come to a convergence that "
        f"holds for {times.hold} steps at least, how many came to it, how many ended without (censored), how many of "
        "those that came to it are in it at the end, and the share that has come to it by the last step (Kaplan and "
        "Meier)."
        f"{of_part(times.results)}{times.grouping.note}{stopped(times.results)}"
    )
    return html.table(headers, rows, caption, numeric=7)


def _number(value: float) -> str:
    return labels.number(value, 2)


def _judged(results: ResultTables) -> bool:
    return f"state_{POOLED}" in results.runs
