"""Results folders: load and check them, end values of their runs."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.results.opening import State, folder_state, not_complete
from forumsim.core.parameters import BY_NAME, find_parameter

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
        Provenance and plan as given; empty when the folder has none.
    """

    folder: Path
    runs: pd.DataFrame
    series: pd.DataFrame
    varied: tuple[str, ...]
    issues: tuple[str, ...]
    measures: tuple[str, ...]
    manifest: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
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

    def detail(self, table: str) -> pd.DataFrame:
        """One of the tables events, forums, memberships, actors; empty when the folder does not have it."""
        if table not in self._details:
            path = self.folder / f"{table}.csv"
            frame = pd.DataFrame(columns=["run_id"])
            problems: list[Problem] = []
            if path.is_file():
                frame, problems = _read_table(path, ("run_id", "step"), may_be_empty=True)
            if problems:
                raise InputError(problems, f"{self.folder} cannot be read")
            self._details[table] = frame
        return self._details[table]


def load_results(folder: str | Path) -> Results:
    """Read and check a results folder; details (events, forums ...) are read when asked for.

    Raises
    ------
    InputError
        When the folder does not exist, is not a results folder, or its tables lack columns, rows or numbers: all
        mistakes at once.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError([Problem(str(folder), "no such folder", "a results folder of forumsim")])
    state = folder_state(folder)
    if state in (State.UNFINISHED, State.BETWEEN, State.EARLIER):
        raise InputError([not_complete(folder, state)], "there are no results")
    if not (folder / "runs.csv").is_file() and not (folder / "series.csv").is_file():
        hint = "forumsim run --out DIR and forumsim sweep --out DIR write one"
        raise InputError([Problem(str(folder), "not a results folder", "a folder with runs.csv and series.csv", hint)])
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
    manifest = _manifest(folder)
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


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError([Problem(str(path), f"not JSON: {error}")]) from error
    return content if isinstance(content, dict) else {}


def _plan(folder: Path) -> dict[str, Any]:
    path = folder / "plan.toml"
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(str(path), f"not TOML: {error}")]) from error


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
