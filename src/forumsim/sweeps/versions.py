"""Whether a worker computes what this process would: compared with every chunk of runs, where it runs."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
from collections.abc import Callable, Mapping
from typing import Any

from forumsim.core.errors import InputError

#: Packages that decide the bits of a run; Python itself does not, the golden runs are the same on all that are tested.
DECISIVE = ("numpy", "numba", "llvmlite")


@functools.cache
def versions() -> dict[str, str]:
    """What decides the bits of a run in this process: the model, packages, the kind of processor."""
    from forumsim.core.compilation import MODEL_DIGEST

    found = {"the model of forumsim": MODEL_DIGEST[:12]}
    found |= {name: importlib.metadata.version(name) for name in DECISIVE}
    return found | {"processor": platform.machine()}


class OtherVersions(Exception):
    """A worker has other versions than the process that hands out the runs.

    Parameters
    ----------
    worker : str
        Where it is.
    theirs, ours : mapping
        As `versions` gives them.
    """

    def __init__(self, worker: str, theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
        super().__init__(worker, theirs, ours)
        self.worker, self.theirs, self.ours = worker, theirs, ours

    def __str__(self) -> str:
        words = [
            f"{name} {self.theirs.get(name, 'is missing')} (here {mine})"
            for name, mine in self.ours.items()
            if self.theirs.get(name) != mine
        ]
        return f"the worker on {self.worker} has {', '.join(words)}"


class NoExtensions(OtherVersions):
    """A worker cannot run the extensions of the runs that it is given.

    Parameters
    ----------
    worker : str
        Where it is.
    why : str
        What is wrong there.
    """

    def __init__(self, worker: str, why: str) -> None:
        Exception.__init__(self, worker, why)
        self.worker, self.why = worker, why

    def __str__(self) -> str:
        return f"the worker on {self.worker} cannot run the extensions: {self.why}"


def checked(ours: Mapping[str, str], work: Callable[..., Any], *arguments: Any) -> Any:
    """Do the work, or hand back `OtherVersions` or `NoExtensions` without doing it.

    It is handed back and not raised, since Dask would try a chunk that raises on other workers first.
    """
    theirs, here = versions(), f"{platform.node()} (process {os.getpid()})"
    if theirs != ours:
        return OtherVersions(here, theirs, ours)
    try:
        return work(*arguments)
    except InputError as error:
        return NoExtensions(here, "; ".join(map(str, error.problems)))
