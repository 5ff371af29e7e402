"""Progress of a sweep on standard error: a bar of the library rich on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

#: Seconds between two plain lines.
PLAIN_SECONDS = 10.0


class Progress:
    """What the runner tells, counted and shown.

    Rate and time to go are those since the first result, because what comes before it is starting and compiling.

    Parameters
    ----------
    shown : bool
        Whether to say anything.
    console : rich.console.Console, optional
        Where to; by default standard error.
    """

    def __init__(self, shown: bool = True, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, quiet=not shown)
        words = TextColumn("{task.fields[words]}")
        columns = (TextColumn("runs"), BarColumn(bar_width=None), MofNCompleteColumn(), TimeElapsedColumn(), words)
        self.bar = Bar(*columns, console=self.console, expand=True, disable=not shown or not self.console.is_terminal)
        self.failed, self.said = 0, 0.0

    def start(self, total: int, done: int) -> None:
        """Begin: ``done`` of at most ``total`` runs are in the store already."""
        self.bar.add_task("runs", total=total, completed=done, words="starting")
        self.bar.start()

    def expect(self, total: int) -> None:
        """There are so many runs so far; with adaptive replication it may become more."""
        self.bar.update(self.bar.task_ids[0], total=total)

    def advance(self, runs: int, failed: int) -> None:
        """So many runs have ended, of which ``failed`` with an error."""
        self.failed += failed
        (task,) = self.bar.tasks
        self.bar.update(task.id, advance=runs)
        words = [f"{task.speed:.1f} runs/s"] if task.speed else []
        words += [f"{duration(task.time_remaining)} to go"] if task.time_remaining else []
        words += [f"{self.failed} failed"] if self.failed else []
        self.bar.update(task.id, words=", ".join(words))
        if self.bar.disable and (task.finished or time.monotonic() - self.said >= PLAIN_SECONDS):
            self.said = time.monotonic()
            self.note(", ".join([f"{task.completed:.0f}/{task.total:.0f} runs", *words]))

    def note(self, text: str) -> None:
        """Say a line, above the bar where there is one."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the bar as it stands."""
        if not self.bar.disable:
            self.bar.stop()


def duration(seconds: float) -> str:
    """Time in words: 45 s, 12 min, 3.5 h, 12 days."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 96 * 3600 else f"{seconds / 86400:.0f} days"
