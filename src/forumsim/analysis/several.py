"""Several figures at once: copies of this process draw them, so that a report takes the time of all its cores."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, TypeVar

T = TypeVar("T")
#: Jobs for each copy at least: to make one and to end it takes about as long as a small figure.
LEAST = 3


def done_in_turn(jobs: Sequence[Callable[[], T]], workers: int = 1) -> Iterator[T]:
    """What the jobs return, in their order.

    Parameters
    ----------
    jobs : sequence of callable
        What they return is pickled.
    workers : int
        Processes. The jobs are done in this one where that is 1, and where a copy of it would not be a safe thing: on
        other systems than Linux, and beside other threads.
    """
    workers = min(workers, len(jobs) // LEAST)
    if workers < 2 or sys.platform != "linux" or threading.active_count() > 1:
        yield from (job() for job in jobs)
        return
    copies: list[tuple[int, IO[bytes]]] = []
    try:
        for k in range(workers):
            copies.append(_copy(jobs[k::workers], [source for _, source in copies]))
        for number, job in enumerate(jobs):
            try:
                yield pickle.load(copies[number % workers][1])
            except (EOFError, pickle.UnpicklingError):  # the copy has ended: what is wrong is said here
                yield job()
    finally:
        for process, source in copies:
            source.close()
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _copy(jobs: Sequence[Callable[[], Any]], others: Sequence[IO[bytes]]) -> tuple[int, IO[bytes]]:
    """A copy of this process that does some jobs, and where to read what they return.

    When this process is gone, there is nobody to write to, and the copy ends as well.
    """
    source, target = os.pipe()
    with warnings.catch_warnings():
        # Python counts the idle threads of numpy's linear algebra, which sees to it that it can be copied
        warnings.filterwarnings("ignore", ".*multi-threaded, use of fork", DeprecationWarning)
        process = os.fork()
    if process:
        os.close(target)
        return process, open(source, "rb")
    try:
        for other in others:
            other.close()
        os.close(source)
        with open(target, "wb") as pipe:
            for job in jobs:
                pickle.dump(job(), pipe)
                pipe.flush()
    finally:
        os._exit(0)  # without what this process would do at its end
