"""What differs between rows that should be the same: row by row and cell by cell, in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

#: Differences that are written out; the rest is counted.
SHOWN = 5


def differing_rows(
    there: Iterable[Sequence[str]],
    now: Iterable[Sequence[str]],
    header: Sequence[str],
    key: Sequence[str] = (),
    ignored: Sequence[str] = (),
) -> list[str]:
    """What differs between two tables of the same columns; empty when nothing does.

    Parameters
    ----------
    there, now : rows of text
    header : names of the columns
    key : columns that name a row in a message
    ignored : columns that may differ
    """
    columns = [k for k, name in enumerate(header) if name not in ignored]
    named = [k for k in columns if header[k] in key]
    lines: list[str] = []
    differing = rows = others = 0
    for number, (old, new) in enumerate(zip_longest(there, now), start=1):
        rows = number
        if old is None or new is None:
            others += 1 if new is None else -1
            continue
        changed = [k for k in columns if old[k : k + 1] != new[k : k + 1]]
        differing += bool(changed)
        for k in changed if len(lines) < SHOWN else ():
            place = ", ".join(f"{header[n]} {old[n]}" for n in named if n != k and n < len(old))
            lines.append(f"row {number}{f' ({place})' if place else ''}, {header[k]}: "
                         f"{_cell(old, k)} there, {_cell(new, k)} now")  # fmt: skip
    if others:
        many = "1 row is" if abs(others) == 1 else f"{abs(others)} rows are"
        lines.insert(0, f"{many} missing {'now' if others > 0 else 'there'}")
    if differing:
        lines.append(f"{differing} of {rows} rows differ")
    return lines


def _cell(row: Sequence[str], k: int) -> str:
    return repr(row[k]) if k < len(row) else "nothing"


def differing_text(there: bytes, now: bytes, header: Sequence[str], key: Sequence[str] = ()) -> list[str]:
    """What differs between rows of CSV; empty when they are the same to the byte."""
    if there == now:
        return []
    old, new = (csv.reader(io.StringIO(text.decode("utf-8", "replace"), newline="")) for text in (there, now))
    return differing_rows(old, new, header, key) or ["the same values, written with other bytes"]


def differing_files(there: Path, now: Path, key: Sequence[str] = (), ignored: Sequence[str] = ()) -> list[str]:
    """What differs between two CSV files; empty when their values are the same."""
    with open(there, encoding="utf-8", newline="") as old, open(now, encoding="utf-8", newline="") as new:
        before, after = csv.reader(old), csv.reader(new)
        header, other = next(before, []), next(after, [])
        if header != other:
            return [f"its columns: {', '.join(header)} there, {', '.join(other)} now"]
        return differing_rows(before, after, header, key, ignored)
