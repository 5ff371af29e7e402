"""`sweep`: a plan becomes a results folder, and the same call again goes on where an earlier one stopped."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.extensions import load_extensions
from forumsim.plans.plan import Plan, is_text, load_plan, make_plan
from forumsim.results.files import STORE, refuse_links
from forumsim.results.heads import compare, extends, refusal
from forumsim.results.manifest import SCHEMA_VERSION, identity, recorded_identity
from forumsim.results.opening import FolderState, folder_state, manifest_problems, read_json
from forumsim.results.results import Results
from forumsim.results.store import Store
from forumsim.running.notes import warn_of_late_dates, warn_of_no_effect
from forumsim.running.tables import scopes
from forumsim.sweeps.assembly import PlanCase, assemble
from forumsim.sweeps.assembly import head as head_of
from forumsim.sweeps.cluster import Cluster
from forumsim.sweeps.executors import Local, end_if_imported
from forumsim.sweeps.permission import ask_if_large
from forumsim.sweeps.progress import Progress, duration
from forumsim.sweeps.rounds import PointProgress
from forumsim.sweeps.runner import Runner, TooManyFailures
from forumsim.sweeps.work import PIECES, make_job


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
    yes: bool = False,
    with_: Any = None,
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
    yes : bool
        Run a plan of any size: without it, a plan beyond those of `forumsim.sweeps.permission` is not begun.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py`` with own rules and measures (docs/extending.md). Their code runs here
        and in every worker.

    Returns
    -------
    Results

    Raises
    ------
    InputError
        When the plan cannot be used, or the folder holds the results of something else: nothing is touched then.
    TooLarge
        An InputError: the plan takes a great deal, and ``yes`` is not given; nothing is touched either.
    TooManyFailures
        Finished runs are in the store.
    KeyboardInterrupt
        Likewise.

    Warns
    -----
    RunNote
        A scenario dates some things after the end of its runs. A `Plan` has said so in its `notes`.
    """
    end_if_imported()
    base = Path(plan).parent if isinstance(plan, str | Path) else Path()
    base = base if plan_folder is None else Path(plan_folder)
    from_file, checked = not isinstance(plan, Mapping), isinstance(plan, Plan)
    if not isinstance(plan, Plan):
        plan = make_plan(plan, folder=base, with_=with_) if isinstance(plan, Mapping) else load_plan(plan, with_)
    elif with_ is not None and load_extensions(with_) != plan.extensions:
        raise InputError([Problem("with_", "the plan was made without it", "", "give it to load_plan or make_plan")])
    if workers < 1:
        raise InputError([Problem("workers", f"found {workers}", "1 or more")])
    if cluster is not None:
        Cluster(cluster).check()
    if max_failures is not None and max_failures < 0:
        raise InputError([Problem("max_failures", f"found {max_failures}", "0 or more")])
    folder = Path(out) if out is not None else Path("results") / plan.name
    scenarios = plan.scenarios()
    if not checked:
        for part, scenario in zip(plan.parts, scenarios, strict=True):
            warn_of_late_dates(scenario, part.steps)
    case = PlanCase(plan, scenarios, folder)
    bar = Progress(progress) if isinstance(progress, bool) else progress
    _check_names(case)
    if _complete(case, extend, retry_failed):
        return Results(folder)
    if not yes:
        ask_if_large(plan, folder, workers if cluster is None else None)
    with contextlib.closing(Store(folder, PIECES)) as store:
        if not _begin(case, store, extend, retry_failed):
            return Results(folder)
        if from_file:
            store.note(plan=f"{plan.name}.toml")
        began, start = datetime.now(UTC), time.monotonic()
        points = PointProgress(plan, store, [scopes(scenario) for scenario in scenarios])
        place = Cluster(cluster) if cluster is not None else Local(workers)
        with bar:
            job, most_failures = make_job(plan, case.issues), 0 if fail_fast else max_failures
            runner = Runner(job, store, bar, place, most_failures)
            _finish(runner, points)
        times: dict[str, Any] = {"started": began.isoformat(timespec="seconds"), "workers": cluster or workers}
        times["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
        times["seconds"] = round(time.monotonic() - start, 3)  # a clock may be set back
        assemble(case, store, points, times)
    for (place_of_part, number), effect in sorted(runner.acts.items()):
        if not effect:
            own = plan.parts[place_of_part]
            warn_of_no_effect(number, own.interventions[number - 1], own.name)
    return Results(folder)


def _check_names(case: PlanCase) -> None:
    """The name of the plan goes into the manifest at the end: what is no text is told before anything runs."""
    name = case.plan.name
    if not is_text(name):
        found = f"is not UTF-8: {name.encode('utf-8', 'backslashreplace').decode()}"
        problem = Problem("the name of the plan", found, "", "give the file another name")
        raise InputError([problem], "the results cannot be written")


def _complete(case: PlanCase, extend: bool, retry_failed: bool) -> bool:
    """Whether the folder holds the results of exactly this; False when it is new or there is something to do in it.

    Raises
    ------
    InputError
        When it holds anything else.
    """
    folder, state = case.folder, folder_state(case.folder)
    refuse_links(folder)
    if state in (FolderState.FILE, FolderState.OTHER):
        words = "holds files, but no results of forumsim" if state is FolderState.OTHER else state.value
        hint = "give a new or empty folder with --out"
        raise InputError([Problem(str(folder), words, "", hint)], "the results cannot be written")
    if state is not FolderState.COMPLETE or _is_this(case, extend, retry_failed):
        return state is FolderState.COMPLETE
    if not (folder / STORE).is_file():
        raise refusal(folder, [f"its store ({STORE}) is missing"], "run the plan anew into another folder")
    return False


def _is_this(case: PlanCase, extend: bool, retry_failed: bool) -> bool:
    """Whether complete results are those of the plan, with nothing left to do."""
    content = identity(case.plan)
    path, earlier = case.folder / "manifest.json", {}
    with contextlib.suppress(InputError):
        earlier = read_json(path)
    layout = earlier.get("schema_version")
    if earlier and layout != SCHEMA_VERSION:
        raise refusal(case.folder, [f"layout of the folder: {layout} there, {SCHEMA_VERSION} now"])
    if manifest_problems(path, earlier):
        raise refusal(case.folder, ["its manifest.json cannot be read"])
    head = recorded_identity(earlier)
    differences = compare(head, content)
    if differences:
        if not extend:
            hint = "give another folder with --out, move this one away, or add to it with --extend"
            raise refusal(case.folder, differences, "" if extends(head, content) else hint)
        return False
    missing = [name for name in earlier["files"] if not (case.folder / name).is_file()]
    if missing:
        found = f"{', '.join(missing)} missing from complete results"
        hint = "restore it, or give another folder with --out"
        raise InputError([Problem(str(case.folder), found, "", hint)], "the results are damaged")
    return not (retry_failed and earlier["runs"].get("failed"))


def _begin(case: PlanCase, store: Store, extend: bool, retry_failed: bool) -> bool:
    """See whether the store, which nobody else has now, is of this plan, and whether there is anything to do.

    Raises
    ------
    InputError
        When it is of another plan, which may not be extended to this one.
    """
    if _complete(case, extend, retry_failed):  # another sweep has ended meanwhile
        return False
    head = head_of(case)
    if not store.head and folder_state(case.folder) is FolderState.COMPLETE:
        raise refusal(case.folder, [f"its store ({STORE}) is empty"], "run the plan anew into another folder")
    if store.head and compare(store.head, head):
        forbidden = (extends if extend else compare)(store.head, head)
        if forbidden:
            hint = "--extend adds replicates and points; the rest must be the same" if extend else ""
            raise refusal(case.folder, forbidden, hint)
        mine = {point.run_id(replicate) for replicate, point in case.plan.runs()}
        lost = sum(run not in mine for run in store.settled)
        if lost:
            found = f"{lost} of its runs do not belong to the plan any more"
            raise refusal(case.folder, [found], "a plan that extends results keeps all their points and replicates")
    store.begin(head)
    if retry_failed:
        store.forget([run for run, entry in store.done.items() if not entry.ok])
    return True


def _finish(runner: Runner, points: PointProgress) -> None:
    """Run what the store does not have yet."""
    store, bar = runner.store, runner.progress
    total, done = points.plan.most_runs, len(store.done)
    most = "at most " if points.rule.adaptive else ""
    bar.start(total, done)
    if done and done < total:
        bar.note(f"resuming: {done} of {most}{total} runs are done")
    began = time.monotonic()
    kept = f"{most}{total} runs are kept; the same command goes on"
    try:
        runner.run(points.rounds(bar.expect))
    except KeyboardInterrupt:
        bar.note(f"stopped: {len(store.done)} of {kept}")
        raise
    except TooManyFailures:
        bar.note(f"stopped, as {runner.failures} failed: {len(store.done)} of {kept} (or --retry-failed)")
        raise
    except OSError as error:
        bar.note(f"stopped ({error.strerror}): {len(store.done)} of {kept}")
        raise
    failures = sum(not entry.ok for entry in store.done.values())
    if len(store.done) > done:
        words = f"{len(store.done) - done} runs in {duration(time.monotonic() - began)}"
        bar.note(words + (f"; {failures} failed, see failures.csv" if failures else ""))
