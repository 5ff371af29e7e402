"""The words and numbers of a report as a test needs them: columns behind labels, rows by their headings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from page_tables import tables
from plain_results import Tables, label_of, words_of

Rows = list[dict[str, str]]


def number(text: str) -> float:
    """A number as the report writes it."""
    return float(text.replace("−", "-").replace("∞", "inf").replace(",", ""))


def near(text: str, value: float, digits: int, where: object) -> None:
    """See that a number on the page is a value, rounded to so many decimals."""
    if not text:
        assert np.isnan(value), where
        return
    assert abs(number(text) - value) <= 0.5 * 10.0**-digits * (1 + 1e-6) + 1e-9, (text, value, where)


def near_span(text: str, ends: tuple[float, float], n: int, digits: int, where: object) -> None:
    """See that an interval on the page has these ends, or says that one run has none."""
    if n == 1:
        assert text == "none (n = 1)", where
        return
    for part, value in zip(text.split(" to "), ends, strict=True):
        near(part, value, digits, where)


def measure_columns(page: str) -> dict[str, str]:
    """Columns of the measures by the labels that the page gives them."""
    (rows,) = [body for _, heads, body in tables(page) if heads[:2] == ["measure", "column"]]
    return {label: column for label, column, *_ in rows}


class Page:
    """The tables of a report, and what belongs to their words.

    Parameters
    ----------
    text : str
        The page.
    own : Tables
        The folder that it is of.
    """

    def __init__(self, text: str, own: Tables) -> None:
        self.own, self.tables = own, tables(text)
        self.labels = measure_columns(text)
        self._issues = {label: issue for issue, label in own.names("issues").items()}

    def measure(self, text: str) -> str:
        """Column of a measure from a label with its unit."""
        fits = [label for label in self.labels if text.lower().startswith(label.lower())]
        return self.labels[max(fits, key=len)]

    def label(self, column: str) -> str:
        """What the page calls a measure."""
        return next(label for label, own in self.labels.items() if own == column)

    def issue(self, text: str) -> str:
        return self._issues[text]

    def rows(self, begins: str) -> list[tuple[str, Rows]]:
        """Caption and rows of the tables whose captions begin so, each row by its headings."""
        return [
            (caption, [dict(zip(heads, row, strict=True)) for row in body])
            for caption, heads, body in self.tables
            if caption.startswith(begins)
        ]

    def chosen(
        self, frame: pd.DataFrame, row: dict[str, str], caption: str, without: Sequence[str] = ()
    ) -> pd.DataFrame:
        """The rows of a frame with the settings that a row of the page names, and of the part that its caption does."""
        for part in self.own.parts:
            if f" Part {part}." in caption:
                frame = frame[frame["part"] == part]
        for column in self.own.settings:
            label = label_of(column)
            if label in row and column not in without:
                frame = frame[frame[column].map(words_of) == row[label]]
        return frame
