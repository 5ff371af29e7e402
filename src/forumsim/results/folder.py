"""Results folders: load and check them, end values of their runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, collected, nearest, shown
from forumsim.results.opening import open_tables
from forumsim.core.parameters import BY_NAME, find_parameter
from forumsim.scenarios.reading import read_toml

POOLED = "pooled"
UNSET = "unset"
RUN_COLUMNS = ("run_id", "point", "replicate")
SERIES_COLUMNS = ("run_id", "step", "issue")
FIXED_COLUMNS = {"run_id", "point", "replicate", "seed", "part", "scenario", "steps"}
VERDICT_PREFIXES = ("state_", "tendency_")
TEXT_COLUMNS = {"run_id", "point", "part", "preset", "scenario", "date", "issue", "event", "actor", "other", "forum",
                "name", "status",
                "mode", "form", "founder", "parent", "kind", "role", "bloc", "focal"}  # fmt: skip


@dataclass(frozen=True)
class Results:
    """A results folder in memory.

    Attributes
    ----------
    folder : Path
    runs : DataFrame
        One row per run (runs.csv).
    series : DataFrame
        One row per run, recorded step and issue or "pooled" (series.csv).
    varied : tuple of str
        Columns of ``runs`` that hold varied parameters with more than one level, in the order of the file.
    issues : tuple of str
        Issues in the order of the file, without "pooled".
    measures : tuple of str
        Measures recorded, in the order of the file.
    manifest, plan : dict
        Provenance, and the plan as given.
    chosen : tuple of str
        Measures that figures and tables are to show; the usual ones when empty.
    """

    folder: Path
    runs: pd.DataFrame
    series: pd.DataFrame
    varied: tuple[str, ...]
    issues: tuple[str, ...]
    measures: tuple[str, ...]
    manifest: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    _details: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Issues, then "pooled" if it was recorded."""
        pooled = (POOLED,) if POOLED in set(self.series["issue"]) else ()
        return self.issues + pooled

    @property
    def scenario(self) -> str:
        """Name of the scenario, or empty."""
        named = self.runs["scenario"].iloc[0] if "scenario" in self.runs else self.plan.get("scenario", "")
        return str(named)

    @property
    def steps(self) -> int:
        """Last recorded step of the longest run."""
        return int(self.series["step"].max())

    @property
    def window(self) -> int:
        """Last steps of a run over which its end values are averaged: ``measure.state_steps``."""
        return int(self.fixed.get("measure.state_steps", BY_NAME["measure.state_steps"].default or 20))

    @cached_property
    def fixed(self) -> dict[str, Any]:
        """Parameters by dotted name and ``scenario.`` fields that the plan fixes."""
        parameters = {}
        for key, value in self.plan.get("parameters", {}).items():
            parameter = find_parameter(key)
            parameters[parameter.name if parameter is not None else key] = value
        return parameters | {f"scenario.{key}": value for key, value in self.plan.get("fields", {}).items()}

    @cached_property
    def ends(self) -> pd.DataFrame:
        """End values of every run (see `end_values`)."""
        return end_values(self)

    def check_details(self) -> None:
        """Read all tables of details.

        Raises
        ------
        InputError
            With the mistakes of all of them.
        """
        problems: list[Problem] = []
        for table in ("events", "forums", "memberships", "actors"):
            with collected(problems):
                self.detail(table)
        if problems:
            raise InputError(problems, f"{self.folder} cannot be read")

    def detail(self, table: str) -> pd.DataFrame:
        """One of the tables events, forums, memberships, actors; empty when the folder does not have it."""
        if table not in self._details:
            path = self.folder / f"{table}.csv"
            frame = pd.DataFrame(columns=["run_id"])
            problems: list[Problem] = []
            if path.is_file():
                frame, problems = _read_table(path, ("run_id", "step"), may_be_empty=True)
                problems += _no_numbers(path, frame)
            if problems:
                raise InputError(problems, f"{self.folder} cannot be read")
            self._details[table] = frame
        return self._details[table]


def load_results(folder: str | Path, anyway: bool = False) -> Results:
    """Read and check a results folder; details (events, forums ...) are read when asked for.

    Parameters
    ----------
    folder : path
    anyway : bool
        Whether tables that were edited since, and the layout of another version, will do.

    Raises
    ------
    InputError
        When the folder does not exist, is not a results folder, is that of a sweep which is not complete, holds tables
        that have changed since they were written, or its tables lack columns, rows or numbers.
    """
    manifest = open_tables(folder, anyway).manifest
    folder = Path(folder)
    runs, problems = _read_table(folder / "runs.csv", RUN_COLUMNS)
    series, more = _read_table(folder / "series.csv", SERIES_COLUMNS)
    problems += more
    measures = [name for name in series.columns if name not in {*SERIES_COLUMNS, "date"}]
    if not problems:
        problems += _mistakes(folder, runs, series, measures)
    if problems:
        raise InputError(problems, f"{folder} cannot be read")
    columns = [c for c in runs.columns if c not in FIXED_COLUMNS and not c.startswith(VERDICT_PREFIXES)]
    for column in columns:
        if runs[column].isna().any() and runs[column].notna().any():  # empty is a level too: the parameter unset
            runs[column] = [UNSET if pd.isna(value) else str(value) for value in runs[column]]
    varied = tuple(column for column in columns if runs[column].nunique() > 1)
    issues = tuple(issue for issue in series["issue"].unique() if issue != POOLED)
    plan = _plan(folder) or manifest.get("plan", {})
    return Results(folder, runs, series, varied, issues, tuple(measures), manifest, plan)


def _read_table(path: Path, needed: Iterable[str], may_be_empty: bool = False) -> tuple[pd.DataFrame, list[Problem]]:
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


def _no_numbers(path: Path, frame: pd.DataFrame) -> list[Problem]:
    """Cells of a table of details that are neither words nor numbers."""
    problems = []
    for name in frame.columns:
        column = frame[name]
        if name in TEXT_COLUMNS or name == "founded" or pd.api.types.is_numeric_dtype(column) or column.isna().all():
            continue
        found = next((cell for cell in column.dropna() if pd.isna(pd.to_numeric(cell, errors="coerce"))), "text")
        problems.append(Problem(f"{path}, {name}", f"found {shown(found)}", "numbers or empty"))
    if "step" in frame and not problems and not (frame["step"].notna() & (frame["step"] % 1 == 0)).all():
        problems.append(Problem(f"{path}, step", "a cell is empty or no whole number", "the number of a step"))
    return problems


def _mistakes(folder: Path, runs: pd.DataFrame, series: pd.DataFrame, measures: list[str]) -> list[Problem]:
    """What is wrong inside the tables although they have their columns."""
    problems = []
    if not measures:
        problems.append(Problem(str(folder / "series.csv"), "no column of a measure", "at least one"))
    for name in [*measures, "step"]:
        if not pd.api.types.is_numeric_dtype(series[name]) and series[name].notna().any():
            found = next((v for v in series[name].dropna() if pd.isna(pd.to_numeric(v, errors="coerce"))), "text")
            problems.append(Problem(f"{folder / 'series.csv'}, {name}", f"found {found!r}", "numbers or empty"))
    doubles = runs["run_id"][runs["run_id"].duplicated()].unique()
    if len(doubles):
        problems.append(Problem(str(folder / "runs.csv"), f"run_id {doubles[0]!r} stands twice", "one row per run"))
    strangers = sorted(set(series["run_id"].dropna()) - set(runs["run_id"]))
    if strangers:
        problems.append(Problem(str(folder / "series.csv"), f"run_id {strangers[0]!r} is not in runs.csv"))
    return problems


def _plan(folder: Path) -> dict[str, Any]:
    path = folder / "plan.toml"
    if not path.is_file():
        return {}
    problems: list[Problem] = []
    read = read_toml(path, str(path), problems)
    if read is None:
        raise InputError(problems, f"{folder} cannot be read")
    return read[1]


def end_values(results: Results) -> pd.DataFrame:
    """Mean of every measure over the last ``results.window`` steps of each run.

    Returns
    -------
    DataFrame
        One row per run and issue: ``run_id, point, replicate``, the varied parameters, ``issue``, the measures.
        A value is missing when it was missing at every recorded step of the window.
    """
    series = results.series
    last = series.groupby("run_id")["step"].transform("max")
    late = series[series["step"] > last - results.window]
    means = late.groupby(["run_id", "issue"], sort=False)[list(results.measures)].mean().reset_index()
    return results.runs[[*RUN_COLUMNS, *results.varied]].merge(means, on="run_id", how="inner")
