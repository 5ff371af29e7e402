"""The journal of a sweep: what is finished is on the disk, and the same command goes on from there.

A folder ``journal/`` inside the results folder holds ``runs.jsonl`` (first line: what is being run; then one line per
finished run, written after the run's data) and ``results.bin`` (the runs' rows, one after another). Both only grow
and are fsynced; after a crash a torn last line is dropped, and data that no line names is overwritten.
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

from forumsim.errors import InputError, Problem

SCHEMA = 1
_LINES, _DATA = "runs.jsonl", "results.bin"
#: Finished runs are made durable together at most this many seconds after the first of them.
COMMIT_SECONDS = 0.25


@dataclass
class RunResult:
    """What one run leaves.

    Attributes
    ----------
    run : int
        Number of the run in the plan, from 0.
    ok : bool
        False when it raised an error; then ``parts`` holds a row of failures.csv alone.
    parts : dict
        Bytes by name of the part: CSV rows by table, and what the summary needs.
    seconds : float
        Time in the model itself.
    """

    run: int
    ok: bool
    parts: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0


class Entry(NamedTuple):
    """Where the parts of a finished run lie in the data file."""

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
        What decides the results: plan, digests. A journal with another head is refused.
    parts : sequence of str
        Names of the parts of a run, in the order in which they are stored.

    Raises
    ------
    InputError
        When the journal belongs to something else, is damaged, or is in use; nothing is touched then.
    """

    def __init__(self, folder: Path, head: Mapping[str, Any], parts: Sequence[str]) -> None:
        self.folder = folder / "journal"
        self.head = {"journal": SCHEMA, "parts": list(parts), **head}
        self.parts = tuple(parts)
        self.done: dict[int, Entry] = {}
        self._waiting: list[RunResult] = []
        self._since = 0.0
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
        differences = compare(earlier, self.head) if isinstance(earlier, dict) else ["it is no journal"]
        if differences:
            raise refusal(self.folder.parent, differences)
        size = (self.folder / _DATA).stat().st_size if (self.folder / _DATA).is_file() else 0
        for number, line in enumerate(rest, start=2):
            run, ok, offset, sizes, seconds = self._parse(line, number)
            if offset + sum(sizes) <= size:
                self.done[run] = Entry(bool(ok), offset, tuple(sizes), seconds)
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
        """Drop what a crash left unfinished; write the head of a new journal."""
        self._end = max((entry.offset + sum(entry.sizes) for entry in self.done.values()), default=0)
        self._lines_end = len(lines)
        if lines:
            self._lines.truncate(self._lines_end)
        else:
            self._lines_end = _write(self._lines, json.dumps(self.head).encode() + b"\n", 0)

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
            pieces = [result.parts.get(part, b"") for part in self.parts]
            sizes = tuple(len(piece) for piece in pieces)
            entries[result.run] = Entry(result.ok, end, sizes, round(result.seconds, 6))
            blobs += pieces
            end += sum(sizes)
        lines = [json.dumps([run, int(e.ok), e.offset, e.sizes, e.seconds]) + "\n" for run, e in entries.items()]
        _write(self._data, b"".join(blobs), self._end)
        lines_end = _write(self._lines, "".join(lines).encode(), self._lines_end)
        self.done |= entries
        self._end, self._lines_end = end, lines_end
        self._waiting = []

    # --- reading ----------------------------------------------------------------------------------------------

    def results(self) -> Iterable[tuple[int, Entry, dict[str, bytes]]]:
        """The finished runs in the order of the plan, one at a time: number, entry, parts."""
        with open(self.folder / _DATA, "rb") as data:
            for run in sorted(self.done):
                entry = self.done[run]
                data.seek(entry.offset)
                blob, parts, at = data.read(sum(entry.sizes)), {}, 0
                for part, size in zip(self.parts, entry.sizes, strict=True):
                    parts[part] = blob[at : at + size]
                    at += size
                yield run, entry, parts

    def close(self) -> None:
        """Close the files; finished runs that were not committed are."""
        try:
            self.commit()
        finally:
            self._data.close()
            self._lines.close()

    def remove(self) -> None:
        """Close and delete: the results are complete."""
        self.close()
        for name in (_DATA, _LINES):
            (self.folder / name).unlink()
        self.folder.rmdir()


def _write(file: FileIO, content: bytes, place: int) -> int:
    """Write and fsync from ``place`` on, whatever an interrupted attempt left there; the place after it."""
    file.truncate(place)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) or 0 :]
    os.fsync(file.fileno())
    return place + len(content)


def _flat(value: Any, place: str = "") -> dict[str, str]:
    """Nested mappings as one level: ``plan.vary.dialogue.level`` -> text of the value."""
    if not isinstance(value, Mapping) or not value:
        return {place: json.dumps(value)}
    flat: dict[str, str] = {}
    for name, item in value.items():
        flat |= _flat(item, f"{place}.{name}" if place else name)
    return flat


def compare(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two heads, one line each, in words for the user."""
    before, after = _flat(earlier), _flat(now)
    lines = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, "absent"), after.get(key, "absent")
        if old == new:
            continue
        if key.endswith("digest"):
            lines.append(f"{key.removesuffix('_digest').replace('_', ' ')} has changed since")
        else:
            lines.append(f"{key.removeprefix('plan.')}: {_short(old)} there, {_short(new)} now")
    if not lines and list(before) != list(after):
        lines.append("the varied names stand in another order, which renumbers the points")
    return lines


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 4] + " ..."


def refusal(folder: Path, differences: Iterable[str]) -> InputError:
    """The error for a folder that holds something else."""
    problems = [Problem(str(folder), line) for line in differences]
    hint = "give another folder with --out, or move this one away"
    problems.append(Problem(str(folder), "nothing was touched", "", hint))
    return InputError(problems, "the folder holds the results of something else")
