"""How figures look: line widths, text sizes, headings, saving. No figure is drawn here; colours are in `palette`."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from forumsim.analysis.palette import FAINT, GRID, INK
from forumsim.results.files import write_files

DPI = 180
WIDTH = 8.27  # inches: A4 paper, so that text sizes are those of a printed page

_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 8.0,
    "figure.titlesize": 10.5,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "svg.hashsalt": "forumsim",
    "path.sketch": None,
}


@contextmanager
def styled() -> Iterator[None]:
    """Settings of matplotlib for the figures of this package; the user's own come back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """A figure of its own, outside pyplot: nothing stays in memory once it goes out of use."""
    return Figure(figsize=(width, height))


def save(figure: Figure, path: Path) -> Path:
    """Write a PNG whose bytes depend on the picture alone (no date, no version of the software)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    figure.savefig(content, dpi=DPI, format="png", metadata={"Software": None})
    write_files(path.parent, {path.name: content.getvalue()})
    return path


def wrap(text: str, width: int) -> str:
    """The text in lines of at most ``width`` signs."""
    return "\n".join(textwrap.wrap(text, width)) or text


def quiet_axes(ax: Axes, horizontal: bool = True) -> None:
    """Light horizontal guide lines, nothing else."""
    if horizontal:
        ax.grid(True, axis="y")


def heading(figure: Figure, title: str, note: str, handles: Sequence[Any] = ()) -> tuple[float, float]:
    """Title and legend at the top left, a note on n and intervals at the bottom.

    Parameters
    ----------
    figure : Figure
    title, note : str
        Wrapped to the width of the page; the note may be empty.
    handles : sequence
        Entries of the legend, in one line; none without any.

    Returns
    -------
    tuple of float
        Inches used at the top and at the bottom; the panels take what is between (see `arrange`).
    """
    width, height = figure.get_size_inches()
    lines, notes = wrap(title, int(width * 11.5)), wrap(note, int(width * 16.8))
    figure.text(0.012, 1 - 0.09 / height, lines, ha="left", va="top", weight="bold", fontsize=10)
    top = 0.17 + 0.165 * (lines.count("\n") + 1)
    if handles:
        place = (0.0, 1 - (top + 0.22) / height, 1.0, 0.2 / height)
        figure.legend(handles=list(handles), loc="center left", bbox_to_anchor=place, ncols=len(handles),
                      handlelength=3.2, borderaxespad=0.3, columnspacing=1.8)  # fmt: skip
        top += 0.27
    if not note:
        return top, 0.05
    figure.text(0.012, 0.07 / height, notes, ha="left", va="bottom", fontsize=7.2, color="#444444")
    return top, 0.13 + 0.125 * (notes.count("\n") + 1)


def arrange(figure: Figure, axes: np.ndarray, margins: tuple[float, float], left: float, gaps: tuple[float, float],
            foot: float = 0.42) -> None:  # fmt: skip
    """Place a grid of panels between title and note; in inches, because measuring every text takes far longer.

    Parameters
    ----------
    figure : Figure
    axes : array of Axes (rows, columns)
    margins : tuple of float
        Used at the top and the bottom (from `heading`).
    left : float
        Room for the vertical axis of the first column.
    gaps : tuple of float
        Between columns and between rows.
    foot : float
        Room for the horizontal axis of the last row.
    """
    width, height = figure.get_size_inches()
    rows, columns = axes.shape
    wide = (width - left - 0.12 - gaps[0] * (columns - 1)) / columns
    tall = (height - margins[0] - margins[1] - 0.22 - foot - gaps[1] * (rows - 1)) / rows
    for (i, j), ax in np.ndenumerate(axes):
        x = left + j * (wide + gaps[0])
        y = height - margins[0] - 0.22 - tall - i * (tall + gaps[1])
        ax.set_position((x / width, y / height, wide / width, tall / height))
