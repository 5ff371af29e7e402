"""A figure that is still to be drawn, and one on disk: each with its words and its place on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

#: Section of the page for figures that have none of their own.
FIGURES = "figures"


@dataclass(frozen=True)
class Picture:
    """A figure on disk with the words that go with it.

    Attributes
    ----------
    path : Path
        Of the first format that was asked for; the others lie beside it.
    caption : str
    png : bytes
        The figure for a page, whatever formats were asked for; the file has more dots and colours.
    section : str
        Anchor of the section of the page that shows it.
    """

    path: Path
    caption: str
    png: bytes = b""
    section: str = FIGURES


@dataclass(frozen=True)
class Sketch:
    """A figure still to be drawn.

    Attributes
    ----------
    name : str
        Of its file, without the ending.
    caption : str
    draw : callable
        Returns the figure, or None where there is nothing to draw.
    section : str
        As that of `Picture`.
    """

    name: str
    caption: str
    draw: Callable[[], Figure | None]
    section: str = FIGURES
