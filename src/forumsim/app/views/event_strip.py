"""Marked events of a run in lanes, below its time courses."""

from __future__ import annotations

from collections import Counter

import numpy as np

from forumsim.analysis.palette import INK
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing
from forumsim.app.views.looks import cut
from forumsim.core.terms import Event
from forumsim.running.events import EVENT_WORDS

#: Room around the plots above: left, top, right, bottom.
MARGIN = (38, 20, 10, 18)
#: Events with a mark: mark, lane of the strip (what comes from outside, forums that come, forums that go).
MARKED = {
    Event.FOUNDING: ("▲", 1),
    Event.OPENING: ("△", 1),
    Event.COMPETITIVE_CREATION: ("◆", 1),
    Event.DISSOLUTION: ("▼", 2),
    Event.MERGER: ("▼", 2),
    Event.CRISIS: ("✱", 0),
    Event.SANCTION: ("✱", 0),
    Event.LEADERSHIP: ("✱", 0),
    Event.SUMMIT: ("✱", 0),
    Event.TECHNOLOGY: ("✱", 0),
    Event.VIOLATION: ("✱", 0),
    Event.INTERVENTION: ("●", 0),
}
MARKS = "✱ shock, ● you, ▲ founding, △ opening, ◆ rival created, ▼ forum ends"
#: Height of a lane of marks and of a line of small text.
LANE, LINE = 13, 15
#: Width of a mark, and of a digit of the number beside it.
MARK, DIGIT = 12, 5
#: Events of a lane that one mark stands for: steps, with what happened.
Together = list[tuple[int, Counter[Event]]]
#: Mean width of a small and bold letter.
THICK = 6.1
GRID = "#e3e3e3"
#: Colours of the lines of the run and of a second one: those of no bloc.
RUNS = (INK, "#B3005E")


def sample(drawing: Drawing, y: float, side: int) -> None:
    """The line of a run, for a legend."""
    drawing.line(4, y, 34, y, stroke=RUNS[side], stroke_width=2,
                 stroke_dasharray=None if side == 0 else "6 3")  # fmt: skip


def happened(frame: Frame) -> dict[tuple[int, int], Counter[Event]]:
    """Marked events by step and lane, counted by kind; the founding of a rival counts as the rival's alone."""
    log = frame.outcome.events
    rows = log[np.isin(log["kind"], [int(kind) for kind in MARKED]) & (log["step"] >= 0)]
    rivals = rows[rows["kind"] == Event.COMPETITIVE_CREATION]
    rival = set(zip(rivals["step"].tolist(), rivals["forum"].tolist(), strict=True))
    found: dict[tuple[int, int], Counter[Event]] = {}
    for step, code, forum in zip(rows["step"].tolist(), rows["kind"].tolist(), rows["forum"].tolist(), strict=True):
        kind = Event(code)
        if kind != Event.FOUNDING or (step, forum) not in rival:
            found.setdefault((step, MARKED[kind][1]), Counter())[kind] += 1
    return found


def draw_strip(drawing: Drawing, frame: Frame, side: int, y: float) -> float:
    """Draw marked events in lanes from ``y`` on: where marks would touch, one stands for all; the place below.

    One of two runs has a heading with its line, marks of its colour, and no empty lanes.
    """
    colour = RUNS[side]
    events = sorted(happened(frame).items())
    lanes = sorted({lane for (_, lane), _ in events}) if frame.label else [0, 1, 2]
    if frame.label:
        words = f"{frame.label}{'' if lanes else ': no events'}"
        sample(drawing, y + 7, side)
        drawing.text(40, y + 11, cut(words, drawing.width - 44, THICK), SMALL, font_weight=600)
        y += LINE + 3
    wide = drawing.width - MARGIN[0] - MARGIN[2]
    for place, lane in enumerate(lanes):
        middle = y + 8 + LANE * place
        drawing.line(MARGIN[0], middle, MARGIN[0] + wide, middle, stroke=GRID)
        marks = [(step, counts) for (step, own), counts in events if own == lane]
        for x, together in gathered(marks, MARGIN[0], wide / max(1, frame.length), drawing.width):
            kind = max({kind for _, counts in together for kind in counts}, key=list(MARKED).index)
            tip = "; ".join(f"{frame.date_of(step)}: {_counted(counts)}" for step, counts in together)
            drawing.text(x, middle + 4, MARKED[kind][0], SMALL, text_anchor="middle", fill=colour, tip=tip)
            if len(together) > 1:
                drawing.text(x + MARK / 2 - 1, middle + 4, _number(together), 9, fill=colour, tip=tip)
    return y + LANE * len(lanes)


def gathered(marks: Together, left: float, scale: float, right: float) -> list[tuple[float, Together]]:
    """Marks of a lane from left to right: place of the first, and all that would touch it or its number.

    A number that would reach beyond ``right`` moves its mark to the left.
    """
    found: list[tuple[float, Together]] = []

    def add(x: float, more: Together) -> None:
        if found and x < found[-1][0] + _room(found[-1][1]):
            found[-1][1].extend(more)
        else:
            found.append((x, more))

    for step, counts in marks:
        add(left + scale * step, [(step, counts)])
    if found:
        x, last = found.pop()
        add(min(x, right + MARK / 2 - _room(last)), last)
    return found


def _number(together: Together) -> str:
    """How many events, where there is more than one mark's worth."""
    return str(sum(counts.total() for _, counts in together)) if len(together) > 1 else ""


def _room(together: Together) -> int:
    """How far the next mark is at least."""
    return MARK + DIGIT * len(_number(together))


def _counted(counts: Counter[Event]) -> str:
    kinds = sorted(counts, key=list(MARKED).index)
    return ", ".join(EVENT_WORDS[k].short + (f" ({counts[k]} times)" if counts[k] > 1 else "") for k in kinds)
