"""The world map of the typical runs: which forum each country gives most of its attention to at the end."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path

from forumsim.analysis import labels
from forumsim.analysis.end_state import EndState, moments, nearest_words
from forumsim.analysis.land import BORDERS, HEIGHT, WIDTH, mostly_countries, shapes
from forumsim.analysis.palette import FAINT, LOOKS, Look
from forumsim.analysis.style import arrange, columns_that_fit, heading, new_figure, page_width

#: Forums with a look of their own, and what all others, and countries without a forum, look like.
CHOSEN = 7
_OTHER, _NONE, _LAND = Look("#8a8a8a", "o", "-", ""), Look("#ffffff", "o", "-", ""), "#e6e6e6"
#: Inches: the least width of a map, between two of them, and above each its title.
_LEAST, _GAP, _TITLE = 3.2, 0.14, 0.24


def drawn_as_map(found: list[EndState]) -> list[EndState]:
    """Those of the runs whose actors are countries, for the most part."""
    return [one for one in found if mostly_countries(set(one.actors["actor"]))]


def first_forums(one: EndState) -> pd.Series[str]:
    """Name of the forum with the largest share of its attention, by state; empty where a state attends to none.

    Of equal shares the first id is taken. This is not the column ``focal``, which turns only after a lead has held.
    """
    ties = one.memberships[one.memberships["attention"] > 0]
    ties = ties.sort_values(["attention", "forum"], ascending=[False, True], kind="stable").drop_duplicates("actor")
    first = dict(
        zip(ties["actor"], ties["forum"].map(lambda forum: one.forums.get(str(forum), str(forum))), strict=True)
    )
    states = one.actors.loc[one.actors["kind"] == "state", "actor"]
    return pd.Series([first.get(actor, "") for actor in states], index=states.to_numpy(), dtype=object)


def commonest(found: list[EndState]) -> list[str]:
    """The forums that get most states' first attention, by their power, over all maps of a figure; first the first."""
    weights: dict[str, float] = {}
    for one in found:
        power = one.actors.set_index("actor")["power"]
        first = first_forums(one)
        for forum, weight in power.reindex(first.index).groupby(first).sum().items():
            if forum:
                weights[str(forum)] = weights.get(str(forum), 0.0) + float(weight)
    return sorted(weights, key=lambda forum: (-round(weights[forum], 9), forum))


@cache
def _land() -> tuple[tuple[str, str, Path], ...]:
    """Code, kind and outline (or the place of a dot) of each shape; y runs downwards."""
    found = []
    for code, kind, text in shapes():
        rings = re.findall(r"M([^MZ]*)Z", text) if kind == "land" else [text]
        points: list[list[float]] = []
        codes: list[int] = []
        for ring in rings:
            own = [[float(value) for value in point.split(",")] for point in ring.split("L")]
            points += [*own, own[0]]
            codes += [int(Path.MOVETO), *[int(Path.LINETO)] * (len(own) - 1), int(Path.CLOSEPOLY)]
        found.append((code, kind, Path(points, codes)))
    return tuple(found)


def map_figure(found: list[EndState], part: str = "") -> Figure:
    """A map for each state at the end, all with the same looks.

    Parameters
    ----------
    found : list of EndState
        From `drawn_as_map`.
    part : str
        Of the plan, where there are several.
    """
    every = commonest(found)
    looks = {forum: LOOKS[k] for k, forum in enumerate(every[:CHOSEN])}
    wide = min(len(found), columns_that_fit(0.12, _GAP, _LEAST))
    rows = -(-len(found) // wide)
    across = (page_width() - 0.24 - _GAP * (wide - 1)) / wide
    tall = min(across * HEIGHT / WIDTH, 3.6)
    handles = [
        Patch(facecolor=look.colour, hatch=look.hatch, edgecolor="white", label=labels.short(forum.lstrip("_"), 44))
        for forum, look in looks.items()
    ]
    if len(every) > CHOSEN:
        handles.append(Patch(facecolor=_OTHER.colour, edgecolor="white", label=f"one of {len(every) - CHOSEN} others"))
    if any((first_forums(one) == "").any() for one in found):
        handles.append(Patch(facecolor=_NONE.colour, edgecolor=FAINT, linewidth=0.6, label="no forum"))
    figure = new_figure(height=1.24 + rows * tall + (rows - 1) * _TITLE)
    axes = figure.subplots(rows, wide, squeeze=False)
    for spare in axes.ravel()[len(found) :]:
        spare.set_visible(False)
    for ax, one in zip(axes.ravel(), found, strict=False):
        _draw(ax, one, looks)
        ax.set_title(one.title, loc="left")
    away = len({actor for one in found for actor in one.actors["actor"]} - {code for code, _, _ in shapes()})
    others = f" and {away} actors that are not countries" if away else ""
    note = (
        f"Each country: the forum with the largest share of its attention at the last snapshot ({moments(found)}); "
        "n = 1 run a map. Dots: countries too small for the map. Grey land is no actor of its own here. Not shown: "
        f"Antarctica{others}. {BORDERS}{nearest_words(found)}"
    )
    title = (
        f"Which forum each country attends to most in a typical run of each state{f' (part {part})' if part else ''}"
    )
    margins = heading(figure, title, note, handles)
    arrange(figure, axes, margins, 0.12, (_GAP, _TITLE), 0.03)
    return figure


def _draw(ax: Axes, one: EndState, looks: dict[str, Look]) -> None:
    first = first_forums(one)
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), xticks=[], yticks=[])
    ax.set_aspect("equal", anchor="W")
    ax.axis("off")
    groups: dict[Look | None, list[Path]] = {}
    dots: dict[Look, list[tuple[float, float]]] = {}
    for code, kind, path in _land():
        look = None if code not in first.index else _look(first[code], looks)
        if kind == "land":
            groups.setdefault(look, []).append(path)
        elif look is not None:
            x, y = np.asarray(path.vertices)[0]
            dots.setdefault(look, []).append((float(x), float(y)))
    for look, paths in groups.items():
        edge = FAINT if look is _NONE else "white"
        ax.add_collection(
            PathCollection(
                paths,
                facecolors=look.colour if look else _LAND,
                edgecolors=edge,
                hatch=look.hatch if look else None,
                linewidths=0.25,
            )
        )
    for look, places in dots.items():
        ax.plot(
            *zip(*places, strict=True),
            "o",
            color=look.colour,
            markersize=2.6,
            markeredgewidth=0.3,
            markeredgecolor=FAINT if look is _NONE else "white",
            clip_on=False,
        )


def _look(forum: str, looks: dict[str, Look]) -> Look:
    return looks.get(forum, _OTHER) if forum else _NONE
