"""The table of indices in a results folder: a later call adds its outcomes and replaces those that it has anew."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd

from forumsim.results import table_reading

#: File of the indices in the results folder.
TABLE = "sensitivity.csv"
#: Column that says of which results a row is: the first digits of the SHA-256 of their summary.csv.
RESULTS = "results"
WORDS = ("part", "measure", "issue", "factor", "index", RESULTS)
NUMBERS = ("estimate", "ci_low", "ci_high")


def digest_of(folder: Path) -> str:
    """What names the results in a folder: 12 digits of the SHA-256 of summary.csv; empty without it."""
    path = folder / "summary.csv"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def read_table(folder: Path, file: Path | None = None) -> pd.DataFrame:
    """The indices that were computed from the results as they are now; empty when there are none.

    Parameters
    ----------
    folder : Path
        A results folder.
    file : Path, optional
        The table, where it is not in the folder.
    """
    table, wrong = table_reading.read_table(folder / TABLE if file is None else file, (*WORDS[1:], *NUMBERS), True)
    if wrong:  # not a table: nothing of it can be kept
        return pd.DataFrame()
    return table[table[RESULTS] == digest_of(folder)].reset_index(drop=True)


def merged(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The old rows whose outcome is not among the new ones, then the new rows."""
    if old.empty or list(old.columns) != list(new.columns):
        return new
    key = [name for name in ("part", "measure", "issue") if name in new]
    again = pd.MultiIndex.from_frame(old[key]).isin(pd.MultiIndex.from_frame(new[key]))
    return pd.concat([old[~again], new], ignore_index=True)


def figure_name(measure: str, issue: str, part: str = "") -> str:
    """Name of the figure of an outcome: one of its own for every part, measure and issue."""
    scope = "" if issue == "pooled" else f"_{issue}"
    named = f"_{re.sub(r'[^0-9A-Za-z-]+', '-', part)}" if part else ""
    return f"sensitivity_{measure}{scope}{named}.png"
