"""The results folder: CSV assembled from the journal in a fixed order, written atomically; manifest and codebook."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forumsim._compile import MODEL_DIGEST
from forumsim.codebook import Table, data_package, results_tables
from forumsim.experiments.designs import Point
from forumsim.experiments.journal import Journal
from forumsim.experiments.plan import Plan
from forumsim.experiments.seeds import run_seed
from forumsim.experiments.summary import Summary
from forumsim.experiments.text import csv_lines, exact
from forumsim.experiments.work import DETAIL_PARTS
from forumsim.measures import MEASURES_BY_NAME
from forumsim.tables import scopes

#: Version of the layout of a results folder.
SCHEMA_VERSION = 1
#: Packages that may decide a result or a figure.
PACKAGES = ("forumsim", "numpy", "numba", "llvmlite", "pandas", "mesa")


@dataclass(frozen=True)
class Results:
    """A results folder; tables are read when asked for.

    Attributes
    ----------
    folder : Path

    Examples
    --------
    >>> results = sweep("experiments/dialogue.toml")  # doctest: +SKIP
    >>> results.summary.query("measure == 'fragmentation'")  # doctest: +SKIP
    """

    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        """One of the CSV (``runs``, ``series``, ``summary`` ...); ids stay text, only empty cells are missing."""
        schema = {item["name"]: item["schema"]["fields"] for item in self.codebook["resources"]}
        text = {column["name"]: str for column in schema[name] if column["type"] == "string"}
        return pd.read_csv(self.folder / f"{name}.csv", dtype=text, keep_default_na=False, na_values=[""])

    @cached_property
    def codebook(self) -> dict[str, Any]:
        """The content of datapackage.json."""
        return dict(json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8")))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return dict(json.loads((self.folder / "manifest.json").read_text(encoding="utf-8")))

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: settings and verdict."""
        return self.table("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Measures over time."""
        return self.table("series")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means and shares over replicates, with intervals."""
        return self.table("summary")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The runs that raised an error."""
        return self.table("failures")


class AtomicFile:
    """A file that appears whole or not at all; knows the SHA-256 of what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self._partial = path.with_name(f".{path.name}.partial")
        self._file = open(self._partial, "wb")  # noqa: SIM115 - closed by `commit` or `discard`

    def write(self, content: bytes) -> None:
        """Append."""
        self._file.write(content)
        self.digest.update(content)

    def commit(self) -> str:
        """Put the file in its place; its SHA-256 (hex)."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._partial, self.path)
        return self.digest.hexdigest()

    def discard(self) -> None:
        """Leave no trace; nothing to do once it is in its place."""
        self._file.close()
        self._partial.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic(paths: Iterable[Path]) -> Iterator[list[AtomicFile]]:
    """Several files that are written together; without `AtomicFile.commit` none of them changes."""
    with contextlib.ExitStack() as stack:
        files = []
        for path in paths:
            files.append(AtomicFile(path))
            stack.callback(files[-1].discard)
        yield files


def plan_tables(plan: Plan, scenario: Any) -> dict[str, Table]:
    """The tables of a plan's results, with their columns; details only where the plan records them."""
    measures = [MEASURES_BY_NAME[name] for name in plan.series]
    all_tables = results_tables(scenario.issues, measures, tuple(plan.vary), scenario.field_specs)
    wanted = [name for name in all_tables if plan.detail != "none" or name not in DETAIL_PARTS]
    return {name: all_tables[name] for name in wanted}


def assemble(
    folder: Path, plan: Plan, points: tuple[Point, ...], scenario: Any, journal: Journal, times: Mapping[str, Any]
) -> None:
    """Write the results folder from a journal: the CSV, the codebook, the plan, and the manifest last.

    One run is in memory at a time.

    Parameters
    ----------
    folder : Path
    plan : Plan
    points : tuple of Point
    scenario : Scenario
        The plan's scenario with its fixed fields: gives issues, fields and digest.
    journal : Journal
        Holds every run of the plan.
    times : mapping
        When it began and ended: goes into the manifest.
    """
    described = plan_tables(plan, scenario)
    summary = Summary(len(points), scopes(scenario), plan.series)
    with atomic(folder / f"{name}.csv" for name in described) as files:
        csv = dict(zip(described, files, strict=True))
        for name, file in csv.items():
            file.write(csv_lines([described[name].header]))
        seconds, ended = 0.0, 0
        for run, entry, parts in journal.results():
            for name in csv.keys() & parts.keys():
                csv[name].write(parts[name])
            seconds += entry.seconds
            if entry.ok:
                ended += 1
                tail = np.frombuffer(parts["tail"]).reshape(len(summary.scopes), len(summary.measures))
                summary.add(run % len(points), tail, *json.loads(parts["verdict"]))
        for point in points:
            first = [point.name, *(exact(value) for value in point.values.values())]
            csv["summary"].write(csv_lines([*first, *row] for row in summary.rows(point.number)))
        digests = {f"{name}.csv": file.commit() for name, file in csv.items()}
    package = json.dumps(data_package(plan.name.lower(), described.values()), indent=2, ensure_ascii=False) + "\n"
    digests |= _write_all(folder, {"datapackage.json": package, "plan.toml": plan.text})
    times = {**times, "model_seconds": round(seconds, 3)}
    manifest = make_manifest(plan, scenario, ended, len(journal.done) - ended, times, digests)
    _write_all(folder, {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"})


def _write_all(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    with atomic(folder / name for name in texts) as files:
        for file, text in zip(files, texts.values(), strict=True):
            file.write(text.encode("utf-8"))
        return {name: file.commit() for name, file in zip(texts, files, strict=True)}


def identity(plan: Plan, scenario: Any) -> dict[str, Any]:
    """What decides the results, for the journal and the manifest: plan, scenario, model."""
    return {"plan": plan.content(), "scenario_digest": scenario.digest, "model_digest": MODEL_DIGEST}


def make_manifest(
    plan: Plan, scenario: Any, ended: int, failures: int, times: Mapping[str, Any], files: Mapping[str, str]
) -> dict[str, Any]:
    """The content of manifest.json: what was run, with what, when, and what came out."""
    return {
        "schema_version": SCHEMA_VERSION,
        "name": plan.name,
        **identity(plan, scenario),
        "plan_digest": plan.digest,
        "labels": labels(scenario),
        "seeds": {
            "plan": plan.seed,
            "rule": "forumsim.experiments.seeds.run_seed(plan seed, replicate); the same at all points",
            "first_replicates": [run_seed(plan.seed, replicate) for replicate in range(min(plan.replicates, 10))],
        },
        "runs": {"planned": plan.runs, "points": plan.points, "ended": ended, "failed": failures},
        "software": software(),
        "times": dict(times),
        "files": dict(files),
    }


def labels(scenario: Any) -> dict[str, Any]:
    """What the scenario calls things: title, issues with what 0 and 1 mean, blocs. Figures and reports read it."""
    issues = zip(scenario.issues, scenario.issue_labels, scenario.issue_ends, strict=True)
    return {
        "title": scenario.title,
        "issues": [{"id": i, "label": label, "low": low, "high": high} for i, label, (low, high) in issues],
        "blocs": [{"id": b, "label": label} for b, label in zip(scenario.blocs, scenario.bloc_labels, strict=True)],
    }


def software() -> dict[str, str]:
    """Versions of Python, the system and the packages that matter."""
    versions = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions
