"""What a plan will take before it runs: time and disk, from a few runs of the plan itself."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from statistics import fmean
from typing import Any

from forumsim.plans.plan import Plan
from forumsim.results.store_rows import RunResult
from forumsim.running.run import run_arrays
from forumsim.scenarios import load_scenario
from forumsim.sweeps.assembly import Case
from forumsim.sweeps.sizes import Trial, disk
from forumsim.sweeps.work import Job, RunSpec, desk_of, make_job, run_chunk

#: Time for trying, in seconds.
TRY_SECONDS = 2.0


@dataclass(frozen=True)
class Expectation:
    """What a plan is expected to take.

    Attributes
    ----------
    plan : Plan
    least_runs, most_runs : int
        Equal unless the number of replicates follows from the results.
    pairs : dict
        Number of pairs of points by contrast.
    trials : tuple of Trial
        What the estimates rest on; empty: nothing was tried.
    seconds : tuple of float
        Of one process for the most runs: if all took the mean of the tried, the shortest, the longest. Empty when
        nothing that was tried ended.
    files : dict
        Bytes by file of the results (``sweep.sqlite``: the finished runs), with the most runs; empty as before.
    """

    plan: Plan
    least_runs: int
    most_runs: int
    pairs: dict[str, int]
    trials: tuple[Trial, ...] = ()
    seconds: tuple[float, ...] = ()
    files: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Trial, ...]:
        """Tried runs that raised an error."""
        return tuple(trial for trial in self.trials if trial.error)

    def shared(self, workers: int) -> tuple[float, ...]:
        """`seconds` of so many processes side by side: mean, shortest, longest."""
        return tuple(value / max(1, min(workers, self.most_runs)) for value in self.seconds)


def expect(
    plan: Plan,
    trying: bool = True,
    seconds: float = TRY_SECONDS,
    load: Callable[..., Any] = load_scenario,
    run: Callable[..., Any] = run_arrays,
) -> Expectation:
    """Try a few runs of a plan and scale them up.

    The first, last and middle point of every part are tried, with and without detail where the plan has both, until
    the time is up. One step of each comes before, so that compiling and the reading of scenarios do not count: a sweep
    pays for these once.

    Parameters
    ----------
    plan : Plan
    trying : bool
        Whether to run anything.
    seconds : float
        No further run begins after this time, but every part is tried once.
    load, run : callable
        How a scenario is loaded and run.

    Examples
    --------
    >>> from forumsim.plans import make_plan
    >>> plan = make_plan({"scenario": "two_blocs", "replicates": 20, "vary": {"dialogue.level": [0, 1]}})
    >>> expect(plan, trying=False).most_runs
    40
    """
    rule = plan.replication
    least = len(plan.points) * rule.minimum
    pairs = {contrast.name: len(contrast.pairs(plan.points, plan.parts)) for contrast in plan.contrasts}
    if not trying:
        return Expectation(plan, least, plan.most_runs, pairs)
    case = Case(plan, plan.scenarios(load), Path())
    trials = tuple(_trials(plan, make_job(plan, case.issues, load, run), seconds))
    ended = [trial for trial in trials if not trial.error]
    if not ended:
        return Expectation(plan, least, plan.most_runs, pairs, trials)
    groups = list(_groups(plan, ended))
    files = disk(case, groups, ended, pairs)
    times = tuple(
        sum(number * how([trial.seconds for trial in found]) for number, found in groups) for how in (fmean, min, max)
    )
    return Expectation(plan, least, plan.most_runs, pairs, trials, times, files)


# --- trying -----------------------------------------------------------------------------------------------------


def _trials(plan: Plan, job: Job, seconds: float) -> Iterator[Trial]:
    specs = [spec for group in _chosen(plan) for spec in group]
    short = tuple(replace(part, steps=1) for part in job.parts)
    warm = replace(job, digest=f"{job.digest} warm", parts=short)
    run_chunk(warm, list({spec.point.number: spec for spec in specs}.values()))
    desk, began = desk_of(job), time.perf_counter()
    for k, spec in enumerate(specs):
        if k >= len(plan.parts) and time.perf_counter() - began > seconds:
            return
        with contextlib.suppress(Exception):  # the run itself will say what is wrong
            desk.settled(spec.point)
        start = time.perf_counter()
        (result,) = run_chunk(job, [spec])
        took = time.perf_counter() - start
        detailed = plan.recording.detailed(spec.replicate)
        yield Trial(spec.point.part, spec.point.number, spec.replicate, detailed, took, result.pieces, _error(result))


def _chosen(plan: Plan) -> Iterator[list[RunSpec]]:
    """First, last and middle point of each part, the first replicate and, where only that one is detailed, the next."""
    own = [[point for point in plan.points if point.part == k] for k in range(len(plan.parts))]
    both = plan.recording.detail == "first" and plan.replication.maximum > 1
    chosen = [[some[k] for k in dict.fromkeys((0, len(some) - 1, len(some) // 2))] for some in own if some]
    for points in zip_longest(*chosen):
        for replicate in range(1 + both):
            yield [RunSpec(replicate, point) for point in points if point is not None]


def _error(result: RunResult) -> str:
    if result.ok:
        return ""
    (row,) = csv.reader(io.StringIO(result.pieces["failures"].decode(), newline=""))
    return f"{row[-3]}: {row[-2]}"


# --- scaling up ---------------------------------------------------------------------------------------------------


def _groups(plan: Plan, ended: Sequence[Trial]) -> Iterator[tuple[int, list[Trial]]]:
    """Runs that are alike (part, detailed or not): how many there are, and the trials that stand for them."""
    replicates = plan.replication.maximum
    detailed = {"none": 0, "first": 1, "all": replicates}[plan.recording.detail]
    for k in range(len(plan.parts)):
        points = sum(point.part == k for point in plan.points)
        part = [trial for trial in ended if trial.part == k] or list(ended)
        for detail, number in ((True, detailed), (False, replicates - detailed)):
            if points * number:
                yield points * number, [trial for trial in part if trial.detailed == detail] or part
