"""The tables of a report as text, for tests that hold them against other computations."""

from __future__ import annotations

import html
import re


def tables(page: str) -> list[tuple[str, list[str], list[list[str]]]]:
    """Caption, headings and rows of every table of a page."""
    found = []
    for text in re.findall(r"<table>(.*?)</table>", page, re.DOTALL):
        caption = "".join(re.findall(r"<caption>(.*?)</caption>", text, re.DOTALL))
        heads = [html.unescape(cell) for cell in re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", text, re.DOTALL)]
        body = re.findall(r"<tr>((?:<td.*?</td>)+)</tr>", text, re.DOTALL)
        rows = [[html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in body]
        found.append((html.unescape(caption), heads, rows))
    return found


def table(page: str, begins: str) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the one table whose caption begins so."""
    (found,) = [(heads, rows) for caption, heads, rows in tables(page) if caption.startswith(begins)]
    return found
