"""A Dask cluster as the place of runs: a running scheduler, processes here, or jobs of a batch system."""

from __future__ import annotations

import contextlib
import importlib
import logging
import multiprocessing
import re
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, shown
from forumsim.sweeps.batch import BATCH_SYSTEMS, batch_cluster, read_profile, refusal
from forumsim.sweeps.executors import MIXED, interrupts_wait
from forumsim.sweeps.versions import OtherVersions

#: Where a plan's runs may take place, for the messages.
CLUSTERS = "tcp://HOST:PORT of a Dask scheduler, local:N, or slurm:PROFILE.toml"
#: Seconds to wait for a scheduler to answer.
PATIENCE = 10
#: Times that Dask hands a chunk to another worker when one cannot take it up (one that dies is counted by Dask itself).
_RETRIES = 3
#: What a worker that died has to come back before Dask gives up its place for good; a busy machine takes its time.
_RESTART = "1 hour"
#: The module with the function that workers call.
WORK = "forumsim.sweeps.work"
_SAME = "scheduler and workers need the same packages as this process"
#: Title of the message when a sweep ends in its middle.
_KEPT = "the cluster cannot be used any longer; what was finished is kept, and the same command goes on"

#: Addresses of schedulers: with a protocol, or HOST:PORT.
_ADDRESS = re.compile(r"[a-z]+://\S+|[^\s:/]+:[0-9]{1,5}")


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: a running scheduler, processes here, or jobs of a batch system."""

    address: str  #: ``tcp://HOST:PORT``, ``local:N``, or ``slurm:PROFILE.toml`` (also pbs, sge, lsf, htcondor, oar)

    @property
    def workers(self) -> int:
        """Chunks handed out at a time, over two; the scheduler may have more workers than it has now."""
        return 8

    def check(self) -> None:
        """See whether the address is one, and whether its profile can be used, before anything is written.

        Raises
        ------
        InputError
        """
        kind, _, rest = self.address.partition(":")
        if kind in BATCH_SYSTEMS:
            read_profile(Path(rest))
        elif not (rest.isascii() and rest.isdigit() if kind == "local" else _ADDRESS.fullmatch(self.address)):
            raise InputError([Problem("--cluster", f"found {shown(self.address)}", CLUSTERS)])

    @contextlib.contextmanager
    def open(self) -> Iterator[Executor]:
        """An executor of the cluster; what was started here ends with it."""
        try:
            import dask.config
            from dask.distributed import Client
        except ImportError:
            raise InputError(
                [Problem("--cluster", "Dask is not installed", "", "pip install 'forumsim[cluster]'")],
                "the cluster cannot be used",
            ) from None
        with contextlib.ExitStack() as stack:
            stack.enter_context(dask.config.set({"distributed.deploy.lost-worker-timeout": _RESTART}))
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
        if isinstance(error, OtherVersions):
            return InputError([Problem("--cluster", f"{self.address}: {error}", "", _SAME)], MIXED)
        if isinstance(error, CancelledError):
            return InputError(
                [Problem("--cluster", f"{self.address}: its scheduler has ended or is out of reach")], _KEPT
            )
        found = f"{self.address}: {type(error).__name__}: {' '.join(str(error).split())}"
        return InputError([Problem("--cluster", found, "", _SAME)], _KEPT)

    def death(self) -> str:
        """In what way a worker died last: Dask does not tell."""
        return "every worker that took up the run died, as when memory runs out"

    def lacking(self) -> str:
        """Workers, where all have died that nobody starts again, or none has come yet.

        Raises
        ------
        InputError
            When there are none, and the batch system takes no jobs any more.
        """
        from dask.distributed import default_client

        try:
            client = default_client()
            if client.nthreads():
                return ""
        except (OSError, ValueError):  # no scheduler, no client: that comes as an error of the chunks
            return ""
        jobs = getattr(client.cluster, "jobs", None)
        if jobs is not None and jobs.refused:
            raise InputError([Problem("--cluster", f"{self.address}: {refusal(jobs.refused[-1])}")], _KEPT)
        words = "has no workers: waiting for some to join" if jobs is None else f"waits: {jobs.words()}"
        return f"{self.address} {words} (Ctrl-C stops, nothing is lost)"

    def _target(self, stack: contextlib.ExitStack) -> Any:
        kind, _, rest = self.address.partition(":")
        if kind == "local":
            from dask.distributed import LocalCluster

            number = int(rest) if rest.isdigit() and int(rest) > 0 else 0
            if not number:
                raise InputError([Problem("--cluster", f"found {self.address!r}", CLUSTERS)])
            before = set(multiprocessing.active_children())
            with interrupts_wait():
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
