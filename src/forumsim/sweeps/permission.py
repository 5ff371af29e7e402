"""Large plans are asked about: what a plan would take is told before anything is run or written.

A typing error makes ten million runs as easily as ten. A sweep goes on by itself up to `ASK_RUNS`, `ASK_BYTES` and
`ASK_SECONDS`; beyond any of them it wants to be told that this is meant.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.sweeps.assembly import Case
from forumsim.sweeps.expectation import Expectation, expect
from forumsim.sweeps.progress import duration

#: Most runs, bytes on the disk and seconds of all workers together that a sweep begins without being asked to.
ASK_RUNS, ASK_BYTES, ASK_SECONDS = 1_000_000, 10_000_000_000, 24 * 3600
#: A plan of fewer steps in all, and of clearly fewer bytes, is not tried: it is small on any machine.
_SMALL_STEPS, _SMALL_BYTES = 1_000_000, ASK_BYTES // 10
#: Bytes, about: what identifies a row of series.csv or summary.csv, a number in it, an actor in a snapshot.
_ROW, _NUMBER, _STATISTICS, _ACTOR = 25, 10, 100, 300


class TooLarge(InputError):
    """The plan takes more than a sweep begins unasked."""


def ask_if_large(case: Case, workers: int | None, load: Callable[..., Any], run: Callable[..., Any]) -> None:
    """Say what a large plan will take, and stop there.

    Parameters
    ----------
    case : Case
    workers : int or None
        Processes side by side; None where their number is not known, as on a cluster: then time does not matter.
    load, run : callable
        How a scenario is loaded and run.

    Raises
    ------
    TooLarge
        With runs, time and bytes.
    """
    plan = case.plan
    if plan.most_runs <= ASK_RUNS and rough_steps(case) <= _SMALL_STEPS and rough_bytes(case) <= _SMALL_BYTES:
        return
    error = too_large(expect(plan, seconds=0.0, load=load, run=run), workers, case.folder)
    if error is not None:
        raise error


def too_large(found: Expectation, workers: int | None, folder: Path) -> TooLarge | None:
    """The error of a plan that takes more than a sweep begins unasked, or more than the disk of its folder has."""
    size = sum(found.files.values())
    seconds = found.shared(workers)[0] if workers is not None and found.seconds else 0.0
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    problems = []
    if found.most_runs > ASK_RUNS or size > ASK_BYTES or seconds > ASK_SECONDS:
        takes = f"{'at most ' if found.plan.replication.adaptive else ''}{found.most_runs} runs"
        takes += f", about {size_words(size)} on the disk" if size else ""
        takes += f", about {duration(seconds)} with {workers} worker{'s' * (workers != 1)}" if seconds else ""
        allowed = f"without asking up to {ASK_RUNS} runs, {size_words(ASK_BYTES)} and {duration(ASK_SECONDS)}"
        problems.append(Problem(found.plan.name, takes, allowed))
    if size > free:
        problems.append(Problem(str(place), f"has {size_words(free)} free, and {size_words(size)} are needed"))
    hint = Problem("sweep", "--yes, or yes=True in Python, runs it all the same")
    return TooLarge([*problems, hint], "the plan is very large: is it meant so?") if problems else None


def rough_steps(case: Case) -> int:
    """Steps of all runs together, at most."""
    return sum(case.plan.parts[point.part].steps for point in case.plan.points) * case.plan.replication.maximum


def rough_bytes(case: Case) -> float:
    """Bytes of the results, about, from the numbers of runs, records and measures alone."""
    plan, record = case.plan, case.plan.recording
    detailed = {"none": 0, "first": 1, "all": plan.replication.maximum}[record.detail]
    size = 0.0
    for point in plan.points:
        scenario = case.scenarios[point.part]
        records = plan.parts[point.part].steps // record.every + 1
        rows = len(scenario.issues) + 1
        size += plan.replication.maximum * records * rows * (_ROW + _NUMBER * len(record.series))
        size += detailed * len(record.snapshots) * len(scenario.actor_ids) * _ACTOR
        size += rows * len(record.series) * _STATISTICS
    return size


def size_words(size: float) -> str:
    """Size in words: 640 bytes, 3.2 MB, 12 TB."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "bytes" or size >= 1000 else f"{size:.3g} {unit}"
