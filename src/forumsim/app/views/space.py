"""The policy space: actors at their positions on two issues, forums at their charters, who is in which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker, number
from forumsim.app.views.looks import (
    PLAIN,
    Box,
    actor_tips,
    apart,
    beside,
    bloc_colour,
    cut,
    extent,
    forum_list,
    forum_tip,
    issue_ends,
    members_of,
    plus,
    radius,
    signs,
)
from forumsim.core.terms import Kind, Role, Status
from forumsim.core.world import Floats

#: Room around the plot: left, top, right, bottom.
MARGIN = (30, 20, 12, 22)
#: States whose focal forum is shown by a line.
TIED = 14
#: Heights of the lane of the forums (on a narrow screen) and of a bloc, where one issue is shown.
FORUMS_LANE, NARROW_LANE, LANE = 58.0, 84.0, 40.0


@dataclass(frozen=True)
class Plot:
    """Places in pixels, and the blocs of the lanes from top to bottom (none where two issues are shown)."""

    x: Floats
    y: Floats
    left: float
    top: float
    size: float
    height: float
    lanes: tuple[int, ...]

    def place(self, across: Floats | float, up: Floats | float) -> Floats:
        """Pixels of positions: (..., 2)."""
        x, y = self.left + self.size * np.asarray(across), self.top + self.height * (1.0 - np.asarray(up))
        return np.stack([x, y], axis=-1)

    @property
    def forums_lane(self) -> float:
        """Height of the lane of the forums."""
        return self.height - LANE * len(self.lanes)

    @property
    def box(self) -> Box:
        """Where forums may stand: the plot, or the lane of the forums."""
        foot = self.forums_lane if self.lanes else self.height
        return self.left, self.top, self.left + self.size, self.top + foot


def space(frame: Frame, width: int, across: str, up: str | None, picked: str = "") -> str:
    """The policy space of one or two issues; without ``up`` blocs stand in lanes, one above the other.

    A picked actor shows its forums, a picked forum its members.
    """
    plot = _plot(frame, width, across, up)
    badges = _badges(frame, plot, across, up)
    scale = 0.85 if width < 420 else 1.0
    r = np.array([radius(power, scale) for power in frame.world.power.tolist()])
    spots, sizes = _spots(frame, plot, badges, r)
    drawing = Drawing(width, 0, _label(frame, across, up, list(badges)))
    _axes(drawing, frame, plot, across, up)
    _ties(drawing, frame, plot, badges, spots, picked)
    _actors(drawing, frame, plot, r, picked)
    _names(drawing, frame, plot, r, np.column_stack([spots, sizes]), picked)
    _forums(drawing, frame, plot, badges, spots, sizes, picked)
    y = issue_ends(drawing, frame, [across, *([up] if up else [])], plot.top + plot.height + MARGIN[3] + 20)
    y = signs(drawing, frame, y + 4, scale)
    drawing.height = forum_list(drawing, frame, list(badges), y, picked) + 4
    return str(drawing)


def _plot(frame: Frame, width: int, across: str, up: str | None) -> Plot:
    world, issues = frame.world, frame.scenario.issues
    left, top, size = float(MARGIN[0]), float(MARGIN[1]), float(width - MARGIN[0] - MARGIN[2])
    x = np.asarray(world.position[:, issues.index(across)])
    if up:
        return Plot(x, np.asarray(world.position[:, issues.index(up)]), left, top, size, min(size, 340.0), ())
    found = np.unique(world.bloc).tolist()
    lanes = (*(b for b in found if b >= 0), *(b for b in found if b < 0))
    top_lane, lane = NARROW_LANE if size < 380 else FORUMS_LANE, np.array([lanes.index(b) for b in world.bloc.tolist()])
    height = top_lane + LANE * len(lanes)
    spread = (np.arange(world.actors) * 0.618 % 1.0 - 0.5) * (world.role != Role.MAJOR) * 0.7
    return Plot(x, 1.0 - (top_lane + LANE * (lane + 0.5 + spread)) / height, left, top, size, height, lanes)


def _badges(frame: Frame, plot: Plot, across: str, up: str | None) -> dict[int, tuple[float, float]]:
    """Places of the live forums that cover an issue shown, by reach; on an issue not covered, that of the members."""
    world, issues = frame.world, frame.scenario.issues
    axes = [issues.index(issue) for issue in (across, up) if issue]
    shown = frame.forums[world.mandate[frame.forums][:, axes].any(axis=1)]
    shown = shown[np.argsort(-(world.member[shown] @ world.power), kind="stable")]
    weight = world.member[shown] * (world.power + 1e-9)
    total = weight.sum(axis=1)
    mean = np.where(total[:, None] > 0, weight @ world.position[:, axes] / np.maximum(total, 1e-12)[:, None], 0.5)
    place = np.where(world.mandate[shown][:, axes], world.charter[shown][:, axes], mean)
    if not up:
        place = np.column_stack([place[:, 0], np.full(len(shown), 1.0 - plot.forums_lane / 2 / plot.height)])
    return {f: (a, b) for f, (a, b) in zip(shown.tolist(), place.tolist(), strict=True)}


def _spots(frame: Frame, plot: Plot, badges: dict[int, tuple[float, float]], r: Floats) -> tuple[Floats, Floats]:
    """Where the badges are drawn, off the largest marks and off each other, and their sizes."""
    world = frame.world
    digits = 3.0 + 6.0 * np.array([len(str(f + 1)) for f in badges], dtype=float)
    sizes = np.maximum(15.0 + 8.0 * (world.member[list(badges)] @ world.power).clip(0.0, 1.0), digits)
    large = np.flatnonzero(r > 9.0)
    taken = np.column_stack([plot.place(plot.x[large], plot.y[large]), 1.6 * r[large]])
    true = plot.place(*np.array(list(badges.values())).reshape(-1, 2).T)
    return apart(true, sizes, plot.box, taken), sizes


def _label(frame: Frame, across: str, up: str | None, shown: list[int]) -> str:
    issues = " and ".join(frame.issue_label(issue) for issue in (across, up) if issue)
    largest = f"; the largest is {forum_tip(frame, shown[0])}" if shown else ""
    return f"Policy space at {frame.date}: {issues}. {len(frame.states)} states, {len(shown)} forums{largest}."


def _axes(drawing: Drawing, frame: Frame, plot: Plot, across: str, up: str | None) -> None:
    right, bottom = plot.left + plot.size, plot.top + plot.height
    drawing.rect(plot.left, plot.top, plot.size, plot.height, fill="#fbfbfc", stroke="#c8ccd0")
    for x, value in ((plot.left, "0"), (right, "1")):
        drawing.text(x, bottom + 14, value, SMALL, text_anchor="end" if value == "1" else None)
    drawing.text(plot.left + plot.size / 2, bottom + 14, cut(f"{frame.issue_label(across)} →", plot.size - 40, 6.6),
                 SMALL, text_anchor="middle", font_weight=600)  # fmt: skip
    if up:
        drawing.text(2, 13, cut(f"↑ {frame.issue_label(up)}", plot.size, 6.6), SMALL, font_weight=600)
        drawing.text(plot.left - 6, bottom, "0", SMALL, text_anchor="end")
        drawing.text(plot.left - 6, plot.top + 10, "1", SMALL, text_anchor="end")
        return
    drawing.text(2, 13, "Forums above, blocs below", SMALL, font_weight=600)
    drawing.rect(
        9, plot.top + plot.forums_lane / 2 - 7, 14, 14, rx=4, fill="#ffffff", stroke="#222222", stroke_width=1.4
    )
    for k, bloc in enumerate(plot.lanes):
        y = plot.top + plot.forums_lane + LANE * k
        drawing.path(f"M{number(plot.left)} {number(y)}h{number(plot.size)}", stroke="#e3e3e3")
        marker(drawing, max(bloc, 0), 16, y + LANE / 2, 6, fill=bloc_colour(bloc), tip=frame.bloc_label(bloc))


def _ties(drawing: Drawing, frame: Frame, plot: Plot, badges: dict[int, tuple[float, float]], spots: Floats,
          picked: str) -> None:  # fmt: skip
    """Lines from members to forums: of what is picked, else of the strongest states to the forum they heed most."""
    world, (i, f) = frame.world, frame.picked(picked)
    if f >= 0:
        pairs, strength = [(i, f) for i in np.flatnonzero(world.member[f]).tolist() if f in badges], 0.45
    elif i >= 0:
        pairs, strength = [(i, f) for f in badges if world.member[f, i]], 0.9
    else:
        strongest = frame.states[np.argsort(-world.power[frame.states], kind="stable")][:TIED].tolist()
        pairs, strength = [(i, int(world.focal[i])) for i in strongest if int(world.focal[i]) in badges], 0.4
    order = {f: k for k, f in enumerate(badges)}
    start = plot.place(plot.x, plot.y).tolist()
    for i, f in pairs:
        drawing.line(*start[i], *spots[order[f]], stroke=bloc_colour(int(world.bloc[i])), stroke_width=1.2,
                     opacity=strength)  # fmt: skip


def _actors(drawing: Drawing, frame: Frame, plot: Plot, r: Floats, picked: str) -> None:
    """Marks of all actors, the strongest first, so that the weak stay in sight; others than members pale."""
    world, ids, tips, members = frame.world, frame.scenario.actor_ids, actor_tips(frame), members_of(frame, picked)
    places, blocs, state = plot.place(plot.x, plot.y).tolist(), world.bloc.tolist(), (world.kind == Kind.STATE).tolist()
    drawing.raw('<g fill-opacity="0.72" stroke="#ffffff" stroke-width="0.6">')
    for i in np.argsort(-world.power, kind="stable").tolist():
        (x, y), key = places[i], f"actor:{ids[i]}"
        pale = None if members is None or members[i] else 0.3
        dark = "#000000" if key == picked or (members is not None and members[i]) else None
        wide = 2.5 if key == picked else 1.0 if dark else None
        if state[i]:
            marker(drawing, max(blocs[i], 0), x, y, float(r[i]), fill=bloc_colour(blocs[i]), opacity=pale, stroke=dark,
                   stroke_width=wide, tip=tips[i], pick=key)  # fmt: skip
        else:
            wide = 2.5 if key == picked else 1.6
            plus(drawing, x, y, stroke=dark or PLAIN, stroke_width=wide, opacity=pale, tip=tips[i], pick=key)
    drawing.raw("</g>")


def _names(drawing: Drawing, frame: Frame, plot: Plot, r: Floats, squares: Floats, picked: str) -> None:
    """Ids of the picked one, the majors and the strongest beside their marks, where nothing else is."""
    world, ids = frame.world, frame.scenario.actor_ids
    own = frame.picked(picked)[0]
    chosen = np.arange(world.actors) == own
    rank = np.lexsort((-world.power, world.role != Role.MAJOR, ~chosen)).tolist()
    rank = [i for i in rank[:24] if world.kind[i] == Kind.STATE or i == own]
    places = plot.place(plot.x, plot.y).tolist()
    taken: list[Box] = [(x - s / 2 - 1, y - s / 2 - 1, x + s / 2 + 1, y + s / 2 + 1) for x, y, s in squares.tolist()]
    for i in np.flatnonzero(r > 6.0).tolist():
        (x, y), h = places[i], 0.85 * float(r[i])
        taken.append((x - h, y - h, x + h, y + h))
    box, words = (plot.left, plot.top, plot.left + plot.size, plot.top + plot.height), []
    for i in rank[: 8 + max(0, int(plot.size) - 300) // 60]:
        (x, y), word, size = places[i], cut(ids[i], 13, 1.0, 3), float(r[i])
        wide = 7.0 * extent(word)
        found = beside(x, y, size, wide, box, taken)
        if not found and 2 * size > wide:
            found = (x - wide / 2, y - 5, x + wide / 2, y + 6), False  # within its own mark
        if not found:
            continue
        (a, b, c, d), far = found
        taken.append((a, b, c, d))
        words.append((a, d - 2, word))
        if far:
            drawing.path(f"M{number(x)} {number(y)}L{number(min(max(x, a), c))} {number(min(max(y, b), d))}",
                         stroke="#555555", stroke_width=0.8)  # fmt: skip
    for a, b, word in words:
        drawing.text(a, b, word, SMALL, font_weight=600, stroke="#ffffff", stroke_width=3, paint_order="stroke",
                     fill="#111111", pointer_events="none")  # fmt: skip


def _forums(drawing: Drawing, frame: Frame, plot: Plot, badges: dict[int, tuple[float, float]], spots: Floats,
            sizes: Floats, picked: str) -> None:  # fmt: skip
    """Badges with the number that a forum keeps, and a line to the charter where they gave way; dormant ones pale."""
    world, ids = frame.world, frame.scenario.forum_ids
    for place, (x, y) in zip(badges.values(), spots.tolist(), strict=True):
        a, b = plot.place(*place).tolist()
        if not plot.lanes and abs(a - x) + abs(b - y) > 4:
            drawing.path(f"M{number(a)} {number(b)}L{number(x)} {number(y)}", stroke="#222222", stroke_width=0.8)
            drawing.circle(a, b, 2.0, fill="#222222")
    for f, (x, y), size in zip(badges, spots.tolist(), sizes.tolist(), strict=True):
        key, awake = f"forum:{ids[f]}", world.status[f] == Status.ALIVE
        chosen = key == picked
        drawing.rect(x - size / 2, y - size / 2, size, size, rx=4, fill="#222222" if chosen else "#ffffff",
                     stroke="#222222" if awake or chosen else "#a0a0a0", stroke_width=1.4,
                     stroke_dasharray=None if awake else "3 2", tip=forum_tip(frame, f), pick=key)  # fmt: skip
        ink = "#ffffff" if chosen else "#111111" if awake else PLAIN
        drawing.text(x, y + 4, str(f + 1), SMALL, text_anchor="middle", fill=ink, pointer_events="none")
