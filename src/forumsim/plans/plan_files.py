"""The files beside a plan that it names: tables of points, lists of interventions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.scenarios.reading import read_bytes


def plan_files(given: Mapping[str, Any], place: Callable[[str], Path]) -> dict[str, bytes]:
    """The files beside a plan (tables of points, lists of interventions) by the names that the plan gives them.

    Parameters
    ----------
    given : mapping
        The plan as read.
    place : callable
        Where a file with such a name is.
    """
    own = given.get("part", [])
    tables = [given, *(part for part in own if isinstance(part, Mapping))] if isinstance(own, Sequence) else [given]
    files: dict[str, bytes] = {}
    for table in tables:
        design = table.get("design", {})
        file = design.get("file") if isinstance(design, Mapping) else None
        for name in (file, table.get("interventions")):
            if isinstance(name, str):
                content = read_bytes(place(name), name, [])  # what is wrong with it the checks of the plan say
                files |= {} if content is None else {name: content}
    return files
