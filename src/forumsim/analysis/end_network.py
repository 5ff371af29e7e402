"""The network of shared memberships at the end of the typical runs: states on a circle by bloc, ties by attention."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from forumsim.analysis import labels
from forumsim.analysis.circle import MOST, angles, shared_attention, strongest_ties
from forumsim.analysis.end_state import EndState, moments, nearest_words
from forumsim.analysis.palette import INK, look
from forumsim.analysis.style import arrange, columns_that_fit, heading, new_figure, page_width
from forumsim.results.folder import ResultTables

#: Letters of an id, and how far around the circle there is room for them, as a share of its radius.
_LONGEST, _ROOM = 10, 0.3
#: Inches: the least side of a panel, and between two of them.
_LEAST, _GAP = 2.5, 0.14


def states_of(one: EndState) -> pd.DataFrame:
    """The strongest states by bloc, blocs and states by falling power."""
    states = one.actors[one.actors["kind"] == "state"]
    strongest = states.sort_values(["power", "actor"], ascending=[False, True]).head(MOST)
    weight = states.groupby("bloc", dropna=False)["power"].transform("sum")
    return (
        strongest.assign(weight=weight)
        .sort_values(["weight", "bloc", "power", "actor"], ascending=[False, True, False, True])
        .reset_index(drop=True)
    )


def overlap(one: EndState, actors: list[str]) -> NDArray[np.float64]:
    """How much attention each two of the actors give to the same forums (see `shared_attention`)."""
    wide = one.memberships.pivot_table(
        index="forum", columns="actor", values="attention", aggfunc="sum", fill_value=0.0
    )
    return shared_attention(wide.reindex(columns=actors, fill_value=0.0).to_numpy(dtype=float))


def network_figure(results: ResultTables, found: list[EndState], part: str = "") -> Figure:
    """A network for each state at the end.

    Parameters
    ----------
    results : ResultTables
        For labels.
    found : list of EndState
    part : str
        Of the plan, where there are several.
    """
    chosen = [states_of(one) for one in found]
    blocs = list(dict.fromkeys(bloc for table in chosen for bloc in table["bloc"]))
    wide = min(len(found), columns_that_fit(0.12, _GAP, _LEAST))
    rows = -(-len(found) // wide)
    side = min((page_width() - 0.24 - _GAP * (wide - 1)) / wide, 3.0)
    figure = new_figure(height=1.24 + rows * side + (rows - 1) * 0.3)
    axes = figure.subplots(rows, wide, squeeze=False)
    for spare in axes.ravel()[len(found) :]:
        spare.set_visible(False)
    for ax, one, table in zip(axes.ravel(), found, chosen, strict=False):
        _draw(ax, one, table, blocs, side)
        ax.set_title(one.title, loc="left")
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=look(k).marker,
            color=look(k).colour,
            markersize=5.5,
            label=labels.bloc_label(str(bloc), results) if pd.notna(bloc) else "no bloc",
        )
        for k, bloc in enumerate(blocs)
    ]
    handles += [
        Line2D([], [], color=INK, linewidth=1.2, label="within a bloc"),
        Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (4, 2)), label="across blocs"),
    ]
    counts = labels.count_range(len(table) for table in chosen)
    of = labels.count_range(int((one.actors["kind"] == "state").sum()) for one in found)
    note = (
        f"The {counts} most powerful of {of} states, mark by power. Line: attention that two give to the same forums "
        "(sum over forums of the smaller share), wider for more; the strongest ties within and across blocs. At the "
        f"last snapshot ({moments(found)}); n = 1 run a network.{nearest_words(found)}"
    )
    title = f"Network of shared memberships in a typical run of each state{f' (part {part})' if part else ''}"
    margins = heading(figure, title, note, handles)
    arrange(figure, axes, margins, 0.12, (_GAP, 0.3), 0.03)
    return figure


def _draw(ax: Axes, one: EndState, table: pd.DataFrame, blocs: list[str], side: float) -> None:
    actors, power = [str(actor) for actor in table["actor"]], table["power"].to_numpy(dtype=float)
    bloc = np.array([blocs.index(name) if pd.notna(name) else -1 for name in table["bloc"]], dtype=np.int64)
    starts = [k for k in range(len(bloc)) if k == 0 or bloc[k] != bloc[k - 1]]
    turn = angles(len(actors), starts)
    x, y = np.cos(turn), -np.sin(turn)
    for far, lines in strongest_ties(overlap(one, actors), bloc).items():
        for i, j, value in lines:
            middle = ((x[i] + x[j]) / 4, (y[i] + y[j]) / 4)
            path = Path([(x[i], y[i]), middle, (x[j], y[j])], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
            ax.add_patch(
                PathPatch(
                    path,
                    fill=False,
                    edgecolor="#444444" if far else look(int(bloc[i])).colour,
                    linestyle=(0, (4, 2)) if far else "-",
                    linewidth=0.3 + 1.5 * value,
                    alpha=0.15 + 0.35 * min(value, 1.0),
                )
            )
    scale = side / 4.0
    for k, actor in enumerate(actors):
        style = look(int(max(bloc[k], 0)))
        ax.scatter(
            x[k],
            y[k],
            s=scale * (8.0 + 500.0 * power[k]),
            marker=style.marker,
            color=style.colour,
            edgecolors="white",
            linewidths=0.4,
            zorder=3,
        )
        _name(ax, actor, turn[k], 0.06 + 0.17 * math.sqrt(power[k]))
    edge = 1.0 + _ROOM
    ax.set(xlim=(-edge, edge), ylim=(-edge, edge), xticks=[], yticks=[])
    ax.set_aspect("equal", anchor="W")
    ax.axis("off")


def _name(ax: Axes, actor: str, turn: float, gap: float) -> None:
    """An id outside the circle along the ray from its middle, so that neighbours never meet."""
    left = math.cos(turn) < 0
    place = ((1 + gap) * math.cos(turn), -(1 + gap) * math.sin(turn))
    degrees = -math.degrees(turn) + (180 if left else 0)
    ax.text(
        *place,
        labels.short(actor, _LONGEST),
        rotation=degrees,
        rotation_mode="anchor",
        fontsize=5.6,
        ha="right" if left else "left",
        va="center_baseline",
    )
