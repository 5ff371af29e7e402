"""Clusters of jobs of a batch system (Slurm, PBS and others), by dask-jobqueue.

Here is what that leaves open: a job that ended (at its walltime, say) is submitted again, a command of the batch system
that fails is heard of, and it can be said how many jobs wait in the queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, shown
from forumsim.scenarios.reading import read_toml

#: Batch systems by the prefix of ``--cluster``, and their classes in dask-jobqueue.
BATCH_SYSTEMS = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster",
                 "htcondor": "HTCondorCluster", "oar": "OARCluster"}  # fmt: skip
#: Seconds between two looks at the jobs, and seconds without any worker after which a job that had some has ended:
#: a worker that died within its job is started again sooner.
LOOK_SECONDS, GONE_SECONDS = 2.0, 20.0
#: Seconds that the batch system gets to take the first jobs.
SUBMIT_SECONDS = 60.0


class Jobs:
    """The jobs of a cluster, kept at their number.

    Parameters
    ----------
    cluster : dask_jobqueue.JobQueueCluster
    number : int, optional
        How many there are to be; None where Dask decides, between a minimum and a maximum.
    refused : list of exceptions
        What the commands of the batch system ended with, filled as it happens.
    """

    def __init__(self, cluster: Any, number: int | None, refused: list[Exception]) -> None:
        self.cluster, self.number, self.refused = cluster, number, refused
        self._last_seen: dict[Any, float] = {}  # by job: when it had a worker last

    def look(self) -> list[Any]:
        """The jobs that had workers, and have had none for a while."""
        now = time.monotonic()
        present = {str(worker.name) for worker in self.cluster.scheduler.workers.values()}
        for name, spec in self.cluster.worker_spec.items():
            if present & {f"{name}{suffix}" for suffix in spec.get("group", [""])}:
                self._last_seen[name] = now
        known = set(self.cluster.worker_spec)
        ended = [name for name, seen in self._last_seen.items() if now - seen > GONE_SECONDS]
        for name in ended:
            del self._last_seen[name]  # the next job may have the same name
        return [name for name in ended if name in known]

    async def keep(self) -> None:
        """Submit again what has ended, until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            ended = self.look()
            if ended:
                await self.cluster.scale_down(ended)
                if self.number is not None:
                    self.cluster.scale(jobs=self.number)

    def words(self) -> str:
        """How the jobs stand, while there is no worker."""
        ids = [str(job.job_id) for job in self.cluster.workers.values() if getattr(job, "job_id", None)]
        if not ids:
            return "no job is in the queue"
        which = ", ".join(ids[:5]) + (" ..." if len(ids) > 5 else "")
        if self._last_seen:
            return f"the workers of its jobs have gone ({which}); what has ended is submitted again"
        return f"no job has started yet; {len(ids)} pending, or unable to start a worker: {which}"


@contextlib.contextmanager
def batch_cluster(kind: str, profile: Path) -> Iterator[Any]:
    """A cluster of jobs of a batch system, which end with the context. Its ``jobs`` are `Jobs`.

    Parameters
    ----------
    kind : str
        One of `BATCH_SYSTEMS`.
    profile : Path
        TOML: ``jobs`` (how many) or ``minimum`` and ``maximum`` (of workers), and in the table [cluster] what the class
        of dask-jobqueue takes (cores, memory, queue, walltime ...).

    Raises
    ------
    InputError
        The profile cannot be read, or says something that the class does not know; the batch system takes no jobs.
    """
    try:
        import dask_jobqueue
    except ImportError:
        raise InputError(
            [Problem("--cluster", "dask-jobqueue is not installed", "", "pip install 'forumsim[cluster]'")],
            "the cluster cannot be used",
        ) from None
    given = read_profile(profile)
    own = given.get("cluster", {})
    refused: list[Exception] = []
    parent = getattr(dask_jobqueue, BATCH_SYSTEMS[kind])
    settings = {"processes": own.get("cores", 1), "scheduler_options": {"dashboard_address": ":0"}, **own}
    try:
        cluster = parent(job_cls=_heard(parent.job_cls, refused), **settings)
    except (TypeError, ValueError, OSError) as error:
        raise InputError([Problem(f"{profile}: [cluster]", str(error))], "the profile cannot be used") from None
    with cluster:
        number = None if "maximum" in given else given.get("jobs", 1)
        cluster.jobs = Jobs(cluster, number, refused)
        if number is None:
            cluster.adapt(minimum=given.get("minimum", 0), maximum=given["maximum"])
        else:
            cluster.scale(jobs=number)
        _wait_for_submission(cluster, given.get("minimum", 0) if number is None else number)
        keeping = asyncio.run_coroutine_threadsafe(cluster.jobs.keep(), cluster.loop.asyncio_loop)
        try:
            yield cluster
        finally:
            keeping.cancel()


def refusal(error: Exception) -> str:
    """What the batch system said, in a line: its output, where a command has ended with an error."""
    if isinstance(error, FileNotFoundError):
        return f"the command {error.filename} is not on this machine"
    said = re.search(r"Exit code: (.*)\nCommand:\n(\S+)[^\n]*\nstdout:\n(.*)\nstderr:\n(.*)", str(error), re.DOTALL)
    if said is None:
        return " ".join(str(error).split())
    code, command, output, complaint = (" ".join(part.split()) for part in said.groups())
    return f"{command} ended with status {code}: {complaint or output or 'without a word'}"


def _heard(parent: Any, refused: list[Exception]) -> Any:
    """The class of a job whose submission may fail without ending the others: what failed is put into a list."""
    from distributed.deploy.spec import ProcessInterface

    class Heard(parent):  # type: ignore[misc]
        async def start(self) -> None:
            try:
                await super().start()
            except (OSError, RuntimeError, ValueError) as error:
                refused.append(error)
                await ProcessInterface.start(self)

        async def close(self) -> None:
            await super().close()
            await ProcessInterface.close(self)  # which dask-jobqueue leaves out: Dask asks for the status

    Heard.__name__ = parent.__name__
    return Heard


def _wait_for_submission(cluster: Any, number: int) -> None:
    until = time.monotonic() + SUBMIT_SECONDS
    while time.monotonic() < until and not cluster.jobs.refused:
        if sum(bool(getattr(job, "job_id", None)) for job in list(cluster.workers.values())) >= number:
            return
        time.sleep(0.05)
    found = [refusal(error) for error in cluster.jobs.refused] or [f"no answer within {SUBMIT_SECONDS:g} seconds"]
    problems = [Problem("--cluster", words) for words in dict.fromkeys(found)]
    raise InputError(problems, "the batch system takes no jobs")


def read_profile(profile: Path) -> dict[str, Any]:
    """What a profile of a batch system says.

    Raises
    ------
    InputError
        It cannot be read, or has keys and numbers that are none.
    """
    problems: list[Problem] = []
    read = read_toml(profile, str(profile), problems, "a profile of a cluster (TOML)")
    if read is None:
        raise InputError(problems, "the profile cannot be read")
    given = read[1]
    allowed = ("jobs", "minimum", "maximum", "cluster")
    problems += [Problem(f"{profile}: {key}", "no such key", ", ".join(allowed)) for key in given if key not in allowed]
    for key in ("jobs", "minimum", "maximum"):
        if key in given and (not isinstance(given[key], int) or isinstance(given[key], bool) or given[key] < 0):
            problems.append(Problem(f"{profile}: {key}", f"found {shown(given[key])}", "a whole number, 0 or more"))
    if not isinstance(given.get("cluster", {}), dict):
        problems.append(Problem(f"{profile}: cluster", f"found {shown(given['cluster'])}", "a table [cluster]"))
    if problems:
        raise InputError(problems, "the profile cannot be used")
    return given
