"""What a worker does: run a few runs of a plan and hand back their rows as text.

A worker keeps the scenarios, parameter records and row labels of a plan between the chunks that it is given; a run
that raises an error becomes a row of failures.csv.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.measures import verdict
from forumsim.core.terms import Event
from forumsim.extensions import Source, from_sources
from forumsim.plans.conditions import Stop
from forumsim.plans.parts import Part, Point
from forumsim.plans.plan import Plan, Recording
from forumsim.plans.seeds import run_seed
from forumsim.results.codebook_tables import results_tables
from forumsim.results.description import DETAIL_TABLES, RUN_TABLES
from forumsim.results.ends import in_window, mean_of_present
from forumsim.results.store import RunResult
from forumsim.running import tables
from forumsim.running.outcome import Outcome
from forumsim.running.run import run_arrays, with_values
from forumsim.running.text import csv_lines, exact, frame_lines, number_rows
from forumsim.scenarios import load_scenario

PIECES = (*RUN_TABLES, "tail", "verdict")
#: Scenarios and records that a worker keeps.
KEPT_SCENARIOS, KEPT_RECORDS = 128, 1024


class RunSpec(NamedTuple):
    """One run: a replicate of a point."""

    replicate: int
    point: Point

    @property
    def run_id(self) -> str:
        """Its id, from its content."""
        return self.point.run_id(self.replicate)


@dataclass(frozen=True)
class Job:
    """What is run, without its points: these come with each chunk."""

    digest: str  #: tells two jobs apart within a worker
    parts: tuple[Part, ...]
    varied: tuple[str, ...]  #: names that any part varies: the columns of settings
    issues: tuple[str, ...]
    seed: int  #: of the plan
    recording: Recording
    stop: Stop | None
    sources: tuple[Source, ...]  #: extensions: each worker runs them once
    run: Callable[..., Outcome]  #: `run_arrays`; that it goes along lets tests of sweeps do with runs that take no time


def make_job(plan: Plan, issues: tuple[str, ...]) -> Job:
    """The job of a plan; ``issues`` are those of all its scenarios."""
    own = plan.extensions
    digest = f"{plan.digest} {own.digest} {run_arrays}"
    return Job(digest, plan.parts, plan.varied, issues, plan.seed, plan.recording, plan.stop, own.sources, run_arrays)


@dataclass
class Desk:
    """What a worker keeps of one job."""

    job: Job
    columns: list[int] = field(init=False)
    headers: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.extensions = from_sources(self.job.sources)
        self.columns = [self.extensions.column(name) for name in self.job.recording.series]
        described = results_tables(self.job.issues, ())
        self.headers = {name: list(described[name].header[1:]) for name in DETAIL_TABLES}
        self.scenario = lru_cache(maxsize=KEPT_SCENARIOS)(self._scenario)
        self.labels = lru_cache(maxsize=KEPT_SCENARIOS)(self._labels)
        self.settings: dict[str, tuple[Any, Any]] = {}

    def _scenario(self, part: int, fields: tuple[tuple[str, Any], ...]) -> Any:
        own = self.job.parts[part]
        if fields:  # its files are read once, whatever varies
            return self.scenario(part, ()).with_fields(**dict(fields))
        return self.extensions.loading(load_scenario)(own.source, **own.fields)

    def settled(self, point: Point) -> tuple[Any, Any]:
        """The scenario of a point, with the values of extensions' parameters, and its record of parameters."""
        if point.key not in self.settings:
            if len(self.settings) >= KEPT_RECORDS:
                self.settings.clear()
            scenario = self.scenario(point.part, point.fields)
            own, _ = self.extensions.check_parameters(scenario.parameters)
            values = self.job.parts[point.part].settings(point.values, own)
            self.settings[point.key] = with_values(scenario, values)
        return self.settings[point.key]

    def _labels(self, part: int, fields: tuple[tuple[str, Any], ...], steps: tuple[int, ...]) -> list[bytes]:
        """The cells step, date and issue of every row of a run's series."""
        scenario = self.scenario(part, fields)
        scopes = tables.scopes(scenario)
        return [f",{step},{scenario.date_of(step)},{scope},".encode() for step in steps for scope in scopes]


_desks: dict[str, Desk] = {}


def desk_of(job: Job) -> Desk:
    """The worker's desk for a job; that of an earlier job is cleared away."""
    if job.digest not in _desks:
        _desks.clear()
        _desks[job.digest] = Desk(job)
    return _desks[job.digest]


def run_chunk(job: Job, runs: Sequence[RunSpec]) -> list[RunResult]:
    """Run some runs of a plan; never raises for a run that fails.

    Raises
    ------
    InputError
        Extensions cannot be run here: that is the fault of the worker, and not of a run.
    """
    desk = desk_of(job)
    return [_run(desk, spec) for spec in runs]


def outcome_of(desk: Desk, spec: RunSpec, detailed: bool) -> tuple[Any, Any]:
    """Scenario and outcome of one run; with ``detailed`` also its snapshots."""
    job, point = desk.job, spec.point
    part = job.parts[point.part]
    scenario, params = desk.settled(point)
    stop = {} if job.stop is None else {"stop": job.stop.watch(tables.scopes(scenario), desk.extensions)}
    seed = run_seed(job.seed, spec.replicate)
    marks = tuple(s for s in job.recording.snapshots if s <= part.steps) if detailed else ()
    more = stop | ({"interventions": part.interventions} if part.interventions else {})
    return scenario, job.run(scenario, params, part.steps, seed, job.recording.every, snapshots=marks, **more)


def _run(desk: Desk, spec: RunSpec) -> RunResult:
    stage = "build"
    try:
        desk.settled(spec.point)
        stage = "run"
        detailed = desk.job.recording.detailed(spec.replicate)
        start = time.thread_time()  # of the processor: others may take turns on it
        scenario, outcome = outcome_of(desk, spec, detailed)
        seconds = time.thread_time() - start
        stage = "tables"
        pieces = rows_of_run(desk, spec, scenario, outcome, detailed)
    except Exception as error:
        return failed(desk.job, spec, stage, error)
    return RunResult(spec.run_id, True, pieces, seconds, _acts(desk.job, spec.point.part, outcome))


def _acts(job: Job, part: int, outcome: Any) -> dict[tuple[int, int], bool]:
    """Whether anything came of each intervention; one after the early end of a run counts as if."""
    given = job.parts[part].interventions
    log = outcome.events if given else ()
    idle = {int(entry["value"]) for entry in log if entry["kind"] == Event.NO_EFFECT}
    return {(part, number): number not in idle for number in range(1, len(given) + 1)}


def _first(job: Job, spec: RunSpec) -> tuple[list[str], list[str]]:
    """The first cells of a run's row (run_id, point, replicate, seed, part, scenario), and its settings."""
    part, point = job.parts[spec.point.part], spec.point
    first = [spec.run_id, point.name, str(spec.replicate), str(run_seed(job.seed, spec.replicate))]
    if len(job.parts) > 1:
        first.append(part.name)
    return first, [exact(point.values.get(name)) for name in job.varied]


def rows_of_run(desk: Desk, spec: RunSpec, scenario: Any, outcome: Any, detailed: bool) -> dict[str, bytes]:
    """The rows of a run by table, and what the summary needs of it (``tail``, ``verdict``)."""
    pieces = _pieces(desk, spec, scenario, outcome)
    return pieces | _details(desk, spec.run_id, scenario, outcome) if detailed else pieces


def _pieces(desk: Desk, spec: RunSpec, scenario: Any, outcome: Any) -> dict[str, bytes]:
    job, point = desk.job, spec.point
    first, settings = _first(job, spec)
    words = dict(zip(tables.scopes(scenario), verdict(outcome.verdict_series, outcome.params), strict=True))
    none = ("", "")
    cells = [words.get(scope, none) for scope in (*job.issues, tables.POOLED)]
    last = len(outcome.verdict_series) - 1
    row = [*first, scenario.name, str(last), *settings, *(s for s, _ in cells), *(t for _, t in cells)]
    steps = np.asarray(outcome.steps)
    values = np.asarray(outcome.series, dtype=np.float64)[:, :, desk.columns]
    labels = desk.labels(point.part, point.fields, tuple(steps.tolist()))
    name = spec.run_id.encode()
    numbers = number_rows(values.reshape(-1, len(desk.columns)))
    series = b"".join([name + label + number for label, number in zip(labels, numbers, strict=True)])
    tail = mean_of_present(values[in_window(steps, last, float(outcome.params["measure_state_steps"]))])
    verdicts = json.dumps(list(zip(*words.values(), strict=True))).encode()
    return {"runs": csv_lines([row]), "series": series, "tail": tail.tobytes(), "verdict": verdicts}


def _details(desk: Desk, run_id: str, scenario: Any, outcome: Any) -> dict[str, bytes]:
    """Rows of events and snapshots; columns of issues that this part's scenario does not have stay empty."""
    makers = (tables.events_frame, tables.forums_frame, tables.memberships_frame, tables.actors_frame)
    rows = {}
    for name, make in zip(DETAIL_TABLES, makers, strict=True):
        rows[name] = frame_lines(make(scenario, outcome).reindex(columns=desk.headers[name]), run_id)
    return rows


def failed(job: Job, spec: RunSpec, stage: str, error: BaseException) -> RunResult:
    """The result of a run that raised an error: its row of failures.csv."""
    first, settings = _first(job, spec)
    trace = "".join(traceback.format_exception(error)).strip()
    row = [*first, job.parts[spec.point.part].scenario, *settings, stage, type(error).__name__, str(error), trace]
    return RunResult(spec.run_id, False, {"failures": csv_lines([row])})
