"""One runner over `concurrent.futures.Executor`: in this process, or in a pool of processes.

Runs are handed out in the order of the plan (replicate-major) in chunks of about a fifth of a second, so that an
interruption loses little; what comes back goes to the journal. A worker that dies costs the runs it held a second
try, one at a time; the run that kills its worker again is recorded as a failure.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from forumsim.experiments.interrupts import Interrupts
from forumsim.experiments.journal import Journal, RunResult
from forumsim.experiments.progress import Progress
from forumsim.experiments.work import Job, desk_of, failed, run_chunk

#: Aim for the time of one chunk, and most runs in it.
CHUNK_SECONDS, MOST_IN_CHUNK = 0.2, 64
#: Time that running chunks get to end after an interruption.
STOP_SECONDS = 1.5


class SerialExecutor(Executor):
    """Runs what is submitted at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call ``fn`` now; errors go into the future, an interruption does not."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _ready() -> None:
    """Show that a worker has started."""


def _deaf_to_interrupts() -> None:
    """Ctrl-C reaches all processes of a terminal: only the main one acts on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def open_executor(workers: int) -> Executor:
    """An executor for so many workers; processes are spawned, so that they inherit no state.

    Raises
    ------
    RuntimeError
        When the workers cannot start.
    """
    if workers == 1:
        return SerialExecutor()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_deaf_to_interrupts)
    try:
        started = [pool.submit(_ready) for _ in range(workers)]  # each starts a process
        started[0].result()
    except BrokenProcessPool:
        raise RuntimeError(
            "the workers could not start: a script that calls sweep(..., workers=2) has to do so below "
            "if __name__ == '__main__':"
        ) from None
    return pool


class Runner:
    """Hands out the runs of a job and writes down what comes back.

    Parameters
    ----------
    job : Job
    journal : Journal
    progress : Progress
    workers : int
        How many chunks are worked on at a time.
    open_executor : callable
        Gives an executor; called again when the workers died.
    """

    def __init__(
        self,
        job: Job,
        journal: Journal,
        progress: Progress,
        workers: int = 1,
        open_executor: Callable[[int], Executor] = open_executor,
    ) -> None:
        self.job, self.journal, self.progress, self.workers = job, journal, progress, workers
        self.open_executor = open_executor
        self.seconds = CHUNK_SECONDS  # per run, a moving average: the first chunks are single runs
        self.interrupts = Interrupts()
        self.warm = False  # whether a run has ended: until then one worker compiles the model for all

    def run(self, runs: Iterable[int]) -> None:
        """Run all these runs.

        Raises
        ------
        KeyboardInterrupt
            After what was finished has been committed to the journal.
        """
        todo = deque(runs)
        with self.interrupts:
            while todo:
                suspects = deque(self._work(todo))
                while suspects:
                    for run in self._work(suspects, alone=True):
                        error = RuntimeError("the worker process died")
                        self._take([failed(desk_of(self.job), run, "worker", error)])
            self.journal.commit()

    def _work(self, todo: deque[int], alone: bool = False) -> list[int]:
        """Work through ``todo`` until it is empty or the workers die; the runs that were lost with them.

        Runs that go ``alone`` are handed out one at a time: the one that is lost is the one that kills workers.
        """
        pending: dict[Future[Any], list[int]] = {}
        with self._executor(pending) as executor:
            while todo or pending:
                self.interrupts.check()
                try:
                    while todo and len(pending) < (1 if alone else self._most_pending()):
                        size = 1 if alone else self._chunk_size()
                        chunk = [todo.popleft() for _ in range(min(size, len(todo)))]
                        pending[_submit(executor, self.job, chunk)] = chunk
                    ended, _ = wait(pending, return_when=FIRST_COMPLETED)
                    for future in [future for future in pending if future in ended]:  # in the order of the plan
                        results = future.result()
                        del pending[future]
                        self._take(results)
                except BrokenProcessPool:
                    return self._lost(pending)
        return []

    def _lost(self, pending: dict[Future[Any], list[int]]) -> list[int]:
        """The runs whose results died with the workers; finished ones are taken."""
        lost: list[int] = []
        for future, chunk in list(pending.items()):
            if future.done() and not future.cancelled() and future.exception() is None:
                self._take(future.result())
            else:
                lost += chunk
        pending.clear()
        return sorted(lost)

    def _take(self, results: list[RunResult]) -> None:
        self.warm = True
        for result in results:
            if result.ok:
                self.seconds += 0.3 * (result.seconds - self.seconds)
        self.journal.append(results)
        self.progress.advance(len(results), sum(not result.ok for result in results))

    def _most_pending(self) -> int:
        """Chunks handed out at a time: enough to keep all workers busy, once one of them has compiled the model."""
        return 2 * self.workers if self.warm and self.workers > 1 else 1

    def _chunk_size(self) -> int:
        return max(1, min(MOST_IN_CHUNK, int(CHUNK_SECONDS / max(self.seconds, 1e-6))))

    @contextlib.contextmanager
    def _executor(self, pending: dict[Future[Any], list[int]]) -> Iterator[Executor]:
        """An executor that is shut down at the end; an interruption lets running chunks end, for a short time."""
        before = set(multiprocessing.active_children())
        executor = self.open_executor(self.workers)
        try:
            yield executor
        except BaseException:
            for future in pending:
                future.cancel()
            wait(pending, timeout=STOP_SECONDS)
            self._lost(pending)
            executor.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            self.journal.commit()
            raise
        executor.shutdown(wait=True, cancel_futures=True)


def _submit(executor: Executor, job: Job, chunk: list[int]) -> Future[Any]:
    """Submit a chunk; a pool that broke in the meantime gives a future that says so."""
    try:
        return executor.submit(run_chunk, job, chunk)
    except BrokenProcessPool as error:
        future: Future[Any] = Future()
        future.set_exception(error)
        return future
