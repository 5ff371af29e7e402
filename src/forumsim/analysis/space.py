"""Panels of policy space: actors at their positions, chosen forums at their charters, who is in which forum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from forumsim.analysis.fonts import cells, printable
from forumsim.analysis.labels import short
from forumsim.analysis.palette import FAINT, INK, look
from forumsim.analysis.story import Story

#: Larger states whose ties are drawn, and ties of each at most.
TIED, TIES = 14, 3
#: States that carry a label in each bloc, majors among them.
LABELLED = 2
#: Points of a panel's width below which one state of each bloc carries a label.
ROOMY = 110.0
#: Length up to which an id is a code that people know (USA), not a name in a file.
SHORT = 4


@dataclass(frozen=True)
class Badge:
    """A chosen forum in a panel: its letter, its place, and whether it covers both issues of the panel."""

    forum: str
    letter: str
    x: float
    y: float
    covered: bool


def marker_size(power: np.ndarray) -> np.ndarray:
    """Area of a dot in square points: a floor for the small, then in proportion to power."""
    return 5.0 + 700.0 * np.asarray(power, dtype=float)


def draw_space(ax: Axes, story: Story, step: int, across: str, up: str | None) -> None:
    """Draw one snapshot into axes that have their place and limits already."""
    actors = story.at(story.actors, step)
    x, y = place_actors(actors, story, across, up)
    forums = story.at(story.forums, step)
    live = forums[forums["status"].isin(["alive", "dormant"])]
    badges = _badges(live, story, step, x, y, across, up)
    _ties(ax, story, step, actors, x, y, badges)
    _dots(ax, story, actors, x, y)
    dots = _points(ax, np.column_stack([x, y]))
    radii = np.sqrt(marker_size(actors["power"].to_numpy())) / 2
    large = _labelled(actors, LABELLED if _panel_size(ax)[0] > ROOMY else 1)
    spots = _spread(ax, badges, dots[large], radii[large])
    _letters(ax, badges, spots)
    _names(ax, actors, large, dots, radii, spots)


def _labelled(actors: pd.DataFrame, most: int) -> np.ndarray:
    """Rows of the states that carry a label: in each bloc the majors, then the most powerful with a short code."""
    states = actors.reset_index(drop=True).assign(minor=lambda frame: frame["role"] != "major")
    states = states[(states["kind"] == "state") & (~states["minor"] | (states["actor"].str.len() <= SHORT))]
    states = states.sort_values(["minor", "power"], ascending=[True, False], kind="stable")
    return np.asarray(states.groupby("bloc", sort=False).head(most).index)


def _panel_size(ax: Axes) -> np.ndarray:
    """Width and height of the axes in points."""
    box, inches = ax.get_position(), ax.figure.get_size_inches()  # type: ignore[union-attr]
    return np.array([box.width * inches[0], box.height * inches[1]]) * 72


def _points(ax: Axes, places: np.ndarray) -> np.ndarray:
    """Data coordinates (n, 2) as points from the lower left corner of the axes."""
    low = np.array([ax.get_xlim()[0], ax.get_ylim()[0]])
    high = np.array([ax.get_xlim()[1], ax.get_ylim()[1]])
    return np.asarray((places - low) / (high - low) * _panel_size(ax))


def place_actors(actors: pd.DataFrame, story: Story, across: str, up: str | None) -> tuple[pd.Series, pd.Series]:
    """Coordinates by actor; with a single issue the blocs stand one above the other."""
    indexed = actors.set_index("actor")
    x = indexed[f"position_{across}"]
    if up is not None:
        return x, indexed[f"position_{up}"]
    lane = {bloc: (k + 1) / (len(story.blocs) + 1) for k, bloc in enumerate(story.blocs)}
    order = indexed.groupby("bloc").cumcount() % 7 - 3
    return x, indexed["bloc"].map(lane) + 0.02 * order


def _badges(live: pd.DataFrame, story: Story, step: int, x: pd.Series, y: pd.Series, across: str, up: str | None
            ) -> list[Badge]:  # fmt: skip
    """Chosen forums whose mandate touches the panel; on an issue they do not cover they stand at their members."""
    power = story.at(story.actors, step).set_index("actor")["power"]
    ties = story.at(story.memberships, step)
    badges = []
    for row in live[live["forum"].isin(list(story.letters))].to_dict("records"):
        covers = [issue is not None and row[f"mandate_{issue}"] == 1 for issue in (across, up)]
        if not any(covers):
            continue
        members = ties.loc[ties["forum"] == row["forum"], "actor"]
        weights = power.reindex(members).fillna(0).to_numpy() + 1e-9
        if len(members) == 0 and not all(covers):
            continue
        place = [
            float(row[f"charter_{issue}"]) if covered else float(np.average(axis.reindex(members), weights=weights))
            for issue, axis, covered in zip((across, up), (x, y), covers, strict=True)
        ]
        badges.append(Badge(row["forum"], story.letters[row["forum"]], place[0], place[1], all(covers)))
    return sorted(badges, key=lambda badge: badge.letter)


def _dots(ax: Axes, story: Story, actors: pd.DataFrame, x: pd.Series, y: pd.Series) -> None:
    other = actors[actors["kind"] != "state"]["actor"]
    ax.scatter(x[other], y[other], s=9, marker="+", color=FAINT, linewidths=0.6, zorder=2)
    states = actors[actors["kind"] == "state"]
    for k, bloc in enumerate(story.blocs):
        part = states[states["bloc"] == bloc].sort_values("power", ascending=False, kind="stable")
        style = look(k)
        ax.scatter(x[part["actor"]], y[part["actor"]], s=marker_size(part["power"].to_numpy()), marker=style.marker,
                   color=style.colour, alpha=0.75, linewidths=0.35, edgecolors="white", zorder=3)  # fmt: skip


def _ties(ax: Axes, story: Story, step: int, actors: pd.DataFrame, x: pd.Series, y: pd.Series, badges: list[Badge]
          ) -> None:  # fmt: skip
    """Lines from a forum to its larger members, in the look of the member's bloc, wide where attention is large."""
    states = actors[actors["kind"] == "state"].sort_values("power", ascending=False, kind="stable").head(TIED)
    bloc = dict(zip(states["actor"], states["bloc"], strict=True))
    ties = story.at(story.memberships, step)
    place = {badge.forum: (badge.x, badge.y) for badge in badges}
    ties = ties[ties["actor"].isin(list(bloc)) & ties["forum"].isin(list(place))]
    ties = ties.sort_values("attention", ascending=False, kind="stable").groupby("actor").head(TIES)
    ends = [[(x[actor], y[actor]), place[forum]] for actor, forum in zip(ties["actor"], ties["forum"], strict=True)]
    colours = [look(story.blocs.index(bloc[actor])).colour for actor in ties["actor"]]
    widths = 0.3 + 2.2 * ties["attention"].to_numpy(dtype=float)
    ax.add_collection(LineCollection(ends, colors=colours, linewidths=widths, alpha=0.4, zorder=1), autolim=False)


def _spread(ax: Axes, badges: list[Badge], dots: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Places of the letters in points, pushed apart until none covers another or one of the large dots."""
    home = np.array([[badge.x, badge.y] for badge in badges]).reshape(-1, 2)
    spots, limit = _points(ax, home), _panel_size(ax) - 6.0
    for _ in range(400):
        moved = False
        for i in range(len(spots)):
            for j in range(i):
                push = _push(spots[i], spots[j], 11.5, i)
                spots[i] += push / 2
                spots[j] -= push / 2
                moved |= bool(push.any())
            for dot, radius in zip(dots, radii, strict=True):
                push = _push(spots[i], dot, radius + 5.0, i)
                spots[i] += push
                moved |= bool(push.any())
        spots = np.clip(spots, 6.0, limit)
        if not moved:
            break
    return spots


def _push(here: np.ndarray, there: np.ndarray, least: float, index: int) -> np.ndarray:
    """How ``here`` must move to be ``least`` points away from ``there``."""
    gap = here - there
    distance = float(np.hypot(*gap))
    if distance >= least:
        return np.zeros(2)
    angle = 2.4 * (index + 1)
    way = gap / distance if distance > 0.01 else np.array([np.cos(angle), np.sin(angle)])
    return np.asarray(way * (least - distance + 0.01))


def _letters(ax: Axes, badges: list[Badge], spots: np.ndarray) -> None:
    for badge, spot in zip(badges, spots, strict=True):
        face, ink = (INK, "white") if badge.covered else ("white", INK)
        ax.plot([badge.x], [badge.y], marker="D", markersize=3.0, color=INK, markeredgewidth=0, zorder=5)
        ax.annotate(
            badge.letter, (badge.x, badge.y), xytext=(spot[0], spot[1]), textcoords="axes points", ha="center",
            va="center_baseline", fontsize=6.6, weight="bold", color=ink, zorder=7,
            bbox={"boxstyle": "circle,pad=0.22", "facecolor": face, "edgecolor": INK, "linewidth": 0.6},
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def _names(ax: Axes, actors: pd.DataFrame, large: np.ndarray, dots: np.ndarray, radii: np.ndarray, taken: np.ndarray
           ) -> None:  # fmt: skip
    """Names of a few states, each at the freest side of its dot."""
    size = _panel_size(ax)
    boxes = [(spot[0] - 6, spot[1] - 6, spot[0] + 6, spot[1] + 6) for spot in taken]
    boxes += [(*(dots[i] - radii[i] * 0.8), *(dots[i] + radii[i] * 0.8)) for i in large]
    sides = [(0, 1), (1, 0), (-1, 0), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)]
    for i, row in zip(large, actors.iloc[large].to_dict("records"), strict=True):
        code = printable(row["actor"])
        text = code if len(code) <= SHORT else short(printable(row["name"]), 18)
        wide, tall = 4.3 * cells(text), 6.5
        options = [_box(dots[i], side, radii[i] * far + 1.5, wide, tall) for far in (1.0, 2.2) for side in sides]
        best = min(range(len(options)), key=lambda k: (_cost(options[k], boxes, size), k))
        spot = options[best]
        boxes.append(spot)
        middle = ((spot[0] + spot[2]) / 2, (spot[1] + spot[3]) / 2)
        label = ax.annotate(text, middle, xycoords="axes points", ha="center", va="center", fontsize=6.3, color=INK,
                            zorder=6)  # fmt: skip
        label.set_path_effects([patheffects.withStroke(linewidth=1.6, foreground="white")])


def _box(here: np.ndarray, side: tuple[int, int], reach: float, wide: float, tall: float
         ) -> tuple[float, float, float, float]:  # fmt: skip
    """Box of a text beside a dot: left, bottom, right, top in points."""
    x = float(here[0]) + side[0] * (reach + wide / 2)
    y = float(here[1]) + side[1] * (reach + tall / 2)
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def _cost(box: tuple[float, float, float, float], taken: list[tuple[float, float, float, float]], size: np.ndarray
          ) -> float:  # fmt: skip
    """Area that a text would share with what is there already, and what of it would leave the panel."""
    shared = 0.0
    for left, bottom, right, top in taken:
        wide, tall = min(box[2], right) - max(box[0], left), min(box[3], top) - max(box[1], bottom)
        shared += max(0.0, wide) * max(0.0, tall)
    outside = max(0.0, -box[0]) + max(0.0, -box[1]) + max(0.0, box[2] - size[0]) + max(0.0, box[3] - size[1])
    return shared + 20.0 * float(outside)
