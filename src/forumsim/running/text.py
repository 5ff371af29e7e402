"""Numbers and rows as text, fast and the same everywhere: CSV with 8 significant digits, missing values empty.

A sweep writes tens of millions of numbers; `number_rows` formats a matrix of them in compiled code. Measured values
carry eight significant digits, as C's ``%.8g`` writes them; parameters and seeds are written exactly.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.compilation import kernel

#: Significant digits of every measured number in a CSV file.
DIGITS = 8
_ROOM = 18  # most bytes of one number and its comma
_POWERS = np.array([float(f"1e{k}") for k in range(309)])


@kernel
def _write_number(value, out, at, digits):
    """Write one number at ``out[at:]`` and return the place after it; NaN is written as nothing.

    ``digits`` is scratch, 8 bytes.
    """
    if value != value:
        return at
    if value < 0.0:
        out[at] = 45
        at += 1
        value = -value
    if value == np.inf:
        for letter in (105, 110, 102):
            out[at] = letter
            at += 1
        return at
    if value < 1e-290:
        out[at] = 48
        return at + 1
    exponent = math.floor(math.log10(value))
    number = 0
    # at most one correction each way: the logarithm may be off by a unit near a power of ten
    for _ in range(3):
        shift = 7 - exponent
        scaled = value * _POWERS[shift] if shift >= 0 else value / _POWERS[-shift]
        number = int(np.rint(scaled))
        if number >= 100000000:
            exponent += 1
        elif number < 10000000:
            exponent -= 1
        else:
            break
    used = 0
    for k in range(7, -1, -1):
        digit = number % 10
        number //= 10
        digits[k] = 48 + digit
        if digit != 0 and used == 0:
            used = k + 1
    plain = -4 <= exponent < 8
    whole = exponent + 1 if plain else 1
    if whole <= 0:
        out[at] = 48
        out[at + 1] = 46
        at += 2
        for _ in range(-whole):
            out[at] = 48
            at += 1
    for k in range(max(used, whole)):
        if k == whole and whole > 0:
            out[at] = 46
            at += 1
        out[at] = digits[k]
        at += 1
    if not plain:
        out[at] = 101
        out[at + 1] = 45 if exponent < 0 else 43
        at += 2
        size = abs(exponent)
        if size >= 100:
            out[at] = 48 + size // 100
            at += 1
        out[at] = 48 + (size // 10) % 10
        out[at + 1] = 48 + size % 10
        at += 2
    return at


@kernel
def _write_rows(values, out, ends):
    """Fill ``out`` with all rows, numbers parted by commas, rows ended by a newline; ``ends`` gets the row ends."""
    at = 0
    digits = np.empty(8, np.uint8)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            if column > 0:
                out[at] = 44
                at += 1
            at = _write_number(values[row, column], out, at, digits)
        out[at] = 10
        at += 1
        ends[row] = at


def number_rows(values: np.ndarray) -> list[bytes]:
    r"""The rows of a matrix as CSV text, each with its newline.

    Parameters
    ----------
    values : array of float64, (rows, columns)

    Examples
    --------
    >>> number_rows(np.array([[0.25, np.nan, 3.0]]))
    [b'0.25,,3\n']
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    rows, columns = values.shape
    out = np.empty(rows * (columns * _ROOM + 1) + 1, np.uint8)
    ends = np.zeros(rows, np.int64)
    _write_rows(values, out, ends)
    text = out[: int(ends[-1]) if rows else 0].tobytes()
    starts = [0, *ends[:-1].tolist()] if rows else []
    return [text[start:end] for start, end in zip(starts, ends.tolist(), strict=True)]


def measured(value: float) -> str:
    """One measured number with eight significant digits, empty when missing."""
    return "" if math.isnan(value) else f"{value:.{DIGITS}g}"


def exact(value: Any) -> str:
    """A parameter, seed or word: the shortest text that reads back as the same value, empty when missing or unset.

    Examples
    --------
    >>> exact(0.25), exact(60.0), exact(float("nan")), exact(True), exact("2024-Q4")
    ('0.25', '60', '', '1', '2024-Q4')
    """
    if value is None or (isinstance(value, str) and value == "unset"):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value).removesuffix(".0")
    return str(value)


def csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of text as CSV: UTF-8, newline ends, quotes only where needed."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")


def frame_lines(frame: pd.DataFrame, first: str) -> bytes:
    """The rows of a data frame as CSV without a header, each begun with the cell ``first``."""
    columns = []
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind == "f":
            text = number_rows(column.to_numpy()[:, None])
            columns.append([cell[:-1].decode("ascii") for cell in text])
        else:
            columns.append(["" if value is None or value != value else str(value) for value in column.tolist()])
    return csv_lines((first, *row) for row in zip(*columns, strict=True))
