"""Checks of a results folder: whether it is whole, and holds what the codebook says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem
from forumsim.plans.seeds import run_seed
from forumsim.results.description import RUN_TABLES, describe
from forumsim.results.files import STORE
from forumsim.results.opening import file_digest, open_results, read_json
from forumsim.results.results import Results
from forumsim.results.store_rows import verify_store
from forumsim.results.table_checks import TableCheck, counted

#: Names of all tables that results may have.
TABLES = (*RUN_TABLES, "summary", "points", "contrasts", "twins")
#: Mistakes of one kind that are told one by one.
SHOWN = 5


@dataclass
class Validation:
    """What a check found."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)  #: all that is wrong; empty: the folder is good
    checked: list[str] = field(default_factory=list)  #: what was checked, one line each
    left_out: list[str] = field(default_factory=list)  #: what could not be checked, and why

    def add(self, name: str, found: str, allowed: str = "", hint: str = "") -> None:
        """Note what is wrong with a file."""
        self.problems.append(Problem(str(self.folder / name), found, allowed, hint))


def check_results(folder: str | Path) -> Validation:
    """Check a results folder, whoever wrote it or moved it.

    Files against the digests of manifest.json; every row of every CSV against the types, ranges, words and keys of the
    codebook; datapackage.json against the codebook; runs against series, points, counts and seeds; the finished runs
    of the store against their checksums. Nothing that the
    folder names is read but its own files, and no pattern that stands in it is tried.

    Raises
    ------
    InputError
        It is no results folder at all.
    """
    folder = Path(folder)
    found = Validation(folder)
    try:
        results = open_results(folder)
    except InputError as error:
        if not (folder / "manifest.json").is_file():
            raise
        found.problems += error.problems
        return found
    manifest = results.manifest
    _check_files(found, manifest)
    tables = _check_tables(found, results)
    _check_counts(found, manifest, tables)
    _check_store(found)
    return found


# --- files ---------------------------------------------------------------------------------------------------------


def _check_files(found: Validation, manifest: Mapping[str, Any]) -> None:
    files, left_out = manifest["files"], manifest.get("left_out", ())
    for name, digest in files.items():
        path = found.folder / name
        if not path.is_file():
            if name not in left_out:
                found.add(name, "is missing")
        elif file_digest(path) != digest:
            found.add(name, "has changed since it was written: its SHA-256 is not that of the manifest")
    found.checked.append(f"{len(files)} files against the SHA-256 of the manifest")
    if left_out:
        found.left_out.append(f"{', '.join(left_out)}: left out of this copy on purpose")
    for name in TABLES:
        if f"{name}.csv" not in files and (found.folder / f"{name}.csv").is_file():
            found.add(f"{name}.csv", "is no table of these results", "", "take it away")


def _check_store(found: Validation) -> None:
    """The finished runs, from which results are extended; a copy may do without them."""
    path = found.folder / STORE
    if path.is_symlink():
        found.add(STORE, "is a link")
    elif path.is_file():
        try:
            count = verify_store(found.folder)
        except InputError as error:
            found.problems += error.problems
        except BlockingIOError as error:
            found.left_out.append(f"the finished runs in {STORE}: {error}")
        else:
            found.checked.append(f"{count} finished runs in {STORE} against their checksums")


def _check_tables(found: Validation, results: Results) -> dict[str, TableCheck]:
    """Every row of every table against the codebook; the tables by name."""
    try:
        package = describe(results)
    except InputError as error:
        found.problems += [problem for problem in error.problems if not _known(found, problem)]
        found.left_out.append("the tables, as the plan that says what they hold cannot be read")
        return {}
    _check_description(found, package)
    tables = {}
    for resource in package["resources"]:
        path = found.folder / resource["path"]
        if path.is_file():
            table = TableCheck(path, resource["schema"])
            found.problems += table.problems()
            if table.readable:
                tables[resource["name"]] = table
    total = sum(table.rows for table in tables.values())
    words = "columns, types, ranges, words, keys"
    found.checked.append(f"{len(tables)} tables, all {total} rows, against the codebook: {words}")
    return tables


def _check_description(found: Validation, package: Mapping[str, Any]) -> None:
    """Whether datapackage.json says what the codebook says; in another version words may have been changed."""
    try:
        there = read_json(found.folder / "datapackage.json")
    except InputError as error:
        found.problems += [problem for problem in error.problems if not _known(found, problem)]
        return
    places = list(_differences(there, json.loads(json.dumps(package))))
    worded = [place for place in places if place.endswith("description")]
    for place in [place for place in places if place not in worded][:SHOWN]:
        found.add("datapackage.json", f"{place} is not what the codebook of this version says")
    if worded:
        found.left_out.append(f"datapackage.json: {counted(len(worded), 'description')} worded otherwise than now")
    found.checked.append("datapackage.json against the codebook")


def _differences(there: Any, ours: Any, place: str = "") -> Iterator[str]:
    """Where two descriptions differ; what is named or listed is called by its name."""
    if isinstance(there, dict) and isinstance(ours, dict):
        for key in {**ours, **there}:
            yield from _differences(there.get(key), ours.get(key), f"{place} {key}".strip())
    elif isinstance(there, list) and isinstance(ours, list) and len(there) == len(ours):
        for number, (one, other) in enumerate(zip(there, ours, strict=True), start=1):
            name = other["name"] if isinstance(other, dict) and "name" in other else number
            yield from _differences(one, other, f"{place} {name}")
    elif there != ours:
        yield place or "the content"


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
    if "twins" in tables:
        _check_twins(found, tables)
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
    plan_seed = manifest.get("seeds", {}).get("plan")
    if isinstance(plan_seed, int):
        once = everyone.dropna().drop_duplicates(["replicate", "seed"])
        for replicate, seed in zip(once["replicate"], once["seed"], strict=True):
            if replicate >= 0 and seed != run_seed(plan_seed, int(replicate)):
                place = f"replicate {replicate:.0f} has the seed {seed:.0f}"
                found.add("runs.csv", place, f"{run_seed(plan_seed, int(replicate))}, by the rule of the manifest")


def _check_twins(found: Validation, tables: Mapping[str, TableCheck]) -> None:
    """Both runs of a pair are there, and have the same seed."""
    runs = tables["runs"].short
    seeds = dict(zip(runs["run_id"], runs["seed"], strict=True))
    pairs = tables["twins"].short[["run_id", "twin_run_id"]].dropna().drop_duplicates()
    wrong = [(run, twin) for run, twin in pairs.itertuples(index=False) if seeds.get(run) != seeds.get(twin, -1)]
    for run, twin in wrong[:SHOWN]:
        found.add("twins.csv", f"{run} and its twin {twin} do not have the same seed")
