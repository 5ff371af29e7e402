"""``forumsim sweep``: a plan becomes a results folder."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from forumsim.commands.compilation import compile_once
from forumsim.commands.console import FAILED, note, say


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sweep(plan: Path, workers: int | None, out: Path | None, fresh: bool, quiet: bool) -> None:
    """Run the plan, resume it, or say that its results are complete.

    Raises
    ------
    InputError
        When the plan cannot be used or the folder holds something else.
    typer.Exit
        With status 1 when some runs failed; their errors are in failures.csv.
    """
    from forumsim.commands.fresh import manifest_of, sweep_fresh
    from forumsim.experiments import load_plan
    from forumsim.experiments import sweep as run_sweep

    checked = load_plan(plan)
    folder = out if out is not None else Path("results") / checked.name
    before = manifest_of(folder)
    if not before or fresh:
        compile_once()
    number = min(workers or cores(), checked.runs)
    if fresh:
        written = sweep_fresh(checked, folder, number, not quiet)
    else:
        written = run_sweep(checked, folder, workers=number, progress=not quiet).folder
    manifest = manifest_of(written)
    failed = manifest["runs"]["failed"]
    if manifest == before:
        say(f"{written} is complete ({checked.runs} runs), nothing to do")
    elif not failed:
        say(f"{checked.runs} runs in {written}; next: forumsim report {written}")
    if failed:
        kept = f" (the earlier results in {folder} stay)" if written != folder else ""
        note(f"forumsim: {failed} of {checked.runs} runs failed, see {written / 'failures.csv'}{kept}")
        raise typer.Exit(FAILED)
