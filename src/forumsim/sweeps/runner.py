"""One runner over `concurrent.futures.Executor`, whatever it is.

Runs are handed out in the order of the plan (replicate-major) in chunks of about a fifth of a second, so that an
interruption loses little; what comes back goes to the store. A worker that dies costs the runs it held another try,
one at a time; the run that loses its worker three times more is recorded as a failure. Any other trouble of the place
where runs take place (its scheduler ended, its workers lack a module) is no run's failure: the sweep ends with it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol

from forumsim.results.store import RunResult, Store
from forumsim.sweeps.interrupts import Interrupts
from forumsim.sweeps.progress import Progress
from forumsim.sweeps.versions import OtherVersions, checked, versions
from forumsim.sweeps.work import Job, RunSpec, failed, run_chunk

#: Aim for the time of one chunk, and most runs in it.
CHUNK_SECONDS, MOST_IN_CHUNK = 0.2, 64
#: Times that a run may lose its worker while it runs alone: less might be somebody else's doing.
TRIES = 3
#: Time that running chunks get to end after an interruption.
STOP_SECONDS = 1.0
#: Time without any result after which it is asked why.
PATIENCE_SECONDS = 5.0


class TooManyFailures(Exception):
    """More runs failed than the user would bear."""


class Workplace(Protocol):
    """Where runs take place: `forumsim.sweeps.executors.Local` or `cluster.Cluster`."""

    @property
    def workers(self) -> int:
        """About how many chunks are worked on at a time."""

    def open(self) -> Any:
        """A context with an executor."""

    def trouble(self, error: BaseException) -> Exception | None:
        """What to raise when a chunk came back with this error; None where it says that the chunk's worker died."""

    def death(self) -> str:
        """In what way a worker died last."""

    def lacking(self) -> str:
        """What it lacks to go on, in words; empty where nothing is known to be lacking."""


class Runner:
    """Hands out the runs of a job and writes down what comes back.

    Parameters
    ----------
    job : Job
    store : Store
    progress : Progress
    place : Workplace
        Its executor is opened again when the workers died.
    most_failures : int, optional
        Stop when more runs than this have failed.
    most_in_chunk : int, optional
        Most runs that are handed out together.
    """

    def __init__(
        self, job: Job, store: Store, progress: Progress, place: Workplace, most_failures: int | None = None,
        most_in_chunk: int | None = None,
    ) -> None:  # fmt: skip
        self.job, self.store, self.progress, self.place = job, store, progress, place
        self.most_failures, self.failures, self.most_in_chunk = most_failures, 0, most_in_chunk or MOST_IN_CHUNK
        self.seconds = CHUNK_SECONDS  # per run, a moving average: the first chunks are single runs
        self.interrupts = Interrupts()
        self.lacking = ""  # what was waited for when last asked
        self.acts: dict[tuple[int, int], bool] = {}  # whether anything came of an intervention in any run, as there
        self.warm = False  # whether a run has ended: until then one worker compiles the model for all

    def run(self, rounds: Iterable[Iterable[RunSpec]]) -> None:
        """Run all these runs, one round after the other: a round is asked for when the one before is complete.

        Raises
        ------
        KeyboardInterrupt
            After what was finished has been committed to the store.
        TooManyFailures
            Likewise.
        """
        with self.interrupts:
            queue = iter(rounds)
            todo: Iterator[RunSpec] | None = iter(())
            while todo is not None:  # a new executor after its workers died
                with self._executor() as executor:
                    while todo is not None:
                        lost, dead = self._work(executor, todo, alone=False)
                        if dead:
                            break
                        self._again(executor, lost)
                        todo = self._next_round(queue)
                if dead:
                    self._one_by_one(lost)
            self.store.commit()

    def _next_round(self, queue: Iterator[Iterable[RunSpec]]) -> Iterator[RunSpec] | None:
        self.store.commit()
        specs = next(queue, None)
        return None if specs is None else iter(specs)

    def _again(self, executor: Executor, lost: list[RunSpec]) -> None:
        """Chunks that came back with an error, run by run: a cluster may lose a worker and still be there."""
        if not lost:
            return
        lost, dead = self._work(executor, iter(lost), alone=True)
        if dead:
            self._one_by_one(lost)
        else:
            self._give_up(lost)

    def _one_by_one(self, suspects: list[RunSpec]) -> None:
        """The runs that were lost with their workers, each with workers of its own if need be."""
        left, tries = deque(suspects), Counter[str]()
        while left:
            with self._executor() as executor:
                lost, dead = self._work(executor, _popping(left), alone=True)
            for spec in lost:
                tries[spec.run_id] += 1
                if tries[spec.run_id] < TRIES:
                    left.appendleft(spec)
                else:
                    self._give_up([spec])
            if not dead and not left:
                return

    def _give_up(self, runs: Iterable[RunSpec]) -> None:
        """Runs that failed alone have killed their worker."""
        for spec in runs:
            self._take([failed(self.job, spec, "worker", RuntimeError(self.place.death()))])

    def _work(self, executor: Executor, todo: Iterator[RunSpec], alone: bool) -> tuple[list[RunSpec], bool]:
        """Work through ``todo`` until it is empty or the workers die: the runs that were lost, and whether they died.

        Runs that go ``alone`` are handed out one at a time: the one that is lost is the one that kills workers.
        """
        pending: dict[Future[Any], list[RunSpec]] = {}
        lost: list[RunSpec] = []
        try:
            while True:
                self.interrupts.check()
                while len(pending) < (1 if alone else self._most_pending()):
                    chunk = list(islice(todo, 1 if alone else self._chunk_size()))
                    if not chunk:
                        break
                    pending[_submit(executor, self.job, chunk)] = chunk
                if not pending:
                    return lost, False
                ended = self._ended(pending)
                for future in [future for future in pending if future in ended]:  # in the order of the plan
                    error = _error(future)
                    if isinstance(error, BrokenProcessPool):
                        return lost + self._finished(pending), True
                    chunk = pending.pop(future)
                    if error is None:
                        self._take(future.result())
                    elif (trouble := self.place.trouble(error)) is None:
                        lost += chunk  # a cluster lost it: Dask has tried other workers before
                    else:
                        self._finished(pending)
                        raise trouble from error
        except (KeyboardInterrupt, TooManyFailures):
            wait([future for future in pending if not future.cancel()], timeout=STOP_SECONDS)
            self.most_failures = None
            self._finished(pending)
            self.store.commit()
            raise

    def _ended(self, pending: dict[Future[Any], list[RunSpec]]) -> set[Future[Any]]:
        """Wait for chunks; where nothing comes for a while, say what is waited for."""
        ended, _ = wait(pending, timeout=PATIENCE_SECONDS, return_when=FIRST_COMPLETED)
        lacking = "" if ended else self.place.lacking()
        if lacking and lacking != self.lacking:
            self.progress.note(lacking)
        self.lacking = lacking
        return ended

    def _finished(self, pending: dict[Future[Any], list[RunSpec]]) -> list[RunSpec]:
        """Take what has ended well; the runs of all other chunks."""
        lost: list[RunSpec] = []
        for future, chunk in list(pending.items()):
            if future.done() and _error(future) is None:
                self._take(future.result())
            else:
                lost += chunk
        pending.clear()
        return lost

    def _take(self, results: list[RunResult]) -> None:
        self.warm = True
        for result in results:
            if result.ok:
                self.seconds += 0.3 * (result.seconds - self.seconds)
            for act, effect in result.acts.items():
                self.acts[act] = self.acts.get(act, False) or effect
        self.store.append(results)
        bad = sum(not result.ok for result in results)
        self.failures += bad
        self.progress.advance(len(results), bad)
        if self.most_failures is not None and self.failures > self.most_failures:
            raise TooManyFailures

    def _most_pending(self) -> int:
        """Chunks handed out at a time: enough to keep all workers busy, once one of them has compiled the model."""
        return 2 * self.place.workers if self.warm and self.place.workers > 1 else 1

    def _chunk_size(self) -> int:
        return max(1, min(self.most_in_chunk, int(CHUNK_SECONDS / max(self.seconds, 1e-6))))

    @contextmanager
    def _executor(self) -> Iterator[Executor]:
        try:
            with self.place.open() as executor:
                yield executor
        finally:
            self.store.commit()


def _popping(queue: deque[RunSpec]) -> Iterator[RunSpec]:
    while queue:
        yield queue.popleft()


def _submit(executor: Executor, job: Job, chunk: list[RunSpec]) -> Future[Any]:
    """Submit a chunk; a pool that broke in the meantime, or a cluster that was lost, gives a future that says so."""
    try:
        return executor.submit(checked, versions(), run_chunk, job, chunk)
    except Exception as error:
        future: Future[Any] = Future()
        future.set_exception(error)
        return future


def _error(future: Future[Any]) -> BaseException | None:
    """The error that a future ended with or handed back; one that was cancelled by a lost scheduler has one too."""
    try:
        error = future.exception()
    except CancelledError as cancelled:
        return cancelled
    if error is None and isinstance(future.result(), OtherVersions):
        return future.result()
    return error
