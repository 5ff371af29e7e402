"""Time courses of measures, of one run or of two on common random numbers, and the difference of two."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing
from forumsim.app.views.event_strip import GRID, LINE, MARGIN, MARKS, RUNS, THICK, draw_strip, sample
from forumsim.app.views.looks import cut, extent, wrapped
from forumsim.core.measures import MEASURES_BY_NAME, Measure
from forumsim.core.world import Floats
from forumsim.plans.twins import COMPARED
from forumsim.results.twins import LINE as TWIN_LINE
from forumsim.results.twins import word_of

#: Height of a panel.
HEIGHT = 118
#: Widest panel before there is another beside it.
NARROW = 200
#: Last steps over which a difference is averaged.
LAST = 20
#: Width of a usual letter of a heading.
_BOLD = 6.7
_FAINT = "#595959"
_BAND = "#efeff1"


class CoursePanel:
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

    def axes(self, measure: Measure, first: str, last: str, result: str = "") -> None:
        """Title (a result at its right), horizontal guides with their numbers, the dates of both ends."""
        room = self.width + MARGIN[0] - 4 - (THICK * (len(result) + 2) if result else 0)
        title, bold = _title(measure), {"font_weight": 600}
        short = title if THICK * extent(title) <= room else cut(_title(measure, unit=False), room, THICK)
        self.drawing.text(self.x - MARGIN[0] + 2, self.y - 8, short, SMALL, tip="" if short == title else title, **bold)
        if result:
            self.drawing.text(self.x + self.width, self.y - 8, result, SMALL, text_anchor="end", **bold)
        for value in (self.low, (self.low + self.high) / 2.0, self.high):
            place = self.up(value)
            self.drawing.line(self.x, place, self.x + self.width, place, stroke=GRID)
            self.drawing.text(self.x - 4, place + 4, _said(value), SMALL, text_anchor="end", fill=_FAINT)
        self.drawing.text(self.x, self.y + self.height + 14, first, SMALL, fill=_FAINT)
        end = self.x + self.width
        self.drawing.text(end, self.y + self.height + 14, last, SMALL, text_anchor="end", fill=_FAINT)

    def course(self, values: Floats, side: int, tip: str) -> None:
        """One line; missing values are gaps, a value alone is a dot."""
        points = [(self.across(k), self.up(value)) for k, value in enumerate(values.tolist())]
        draw_line(self.drawing, points, RUNS[side], 1.8, tip, None if side == 0 else "6 3")


def draw_line(
    drawing: Drawing, points: list[tuple[float, float]], colour: str, wide: float, tip: str, dash: str | None = None
) -> None:
    """A line through points; missing ones are gaps, one alone is a dot."""
    for there, some in groupby(points, key=lambda point: math.isfinite(point[1])):
        stretch = list(some) if there else []
        if len(stretch) == 1:
            drawing.circle(*stretch[0], 2, fill=colour, tip=tip)
        elif stretch:
            drawing.polyline(stretch, stroke=colour, stroke_width=wide, stroke_dasharray=dash, tip=tip)


def limits(
    name: str, courses: Sequence[Floats], measures: Mapping[str, Measure] = MEASURES_BY_NAME
) -> tuple[float, float]:
    """Ends of a vertical axis: the measure's own where they are finite, else round numbers that grow by doubling."""
    measure = measures[name]
    if math.isfinite(measure.low) and math.isfinite(measure.high) and measure.high - measure.low <= 2.0:
        return float(measure.low), float(measure.high)
    values = np.concatenate([course[np.isfinite(course)] for course in courses] or [np.zeros(1)])
    top = float(values.max()) if values.size else 1.0
    bottom = float(values.min()) if values.size else 0.0
    high = 2.0 ** math.ceil(math.log2(max(top, 1e-6) * 1.02)) if top > 0 else 0.0
    low = -(2.0 ** math.ceil(math.log2(-bottom * 1.02))) if bottom < 0 else 0.0
    return (low, high) if high > low else (low, low + 1.0)


def _grid(width: int, number: int) -> tuple[int, int, float]:
    """Panels in a row, rows, and the width of a panel: as even as can be."""
    rows = math.ceil(number / max(1, min(number, width // NARROW)))
    columns = math.ceil(number / max(1, rows)) or 1
    return columns, rows, width / columns


def _title(measure: Measure, unit: bool = True) -> str:
    words = f" ({measure.unit})" if unit and measure.unit not in ("share", "") else ""
    words = "" if measure.unit in measure.label.lower().split() else words  # "trust across blocs" is trust
    return f"{measure.label[:1].upper()}{measure.label[1:]}{words}"


def _said(value: float, how: str = ".3g") -> str:
    return format(value, how).replace("-", "−") if math.isfinite(value) else "missing"


def courses(frames: Sequence[Frame], width: int, measures: Sequence[str], scope: str) -> str:
    """Time courses of measures, a panel each, of one run or of two on common random numbers: the second is dashed."""
    frame, two = frames[0], len(frames) > 1
    columns, rows, wide = _grid(width, len(measures))
    top = 24 + (18 * len(frames) if two else 0)
    key = wrapped(f"Events: {MARKS}", width, 4)
    said = "; ".join(_numbers(one, measures, scope) for one in frames)
    label = f"Time courses at {frame.date}. {frame.issue_label(scope)}: {said}"
    drawing = Drawing(width, top + rows * HEIGHT, label)
    heading = frame.issue_label(scope) + ("" if two else f": {', '.join(frame.verdict[scope])}")
    drawing.text(2, 14, cut(heading, width - 4, _BOLD), font_weight=600)
    if two:
        _legend(drawing, frames, scope)
    for k, name in enumerate(measures):
        found = [one.course(name, scope) for one in frames]
        low, high = limits(name, found, frame.measures)
        panel = CoursePanel(drawing, k % columns * wide, top + k // columns * HEIGHT, wide, frame.length, low, high)
        if name == "fragmentation_across":
            key += wrapped(_bands(panel, frame), width, 4)
        panel.axes(frame.measures[name], *_ends(frame), "" if two else _said(found[0][-1], ".2f"))
        for side, values in enumerate(found):
            now, begun = _said(values[-1]), _said(values[0])
            panel.course(
                values, side, f"{_of(frames[side])}{_title(frame.measures[name])} {now} now, {begun} at the start"
            )
    y = float(top + rows * HEIGHT)
    for side, one in enumerate(frames):
        y = draw_strip(drawing, one, side, y)
    for words in key:
        drawing.text(2, y + LINE, words, SMALL, fill=_FAINT)
        y += LINE
    drawing.height = y + 8
    return str(drawing)


def _of(frame: Frame) -> str:
    return f"{frame.label}: " if frame.label else ""


def _ends(frame: Frame) -> tuple[str, str]:
    return frame.date_of(0), frame.date_of(frame.length)


def _numbers(frame: Frame, measures: Sequence[str], scope: str) -> str:
    now = [f"{frame.measures[name].label} {_said(frame.course(name, scope)[-1])}" for name in measures]
    return f"{_of(frame)}{', '.join(frame.verdict[scope])}. {', '.join(now)}"


def _legend(drawing: Drawing, frames: Sequence[Frame], scope: str) -> None:
    for side, frame in enumerate(frames):
        y = 32 + 18 * side
        sample(drawing, y - 4, side)
        words = f"{_of(frame)}{', '.join(frame.verdict[scope])}"
        drawing.text(40, y, cut(words, drawing.width - 44, 6.3))


def _bands(panel: CoursePanel, frame: Frame) -> str:
    """Where fragmentation across blocs counts as shared forums, and where as divided ones; what to say of it."""
    params = frame.outcome.params
    shared, divided = float(params["measure_shared_f"]), float(params["measure_divided_f"])
    for low, high in ((0.0, shared), (divided, 1.0)):
        panel.drawing.rect(panel.x, panel.up(high), panel.width, panel.up(low) - panel.up(high), fill=_BAND)
    return f"Grey: divided forums (from {divided:g} on), shared forums (up to {shared:g})"


def difference(first: Frame, second: Frame, width: int, measures: Sequence[str], scope: str) -> str:
    """The first run less the second at each common step, a panel a measure, with its mean over the last steps.

    Beside that of fragmentation across blocs stands, for an issue, the twin verdict of the first against the second.
    """
    columns, rows, wide = _grid(width, len(measures))
    heading = f"{first.issue_label(scope)}: {first.label or 'first'} minus {second.label or 'second'}"
    drawing = Drawing(width, 40 + rows * HEIGHT, heading)
    drawing.text(2, 14, cut(heading, width - 4, _BOLD), font_weight=600)
    drawing.text(2, 30, f"At the right of a title: the mean of the last {LAST} steps", SMALL, fill=_FAINT)
    means = []
    for k, name in enumerate(measures):
        one, other = first.course(name, scope), second.course(name, scope)
        number = min(len(one), len(other))
        gap = one[:number] - other[:number]
        last = gap[-LAST:][np.isfinite(gap[-LAST:])]
        mean = _said(float(last.mean()), "+.3f") if last.size else "missing"
        if name == COMPARED and scope != "pooled" and last.size:  # the second run as the twin of the first
            mean += f", {word_of(float(last.mean()), float(first.outcome.params[TWIN_LINE.replace('.', '_')]))}"
        measure = first.measures[name]
        means.append(f"{measure.label} {mean}")
        reach = max(0.1, float(np.nanmax(np.abs(gap))) if np.isfinite(gap).any() else 0.1)
        reach = 0.1 * 2.0 ** math.ceil(math.log2(reach / 0.1))
        panel = CoursePanel(drawing, k % columns * wide, 40 + k // columns * HEIGHT, wide, first.length, -reach, reach)
        panel.axes(measure, *_ends(first), result=mean)
        panel.drawing.line(panel.x, panel.up(0.0), panel.x + panel.width, panel.up(0.0), stroke="#555")
        panel.course(gap, 0, f"{_title(measure)}: mean difference over the last {min(LAST, number)} steps {mean}")
    drawing.label = f"Difference, {heading}; mean of the last {LAST} steps: {', '.join(means)}"
    return str(drawing)
