"""The figure of one run: policy space at a few dates, live forums and events over time, who is in which forum."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from forumsim.analysis import labels
from forumsim.analysis.palette import FAINT, INK, look
from forumsim.analysis.space import draw_space, marker_size
from forumsim.analysis.story import STRIP, Story, live_forums, reach_by_bloc, strip_events
from forumsim.analysis.style import legend_columns, new_figure, page_width, quiet_axes, sheet_now, wrap
from forumsim.results.folder import ResultTables

LEFT, RIGHT, GAP = 0.52, 0.12, 0.12  # inches
TEXT_COLUMN = 2.05  # inches at most for the names of forums and rows, left of the strips
COUNTS = 0.62  # inches for the numbers of members, right of the strips
#: Shorter words for the rows of the strip of events, on a narrow page.
BRIEF = {"starts": "Founded", "competitive_creation": "Rival created", "ends": "Ended", "regime_shift": "Shifts"}
SPACE_GAP, FOOT, COUNT, EVENTS, LANE = 0.1, 0.44, 0.55, 0.72, 0.45


def draw_portrait(results: ResultTables, story: Story) -> Figure:
    """Draw the history of one run on one page.

    Parameters
    ----------
    results : ResultTables
        For labels.
    story : Story
        From `forumsim.analysis.story.read_story`.
    """
    pairs, wide = _pairs(story), page_width()
    count = len(story.shots)
    side = min((wide - LEFT - RIGHT - GAP * (count - 1)) / count, 2.6)
    lanes = len(story.letters)
    note = _note(results, story, int(wide * 18.2))
    note_height = 0.14 + 0.125 * (note.count("\n") + 1)
    strips = FOOT + COUNT + 0.1 + EVENTS + 0.32 + lanes * LANE + 0.4
    title = _title_lines(results, story)
    names, handles = _legend(results, story)
    columns = legend_columns(names, wide)
    rows = -(-len(names) // columns)
    head = 0.42 + 0.165 * len(title) + 0.155 * rows
    height = head + len(pairs) * (side + SPACE_GAP) + strips + note_height
    figure = new_figure(height)
    figure.text(0.012, 1 - 0.09 / height, "\n".join(title), va="top", weight="bold", fontsize=10)
    figure.legend(
        handles=handles, labels=names, loc="upper left",
        bbox_to_anchor=(0.0, 1 - (0.095 + 0.165 * len(title)) / height), ncols=columns, handlelength=2.6,
        handletextpad=0.4, columnspacing=1.0, fontsize=7.2, borderaxespad=0.5,
        handler_map={tuple: HandlerTuple(ndivide=None)},
    )  # fmt: skip
    limits = {issue: _limits(story, issue, side) for issue in story.issues}
    for row, (across, up) in enumerate(pairs):
        for column, step in enumerate(story.shots):
            bottom = height - head - row * (side + SPACE_GAP) - side
            ax = _axes(figure, LEFT + column * (side + GAP), bottom, side, side)
            ax.set_xlim(limits[across])
            ax.set_ylim(limits[up] if up is not None else (0, 1))
            draw_space(ax, story, step, across, up)
            _space_axis(ax, results, story, step, (across, up), row, column, row == len(pairs) - 1)
    top = height - head - len(pairs) * (side + SPACE_GAP) - FOOT
    start = _text_column()
    width = wide - start - RIGHT - COUNTS
    _count_strip(_axes(figure, start, top - COUNT, width, COUNT), story)
    top -= COUNT + 0.1
    _event_strip(_axes(figure, start, top - EVENTS, width, EVENTS), story)
    _lanes(figure, story, top - EVENTS - 0.32, start, width)
    figure.text(0.012, 0.07 / height, note, fontsize=6.8, color="#444444", va="bottom")
    return figure


def _text_column() -> float:
    """Inches for the names left of the strips."""
    return min(TEXT_COLUMN, 0.4 * page_width())


def _limits(story: Story, issue: str, side: float) -> tuple[float, float]:
    """Range of positions and charters on an issue over all snapshots, the same for every panel of ``side`` inches.

    It leaves room for the largest dot, so that none is cut at the edge.
    """
    drawn = story.forums[story.forums["forum"].isin(list(story.letters))][f"charter_{issue}"].dropna()
    values = np.concatenate([story.actors[f"position_{issue}"].to_numpy(dtype=float), drawn.to_numpy(dtype=float)])
    low, high = float(values.min()), float(values.max())
    radius = 0.62 * float(np.sqrt(marker_size(story.actors["power"].to_numpy())).max())  # a corner of a square
    share = min(0.3, max(0.05, radius / (72 * side)))  # of the side, at either end
    pad = max(high - low, 0.1) * share / (1 - 2 * share)
    return low - pad, high + pad


def _pairs(story: Story) -> list[tuple[str, str | None]]:
    """Issues of the rows of panels: first against second, first against third; one issue stands alone."""
    first, *rest = story.issues[:3]
    return [(first, other) for other in rest] or [(first, None)]


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    w, h = figure.get_size_inches()
    return figure.add_axes((left / w, bottom / h, width / w, height / h))


def _title_lines(results: ResultTables, story: Story) -> list[str]:
    """The title in lines; none where the sheet leaves titles out."""
    if not sheet_now().title:
        return []
    facts = ", ".join(f"{labels.parameter_label(name)} {labels.level_text(v)}" for name, v in story.facts.items())
    title = f"One run of “{labels.short(labels.scenario_title(results), 120)}”" + (f": {facts}" if facts else "")
    return wrap(labels.short(title, 300), int(page_width() * 11.5)).split("\n")


def _legend(results: ResultTables, story: Story) -> tuple[list[str], list[Any]]:
    """Names and marks of the legend."""
    states = set(story.actors.loc[story.actors["kind"] == "state", "bloc"])
    names, handles = [], []
    for k, bloc in enumerate(story.blocs):
        if bloc in states:
            dot = Line2D([], [], linestyle="none", marker=look(k).marker, color=look(k).colour, markersize=5.5)
            band = Patch(facecolor=look(k).colour, hatch=look(k).hatch, edgecolor="white", alpha=0.85)
            names.append(labels.bloc_label(bloc, results))
            handles.append((dot, band))
    marks = [
        ("non-state actor", Line2D([], [], linestyle="none", marker="+", color=FAINT)),
        ("forum", Line2D([], [], linestyle="none", marker="D", color=INK, markersize=4)),
        ("a larger member of it", Line2D([], [], color=FAINT, linewidth=1.6)),
    ]
    marks = marks if (story.actors["kind"] != "state").any() else marks[1:]
    return [*names, *(name for name, _ in marks)], [*handles, *(mark for _, mark in marks)]


def _space_axis(ax: Axes, results: ResultTables, story: Story, step: int, pair: tuple[str, str | None], row: int,
                column: int, bottom: bool) -> None:  # fmt: skip
    across, up = pair
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)
    if row == 0:
        title = story.dates[step] if story.dates[step] != str(step) else ""
        ax.set_title(f"{title} (step {step})" if title else f"Step {step}", loc="left", fontsize=8.5, pad=4)
    ax.tick_params(labelleft=column == 0 and up is not None, labelbottom=bottom, left=column == 0)
    if bottom:
        ax.set_xlabel(labels.issue_label(across, results), labelpad=1)
    if column == 0:
        ax.set_ylabel(labels.issue_label(up, results) if up is not None else "Blocs", labelpad=2)
    inches = float(ax.get_position().width * page_width())
    ticks = _inner_ticks(ax.get_xlim(), inches)
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ticks = _inner_ticks(ax.get_ylim(), inches) if up is not None else []
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])


def _inner_ticks(limits: tuple[float, float], side: float) -> list[float]:
    """Round numbers for a panel of ``side`` inches, away from the ends, where the label of the next panel is near."""
    low, high = limits
    room = (high - low) * 0.14 / side
    found = MaxNLocator(max(2, int(side / 0.3)), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [round(float(tick), 9) for tick in found if low + room <= tick <= high - room]


def _mark_shots(ax: Axes, story: Story) -> None:
    ax.set_xticks(list(story.shots))
    for step in story.shots:
        ax.axvline(step, color=FAINT, linewidth=0.6, linestyle=(0, (2, 2)), zorder=0)
    first = min(story.shots[0], int(story.actors["step"].min()))
    ax.set_xlim(first - 0.5, story.last + 0.5)


def _row_label(ax: Axes, text: str, y: float = 0.5, indent: float = 0.0) -> None:
    """Text in the left column of the page, level with ``y`` (share of the axes' height)."""
    shift = -72 * (_text_column() - 0.1) + indent
    lines = wrap(text, _letters(indent))
    ax.annotate(lines, (0, y), xytext=(shift, 0), xycoords="axes fraction", textcoords="offset points", ha="left",
                va="center", fontsize=7.4, linespacing=1.08)  # fmt: skip


def _letters(indent: float = 0.0) -> int:
    """Letters of a line in the column of names."""
    return int((_text_column() - 0.4 - indent / 72) / 0.0535)


def _count_strip(ax: Axes, story: Story) -> None:
    live = live_forums(story)
    quiet_axes(ax)
    ax.step(live.index, live.to_numpy(), where="post", color=INK, linewidth=1.2)
    ax.set_ylim(0, max(1.0, 1.15 * float(live.max())))
    ax.set_yticks([0, int(live.max())])
    ax.tick_params(labelbottom=False)
    _row_label(ax, "Live forums (count)")
    _mark_shots(ax, story)


def _event_strip(ax: Axes, story: Story) -> None:
    """One row per kind of event: a mark per step with an event, its number beside it when more than one."""
    marks = {"starts": "^", "competitive_creation": "*", "ends": "X"}
    counts = strip_events(story)
    for row, (key, text) in enumerate(STRIP):
        y = len(STRIP) - 1 - row
        found = counts[key][counts[key] > 0]
        if key == "regime_shift":
            most = float(found.max()) if len(found) else 1.0
            ax.bar(found.index, 0.8 * found / most, bottom=y - 0.4, width=0.8, color=FAINT)
            text += f" (to {int(most)})" if len(found) else ""
        else:
            ax.plot(found.index, np.full(len(found), y), linestyle="none", marker=marks[key], color=INK, markersize=5,
                    markeredgewidth=0)  # fmt: skip
            for step, number in zip(found.index.to_numpy(), found.to_numpy(), strict=True):
                if number < 2:
                    continue
                ax.annotate(str(number), (step, y), xytext=(3.2, 0), textcoords="offset points", fontsize=5.8,
                            va="center")  # fmt: skip
        brief = BRIEF[key] + text.partition(" (")[1] + text.partition(" (")[2]
        _row_label(ax, text if len(text) <= _letters() else brief, (y + 0.6) / (len(STRIP) + 0.2))
    ax.set_ylim(-0.6, len(STRIP) - 0.4)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.tick_params(labelbottom=False)
    _mark_shots(ax, story)


def _lanes(figure: Figure, story: Story, top: float, start: float, width: float) -> None:
    """Members of each chosen forum over time, stacked by bloc."""
    words = "Members' power by bloc (share of all states' power)"
    wide, high = figure.get_size_inches()
    words = words if width > 3.2 else "Members' power (share)"
    for x, text in ((start, words), (start + width + 0.06, "Members")):
        figure.text(x / wide, (top + 0.05) / high, text, fontsize=7.5, va="bottom")
    for row, (forum, table) in enumerate(reach_by_bloc(story).items()):
        ax = _axes(figure, start, top - (row + 1) * LANE, width, LANE - 0.09)
        last = row == len(story.letters) - 1
        bottom = np.zeros(len(table))
        for k, bloc in enumerate(story.blocs):
            values, style = table[bloc].to_numpy(dtype=float), look(k)
            ax.fill_between(table.index, bottom, bottom + values, step="post", facecolor=style.colour, linewidth=0,
                            hatch=style.hatch, edgecolor="white", alpha=0.85)  # fmt: skip
            bottom = bottom + values
        ax.set_ylim(0, 1)
        ax.set_yticks([0, 1], ["0", "1"])
        ax.tick_params(labelbottom=last, labelleft=row == 0)
        _mark_shots(ax, story)
        _lane_label(ax, story, forum)
        heads = table["members"].to_numpy()
        ax.annotate(f"{int(heads[0])}→{int(heads[-1])}", (1, 0.5), xytext=(4, 0), xycoords="axes fraction",
                    textcoords="offset points", va="center", fontsize=7)  # fmt: skip
        if last:
            dated = {step: date for step, date in story.dates.items() if date != str(step)}
            ax.set_xticks(list(story.shots), [f"{step}\n{dated.get(step, '')}".strip() for step in story.shots])
            ax.set_xlabel("Step", labelpad=1)


def _lane_label(ax: Axes, story: Story, forum: str) -> None:
    name = labels.short(story.names.get(forum) or labels.plain(forum), 3 * _letters(15.0) - 8)
    _row_label(ax, name, indent=15.0)
    ax.annotate(story.letters[forum], (0, 0.5), xytext=(-72 * (_text_column() - 0.1) + 5, 0), xycoords="axes fraction",
                textcoords="offset points", ha="center", va="center_baseline", fontsize=6.6, weight="bold",
                color="white", bbox={"boxstyle": "circle,pad=0.22", "facecolor": INK, "edgecolor": INK})  # fmt: skip


def _note(results: ResultTables, story: Story, letters: int) -> str:
    """What the marks mean and what is left out, in lines of so many letters."""
    every = story.forums[story.forums["status"].isin(["alive", "dormant"])]["forum"].nunique()
    others = every - len(story.letters)
    text = (
        f"Dots: states, area by power. Letters: the {len(story.letters)} forums with most power-weighted attention"
        + (f"; {others} others are counted but not drawn" if others > 0 else "")
        + ". A black letter stands at the charter; a white one covers one of the two issues of the panel and stands at "
        "its members' mean on the other. Lines: larger states to the three of these forums that they attend to most, "
        "wide where attention is large. Right of each band: number of members at the start and the end. One run is an "
        "illustration: n = 1."
    )
    ends = [(labels.issue_label(issue, results), *labels.issue_ends(issue, results)) for issue in story.issues[:3]]
    scales = [f"{name}: from {low} (0) to {high} (1)." for name, low, high in ends if low and high]
    return "\n".join([*(wrap(labels.short(scale, 300), letters) for scale in scales), wrap(text, letters)])
