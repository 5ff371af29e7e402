"""Checks of a results folder: whether it is whole, and holds what its own description says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.results.opening import file_digest, open_results, read_json
from forumsim.plans.seeds import run_seed
from forumsim.results.table_checks import TableCheck, counted
from forumsim.sweeps.work import RUN_TABLES

#: Names of all tables that results may have.
TABLES = (*RUN_TABLES, "summary", "points", "contrasts")
#: Rows of each table that frictionless reads: it takes a while for each.
FRICTIONLESS_ROWS = 2000
#: Mistakes of one kind that are told one by one.
SHOWN = 5


@dataclass
class Validation:
    """What a check found.

    Attributes
    ----------
    folder : Path
    problems : list of Problem
        All that is wrong; empty: the folder is good.
    checked : list of str
        What was checked, one line each.
    left_out : list of str
        What could not be checked, and why.
    """

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, found: str, allowed: str = "", hint: str = "") -> None:
        """Note what is wrong with a file."""
        self.problems.append(Problem(str(self.folder / name), found, allowed, hint))


def check_results(folder: str | Path, rows: int | None = FRICTIONLESS_ROWS) -> Validation:
    """Check a results folder, whoever wrote it or moved it.

    Files against the digests of manifest.json; every row of every CSV against the types, ranges, words and keys of
    datapackage.json; runs against series, points, counts and seeds. Then frictionless, which knows nothing of forumsim,
    reads the description and the first rows of each table in which nothing was found.

    Parameters
    ----------
    folder : path
    rows : int, optional
        Rows of each table that frictionless reads; None: all, which takes minutes for large tables.

    Returns
    -------
    Validation

    Raises
    ------
    InputError
        It is no results folder at all.
    """
    folder = Path(folder)
    found = Validation(folder)
    try:
        manifest = open_results(folder).manifest
    except InputError as error:
        if not (folder / "manifest.json").is_file():
            raise
        found.problems += error.problems
        manifest = {}
    _check_files(found, manifest)
    tables = _check_tables(found)
    if manifest:
        _check_counts(found, manifest, tables)
    _check_by_frictionless(found, rows)
    return found


# --- files ---------------------------------------------------------------------------------------------------------


def _check_files(found: Validation, manifest: Mapping[str, Any]) -> None:
    files = manifest.get("files", {})
    for name, digest in files.items():
        path = found.folder / name
        if not path.is_file():
            found.add(name, "is missing")
        elif file_digest(path) != digest:
            found.add(name, "has changed since it was written: its SHA-256 is not that of the manifest")
    if files:
        found.checked.append(f"{len(files)} files against the SHA-256 of the manifest")
    for name in TABLES:
        if files and f"{name}.csv" not in files and (found.folder / f"{name}.csv").is_file():
            found.add(f"{name}.csv", "is no table of these results", "", "take it away")


def _check_tables(found: Validation) -> dict[str, TableCheck]:
    """Every row of every table against its description; the tables by name."""
    try:
        package = read_json(found.folder / "datapackage.json", "resources")
        schemas = {item["name"]: item["schema"] for item in package["resources"]}
    except InputError as error:
        found.problems += [problem for problem in error.problems if not _known(found, problem)]
        return {}
    except (KeyError, TypeError):
        found.add("datapackage.json", "describes no tables", "resources with name and schema")
        return {}
    tables = {}
    for name, schema in schemas.items():
        path = found.folder / f"{name}.csv"
        if path.is_file():
            table = TableCheck(path, schema)
            found.problems += table.problems()
            if table.readable:
                tables[name] = table
    total = sum(table.rows for table in tables.values())
    words = "columns, types, ranges, words, keys"
    found.checked.append(f"{len(tables)} tables, all {total} rows, against datapackage.json: {words}")
    return tables


def _known(found: Validation, problem: Problem) -> bool:
    """Whether a missing file has been told already."""
    return any(problem.where == other.where for other in found.problems)


# --- what belongs together -----------------------------------------------------------------------------------------


def _check_counts(found: Validation, manifest: Mapping[str, Any], tables: Mapping[str, TableCheck]) -> None:
    """Runs, failures, points and series against each other, the manifest and the rule of seeds."""
    if not {"runs", "failures"} <= set(tables):
        return
    runs, failures = tables["runs"], tables["failures"]
    counts = {"planned": 0, "ended": 0, "failed": 0, **manifest["runs"]}
    for word, table, name in (("ended", runs, "runs"), ("failed", failures, "failures")):
        if table.rows != counts[word]:
            found.add(f"{name}.csv", f"has {counted(table.rows, 'row')}", f"{counts[word]} {word} by the manifest")
    if counts["ended"] + counts["failed"] != counts["planned"]:
        sums = f"{counts['ended']} ended and {counts['failed']} failed are not {counts['planned']} planned"
        found.add("manifest.json", sums)
    both = runs.ids & failures.ids
    if both:
        found.add("failures.csv", f"{min(both)} is in runs.csv as well", "one of the two")
    for name, table in tables.items():
        if name in ("runs", "failures") or "run_id" not in table.columns:
            continue
        strangers = table.ids - runs.ids
        if strangers:
            found.add(f"{name}.csv", f"{counted(len(strangers), 'run')} not in runs.csv, such as {min(strangers)}")
    if "series" in tables and runs.ids - tables["series"].ids:
        silent = runs.ids - tables["series"].ids
        found.add("series.csv", f"no rows of {counted(len(silent), 'run')} of runs.csv, such as {min(silent)}")
    _check_points(found, manifest, tables)
    found.checked.append("runs, failures, points and series against each other, the manifest and the rule of seeds")


def _check_points(found: Validation, manifest: Mapping[str, Any], tables: Mapping[str, TableCheck]) -> None:
    """Runs by point, and their seeds."""
    everyone = pd.concat([tables[name].short for name in ("runs", "failures")], ignore_index=True)
    if "points" in tables:
        planned = tables["points"].short.set_index("point")
        count = everyone.groupby("point").size()
        wrong = planned["replicates"].sub(count, fill_value=0)
        for point, by in list(wrong[wrong != 0].items())[:5]:
            found.add("points.csv", f"{point}: its replicates and its runs differ by {abs(by):.0f}")
    seeds = manifest.get("seeds")
    plan_seed = seeds.get("plan") if isinstance(seeds, Mapping) else None
    if isinstance(plan_seed, int):
        once = everyone.dropna().drop_duplicates(["replicate", "seed"])
        for replicate, seed in zip(once["replicate"], once["seed"], strict=True):
            if replicate >= 0 and seed != run_seed(plan_seed, int(replicate)):
                place = f"replicate {replicate:.0f} has the seed {seed:.0f}"
                found.add("runs.csv", place, f"{run_seed(plan_seed, int(replicate))}, by the rule of the manifest")


# --- another reader ------------------------------------------------------------------------------------------------


def _check_by_frictionless(found: Validation, rows: int | None) -> None:
    if not (found.folder / "datapackage.json").is_file():
        return
    try:
        import frictionless
    except ImportError:
        what = "its own reading of datapackage.json and the tables"
        found.left_out.append(f"frictionless is not installed (pip install 'forumsim[formats]'): {what}")
        return
    try:
        package = frictionless.Package(str(found.folder / "datapackage.json"))
    except frictionless.FrictionlessException as error:
        found.add("datapackage.json", f"frictionless: {error.error.message}")
        return
    faulty = {problem.where.partition(",")[0] for problem in found.problems}  # told in detail already
    for resource in package.resources:
        path = found.folder / str(resource.path)
        if path.is_file() and str(path) not in faulty:
            report = resource.validate(limit_rows=rows)
            for message in [error.message for task in report.tasks for error in task.errors][:SHOWN]:
                found.add(str(resource.path), f"frictionless: {message}")
    many = "all rows" if rows is None else f"the first {rows} rows"
    found.checked.append(f"frictionless: datapackage.json, and {many} of each table")
