"""Trust between blocs and between the majors, as numbers on shades, with its course."""

from __future__ import annotations

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing
from forumsim.world import Floats

CELL, LABEL = 44, 128
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
    """Who trusts whom: blocs (rows trust columns), the majors, and how it went.

    Parameters
    ----------
    frame : Frame
    width : int
        Pixels.
    picked : str
        A picked major is outlined.
    """
    majors = [int(i) for i in frame.majors][:6]
    blocs = [k for k in range(len(frame.scenario.blocs)) if (frame.world.bloc[frame.states] == k).any()]
    names = [frame.bloc_label(k) for k in blocs]
    cell = min(CELL, (width - LABEL - 6) / max(1, len(blocs), len(majors)))
    height = 44 + cell * len(blocs) + (46 + cell * len(majors) if len(majors) > 1 else 0) + 62
    drawing = Drawing(width, height, "")
    table = bloc_trust(frame)[np.ix_(blocs, blocs)]
    y = _table(drawing, 0.0, "Between blocs: rows trust columns", names, table, cell, [""] * len(blocs), picked)
    said = [f"{names[i]} in {names[j]} {table[i, j]:.2f}" for i in range(len(blocs)) for j in range(len(blocs))]
    if len(majors) > 1:
        own = frame.world.trust[np.ix_(majors, majors)].copy()
        np.fill_diagonal(own, np.nan)
        keys = [f"actor:{frame.scenario.actor_ids[i]}" for i in majors]
        ids = [frame.scenario.actor_names[i] for i in majors]
        y = _table(drawing, y + 8, "Between the majors", ids, own, cell, keys, picked)
        said.append(f"{ids[0]} in {ids[1]} {own[0, 1]:.2f}")
    _courses(drawing, frame, y + 12, width)
    drawing.label = f"Trust at {frame.date}, 0 to 1: {', '.join(said).replace('nan', 'no pairs')}."
    return str(drawing)


def _table(
    drawing: Drawing, y: float, title: str, names: list[str], values: Floats, cell: float, keys: list[str], picked: str
) -> float:
    """A square table; the place below it."""
    drawing.text(2, y + 14, title, font_weight=600)
    for j, name in enumerate(names):
        drawing.text(LABEL + cell * (j + 0.5), y + 34, str(j + 1), SMALL, text_anchor="middle", tip=name)
    for i, name in enumerate(names):
        top = y + 40 + cell * i
        short = name if len(name) <= 18 else f"{name[:17]}…"
        drawing.text(2, top + cell / 2 + 4, f"{i + 1} {short}", SMALL, tip=name, pick=keys[i],
                     font_weight=700 if keys[i] and keys[i] == picked else None)  # fmt: skip
        for j, other in enumerate(names):
            value = float(values[i, j])
            fill, ink = shade(value)
            words = f"{name} in {other}: {value:.2f}" if np.isfinite(value) else f"{name} in {other}: no pairs"
            drawing.rect(LABEL + cell * j, top, cell - 2, cell - 2, fill=fill, stroke="#c8ccd0", tip=words)
            text = f"{value:.2f}".replace("0.", ".", 1) if np.isfinite(value) else "–"
            drawing.text(LABEL + cell * (j + 0.5) - 1, top + cell / 2 + 3, text, SMALL, text_anchor="middle", fill=ink,
                         pointer_events="none")  # fmt: skip
    return y + 40 + cell * len(names)


def _courses(drawing: Drawing, frame: Frame, y: float, width: int) -> None:
    """A small line for each course, from 0 to 1 over the whole run."""
    wide = width / len(LINES)
    for k, (measure, words) in enumerate(LINES.items()):
        values = frame.course(measure)
        x = k * wide + 2
        now = f"{values[-1]:.2f}" if np.isfinite(values[-1]) else "missing"
        drawing.text(x, y + 8, f"{words} {now}", SMALL)
        drawing.line(x, y + 44, x + wide - 12, y + 44, stroke="#c8ccd0")
        points = [(x + (wide - 12) * s / max(1, frame.length), y + 44 - 30 * float(v))
                  for s, v in enumerate(values) if np.isfinite(v)]  # fmt: skip
        if len(points) > 1:
            drawing.polyline(points, stroke="#0072B2", stroke_width=1.6, tip=f"{words}: {now} now")
