"""Trust between blocs and between the majors, as numbers on shades, with its course."""

from __future__ import annotations

import numpy as np

from forumsim.analysis.palette import INK
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing
from forumsim.app.views.courses import draw_line
from forumsim.app.views.looks import cut, extent
from forumsim.core.world import Floats

#: Widest cell, narrowest cell with a number in it, least room for names.
CELL, LEAST, LABEL = 44, 24, 128
#: Relative luminance of red, green and blue (WCAG 2), and where white ink is read as well as black.
_LUMINANCE, _DARK = np.array([0.2126, 0.7152, 0.0722]), 0.179
#: Courses that are drawn beside: measure and words.
LINES = {"trust_within": "within blocs", "trust_across": "across blocs", "trust_majors": "between majors"}


def bloc_trust(frame: Frame) -> Floats:
    """Power-weighted mean trust of the rows' states in the columns' states, without self-pairs; NaN without pairs."""
    world, states = frame.world, frame.states
    number = len(frame.scenario.blocs)
    member = np.zeros((number, len(states)))
    known = world.bloc[states] >= 0
    member[world.bloc[states][known], np.flatnonzero(known)] = 1.0
    weight = member * world.power[states]
    mutual = world.trust[np.ix_(states, states)].copy()
    np.fill_diagonal(mutual, 0.0)
    totals = weight.sum(axis=1)
    pairs = np.outer(totals, totals)
    pairs[np.diag_indices(number)] -= (weight**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(pairs > 1e-12, weight @ mutual @ weight.T / pairs, np.nan)


def shade(value: float) -> tuple[str, str]:
    """Fill for a share 0..1 (light to dark blue), and ink that can be read on it."""
    if not np.isfinite(value):
        return "#ffffff", "#595959"
    low, high = np.array([247, 251, 255]), np.array([8, 69, 148])
    red, green, blue = (low + (high - low) * min(max(value, 0.0), 1.0)).astype(int)
    share = np.array([red, green, blue]) / 255.0
    light = float(np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ _LUMINANCE)
    return f"#{red:02x}{green:02x}{blue:02x}", "#ffffff" if light < _DARK else "#000000"


def trust(frame: Frame, width: int, picked: str = "") -> str:
    """Who trusts whom: blocs (rows trust columns), the majors, and how it went; a picked major's row is outlined."""
    majors = [int(i) for i in frame.majors][:6]
    blocs = [k for k in range(len(frame.scenario.blocs)) if (frame.world.bloc[frame.states] == k).any()]
    names = [frame.bloc_label(k) for k in blocs]
    cell = min(CELL, (width - LABEL - 6) / max(1, len(blocs), len(majors)))
    longest = max((extent(name) for name in [*names, *(frame.scenario.actor_names[i] for i in majors)]), default=0)
    room = min(max(LABEL, 5.8 * longest + 30), 210.0, width - 6 - cell * max(1, len(blocs), len(majors)))
    height = 44 + cell * len(blocs) + (46 + cell * len(majors) if len(majors) > 1 else 0) + 80
    drawing = Drawing(width, height, "")
    table = bloc_trust(frame)[np.ix_(blocs, blocs)]
    y = _table(drawing, 0.0, "Between blocs: rows trust columns", names, table, (room, cell), [""] * len(blocs), picked)
    said = [f"{names[i]} in {names[j]} {table[i, j]:.2f}" for i in range(len(blocs)) for j in range(len(blocs))]
    if len(majors) > 1:
        own = frame.world.trust[np.ix_(majors, majors)].copy()
        np.fill_diagonal(own, np.nan)
        keys = [f"actor:{frame.scenario.actor_ids[i]}" for i in majors]
        ids = [frame.scenario.actor_names[i] for i in majors]
        y = _table(drawing, y + 8, "Between the majors", ids, own, (room, cell), keys, picked)
        said.append(f"{ids[0]} in {ids[1]} {own[0, 1]:.2f}")
    _courses(drawing, frame, y + 12, width)
    drawing.label = f"Trust at {frame.date}, 0 to 1: {', '.join(said).replace('nan', 'no pairs')}."
    return str(drawing)


def _table(
    drawing: Drawing, y: float, title: str, names: list[str], values: Floats, sizes: tuple[float, float],
    keys: list[str], picked: str,
) -> float:  # fmt: skip
    """A square table with room for names and cells of the given sizes; the place below it."""
    room, cell = sizes
    drawing.text(2, y + 14, title, font_weight=600)
    for j, name in enumerate(names):
        place = room + cell * (j + 0.5) - 1
        if cell >= LEAST or j % 2 == 0:
            drawing.text(place, y + 34, str(j + 1), SMALL, text_anchor="middle", tip=name)
    for i, name in enumerate(names):
        top, chosen = y + 40 + cell * i, keys[i] != "" and keys[i] == picked
        drawing.text(2, top + cell / 2 + 3, cut(f"{i + 1} {name}", room - 8, 6.4 if chosen else 5.8), SMALL, tip=name,
                     pick=keys[i], font_weight=700 if chosen else None)  # fmt: skip
        for j, other in enumerate(names):
            _cell(drawing, room + cell * j, top, cell, float(values[i, j]), f"{name} in {other}")
        if chosen:
            drawing.rect(room - 1, top - 1, cell * len(names), cell, fill="none", stroke="#D55E00", stroke_width=1.5)
    return y + 40 + cell * len(names)


def _cell(drawing: Drawing, x: float, y: float, cell: float, value: float, words: str) -> None:
    fill, ink = shade(value)
    there = np.isfinite(value)
    tip = f"{words}: {value:.2f}" if there else f"{words}: no pairs"
    drawing.rect(x, y, cell - 2, cell - 2, fill=fill, stroke="#c8ccd0", tip=tip)
    if cell >= LEAST:
        text = f"{value:.2f}".replace("0.", ".", 1) if there else "–"
        drawing.text(x + cell / 2 - 1, y + cell / 2 + 3, text, SMALL, text_anchor="middle", fill=ink,
                     pointer_events="none")  # fmt: skip


def _courses(drawing: Drawing, frame: Frame, y: float, width: int) -> None:
    """A small line for each course, from 0 to 1 over the whole run."""
    wide = width / len(LINES)
    drawing.text(2, y + 8, "Over the run: mean trust, from 0 at the line to 1", SMALL, font_weight=600)
    y += 18
    for k, (measure, words) in enumerate(LINES.items()):
        values = frame.course(measure)
        x = k * wide + 2
        now = f"{values[-1]:.2f}" if np.isfinite(values[-1]) else "missing"
        drawing.text(x, y + 8, f"{words} {now}", SMALL)
        drawing.line(x, y + 44, x + wide - 12, y + 44, stroke="#c8ccd0")
        across = (wide - 12) / max(1, frame.length)
        points = [(x + across * step, y + 44 - 30 * value) for step, value in enumerate(values.tolist())]
        draw_line(drawing, points, INK, 1.6, f"{words}: {now} now")
