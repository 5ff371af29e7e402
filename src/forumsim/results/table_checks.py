"""Checks of one CSV against its Table Schema, chunk by chunk, so that large tables need little memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forumsim.core.errors import Problem

#: Rows that are in memory at a time.
CHUNK = 50_000
#: How results are written: only an empty cell is missing.
OPTIONS: dict[str, Any] = {"keep_default_na": False, "na_values": [""], "index_col": False, "encoding": "utf-8"}
#: Columns that the check of a whole folder needs of every row.
SHORT = ("point", "replicate", "seed", "replicates", "failed", "twin_run_id")


class TableCheck:
    """Reads a table once and notes what is wrong with it.

    Parameters
    ----------
    path : Path
    schema : mapping
        Table Schema: fields with type, constraints; primaryKey.

    Attributes
    ----------
    rows : int
    columns : tuple of str
    readable : bool
        Whether it could be read to its end.
    ids : set of str
        All that stand in the column run_id.
    short : DataFrame
        The columns of `SHORT` that it has, with ``run_id``; empty of series.csv and the tables of details, which have
        none.
    """

    def __init__(self, path: Path, schema: Mapping[str, Any]) -> None:
        self.path = path
        self.fields = {field["name"]: field for field in schema["fields"]}
        self.columns = tuple(self.fields)
        self.numbers = [name for name, field in self.fields.items() if field["type"] != "string"]
        self.key = [name for name in schema.get("primaryKey", ()) if name in self.fields]
        self.rows, self.readable, self.ids = 0, False, set[str]()
        short = [name for name in SHORT if name in self.fields]
        named = ["run_id"] if short and "run_id" in self.fields else []
        self.short = pd.DataFrame(columns=[*named, *short])
        self._found: dict[tuple[str, str], list[Any]] = {}
        self._file: list[Problem] = []
        self._read()

    def problems(self) -> list[Problem]:
        """All that is wrong: what the file is like, then one line a column and kind of mistake."""
        lines = list(self._file)
        for (name, allowed), (count, row, value) in self._found.items():
            shown = "nothing" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else repr(value)
            more = f", and {count - 1} more" if count > 1 else ""
            lines.append(Problem(f"{self.path}, {name}", f"row {row}: found {shown}{more}", allowed))
        return lines

    # --- reading ----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            with open(self.path, encoding="utf-8", newline="") as file:
                header = next(csv.reader(file), [])
            if tuple(header) != self.columns:
                self._add_file("other columns than the codebook says", ", ".join(self.columns))
                return
            try:
                self._take(self._chunks())
            except (UnicodeDecodeError, pd.errors.ParserError):
                raise
            except ValueError:  # a word among numbers: from the start again as text, which takes longer, to see where
                self._take(self._chunks_of_text())
            self.readable = True
        except (UnicodeDecodeError, pd.errors.ParserError, csv.Error) as error:
            self._add_file(f"cannot be read: {str(error).strip()}", "CSV in UTF-8, as many cells a row as columns")

    def _add_file(self, found: str, allowed: str = "") -> None:
        self._file.append(Problem(str(self.path), found, allowed))

    def _take(self, chunks: Iterable[pd.DataFrame]) -> None:
        """Check the table piece by piece, and keep what the check of the folder needs."""
        self.rows, self.ids, self._found = 0, set(), {}
        short = [self.short.iloc[:0]]
        hashes: list[np.ndarray[Any, Any]] = [np.empty(0, np.uint64)]
        for chunk in chunks:
            self._check(chunk)
            if self.key:
                hashes.append(pd.util.hash_pandas_object(chunk[self.key], index=False).to_numpy())
            if "run_id" in self.fields:
                self.ids |= set(chunk["run_id"].dropna().unique())
            short.append(chunk[list(self.short.columns)])
            self.rows += len(chunk)
        self.short = pd.concat(short[1:] or short, ignore_index=True)
        every = np.concatenate(hashes)
        if len(np.unique(every)) < len(every):
            self._check_key()

    def _chunks(self) -> Iterator[pd.DataFrame]:
        """The table in pieces, numbers as floats, the rest as text."""
        kinds = {name: str if name not in self.numbers else "float64" for name in self.columns}
        yield from pd.read_csv(self.path, dtype=kinds, chunksize=CHUNK, **OPTIONS)

    def _chunks_of_text(self) -> Iterator[pd.DataFrame]:
        """The same; what is no number is noted and left out."""
        for chunk in pd.read_csv(self.path, dtype=str, chunksize=CHUNK, **OPTIONS):
            for name in self.numbers:
                read = pd.to_numeric(chunk[name], errors="coerce").astype("float64")
                self._note(name, "a number", chunk[name], chunk[name].notna() & read.isna())
                chunk[name] = read
            yield chunk

    # --- what may be wrong ------------------------------------------------------------------------------------

    def _check(self, chunk: pd.DataFrame) -> None:
        for name, field in self.fields.items():
            values, limits = chunk[name], field.get("constraints", {})
            present = values.notna()
            if name in self.key:
                self._note(name, "a value, as it is part of the key", values, ~present)
            if field["type"] == "string":
                words = limits.get("enum")
                if words is not None:
                    self._note(name, ", ".join(words), values, present & ~values.isin(words))
                continue
            self._note(name, "a finite number", values, np.isinf(values))
            if field["type"] == "boolean":
                self._note(name, "0 or 1", values, present & ~values.isin((0, 1)))
            elif field["type"] == "integer":
                self._note(name, "a whole number", values, present & (values % 1 != 0))
            low, high = limits.get("minimum", -np.inf), limits.get("maximum", np.inf)
            if "minimum" in limits or "maximum" in limits:
                bad = present & ((values < low) | (values > high))
                self._note(name, _span(low, high), values, bad)

    def _note(self, name: str, allowed: str, values: pd.Series[Any], bad: pd.Series[bool]) -> None:
        """Count what is not allowed, and remember the first."""
        count = int(bad.sum())
        if count:
            first = int(np.argmax(bad.to_numpy()))
            known = self._found.setdefault((name, allowed), [0, self.rows + first + 1, values.iloc[first]])
            known[0] += count

    def _check_key(self) -> None:
        """Two rows look the same: read the key again, and say which."""
        keys = pd.read_csv(self.path, dtype=str, usecols=self.key, **OPTIONS)
        for name in set(self.key) & set(self.numbers):
            keys[name] = pd.to_numeric(keys[name], errors="coerce")
        again = keys.duplicated().to_numpy()
        if again.any():
            row = keys.iloc[int(np.argmax(again))]
            which = ", ".join(f"{name} {row[name]}" for name in self.key)
            found = f"{counted(int(again.sum()), 'row')} too many, the first: {which}"
            self._add_file(found, f"one row for each {', '.join(self.key)}")


def _span(low: float, high: float) -> str:
    if np.isinf(high):
        return f"{low:.10g} or more"
    return f"{high:.10g} or less" if np.isinf(low) else f"{low:.10g} to {high:.10g}"


def counted(number: int, word: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
