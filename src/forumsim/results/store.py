"""The store of a sweep: its finished runs, in one SQLite file from which all tables are written.

``sweep.sqlite`` in the results folder holds what is run (the head), the rows of every finished run, and notes. It stays
when the results are complete, so that they can be extended and failed runs tried again. Runs are named by ids that
follow from their content: a plan may grow and keep what is there.

One process at a time has the file, from before the first read until it ends. Finished runs become durable together, in
a transaction every quarter of a second; what a crash leaves of one is undone by SQLite when the file is opened next. It
uses a rollback journal and no write-ahead log, as the latter does not work on network file systems. On these (NFS,
Lustre) the store works where locks do, which the mount decides; where they do not, SQLite refuses, and nothing is run.

Each row carries a checksum of its id and content. All are verified when the file is opened, and again when one is read.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from forumsim.results.files import STORE, refuse_links
from forumsim.results.store_rows import (
    APPLICATION,
    COLUMNS,
    HEAD,
    LAYOUT,
    REPLACE_FACT,
    TABLES,
    Entry,
    RunResult,
    check_layout,
    damaged,
    fact_row,
    pieces_of,
    read_rows,
    run_row,
    told,
)

#: Finished runs are made durable together at most this many seconds after the first of them.
COMMIT_SECONDS = 0.25
#: How far SQLite waits for the disk: what is committed outlives a power cut.
SYNCHRONOUS = "FULL"
#: Number of the second fact, after the head; notes come after it.
_SETTLED = 2


class Store:
    """The finished runs of a results folder; one process at a time has it.

    Parameters
    ----------
    folder : Path
        The results folder; it and the file are made where they are not there.
    pieces : sequence of str
        Names of the pieces of a run.

    Attributes
    ----------
    head : dict
        What the runs are of; empty until the first `begin`.
    done : dict
        The finished runs that are on the disk, by id.
    notes : list of dict

    Raises
    ------
    InputError
        When the file is in use, damaged, or none that this version writes; nothing is touched then.
    OSError
        When it cannot be written.
    """

    def __init__(self, folder: Path, pieces: Sequence[str]) -> None:
        self.path = folder / STORE
        self.pieces = tuple(pieces)
        self.head: dict[str, Any] = {}
        self.done: dict[str, Entry] = {}
        self.notes: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}
        self._settled = self._last = 0
        self._waiting: dict[int, RunResult] = {}
        self._since = 0.0
        refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with self._told():
            self._base = sqlite3.connect(self.path, isolation_level=None, timeout=0.0)
        try:
            with self._told():
                self._open()
        except BaseException:
            self._base.close()
            raise

    # --- opening ----------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Lock, then look at what is there, all of it."""
        base = self._base
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        base.execute("BEGIN EXCLUSIVE")
        try:
            tables = dict(base.execute("SELECT name, sql FROM sqlite_schema").fetchall())
            if tables:
                check_layout(base, self.path, tables)
                self._read()
            else:
                base.execute(f"PRAGMA application_id = {APPLICATION}")
                base.execute(f"PRAGMA user_version = {LAYOUT}")
                for table in TABLES.values():
                    base.execute(table)
            base.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _read(self) -> None:
        facts, self.done = read_rows(self.path, self._base)
        self.head = facts.pop(HEAD, {})
        self._settled = facts.pop(_SETTLED, 0)
        self.notes = list(facts.values())
        self._numbers = {run_id: entry.number for run_id, entry in self.done.items()}
        self._last = max(self._numbers.values(), default=0)

    def begin(self, head: Mapping[str, Any]) -> None:
        """Say what is being run; replaces what an earlier sweep said, which the caller has compared."""
        if self.head != head:
            with self._transaction() as base:
                base.execute(REPLACE_FACT, fact_row(HEAD, "head", head))
            self.head = json.loads(json.dumps(head))

    @property
    def settled(self) -> tuple[str, ...]:
        """Ids of the runs that the tables in the folder were written from."""
        return tuple(run for run, number in self._numbers.items() if number <= self._settled)

    # --- writing ----------------------------------------------------------------------------------------------

    def append(self, results: Iterable[RunResult]) -> None:
        """Take finished runs; they are on the disk after the next `commit`, which follows soon by itself."""
        if not self._waiting:
            self._since = time.monotonic()
        for result in results:
            if result.run_id not in self._numbers:
                self._last += 1
                self._numbers[result.run_id] = self._last
            self._waiting[self._numbers[result.run_id]] = result
        if time.monotonic() - self._since >= COMMIT_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Make all finished runs durable. After an error, a full disk say, it can be called again."""
        if not self._waiting:
            return
        rows = [run_row(number, result, self.pieces) for number, result in self._waiting.items()]
        with self._transaction() as base:
            base.executemany(f"INSERT OR REPLACE INTO runs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for number, run_id, ok, seconds, *_ in rows:
            self.done[run_id] = Entry(number, bool(ok), seconds)
        self._waiting = {}

    def note(self, **words: Any) -> None:
        """Write down something that is no run, such as why a point got no further replicates."""
        if words not in self.notes:
            self.commit()
            with self._transaction() as base:
                base.execute(REPLACE_FACT, fact_row(_SETTLED + 1 + len(self.notes), "note", words))
            self.notes.append(words)

    def forget(self, runs: Iterable[str]) -> None:
        """Take runs as not done: what comes of them next takes the place of what is there."""
        for run in runs:
            self.done.pop(run, None)

    def settle(self, runs: Iterable[str]) -> None:
        """The tables in the folder are those of just these runs; others, of an extension given up, are removed."""
        self.commit()
        kept = set(runs)
        lost = [run for run in self._numbers if run not in kept]
        with self._transaction() as base:
            base.executemany("DELETE FROM runs WHERE number = ?", [(self._numbers[run],) for run in lost])
            base.execute(REPLACE_FACT, fact_row(_SETTLED, "settled", self._last))
        self._settled = self._last
        for run in lost:
            self.done.pop(run, None)
            del self._numbers[run]

    # --- reading ----------------------------------------------------------------------------------------------

    def results(self, order: Iterable[str]) -> Iterator[tuple[str, Entry, dict[str, bytes]]]:
        """The finished ones of some runs, one at a time in the order given: id, entry, pieces."""
        self.commit()
        for run in order:
            entry = self.done.get(run)
            if entry is None:
                continue
            with self._told():
                row = self._base.execute(f"SELECT {COLUMNS} FROM runs WHERE number = ?", (entry.number,)).fetchone()
            if row is None or row[1] != run:
                raise damaged(self.path, f"does not hold run {run} any more")
            yield run, entry, pieces_of(self.path, self.pieces, row)

    def close(self) -> None:
        """Close the file; finished runs that were not committed are."""
        try:
            self.commit()
        finally:
            self._base.close()

    # --- SQLite -----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._told():
            try:
                self._base.execute("BEGIN")
                yield self._base
                self._base.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        if self._base.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # some errors have rolled it back already
                self._base.execute("ROLLBACK")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of SQLite in words."""
        try:
            yield
        except sqlite3.Error as error:
            raise told(self.path, error) from error


def refuse_busy(folder: Path) -> None:
    """See to it that no sweep is writing to a folder, whatever else is wrong with its store.

    Raises
    ------
    InputError
    """
    refuse_links(folder)
    if (folder / STORE).is_file():
        try:
            with contextlib.closing(sqlite3.connect(folder / STORE, isolation_level=None, timeout=0.0)) as base:
                base.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise told(folder / STORE, error) from error
