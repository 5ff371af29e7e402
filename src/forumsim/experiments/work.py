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
from typing import Any

import numpy as np

from forumsim import tables
from forumsim.codebook import FIELD
from forumsim.experiments.designs import Point, design_points
from forumsim.experiments.journal import RunResult
from forumsim.experiments.plan import Plan
from forumsim.experiments.seeds import run_seed
from forumsim.experiments.text import csv_lines, exact, frame_lines, number_rows
from forumsim.measures import column_index, verdict
from forumsim.parameters import check_parameters, make_record

#: Parts of a run in the journal: rows of the CSV of the same name; ``tail`` and ``verdict`` are for the summary.
DETAIL_PARTS = ("events", "forums", "memberships", "actors")
PARTS = ("runs", "series", *DETAIL_PARTS, "failures", "tail", "verdict")
#: Scenarios that a worker keeps, where a plan varies scenario fields.
KEPT_SCENARIOS = 32


@dataclass(frozen=True)
class Job:
    """What is run: a plan, and the functions that load a scenario and run it.

    Attributes
    ----------
    plan : Plan
    load : callable
        ``load(source, **fields) -> Scenario``; importable by name.
    run : callable
        ``run(scenario, record, steps, seed, every, snapshots) -> Outcome``; importable by name.
    """

    plan: Plan
    load: Callable[..., Any]
    run: Callable[..., Any]

    def key(self) -> str:
        """What tells two jobs apart within a worker."""
        plan = self.plan
        return f"{plan.digest} {plan.source} {self.load.__module__} {self.run.__module__}.{self.run.__qualname__}"


@dataclass
class Desk:
    """What a worker keeps of one job."""

    job: Job
    points: tuple[Point, ...] = field(init=False)
    columns: list[int] = field(init=False)

    def __post_init__(self) -> None:
        plan = self.job.plan
        self.points = design_points(plan.design, plan.vary)
        self.columns = [column_index(name) for name in plan.series]
        self.scenario = lru_cache(maxsize=KEPT_SCENARIOS)(self._scenario)
        self.record = lru_cache(maxsize=1024)(self._record)
        self.labels = lru_cache(maxsize=KEPT_SCENARIOS)(self._labels)

    def _scenario(self, fields: tuple[tuple[str, Any], ...]) -> Any:
        plan = self.job.plan
        return self.job.load(plan.source, **{**plan.fields, **dict(fields)})

    def _record(self, number: int) -> Any:
        values = self.points[number].values
        own, _ = check_parameters(self.scenario(scenario_fields(values)).parameters)
        varied = {name: value for name, value in values.items() if not name.startswith(FIELD)}
        return make_record({**own, **self.job.plan.parameters, **varied})

    def _labels(self, fields: tuple[tuple[str, Any], ...], steps: tuple[int, ...]) -> list[bytes]:
        """The cells step, date and issue of every row of a run's series."""
        scenario = self.scenario(fields)
        scopes = tables.scopes(scenario)
        return [f",{step},{scenario.date_of(step)},{scope},".encode() for step in steps for scope in scopes]


def scenario_fields(values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The varied scenario fields of a point, as a key of the kept scenarios."""
    return tuple((name.removeprefix(FIELD), value) for name, value in values.items() if name.startswith(FIELD))


_desks: dict[str, Desk] = {}


def desk_of(job: Job) -> Desk:
    """The worker's desk for a job; that of an earlier job is cleared away."""
    key = job.key()
    if key not in _desks:
        _desks.clear()
        _desks[key] = Desk(job)
    return _desks[key]


def run_name(run: int) -> str:
    """Id of a run in the CSV: r000001 ..."""
    return f"r{run + 1:06d}"


def run_chunk(job: Job, runs: Sequence[int]) -> list[RunResult]:
    """Run some runs of a plan; never raises for a run that fails.

    Parameters
    ----------
    job : Job
    runs : sequence of int
        Numbers in the plan, from 0: replicate * points + point.
    """
    desk = desk_of(job)
    return [_run(desk, run) for run in runs]


def _run(desk: Desk, run: int) -> RunResult:
    plan = desk.job.plan
    replicate, number = divmod(run, len(desk.points))
    seed = run_seed(plan.seed, replicate)
    stage = "build"
    try:
        fields = scenario_fields(desk.points[number].values)
        scenario = desk.scenario(fields)
        record = desk.record(number)
        stage = "run"
        detailed = plan.detailed(replicate)
        start = time.perf_counter()
        outcome = desk.job.run(
            scenario, record, plan.steps, seed, plan.every, snapshots=plan.snapshots if detailed else ()
        )
        seconds = time.perf_counter() - start
        stage = "tables"
        parts = _parts(desk, run, seed, fields, scenario, outcome)
        if detailed:
            parts |= _details(run, scenario, outcome)
    except Exception as error:
        return failed(desk, run, stage, error)
    return RunResult(run, True, parts, seconds)


def _settings(desk: Desk, run: int) -> tuple[list[str], list[str]]:
    """The first cells of a run's row (run_id, point, replicate) and those of the varied settings."""
    replicate, number = divmod(run, len(desk.points))
    point = desk.points[number]
    return [run_name(run), point.name, str(replicate)], [exact(value) for value in point.values.values()]


def _parts(desk: Desk, run: int, seed: int, fields: Any, scenario: Any, outcome: Any) -> dict[str, bytes]:
    plan = desk.job.plan
    first, settings = _settings(desk, run)
    words = verdict(outcome.judged, outcome.record)
    states, tendencies = [state for state, _ in words], [tendency for _, tendency in words]
    row = [*first, str(seed), scenario.name, str(plan.steps), *settings, *states, *tendencies]
    steps = np.asarray(outcome.steps)
    values = np.asarray(outcome.series, dtype=np.float64)[:, :, desk.columns]
    labels = desk.labels(fields, tuple(steps.tolist()))
    name = run_name(run).encode()
    numbers = number_rows(values.reshape(-1, len(desk.columns)))
    series = b"".join([name + label + number for label, number in zip(labels, numbers, strict=True)])
    late = values[steps > plan.steps - float(outcome.record["measure_state_steps"])]
    tail = mean_of_present(late)
    verdicts = json.dumps([states, tendencies]).encode()
    return {"runs": csv_lines([row]), "series": series, "tail": tail.tobytes(), "verdict": verdicts}


def mean_of_present(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is not NaN; NaN where everything is."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(present, values, 0.0).sum(axis=0) / present.sum(axis=0)


def _details(run: int, scenario: Any, outcome: Any) -> dict[str, bytes]:
    makers = (tables.events_frame, tables.forums_frame, tables.memberships_frame, tables.actors_frame)
    name = run_name(run)
    return {part: frame_lines(make(scenario, outcome), name) for part, make in zip(DETAIL_PARTS, makers, strict=True)}


def failed(desk: Desk, run: int, stage: str, error: BaseException) -> RunResult:
    """The result of a run that raised an error: its row of failures.csv."""
    plan = desk.job.plan
    first, settings = _settings(desk, run)
    trace = "".join(traceback.format_exception(error)).strip()
    seed = run_seed(plan.seed, run // len(desk.points))
    row = [*first, str(seed), plan.scenario, *settings, stage, type(error).__name__, str(error), trace]
    return RunResult(run, False, {"failures": csv_lines([row])})
