"""`sweep`: a plan becomes a results folder, and the same call again goes on where an earlier one stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.plan import Plan, load_plan, make_plan
from forumsim.results.heads import compare, extends, refusal
from forumsim.results.manifest import identity
from forumsim.results.results import Results
from forumsim.running.run import run_arrays
from forumsim.running.tables import scopes
from forumsim.scenarios import load_scenario
from forumsim.sweeps import archive
from forumsim.sweeps.assembly import Case, assemble
from forumsim.sweeps.assembly import head as head_of
from forumsim.sweeps.executors import Cluster, Local
from forumsim.sweeps.journal import Journal, has_journal
from forumsim.sweeps.progress import Progress, duration, make_progress
from forumsim.sweeps.rounds import PointProgress
from forumsim.sweeps.runner import Runner, TooManyFailures
from forumsim.sweeps.work import PIECES, Job, make_job


@dataclass(frozen=True)
class Handling:
    """How a sweep meets failures and what is already there.

    Attributes
    ----------
    fail_fast : bool
        Stop at the first run that fails.
    max_failures : int, optional
        Stop when more runs than this have failed.
    retry_failed : bool
        Run again what failed before.
    extend : bool
        Let the plan have more replicates or other points than the results in the folder: their runs are kept.
    """

    fail_fast: bool = False
    max_failures: int | None = None
    retry_failed: bool = False
    extend: bool = False

    @property
    def most_failures(self) -> int | None:
        """Failures that are borne; None: any number."""
        return 0 if self.fail_fast else self.max_failures


def sweep(
    plan: Plan | str | Path | Mapping[str, Any],
    out: str | Path | None = None,
    workers: int = 1,
    progress: bool | Progress = False,
    *,
    cluster: str | None = None,
    fail_fast: bool = False,
    max_failures: int | None = None,
    retry_failed: bool = False,
    extend: bool = False,
    plan_folder: str | Path | None = None,
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
    cluster : str, optional
        A Dask cluster instead of local processes: ``tcp://HOST:PORT``, ``local:N``, ``slurm:PROFILE.toml``.
    fail_fast : bool
        Stop at the first run that fails; by default failures are rows of failures.csv and the rest goes on.
    max_failures : int, optional
        Stop when more runs than this have failed.
    retry_failed : bool
        Run again what failed in an earlier call.
    extend : bool
        Let the plan have more replicates or other points than the results in the folder, and keep their runs.
    plan_folder : path, optional
        What relative names in the plan refer to; by default the folder of the plan's file, or the working directory.
    load, run : callable
        How a scenario is loaded and run; importable by name, for workers.

    Returns
    -------
    Results

    Raises
    ------
    InputError
        When the plan cannot be used, or the folder holds the results of something else: nothing is touched then.
    TooManyFailures
        Finished runs are in the journal.
    KeyboardInterrupt
        Likewise.
    """
    base = Path(plan).parent if isinstance(plan, str | Path) else Path()
    base = base if plan_folder is None else Path(plan_folder)
    if not isinstance(plan, Plan):
        plan = make_plan(plan, folder=base) if isinstance(plan, Mapping) else load_plan(plan)
    if workers < 1:
        raise InputError([Problem("workers", f"found {workers}", "1 or more")])
    if max_failures is not None and max_failures < 0:
        raise InputError([Problem("max_failures", f"found {max_failures}", "0 or more")])
    how = Handling(fail_fast, max_failures, retry_failed, extend)
    folder = Path(out) if out is not None else Path("results") / plan.name
    scenarios = tuple(load(part.source, **part.fields) for part in plan.parts)
    case = Case(plan, scenarios, folder, base)
    bar = progress if not isinstance(progress, bool) else make_progress(progress)
    if _complete(case, how):
        return Results(folder)
    journal = _open_journal(case, how)
    began = datetime.now(UTC)
    try:
        points = PointProgress(plan, journal, [scopes(scenario) for scenario in scenarios])
        place = Cluster(cluster) if cluster is not None else Local(workers)
        with bar:
            _finish(make_job(plan, case.issues, load, run), journal, points, bar, place, how)
        times: dict[str, Any] = {"started": began.isoformat(timespec="seconds"), "workers": cluster or workers}
        times["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
        times["seconds"] = round((datetime.now(UTC) - began).total_seconds(), 3)
        assemble(case, journal, points, times)
    finally:
        journal.close()
    journal.remove()
    return Results(folder)


def _complete(case: Case, how: Handling) -> bool:
    """Whether the folder holds the results of exactly this; False when it is new or there is something to do in it.

    Raises
    ------
    InputError
        When it holds anything else.
    """
    folder = case.folder
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file", "a folder")], "the results cannot be written")
    manifest = folder / "manifest.json"
    if manifest.is_file():
        return _is_this(case, how, manifest)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "journal").is_dir():
        hint = "give a new or empty folder with --out"
        raise InputError([Problem(str(folder), "holds files, but no results of forumsim", "", hint)],
                         "the results cannot be written")  # fmt: skip
    return False


def _is_this(case: Case, how: Handling, manifest: Path) -> bool:
    content = identity(case.plan)
    try:
        earlier = json.loads(manifest.read_text(encoding="utf-8"))
        head = {key: earlier.get(key) for key in content}
        differences = compare(head, content)
    except (ValueError, AttributeError):
        raise refusal(case.folder, ["its manifest.json cannot be read"]) from None
    if differences:
        if not how.extend:
            hint = "give another folder with --out, move this one away, or add to it with --extend"
            raise refusal(case.folder, differences, "" if extends(head, content) else hint)
        return _check_extension(case, head, content)
    missing = [name for name in earlier["files"] if not (case.folder / name).is_file()]
    if missing:
        found = f"{', '.join(missing)} missing from complete results"
        hint = "restore it, or give another folder with --out"
        raise InputError([Problem(str(case.folder), found, "", hint)], "the results are damaged")
    if has_journal(case.folder):
        return False  # an extension or a retry was begun
    return not (how.retry_failed and earlier["runs"]["failed"])


def _check_extension(case: Case, head: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Whether complete results may be extended to this plan: False, as there is work; raises if they may not."""
    if archive.has_archive(case.folder):
        head, content = archive.archived_head(case.folder), head_of(case)
    forbidden = extends({key: head.get(key) for key in content}, content)
    if forbidden:
        raise refusal(case.folder, forbidden, "--extend adds replicates and points; the rest must be the same")
    if not archive.has_archive(case.folder) and not has_journal(case.folder):
        hint = "run the plan anew into another folder"
        raise refusal(case.folder, ["its archive (journal/archive.jsonl) is missing"], hint)
    if archive.has_archive(case.folder):
        mine = {point.run_id(replicate) for replicate, point in case.plan.runs()}
        lost = sum(run not in mine for run in archive.archived_ids(case.folder))
        if lost:
            found = f"{lost} of its runs do not belong to the plan any more"
            raise refusal(case.folder, [found], "a plan that extends results keeps all their points and replicates")
    return False


def _open_journal(case: Case, how: Handling) -> Journal:
    """The journal to go on with; runs of complete results that are extended or retried move into it first."""
    allow = extends if how.extend else compare
    journal = Journal(case.folder, head_of(case), PIECES, allow)
    try:
        if archive.has_archive(case.folder) and (case.folder / "manifest.json").is_file():
            archive.restore(case.folder, journal, keep_failed=not how.retry_failed)
        if how.retry_failed:
            journal.forget([run for run, entry in journal.done.items() if not entry.ok])
    except BaseException:
        journal.close()
        raise
    return journal


def _finish(
    job: Job, journal: Journal, points: PointProgress, bar: Progress, place: Local | Cluster, how: Handling
) -> None:
    """Run what the journal does not have yet."""
    total, done = points.plan.most_runs, len(journal.done)
    most = "at most " if points.rule.adaptive else ""
    bar.start(total, done)
    if done and done < total:
        bar.note(f"resuming: {done} of {most}{total} runs are done")
    began = time.monotonic()
    kept = f"{most}{total} runs are kept; the same command goes on"
    runner = Runner(job, journal, bar, place, how.most_failures)
    try:
        runner.run(points.rounds(bar.expect))
    except KeyboardInterrupt:
        bar.note(f"stopped: {len(journal.done)} of {kept}")
        raise
    except TooManyFailures:
        bar.note(f"stopped, as {runner.failures} failed: {len(journal.done)} of {kept} (or --retry-failed)")
        raise
    except OSError as error:
        bar.note(f"stopped ({error.strerror}): {len(journal.done)} of {kept}")
        raise
    failures = sum(not entry.ok for entry in journal.done.values())
    if len(journal.done) > done:
        words = f"{len(journal.done) - done} runs in {duration(time.monotonic() - began)}"
        bar.note(words + (f"; {failures} failed, see failures.csv" if failures else ""))
