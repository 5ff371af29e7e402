"""What results take on the disk, from runs that were tried: bytes of their rows, and of what is computed over them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import numpy as np

from forumsim.plans.contrasts import Differences
from forumsim.plans.plan import Plan
from forumsim.results.codebook import data_package
from forumsim.results.files import STORE
from forumsim.results.store_rows import stored_size
from forumsim.results.twins import WORDS
from forumsim.running.tables import scopes
from forumsim.running.text import csv_lines, exact
from forumsim.sweeps.assembly import Case, plan_tables
from forumsim.sweeps.summary import Summary
from forumsim.sweeps.work import DETAIL_TABLES

#: Bytes of a store without runs.
EMPTY_STORE = 12288
#: Bytes, about, of a row of twins.csv, and of what follows the settings in a row of summary.csv on twins.
_PAIRED, _SHARED = 95, 65


@dataclass(frozen=True)
class Trial:
    """One run that was tried.

    Attributes
    ----------
    part, point, replicate : int
        What it was a run of: numbers of part, point and replicate.
    detailed : bool
        Whether it wrote events and snapshots.
    seconds : float
        Time of one process for the run and the text of its rows.
    pieces : dict
        Bytes that it leaves, by table; ``tail`` and ``verdict`` are for the summary.
    error : str
        What went wrong, or empty.
    """

    part: int
    point: int
    replicate: int
    detailed: bool
    seconds: float
    pieces: dict[str, bytes] = field(default_factory=dict, repr=False)
    error: str = ""

    def size(self, *names: str) -> int:
        """Bytes of some pieces."""
        return sum(len(self.pieces.get(name, b"")) for name in names)


def disk(
    case: Case, groups: Sequence[tuple[int, list[Trial]]], ended: Sequence[Trial], pairs: Mapping[str, int]
) -> dict[str, int]:
    """Bytes by file of the results, the store of their runs among them.

    Parameters
    ----------
    case : Case
    groups : sequence of (int, list of Trial)
        Runs that are alike: how many there are, and the trials that stand for them.
    ended : sequence of Trial
    pairs : mapping
        Number of pairs of points by contrast.
    """
    plan, tables = case.plan, plan_tables(case)
    files = {f"{name}.csv": float(len(csv_lines([table.header]))) for name, table in tables.items()}
    details = DETAIL_TABLES if plan.recording.detail != "none" else ()
    store = float(EMPTY_STORE)
    for number, trials in groups:
        for name in ("runs", "series", *details):
            files[f"{name}.csv"] += number * fmean(trial.size(name) for trial in trials)
        store += number * fmean(stored_size(trial.pieces) for trial in trials)
    for k in range(len(plan.parts)):
        _over_runs(case, k, [trial for trial in ended if trial.part == k], pairs, files)
    package = json.dumps(data_package(plan.name, tables.values()), indent=2, ensure_ascii=False)
    files |= {"datapackage.json": len(package), "plan.toml": len(plan.text), STORE: store}
    return {name: round(size) for name, size in files.items()}


def _over_runs(case: Case, k: int, trials: Sequence[Trial], pairs: Mapping[str, int], files: dict[str, float]) -> None:
    """Add what a part has in the tables of points, summary and contrasts, as if its trials were its replicates."""
    plan, own = case.plan, scopes(case.scenarios[k])
    points = [point for point in plan.points if point.part == k]
    if not points or not trials:
        return
    named = [plan.parts[k].name] if len(plan.parts) > 1 else []
    last = points[-1]
    first = len(csv_lines([[last.name, *named, *(exact(last.values.get(name)) for name in plan.varied)]]))
    files["points.csv"] += len(points) * (first + len(",100,0,fixed"))
    tails = [np.frombuffer(trial.pieces["tail"]).reshape(len(own), -1) for trial in trials]
    summary = Summary(1, own, plan.recording.series)
    for tail, trial in zip(tails, trials, strict=True):
        summary.add(0, tail, *json.loads(trial.pieces["verdict"]))
    files["summary.csv"] += len(points) * sum(first + len(",".join(row)) + 1 for row in summary.rows(0))
    if plan.twins:
        paired = sum(point.twin not in (None, point.number) for point in points)
        files["twins.csv"] += paired * plan.replication.maximum * len(own) * _PAIRED
        files["summary.csv"] += paired * len(own) * (1 + len(WORDS)) * (first + _SHARED)
    if pairs and k == 0:
        files["contrasts.csv"] += sum(pairs.values()) * _pair(plan, own, tails)


def _pair(plan: Plan, own: Sequence[str], tails: Sequence[Any]) -> int:
    """Bytes of the rows of one pair of points."""
    differences = Differences((len(own), len(plan.recording.series)))
    for low, high in zip(tails, [*tails[1:], tails[0]], strict=True):
        differences.add(low, high)
    name = max((contrast.name for contrast in plan.contrasts), key=len)

    def rows() -> Iterator[list[str]]:
        for s, scope in enumerate(own):
            for m, measure in enumerate(plan.recording.series):
                yield [name, plan.points[0].name, plan.points[-1].name, scope, measure, *differences.cells(s, m)]

    return len(csv_lines(rows()))
