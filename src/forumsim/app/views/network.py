"""The network of common memberships: who gives attention to the same forums."""

from __future__ import annotations

import math

import numpy as np

from forumsim.analysis.circle import MOST, angles, shared_attention, strongest_ties
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker, number
from forumsim.app.views.looks import SIGN, actor_tips, bloc_colour, cut, extent, legend, radius, wrapped
from forumsim.core.world import Bools, Floats, Ints

#: Signs of an id at most, and on a narrow screen.
LONGEST, NARROW = 13, 8


def ties(frame: Frame, rows: Ints, scope: str) -> Floats:
    """o_ij = sum over live forums of the issue of min(attention_if, attention_jf), shape (n, n), diagonal 0."""
    return shared_attention(frame.world.attention[np.ix_(frame.forums_on(scope), rows)])


def chosen(frame: Frame) -> Ints:
    """The strongest states, ordered by bloc and power: their places do not depend on who is in which forum."""
    world = frame.world
    strongest = frame.states[np.argsort(-world.power[frame.states], kind="stable")][:MOST]
    bloc = np.where(world.bloc[strongest] < 0, np.iinfo(np.int64).max, world.bloc[strongest])
    return np.asarray(strongest[np.lexsort((strongest, -world.power[strongest], bloc))])


def groups(frame: Frame, rows: Ints) -> list[tuple[list[int], Ints]]:
    """Bloc by bloc in their order: the chosen states, and the rest of the bloc's states (maybe none)."""
    bloc, rest = frame.world.bloc, np.setdiff1d(frame.states, rows)
    order = np.unique(bloc[frame.states]).tolist()
    order = [b for b in order if b >= 0] + [b for b in order if b < 0]
    return [([i for i in rows.tolist() if bloc[i] == b], rest[bloc[rest] == b]) for b in order]


def network(frame: Frame, width: int, scope: str, picked: str = "") -> str:
    """The strongest states on a circle by bloc, lines where they give attention to the same forums.

    The rest of a bloc's states are one node, with the mean of their attention. Of a picked actor its lines alone are
    drawn; the members of a picked forum are outlined, other states pale.
    """
    rows = chosen(frame)
    nodes: list[Ints] = []
    starts = []
    for strong, rest in groups(frame, rows):
        starts.append(len(nodes))
        nodes += [np.array([i]) for i in strong] + ([rest] if len(rest) else [])
    attention = frame.world.attention[frame.forums_on(scope)]
    shared = shared_attention(
        np.stack([attention[:, node].mean(axis=1) for node in nodes], axis=1) if nodes else attention[:, :0]
    )
    words = [_word(frame, node, NARROW if width < 420 else LONGEST) for node in nodes]
    room = 22.0 + SIGN * max(map(extent, words), default=3)
    height = float(min(width, 470))
    drawing = Drawing(width, height, _label(frame, nodes, shared, scope))
    angle = angles(len(nodes), starts)
    up = height / 2 - room
    across = max(min(width / 2 - room, 1.35 * up), up)
    x, y = width / 2 + across * np.cos(angle), height / 2 + up * np.sin(angle)
    bloc = np.array([int(frame.world.bloc[node[0]]) for node in nodes], dtype=np.int64)
    count = _lines(drawing, shared, bloc, x, y, _own(frame, nodes, picked))
    _nodes(drawing, frame, nodes, x, y, picked)
    for k, word in enumerate(words):
        _name(drawing, word, _size(frame, nodes[k], width) + 4, float(x[k]), float(y[k]), (width / 2, height / 2))
    drawing.height = _notes(drawing, frame, legend(drawing, frame, height + 12), count)
    return str(drawing)


def _word(frame: Frame, node: Ints, most: int) -> str:
    return cut(frame.scenario.actor_ids[int(node[0])], most, 1.0, 3) if len(node) == 1 else f"{len(node)} more"


def _size(frame: Frame, node: Ints, width: float) -> float:
    return radius(float(frame.world.power[node].sum()), 0.6 if width < 420 else 0.8)


def _label(frame: Frame, nodes: list[Ints], shared: Floats, scope: str) -> str:
    if len(nodes) < 2:
        return f"Network at {frame.date}: fewer than two states."
    alone = np.array([len(node) == 1 for node in nodes])
    single = shared * np.outer(alone, alone)
    i, j = np.unravel_index(int(single.argmax()), single.shape)
    names = frame.scenario.actor_names
    start = f"Common memberships of the {int(alone.sum())} strongest states at {frame.date}, {frame.issue_label(scope)}"
    if single[i, j] <= 0:
        return f"{start}: no two of them give attention to the same forum."
    first, second = names[int(nodes[int(i)][0])], names[int(nodes[int(j)][0])]
    return f"{start}: closest are {first} and {second}, with {single[i, j]:.2f} of their attention."


def _own(frame: Frame, nodes: list[Ints], picked: str) -> Bools | None:
    """Which node is the picked actor, or holds it; None where there is none."""
    own = np.array([frame.picked(picked)[0] in node for node in nodes], dtype=bool)
    return own if own.any() else None


def _lines(drawing: Drawing, shared: Floats, bloc: Ints, x: Floats, y: Floats, own: Bools | None) -> tuple[int, int]:
    """The strongest ties, bent towards the middle; how many within blocs and across them."""
    middle = (drawing.width / 2, drawing.height / 2)
    drawn = strongest_ties(shared, bloc, True if own is None else np.logical_or.outer(own, own))
    for far, lines in drawn.items():
        dash = ' stroke-dasharray="5 3"' if far else ""
        drawing.raw(f'<g fill="none"{dash}>')
        for i, j, value in lines:
            a, b = (0.5 * (m + (p[i] + p[j]) / 2) for m, p in zip(middle, (x, y), strict=True))
            ends = [number(float(v)) for v in (x[i], y[i], a, b, x[j], y[j])]
            drawing.path("M{} {}Q{} {} {} {}".format(*ends), stroke="#444444" if far else bloc_colour(int(bloc[i])),
                         stroke_width=round(0.4 + 2.0 * value, 1),
                         opacity=f"{0.15 + (0.3 if own is None else 0.55) * min(value, 1.0):.2f}")  # fmt: skip
        drawing.raw("</g>")
    return len(drawn[False]), len(drawn[True])


def _nodes(drawing: Drawing, frame: Frame, nodes: list[Ints], x: Floats, y: Floats, picked: str) -> None:
    """Marks of the states; the rest of a bloc as an empty mark."""
    scenario, world, tips = frame.scenario, frame.world, actor_tips(frame)
    forum = frame.picked(picked)[1]
    member = world.member[forum] if forum >= 0 else None
    for k, node in enumerate(nodes):
        i, colour = int(node[0]), bloc_colour(int(world.bloc[node[0]]))
        key, within = f"actor:{scenario.actor_ids[i]}", member is None or bool(member[node].any())
        place = (max(int(world.bloc[i]), 0), float(x[k]), float(y[k]), _size(frame, node, drawing.width))
        opacity = None if within else 0.35
        if len(node) > 1:
            tip = f"The other {len(node)} states; {frame.bloc_label(int(world.bloc[i]))}; their mean attention"
            marker(drawing, *place, fill="#ffffff", stroke=colour, stroke_width=1.6, opacity=opacity, tip=tip)
            continue
        edge = key == picked or (member is not None and within)
        marker(drawing, *place, fill=colour, stroke="#111111" if edge else "#ffffff", opacity=opacity,
               stroke_width=2.5 if key == picked else 1.5 if edge else 0.6, tip=tips[i], pick=key)  # fmt: skip


def _name(drawing: Drawing, word: str, r: float, x: float, y: float, middle: tuple[float, float]) -> None:
    """An id outside the circle, along the ray from the middle, so that neighbours never meet."""
    turn = math.atan2(y - middle[1], x - middle[0])
    left = math.cos(turn) < 0
    a, b = x + r * math.cos(turn), y + r * math.sin(turn)
    degrees = math.degrees(turn) + (180 if left else 0)
    drawing.text(a, b, word, SMALL, text_anchor="end" if left else "start", dy="0.35em", pointer_events="none",
                 transform=f"rotate({degrees:.1f} {a:.1f} {b:.1f})")  # fmt: skip


def _notes(drawing: Drawing, frame: Frame, y: float, count: tuple[int, int]) -> float:
    """What the lines mean, and how many there are; the place below."""
    words = (
        f"Line: attention to the same forums, wider for more. Solid: within a bloc ({count[0]}, the strongest); "
        f"dashed: across blocs ({count[1]}). Empty mark: the other states of the bloc, by their mean attention."
    )
    for line in wrapped(words, drawing.width - 14, 5):
        drawing.text(8, y + 2, line, SMALL)
        y += 14
    return y
