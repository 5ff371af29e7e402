"""What a plan needs besides its own text: its scenarios, the files beside it, the versions of installed packages.

A results folder holds all of it below ``inputs/``, so that a copy of the folder can be run again where there is neither
the scenario nor the plan's folder. The manifest says which name in the plan stands for which place there.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from forumsim.plans.plan import Plan

#: Folder within the results.
FOLDER = "inputs"
#: Folder of the files of extensions within it: they are there to be read, and run only when a user names them.
EXTENSIONS = f"{FOLDER}/extensions"
#: Exact versions of what computes results, in the form of a requirements file.
ENVIRONMENT = f"{FOLDER}/environment.txt"
#: Extras of forumsim that plans may need; the others compute nothing.
_EXTRAS = ("sensitivity",)


def inputs_of(plan: Plan, scenarios: Sequence[Any]) -> tuple[dict[str, bytes], dict[str, str]]:
    """What belongs into the results folder of a plan.

    Parameters
    ----------
    plan : Plan
    scenarios : sequence of Scenario
        Those of its parts.

    Returns
    -------
    files : dict of str to bytes
        Contents by name, relative to the results folder, with slashes.
    places : dict of str to str
        For each scenario and file, as the plan calls it: where it is in the results folder.
    """
    files = {ENVIRONMENT: environment().encode()}
    places: dict[str, str] = {}
    for part, scenario in zip(plan.parts, scenarios, strict=True):
        if part.scenario not in places:
            place = _free(f"{FOLDER}/scenarios", part.scenario, places.values())
            places[part.scenario] = place
            files |= {f"{place}/{name}": content for name, content in scenario.files.items()}
    for source in plan.extensions.sources:
        if not source.installed:
            places[source.name] = f"{EXTENSIONS}/{source.name}"
            files[places[source.name]] = source.text.encode()
    for name, content in plan.files.items():
        places[name] = _free(f"{FOLDER}/files", name, places.values())
        files[places[name]] = content
    return files, places


def _free(folder: str, name: str, taken: Any) -> str:
    """A place for a name that may be a path of any system, apart from those that are taken."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    stem, dot, suffix = (re.sub(r"[^\w.+-]", "_", last).lstrip(".") or "scenario").partition(".")
    lowered = {place.lower() for place in taken}
    place, number = f"{folder}/{stem}{dot}{suffix}", 1
    while place.lower() in lowered:
        number += 1
        place = f"{folder}/{stem}_{number}{dot}{suffix}"
    return place


def places_of(manifest: Mapping[str, Any], folder: Path) -> dict[str, Path]:
    """Where the names of the plan are in a results folder; names that lead out of it are left out."""
    given = manifest.get("inputs", {})
    return {name: folder / place for name, place in given.items() if is_within(place)}


def is_within(name: str) -> bool:
    """Whether a name from a manifest is that of a file in the folder: relative, with slashes, and without ``..``."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


@functools.cache
def environment() -> str:
    """The installed versions of forumsim's requirements and theirs, one a line, as pip takes them.

    What a process has imported does not change: it is looked up once.
    """
    lines = sorted(f"{name}=={version}" for name, version in _installed().items())
    return "\n".join([f"# with forumsim {version_of('forumsim')}, which is on no index", *lines]) + "\n"


def _installed() -> dict[str, str]:
    """Versions by name of all that forumsim needs, directly or not, as far as it is installed."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("forumsim", extra) for extra in ("", *_EXTRAS)]
    while waiting:
        name, extra = key = waiting.pop()
        version = version_of(name)
        if key in seen or not version:
            continue
        seen.add(key)
        found[name] = version
        for needed in _needs(name, extra):
            waiting += [(canonicalize_name(needed.name), more) for more in ("", *needed.extras)]
    found.pop("forumsim", None)
    return found


def _needs(name: str, extra: str) -> Iterator[Requirement]:
    for text in importlib.metadata.requires(name) or []:
        with suppress(InvalidRequirement):  # written before the present rules
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                yield needed


@functools.cache
def version_of(name: str) -> str:
    """The version of an installed package; empty where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
