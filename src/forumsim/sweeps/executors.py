"""Where runs take place: this process, a pool of processes, a Dask cluster. All are `concurrent.futures.Executor`."""

from __future__ import annotations

import contextlib
import importlib
import logging
import multiprocessing
import os
import signal
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem

#: Where a plan's runs may take place, for the messages.
CLUSTERS = "tcp://HOST:PORT of a Dask scheduler, local:N, or slurm:PROFILE.toml"
#: Seconds to wait for a scheduler to answer.
PATIENCE = 20
#: Times that workers may die while they start, before it is taken for more than an accident.
STARTS = 3
#: Seconds that idle workers get to end.
END_SECONDS = 2.0
#: Times that Dask hands a chunk to another worker when one cannot take it up (one that dies is counted by Dask itself).
_RETRIES = 3
#: The module with the function that workers call.
WORK = "forumsim.sweeps.work"
_SAME = "scheduler and workers need the same packages as this process"
#: Title of the message when a sweep ends in its middle.
_KEPT = "the cluster cannot be used any longer; what was finished is kept, and the same command goes on"


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
    """Processes on this machine; one worker is this process itself.

    Attributes
    ----------
    workers : int
    """

    workers: int = 1

    @contextlib.contextmanager
    def open(self) -> Iterator[Executor]:
        """An executor; processes are spawned, so that they inherit no state, and ended when an error passes through.

        Raises
        ------
        RuntimeError
            When the workers cannot start.
        """
        if self.workers == 1:
            yield SerialExecutor()
            return
        before = set(multiprocessing.active_children())
        pool: Executor | None = None
        try:
            for _ in range(STARTS):
                pool = self._started()
                if pool is not None:
                    break
            if pool is None:
                raise RuntimeError(
                    "the workers could not start: a script that calls sweep(..., workers=2) has to do so below "
                    "if __name__ == '__main__':"
                )
            yield pool
        except BaseException:
            if pool is not None:
                pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.terminate()
            raise
        pool.shutdown(wait=False, cancel_futures=True)
        _end(set(multiprocessing.active_children()) - before)

    def trouble(self, error: BaseException) -> Exception | None:
        """The error itself: workers that die break the pool."""
        return error if isinstance(error, Exception) else RuntimeError(str(error))

    def lacking(self) -> str:
        """Nothing: processes that died are replaced."""
        return ""

    def _started(self) -> Executor | None:
        """A pool with a worker that answers; None where a worker died on the way."""
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_deaf_to_interrupts)
        try:
            with _interrupts_wait():
                started = [pool.submit(_ready) for _ in range(self.workers)]  # each starts a process
            started[0].result()
        except BrokenProcessPool:
            pool.shutdown(wait=False, cancel_futures=True)
            return None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return pool


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
def _interrupts_wait() -> Iterator[None]:
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


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: a running scheduler, processes here, or jobs of a batch system.

    Attributes
    ----------
    address : str
        ``tcp://HOST:PORT``, ``local:N``, or ``slurm:PROFILE.toml`` (also pbs, sge, lsf, htcondor, oar).
    """

    address: str

    @property
    def workers(self) -> int:
        """Chunks handed out at a time, over two; the scheduler may have more workers than it has now."""
        return 8

    @contextlib.contextmanager
    def open(self) -> Iterator[Executor]:
        """An executor of the cluster; what was started here ends with it."""
        try:
            from dask.distributed import Client
        except ImportError:
            raise InputError(
                [Problem("--cluster", "Dask is not installed", "", "pip install 'forumsim[cluster]'")],
                "the cluster cannot be used",
            ) from None
        with contextlib.ExitStack() as stack:
            target = self._target(stack)
            stack.enter_context(_silent("distributed.client"))
            try:
                client = stack.enter_context(Client(target, timeout=PATIENCE))
            except (OSError, ValueError) as error:
                raise InputError(
                    [Problem("--cluster", f"{self.address}: {error}", CLUSTERS)], "the cluster cannot be reached"
                ) from None
            self._try_out(client)
            yield client.get_executor(pure=False, retries=_RETRIES)

    def _try_out(self, client: Any) -> None:
        """Let the workers that are there import what they need: Dask ends those that cannot, and waits for others."""
        answers = client.run(importlib.import_module, WORK, on_error="return")
        wrong = {str(answer) for answer in answers.values() if isinstance(answer, ImportError)}
        problems = [Problem("--cluster", f"{self.address}: on a worker, {words}", "", _SAME) for words in sorted(wrong)]
        if problems:
            raise InputError(problems, "the cluster cannot be used")

    def trouble(self, error: BaseException) -> Exception | None:
        """None where workers died of a chunk; else a message: neither is a failure of the runs.

        Dask gives a chunk up when four workers have died of it (its setting distributed.scheduler.allowed-failures),
        and cancels all of them when it loses its scheduler.
        """
        from dask.distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return None
        if isinstance(error, CancelledError):
            return InputError(
                [Problem("--cluster", f"{self.address}: its scheduler has ended or is out of reach")], _KEPT
            )
        found = f"{self.address}: {type(error).__name__}: {' '.join(str(error).split())}"
        return InputError([Problem("--cluster", found, "", _SAME)], _KEPT)

    def lacking(self) -> str:
        """Workers, where all have died that nobody starts again, or none has come yet."""
        from dask.distributed import default_client

        try:
            workers = default_client().nthreads()
        except (OSError, ValueError):  # no scheduler, no client: that comes as an error of the chunks
            return ""
        words = f"{self.address} has no workers: waiting for some to join (Ctrl-C stops, nothing is lost)"
        return "" if workers else words

    def _target(self, stack: contextlib.ExitStack) -> Any:
        kind, _, rest = self.address.partition(":")
        if kind == "local":
            from dask.distributed import LocalCluster

            number = int(rest) if rest.isdigit() and int(rest) > 0 else 0
            if not number:
                raise InputError([Problem("--cluster", f"found {self.address!r}", CLUSTERS)])
            before = set(multiprocessing.active_children())
            with _interrupts_wait():
                cluster = LocalCluster(n_workers=number, threads_per_worker=1, dashboard_address=None)
            stack.enter_context(cluster)
            stack.push(lambda kind, *_: _kill(cluster, before) if kind else None)
            return cluster
        if kind in BATCH_SYSTEMS:
            return stack.enter_context(batch_cluster(kind, Path(rest)))
        return self.address


@contextlib.contextmanager
def _silent(name: str) -> Iterator[None]:
    """Keep back what a logger of Dask says (with tracebacks) of things that end in a message here."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _kill(cluster: Any, before: set[Any]) -> None:
    """End the workers of a cluster here at once, which would else be given seconds to finish what nobody waits for."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
    for process in set(multiprocessing.active_children()) - before:
        process.kill()


#: Batch systems by the prefix of ``--cluster``, and their classes in dask-jobqueue.
BATCH_SYSTEMS = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster",
                 "htcondor": "HTCondorCluster", "oar": "OARCluster"}  # fmt: skip


def batch_cluster(kind: str, profile: Path) -> Any:
    """A cluster of jobs of a batch system.

    Parameters
    ----------
    kind : str
        One of `BATCH_SYSTEMS`.
    profile : Path
        TOML: ``jobs`` (how many) or ``minimum`` and ``maximum``, and in the table [cluster] what the class of
        dask-jobqueue takes (cores, memory, queue, walltime ...).

    Raises
    ------
    InputError
        The profile cannot be read, or says something that the class does not know.
    """
    try:
        import dask_jobqueue
    except ImportError:
        raise InputError(
            [Problem("--cluster", "dask-jobqueue is not installed", "", "pip install 'forumsim[cluster]'")],
            "the cluster cannot be used",
        ) from None
    try:
        given = tomllib.loads(profile.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(str(profile), str(error), "a TOML file")], "the profile cannot be read") from None
    allowed = ("jobs", "minimum", "maximum", "cluster")
    problems = [Problem(f"{profile}: {key}", "no such key", ", ".join(allowed)) for key in given if key not in allowed]
    for key in ("jobs", "minimum", "maximum"):
        if key in given and (not isinstance(given[key], int) or isinstance(given[key], bool) or given[key] < 0):
            problems.append(Problem(f"{profile}: {key}", f"found {given[key]!r}", "a whole number, 0 or more"))
    if problems:
        raise InputError(problems, "the profile cannot be used")
    settings = {"processes": given.get("cluster", {}).get("cores", 1), **given.get("cluster", {})}
    try:
        cluster = getattr(dask_jobqueue, BATCH_SYSTEMS[kind])(**settings)
    except (TypeError, ValueError) as error:
        raise InputError([Problem(f"{profile}: [cluster]", str(error))], "the profile cannot be used") from None
    if "maximum" in given:
        cluster.adapt(minimum=given.get("minimum", 0), maximum=given["maximum"])
    else:
        cluster.scale(jobs=given.get("jobs", 1))
    return cluster
