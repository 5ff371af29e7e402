"""`calibrate`: trials one after the other, then the best few on fresh seeds; the same call again goes on.

Finished runs are on the disk at once, in the store that sweeps use. It stays in the folder, so that more trials can be
added later: the trials follow from the runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError, Problem
from forumsim.plans.parts import Point
from forumsim.results.heads import compare, refusal
from forumsim.results.store import STORE, Store
from forumsim.running.tables import scopes
from forumsim.studies.calibration.file import Calibration, load_calibration, make_calibration
from forumsim.studies.calibration.loss import Fit, Reader, fit
from forumsim.studies.calibration.output import Trial, is_complete, write
from forumsim.studies.calibration.search import Search, import_optuna
from forumsim.sweeps.executors import Local
from forumsim.sweeps.progress import Progress
from forumsim.sweeps.runner import Runner
from forumsim.sweeps.work import PIECES, Job, RunSpec, make_job


@dataclass(frozen=True)
class Calibrated:
    """What a calibration found."""

    calibration: Calibration
    trials: tuple[Trial, ...]  #: in their order
    best: Trial  #: of those that were run on fresh seeds, the one with the lowest loss there
    folder: Path
    done_before: bool  #: whether everything had been there already

    @property
    def checked(self) -> list[Trial]:
        """The trials that were run on fresh seeds, by their loss there."""
        return sorted((t for t in self.trials if t.fresh is not None), key=_fresh_loss)


def calibrate(
    calibration: Calibration | str | Path | Mapping[str, Any],
    out: str | Path | None = None,
    workers: int = 1,
    progress: bool | Progress = False,
    *,
    with_: Any = None,
) -> Calibrated:
    """Run a calibration and write its folder; the same call again resumes, or does nothing when all is there.

    All trials have the same seeds, those of the replicates 0, 1, ... of a plan with this seed, so that the loss is a
    function of the parameters alone. The best few then get as many other seeds as ``check`` says: parameters may suit
    the luck of the seeds that they were chosen on, and the loss there is too low.

    Parameters
    ----------
    calibration : Calibration, path or mapping
        A validated calibration, a TOML file, or the same structure as a mapping.
    out : path, optional
        Folder; by default ``results/NAME OF THE FILE`` below the working directory.
    workers : int
        Processes that share the replicates of a trial. The trials do not depend on it. Above 1 a script needs
        ``if __name__ == "__main__":``.
    progress : bool or Progress
        Show a progress bar, or tell this object.
    with_ : str, path, several of them, or Extensions, optional
        Extensions of a calibration that is given as a file or a mapping.

    Raises
    ------
    InputError
        When the file cannot be used, optuna is missing, or the folder holds something else: nothing is touched then.
    KeyboardInterrupt
        What was finished is kept.
    """
    if isinstance(calibration, Mapping):
        calibration = make_calibration(calibration, with_=with_)
    elif not isinstance(calibration, Calibration):
        calibration = load_calibration(calibration, with_)
    if workers < 1:
        raise InputError([Problem("workers", f"found {workers}", "1 or more")])
    import_optuna()  # before anything is written
    folder = Path(out) if out is not None else Path("results") / calibration.name
    _check_folder(folder)
    (scenario,) = calibration.plan.scenarios()
    head = _head(calibration)
    store = _open_store(folder, head)
    began = datetime.now(UTC)
    try:
        work = _Work(calibration, make_job(calibration.plan, scenario.issues), store, scopes(scenario))
        before = len(store.done)
        work.run(Local(workers), Progress(progress) if isinstance(progress, bool) else progress)
        trials = work.trials()
        done_before = len(store.done) == before and is_complete(folder, calibration.digest)
        best = min((trial for trial in trials if trial.fresh is not None), key=_fresh_loss)
        if not done_before:
            times = {"started": began.isoformat(timespec="seconds"), "workers": workers,
                     "finished": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
            write(folder, calibration, scenario, trials, best, work.failures(), {**head, "times": times})
    finally:
        store.close()
    return Calibrated(calibration, tuple(trials), best, folder, done_before)


def _fresh_loss(trial: Trial) -> tuple[float, int]:
    return (trial.fresh.loss if trial.fresh is not None else np.inf, trial.number)


def _head(calibration: Calibration) -> dict[str, Any]:
    """What decides the runs and the trials, for the store and the manifest."""
    part = calibration.part
    digests = {"scenario_digests": {part.scenario: part.digest}, "model_digest": MODEL_DIGEST}
    own = calibration.plan.extensions
    return {"calibration": calibration.content(), **digests, **({"extensions": own.digests} if own else {})}


def _check_folder(folder: Path) -> None:
    """Only a new or empty folder is used, or one with a store, which is compared."""
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(str(folder), "is a file", "a folder")], "the results cannot be written")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / STORE).is_file():
        hint = "give a new or empty folder with --out"
        raise InputError([Problem(str(folder), "holds files, but no calibration", "", hint)],
                         "the results cannot be written")  # fmt: skip


def _open_store(folder: Path, head: Mapping[str, Any]) -> Store:
    """The store to go on with, if it is of this calibration."""
    store = Store(folder, PIECES)
    try:
        differences = compare(store.head, head) if store.head else []
        if differences:
            raise refusal(folder, differences)
        store.begin(head)
    except BaseException:
        store.close()
        raise
    return store


class _Work:
    """The rounds of a calibration: one a trial, and a last one on fresh seeds."""

    def __init__(self, calibration: Calibration, job: Job, store: Store, rows: Sequence[str]) -> None:
        self.calibration, self.job, self.store = calibration, job, store
        recording = calibration.plan.recording
        self.reader = Reader(calibration.targets, rows, recording.series, recording.every)
        self.points: list[Point] = []
        self.chosen: list[Point] = []

    def run(self, place: Local, bar: Progress) -> None:
        """Run what is not there yet."""
        mine, total = self.calibration, self.calibration.trials * self.calibration.replicates
        shared = -(-mine.replicates // place.workers)  # the workers share the replicates of one trial
        runner = Runner(self.job, self.store, bar, place, most_in_chunk=shared)
        search = Search(mine.part.factors, mine.seed, mine.startup)
        try:
            with bar:
                total += mine.best * mine.check
                bar.start(total, done := len(self.store.done))
                if 0 < done < total:
                    bar.note(f"resuming: {done} of {total} runs are done")
                try:
                    runner.run(self._rounds(search))
                except (KeyboardInterrupt, OSError):
                    bar.note(f"stopped: {len(self.store.done)} of {total} runs are kept; the same command goes on")
                    raise
        finally:
            search.close()

    def _rounds(self, search: Search) -> Iterator[list[RunSpec]]:
        mine = self.calibration
        trial_seeds = range(mine.replicates)
        for number in range(mine.trials):
            proposal, values = search.ask(number)
            point = mine.point(number, values)
            yield self._missing([point], trial_seeds)
            search.tell(proposal, self.fit(point, trial_seeds).loss)
            self.points.append(point)
        self.chosen = self._best()
        yield self._missing(self.chosen, self.fresh_seeds)

    @property
    def fresh_seeds(self) -> range:
        """Replicates that no trial has had."""
        return range(self.calibration.replicates, self.calibration.replicates + self.calibration.check)

    def _missing(self, points: Sequence[Point], replicates: range) -> list[RunSpec]:
        specs = [RunSpec(replicate, point) for point in points for replicate in replicates]
        return [spec for spec in specs if spec.run_id not in self.store.done]

    def _best(self) -> list[Point]:
        """The best points by their loss on the seeds of the trials, each once."""
        losses = [(self.fit(point, range(self.calibration.replicates)).loss, point.number) for point in self.points]
        different: dict[str, Point] = {}
        for _, number in sorted(losses):
            different.setdefault(self.points[number].key, self.points[number])
        return list(different.values())[: self.calibration.best]

    def fit(self, point: Point, replicates: range) -> Fit:
        """A point against the targets, from the store."""
        runs = [point.run_id(replicate) for replicate in replicates]
        values = [self.reader.values(pieces) for _, _, pieces in self.store.results(runs)]
        return fit(np.array(values), self.calibration.targets, self.calibration.penalty)

    def trials(self) -> list[Trial]:
        """All trials with their fits."""
        chosen = {point.number for point in self.chosen}
        return [
            Trial(
                point.number + 1, point.values, self.fit(point, range(self.calibration.replicates)),
                self.fit(point, self.fresh_seeds) if point.number in chosen else None,
            )
            for point in self.points
        ]  # fmt: skip

    def failures(self) -> list[bytes]:
        """The rows of failures.csv of the runs that failed, each once, in order."""
        specs = [(point, r) for point in self.points for r in range(self.calibration.replicates)]
        specs += [(point, r) for point in self.chosen for r in self.fresh_seeds]
        order = dict.fromkeys(point.run_id(replicate) for point, replicate in specs)
        bad = [run for run in order if not self.store.done[run].ok]
        return [pieces["failures"] for _, _, pieces in self.store.results(bad)]
