"""How figures look: page, line widths, text sizes, headings. No figure is drawn here; colours are in `palette`."""

from __future__ import annotations

import logging
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from forumsim.analysis.fonts import BASE, cells, families_for
from forumsim.analysis.palette import FAINT, GRID, INK

WIDTH = 8.27  # inches: A4 paper, so that text sizes are those of a printed page
FORMATS = ("png", "pdf", "svg")
#: Narrowest panel of a grid in inches; with less room fewer panels stand side by side.
_PANEL = 1.0
#: Inches that a letter of the legend takes, and what a mark and the gap to the next entry take.
_LETTER, ENTRY = 0.066, 0.68


@dataclass(frozen=True)
class Sheet:
    """The paper that figures are drawn for.

    Attributes
    ----------
    formats : tuple of str
        Files that are written of each figure: png, pdf, svg.
    width : float
        Inches. Letters keep their size in print (6 to 10 points) at any width; panels get narrower, and from some
        point on fewer of them stand side by side.
    title : bool
        Whether the title is drawn. Legend and the note on n and intervals always are.
    dpi : int
        Dots an inch of PNG.
    """

    formats: tuple[str, ...] = FORMATS
    width: float = WIDTH
    title: bool = True
    dpi: int = 300


_SHEET: ContextVar[Sheet] = ContextVar("sheet", default=Sheet())  # noqa: B039 - a sheet never changes


_RC: dict[Any, Any] = {
    "font.family": BASE,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "pdf.fonttype": 42,  # text stays text that can be searched and edited
    "svg.fonttype": "none",
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
def styled(sheet: Sheet | None = None, characters: Iterable[str] = "") -> Iterator[str]:
    """Settings of matplotlib for the figures of this package; the user's own come back afterwards.

    Parameters
    ----------
    sheet : Sheet, optional
        A4 with titles, in all formats, if not given.
    characters : iterable of str
        All that labels may hold: fonts that are installed are found for them.

    Yields
    ------
    str
        The characters that no installed font has; they are drawn as boxes.
    """
    token = _SHEET.set(sheet or Sheet())
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)  # that a font for a foreign script has no bold face is no news
    try:
        families, missing = families_for(characters)
        with mpl.rc_context(), warnings.catch_warnings():
            mpl.rcdefaults()
            mpl.rcParams.update(_RC | {"font.family": families})
            # one sentence about what no font can draw is enough (see `fonts.missing_words`)
            warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
            yield missing
    finally:
        log.setLevel(level)
        _SHEET.reset(token)


def page_width() -> float:
    """Width of the figures in inches."""
    return _SHEET.get().width


def sheet_now() -> Sheet:
    """The sheet that figures are drawn for."""
    return _SHEET.get()


def letters(width: float) -> int:
    """How many letters of a title or a legend have room on so many inches."""
    return max(8, int(width / _LETTER))


def columns_that_fit(left: float, gap: float, panel: float = _PANEL) -> int:
    """How many panels can stand side by side, at least one.

    Parameters
    ----------
    left, gap, panel : float
        Inches for the axis, between panels, and for a panel at least.
    """
    return max(1, int((page_width() - left - 0.12 + gap) / (panel + gap) + 1e-9))


def fold(rows: Sequence[Sequence[Any]], most: int) -> list[list[Any]]:
    """Rows of at most ``most`` each; longer ones go on in the next."""
    return [list(row[i : i + most]) for row in rows for i in range(0, len(row), most)]


def new_figure(height: float, width: float | None = None) -> Figure:
    """A figure of its own, outside pyplot: nothing stays in memory once it goes out of use."""
    return Figure(figsize=(width or page_width(), height))


def wrap(text: str, width: int) -> str:
    """The text in lines of at most ``width`` letters."""
    letters = max(1, width * len(text) // max(1, cells(text)))
    return "\n".join(textwrap.wrap(text, letters)) or text


def quiet_axes(ax: Axes, horizontal: bool = True) -> None:
    """Light horizontal guide lines, nothing else."""
    if horizontal:
        ax.grid(True, axis="y")


def heading(figure: Figure, title: str, note: str, handles: Sequence[Any] = ()) -> tuple[float, float]:
    """Title and legend at the top left, a note on n and intervals at the bottom.

    The figure grows by the lines beyond the usual, so that the panels keep their height.

    Parameters
    ----------
    figure : Figure
    title, note : str
        Wrapped to the width of the page; the note may be empty. The title is left out where the sheet says so.
    handles : sequence
        Entries of the legend; none without any.

    Returns
    -------
    tuple of float
        Inches used at the top and at the bottom; the panels take what is between (see `arrange`).
    """
    width, height = figure.get_size_inches()
    lines = wrap(title, int(width * 11.5)).split("\n") if sheet_now().title else []
    notes = wrap(note, int(width * 16.8)).split("\n") if note else []
    columns = legend_columns([handle.get_label() for handle in handles], width)
    legend_rows = -(-len(handles) // columns)
    height += 0.165 * (len(lines) - 1) + 0.125 * max(0, len(notes) - 2) + 0.17 * max(0, legend_rows - 1)
    figure.set_size_inches(width, height)
    top = 0.17 + 0.165 * len(lines) if lines else 0.05
    if lines:
        figure.text(0.012, 1 - 0.09 / height, "\n".join(lines), ha="left", va="top", weight="bold", fontsize=10)
    if handles:
        figure.legend(handles=list(handles), loc="upper left", bbox_to_anchor=(0.0, 1 - top / height), ncols=columns,
                      handlelength=3.2, borderaxespad=0.3, columnspacing=1.8)  # fmt: skip
        top += 0.10 + 0.17 * legend_rows
    if not notes:
        return top, 0.05
    figure.text(0.012, 0.07 / height, "\n".join(notes), ha="left", va="bottom", fontsize=7.2, color="#444444")
    return top, 0.13 + 0.125 * len(notes)


def legend_columns(names: Sequence[str], width: float) -> int:
    """How many entries of a legend fit side by side on ``width`` inches, by their letters."""
    widest = [ENTRY + _LETTER * cells(name) for name in names]
    for columns in range(len(names), 1, -1):
        if sum(max(widest[i::columns]) for i in range(columns)) <= width:
            return columns
    return 1


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
