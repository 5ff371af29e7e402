"""Colours, markers and lines by which things are told apart, in figures and on the page; nothing is drawn here.

Colours are the eight of Okabe & Ito (2008), told apart with any colour vision; each goes with a marker, a line style
and a hatch of its own, so that a black-and-white print loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INK = "#222222"
FAINT = "#8a8a8a"
GRID = "#e3e3e3"


@dataclass(frozen=True)
class Look:
    """One way to draw a thing: every cue that tells it from its neighbours."""

    colour: str
    marker: str
    line: Any
    hatch: str


LOOKS: tuple[Look, ...] = (
    Look("#0072B2", "o", "-", ""),
    Look("#D55E00", "s", (0, (5, 1.6)), "////"),
    Look("#009E73", "^", (0, (1.2, 1.4)), "...."),
    Look("#CC79A7", "D", (0, (6, 1.5, 1.2, 1.5)), "xxxx"),
    Look("#E69F00", "v", (0, (8, 2)), "----"),
    Look("#56B4E9", "P", (0, (3, 1, 1, 1, 1, 1)), "++++"),
    Look("#000000", "X", (0, (2, 2)), "\\\\\\\\"),
    Look("#B8A600", "h", (0, (4, 3)), "oo"),
)

#: Verdicts from together to apart: the same place and look in every bar.
VERDICT_LOOKS: dict[str, Look] = {
    "convergence": Look("#0072B2", "o", "-", ""),
    "polycentric": Look("#56B4E9", "D", "-", "\\\\"),
    "mixed": Look("#d9d9d9", "s", "-", "...."),
    "fragmentation": Look("#D55E00", "^", "-", "////"),
    "converging": Look("#0072B2", "o", "-", ""),
    "steady": Look("#d9d9d9", "s", "-", "...."),
    "fragmenting": Look("#D55E00", "^", "-", "////"),
    "converges": Look("#0072B2", "o", "-", ""),
    "does nothing": Look("#d9d9d9", "s", "-", "...."),
    "fragments": Look("#D55E00", "^", "-", "////"),
}


def look(index: int) -> Look:
    """The look of the ``index``-th line or bloc; after eight they repeat."""
    return LOOKS[index % len(LOOKS)]
