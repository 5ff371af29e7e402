"""Figures as files: PNG, PDF and SVG whose bytes depend on the picture alone, not on date, machine or version."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fontTools.subset import Options
from matplotlib.figure import Figure
from PIL.Image import Dither, Image, Quantize, Resampling, frombytes
from PIL.PngImagePlugin import PngInfo

from forumsim.analysis.fonts import BASE
from forumsim.analysis.style import sheet_now
from forumsim.core.errors import InputError, Problem
from forumsim.results.files import atomic

#: Tables of ligatures and kerning: a PDF has its letters in their places, and reading these takes as long as drawing.
_LAYOUT = ("GDEF", "GPOS", "GSUB")
#: What programs that lack the font take instead: letters of like width.
_SVG_FONTS = f"'{BASE}', Verdana, sans-serif"
#: Dots across of a picture on a page at most. It is shown 960 wide; what is beyond these shows on no screen.
PAGE_DOTS = 1600


def rendered(figure: Figure, kind: str, title: str = "", description: str = "") -> bytes:
    """The figure as the content of a file.

    Parameters
    ----------
    figure : Figure
    kind : {"png", "pdf", "svg"}
    title, description : str
        For the file's metadata; programs that manage literature show them.
    """
    if kind == "png":
        return png(drawn(figure), title, description)
    content = io.BytesIO()
    with _small_fonts():
        figure.savefig(content, dpi=sheet_now().dpi, format=kind, metadata=_metadata(kind, title, description))
    found = content.getvalue()
    return found.replace(f"'{BASE}'".encode(), _SVG_FONTS.encode()) if kind == "svg" else found


def drawn(figure: Figure) -> Image:
    """The figure as dots, as many an inch as the sheet has."""
    content, dpi = io.BytesIO(), sheet_now().dpi
    figure.savefig(content, dpi=dpi, format="rgba")
    wide, high = (int(inches * dpi) for inches in figure.get_size_inches())
    return frombytes("RGBA", (wide, high), content.getvalue()).convert("RGB")  # the paper is white, not clear


def png(image: Image, title: str = "", description: str = "") -> bytes:
    """A drawn figure as the content of a PNG of the sheet's dots an inch."""
    about, dpi = PngInfo(), sheet_now().dpi
    for name, text in (("Title", title), ("Description", description)):
        if text:
            about.add_itxt(name, text)
    content = io.BytesIO()
    image.save(content, "PNG", dpi=(dpi, dpi), pnginfo=about)
    return content.getvalue()


def page_png(image: Image) -> bytes:
    """A drawn figure as a page shows it: of `PAGE_DOTS` across at most, in 256 colours; a fifth of the bytes."""
    image = image.convert("RGB")
    if image.width > PAGE_DOTS:
        size = PAGE_DOTS, round(image.height * PAGE_DOTS / image.width)
        image = image.resize(size, Resampling.HAMMING, reducing_gap=3.0)
    content = io.BytesIO()
    image.quantize(256, Quantize.FASTOCTREE, dither=Dither.NONE).save(content, "PNG")
    return content.getvalue()


@contextmanager
def _small_fonts() -> Iterator[None]:
    """Let the fonts within a file do without the tables of `_LAYOUT`."""
    before = Options._drop_tables_default
    Options._drop_tables_default = [*before, *_LAYOUT]
    try:
        yield
    finally:
        Options._drop_tables_default = before


def _metadata(kind: str, title: str, description: str) -> dict[str, Any]:
    """Title, and what it is about; nothing of the date or the software."""
    if kind == "pdf":
        return {"CreationDate": None, "Creator": "forumsim", "Producer": None, "Title": title or None,
                "Subject": description or None}  # fmt: skip
    told = {name: value for name, value in (("Title", title), ("Description", description)) if value}
    return {"Date": None, "Creator": "forumsim", **told}  # matplotlib takes no None for what SVG is about


def write(path: Path, content: bytes) -> Path:
    """Write a file of a results folder whole or not at all; its folder is made, but never through a link."""
    if path.parent.is_symlink():
        raise InputError([Problem(str(path.parent), "is a link", "a folder of its own")], "no figure is written")
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic([path]) as (file,):
        file.write(content)
        file.commit()
    return path


def save(figure: Figure, path: Path, title: str = "", description: str = "") -> Path:
    """Write a figure in every format of the sheet, beside each other.

    Parameters
    ----------
    figure : Figure
    path : Path
        Folder and name; the ending is that of the format.
    title, description : str
        For the files' metadata.

    Returns
    -------
    Path
        The first file written.
    """
    kinds = sheet_now().formats
    files = [write(path.with_suffix(f".{kind}"), rendered(figure, kind, title, description)) for kind in kinds]
    return files[0]
