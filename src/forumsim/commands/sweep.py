"""``forumsim sweep``: a plan becomes a results folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from forumsim.commands.compilation import compile_once
from forumsim.commands.console import FAILED, MISTAKE, describe, note, say, telling_notes, warn_of_formulas
from forumsim.commands.options import PlanFile, Quiet, With, Workers, option


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def sweep(
    plan: PlanFile,
    workers: Workers = None,
    out: Annotated[
        Path | None, option(metavar="DIR", help="Results folder.  [default: results/NAME OF THE PLAN]")
    ] = None,
    fresh: Annotated[
        bool,
        option(
            "--fresh",
            help="Replace results of another plan or model, or with missing tables, once the new ones are complete.",
        ),
    ] = False,
    cluster: Annotated[
        str | None, option(metavar="ADDRESS", help="A Dask cluster: tcp://HOST:PORT, local:N or slurm:PROFILE.toml.")
    ] = None,
    extend: Annotated[
        bool, option("--extend", help="Add the plan's new replicates and points to the results that are there.")
    ] = False,
    fail_fast: Annotated[bool, option("--fail-fast", help="Stop at the first run that fails.")] = False,
    max_failures: Annotated[
        int | None, option(min=0, metavar="N", help="Stop when more than N runs have failed.")
    ] = None,
    retry_failed: Annotated[bool, option("--retry-failed", help="Run the runs again that failed before.")] = False,
    quiet: Quiet = False,
    yes: Annotated[bool, option("--yes", help="Run a very large plan without being asked.")] = False,
    with_: With = None,
) -> None:
    """Run an experiment: every point of a plan, many times. The same command again resumes it.

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
    settings: dict[str, Any] = {"workers": number, "cluster": cluster, "plan_folder": plan.parent, "yes": yes}
    settings |= {"fail_fast": fail_fast, "max_failures": max_failures}
    settings |= {"retry_failed": retry_failed, "extend": extend}

    def go(**more: Any) -> Path:
        if fresh:
            return sweep_fresh(checked, folder, not quiet, **settings | more)
        return run_sweep(checked, folder, progress=not quiet, **settings | more).folder

    try:
        try:
            with telling_notes():
                written = go()
        except TooLarge as error:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            note(describe(error))
            if not typer.confirm("Run it all the same?", err=True):
                raise typer.Exit(MISTAKE) from None
            with telling_notes():
                written = go(yes=True)
    except TooManyFailures:
        note("forumsim: stopped because of failed runs; what was finished is kept")
        raise typer.Exit(FAILED) from None
    if not quiet:
        warn_of_formulas(checked.scenarios())
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
