"""All runs of a results folder again, into another folder, and what came out otherwise."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.results.manifest import identity
from forumsim.results.opening import file_digest, tables_of
from forumsim.results.results import Results
from forumsim.running.notes import without_notes
from forumsim.sweeps.differences import differing_files
from forumsim.sweeps.past import Past, open_past
from forumsim.sweeps.progress import Progress
from forumsim.sweeps.rerun import NAMED
from forumsim.sweeps.sweep import sweep


@dataclass(frozen=True)
class PlanRepetition:
    """A plan that was run again."""

    past: Past
    folder: Path | None  #: where the new results are; None when they were the same and are removed
    differences: tuple[str, ...]  #: what is not as it was; empty: identical
    files: tuple[str, ...]  #: the CSV that were compared
    missing: tuple[str, ...] = ()  #: CSV that are not there; the new ones have the SHA-256 that the manifest says


def rerun_plan(
    folder: str | Path,
    out: str | Path | None = None,
    workers: int = 1,
    progress: bool | Progress = False,
    anyway: bool = False,
    with_: Any = None,
) -> PlanRepetition:
    """Run the plan of a results folder again and compare every CSV with what was written.

    Parameters
    ----------
    folder : path
    out : path, optional
        Where to; kept then. By default a hidden folder beside, which is removed when nothing differs. The same call
        goes on where an interrupted one stopped.
    workers : int
    progress : bool or Progress
    anyway : bool
        Go on when plan, scenario or model have changed, and when tables are missing; ids of runs are not compared when
        the model is another.
    with_ : str, path, several of them, or Extensions, optional
        The extensions that the results were made with; their code is run.

    Raises
    ------
    InputError
        There are no results, something has changed that decides them, or ``out`` holds something else.
    """
    past = open_past(folder, anyway, with_)
    place = past.folder.resolve()
    if out is not None and Path(out).resolve() == place:
        raise InputError([Problem(str(out), "is the folder of the results themselves", "another folder")])
    key = hashlib.sha256(json.dumps(identity(past.plan), sort_keys=True).encode()).hexdigest()[:8]
    beside = Path(out) if out is not None else place.with_name(f".{place.name}.rerun-{key}")
    with without_notes():
        again = sweep(past.plan, beside, workers, progress, yes=True)
    lines, files, missing = _compare(past, again)
    if out is None and not lines:
        shutil.rmtree(beside)
        return PlanRepetition(past, None, (), files, missing)
    return PlanRepetition(past, beside, lines, files, missing)


def _compare(past: Past, again: Results) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What differs, the files that were compared, and those that are not there but would be the same."""
    then: Mapping[str, str] = past.results.manifest["files"]
    now: Mapping[str, str] = again.manifest["files"]
    lines: list[str] = []
    files: list[str] = []
    missing: list[str] = []
    for name in dict.fromkeys([*tables_of(past.results), *tables_of(again)]):
        there = past.folder / name
        if name not in then or name not in now:
            lines.append(f"{name}: {'not there' if name not in then else 'not made'}{', but now' * (name in now)}")
        elif name in past.altered and not there.is_file():
            lines.append(f"{name}: {past.altered[name]}")
        elif not there.is_file() and then[name] != now[name]:
            lines.append(f"{name}: other bytes than were written; the file there is missing")
        elif not there.is_file():
            missing.append(name)
        else:
            files.append(name)
            lines += [f"{name}, {line}" for line in _differing(past, there, again.folder / name, now[name])]
    return tuple(lines), tuple(files), tuple(missing)


def _differing(past: Past, there: Path, new: Path, digest: str) -> list[str]:
    """What differs between a table as it is there, whatever the manifest says of it, and the new one."""
    if file_digest(there) == digest:
        return []
    ignored = ["traceback"] + ["run_id"] * bool(past.changes)  # a traceback names places on the disk
    try:
        found = differing_files(there, new, ("run_id", "point", *NAMED), ignored)
    except (UnicodeDecodeError, csv.Error) as error:
        found = [f"the file there cannot be read: {error}"]
    return [*found, *([f"the file there {past.altered[there.name]}"] if there.name in past.altered else [])]
