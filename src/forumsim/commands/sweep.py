"""``forumsim sweep``: a plan becomes a results folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from forumsim.commands.compilation import compile_once
from forumsim.commands.console import FAILED, MISTAKE, describe, note, say, warn_of_formulas


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sweep(
    plan: Path, out: Path | None, workers: int | None, cluster: str | None, fresh: bool, quiet: bool,
    with_: Sequence[Path] = (), **handling: Any,
) -> None:  # fmt: skip
    """Run the plan, resume it, or say that its results are complete.

    Parameters
    ----------
    plan : Path
    out : Path, optional
    workers : int, optional
    cluster : str, optional
    fresh, quiet : bool
    with_ : sequence of Path
        Extensions that the plan is run with.
    handling
        ``fail_fast``, ``max_failures``, ``retry_failed``, ``extend``, ``yes`` as `forumsim.sweeps.sweep` takes
        them. On a terminal, who wants to run a very large plan without ``yes`` is asked.

    Raises
    ------
    InputError
        When the plan cannot be used or the folder holds something else, or the plan is very large.
    typer.Exit
        With status 1 when some runs failed; their errors are in failures.csv.
    """
    from forumsim.commands.fresh import manifest_of, sweep_fresh
    from forumsim.plans import load_plan
    from forumsim.sweeps import TooManyFailures
    from forumsim.sweeps import sweep as run_sweep
    from forumsim.sweeps.permission import TooLarge

    checked = load_plan(plan, with_)
    for sentence in checked.notes:
        note(f"forumsim: {sentence}")
    folder = out if out is not None else Path("results") / checked.name
    before = manifest_of(folder)
    if cluster is None and (not before or fresh):
        compile_once(bool(checked.extensions))
    number = min(workers or cores(), checked.most_runs)
    settings = {"workers": number, "cluster": cluster, "plan_folder": plan.parent, **handling}

    def go(**more: Any) -> Path:
        if fresh:
            return sweep_fresh(checked, folder, not quiet, **settings | more)
        return run_sweep(checked, folder, progress=not quiet, **settings | more).folder

    try:
        try:
            written = go()
        except TooLarge as error:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            note(describe(error))
            if not typer.confirm("Run it all the same?", err=True):
                raise typer.Exit(MISTAKE) from None
            written = go(yes=True)
    except TooManyFailures:
        note("forumsim: stopped because of failed runs; what was finished is kept")
        raise typer.Exit(FAILED) from None
    if not quiet:
        from forumsim.scenarios import load_scenario

        warn_of_formulas(checked.scenarios(load_scenario))
    manifest = manifest_of(written)
    runs, failed = manifest["runs"]["planned"], manifest["runs"]["failed"]
    if manifest == before:
        say(f"{written} is complete ({runs} runs), nothing to do")
    elif not failed:
        say(f"{runs} runs in {written}; next: forumsim report {written}")
    if failed:
        kept = f" (the earlier results in {folder} stay)" if written != folder else ""
        note(f"forumsim: {failed} of {runs} runs failed, see {written / 'failures.csv'}{kept}")
        raise typer.Exit(FAILED)
