"""What the views share: looks of blocs, sizes of marks, short names, legends, and places that are free."""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from forumsim.analysis.palette import LOOKS
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker, number
from forumsim.core.terms import Kind, Status
from forumsim.core.world import Bools, Floats

#: Colour of actors without a bloc.
PLAIN = "#6b6b6b"
#: Left, top, right, bottom in pixels.
Box = tuple[float, float, float, float]
#: One entry of a legend: what draws its sign around a place, and its words.
Entry = tuple[Callable[[float, float], None], str]
#: Width of a usual sign of small text, on the safe side.
SIGN = 6.0
#: Signs of Latin script that are wider than a capital.
_BROAD = frozenset("MWmw…@%&—")
#: Forums in a list at most.
LISTED = 30


def bloc_colour(bloc: int) -> str:
    """Colour of a bloc; -1 is none."""
    return LOOKS[bloc % len(LOOKS)].colour if bloc >= 0 else PLAIN


def radius(power: float, scale: float = 1.0) -> float:
    """Radius of a mark in pixels: area in proportion to power, with a floor for the small."""
    return scale * math.sqrt(5.0 + 1500.0 * max(power, 0.0))


@cache
def _share(sign: str) -> float:
    """Width of a sign in widths of a usual one: East Asian ones fill a square, accents have no place of their own."""
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.9
    return 1.6 if sign in _BROAD else 1.25 if sign.isupper() else 1.0


@lru_cache(maxsize=20_000)
def extent(text: str) -> float:
    """Width of a text in widths of a usual sign, on the safe side."""
    return sum(map(_share, text))


@lru_cache(maxsize=20_000)
def cut(text: str, width: float, size: float = SIGN, tail: int = 0) -> str:
    """The text, shortened to a width in pixels; ``tail`` signs at its end are kept, as numbered names differ there.

    ``size`` is the width of a usual sign.
    """
    room = max(3.0, width / size)
    if extent(text) <= room:
        return text
    end = text[len(text) - tail :]
    room -= _share("…") + extent(end)
    kept = 0
    while kept < len(text) and room >= _share(text[kept]):
        room -= _share(text[kept])
        kept += 1
    return f"{text[:kept].rstrip()}…{end}"


def wrapped(text: str, width: float, most: int = 2) -> list[str]:
    """The text in at most so many lines of a width in pixels."""
    signs = width / SIGN * len(text) / max(1.0, extent(text))
    return textwrap.wrap(text, max(8, int(signs)), max_lines=most, placeholder="…") or [""]


def actor_tips(frame: Frame) -> list[str]:
    """What there is to know of each actor at a glance."""
    name = cache(frame.forum_name)
    forums = frame.world.member[frame.forums].sum(axis=0).tolist()
    return [_actor_tip(frame, i, forums[i], name) for i in range(len(forums))]


def _actor_tip(frame: Frame, i: int, forums: int, name: Callable[[int], str]) -> str:
    world = frame.world
    parts = [frame.scenario.actor_names[i], frame.bloc_label(int(world.bloc[i]))]
    if world.kind[i] == Kind.STATE:
        parts.append(f"power {world.power[i]:.3f}")
    parts.append(f"{forums} forum{'s' * (forums != 1)}")
    if world.focal[i] >= 0:
        parts.append(f"most attention to {name(int(world.focal[i]))}")
    return "; ".join(parts)


def forum_tip(frame: Frame, f: int) -> str:
    """What there is to know of a forum at a glance."""
    world = frame.world
    members = world.member[f]
    reach = float(world.power[members].sum())
    awake = "; dormant" if world.status[f] == Status.DORMANT else ""
    return (
        f"{f + 1}: {frame.forum_name(f)}, {int(members.sum())} members, reach {reach:.2f} of power, "
        f"legalization {float(world.legalization[f]):.2f}{awake}"
    )


def legend(drawing: Drawing, frame: Frame, y: float, more: Iterable[Entry] = ()) -> float:
    """Blocs with their marks and ``more`` entries from the baseline ``y`` on; the place below."""
    entries: list[Entry] = [(_bloc_sign(drawing, bloc), frame.bloc_label(bloc)) for bloc in _blocs(frame)]
    x = 10.0
    for sign, label in [*entries, *more]:
        wide = 30 + SIGN * extent(label)
        if x + wide > drawing.width and x > 10.0:
            x, y = 10.0, y + 17
        sign(x + 1, y - 4)
        drawing.text(x + 14, y, cut(label, drawing.width - x - 16), SMALL)
        x += wide
    return y + 16


def _blocs(frame: Frame) -> list[int]:
    lonely = bool((frame.world.bloc[frame.states] < 0).any())
    return [*range(len(frame.scenario.blocs)), *([-1] if lonely else [])]


def _bloc_sign(drawing: Drawing, bloc: int) -> Callable[[float, float], None]:
    return lambda x, y: marker(drawing, max(bloc, 0), x, y, 5, fill=bloc_colour(bloc))


def members_of(frame: Frame, picked: str) -> Bools | None:
    """Members of the picked forum; None where no live forum is picked."""
    f = frame.picked(picked)[1]
    return np.asarray(frame.world.member[f]) if f >= 0 and frame.world.live()[f] else None


def issue_ends(drawing: Drawing, frame: Frame, issues: list[str], y: float) -> float:
    """What 0 and 1 mean on the issues shown; the place below."""
    ends = dict(zip(frame.scenario.issues, frame.scenario.issue_ends, strict=True))
    labels = [cut(frame.issue_label(issue), 100, 6.6) for issue in issues]
    at = 20 + 6.6 * max(map(extent, labels))
    for issue, label in zip(issues, labels, strict=True):
        drawing.text(8, y, label, SMALL, font_weight=600)
        if not any(ends[issue]):
            drawing.text(at, y, "0 to 1; the scenario does not say what they mean", SMALL)
            y += 14
        for value, words in enumerate(ends[issue]):
            for line in wrapped(f"{value}: {words}", drawing.width - at - 6) if words else ():
                drawing.text(at, y, line, SMALL, tip=words)
                y += 14
    return y


def plus(drawing: Drawing, x: float, y: float, **given: Any) -> None:
    """The mark of a non-state actor."""
    drawing.path(f"M{number(x - 4)} {number(y)}h8M{number(x)} {number(y - 4)}v8", **given)


def signs(drawing: Drawing, frame: Frame, y: float, scale: float) -> float:
    """Blocs, sizes, and signs; the place below."""
    entries: list[Entry] = []

    def disc(power: float) -> None:
        entries.append((lambda x, at: drawing.circle(x, at, radius(power, scale), fill="#8a8a8a"),
                        f"{power:.0%} of power"))  # fmt: skip

    def badge(x: float, at: float, **look: str) -> None:
        drawing.rect(x - 6, at - 6, 12, 12, rx=3, fill="#ffffff", stroke_width=1.4, **look)

    disc(0.01)
    disc(0.05)
    entries.append((lambda x, at: plus(drawing, x, at, stroke=PLAIN, stroke_width=1.6), "non-state"))
    entries.append((lambda x, at: badge(x, at, stroke="#222222"), "forum, larger with reach"))
    entries.append((lambda x, at: badge(x, at, stroke="#a0a0a0", stroke_dasharray="3 2"), "dormant"))
    return legend(drawing, frame, y, entries)


def forum_list(drawing: Drawing, frame: Frame, shown: list[int], y: float, picked: str) -> float:
    """Which number is which forum, column by column; the place below."""
    world, ids = frame.world, frame.scenario.forum_ids
    note = "Forums shown: number, name (members; share of power)" if shown else "No live forum on what is shown"
    drawing.text(8, y + 6, note, SMALL, font_weight=600)
    if members_of(frame, picked) is not None and (f := frame.picked(picked)[1]) not in shown:
        y += 15
        drawing.text(8, y + 6, cut(f"Outlined: members of {frame.forum_name(f)}, on another issue", drawing.width - 12),
                     SMALL)  # fmt: skip
    names = {f: f"{f + 1} {frame.forum_name(f)}" for f in sorted(shown[:LISTED])}
    ends = {f: f" ({int(world.member[f].sum())}; {float(world.power[world.member[f]].sum()):.2f})" for f in names}
    longest = max((SIGN * extent(names[f] + ends[f]) for f in names), default=0.0) + 14
    columns = max(1, min(int(drawing.width / longest), -(-len(names) // 4))) if names else 1
    rows, wide = -(-len(names) // columns), (drawing.width - 6) / columns
    for k, (f, name) in enumerate(names.items()):
        key = f"forum:{ids[f]}"
        words = cut(name, wide - SIGN * extent(ends[f]) - 14, tail=9) + ends[f]
        drawing.text(8 + k // rows * wide, y + 22 + 15 * (k % rows), words, SMALL, tip=forum_tip(frame, f), pick=key,
                     font_weight=700 if key == picked else None)  # fmt: skip
    if len(shown) > LISTED:
        drawing.text(8, y + 22 + 15 * rows, f"and {len(shown) - LISTED} smaller ones", SMALL)
        rows += 1
    return y + 12 + 15 * rows


#: Where a badge may go: its own place, then rings around it.
_RINGS = np.array([(0.0, 0.0)] + [(d * math.cos(a), d * math.sin(a)) for d in range(5, 90, 5)
                                  for a in np.linspace(0.0, 2.0 * math.pi, 16, endpoint=False)])  # fmt: skip


def apart(places: Floats, sizes: Floats, box: Box, taken: Floats) -> Floats:
    """Places of squares, each as near to its own as the ones before it and what is taken allow, within the box.

    Parameters
    ----------
    places : array (n, 2)
        Where they belong.
    sizes : array (n,)
        Their sides.
    box : tuple
        They stay within.
    taken : array (m, 3)
        Squares (x, y, side) not to be covered.
    """
    found = np.array(places, dtype=float).reshape(-1, 2)
    held = np.concatenate([np.asarray(taken, dtype=float).reshape(-1, 3), np.column_stack([found, sizes])])
    free = len(held) - len(found)
    for k, side in enumerate(np.asarray(sizes).tolist()):
        low, high = np.array(box[:2]) + side / 2, np.array(box[2:]) - side / 2
        tried = np.minimum(np.maximum(found[k] + _RINGS, low), np.maximum(low, high))
        others = held[: free + k]
        away = np.abs(tried[:, None] - others[None, :, :2])
        gap = np.maximum(away[..., 0], away[..., 1]) - (others[:, 2] + side) / 2 - 1.5
        good = np.flatnonzero((gap >= 0.0).all(axis=1))
        if not good.size:  # too narrow: only each other is left uncovered
            good = np.flatnonzero((gap[:, free:] >= 0.0).all(axis=1))
        found[k] = tried[good[0] if good.size else int(gap[:, free:].min(axis=1, initial=np.inf).argmax())]
        held[free + k, :2] = found[k]
    return found


def beside(x: float, y: float, r: float, wide: float, box: Box, taken: Sequence[Box]) -> tuple[Box, bool] | None:
    """A free place for a word beside a mark, and whether it is so far off that it needs a line; None: no room."""
    for far in (3.0, 10.0, 20.0, 30.0):
        d, e = r + far, 0.7 * (r + far)
        for left, base in (
            (x + d, y + 4), (x - d - wide, y + 4), (x - wide / 2, y - d), (x - wide / 2, y + d + 8),
            (x + e, y - e + 2), (x + e, y + e + 6), (x - e - wide, y - e + 2), (x - e - wide, y + e + 6),
        ):  # fmt: skip
            a, b, c, g = spot = (left, base - 9, left + wide, base + 2)
            inside = a >= box[0] and b >= box[1] and c <= box[2] and g <= box[3]
            if inside and not any(t[0] < c and a < t[2] and t[1] < g and b < t[3] for t in taken):
                return spot, far > 3.0
    return None
