"""`sweep`: a plan becomes a results folder, and the same call again goes on where an earlier one stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forumsim.errors import InputError, Problem
from forumsim.experiments.designs import design_points
from forumsim.experiments.journal import Journal, compare, refusal
from forumsim.experiments.plan import Plan, load_plan, make_plan
from forumsim.experiments.progress import Progress, duration, make_progress
from forumsim.experiments.results import Results, assemble, identity
from forumsim.experiments.runner import Runner
from forumsim.experiments.work import PARTS, Job
from forumsim.running import run_arrays
from forumsim.scenarios import load_scenario


def sweep(
    plan: Plan | str | Path | Mapping[str, Any],
    out: str | Path | None = None,
    workers: int = 1,
    progress: bool | Progress = False,
    *,
    load: Callable[..., Any] = load_scenario,
    run: Callable[..., Any] = run_arrays,
) -> Results:
    """Run a plan and write its results folder; the same call again resumes, or does nothing when all is there.

    Parameters
    ----------
    plan : Plan, path or mapping
        A validated plan, a TOML file, or the same structure as a mapping.
    out : path, optional
        Results folder; by default ``results/NAME OF THE PLAN`` below the working directory.
    workers : int
        Processes. The bytes of the CSV do not depend on it. Above 1 a script needs ``if __name__ == "__main__":``.
    progress : bool or Progress
        Show a progress bar, or tell this object.
    load, run : callable
        How a scenario is loaded and run; importable by name, for workers.

    Returns
    -------
    Results

    Raises
    ------
    InputError
        When the plan cannot be used, or the folder holds the results of something else: nothing is touched then.
    KeyboardInterrupt
        Finished runs are in the journal.
    """
    if not isinstance(plan, Plan):
        plan = make_plan(plan) if isinstance(plan, Mapping) else load_plan(plan)
    if workers < 1:
        raise InputError([Problem("workers", f"found {workers}", "1 or more")])
    folder = Path(out) if out is not None else Path("results") / plan.name
    scenario = load(plan.source, **plan.fields)
    content = identity(plan, scenario)
    bar = progress if not isinstance(progress, bool) else make_progress(progress)
    if _complete(folder, content):
        return Results(folder)
    journal = Journal(folder, content, PARTS)
    began = datetime.now(UTC)
    try:
        with bar:
            _finish(Job(plan, load, run), journal, bar, workers)
        points = design_points(plan.design, plan.vary)
        times = {"started": began.isoformat(timespec="seconds"), "workers": workers}
        times["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
        times["seconds"] = round((datetime.now(UTC) - began).total_seconds(), 3)
        assemble(folder, plan, points, scenario, journal, times)
    finally:
        journal.close()
    if all(entry.ok for entry in journal.done.values()):
        journal.remove()
    return Results(folder)


def _complete(folder: Path, content: Mapping[str, Any]) -> bool:
    """Whether the folder holds the results of exactly this; False when it is new or has a journal to go on with.

    Raises
    ------
    InputError
        When it holds anything else.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file", "a folder")], "the results cannot be written")
    manifest = folder / "manifest.json"
    if manifest.is_file():
        try:
            earlier = json.loads(manifest.read_text(encoding="utf-8"))
            differences = compare({key: earlier.get(key) for key in content}, content)
        except (ValueError, AttributeError):
            differences = ["its manifest.json cannot be read"]
        if differences:
            raise refusal(folder, differences)
        missing = [name for name in earlier["files"] if not (folder / name).is_file()]
        if missing:
            found = f"{', '.join(missing)} missing from complete results"
            hint = "restore it, or give another folder with --out"
            raise InputError([Problem(str(folder), found, "", hint)], "the results are damaged")
        return True
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "journal").is_dir():
        hint = "give a new or empty folder with --out"
        raise InputError([Problem(str(folder), "holds files, but no results of forumsim", "", hint)],
                         "the results cannot be written")  # fmt: skip
    return False


def _finish(job: Job, journal: Journal, bar: Progress, workers: int) -> None:
    """Run what the journal does not have yet."""
    todo = [run for run in range(job.plan.runs) if run not in journal.done]
    total, done = job.plan.runs, len(journal.done)
    bar.start(total, done)
    if done and todo:
        bar.note(f"resuming: {done} of {total} runs are done")
    began = time.monotonic()
    try:
        Runner(job, journal, bar, workers).run(todo)
    except KeyboardInterrupt:
        bar.note(f"stopped: {len(journal.done)} of {total} runs are kept; the same command goes on")
        raise
    except OSError as error:
        bar.note(f"stopped ({error.strerror}): {len(journal.done)} of {total} runs are kept; the same command goes on")
        raise
    failures = sum(not entry.ok for entry in journal.done.values())
    if todo:
        words = f"{len(todo)} runs in {duration(time.monotonic() - began)}"
        bar.note(words + (f"; {failures} failed, see failures.csv" if failures else ""))
