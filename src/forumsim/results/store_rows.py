"""What the store of a sweep holds: its tables, rows with checksums, and the errors of SQLite in words."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from forumsim.core.errors import InputError, Problem
from forumsim.results.files import STORE, refuse_links

#: Tells the file from databases of others ("fsim"), and its layout from that of other versions.
APPLICATION, LAYOUT = 0x6673696D, 1
TABLES = {
    "facts": "CREATE TABLE facts (number INTEGER PRIMARY KEY, kind TEXT, value TEXT, checksum BLOB)",
    "runs": "CREATE TABLE runs (number INTEGER PRIMARY KEY, run_id TEXT, ok INTEGER, seconds REAL, sizes TEXT, "
    "pieces BLOB, checksum BLOB)",
}
#: Number of the fact that says what the runs are of.
HEAD = 1
#: Rows are text of digits: the fastest level makes them a third as large.
_LEVEL = 1
#: Bytes of a page of SQLite, and of what a row holds beside its pieces: id, sizes, checksum.
_PAGE, _BESIDE = 4096, 90
COLUMNS = "number, run_id, ok, seconds, sizes, pieces, checksum"
REPLACE_FACT = "INSERT OR REPLACE INTO facts (number, kind, value, checksum) VALUES (?, ?, ?, ?)"


@dataclass
class RunResult:
    """What one run leaves."""

    run_id: str
    ok: bool  #: False when it raised an error; then ``pieces`` holds a row of failures.csv alone
    #: bytes by name: CSV rows by table, and what the summary needs
    pieces: dict[str, bytes] = field(default_factory=dict)
    seconds: float = 0.0  #: processor time in the model itself
    #: whether anything came of each intervention, by part and number; not stored
    acts: dict[tuple[int, int], bool] = field(default_factory=dict)


class Entry(NamedTuple):
    """A finished run, without its pieces."""

    number: int
    ok: bool
    seconds: float


def stored_runs(folder: Path, pieces: Sequence[str]) -> Iterator[tuple[str, bool, dict[str, bytes]]]:
    """Id, whether it ended well, and pieces of each run in the store of complete results; nothing is written.

    Raises
    ------
    InputError
        The store is damaged, or a sweep has it just now.
    """
    path = folder / STORE
    if not path.is_file():
        return
    refuse_links(folder)
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"  # what a killed sweep left is undone first
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0.0)) as base:
            check_layout(base, path, dict(base.execute("SELECT name, sql FROM sqlite_schema").fetchall()))
            for row in base.execute(f"SELECT {COLUMNS} FROM runs"):
                yield row[1], bool(row[2]), pieces_of(path, pieces, row)
    except sqlite3.Error as error:
        raise told(path, error) from error


def verify_store(folder: Path) -> int:
    """Number of runs in the store of complete results, after a look at the checksum of every row; nothing is written.

    Raises
    ------
    InputError
        The store is damaged.
    BlockingIOError
        A sweep has it, or was killed while it wrote to it.
    """
    path = folder / STORE
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.0)) as base:
            check_layout(base, path, dict(base.execute("SELECT name, sql FROM sqlite_schema").fetchall()))
            return len(read_rows(path, base)[1])
    except sqlite3.Error as error:
        found = told(path, error)
        damage = isinstance(found, InputError) and found.problems[0].where == str(path)
        raise (found if damage else BlockingIOError("it is being written to, or was when a sweep ended")) from error


def read_rows(path: Path, base: sqlite3.Connection) -> tuple[dict[int, Any], dict[str, Entry]]:
    """Facts by their numbers and finished runs by their ids, after a look whether every row is as it was written."""
    (found,) = base.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise damaged(path, f"is damaged ({' '.join(str(found).split())})")
    rows = base.execute("SELECT number, kind, value, checksum FROM facts ORDER BY number")
    facts = {row[0]: fact(path, row) for row in rows}
    runs: dict[str, Entry] = {}
    for row in base.execute(f"SELECT {COLUMNS} FROM runs ORDER BY number"):
        verify(path, row)
        number, run_id, ok, seconds = row[:4]
        if run_id in runs:
            raise damaged(path, f"holds run {run_id} twice")
        runs[run_id] = Entry(number, bool(ok), seconds)
    if runs and not facts.get(HEAD):
        raise damaged(path, "does not say what its runs are of")
    return facts, runs


def plan_file(folder: Path) -> str:
    """Name of the file of the plan that the sweep in a folder was begun with; empty where the store does not say it."""
    uri = f"{(folder / STORE).absolute().as_uri()}?mode=ro&immutable=1"  # a sweep may be writing to it
    with contextlib.suppress(sqlite3.Error, ValueError, AttributeError):
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as base:
            rows = base.execute("SELECT value FROM facts WHERE kind = 'note' ORDER BY number DESC").fetchall()
        return next((str(note["plan"]) for (text,) in rows if "plan" in (note := json.loads(text))), "")
    return ""


def check_layout(base: sqlite3.Connection, path: Path, tables: Mapping[str, str]) -> None:
    """See that a file is a store, and of this layout."""
    (application,) = base.execute("PRAGMA application_id").fetchone()
    (layout,) = base.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise damaged(path, "is a database, but none of forumsim")
    if layout != LAYOUT:
        raise damaged(path, f"was written by another version of forumsim (layout {layout}, not {LAYOUT})")
    if tables != TABLES:
        raise damaged(path, "does not have the tables that it should")


def damaged(path: Path, found: str) -> InputError:
    """The error for a store that is not as it was written."""
    hint = "restore it, or move the folder away, or give another with --out"
    return InputError([Problem(str(path), found, "", hint)], "the finished runs of the sweep cannot be used")


def told(path: Path, error: sqlite3.Error) -> Exception:
    """An error of SQLite as one that the command line prints in words; a defect stays as it is."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    unreadable = isinstance(error, sqlite3.DataError) or (isinstance(error, sqlite3.OperationalError) and not code)
    if unreadable or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):  # the former: bytes that are no text
        return damaged(path, f"is damaged ({error})")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        found = "another sweep is writing to this folder"
        hint = "wait for it to end; where none is, its file system does not lock files"
        return InputError([Problem(str(path.parent), found, "", hint)], "the sweep cannot start")
    numbers = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS,
               sqlite3.SQLITE_CANTOPEN: errno.EACCES, sqlite3.SQLITE_PERM: errno.EACCES}  # fmt: skip
    if code in numbers:
        return OSError(numbers[code], os.strerror(numbers[code]), str(path))
    return OSError(errno.EIO, str(error), str(path)) if code == sqlite3.SQLITE_IOERR else error


def _checksum(*values: Any) -> bytes:
    """Of text, numbers and bytes in their order; what differs in type or place differs here, too."""
    digest = hashlib.blake2b(digest_size=16)
    for value in values:
        content = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
        digest.update(f"{type(value).__name__} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()


def run_row(number: int, result: RunResult, names: Sequence[str]) -> tuple[Any, ...]:
    """A finished run as the row of the table runs that holds it."""
    blob = [result.pieces.get(name, b"") for name in names]
    sizes = " ".join(str(len(piece)) for piece in blob)
    packed = zlib.compress(b"".join(blob), _LEVEL)
    row = (result.run_id, int(result.ok), round(float(result.seconds), 6), sizes, packed)
    return (number, *row, _checksum(*row))


def stored_size(pieces: Mapping[str, bytes]) -> float:
    """Bytes that a run takes in the store, about: several small rows share a page, a large one has pages of its own."""
    size = len(zlib.compress(b"".join(pieces.values()), _LEVEL)) + _BESIDE
    return size if size > _PAGE else _PAGE / (_PAGE // size)


def verify(path: Path, row: Sequence[Any]) -> None:
    """See that a row of the table runs is as it was written."""
    if _checksum(*row[1:6]) != row[6]:
        raise damaged(path, f"is damaged: row {row[0]} of its runs is not as it was written")


def pieces_of(path: Path, names: Sequence[str], row: Sequence[Any]) -> dict[str, bytes]:
    """The pieces of a run by name, from its row, which is verified."""
    verify(path, row)
    blob, pieces, at = zlib.decompress(row[5]), {}, 0
    for name, size in zip(names, map(int, row[4].split()), strict=True):
        pieces[name] = blob[at : at + size]
        at += size
    return pieces


def fact_row(number: int, kind: str, value: Any) -> tuple[int, str, str, bytes]:
    """Something that is no run, as a row of the table facts."""
    text = json.dumps(value)
    return number, kind, text, _checksum(number, kind, text)


def fact(path: Path, row: Sequence[Any]) -> Any:
    """What a row of the table facts says."""
    if _checksum(*row[:3]) != row[3]:
        raise damaged(path, f"is damaged: row {row[0]} of its facts is not as it was written")
    return json.loads(row[2])
