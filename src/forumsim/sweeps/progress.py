"""Progress of a sweep: a bar with rate and time to go on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol

#: Seconds between two plain lines.
PLAIN_SECONDS = 10.0


class Progress(Protocol):
    """What the runner tells."""

    def start(self, total: int, done: int) -> None:
        """Begin: ``done`` of ``total`` runs are in the store already."""

    def expect(self, total: int) -> None:
        """There are so many runs so far; with adaptive replication it may become more."""

    def advance(self, runs: int, failed: int) -> None:
        """So many runs have ended, of which ``failed`` with an error."""

    def note(self, text: str) -> None:
        """Say a line."""

    def __enter__(self) -> Progress: ...

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class Silent:
    """Says nothing."""

    def start(self, total: int, done: int) -> None:
        """Begin."""

    def expect(self, total: int) -> None:
        """Expect nothing."""

    def advance(self, runs: int, failed: int) -> None:
        """Count nothing."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""


class Counter(Silent):
    """Counts, and knows the rate: since the first result, because what comes before it is starting and compiling."""

    def start(self, total: int, done: int) -> None:
        """Begin to count."""
        self.total, self.done, self.failed = total, done, 0
        self.base = done
        self.began: float | None = None

    def expect(self, total: int) -> None:
        """Know the number of runs."""
        self.total = total

    def advance(self, runs: int, failed: int) -> None:
        """Count."""
        self.done += runs
        self.failed += failed
        if self.began is None:
            self.began, self.base = time.monotonic(), self.done

    def words(self) -> str:
        """Rate, time to go and failures."""
        parts = []
        if self.began is not None and self.done > self.base:
            rate = (self.done - self.base) / max(time.monotonic() - self.began, 1e-9)
            parts = [f"{rate:.1f} runs/s"]
            if self.done < self.total:
                parts.append(f"{duration((self.total - self.done) / rate)} to go")
        if self.failed:
            parts.append(f"{self.failed} failed")
        return ", ".join(parts)


class Lines(Counter):
    """Plain lines on standard error, for logs: at most one every few seconds, and one at the end."""

    said = 0.0

    def advance(self, runs: int, failed: int) -> None:
        """Count, and say a line if it is time."""
        super().advance(runs, failed)
        now = time.monotonic()
        if now - self.said >= PLAIN_SECONDS or self.done == self.total:
            self.said = now
            words = self.words()
            self.note(f"{self.done}/{self.total} runs" + (f", {words}" if words else ""))

    def note(self, text: str) -> None:
        """Say a line."""
        print(text, file=sys.stderr, flush=True)


class Bar(Counter):
    """A bar of the library rich, on standard error."""

    def __init__(self, console: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        words = TextColumn("{task.fields[words]}")
        columns = (TextColumn("runs"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn(), words)
        self.bar = RichProgress(*columns, console=console, expand=True)

    def start(self, total: int, done: int) -> None:
        """Show the bar."""
        super().start(total, done)
        self.task = self.bar.add_task("runs", total=total, completed=done, words="starting")
        self.bar.start()

    def expect(self, total: int) -> None:
        """Make the bar as long as there are runs."""
        super().expect(total)
        self.bar.update(self.task, total=total)

    def advance(self, runs: int, failed: int) -> None:
        """Move the bar."""
        super().advance(runs, failed)
        self.bar.update(self.task, completed=self.done, words=self.words())

    def note(self, text: str) -> None:
        """Say a line above the bar."""
        self.bar.console.print(text, highlight=False, markup=False)

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the bar as it stands."""
        self.bar.stop()


def make_progress(wanted: bool) -> Progress:
    """A bar on a terminal, lines where standard error is none, nothing when not wanted."""
    if not wanted:
        return Silent()
    from rich.console import Console

    console = Console(stderr=True)
    return Bar(console) if console.is_terminal else Lines()


def duration(seconds: float) -> str:
    """Time in words: 45 s, 12 min, 3.5 h, 12 days."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 96 * 3600 else f"{seconds / 86400:.0f} days"
