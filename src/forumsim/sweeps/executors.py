"""Where runs take place on this machine: this process, or a pool. Both are `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.sweeps.versions import OtherVersions

#: Times that workers may die while they start, before it is taken for more than an accident.
STARTS = 3
#: Seconds that idle workers get to end.
END_SECONDS = 2.0
#: Title of the message when a sweep ends in its middle since a worker has other versions.
MIXED = "the workers differ; what was finished is kept, and the same command goes on with those that are alike"
#: Status of a worker that ended since its script starts workers while it is being imported.
_UNGUARDED = 76


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


@dataclass(frozen=True)
class Local:
    """Processes on this machine; one worker is this process itself."""

    workers: int = 1
    _codes: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    @contextlib.contextmanager
    def open(self) -> Iterator[Executor]:
        """An executor; processes are spawned, so that they inherit no state, and ended when an error passes through.

        Raises
        ------
        InputError
            When the workers cannot start.
        """
        if self.workers == 1:
            yield SerialExecutor()
            return
        before = set(multiprocessing.active_children())
        pool: Executor | None = None
        started: set[Any] = set()
        try:
            for _ in range(STARTS):
                pool = self._started(started)
                if pool is not None:
                    break
                self._remember(started)
                if _UNGUARDED in self._codes:
                    break
            if pool is None:
                raise InputError([Problem("workers", self.death())], "the workers cannot start")
            yield pool
        except BaseException:
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        pool.shutdown(wait=False, cancel_futures=True)
        _end(set(multiprocessing.active_children()) - before)
        self._remember(started)

    def _remember(self, processes: set[Any]) -> None:
        """With what the first of these processes ended that did not end well; the pool itself ends the others."""
        for process in processes:
            process.join(END_SECONDS)
        codes = [process.exitcode for process in processes if process.exitcode not in (None, 0, -signal.SIGTERM)]
        self._codes[:] = codes or self._codes

    def death(self) -> str:
        """In what way a worker died last, as far as its status tells."""
        code = self._codes[0] if self._codes else 0
        if code == _UNGUARDED:
            return "a script that starts a sweep with several workers has to do so below if __name__ == '__main__':"
        program = getattr(sys.modules.get("__main__"), "__file__", None)
        if program is not None and not os.path.isfile(program):  # each worker reads the program again
            return "they cannot read a program that comes from standard input: save it as a file, or take 1 worker"
        if code == -getattr(signal, "SIGKILL", 9):
            return "a worker process was killed (SIGKILL), as the system does when memory runs out: try fewer workers"
        if code < 0:
            return f"a worker process was ended by the signal {signal.Signals(-code).name}"
        return f"a worker process ended with status {code}" if code else "a worker process died"

    def trouble(self, error: BaseException) -> Exception | None:
        """The error itself: workers that die break the pool."""
        if isinstance(error, OtherVersions):
            return InputError([Problem("workers", str(error))], MIXED)
        return error if isinstance(error, Exception) else RuntimeError(str(error))

    def lacking(self) -> str:
        """Nothing: processes that died are replaced."""
        return ""

    def _started(self, processes: set[Any]) -> Executor | None:
        """A pool with a worker that answers; None where a worker died on the way. Adds to the ``processes``."""
        before = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_deaf_to_interrupts)
        try:
            with interrupts_wait():
                started = [pool.submit(_ready) for _ in range(self.workers)]  # each starts a process
            processes |= set(multiprocessing.active_children()) - before
            started[0].result()
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            return None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return pool


def end_if_imported() -> None:
    """End a worker whose script starts a sweep while the worker imports it: the main process says what is wrong."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # what multiprocessing itself asks
        sys.exit(_UNGUARDED)


def _end(processes: set[Any]) -> None:
    """Let workers end: one that was killed while it held the queue's lock keeps the others waiting for ever."""
    until = time.monotonic() + END_SECONDS
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
    for process in processes:
        if process.is_alive():
            process.terminate()
            process.join()


@contextlib.contextmanager
def interrupts_wait() -> Iterator[None]:
    """Processes that start within are deaf to Ctrl-C from their first moment; one that comes meanwhile comes after."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows: they become deaf a moment later
        yield
        return
    resource_tracker.ensure_running()  # which ends with interruptions let through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ready() -> None:
    """Show that a worker has started."""


def _deaf_to_interrupts() -> None:
    """Ctrl-C and a closed terminal reach all its processes: only the main one acts on it. Workers end with that one."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, also by a kill, and end at once."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
