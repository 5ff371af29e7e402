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
    """A worker has other versions than the process that hands out the runs, or cannot run their extensions."""


def checked(ours: Mapping[str, str], work: Callable[..., Any], *arguments: Any) -> Any:
    """Do the work, or hand back `OtherVersions` without doing it.

    It is handed back and not raised, since Dask would try a chunk that raises on other workers first.
    """
    theirs, worker = versions(), f"the worker on {platform.node()} (process {os.getpid()})"
    if theirs != ours:
        words = [
            f"{name} {theirs.get(name, 'is missing')} (here {mine})"
            for name, mine in ours.items()
            if theirs.get(name) != mine
        ]
        return OtherVersions(f"{worker} has {', '.join(words)}")
    try:
        return work(*arguments)
    except InputError as error:
        return OtherVersions(f"{worker} cannot run the extensions: {'; '.join(map(str, error.problems))}")
