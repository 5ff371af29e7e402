"""Small pieces of HTML for the report: escaping, tables, pictures in the page itself, one style sheet."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from forumsim.analysis.pictures import Picture

STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #222; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.2rem; margin-top: 2.4rem; border-bottom: 1px solid #ccc; }
h1, td, th, figcaption, p { unicode-bidi: plaintext; overflow-wrap: anywhere; }
td, th { overflow-wrap: break-word; }  /* words stay whole: a table that is wider than the screen scrolls */
figure { margin: 1.6rem 0; } figure img { width: 100%; height: auto; border: 1px solid #eee; }
figcaption { font-size: .9rem; color: #444; }
pre { white-space: pre-wrap; background: #f6f6f6; padding: .8rem 1rem; font-size: .85rem; line-height: 1.45; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; margin: 1rem 0; } caption { text-align: left; padding: .4rem 0;
  width: min(42rem, 100vw - 3rem); }  /* also where the table is narrow */
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
nav { display: flex; flex-wrap: wrap; } nav a { margin-right: 1rem; } a { color: #00568a; }
@media print { body { max-width: none; margin: 0; font-size: 10pt; } figure, tr { break-inside: avoid; }
  nav { display: none; } thead { display: table-header-group; } .scroll { overflow: visible; } }
"""

#: Controls other than tab and line break, and halves of pairs, which UTF-8 cannot hold.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def text(value: object) -> str:
    """The value as text that HTML shows as it is, without the signs that a page cannot hold (controls, half pairs)."""
    return html.escape(_NO_TEXT.sub("\ufffd", str(value)))


def section(name: str, title: str, *parts: str) -> str:
    """A section with an anchor."""
    return f'<section id="{text(name)}"><h2>{text(title)}</h2>\n' + "\n".join(parts) + "\n</section>"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], caption: str = "", numeric: int = 0) -> str:
    """A table; its last ``numeric`` columns are set flush right."""
    first = len(headers) - numeric
    classes = ["" if i < first else ' class="n"' for i in range(len(headers))]
    head = "".join(f'<th scope="col"{c}>{text(h)}</th>' for h, c in zip(headers, classes, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{c}>{text(v)}</td>" for v, c in zip(row, classes, strict=True)) + "</tr>" for row in rows
    )
    title = f"<caption>{text(caption)}</caption>" if caption else ""
    return f'<div class="scroll"><table>{title}<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def picture(path: Path, caption: str, png: bytes) -> str:
    """A figure inside the page, so that the page is one file that can be sent.

    Parameters
    ----------
    path : Path
        Where the figure lies; its name is told below it.
    caption : str
    png : bytes
        The picture (see `forumsim.analysis.writing.page_png`).
    """
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<figure><img alt="{text(caption)}" src="data:image/png;base64,{data}">'
        f"<figcaption>{text(caption)} <small>{text(path.parent.name)}/{text(path.name)}</small></figcaption></figure>"
    )


def pictures(drawn: Iterable[Picture]) -> str:
    """Figures one below the other; empty where there is none."""
    return "\n".join(picture(one.path, one.caption, one.png) for one in drawn)


def page(title: str, sections: Sequence[tuple[str, str, str]], lead: str) -> str:
    """A whole page from (anchor, heading, content)."""
    links = "".join(f'<a href="#{text(name)}">{text(heading)}</a>' for name, heading, _ in sections)
    body = "\n".join(section(name, heading, content) for name, heading, content in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{text(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{text(title)}</h1>\n{lead}\n<nav>{links}</nav>\n{body}\n</body></html>\n"
    )
