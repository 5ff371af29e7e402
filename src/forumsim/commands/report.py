"""``forumsim report``: figures and a page from a results folder, and a short reading of it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forumsim.commands.console import note, say
from forumsim.commands.options import Edited, Folder, option
from forumsim.commands.sweep import cores
from forumsim.core.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    from forumsim.analysis.style import Sheet

#: Inches in a unit of length, and the widths that can be read on a screen or page.
UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4}
NARROWEST, WIDEST = 3.0, 24.0
DPI = (50, 1200)


def report(
    folder: Folder,
    measures: Annotated[
        list[str] | None,
        option(metavar="A,B", help="Draw these measures: columns of series.csv.  [default: the usual ones]"),
    ] = None,
    formats: Annotated[
        list[str] | None,
        option(
            "--format", metavar="A,B", help="Write the figures in these formats: png, pdf, svg.  [default: all three]"
        ),
    ] = None,
    width: Annotated[
        str,
        option(
            metavar="LENGTH",
            help="Width of the figures, such as 3.5in or 9cm; letters have the same size in print at any width.  "
            "[default: A4]",
        ),
    ] = "",
    dpi: Annotated[
        int | None, typer.Option(metavar="N", help="Dots per inch of the PNG files.  [default: 300]")
    ] = None,
    no_title: Annotated[
        bool, option("--no-title", help="Leave the titles out, for journals that set them as captions.")
    ] = False,
    out: Annotated[
        Path | None, option(metavar="DIR", help="Write report and figures there; the results folder stays as it is.")
    ] = None,
    anyway: Edited = False,
) -> None:
    """Draw the figures of a results folder, write its report and say in short what it shows.

    Raises
    ------
    InputError
        When the folder is none or an option cannot be used: all mistakes at once, and nothing is written.
    """
    from forumsim import analysis
    from forumsim.analysis.figures import chosen

    sheet, problems = _sheet(_names(formats or ()), width, not no_title, dpi)
    if out is not None and out.exists() and not out.is_dir():
        problems.append(Problem("--out", f"{out} is a file", "a folder, new or not"))
    try:
        results = chosen(analysis.load_results(folder, anyway), _names(measures or ()))
    except InputError as error:
        raise InputError([*problems, *error.problems], error.title if not problems else "") from None
    if problems:
        raise InputError(problems, "the report cannot be written as asked")
    page = analysis.report(results, out, sheet=sheet, tell=_tell, workers=cores())
    if sys.stderr.isatty():
        note("reading the results")
    say(analysis.reading(results))
    say()
    say(f"report: {page}")
    say(f"tables: {folder / 'summary.csv'}, {folder / 'runs.csv'}, {folder / 'series.csv'}")
    say(f"figures: {page.parent / 'figures'} ({', '.join(sheet.formats)})")
    say("next: forumsim scenarios (what else there is), forumsim run NAME --set dialogue.level=1, a plan of your own")


def _tell(line: str) -> None:
    """Progress on a terminal alone; what is wrong with the figures always."""
    if sys.stderr.isatty() or not line.startswith("figure "):
        note(line)


def _names(texts: Iterable[str]) -> list[str]:
    """Names from texts with commas between them, each once."""
    return list(dict.fromkeys(name.strip() for text in texts for name in text.split(",") if name.strip()))


def _sheet(formats: list[str], width: str, title: bool, dpi: int | None) -> tuple[Sheet, list[Problem]]:
    """The paper that the options describe, and what is wrong with them."""
    from forumsim.analysis.style import FORMATS, WIDTH, Sheet

    problems = [
        Problem("--format", f"found {name!r}", ", ".join(FORMATS), nearest(name, FORMATS))
        for name in formats if name.lower() not in FORMATS
    ]  # fmt: skip
    inches = _inches(width) if width.strip() else WIDTH
    if not NARROWEST <= inches <= WIDEST:
        allowed = f"a number with its unit from {NARROWEST:g}in to {WIDEST:g}in, such as 3.5in, 9cm or 89mm"
        problems.append(Problem("--width", f"found {width!r}", allowed))
    if dpi is not None and not DPI[0] <= dpi <= DPI[1]:
        problems.append(Problem("--dpi", f"found {dpi}", f"whole numbers from {DPI[0]} to {DPI[1]}"))
    kinds = tuple(kind for kind in FORMATS if kind in {name.lower() for name in formats}) or FORMATS
    return Sheet(kinds, inches, title, dpi or Sheet.dpi), problems


def _inches(text: str) -> float:
    """A length with its unit in inches; NaN when it is none."""
    found = text.strip().lower()
    for unit, size in UNITS.items():
        if found.endswith(unit):
            try:
                return float(found.removesuffix(unit)) * size
            except ValueError:
                break
    return math.nan
