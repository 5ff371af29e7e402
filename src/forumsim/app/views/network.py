"""The network of common memberships: who gives attention to the same forums."""

from __future__ import annotations

import math

import numpy as np

from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker
from forumsim.app.views.looks import actor_tip, bloc_colour, legend, radius
from forumsim.world import Floats, Ints

#: States drawn one by one, lines drawn at most, and the weakest tie that is drawn.
MOST, LINES, WEAKEST = 40, 200, 0.02


def ties(frame: Frame, rows: Ints, scope: str) -> Floats:
    """o_ij = sum over live forums of the issue of min(attention_if, attention_jf), shape (n, n), diagonal 0."""
    world, forums = frame.world, frame.forums
    if scope != "pooled":
        forums = forums[world.mandate[forums, frame.scenario.issues.index(scope)]]
    shared = np.zeros((len(rows), len(rows)))
    for given in world.attention[np.ix_(forums, rows)]:
        shared += np.minimum.outer(given, given)
    np.fill_diagonal(shared, 0.0)
    return shared


def chosen(frame: Frame) -> Ints:
    """The strongest states, ordered by bloc and power: their places do not depend on the step."""
    world = frame.world
    strongest = frame.states[np.argsort(-world.power[frame.states], kind="stable")][:MOST]
    bloc = np.where(world.bloc[strongest] < 0, 99, world.bloc[strongest])
    return np.asarray(strongest[np.lexsort((strongest, bloc))])


def network(frame: Frame, width: int, scope: str, picked: str = "") -> str:
    """The strongest states on a circle by bloc, lines where they give attention to the same forums.

    Parameters
    ----------
    frame : Frame
    width : int
        Pixels.
    scope : str
        Issue or ``pooled``.
    picked : str
        A picked actor's lines alone.
    """
    rows = chosen(frame)
    shared = ties(frame, rows, scope)
    height = min(width, 430)
    drawing = Drawing(width, height + 40, _label(frame, rows, shared, scope))
    angle = 2.0 * math.pi * (np.arange(len(rows)) + 0.5) / max(1, len(rows)) - math.pi / 2
    across, up = width / 2 - 40, height / 2 - 26
    x, y = width / 2 + across * np.cos(angle), height / 2 + up * np.sin(angle)
    _lines(drawing, frame, rows, shared, x, y, picked)
    for k, i in enumerate(rows.tolist()):
        key = f"actor:{frame.scenario.actor_ids[i]}"
        bloc = int(frame.world.bloc[i])
        marker(drawing, max(bloc, 0), float(x[k]), float(y[k]), radius(float(frame.world.power[i]), 0.8),
               fill=bloc_colour(bloc), stroke="#000" if key == picked else "#fff",
               stroke_width=1.5 if key == picked else 0.5,
               tip=actor_tip(frame, i), pick=key)  # fmt: skip
        _name(drawing, frame, i, float(angle[k]), float(x[k]), float(y[k]), len(rows))
    legend(drawing, frame, height + 14)
    drawing.text(8, height + 34, "solid: within a bloc; dashed: across blocs; wide: much attention in common", SMALL)
    return str(drawing)


def _label(frame: Frame, rows: Ints, shared: Floats, scope: str) -> str:
    if len(rows) < 2:
        return f"Network at {frame.date}: fewer than two states."
    i, j = np.unravel_index(int(shared.argmax()), shared.shape)
    names = frame.scenario.actor_names
    return (
        f"Common memberships of the {len(rows)} strongest states at {frame.date}, {frame.issue_label(scope)}: "
        f"closest are {names[int(rows[i])]} and {names[int(rows[j])]}, with {shared[i, j]:.2f} of their attention."
    )


def _lines(drawing: Drawing, frame: Frame, rows: Ints, shared: Floats, x: Floats, y: Floats, picked: str) -> None:
    first, second = np.triu_indices(len(rows), 1)
    strength = shared[first, second]
    keep = strength > WEAKEST
    key = picked.partition(":")[2] if picked.startswith("actor:") else ""
    own = [k for k, i in enumerate(rows.tolist()) if frame.scenario.actor_ids[i] == key]
    if own:
        keep &= (first == own[0]) | (second == own[0])
    order = np.flatnonzero(keep)
    order = order[np.argsort(-strength[order], kind="stable")][:LINES][::-1]
    bloc = frame.world.bloc[rows]
    for k in order.tolist():
        i, j, value = int(first[k]), int(second[k]), float(strength[k])
        across = bloc[i] != bloc[j] or bloc[i] < 0
        colour = "#444444" if across else bloc_colour(int(bloc[i]))
        drawing.line(x[i], y[i], x[j], y[j], stroke=colour, stroke_width=round(0.3 + 2.7 * value, 1),
                     opacity=round(0.12 + 0.55 * value, 2), stroke_dasharray="5 3" if across else None)  # fmt: skip


def _name(drawing: Drawing, frame: Frame, i: int, angle: float, x: float, y: float, number: int) -> None:
    """Ids outside the circle; on small pictures of many only where there is room."""
    word = frame.scenario.actor_ids[i]
    word = word if len(word) <= 5 else f"{word[:4]}…"
    r = radius(float(frame.world.power[i]), 0.8) + 4
    crowded = abs(math.cos(angle)) < 0.5 and drawing.width / number < 16
    if crowded and frame.world.power[i] < 0.01:
        return
    anchor = "start" if math.cos(angle) > 0.35 else "end" if math.cos(angle) < -0.35 else "middle"
    drawing.text(x + r * math.cos(angle), y + (r + 5) * math.sin(angle) + 4, word, SMALL, text_anchor=anchor)
