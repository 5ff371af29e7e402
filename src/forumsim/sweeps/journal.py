"""The journal of a sweep: what is finished is on the disk, and the same command goes on from there.

A folder ``journal/`` inside the results folder holds ``runs.jsonl`` (first line: what is being run; then one line per
finished run, written after the run's data, and notes) and ``results.bin`` (the runs' rows, one after another). Both
only grow and are fsynced; after a crash a torn last line is dropped, and data that no line names is overwritten.

Runs are named by ids that follow from their content, so that a plan may grow and keep what is there.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

from forumsim.core.errors import InputError, Problem
from forumsim.results.heads import compare, refusal

SCHEMA = 2
_LINES, _DATA = "runs.jsonl", "results.bin"
#: Finished runs are made durable together at most this many seconds after the first of them.
COMMIT_SECONDS = 0.25


@dataclass
class RunResult:
    """What one run leaves.

    Attributes
    ----------
    run_id : str
    ok : bool
        False when it raised an error; then ``pieces`` holds a row of failures.csv alone.
    pieces : dict
        Bytes by name: CSV rows by table, and what the summary needs.
    seconds : float
        Processor time in the model itself.
    """

    run_id: str
    ok: bool
    pieces: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0


class Entry(NamedTuple):
    """Where the pieces of a finished run lie in the data file."""

    ok: bool
    offset: int
    sizes: tuple[int, ...]
    seconds: float


class Journal:
    """Append-only record of finished runs; one process at a time writes to it.

    Parameters
    ----------
    folder : Path
        The results folder.
    head : mapping
        What decides the results: plan, digests.
    pieces : sequence of str
        Names of the pieces of a run, in the order in which they are stored.
    allow : callable, optional
        Given the head of an earlier journal and this one, the differences that forbid to go on; by default all.

    Raises
    ------
    InputError
        When the journal belongs to something else, is damaged, or is in use; nothing is touched then.
    """

    def __init__(self, folder: Path, head: Mapping[str, Any], pieces: Sequence[str], allow: Any = compare) -> None:
        self.folder = folder / "journal"
        self.head = {"journal": SCHEMA, "pieces": list(pieces), **head}
        self.pieces = tuple(pieces)
        self.done: dict[str, Entry] = {}
        self.notes: list[dict[str, Any]] = []
        self._waiting: list[RunResult] = []
        self._since = 0.0
        self._allow, self._changed = allow, False
        lines = self._read()
        self.folder.mkdir(parents=True, exist_ok=True)
        # unbuffered: after a failed write (a full disk) nothing waits to be written at the wrong place
        self._lines: FileIO = open(self.folder / _LINES, "ab", buffering=0)  # noqa: SIM115 - closed by `close`
        self._lock()
        self._data: FileIO = open(self.folder / _DATA, "ab", buffering=0)  # noqa: SIM115
        self._repair(lines)

    # --- opening ----------------------------------------------------------------------------------------------

    def _read(self) -> bytes:
        """The complete lines of an earlier sweep, after its head was compared; empty for a new one."""
        path = self.folder / _LINES
        content = path.read_bytes() if path.is_file() else b""
        content = content[: content.rfind(b"\n") + 1]
        if not content:
            return b""
        first, *rest = content.splitlines()
        earlier = self._parse(first, 1)
        if not isinstance(earlier, dict):
            raise refusal(self.folder.parent, ["it is no journal"])
        if compare(earlier, self.head):
            forbidden = self._allow(earlier, self.head)
            if forbidden:
                raise refusal(self.folder.parent, forbidden)
            content = json.dumps(self.head).encode() + content[len(first) :]
            self._changed = True
        size = (self.folder / _DATA).stat().st_size if (self.folder / _DATA).is_file() else 0
        for number, line in enumerate(rest, start=2):
            parsed = self._parse(line, number)
            if isinstance(parsed, dict):
                self.notes.append(parsed)
                continue
            run_id, ok, offset, sizes, seconds = parsed
            if offset + sum(sizes) <= size:
                self.done[run_id] = Entry(bool(ok), offset, tuple(sizes), seconds)
        return content

    def _parse(self, line: bytes, number: int) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            place = f"{self.folder / _LINES}, line {number}"
            hint = "move the folder away, or give another with --out"
            raise InputError([Problem(place, "cannot be read", "", hint)], "the journal is damaged") from None

    def _lock(self) -> None:
        try:
            import fcntl
        except ImportError:  # not on Windows: there the user has to see to it
            return
        try:
            fcntl.flock(self._lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lines.close()
            found = "another sweep is writing to this folder"
            raise InputError([Problem(str(self.folder.parent), found)], "the sweep cannot start") from None

    def _repair(self, lines: bytes) -> None:
        """Drop what a crash left unfinished; write the head of a new journal, or of one that is extended."""
        self._end = max((entry.offset + sum(entry.sizes) for entry in self.done.values()), default=0)
        self._lines_end = len(lines)
        if not lines:
            self._lines_end = _write(self._lines, json.dumps(self.head).encode() + b"\n", 0)
        elif self._changed:
            self._replace_lines(lines)
        else:
            self._lines.truncate(self._lines_end)

    def _replace_lines(self, lines: bytes) -> None:
        """Another head: the file of lines is written anew beside the old one and takes its place; the lock moves."""
        beside = self.folder / f".{_LINES}.partial"
        with open(beside, "wb", buffering=0) as file:
            _write(file, lines, 0)
        os.replace(beside, self.folder / _LINES)
        self._lines.close()
        self._lines = open(self.folder / _LINES, "ab", buffering=0)  # noqa: SIM115 - closed by `close`
        self._lock()

    # --- writing ----------------------------------------------------------------------------------------------

    def append(self, results: Iterable[RunResult]) -> None:
        """Take finished runs; they are on the disk after the next `commit`, which follows soon by itself."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting += results
        if time.monotonic() - self._since >= COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make all finished runs durable: first their data, then the lines that name it."""
        if not self._waiting:
            return
        entries, blobs, end = {}, [], self._end
        for result in self._waiting:
            blob = [result.pieces.get(name, b"") for name in self.pieces]
            sizes = tuple(len(piece) for piece in blob)
            entries[result.run_id] = Entry(result.ok, end, sizes, round(result.seconds, 6))
            blobs += blob
            end += sum(sizes)
        lines = [json.dumps([run, int(e.ok), e.offset, e.sizes, e.seconds]) + "\n" for run, e in entries.items()]
        _write(self._data, b"".join(blobs), self._end)
        lines_end = _write(self._lines, "".join(lines).encode(), self._lines_end)
        self.done |= entries
        self._end, self._lines_end = end, lines_end
        self._waiting = []

    def note(self, **words: Any) -> None:
        """Write down something that is no run, such as why a point got no further replicates."""
        if words not in self.notes:
            self.commit()
            self.notes.append(words)
            self._lines_end = _write(self._lines, json.dumps(words).encode() + b"\n", self._lines_end)

    def forget(self, runs: Iterable[str]) -> None:
        """Take runs as not done: they will be run, and written down, again."""
        for run in runs:
            self.done.pop(run, None)

    # --- reading ----------------------------------------------------------------------------------------------

    def results(self, order: Iterable[str]) -> Iterable[tuple[str, Entry, dict[str, bytes]]]:
        """The finished ones of some runs, one at a time in the order given: id, entry, pieces."""
        self.commit()
        with open(self.folder / _DATA, "rb") as data:
            for run in order:
                entry = self.done.get(run)
                if entry is None:
                    continue
                data.seek(entry.offset)
                blob, pieces, at = data.read(sum(entry.sizes)), {}, 0
                for piece, size in zip(self.pieces, entry.sizes, strict=True):
                    pieces[piece] = blob[at : at + size]
                    at += size
                yield run, entry, pieces

    def close(self) -> None:
        """Close the files; finished runs that were not committed are."""
        try:
            self.commit()
        finally:
            self._data.close()
            self._lines.close()

    def remove(self) -> None:
        """Close and delete: the results are complete, and archived."""
        self.close()
        for name in (_LINES, _DATA):
            (self.folder / name).unlink()


def has_journal(folder: Path) -> bool:
    """Whether a results folder holds a journal to go on with."""
    return (folder / "journal" / _LINES).is_file()


def _write(file: FileIO, content: bytes, place: int) -> int:
    """Write and fsync from ``place`` on, whatever an interrupted attempt left there; the place after it."""
    file.truncate(place)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) or 0 :]
    os.fsync(file.fileno())
    return place + len(content)
