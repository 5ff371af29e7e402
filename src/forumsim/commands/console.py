"""Words on the terminal: errors without traceback, columns, wrapped text."""

from __future__ import annotations

import contextlib
import functools
import re
import shutil
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import current_process
from typing import Any, ParamSpec

import typer

from forumsim.core.errors import InputError

P = ParamSpec("P")

#: Exit statuses: runs that failed, a mistake of the user, an interruption (128 + SIGINT).
FAILED, MISTAKE, INTERRUPTED = 1, 2, 130


def width() -> int:
    """Columns of text to fill: those of the terminal, at most 110."""
    return max(60, min(110, shutil.get_terminal_size((100, 24)).columns))


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Text that a terminal shows and does not obey: control characters are written out, as in ``\x1b``."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def say(text: str = "") -> None:
    """Print a line on standard output."""
    typer.echo(printable(text))


def note(text: str) -> None:
    """Print a line on standard error: what accompanies a result without being one."""
    typer.echo(printable(text), err=True)


@contextlib.contextmanager
def telling_notes() -> Iterator[None]:
    """Print what a user of Python gets as a warning of the kind `RunNote`."""
    from forumsim.running.notes import RunNote

    with warnings.catch_warnings():
        warnings.simplefilter("always", RunNote)
        others = warnings.showwarning

        def tell(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
            if issubclass(category, RunNote):
                note(f"forumsim: {message}")
            else:
                others(message, category, *place, **more)

        warnings.showwarning = tell
        yield


def progress(text: str) -> None:
    """A line on a terminal that the next one replaces; an empty one clears it."""
    if sys.stderr.isatty():
        typer.echo(f"\r\033[K{printable(text)}", err=True, nl=False)


#: Signs at the beginning of a cell that make a spreadsheet take it for a formula.
FORMULA = ("=", "+", "-", "@", "\t")


def warn_of_formulas(scenarios: Iterable[Any]) -> None:
    """Say that results hold names which a spreadsheet takes for formulas: the CSV keeps them as they are."""
    names = [name for case in scenarios for name in (*case.actor_names, *case.forum_names) if name.startswith(FORMULA)]
    if names:
        some = f"{names[0]!r}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        note(f"forumsim: a spreadsheet takes names that begin with {' '.join(FORMULA[:4])} for formulas ({some}): "
             "import the columns as text (docs/readers.md)")  # fmt: skip


def wrapped(text: str, indent: str = "") -> str:
    """Text filled to the width of the terminal, paragraphs kept apart."""
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    filled = [textwrap.fill(part, width(), initial_indent=indent, subsequent_indent=indent) for part in paragraphs]
    return "\n\n".join(filled)


def counted(number: int, word: str) -> str:
    """``1 run``, ``2 runs``."""
    return f"{number} {word}{'s' * (number != 1)}"


def value_text(value: Any) -> str:
    """A setting as plans and ``--set`` have it: ``true``, ``unset``, ``0.25``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return "unset" if value != value else f"{value:.12g}"
    return str(value)


def number_text(value: float) -> str:
    """A number with three digits, or its whole part where that has more; empty where it is missing."""
    return "" if value != value else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def columns(rows: Iterable[Sequence[Any]], head: Sequence[str] = (), right: str = "") -> str:
    """Rows as aligned columns of text.

    Parameters
    ----------
    rows : iterable of sequences
        Cells, converted by ``str``. The last column is wrapped when the line gets too long.
    head : sequence of str
        Headings, or empty.
    right : str
        One letter a column, ``r`` to align it to the right; columns beyond it are aligned to the left.
    """
    cells = [[" ".join(str(cell).splitlines()) for cell in row] for row in ([head] if head else []) + list(rows)]
    if not cells:
        return ""
    sizes = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = []
    for row in cells:
        start = "  "
        for i, cell in enumerate(row[:-1]):
            start += (cell.rjust(sizes[i]) if right[i : i + 1] == "r" else cell.ljust(sizes[i])) + "  "
        last = row[-1].rjust(sizes[-1]) if right[len(row) - 1 : len(row)] == "r" else row[-1]
        room = max(20, width() - len(start))
        parts = textwrap.wrap(last, room, break_long_words=False, break_on_hyphens=False) or [""]
        lines.append((start + parts[0]).rstrip())
        lines += [" " * len(start) + part for part in parts[1:]]
    return "\n".join(lines)


def describe(error: InputError) -> str:
    """The message of an input error: its title, then one mistake a line."""
    count = len(error.problems)
    head = error.title or ("there is a mistake in the input" if count == 1 else f"{count} mistakes in the input")
    return "\n".join([f"forumsim: {head}"] + [f"  {problem}" for problem in error.problems])


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Let a command end as a person expects: mistakes as a message and status 2, Ctrl-C as status 130.

    A defect of forumsim itself keeps its traceback: it is for whoever repairs it.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if getattr(current_process(), "_inheriting", False):  # a worker imports the script that called the command
            from forumsim.sweeps.executors import end_if_imported

            end_if_imported()
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except InputError as error:
            note(describe(error))
            raise typer.Exit(MISTAKE) from None
        except KeyboardInterrupt:
            note("\nforumsim: interrupted")
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of a pipe (head, less) has seen enough; nothing may be flushed to it at exit.
            sys.stdout = None  # type: ignore[assignment]
            raise typer.Exit(0) from None
        except MemoryError:
            note("forumsim: there is not enough memory for this (a limit such as ulimit -v counts, too)")
            raise typer.Exit(FAILED) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            note(f"forumsim: {place}{error.strerror or error}")
            raise typer.Exit(MISTAKE) from None

    return run
