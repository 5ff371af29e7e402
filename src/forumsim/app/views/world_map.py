"""The world map of a case whose actors are countries: blocs, members of a forum, who shares forums with whom."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, element
from forumsim.app.views.looks import actor_tip, bloc_colour, cut, legend
from forumsim.app.views.network import ties
from forumsim.scenarios import Scenario
from forumsim.terms import Kind
from forumsim.world import Floats

#: Size of the map in its own units (`forumsim.app.map_source`), and what is cut off at its foot.
WIDTH, HEIGHT = 1000.0, 480.0
#: Share of the states that must be countries.
ENOUGH = 0.6
_LAND, _PALE = "#e6e6e6", 0.22


@cache
def shapes() -> tuple[tuple[str, str, str], ...]:
    """Code (ISO 3166-1 alpha-3, empty for land without one), kind (land, dot), path or place."""
    text = files("forumsim.app").joinpath("data/world.csv").read_text(encoding="utf-8")
    return tuple((row["iso3"], row["kind"], row["path"]) for row in csv.DictReader(text.splitlines()))


def has_map(scenario: Scenario) -> bool:
    """Whether most of a scenario's actors are countries, by their ids."""
    known = {code for code, _, _ in shapes() if code}
    return sum(name in known for name in scenario.actor_ids) > ENOUGH * len(scenario.actor_ids)


def strength(frame: Frame, picked: str) -> tuple[Floats | None, str]:
    """How strongly each actor is shown (0..1), and what that means; None where nothing is picked."""
    scenario, world = frame.scenario, frame.world
    kind, _, key = picked.partition(":")
    if kind == "forum" and key in scenario.forum_ids:
        f = scenario.forum_ids.index(key)
        return world.member[f].astype(float), f"members of {frame.forum_name(f)}"
    if kind == "actor" and key in scenario.actor_ids:
        i = scenario.actor_ids.index(key)
        shared = ties(frame, np.arange(world.actors), "pooled")[i]
        most = float(shared.max())
        found = shared / most if most > 0 else shared
        found[i] = 1.0
        return found, f"attention in common with {scenario.actor_names[i]} (most: {most:.2f})"
    return None, "blocs"


def world_map(frame: Frame, width: int, picked: str = "") -> str:
    """The map.

    Parameters
    ----------
    frame : Frame
        Of a scenario that `has_map`.
    width : int
        Pixels.
    picked : str
        ``forum:ID`` shows its members, ``actor:ID`` with whom it shares forums; others are pale.
    """
    scale = width / WIDTH
    shown, words = strength(frame, picked)
    rows = {name: i for i, name in enumerate(frame.scenario.actor_ids)}
    drawing = Drawing(width, HEIGHT * scale + 40, "")
    parts = [_shape(frame, rows.get(code, -1), kind, d, shown, scale, picked) for code, kind, d in shapes()]
    drawing.raw(f'<g transform="scale({scale:.4f})" stroke-linejoin="round">{"".join(parts)}</g>')
    drawing.text(
        6, HEIGHT * scale + 14, cut(f"Strong: {words}" if shown is not None else "Colour: blocs", width - 10), SMALL
    )
    legend(drawing, frame, HEIGHT * scale + 32)
    number = "" if shown is None else f", {int((shown > 0).sum())} of them"
    drawing.label = f"World map at {frame.date}: {words}{number}; {len(frame.states)} states."
    return str(drawing)


def _shape(frame: Frame, i: int, kind: str, d: str, shown: Floats | None, scale: float, picked: str) -> str:
    """One country: its land, or a dot of the same size on every screen."""
    if i < 0 or frame.world.kind[i] != Kind.STATE:
        return element("path", d=d, fill=_LAND) if kind == "land" else ""
    key = f"actor:{frame.scenario.actor_ids[i]}"
    level = 1.0 if shown is None else float(shown[i])
    look: dict[str, Any] = {
        "fill": bloc_colour(int(frame.world.bloc[i])),
        "fill_opacity": round(0.8 if shown is None else _PALE + (0.95 - _PALE) * level, 2),
        "stroke": "#111111" if key == picked or (shown is not None and level >= 0.5) else "#ffffff",
        "stroke_width": round((1.6 if key == picked else 0.7) / scale, 1),
    }
    tip = actor_tip(frame, i)
    if kind == "land":
        return element("path", d=d, tip=tip, pick=key, **look)
    x, y = d.split(",")
    return element("circle", cx=x, cy=y, r=round(3.2 / scale, 1), tip=tip, pick=key, **look)
