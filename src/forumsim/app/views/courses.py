"""Time courses of measures, of one run or of two on common random numbers, and the difference of two."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from forumsim.analysis.style import LOOKS
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing
from forumsim.measures import MEASURES_BY_NAME
from forumsim.terms import Event
from forumsim.world import Floats

#: Height of a panel, and the room around its plot: left, top, right, bottom.
HEIGHT, MARGIN = 118, (38, 20, 10, 18)
#: Widest panel before there is another beside it.
NARROW = 200
#: Last steps over which a difference is averaged.
LAST = 20
#: Events with a mark, and how they are told from each other: word, mark.
MARKED = {
    Event.FOUNDING: ("founding", "▲"), Event.OPENING: ("opening", "△"),
    Event.COMPETITIVE_CREATION: ("rival created", "◆"),
    Event.DISSOLUTION: ("forum ends", "▼"), Event.MERGER: ("merger", "▼"), Event.CRISIS: ("crisis", "✱"),
    Event.SANCTION: ("sanctions", "✱"), Event.LEADERSHIP: ("new leadership", "✱"), Event.SUMMIT: ("summit", "✱"),
    Event.TECHNOLOGY: ("leap in technology", "✱"), Event.VIOLATION: ("violation revealed", "✱"),
    Event.INTERVENTION: ("you", "●"),
}  # fmt: skip
_GRID, _FAINT = "#e3e3e3", "#595959"


class Panel:
    """One small plot: places of steps and values, frame, axes, lines."""

    def __init__(self, drawing: Drawing, x: float, y: float, width: float, steps: int, low: float, high: float) -> None:
        self.drawing, self.x, self.y = drawing, x + MARGIN[0], y + MARGIN[1]
        self.width, self.height = width - MARGIN[0] - MARGIN[2], HEIGHT - MARGIN[1] - MARGIN[3]
        self.steps, self.low, self.high = max(1, steps), low, high

    def across(self, step: float) -> float:
        """Place of a step."""
        return self.x + self.width * step / self.steps

    def up(self, value: float) -> float:
        """Place of a value."""
        return self.y + self.height * (1.0 - (value - self.low) / (self.high - self.low))

    def axes(self, title: str, first: str, last: str) -> None:
        """Title, horizontal guides with their numbers, the dates of both ends."""
        self.drawing.text(self.x - MARGIN[0] + 2, self.y - 8, title, SMALL, font_weight=600)
        for value in (self.low, (self.low + self.high) / 2.0, self.high):
            place = self.up(value)
            self.drawing.line(self.x, place, self.x + self.width, place, stroke=_GRID)
            self.drawing.text(self.x - 4, place + 4, f"{value:.3g}", SMALL, text_anchor="end", fill=_FAINT)
        self.drawing.text(self.x, self.y + self.height + 14, first, SMALL, fill=_FAINT)
        end = self.x + self.width
        self.drawing.text(end, self.y + self.height + 14, last, SMALL, text_anchor="end", fill=_FAINT)

    def course(self, values: Floats, side: int, tip: str) -> None:
        """One line; missing values are gaps, a value alone is a dot."""
        look = LOOKS[side]
        dash = None if side == 0 else "6 3"
        for stretch in stretches(values):
            points = [(self.across(k), self.up(float(values[k]))) for k in stretch]
            if len(points) == 1:
                self.drawing.circle(*points[0], 2, fill=look.colour, tip=tip)
            else:
                self.drawing.polyline(points, stroke=look.colour, stroke_width=1.8, stroke_dasharray=dash, tip=tip)


def stretches(values: Floats) -> list[range]:
    """Runs of steps without a gap."""
    found: list[range] = []
    begun = -1
    for k, there in enumerate([*np.isfinite(values).tolist(), False]):
        if there and begun < 0:
            begun = k
        elif not there and begun >= 0:
            found.append(range(begun, k))
            begun = -1
    return found


def limits(name: str, courses: Sequence[Floats]) -> tuple[float, float]:
    """Ends of a vertical axis: the measure's own where they are finite, else round numbers that grow by doubling."""
    measure = MEASURES_BY_NAME[name]
    if math.isfinite(measure.low) and math.isfinite(measure.high) and measure.high - measure.low <= 2.0:
        return float(measure.low), float(measure.high)
    values = np.concatenate([course[np.isfinite(course)] for course in courses] or [np.zeros(1)])
    top = float(values.max()) if values.size else 1.0
    bottom = float(values.min()) if values.size else 0.0
    high = 2.0 ** math.ceil(math.log2(max(top, 1e-6) * 1.02)) if top > 0 else 0.0
    low = -(2.0 ** math.ceil(math.log2(-bottom * 1.02))) if bottom < 0 else 0.0
    return (low, high) if high > low else (low, low + 1.0)


def _grid(width: int, number: int) -> tuple[int, float]:
    """Panels in a row, and their width."""
    columns = max(1, min(number, width // NARROW))
    return columns, width / columns


def _title(name: str) -> str:
    measure = MEASURES_BY_NAME[name]
    unit = f" ({measure.unit})" if measure.unit and measure.unit not in ("share", "") else ""
    return f"{measure.label[:1].upper()}{measure.label[1:]}{unit}"


def courses(frames: Sequence[Frame], width: int, measures: Sequence[str], scope: str) -> str:
    """Time courses of measures, a panel each.

    Parameters
    ----------
    frames : sequence of Frame
        One run, or two on common random numbers: the second is dashed.
    width : int
        Pixels.
    measures : sequence of str
    scope : str
        Issue or ``pooled``.
    """
    frame = frames[0]
    columns, wide = _grid(width, len(measures))
    top = 24 + 18 * (len(frames) if len(frames) > 1 else 0)
    rows = math.ceil(len(measures) / columns)
    heading = f"{frame.issue_label(scope)}: {', '.join(frame.verdict[scope])}"
    drawing = Drawing(
        width, top + rows * HEIGHT + 34, f"Time courses at {frame.date}. {heading}. {_numbers(frame, measures, scope)}"
    )
    drawing.text(2, 14, heading, font_weight=600)
    if len(frames) > 1:
        _legend(drawing, frames, scope)
    for k, name in enumerate(measures):
        found = [one.course(name, scope) for one in frames]
        low, high = limits(name, found)
        panel = Panel(drawing, k % columns * wide, top + k // columns * HEIGHT, wide, frame.length, low, high)
        if name == "fragmentation":
            _bands(panel, frame)
        panel.axes(_title(name), *_ends(frame))
        for side, values in enumerate(found):
            panel.course(values, side, f"{_title(name)}{f', {frames[side].label}' if frames[side].label else ''}: "
                                       f"{values[-1]:.3g} now, {values[0]:.3g} at the start")  # fmt: skip
    _strip(drawing, frame, top + rows * HEIGHT, width)
    return str(drawing)


def _ends(frame: Frame) -> tuple[str, str]:
    return frame.date_of(0), frame.date_of(frame.length)


def _numbers(frame: Frame, measures: Sequence[str], scope: str) -> str:
    said = [f"{MEASURES_BY_NAME[name].label} {frame.course(name, scope)[-1]:.2f}" for name in measures]
    return ", ".join(said).replace("nan", "missing")


def _legend(drawing: Drawing, frames: Sequence[Frame], scope: str) -> None:
    for side, frame in enumerate(frames):
        y = 32 + 18 * side
        drawing.line(4, y - 4, 34, y - 4, stroke=LOOKS[side].colour, stroke_width=2,
                     stroke_dasharray=None if side == 0 else "6 3")  # fmt: skip
        words = f"{frame.label}: {', '.join(frame.verdict[scope])}"
        drawing.text(
            40, y, words if len(words) < drawing.width / 6.4 - 7 else words[: int(drawing.width / 6.4) - 8] + "…"
        )


def _bands(panel: Panel, frame: Frame) -> None:
    """Where the state of the run counts as convergence, and as fragmentation."""
    record = frame.outcome.record
    for low, high, colour, word in (
        (0.0, float(record["measure_converged_f"]), "#e3eef7", "convergence"),
        (float(record["measure_fragmented_f"]), 1.0, "#fbeadf", "fragmentation"),
    ):
        panel.drawing.rect(panel.x, panel.up(high), panel.width, panel.up(low) - panel.up(high), fill=colour,
                           tip=f"{word}: {low:g} to {high:g} over the last steps")  # fmt: skip


def _strip(drawing: Drawing, frame: Frame, y: float, width: int) -> None:
    """Marked events, one mark a step and kind, with what happened as tip."""
    x0, wide = MARGIN[0], width - MARGIN[0] - MARGIN[2]
    drawing.line(x0, y + 10, x0 + wide, y + 10, stroke=_GRID)
    log = frame.outcome.events
    wanted = log[np.isin(log["kind"], [int(kind) for kind in MARKED])]
    counted: dict[tuple[int, int], int] = {}
    for step, kind in zip(wanted["step"].tolist(), wanted["kind"].tolist(), strict=True):
        counted[step, kind] = counted.get((step, kind), 0) + 1
    used = {}
    for (step, kind), number in sorted(counted.items()):
        if step < 0:
            continue
        word, mark = MARKED[Event(kind)]
        used[mark] = word if mark != "✱" else "shock"
        x = x0 + wide * step / max(1, frame.length)
        drawing.text(x, y + 14, mark, SMALL, text_anchor="middle", fill="#333",
                     tip=f"{frame.date_of(step)}: {word}{f', {number} times' if number > 1 else ''}")  # fmt: skip
    words = "   ".join(f"{mark} {word}" for mark, word in used.items())
    drawing.text(2, y + 30, words if len(words) < width / 5.6 else words[: int(width / 5.6)] + "…", SMALL, fill=_FAINT)


def difference(first: Frame, second: Frame, width: int, measures: Sequence[str], scope: str) -> str:
    """The first run less the second at each common step, a panel a measure, with its mean over the last steps."""
    columns, wide = _grid(width, len(measures))
    rows = math.ceil(len(measures) / columns)
    heading = f"{first.issue_label(scope)}: {first.label or 'first'} minus {second.label or 'second'}"
    drawing = Drawing(width, 24 + rows * HEIGHT, heading)
    drawing.text(2, 14, heading if len(heading) < width / 6.6 else heading[: int(width / 6.6)] + "…", font_weight=600)
    means = []
    for k, name in enumerate(measures):
        one, other = first.course(name, scope), second.course(name, scope)
        number = min(len(one), len(other))
        gap = one[:number] - other[:number]
        last = gap[-LAST:][np.isfinite(gap[-LAST:])]
        mean = f"{last.mean():+.3f}" if last.size else "missing"
        means.append(f"{MEASURES_BY_NAME[name].label} {mean}")
        reach = max(0.1, float(np.nanmax(np.abs(gap))) if np.isfinite(gap).any() else 0.1)
        reach = 0.1 * 2.0 ** math.ceil(math.log2(reach / 0.1))
        panel = Panel(drawing, k % columns * wide, 24 + k // columns * HEIGHT, wide, first.length, -reach, reach)
        panel.axes(f"{_title(name)}: {mean}", *_ends(first))
        panel.drawing.line(panel.x, panel.up(0.0), panel.x + panel.width, panel.up(0.0), stroke="#555")
        panel.course(gap, 0, f"{_title(name)}: mean difference over the last {min(LAST, number)} steps {mean}")
    drawing.label = f"Difference, {heading}; mean of the last {LAST} steps: {', '.join(means)}"
    return str(drawing)
