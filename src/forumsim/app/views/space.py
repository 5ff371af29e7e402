"""The policy space: actors at their positions on two issues, forums at their charters, who is in which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker
from forumsim.app.views.looks import actor_tip, bloc_colour, cut, forum_tip, legend, radius
from forumsim.terms import Kind, Role, Status
from forumsim.world import Floats

#: Room around the plot: left, top, right, bottom.
MARGIN = (30, 20, 12, 34)
#: States with a name, and states whose focal forum is shown by a line.
NAMED, TIED = 8, 14
#: Forums in the legend.
LISTED = 12


@dataclass(frozen=True)
class Plot:
    """Places of actors and forums in pixels."""

    x: Floats
    y: Floats
    left: float
    top: float
    size: float
    height: float

    def place(self, across: float, up: float) -> tuple[float, float]:
        """Pixels of two positions."""
        return self.left + self.size * across, self.top + self.height * (1.0 - up)


def space(frame: Frame, width: int, across: str, up: str | None, picked: str = "") -> str:
    """The policy space of one or two issues.

    Parameters
    ----------
    frame : Frame
    width : int
        Pixels.
    across, up : str
        Issues; without ``up`` blocs stand in lanes, one above the other.
    picked : str
        ``actor:ID`` shows its forums, ``forum:ID`` its members.
    """
    plot = _plot(frame, width, across, up)
    badges = _badges(frame, across, up)
    listed = list(badges)[:LISTED]
    foot = plot.top + plot.height + MARGIN[3]
    columns = max(1, width // 300)
    height = foot + 22 + 16 * max(1, -(-6 * len("".join(frame.scenario.bloc_labels)) // width)) + 16 * (
        -(-len(listed) // columns)
    ) + 12  # fmt: skip
    drawing = Drawing(width, height, _label(frame, across, up, badges))
    _axes(drawing, frame, plot, across, up)
    _ties(drawing, frame, plot, badges, picked)
    order = _actors(drawing, frame, plot, picked)
    _forums(drawing, frame, plot, badges, picked)
    _names(drawing, frame, plot, order)
    y = legend(drawing, frame, foot + 14)
    _list(drawing, frame, listed, y + 2, columns, picked)
    return str(drawing)


def _plot(frame: Frame, width: int, across: str, up: str | None) -> Plot:
    world, issues = frame.world, frame.scenario.issues
    left, size = float(MARGIN[0]), float(width - MARGIN[0] - MARGIN[2])
    height = min(size, 340.0) if up else 190.0
    x = world.position[:, issues.index(across)]
    if up:
        y = world.position[:, issues.index(up)]
    else:
        lanes = len(frame.scenario.blocs) + 1
        y = (np.where(world.bloc >= 0, world.bloc, lanes - 1) + 1.0) / (lanes + 1.0) + 0.015 * (
            np.arange(world.actors) % 7 - 3
        )
    return Plot(np.asarray(x), np.asarray(y), left, float(MARGIN[1]), size, height)


def _badges(frame: Frame, across: str, up: str | None) -> dict[int, tuple[float, float]]:
    """Places of the live forums that cover an issue shown, by reach; on an issue not covered, that of the members."""
    world, issues = frame.world, frame.scenario.issues
    axes = [issues.index(across), issues.index(up) if up else -1]
    reach = world.member[frame.forums] @ world.power
    found = {}
    for f in frame.forums[np.argsort(-reach, kind="stable")]:
        if not any(world.mandate[f, k] for k in axes if k >= 0):
            continue
        weight = world.power * world.member[f] + 1e-9 * world.member[f]
        place = []
        for k in axes:
            if k < 0:
                place.append(0.06)
            elif world.mandate[f, k]:
                place.append(float(world.charter[f, k]))
            else:
                place.append(float(world.position[:, k] @ weight / weight.sum()) if weight.sum() > 0 else 0.5)
        found[int(f)] = (place[0], place[1])
    return found


def _label(frame: Frame, across: str, up: str | None, badges: dict[int, tuple[float, float]]) -> str:
    issues = frame.issue_label(across) + (f" and {frame.issue_label(up)}" if up else "")
    largest = f"; the largest is {forum_tip(frame, next(iter(badges)))}" if badges else ""
    return f"Policy space at {frame.date}: {issues}. {len(frame.states)} states, {len(badges)} forums{largest}."


def _axes(drawing: Drawing, frame: Frame, plot: Plot, across: str, up: str | None) -> None:
    right, bottom = plot.left + plot.size, plot.top + plot.height
    drawing.rect(plot.left, plot.top, plot.size, plot.height, fill="#fbfbfc", stroke="#c8ccd0")
    ends = dict(zip(frame.scenario.issues, frame.scenario.issue_ends, strict=True))
    half = plot.size / 2 - 8
    low, high = ends[across]
    drawing.text(plot.left, bottom + 14, cut(f"0: {low}", half, 5.6), SMALL, tip=low)
    drawing.text(right, bottom + 14, cut(f"1: {high}", half, 5.6), SMALL, text_anchor="end", tip=high)
    drawing.text(plot.left + plot.size / 2, bottom + 29, frame.issue_label(across), SMALL, text_anchor="middle",
                 font_weight=600)  # fmt: skip
    drawing.text(2, 13, cut(frame.issue_label(up) if up else "Blocs", 130), SMALL, font_weight=600)
    if up:
        low, high = ends[up]
        drawing.text(right, 13, cut(f"top: {high}", plot.size - 110, 5.6), SMALL, text_anchor="end", tip=high)
        for value in (0, 1):
            drawing.text(plot.left - 6, plot.place(0, value)[1] + (0 if value == 0 else 10), str(value), SMALL,
                         text_anchor="end")  # fmt: skip


def _ties(drawing: Drawing, frame: Frame, plot: Plot, badges: dict[int, tuple[float, float]], picked: str) -> None:
    """Lines from members to forums: of what is picked, else of the strongest states to the forum they heed most."""
    world, scenario = frame.world, frame.scenario
    pairs: list[tuple[int, int, float]] = []
    kind, _, key = picked.partition(":")
    if kind == "forum" and key in scenario.forum_ids and scenario.forum_ids.index(key) in badges:
        f = scenario.forum_ids.index(key)
        pairs = [(int(i), f, 0.55) for i in np.flatnonzero(world.member[f])]
    elif kind == "actor" and key in scenario.actor_ids:
        i = scenario.actor_ids.index(key)
        pairs = [(i, f, 0.9) for f in badges if world.member[f, i]]
    else:
        strongest = frame.states[np.argsort(-world.power[frame.states], kind="stable")][:TIED]
        pairs = [(int(i), int(world.focal[i]), 0.35) for i in strongest if int(world.focal[i]) in badges]
    for i, f, strength in pairs:
        a, b = plot.place(float(plot.x[i]), float(plot.y[i]))
        c, d = plot.place(*badges[f])
        drawing.line(a, b, c, d, stroke=bloc_colour(int(world.bloc[i])), stroke_width=1.2, opacity=strength)


def _actors(drawing: Drawing, frame: Frame, plot: Plot, picked: str) -> np.ndarray:
    """Marks of all actors, the strongest first, so that the weak stay in sight; that order."""
    world, ids = frame.world, frame.scenario.actor_ids
    order = np.argsort(-world.power, kind="stable")
    for i in order.tolist():
        x, y = plot.place(float(plot.x[i]), float(plot.y[i]))
        key = f"actor:{ids[i]}"
        if world.kind[i] != Kind.STATE:
            drawing.path(f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8", stroke="#555", stroke_width=1.6, fill="none",
                         tip=actor_tip(frame, i), pick=key)  # fmt: skip
            continue
        bloc = int(world.bloc[i])
        marker(drawing, max(bloc, 0), x, y, radius(float(world.power[i])), fill=bloc_colour(bloc), fill_opacity=0.72,
               stroke="#000000" if key == picked else "#ffffff", stroke_width=2.5 if key == picked else 0.6,
               tip=actor_tip(frame, i), pick=key)  # fmt: skip
    return order


def _names(drawing: Drawing, frame: Frame, plot: Plot, order: np.ndarray) -> None:
    """Ids of the majors and the strongest beside their marks, where no other name is."""
    world, ids = frame.world, frame.scenario.actor_ids
    states = [i for i in order.tolist() if world.kind[i] == Kind.STATE]
    chosen = sorted(states, key=lambda i: (world.role[i] != Role.MAJOR, -world.power[i]))[:NAMED]
    taken: list[tuple[float, float, float, float]] = []
    for i in chosen:
        x, y = plot.place(float(plot.x[i]), float(plot.y[i]))
        word = ids[i] if len(ids[i]) <= 12 else f"{ids[i][:11]}…"
        wide, r = 6.6 * len(word), radius(float(world.power[i]))
        for at, base in (
            (x + r + 3, y + 4),
            (x - r - 3 - wide, y + 4),
            (x - wide / 2, y - r - 4),
            (x - wide / 2, y + r + 12),
        ):
            box = (at, base - 10, at + wide, base + 2)
            inside = box[0] >= plot.left and box[2] <= plot.left + plot.size and box[1] >= plot.top
            if inside and not any(a < box[2] and box[0] < c and b < box[3] and box[1] < d for a, b, c, d in taken):
                taken.append(box)
                drawing.text(at, base, word, SMALL, font_weight=600, stroke="#ffffff", stroke_width=3,
                             paint_order="stroke", fill="#111", pointer_events="none")  # fmt: skip
                break


def _forums(drawing: Drawing, frame: Frame, plot: Plot, badges: dict[int, tuple[float, float]], picked: str) -> None:
    """Numbered badges; the picked one dark, dormant ones pale."""
    world, ids = frame.world, frame.scenario.forum_ids
    spots = _apart([plot.place(*place) for place in badges.values()], plot)
    for (number, f), (x, y) in zip(enumerate(badges, start=1), spots, strict=True):
        key, reach = f"forum:{ids[f]}", float(world.power[world.member[f]].sum())
        size = 14 + 8 * reach
        chosen = key == picked
        drawing.rect(x - size / 2, y - size / 2, size, size, rx=4, fill="#222222" if chosen else "#ffffff",
                     stroke="#222222", stroke_width=1.4, opacity=1.0 if world.status[f] == Status.ALIVE else 0.5,
                     tip=f"{number}: {forum_tip(frame, f)}", pick=key)  # fmt: skip
        drawing.text(x, y + 4, str(number), SMALL, text_anchor="middle", fill="#ffffff" if chosen else "#111111",
                     pointer_events="none")  # fmt: skip


def _apart(places: list[tuple[float, float]], plot: Plot) -> list[tuple[float, float]]:
    """Places pushed apart until no badge covers another, within the plot."""
    spots = np.array(places, dtype=float).reshape(-1, 2)
    low = np.array([plot.left + 10, plot.top + 10])
    high = np.array([plot.left + plot.size - 10, plot.top + plot.height - 10])
    for _ in range(60):
        gap = spots[:, None] - spots[None]
        near = np.abs(gap).max(axis=2) < 19
        np.fill_diagonal(near, False)
        if not near.any():
            break
        tilt = np.stack([np.cos(np.arange(len(spots))), np.sin(np.arange(len(spots)))], axis=1)
        push = np.sign(gap + 1e-6 * (tilt[:, None] - tilt[None]))
        spots = np.clip(spots + 1.6 * (push * near[:, :, None]).sum(axis=1), low, high)
    return [(float(x), float(y)) for x, y in spots]


def _list(drawing: Drawing, frame: Frame, listed: list[int], y: float, columns: int, picked: str) -> None:
    """Which number is which forum."""
    world, ids = frame.world, frame.scenario.forum_ids
    wide = drawing.width / columns
    for k, f in enumerate(listed):
        reach = float(world.power[world.member[f]].sum())
        after = f" ({int(world.member[f].sum())}; {reach:.2f})"
        words = cut(f"{k + 1} {frame.forum_name(f)}", wide - 6.2 * len(after) - 10) + after
        key = f"forum:{ids[f]}"
        x, base = 6 + k % columns * wide, y + 12 + 16 * (k // columns)
        drawing.text(x, base, words, SMALL, tip=forum_tip(frame, f), pick=key,
                     font_weight=700 if key == picked else None)  # fmt: skip
