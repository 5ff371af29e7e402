"""Who is in which forum: forums as columns, actors as rows, darker where an actor gives more attention."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, number
from forumsim.app.views.looks import SIGN, actor_tips, bloc_colour, cut, extent, forum_tip, wrapped
from forumsim.core.world import Bools, Floats, Ints

#: Rows with a name of their own, their height, the most height of another row and of all others.
NAMED, TALL, LOW, ALL_LOW = 12, 18, 3, 600
#: Width of the names; most columns.
LEFT, COLUMNS = 120, 40
#: Narrowest column with a slanted name, letters of that name on a narrow picture and on a wide one; height of a head
#: with numbers.
SLANTED, LETTERS, NUMBERS = 14, (16, 28), 22.0
#: From which attention on a cell has the next shade, and the shades: the lightest has a contrast of 3 with white.
SHADES = ((0.0, "#5a9bcb"), (0.1, "#1f62a8"), (0.3, "#08264f"))


def shown_forums(frame: Frame, scope: str) -> list[int]:
    """Live forums with the issue in their mandate, those of most reach, each in a place that it keeps."""
    forums = frame.forums_on(scope)
    return sorted(forums[np.argsort(-reach(frame, forums), kind="stable")][:COLUMNS].tolist())


def reach(frame: Frame, forums: Ints | list[int]) -> Floats:
    """Share of power of the members of each forum."""
    return np.asarray(frame.world.member[forums] @ frame.world.power)


def matrix(frame: Frame, width: int, scope: str, picked: str = "") -> str:
    """The membership matrix; the picked row or column is framed, and a picked actor has a row with a name."""
    world = frame.world
    forums = shown_forums(frame, scope)
    rank = np.lexsort((-world.power, np.where(world.bloc < 0, 99, world.bloc)))
    strongest = set(np.argsort(-world.power, kind="stable")[:NAMED].tolist())
    strongest |= {frame.picked(picked)[0]}
    top = [i for i in rank.tolist() if i in strongest]
    rest = [i for i in rank.tolist() if i not in strongest]
    cell = (width - LEFT - 4) / max(1, len(forums))
    low = min(LOW, ALL_LOW / max(1, len(rest)))
    names = heads([f"{f + 1} {frame.forum_name(f)}" for f in forums], LETTERS[width >= 420]) if cell >= SLANTED else []
    head = 14.0 + 0.87 * SIGN * max(map(extent, names)) if names and not _level(names, cell) else NUMBERS
    below = head + TALL * len(top) + 20
    drawing = Drawing(width, below + low * len(rest) + 22, _label(frame, forums))
    _head(drawing, frame, forums, names, cell, head, picked)
    _cells(drawing, world.member[forums][:, top], world.attention[forums][:, top], cell, head, TALL)
    _rows(drawing, frame, top, forums, cell, head, picked)
    drawing.text(2, below - 5, f"{len(rest)} further actors, by bloc and power", SMALL)
    _cells(drawing, world.member[forums][:, rest], world.attention[forums][:, rest], cell, below, low)
    _blocs(drawing, frame, rest, below, low)
    for k, (_, colour) in enumerate(SHADES):
        x = 4 + min(110.0, (width - 8) / len(SHADES)) * k
        drawing.rect(x, drawing.height - 14, 10, 10, fill=colour)
        words = ("attention < .1", ".1 to .3", "more")[k]
        drawing.text(x + 13, drawing.height - 5, words, SMALL)
    return str(drawing)


def _label(frame: Frame, forums: list[int]) -> str:
    world = frame.world
    held = world.member[forums].sum() if forums else 0
    largest = f" The largest: {forum_tip(frame, forums[int(reach(frame, forums).argmax())])}." if forums else ""
    return (
        f"Memberships at {frame.date}: {len(forums)} forums, {world.actors} actors, {int(held)} memberships.{largest}"
    )


def heads(names: list[str], most: int) -> list[str]:
    """Names of at most so many letters, no two alike: those that begin alike keep their ends, else have a number."""
    found = [cut(name, most, 1.0) for name in names]
    for tail in range(7, most - 3, 3):
        alike = {word for word, number in Counter(found).items() if number > 1}
        found = [
            cut(name, most, 1.0, tail) if word in alike and extent(name[-tail:]) < most - 3 else word
            for name, word in zip(names, found, strict=True)
        ]
    number = Counter(found)
    return [word if number[word] == 1 else cut(f"{k} {word}", most, 1.0) for k, word in enumerate(found, start=1)]


def _level(names: list[str], cell: float) -> bool:
    """Whether all names have room within their columns."""
    return bool(names) and SIGN * max(map(extent, names)) <= cell


def _head(
    drawing: Drawing, frame: Frame, forums: list[int], names: list[str], cell: float, head: float, picked: str
) -> None:
    """Names within their columns, or slanted and ending at them; else the forums' numbers, as many as have room."""
    keys = [f"forum:{frame.scenario.forum_ids[f]}" for f in forums]
    found = keys.index(picked) if picked in keys else -1
    if not forums:
        drawing.text(LEFT, 15, "no forum", SMALL)
    apart = max(2, math.ceil((4.0 + SIGN * len(str(max(forums, default=0) + 1))) / cell))
    for k, f in enumerate(forums):
        tip, x, bold = forum_tip(frame, f), LEFT + cell * (k + 0.5), 700 if k == found else None
        if names:
            level = _level(names, cell)
            turn = None if level else f"rotate(60 {number(x)} {number(head - 6)})"
            drawing.text(x, head - 6, names[k], SMALL, text_anchor="middle" if level else "end", tip=tip,
                         pick=keys[k], font_weight=bold, transform=turn)  # fmt: skip
            continue
        drawing.rect(x - cell / 2, 2, cell, head - 4, fill="transparent", tip=tip, pick=keys[k])
        if k == found or (k % apart == 0 and (found < 0 or abs(k - found) >= apart)):
            drawing.text(x, 15, str(f + 1), SMALL, text_anchor="middle", font_weight=bold, pointer_events="none")
    if found >= 0:
        _frame(drawing, LEFT + cell * found, head - 3, cell, drawing.height - head - 18)


def _frame(drawing: Drawing, x: float, y: float, width: float, height: float) -> None:
    drawing.rect(x, y, width, height, fill="none", stroke="#D55E00", stroke_width=1.5, pointer_events="none")


def _cells(drawing: Drawing, member: Bools, attention: np.ndarray, cell: float, y: float, tall: float) -> None:
    """One path a shade: each of its cells is a thick stroke, which takes half the text of a rectangle."""
    gap = 1.0 if tall > 6 else 0.0
    for k, (low, colour) in enumerate(SHADES):
        high = SHADES[k + 1][0] if k + 1 < len(SHADES) else np.inf
        columns, rows = np.nonzero(member & (attention >= low) & (attention < high))
        if len(columns):
            size = f"h{number(cell - 1)}"
            d = "".join(f"M{number(LEFT + cell * c)} {number(y + tall * (r + 0.5) - gap / 2)}{size}"
                        for c, r in zip(columns.tolist(), rows.tolist(), strict=True))  # fmt: skip
            drawing.path(d, fill=colour, stroke=colour, stroke_width=max(0.5, tall - gap))


def _rows(
    drawing: Drawing, frame: Frame, top: list[int], forums: list[int], cell: float, y: float, picked: str
) -> None:
    """Names of the strongest, and what their cells say when pointed at."""
    world, ids, tips = frame.world, frame.scenario.actor_ids, actor_tips(frame)
    names = heads([frame.scenario.actor_names[i] for i in top], int((LEFT - 12) / SIGN))
    for r, i in enumerate(top):
        key = f"actor:{ids[i]}"
        base = y + TALL * r
        drawing.rect(0, base + 1, 4, TALL - 2, fill=bloc_colour(int(world.bloc[i])))
        if r and world.bloc[i] != world.bloc[top[r - 1]]:
            drawing.line(0, base - 0.5, drawing.width, base - 0.5, stroke="#8a8a8a")
        drawing.text(8, base + 13, names[r], SMALL, tip=tips[i], pick=key,
                     font_weight=700 if key == picked else None)  # fmt: skip
        if key == picked:
            _frame(drawing, LEFT - 1, base - 1, cell * len(forums), TALL)
        for k, f in enumerate(forums):
            if world.member[f, i]:
                drawing.rect(LEFT + cell * k, base, cell, TALL, fill="transparent",
                             tip=f"{frame.scenario.actor_names[i]} in {frame.forum_name(f)}: "
                             f"{100 * float(world.attention[f, i]):.0f} % of its attention")  # fmt: skip


def _blocs(drawing: Drawing, frame: Frame, rest: list[int], y: float, low: float) -> None:
    """Stripes and names of the blocs beside the low rows."""
    blocs = [int(frame.world.bloc[i]) for i in rest]
    for bloc in dict.fromkeys(blocs):
        first, many = blocs.index(bloc), blocs.count(bloc)
        top = y + low * first
        drawing.rect(0, top, 4, low * many, fill=bloc_colour(bloc), tip=f"{frame.bloc_label(bloc)}: {many} actors")
        drawing.line(0, top, drawing.width, top, stroke="#c8ccd0")
        lines = wrapped(frame.bloc_label(bloc), LEFT - 12, max(1, int(low * many / 13)))
        for k, line in enumerate(lines if low * many > 13 else []):
            drawing.text(8, top + 12 + 12 * k, line, SMALL)
