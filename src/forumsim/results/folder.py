"""Results folders: load and check them, end values of their runs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, collected
from forumsim.results.ends import in_window
from forumsim.results.opening import open_tables
from forumsim.results.parts import ResultPart, in_plan_order, read_parts, settle_levels
from forumsim.results.table_reading import TEXT_COLUMNS, no_numbers, read_table
from forumsim.scenarios.reading import read_toml
from forumsim.scenarios.settings import field_name, sort_settings

POOLED = "pooled"
PART = "part"
RUN_COLUMNS = ("run_id", "point", "replicate")
SERIES_COLUMNS = ("run_id", "step", "issue")
CONTRAST_COLUMNS = ("contrast", "point_from", "point_to", "issue", "measure", "n", "difference", "ci_low", "ci_high")
FIXED_COLUMNS = {"run_id", "point", "twin", "replicate", "seed", "part", "scenario", "steps"}
VERDICT_PREFIXES = ("state_", "tendency_", "twin_")
TWIN_COLUMNS = ("run_id", "issue", "twin_run_id", "difference", "twin_verdict")


@dataclass(frozen=True)
class ResultTables:
    """A results folder in memory.

    Attributes
    ----------
    folder : Path
    runs : DataFrame
        One row per run (runs.csv), without those that are there as twins alone; ``twin_ISSUE`` is the verdict against
        the twin (twins.csv), where there are twins. Where two points of a part are the same, only the runs of the
        first: the others are the same runs again.
    series : DataFrame
        One row per run, recorded step and issue or "pooled" (series.csv).
    varied : tuple of str
        Columns of ``runs`` that hold varied parameters with more than one level within a part, in the order of the
        file.
    issues : tuple of str
        Issues in the order of the file, without "pooled".
    measures : tuple of str
        Measures recorded, in the order of the file.
    manifest, plan : dict
        Provenance, and the plan as given.
    chosen : tuple of str
        Measures that figures and tables are to show; the usual ones when empty.
    parts : tuple of ResultPart
        Parts of the plan that have runs, in its order; one in a plan without parts.
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
    parts: tuple[ResultPart, ...] = (ResultPart(""),)
    _details: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Issues, then "pooled" if it was recorded."""
        return self.issues + ((POOLED,) if (self.series["issue"] == POOLED).any() else ())

    @property
    def scenario(self) -> str:
        """Name of the scenario, or empty; of several, all of them."""
        if "scenario" in self.runs:
            return ", ".join(str(name) for name in self.runs["scenario"].dropna().unique())
        return str(self.plan.get("scenario", ""))

    @property
    def several(self) -> bool:
        """Whether there are several parts: then tables have a column ``part``."""
        return len(self.parts) > 1

    @property
    def part_name(self) -> str:
        """Name of the part that these results are of; empty where there are several, or none is named."""
        return "" if self.several else self.parts[0].name

    def split(self) -> tuple[ResultTables, ...]:
        """The results part by part: what is compared is compared within one of them."""
        return self._split if self.several else (self,)

    @cached_property
    def _split(self) -> tuple[ResultTables, ...]:
        return tuple(self._of(part) for part in self.parts)

    def _of(self, part: ResultPart) -> ResultTables:
        runs = self.runs[self.runs[PART] == part.name]
        series = self.series[self.series["run_id"].isin(set(runs["run_id"]))]
        varied = tuple(c for c in self.varied if runs[c].nunique() > (0 if c in part.levels else 1))
        there = set(series["issue"].unique())
        issues = tuple(issue for issue in self.issues if issue in there)
        return replace(self, runs=runs, series=series, varied=varied, issues=issues, parts=(part,))

    def levels(self, column: str) -> list[Any]:
        """Levels of a varied parameter, or the parts, in the order of the plan."""
        found = list(self.runs[column].dropna().unique())
        if column == PART:
            return in_plan_order(found, [part.name for part in self.parts])
        return in_plan_order(found, [level for part in self.parts for level in part.levels.get(column, ())])

    @property
    def steps(self) -> int:
        """Last step of the longest run."""
        return int(self.lengths.max())

    @property
    def lengths(self) -> pd.Series:
        """Step at which each run ended, by run_id."""
        if "steps" in self.runs:
            return self.runs.set_index("run_id")["steps"]
        return self.series.groupby("run_id")["step"].max()

    @property
    def windows(self) -> pd.Series:
        """Steps of the end window of each run, by run_id."""
        by_part = {part.name: part.window for part in self.parts}
        names = self.runs[PART] if PART in self.runs else [self.parts[0].name] * len(self.runs)
        values = [
            float(row[window] if isinstance(window := by_part[name], str) else window)
            for name, (_, row) in zip(names, self.runs.iterrows(), strict=True)
        ]
        return pd.Series(values, index=self.runs["run_id"].to_numpy())

    @cached_property
    def fixed(self) -> dict[str, Any]:
        """Parameters, ``scenario.`` fields and cells of the scenario's tables that the plan fixes, by whole name."""
        content = self.manifest.get("plan", self.plan)
        content = content if isinstance(content, dict) else self.plan
        if not self.several:
            content = content.get("parts", {}).get(self.parts[0].name, content)
        fixed = sort_settings(content.get("parameters", {})).parameters
        return fixed | {field_name(key): value for key, value in content.get("fields", {}).items()}

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Tables that were written and are not in the folder: what they hold is unknown, not nothing."""
        names = (name for name in self.manifest.get("files", ()) if name.endswith(".csv") and "/" not in name)
        return tuple(name for name in names if not (self.folder / name).is_file())

    @cached_property
    def made(self) -> dict[Any, Any]:
        """What was computed of these results (see `forumsim.results.kept`)."""
        return {}

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
        """One of the tables events, forums, memberships, actors, contrasts, twins; empty when the folder lacks it."""
        if table not in self._details:
            path = self.folder / f"{table}.csv"
            frame = pd.DataFrame(columns=["run_id"])
            problems: list[Problem] = []
            if path.is_file():
                needed = {"contrasts": CONTRAST_COLUMNS, "twins": TWIN_COLUMNS}.get(table, ("run_id", "step"))
                frame, problems = read_table(path, needed, may_be_empty=True)
                numeric = [name for name in frame.columns if name not in TEXT_COLUMNS and name != "founded"]
                problems += no_numbers(path, frame, numeric)
                whole = "step" not in frame or bool(problems) or (frame["step"] % 1 == 0).all()
                if not whole:
                    found = "a cell is empty or no whole number"
                    problems.append(Problem(f"{path}, step", found, "the number of a step"))
            if problems:
                raise InputError(problems, f"{self.folder} cannot be read")
            self._details[table] = frame
        return self._details[table]


def load_results(folder: str | Path, anyway: bool = False) -> ResultTables:
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
    runs, problems = read_table(folder / "runs.csv", RUN_COLUMNS)
    series, more = read_table(folder / "series.csv", SERIES_COLUMNS)
    problems += more
    measures = [name for name in series.columns if name not in {*SERIES_COLUMNS, "date"}]
    twins = None
    if "twin" in runs:
        twins, more = read_table(folder / "twins.csv", TWIN_COLUMNS, may_be_empty=True)
        problems += more
    if not problems:
        problems += _mistakes(folder, runs, series, measures)
    if problems:
        raise InputError(problems, f"{folder} cannot be read")
    if twins is not None:
        runs, series = _without_twins(runs, series, twins)
    columns = [c for c in runs.columns if c not in FIXED_COLUMNS and not c.startswith(VERDICT_PREFIXES)]
    issues = tuple(issue for issue in series["issue"].unique() if issue != POOLED)
    plan = _plan(folder) or manifest.get("plan", {})
    parts = read_parts(manifest, runs)
    runs = settle_levels(runs, columns, parts)
    keys = [column for column in (PART, *columns, "replicate") if column in runs]
    runs = runs.drop_duplicates(keys)  # of points that are the same one is enough: their runs are the same too
    by_part = [own for _, own in runs.groupby(PART, sort=False)] if len(parts) > 1 else [runs]
    varied = tuple(column for column in columns if any(own[column].nunique() > 1 for own in by_part))
    return ResultTables(folder, runs, series, varied, issues, tuple(measures), manifest, plan, parts=parts)


def _without_twins(runs: pd.DataFrame, series: pd.DataFrame, twins: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs with their verdicts against their twins, and series, both without the runs that are there as twins alone."""
    runs = runs[runs["twin"] != 1]
    series = series[series["run_id"].isin(set(runs["run_id"]))]
    wide = twins.pivot_table(index="run_id", columns="issue", values="twin_verdict", aggfunc="first", sort=False)
    return runs.merge(wide.add_prefix("twin_"), on="run_id", how="left"), series


def _mistakes(folder: Path, runs: pd.DataFrame, series: pd.DataFrame, measures: list[str]) -> list[Problem]:
    """What is wrong inside the tables although they have their columns."""
    problems = []
    if not measures:
        problems.append(Problem(str(folder / "series.csv"), "no column of a measure", "at least one"))
    problems += no_numbers(folder / "series.csv", series, [*measures, "step"])
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


def end_values(results: ResultTables) -> pd.DataFrame:
    """Mean of every measure over the end window of each run (see `forumsim.results.ends`).

    Returns
    -------
    DataFrame
        One row per run and issue: ``run_id, point, replicate``, ``part`` where there are several, the varied
        parameters, ``issue``, the measures. A value is missing when it was missing at every recorded step of the
        window.
    """
    series = results.series
    last, window = (series["run_id"].map(values) for values in (results.lengths, results.windows))
    late = series[in_window(series["step"], last, window)]
    means = late.groupby(["run_id", "issue"], sort=False)[list(results.measures)].mean().reset_index()
    part = [PART] if results.several else []
    return results.runs[[*RUN_COLUMNS, *part, *results.varied]].merge(means, on="run_id", how="inner")
