"""From the files of a user to text, TOML and tables: every mistake that is found on the way becomes a `Problem`.

Plans, scenarios, lists of interventions, calibrations, tables of points and profiles of clusters are all read here.
"""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from forumsim.core.errors import Problem, nearest, shown
from forumsim.scenarios.guesses import nearby, other_use, toml_hint

#: Largest file that is read, and the largest TOML file, in bytes: beyond it a file is something else by mistake.
MOST_BYTES, MOST_TOML = 512 * 2**20, 16 * 2**20
#: Levels of arrays and tables within each other.
MOST_DEPTH = 24
#: Longest cell of a table, in characters.
MOST_CELL = 131_072
#: Bounds of a whole number in TOML 1.0.
LOWEST, HIGHEST = -(2**63), 2**63 - 1
#: What does not belong into a text: control characters but those of spaces and lines, and halves of characters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_TWICE = (
    "Cannot overwrite a value",
    "Cannot declare",
    "Cannot redefine",
    "Cannot mutate",
    "Duplicate inline table key",
)
_KEY = re.compile(r"^\s*(?:\[+\s*(?P<table>[^\]=]+?)\s*\]+|(?P<key>[^=#\[\]{}]+?)\s*=)")
_DIGITS = re.compile(r"\d{1000,}")


class Record(NamedTuple):
    """One row of a table: its number as a spreadsheet shows it (the header is row 1) and its filled cells."""

    row: int
    cells: dict[str, str]


class Records(NamedTuple):
    """A table: its columns and rows."""

    columns: tuple[str, ...]
    rows: list[Record]


def read_bytes(path: str | os.PathLike[str], where: str, problems: list[Problem], allowed: str = "") -> bytes | None:
    """The bytes of a file, or None with a problem.

    A pipe or a device is refused before it is opened: reading one might never end.

    Parameters
    ----------
    path : path
    where : str
        What messages call the file.
    problems : list of Problem
    allowed : str
        What the file should be, for messages.
    """
    most, hint = MOST_TOML if str(path).endswith(".toml") else MOST_BYTES, ""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            found, hint = "is a folder", other_use(path)
        elif not stat.S_ISREG(status.st_mode):
            found = "is a pipe or a device, not a file on a disk"
        else:
            with open(path, "rb") as file:
                content = file.read(min(most, status.st_size) + 1)  # room for what is there, not for the most
                if len(content) > status.st_size:  # it has grown
                    content += file.read(most + 1 - len(content))
            if len(content) <= most:
                return content
            found = f"has more than {most // 2**20} MB"
    except FileNotFoundError:
        found, hint = "no such file", nearby(path)
    except OSError as error:
        found = f"cannot be read: {error.strerror or error}"
    except ValueError:  # a NUL in the name, or half a character
        found = "no name that a file can have"
    problems.append(Problem(where, found, allowed, hint))
    return None


def decode(name: str, content: bytes, problems: list[Problem], allowed: str = "") -> str | None:
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
        problems.append(Problem(name, "the file is empty", allowed or _content_of(name)))
        return None
    return text


def _content_of(name: str) -> str:
    return "keys and values in TOML" if name.endswith(".toml") else "a header row, then one row each"


# --- TOML ---------------------------------------------------------------------------------------------------------


def read_toml(
    path: str | os.PathLike[str], name: str, problems: list[Problem], allowed: str = ""
) -> tuple[str, dict[str, Any]] | None:
    """The text of a TOML file and what it says, or None with all that is wrong in it; arguments as of `read_bytes`."""
    content = read_bytes(path, name, problems, allowed)
    text = None if content is None else decode(name, content, problems, allowed)
    given = None if text is None else parse_toml(name, text, problems)
    if text is None or given is None:
        return None
    if not given:
        problems.append(Problem(name, "the file is empty but for comments", allowed))
    return (text, given) if given else None


def parse_toml(name: str, text: str, problems: list[Problem]) -> dict[str, Any] | None:
    """What a TOML text says, or None with problems that name the line or the key."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_bad_toml(name, text, str(error)))
        return None
    except RecursionError:
        problems.append(Problem(name, "arrays or tables stand too deep within each other", f"{MOST_DEPTH} levels"))
        return None
    except ValueError:  # Python reads no whole number of more than some thousand digits
        digits = _DIGITS.search(text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else 1
        found = f"found a number of {len(digits[0])} digits" if digits else "found a number of thousands of digits"
        problems.append(Problem(f"{name}, line {line}", found, _WHOLE))
        return None
    wrong = list(unfit(given, name))
    problems += wrong
    return None if wrong else given


_WHOLE = "whole numbers below 2^63"


def _bad_toml(name: str, text: str, message: str) -> Problem:
    found = _LINE.search(message)
    said = _LINE.sub("", message)
    if found is None:
        return Problem(name, f"not TOML: {said}", _TOML)
    line, column = int(found[1]), int(found[2])
    lines = text.splitlines()
    if said.startswith(_TWICE):
        return _twice(name, lines, line)
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    hint = toml_hint(rest) if said.startswith("Invalid value") or rest.startswith(",") else ""
    return Problem(f"{name}, line {line}, column {column}", f"not TOML: {said}", _TOML, hint)


_TOML = "TOML 1.0, such as steps = 60"


def _twice(name: str, lines: Sequence[str], line: int) -> Problem:
    """The problem of a key or table that stands twice: the parser names the line at which the second one ends."""
    names = [m["table"] or m["key"] if (m := _KEY.match(text)) else "" for text in lines]
    plain = [key.replace('"', "").replace("'", "").replace(" ", "") for key in names]
    upwards = range(min(line, len(lines)) - 1, -1, -1)
    again = next((k for k in upwards if plain[k] and plain[k] in plain[:k]), None)
    if again is None:
        again = next((k for k in upwards if plain[k]), line - 1)
        key = names[again] if again < len(names) and names[again] else "a key"
        return Problem(f"{name}, line {again + 1}", f"{key} is set a second time", "each key once")
    first = plain.index(plain[again]) + 1
    kind = "table" if lines[again].lstrip().startswith("[") else "key"
    return Problem(f"{name}, line {again + 1}", f"the {kind} {names[again]} stands there twice, first in line {first}",
                   f"each {kind} once")  # fmt: skip


def unfit(value: Any, name: str, place: str = "", depth: int = 0) -> Iterator[Problem]:
    """What TOML takes and nothing here does: numbers beyond 64 bits, deep nesting, control characters."""
    where = f"{name}, key {place}" if place else name
    if depth > MOST_DEPTH:
        yield Problem(where, "arrays or tables stand too deep within each other", f"{MOST_DEPTH} levels")
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = f"{place}.{key}" if place else key
            if CONTROL.search(key):
                yield Problem(name, f"the key {key!r} holds a control character", "letters, digits and signs")
            else:
                yield from unfit(item, name, inner, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from unfit(item, name, place, depth + 1)
    elif isinstance(value, str) and len(value) > MOST_CELL:
        yield Problem(where, f"found a text of {len(value)} characters", f"{MOST_CELL} at most, as in a table")
    elif isinstance(value, str) and CONTROL.search(value):
        yield Problem(where, f"found {shown(value)}, which holds a control character", "plain text")
    elif isinstance(value, int) and not LOWEST <= value <= HIGHEST:
        yield Problem(where, f"found a whole number of {len(str(abs(value)))} digits", _WHOLE)


# --- CSV ----------------------------------------------------------------------------------------------------------


def csv_rows(name: str, text: str, problems: list[Problem], short: bool = False) -> Records | None:
    """Records of a CSV text with any columns; a row of the wrong length is a problem.

    Empty rows, and empty columns at the end as spreadsheets leave them, are left out. Where rows may be ``short``, the
    cells that are missing at their end are empty.
    """
    control = CONTROL.search(text.replace("\r", ""))
    if control is not None:
        line = text.count("\n", 0, text.index(control[0])) + 1
        problems.append(Problem(f"{name}, line {line}", f"found the control character {control[0]!r}", "plain text"))
        return None
    limit = csv.field_size_limit(MOST_CELL)  # libraries raise it for the whole process when they are imported
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        where, allowed = f"{name}, line {reader.line_num}", "comma-separated values; text with commas in double quotes"
        problems.append(Problem(where, f"bad CSV: {error}", allowed))
        return None
    finally:
        csv.field_size_limit(limit)
    header = [cell.strip() for cell in lines[0]]
    while header and not header[-1]:
        header.pop()
    if not header:
        problems.append(Problem(f"{name}, row 1", "the row is empty", "the names of the columns"))
        return None
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            found = f"found {shown(header[0])}, one column: the cells are separated by {word}"
            hint = "save it as CSV with commas, and with decimals after a point"
            problems.append(Problem(f"{name}, row 1", found, "columns separated by commas", hint))
            return None
    if not _named(name, header, lines, problems):
        return None
    rows = []
    for number, row in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        cells += [""] * (len(header) - len(cells) if short else 0)
        if len(cells) != len(header):
            hint = "a list in a cell is separated by semicolons, a text with commas stands in double quotes"
            problems.append(
                Problem(f"{name}, row {number}", f"found {len(cells)} cells", f"{len(header)}, as in the header row",
                        hint if len(cells) > len(header) else "")
            )  # fmt: skip
            continue
        rows.append(Record(number, {column: cell for column, cell in zip(header, cells, strict=True) if cell}))
    return Records(tuple(header), rows)


def _named(name: str, header: list[str], lines: Sequence[Sequence[str]], problems: list[Problem]) -> bool:
    """Whether each column has a name of its own."""
    before = len(problems)
    for place, column in enumerate(header, start=1):
        if not column:
            cells = [line[0].strip() for line in lines[1:] if line]
            index = place == 1 and cells == [str(k) for k in range(len(cells))]
            hint = "it looks like the index that pandas writes: df.to_csv(..., index=False)" if index else ""
            problems.append(Problem(f"{name}, row 1", f"column {place} has no name", "a name for each column", hint))
        elif header.index(column) + 1 < place:
            problems.append(Problem(f"{name}, column {column!r}", "the column stands there twice", "once"))
    return len(problems) == before


def read_csv(name: str, text: str, allowed: Sequence[str], problems: list[Problem]) -> Records | None:
    """As `csv_rows`, of a table with known columns: another column is a problem, and leaves the rest readable."""
    records = csv_rows(name, text, problems)
    for column in records.columns if records is not None else ():
        if column not in allowed:
            others = [other for other in allowed if records is None or other not in records.columns]
            found = Problem(f"{name}, column {column!r}", "no such column", ", ".join(others), nearest(column, others))
            problems.append(found)
    return records
