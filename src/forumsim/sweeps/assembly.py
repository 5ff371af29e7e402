"""The results folder, assembled from the store: CSV in a fixed order, codebook, plan, manifest last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forumsim.plans.contrasts import ContrastTable
from forumsim.plans.parts import Point
from forumsim.results.codebook_tables import data_package
from forumsim.results.description import RUN_TABLES, PlanCase, plan_tables
from forumsim.results.files import AtomicFile, atomic, place, sync_folder
from forumsim.results.inputs import inputs_of
from forumsim.results.manifest import identity, make_manifest
from forumsim.results.store import Store
from forumsim.running.interventions import details_text
from forumsim.running.tables import scopes
from forumsim.running.text import csv_lines, exact, measured
from forumsim.sweeps.pairs import TwinTable
from forumsim.sweeps.rounds import PointProgress
from forumsim.sweeps.summary import Summary


def head(case: PlanCase) -> dict[str, Any]:
    """What decides the results and how they are written: the head of the store."""
    # rows in the store do not have the mark of twins: a plan may get some later
    return {**identity(case.plan), "columns": [name for name in plan_tables(case)["runs"].header if name != "twin"]}


def assemble(case: PlanCase, store: Store, points: PointProgress, times: Mapping[str, Any]) -> None:
    """Write the results folder from a store that holds every run; one run is in memory at a time.

    All files are written beside their places first. Then manifest.json is removed, the files take their places, and the
    new manifest comes last: a folder that is between two states has none (`forumsim.results.opening.folder_state`),
    and the same command writes the tables anew from the store.

    Parameters
    ----------
    case : PlanCase
    store : Store
    points : PointProgress
        Replicates of each point, and why there are no more.
    times : mapping
        When it began and ended: goes into the manifest.
    """
    plan, folder = case.plan, case.folder
    described = plan_tables(case)
    parts = _PartTables(case)
    order = {run_id: (r, point) for r, point in plan.runs() if (run_id := point.run_id(r)) in store.done}
    seconds, ended = 0.0, 0
    more, inputs = other_files(case)
    names = [*(f"{name}.csv" for name in described), *more, "manifest.json"]
    with atomic([place(folder, name) for name in names]) as opened:
        files = dict(zip(names, opened, strict=True))
        csv = {name: files[f"{name}.csv"] for name in described}
        for name, file in csv.items():
            file.write(csv_lines([described[name].header]))
        for run_id, entry, pieces in store.results(order):
            replicate, point = order[run_id]
            if entry.ok and "twins" in csv:
                csv["twins"].write(parts.twins.add(replicate, point, run_id, pieces))
            pieces = renumbered(pieces, point, bool(plan.twins))
            for name in RUN_TABLES:
                if name in csv:
                    csv[name].write(pieces[name])
            seconds += entry.seconds
            ended += entry.ok
            parts.add(replicate, point, pieces if entry.ok else None)
        if "twins" in csv:
            csv["twins"].write(parts.twins.flush())
        for name, lines in parts.tables(points):
            if name in csv:
                csv[name].write(csv_lines(lines))
        for name, content in more.items():
            files[name].write(content)
        digests = {name: files[name].finish() for name in names[:-1]}
        times = {**times, "model_seconds": round(seconds, 3)}
        counts = {"planned": points.planned, "points": len(plan.points), "ended": ended, "failed": len(order) - ended}
        manifest = make_manifest(plan, case.scenarios, counts, times, digests, inputs)
        files["manifest.json"].write((json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode("utf-8"))
        _replace(folder, files)
        store.settle(order)
        files["manifest.json"].commit()
        sync_folder(folder)


def other_files(case: PlanCase) -> tuple[dict[str, bytes], dict[str, str]]:
    """What the results folder holds beside the tables; the manifest has the digests of all.

    Returns
    -------
    files : dict of str to bytes
        Contents by name within the folder.
    inputs : dict of str to str
        Where the scenarios and files that the plan names are among them.
    """
    package = json.dumps(data_package(case.plan.name, plan_tables(case).values()), indent=2, ensure_ascii=False) + "\n"
    inputs, named = inputs_of(case.plan, case.scenarios)
    return {"datapackage.json": package.encode("utf-8"), "plan.toml": case.plan.text.encode("utf-8"), **inputs}, named


def _replace(folder: Path, files: Mapping[str, AtomicFile]) -> None:
    """Put new files in their places, all but manifest.json, of which there is none from before the first of them."""
    for file in files.values():
        file.finish()
    (folder / "manifest.json").unlink(missing_ok=True)
    sync_folder(folder)
    for name, file in files.items():
        if name != "manifest.json":
            file.commit()
    sync_folder(folder)


def renumbered(pieces: dict[str, bytes], point: Point, marked: bool) -> dict[str, bytes]:
    """The pieces of a run with the name that its point has in this plan, since in an extended one points move.

    Where points that are there as twins alone are ``marked``, the mark follows the name.
    """
    changed = dict(pieces)
    mark = [str(int(point.extra)).encode()] if marked else []
    for name in ("runs", "failures"):
        if pieces.get(name):
            run_id, _, rest = pieces[name].split(b",", 2)
            changed[name] = b",".join((run_id, point.name.encode(), *mark, rest))
    return changed


class _PartTables:
    """What is computed over runs: summary, contrasts, points."""

    def __init__(self, case: PlanCase) -> None:
        self.plan = plan = case.plan
        self.measures = plan.recording.series
        self.scopes = [scopes(scenario) for scenario in case.scenarios]
        numbers = [[point.number for point in plan.points if point.part == k] for k in range(len(plan.parts))]
        self.place = {number: place for own in numbers for place, number in enumerate(own)}
        self.summaries = [Summary(len(own), s, self.measures) for own, s in zip(numbers, self.scopes, strict=True)]
        shapes = [(len(s), len(self.measures)) for s in self.scopes]
        self.contrasts = ContrastTable(plan.contrasts, plan.points, plan.parts, shapes)
        self.twins = TwinTable(case)
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

    def _first(self, point: Point, *more: str) -> list[str]:
        mark = [str(int(point.extra)), *more] if self.plan.twins else []
        part = [self.plan.parts[point.part].name] if len(self.plan.parts) > 1 else []
        return [point.name, *mark, *part, *(exact(point.values.get(name)) for name in self.plan.varied)]

    def _summary(self) -> Iterator[list[str]]:
        for point in self.plan.points:
            first = self._first(point)
            for row in self.summaries[point.part].rows(self.place[point.number]):
                yield [*first, *row]
            for row in self.twins.summary(point):
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
            numbers = numbers or [""] * len(self.plan.replication.precision)  # of a twin, which decides nothing
            replicates = str(points.replicates(point.number))
            twin = "" if point.twin is None else self.plan.points[point.twin].name
            yield [*self._first(point, twin), replicates, str(self.failed[point.number]), reason, *numbers]
