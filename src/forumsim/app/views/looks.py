"""What the views share: looks of blocs, sizes of marks, short names."""

from __future__ import annotations

import math

from forumsim.analysis.style import LOOKS
from forumsim.app.frame import Frame
from forumsim.app.svg import SMALL, Drawing, marker
from forumsim.terms import Kind

#: Colour of actors without a bloc.
PLAIN = "#6b6b6b"


def bloc_colour(bloc: int) -> str:
    """Colour of a bloc; -1 is none."""
    return LOOKS[bloc % len(LOOKS)].colour if bloc >= 0 else PLAIN


def radius(power: float, scale: float = 1.0) -> float:
    """Radius of a mark in pixels: area in proportion to power, with a floor for the small."""
    return scale * math.sqrt(5.0 + 1500.0 * max(power, 0.0))


def cut(text: str, width: float, size: float = 6.0) -> str:
    """The text, shortened to a width in pixels."""
    most = max(3, int(width / size))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def actor_tip(frame: Frame, i: int) -> str:
    """What there is to know of an actor at a glance."""
    world, scenario = frame.world, frame.scenario
    member = world.member[:, i] & world.live()
    parts = [scenario.actor_names[i], frame.bloc_label(int(world.bloc[i]))]
    if world.kind[i] == Kind.STATE:
        parts.append(f"power {world.power[i]:.3f}")
    parts.append(f"{int(member.sum())} forums")
    if world.focal[i] >= 0:
        parts.append(f"most attention to {frame.forum_name(int(world.focal[i]))}")
    return "; ".join(parts)


def forum_tip(frame: Frame, f: int) -> str:
    """What there is to know of a forum at a glance."""
    world = frame.world
    members = world.member[f]
    awake = "" if world.status[f] == 1 else "; dormant"
    return (
        f"{frame.forum_name(f)}: {int(members.sum())} members, reach {float(world.power[members].sum()):.2f} of power, "
        f"legalization {float(world.legalization[f]):.2f}{awake}"
    )


def legend(drawing: Drawing, frame: Frame, y: float) -> float:
    """Blocs with their marks, in as many lines as they need; the place below."""
    x = 8.0
    for bloc in range(len(frame.scenario.blocs)):
        label = frame.bloc_label(bloc)
        wide = 24 + 6.4 * len(label)
        if x + wide > drawing.width and x > 8.0:
            x, y = 8.0, y + 16
        marker(drawing, bloc, x, y - 4, 5, fill=bloc_colour(bloc))
        drawing.text(x + 10, y, cut(label, drawing.width - x - 12), SMALL)
        x += wide
    return y + 16
