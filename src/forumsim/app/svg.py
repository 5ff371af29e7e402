"""Drawing SVG as text: shapes with a look, words for those who point at or hear them, and a key to pick them by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

#: Text sizes in pixels: the picture is drawn at the width that it has on the screen.
SMALL, NORMAL = 11, 12
#: What cannot stand in markup as it is; most values have none of it, and a search is faster than `escape`.
_MARKUP = re.compile("[&<>\"']")


def number(value: float) -> str:
    """A coordinate with one decimal at most: more cannot be seen, and costs bytes."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def attributes(given: dict[str, Any]) -> str:
    """Attributes as text: ``stroke_width=2`` becomes ``stroke-width="2"``; None is left out."""
    parts = []
    for name, value in given.items():
        if value is not None:
            text = number(value) if isinstance(value, float) else _safe(str(value))
            parts.append(f' {_spelled(name)}="{text}"')
    return "".join(parts)


def _safe(text: str) -> str:
    return escape(text, quote=True) if _MARKUP.search(text) else text


@cache
def _spelled(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Drawing:
    """A picture that grows shape by shape.

    Parameters
    ----------
    width, height : float
        Pixels.
    label : str
        What a person who cannot see the picture should hear of it: one or two sentences with the main numbers.

    Notes
    -----
    Shapes take SVG attributes as keywords (``fill="#fff"``, ``stroke_width=2``), and two of their own: ``tip`` is shown
    where the pointer rests, ``pick`` (``actor:USA``, ``forum:g7``) is what a click or the Enter key on it picks.
    """

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width, self.height, self.label = width, height, label
        self._parts: list[str] = []

    def shape(self, name: str, tip: str = "", pick: str = "", content: str = "", **given: Any) -> None:
        """Any element; ``content`` is text and is escaped."""
        self._parts.append(element(name, tip, pick, _safe(content), **given))

    def circle(self, x: float, y: float, r: float, **given: Any) -> None:
        """A circle."""
        self.shape("circle", cx=float(x), cy=float(y), r=float(r), **given)

    def rect(self, x: float, y: float, width: float, height: float, **given: Any) -> None:
        """A rectangle."""
        self.shape("rect", x=float(x), y=float(y), width=float(width), height=float(height), **given)

    def line(self, x1: float, y1: float, x2: float, y2: float, **given: Any) -> None:
        """A straight line."""
        self.shape("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **given)

    def path(self, d: str, **given: Any) -> None:
        """A path in SVG's own words."""
        self.shape("path", d=d, **given)

    def polyline(self, points: Iterable[tuple[float, float]], **given: Any) -> None:
        """A line through points; the caller leaves gaps out (one polyline a stretch)."""
        self.shape("polyline", points=" ".join(f"{number(x)},{number(y)}" for x, y in points),
                   fill=given.pop("fill", "none"), **given)  # fmt: skip

    def text(self, x: float, y: float, words: str, size: float = NORMAL, **given: Any) -> None:
        """Text with its baseline at y; ``text_anchor="middle"`` or ``"end"`` to align it otherwise."""
        self.shape("text", content=words, x=float(x), y=float(y), font_size=size,
                   fill=given.pop("fill", "currentColor"), **given)  # fmt: skip

    def raw(self, markup: str) -> None:
        """Markup that is known to be safe, such as an element made by `element`."""
        self._parts.append(markup)

    def __str__(self) -> str:
        inner = "".join(self._parts)
        role = "group" if 'role="button"' in inner else "img"  # buttons within an image are not heard
        size = f'viewBox="0 0 {number(self.width)} {number(self.height)}" width="100%"'
        called = f'role="{role}" aria-label="{escape(self.label, quote=True)}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {called} font-family="inherit">{inner}</svg>'


def element(name: str, tip: str = "", pick: str = "", inner: str = "", **given: Any) -> str:
    """One element as text; ``inner`` is markup. What can be picked is a button that is called by its tip or content.

    The page lets the first button of a picture be reached by the Tab key, and the others by arrow keys from there.
    """
    if pick:
        given |= {"data_pick": pick, "tabindex": -1, "role": "button"}
        if not tip and not inner:
            given["aria_label"] = pick
    title = f"<title>{_safe(tip)}</title>" if tip else ""
    return f"<{name}{attributes(given)}>{title}{inner}</{name}>" if title or inner else f"<{name}{attributes(given)}/>"


MARKERS = ("circle", "square", "triangle", "diamond")


def marker(drawing: Drawing, kind: int, x: float, y: float, r: float, **given: Any) -> None:
    """The mark of the ``kind``-th bloc: circle, square, triangle, diamond, all of the area of a circle of radius r."""
    shape = MARKERS[kind % len(MARKERS)]
    corners: tuple[tuple[float, float], ...]
    if shape == "circle":
        drawing.circle(x, y, r, **given)
        return
    if shape == "square":
        half = 0.886 * r
        drawing.rect(x - half, y - half, 2 * half, 2 * half, **given)
        return
    if shape == "triangle":
        side = 1.555 * r  # half of an equilateral triangle's top to base is placed above the centre
        corners = ((x, y - side), (x + 0.866 * side, y + 0.5 * side), (x - 0.866 * side, y + 0.5 * side))
    else:
        half = 1.253 * r
        corners = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    drawing.shape("polygon", points=" ".join(f"{number(a)},{number(b)}" for a, b in corners), **given)
