"""From the bytes of a scenario's files to text, TOML and records, with every mistake found on the way."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Sequence
from typing import Any, NamedTuple

from forumsim.core.errors import Problem, nearest

_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")


class Record(NamedTuple):
    """One row of a table: its number as a spreadsheet shows it (the header is row 1) and its filled cells."""

    row: int
    cells: dict[str, str]


class Records(NamedTuple):
    """A table: its columns and rows."""

    columns: tuple[str, ...]
    rows: list[Record]


def decode(name: str, content: bytes, problems: list[Problem]) -> str | None:
    """Text of a file, or None with a problem when it is empty or not UTF-8 (a byte order mark is ignored)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = content[error.start]
        problems.append(
            Problem(f"{name}, line {line}", f"found the byte 0x{byte:02x}, which is not UTF-8", "text in UTF-8",
                    "save it as UTF-8; in a spreadsheet: CSV UTF-8")
        )  # fmt: skip
        return None
    if not text.strip():
        problems.append(Problem(name, "the file is empty", _content_of(name)))
        return None
    return text


def _content_of(name: str) -> str:
    return "the keys of a scenario" if name.endswith(".toml") else "a header row, then one row each"


def read_toml(name: str, text: str, problems: list[Problem]) -> dict[str, Any] | None:
    """The TOML of a file, or None with a problem that names the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _LINE.search(message)
        where = f"{name}, line {found[1]}, column {found[2]}" if found else name
        problems.append(Problem(where, f"bad TOML: {_LINE.sub('', message)}", "TOML 1.0, such as steps = 60"))
        return None


def read_csv(name: str, text: str, allowed: Sequence[str], problems: list[Problem]) -> Records | None:
    """Records of a CSV text; a row of the wrong length or an unknown column is a problem, empty rows are skipped."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        problems.append(Problem(name, f"bad CSV: {error}", "comma-separated values; text with commas in double quotes"))
        return None
    header = [cell.strip() for cell in lines[0]]
    if not any(header):
        problems.append(Problem(f"{name}, row 1", "the row is empty", "the names of the columns"))
        return None
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        problems.append(Problem(f"{name}, row 1", f"found {header[0]!r}, one column", "columns separated by commas"))
        return None
    if not _check_header(name, header, allowed, problems):
        return None
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(cells) != len(header):
            problems.append(
                Problem(f"{name}, row {number}", f"found {len(cells)} cells", f"{len(header)}, as in the header row")
            )
            continue
        rows.append(Record(number, {column: cell for column, cell in zip(header, cells, strict=True) if cell}))
    return Records(tuple(header), rows)


def _check_header(name: str, header: list[str], allowed: Sequence[str], problems: list[Problem]) -> bool:
    """Whether each column has a name of its own; unknown names are problems too, but leave the rest readable."""
    readable = True
    for place, column in enumerate(header, start=1):
        if not column:
            problems.append(Problem(f"{name}, row 1", f"column {place} has no name", ", ".join(allowed)))
            readable = False
        elif header.index(column) + 1 < place:
            problems.append(Problem(f"{name}, column {column!r}", "the column stands there twice", "once"))
            readable = False
        elif column not in allowed:
            others = [other for other in allowed if other not in header]
            problems.append(
                Problem(f"{name}, column {column!r}", "no such column", ", ".join(others), nearest(column, others))
            )
    return readable
