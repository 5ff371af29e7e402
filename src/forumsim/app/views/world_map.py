"""The world map of a case whose actors are countries: blocs, members of a forum, who shares forums with whom."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np

from forumsim.analysis.land import BORDERS, HEIGHT, WIDTH, mostly_countries, shapes
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, element
from forumsim.app.views.looks import actor_tips, bloc_colour, legend, wrapped
from forumsim.app.views.network import ties
from forumsim.core.terms import Kind
from forumsim.core.world import Floats
from forumsim.scenarios import Scenario

_LAND, _PALE, _STRONG = "#e6e6e6", 0.22, 0.5
_DOT = 3.2  # pixels


@cache
def drawable() -> tuple[tuple[str, str, str], ...]:
    """The shapes, land by steps from point to point in half units (half the bytes), to be drawn at half the scale."""
    return tuple((code, kind, relative(d) if kind == "land" else d) for code, kind, d in shapes())


def relative(path: str) -> str:
    """A path of M, L and Z in halves of units as whole steps from point to point."""
    parts = []
    for ring in re.findall(r"M([^MZ]*)Z", path):
        points = [tuple(round(2 * float(value)) for value in point.split(",")) for point in ring.split("L")]
        (x, y), steps = points[0], ""
        for a, b in points[1:]:
            steps += f"{' ' if steps and a >= x else ''}{a - x}{' ' if b >= y else ''}{b - y}"
            x, y = a, b
        parts.append(f"M{points[0][0]} {points[0][1]}l{steps}z")
    return "".join(parts)


def has_map(scenario: Scenario) -> bool:
    """Whether most of a scenario's actors are countries, by their ids."""
    return mostly_countries(scenario.actor_ids)


def strength(frame: Frame, picked: str) -> tuple[Floats | None, str]:
    """How strongly each actor is shown (0..1), and what that means; None where nothing is picked."""
    i, f = frame.picked(picked)
    if f >= 0:
        return frame.world.member[f].astype(float), f"members of {frame.forum_name(f)}"
    if i >= 0:
        shared = ties(frame, np.arange(frame.world.actors), "pooled")[i]
        most = float(shared.max())
        found = shared / most if most > 0 else shared
        found[i] = 1.0
        return found, f"attention in common with {frame.scenario.actor_names[i]} (most: {most:.2f})"
    return None, "blocs"


def world_map(frame: Frame, width: int, picked: str = "") -> str:
    """The map of a scenario that `has_map`.

    A picked forum shows its members, a picked actor with whom it shares forums; others are pale.
    """
    scale, foot = width / WIDTH, HEIGHT * width / WIDTH
    shown, words = strength(frame, picked)
    rows, tips = {name: i for i, name in enumerate(frame.scenario.actor_ids)}, actor_tips(frame)
    land, dots = [], []
    for code, kind, d in drawable():
        i = rows.get(code, -1)
        if i < 0 or frame.world.kind[i] != Kind.STATE:
            land += [element("path", d=d, fill=_LAND)] if kind == "land" else []
            continue
        look = _look(frame, i, shown, picked) | {"tip": tips[i], "pick": f"actor:{code}"}
        if kind == "land":
            land.append(element("path", d=d, **look))
        else:
            x, y = (float(value) * scale for value in d.split(","))
            x = min(max(x, _DOT), width - _DOT)  # Tuvalu lies at the edge of the map
            dots.append(element("circle", cx=x, cy=y, r=_DOT, **look))
    usual = f'stroke="#ffffff" fill-opacity="{0.8 if shown is None else _PALE}" stroke-linejoin="round"'
    drawing = Drawing(width, 0, _label(frame, shown, words))
    drawing.raw(f'<g transform="scale({scale / 2:.5f})" {usual} stroke-width="{1.2 / scale:.1f}">{"".join(land)}</g>')
    drawing.raw(f'<g {usual} stroke-width="0.6">{"".join(dots)}</g>')
    y = foot + 14
    for line in [*wrapped(_note(shown, words, picked), width - 14, 3), *wrapped(sources(frame), width - 14, 9)]:
        drawing.text(8, y, line, SMALL)
        y += 15
    drawing.height = legend(drawing, frame, y + 3) - 6
    return str(drawing)


def _look(frame: Frame, i: int, shown: Floats | None, picked: str) -> dict[str, Any]:
    """What sets a country off from the usual look: colour of its bloc, how strong, an outline besides."""
    look: dict[str, Any] = {"fill": bloc_colour(int(frame.world.bloc[i]))}
    level = 0.0 if shown is None else float(shown[i])
    if level > 0.0:
        look["fill_opacity"] = f"{_PALE + (0.95 - _PALE) * level:.2f}"
    if level >= _STRONG:
        own = picked == f"actor:{frame.scenario.actor_ids[i]}"
        look |= {"stroke": "#111111", "vector_effect": "non-scaling-stroke", "stroke_width": 2 if own else 0.8}
    return look


def _note(shown: Floats | None, words: str, picked: str) -> str:
    if shown is None:
        return "Colour: bloc. Dots: countries too small for the map."
    if picked.startswith("forum:"):
        return f"Strong, with an outline: {words}, {int((shown > 0).sum())} actors."
    return f"The stronger the colour, the more {words}; outline: from half of the most on."


def sources(frame: Frame) -> str:
    """Whose borders are drawn, and what the map does not show."""
    placed = {code for code, _, _ in shapes()}
    away = sum(i not in frame.states or name not in placed for i, name in enumerate(frame.scenario.actor_ids))
    others = f" and {away} actors that are not countries" if away else ""
    return f"{BORDERS} Grey: land that is no actor of its own here. Not shown: Antarctica{others}."


def _label(frame: Frame, shown: Floats | None, words: str) -> str:
    number = "" if shown is None else f", {int((shown > 0).sum())} of them"
    return f"World map at {frame.date}: {words}{number}; {len(frame.states)} states."
