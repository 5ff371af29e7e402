"""The archive of complete results: what it takes to extend them, where the CSV do not hold it already.

Rows stand in the CSV once; the archive remembers where those of each run are, and keeps the exact end values and
verdicts of which the summary is made. To extend results, or to retry failed runs, the runs move back into a journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.results.files import AtomicFile, atomic
from forumsim.sweeps.journal import Journal, RunResult
from forumsim.sweeps.work import RUN_TABLES

_LINES, _DATA = "archive.jsonl", "archive.bin"
#: Pieces of a run that stand in no CSV.
_EXTRA = ("tail", "verdict")


class ArchiveWriter:
    """Written while results are assembled, one run after the other."""

    def __init__(self, lines: AtomicFile, data: AtomicFile, head: Mapping[str, Any]) -> None:
        self.lines, self.data = lines, data
        lines.write(json.dumps(dict(head)).encode() + b"\n")

    def add(
        self, run_id: str, ok: bool, seconds: float, pieces: Mapping[str, bytes], places: Mapping[str, int]
    ) -> None:
        """One run: the rows it has in each CSV begin at ``places``."""
        spans = [[places.get(name, 0), len(pieces.get(name, b""))] for name in RUN_TABLES]
        extra = [len(pieces.get(name, b"")) for name in _EXTRA]
        line = [run_id, int(ok), seconds, spans, self.data.size, extra]
        for name in _EXTRA:
            self.data.write(pieces.get(name, b""))
        self.lines.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")


def archive_paths(folder: Path) -> tuple[Path, Path]:
    """The two files of an archive."""
    return folder / "journal" / _LINES, folder / "journal" / _DATA


def has_archive(folder: Path) -> bool:
    """Whether complete results can be extended."""
    return all(path.is_file() for path in archive_paths(folder))


def _runs(folder: Path) -> Iterator[RunResult]:
    """The archived runs with their rows.

    Raises
    ------
    InputError
        The CSV are not those that were archived.
    """
    lines, data = archive_paths(folder)
    csv = {name: open(path, "rb") for name in RUN_TABLES if (path := folder / f"{name}.csv").is_file()}  # noqa: SIM115
    try:
        with open(lines, "rb") as listed, open(data, "rb") as extra:
            listed.readline()
            for line in listed:
                run_id, ok, seconds, spans, at, sizes = json.loads(line)
                pieces: dict[str, bytes] = {}
                for name, (place, size) in zip(RUN_TABLES, spans, strict=True):
                    if not size:
                        continue
                    csv[name].seek(place)
                    pieces[name] = csv[name].read(size)
                    if len(pieces[name]) != size or not pieces[name].startswith(f"{run_id},".encode()):
                        raise changed(folder / f"{name}.csv")
                extra.seek(at)
                pieces |= {name: extra.read(size) for name, size in zip(_EXTRA, sizes, strict=True)}
                yield RunResult(run_id, bool(ok), {k: v for k, v in pieces.items() if v}, seconds)
    except KeyError as error:
        raise changed(folder / f"{error.args[0]}.csv") from None
    finally:
        for file in csv.values():
            file.close()


def changed(path: Path) -> InputError:
    """The error for a CSV that is not as it was written."""
    hint = "restore it, or start anew with --fresh"
    return InputError([Problem(str(path), "has changed since it was written", "", hint)], "the results are damaged")


def archived_head(folder: Path) -> dict[str, Any]:
    """What the archived results are of."""
    with open(archive_paths(folder)[0], "rb") as lines:
        return dict(json.loads(lines.readline()))


def archived_ids(folder: Path) -> list[str]:
    """Ids of the archived runs."""
    with open(archive_paths(folder)[0], "rb") as lines:
        lines.readline()
        return [json.loads(line)[0] for line in lines]


def restore(folder: Path, journal: Journal, keep_failed: bool) -> None:
    """Move the archived runs into a journal; what is in it already stays. Safe to repeat after an interruption."""
    for result in _runs(folder):
        if result.run_id not in journal.done and (result.ok or keep_failed):
            journal.append([result])
    journal.commit()


def archive_files(folder: Path) -> Any:
    """The two files of a new archive, to be committed when the results are."""
    (folder / "journal").mkdir(exist_ok=True)
    return atomic(archive_paths(folder))


__all__: Sequence[str] = ("ArchiveWriter", "archive_files", "archived_head", "archived_ids", "has_archive", "restore")
