"""Large plans are asked about: what a plan would take is told before anything is run or written.

A typing error makes ten million runs as easily as ten. A sweep goes on by itself up to `ASK_RUNS`, `ASK_BYTES` and
`ASK_SECONDS`; beyond any of them it wants to be told that this is meant.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from rich.filesize import decimal

from forumsim.core.errors import InputError, Problem
from forumsim.plans.plan import Plan
from forumsim.sweeps.expectation import Expectation, expect
from forumsim.sweeps.progress import duration

#: Most runs, bytes on the disk and seconds of all workers together that a sweep begins without being asked to.
ASK_RUNS, ASK_BYTES, ASK_SECONDS = 1_000_000, 10_000_000_000, 24 * 3600
#: A plan of fewer steps in all is not tried: it is small on any machine.
_SMALL_STEPS = 100_000


class TooLarge(InputError):
    """The plan takes more than a sweep begins unasked."""


def ask_if_large(plan: Plan, folder: Path, workers: int | None) -> None:
    """Say what a large plan will take, and stop there.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Where the results are to be.
    workers : int or None
        Processes side by side; None where their number is not known, as on a cluster: then time does not matter.

    Raises
    ------
    TooLarge
        With runs, time and bytes.
    """
    if plan.most_runs <= ASK_RUNS and rough_steps(plan) <= _SMALL_STEPS:
        return
    error = too_large(expect(plan, seconds=0.0), workers, folder)
    if error is not None:
        raise error


def too_large(found: Expectation, workers: int | None, folder: Path) -> TooLarge | None:
    """The error of a plan that takes more than a sweep begins unasked, or more than the disk of its folder has."""
    size, seconds = int(found.size), found.shared(workers) if workers is not None else 0.0
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    problems = []
    if found.most_runs > ASK_RUNS or size > ASK_BYTES or seconds > ASK_SECONDS:
        takes = f"{'at most ' if found.plan.replication.adaptive else ''}{found.most_runs} runs"
        takes += f", about {decimal(size)} on the disk" if size else ""
        takes += f", about {duration(seconds)} with {workers} worker{'s' * (workers != 1)}" if seconds else ""
        allowed = f"without asking up to {ASK_RUNS} runs, {decimal(ASK_BYTES)} and {duration(ASK_SECONDS)}"
        problems.append(Problem(found.plan.name, takes, allowed))
    if size > free:
        problems.append(Problem(str(place), f"has {decimal(free)} free, and {decimal(size)} are needed"))
    hint = Problem("sweep", "--yes, or yes=True in Python, runs it all the same")
    return TooLarge([*problems, hint], "the plan is very large: is it meant so?") if problems else None


def rough_steps(plan: Plan) -> int:
    """Steps of all runs together, at most."""
    return sum(plan.parts[point.part].steps for point in plan.points) * plan.replication.maximum
