"""Numbers and rows as text: CSV with 8 significant digits, missing values empty.

Measured values carry eight significant digits, as C's ``%.8g`` writes them; parameters and seeds are written exactly.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

#: Significant digits of every measured number in a CSV file.
DIGITS = 8


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
    values = np.asarray(values, dtype=np.float64) + 0.0  # zero has no sign
    line = ",".join([f"%.{DIGITS}g"] * values.shape[1]) + "\n"
    return [(line % tuple(row)).replace("nan", "").encode("ascii") for row in values.tolist()]


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
