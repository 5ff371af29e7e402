"""One CSV of a results folder as a data frame, with what is wrong with it as a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from forumsim.core.errors import Problem, nearest, shown

#: Columns that hold words, whatever they look like.
TEXT_COLUMNS = {"run_id", "point", "part", "preset", "scenario", "date", "issue", "event", "actor", "other", "forum",
                "name", "status", "contrast", "point_from", "point_to", "measure", "factor", "index", "results",
                "mode", "form", "founder", "parent", "kind", "role", "bloc", "focal", "twin_run_id", "term",
                "twin_verdict"}  # fmt: skip


def read_table(path: Path, needed: Iterable[str], may_be_empty: bool = False) -> tuple[pd.DataFrame, list[Problem]]:
    """A table of a results folder and what is wrong with it as a file."""
    if not path.is_file():
        return pd.DataFrame(), [Problem(str(path), "no such file")]
    try:
        # "none" and "NA" are words that ids may use: only an empty cell is missing
        frame = pd.read_csv(path, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False, na_values=[""],
                            encoding="utf-8", low_memory=False)  # fmt: skip
    except UnicodeDecodeError:
        return pd.DataFrame(), [Problem(str(path), "not UTF-8 text", "UTF-8")]
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        return pd.DataFrame(), [Problem(str(path), f"not a table: {error}", "CSV with a header row")]
    missing = [name for name in needed if name not in frame.columns]
    problems = [Problem(str(path), f"no column {name!r}", "", nearest(name, frame.columns)) for name in missing]
    if not missing and frame.empty and not may_be_empty:
        problems.append(Problem(str(path), "no rows", "at least one"))
    return frame, problems


def no_numbers(path: Path, frame: pd.DataFrame, names: Iterable[str]) -> list[Problem]:
    """Columns that should hold numbers and do not, each with the first cell that is none."""
    problems = []
    for name in names:
        cells = frame[name].dropna()
        if len(cells) and not pd.api.types.is_numeric_dtype(cells):
            found = next((cell for cell in cells if pd.isna(pd.to_numeric(cell, errors="coerce"))), "text")
            problems.append(Problem(f"{path}, {name}", f"found {shown(found)}", "numbers or empty"))
    return problems
