"""The results folder, assembled from the journal: CSV in a fixed order, codebook, plan, archive, manifest last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from forumsim.core.measures import MEASURES_BY_NAME
from forumsim.plans.contrasts import ContrastTable
from forumsim.plans.plan import Plan
from forumsim.results.codebook import Table, data_package, results_tables
from forumsim.results.files import AtomicFile, atomic, write_files
from forumsim.results.inputs import inputs_of, write_inputs
from forumsim.results.manifest import identity, make_manifest
from forumsim.running.interventions import details_text
from forumsim.running.tables import scopes
from forumsim.running.text import csv_lines, exact, measured
from forumsim.sweeps.archive import ArchiveWriter, archive_files
from forumsim.sweeps.journal import Journal
from forumsim.sweeps.rounds import PointProgress
from forumsim.sweeps.summary import Summary
from forumsim.sweeps.work import DETAIL_TABLES, RUN_TABLES


@dataclass(frozen=True)
class Case:
    """A plan with the scenarios of its parts, which give issues, fields and labels."""

    plan: Plan
    scenarios: tuple[Any, ...]
    folder: Path

    @property
    def issues(self) -> tuple[str, ...]:
        """Issues of all scenarios, in order."""
        return tuple(dict.fromkeys(issue for scenario in self.scenarios for issue in scenario.issues))


def plan_tables(case: Case) -> dict[str, Table]:
    """The tables of a plan's results, with their columns; details and contrasts only where the plan has them."""
    plan = case.plan
    measures = [MEASURES_BY_NAME[name] for name in plan.recording.series]
    fields = {name: spec for scenario in case.scenarios for name, spec in scenario.field_specs.items()}
    every = results_tables(
        case.issues, measures, plan.varied, fields, parts=tuple(part.name for part in plan.parts),
        precision=tuple(plan.replication.precision),
    )  # fmt: skip
    left_out = set(DETAIL_TABLES) if plan.recording.detail == "none" else set()
    if not plan.contrasts:
        left_out.add("contrasts")
    if not any(part.interventions for part in plan.parts):
        left_out.add("interventions")
    return {name: table for name, table in every.items() if name not in left_out}


def head(case: Case) -> dict[str, Any]:
    """What decides the results and how they are written: the head of journal and archive."""
    return {**identity(case.plan), "columns": list(plan_tables(case)["runs"].header)}


def assemble(case: Case, journal: Journal, points: PointProgress, times: Mapping[str, Any]) -> None:
    """Write the results folder from a journal that holds every run; one run is in memory at a time.

    Parameters
    ----------
    case : Case
    journal : Journal
    points : PointProgress
        Replicates of each point, and why there are no more.
    times : mapping
        When it began and ended: goes into the manifest.
    """
    plan, folder = case.plan, case.folder
    described = plan_tables(case)
    parts = _PartTables(case)
    order = {run_id: (r, point) for r, point in plan.runs() if (run_id := point.run_id(r)) in journal.done}
    seconds, ended = 0.0, 0
    with atomic(folder / f"{name}.csv" for name in described) as files, archive_files(folder) as stored:
        csv = dict(zip(described, files, strict=True))
        for name, file in csv.items():
            file.write(csv_lines([described[name].header]))
        archive = ArchiveWriter(stored[0], stored[1], head(case))
        for run_id, entry, pieces in journal.results(order):
            replicate, point = order[run_id]
            pieces = renumbered(pieces, point.name)
            places = _write_rows(csv, pieces)
            archive.add(run_id, entry.ok, entry.seconds, pieces, places)
            seconds += entry.seconds
            ended += entry.ok
            parts.add(replicate, point, pieces if entry.ok else None)
        for name, lines in parts.tables(points):
            if name in csv:
                csv[name].write(csv_lines(lines))
        digests = {f"{name}.csv": file.commit() for name, file in csv.items()}
        for file in stored:
            file.commit()
    package = json.dumps(data_package(plan.name, described.values()), indent=2, ensure_ascii=False) + "\n"
    digests |= write_files(folder, {"datapackage.json": package, "plan.toml": plan.text})
    inputs, named = inputs_of(plan, case.scenarios)
    digests |= write_inputs(folder, inputs)
    times = {**times, "model_seconds": round(seconds, 3)}
    counts = {"planned": points.planned, "points": len(plan.points), "ended": ended, "failed": len(order) - ended}
    manifest = make_manifest(plan, case.scenarios, counts, times, digests, named)
    write_files(folder, {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"})


def renumbered(pieces: dict[str, bytes], point: str) -> dict[str, bytes]:
    """The pieces of a run with the name that its point has in this plan: in an extended one points move."""
    changed = dict(pieces)
    for name in ("runs", "failures"):
        if pieces.get(name):
            run_id, _, rest = pieces[name].split(b",", 2)
            changed[name] = b",".join((run_id, point.encode(), rest))
    return changed


def _write_rows(csv: Mapping[str, AtomicFile], pieces: Mapping[str, bytes]) -> dict[str, int]:
    """Append a run's rows to the CSV; where they begin."""
    places = {}
    for name in RUN_TABLES:
        if name in csv and name in pieces:
            places[name] = csv[name].size
            csv[name].write(pieces[name])
    return places


class _PartTables:
    """What is computed over runs: summary, contrasts, points."""

    def __init__(self, case: Case) -> None:
        self.plan = plan = case.plan
        self.measures = plan.recording.series
        self.scopes = [scopes(scenario) for scenario in case.scenarios]
        numbers = [[point.number for point in plan.points if point.part == k] for k in range(len(plan.parts))]
        self.place = {number: place for own in numbers for place, number in enumerate(own)}
        self.summaries = [Summary(len(own), s, self.measures) for own, s in zip(numbers, self.scopes, strict=True)]
        shapes = [(len(s), len(self.measures)) for s in self.scopes]
        self.contrasts = ContrastTable(plan.contrasts, plan.points, plan.parts, shapes)
        self.failed = [0] * len(plan.points)
        self.dates = [scenario.date_of for scenario in case.scenarios]

    def add(self, replicate: int, point: Any, pieces: Mapping[str, bytes] | None) -> None:
        """One run, in the order of the plan; without pieces it failed."""
        if pieces is None:
            self.failed[point.number] += 1
            return
        tail = np.frombuffer(pieces["tail"]).reshape(len(self.scopes[point.part]), len(self.measures))
        self.summaries[point.part].add(self.place[point.number], tail, *json.loads(pieces["verdict"]))
        self.contrasts.add(replicate, point.number, tail)

    def tables(self, points: PointProgress) -> Iterator[tuple[str, Iterable[list[str]]]]:
        """Rows by table, as text."""
        yield "summary", self._summary()
        yield "contrasts", self.contrasts.lines(self.scopes, self.measures)
        yield "points", self._points(points)
        yield "interventions", self._interventions()

    def _first(self, point: Any) -> list[str]:
        part = [self.plan.parts[point.part].name] if len(self.plan.parts) > 1 else []
        return [point.name, *part, *(exact(point.values.get(name)) for name in self.plan.varied)]

    def _summary(self) -> Iterator[list[str]]:
        for point in self.plan.points:
            first = self._first(point)
            for row in self.summaries[point.part].rows(self.place[point.number]):
                yield [*first, *row]

    def _interventions(self) -> Iterator[list[str]]:
        for part, date in zip(self.plan.parts, self.dates, strict=True):
            named = [part.name] if len(self.plan.parts) > 1 else []
            for number, entry in enumerate(part.interventions, start=1):
                when = [str(entry["step"]), date(entry["step"])]
                yield [str(number), *named, *when, str(entry["act"]), details_text(entry)]

    def _points(self, points: PointProgress) -> Iterator[list[str]]:
        for point in self.plan.points:
            reason, widths = points.why(point.number)
            numbers: Sequence[str] = [measured(width) if np.isfinite(width) else "" for width in widths]
            replicates = str(points.replicates(point.number))
            yield [*self._first(point), replicates, str(self.failed[point.number]), reason, *numbers]
