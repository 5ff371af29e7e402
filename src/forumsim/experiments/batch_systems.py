"""Clusters that are jobs of a batch system, as a profile (TOML) describes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, shown
from forumsim.reading import read_toml

#: Batch systems by the prefix of ``--cluster``, and their classes in dask-jobqueue.
BATCH_SYSTEMS = {"slurm": "SLURMCluster", "pbs": "PBSCluster", "sge": "SGECluster", "lsf": "LSFCluster",
                 "htcondor": "HTCondorCluster", "oar": "OARCluster"}  # fmt: skip


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
    given = read_profile(profile)
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
