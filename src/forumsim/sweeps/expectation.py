"""What a plan will take before it runs: time and disk, by seconds a run and bytes a run of a few runs of the plan."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from statistics import fmean

from forumsim.plans.plan import Plan
from forumsim.results.codebook_tables import SHARES
from forumsim.results.store_rows import RunResult, stored_size
from forumsim.running.tables import scopes
from forumsim.sweeps.work import RUN_TABLES, Job, RunSpec, desk_of, make_job, run_chunk

#: Time for trying, in seconds.
TRY_SECONDS = 2.0
#: Bytes, about, of a row of summary.csv or contrasts.csv.
ROW_BYTES = 100


@dataclass(frozen=True)
class TriedRun:
    """One run that was tried."""

    #: what it was a run of: numbers of part, point and replicate
    part: int
    point: int
    replicate: int
    detailed: bool  #: whether it wrote events and snapshots
    seconds: float  #: time of one process for the run and the text of its rows
    size: float  #: bytes that it leaves in tables and store
    error: str = ""  #: what went wrong, or empty


@dataclass(frozen=True)
class Expectation:
    """What a plan is expected to take."""

    plan: Plan
    #: equal unless the number of replicates follows from the results
    least_runs: int
    most_runs: int
    pairs: dict[str, int]  #: number of pairs of points by contrast
    trials: tuple[TriedRun, ...] = ()  #: what the estimates rest on; empty: nothing was tried
    seconds: float = 0.0  #: of one process for the most runs; 0 when nothing that was tried ended
    size: float = 0.0  #: bytes of the results with the most runs; 0 as before

    @property
    def failed(self) -> tuple[TriedRun, ...]:
        """Tried runs that raised an error."""
        return tuple(trial for trial in self.trials if trial.error)

    def shared(self, workers: int) -> float:
        """`seconds` of so many processes side by side."""
        return self.seconds / max(1, min(workers, self.most_runs))


def expect(plan: Plan, trying: bool = True, seconds: float = TRY_SECONDS) -> Expectation:
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

    Examples
    --------
    >>> from forumsim.plans import make_plan
    >>> plan = make_plan({"scenario": "two_blocs", "replicates": 20, "vary": {"dialogue.level": [0, 1]}})
    >>> expect(plan, trying=False).most_runs
    40
    """
    pairs = {contrast.name: len(contrast.pairs(plan.points, plan.parts)) for contrast in plan.contrasts}
    found = Expectation(plan, len(plan.points) * plan.replication.minimum, plan.most_runs, pairs)
    if not trying:
        return found
    scenarios = plan.scenarios()
    issues = tuple(dict.fromkeys(issue for scenario in scenarios for issue in scenario.issues))
    found = replace(found, trials=tuple(_trials(plan, make_job(plan, issues), seconds)))
    groups = list(_groups(found))
    if not groups:
        return found
    rows = [len(scopes(scenario)) * (len(plan.recording.series) + len(SHARES)) for scenario in scenarios]
    over_runs = sum(rows[point.part] for point in plan.points) + sum(pairs.values()) * max(rows)
    return replace(
        found,
        seconds=sum(number * fmean(trial.seconds for trial in trials) for number, trials in groups),
        size=sum(number * fmean(trial.size for trial in trials) for number, trials in groups) + over_runs * ROW_BYTES,
    )


# --- trying -----------------------------------------------------------------------------------------------------


def _trials(plan: Plan, job: Job, seconds: float) -> Iterator[TriedRun]:
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
        size = sum(len(result.pieces.get(name, b"")) for name in RUN_TABLES) + stored_size(result.pieces)
        detailed = plan.recording.detailed(spec.replicate)
        yield TriedRun(spec.point.part, spec.point.number, spec.replicate, detailed, took, size, _error(result))


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


def _groups(found: Expectation) -> Iterator[tuple[int, list[TriedRun]]]:
    """Runs that are alike (part, detailed or not): how many there are, and the trials that stand for them."""
    plan, ended = found.plan, [trial for trial in found.trials if not trial.error]
    replicates = plan.replication.maximum
    detailed = {"none": 0, "first": 1, "all": replicates}[plan.recording.detail]
    for k in range(len(plan.parts)):
        points = sum(point.part == k for point in plan.points)
        part = [trial for trial in ended if trial.part == k] or ended
        for detail, number in ((True, detailed), (False, replicates - detailed)):
            if ended and points * number:
                yield points * number, [trial for trial in part if trial.detailed == detail] or part
