"""``forumsim verify``: the known results, one table, status 1 when one fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import FAILED, columns, note, say, wrapped


def overview() -> None:
    """List the cases."""
    from forumsim.studies.verification.cases import CASES

    say(columns((case.name, f"{case.title}. {case.source}") for case in CASES))


def verify(names: list[str], workers: int | None, out: Path | None, with_: Sequence[Path] = ()) -> None:
    """Check the cases and print what each should be, what it is, and whether that will do.

    With extensions each of their functions is a case: what it has to keep whatever it does. Without names these alone
    are checked.

    Raises
    ------
    InputError
        When a name is no case.
    typer.Exit
        With status 1 when a case fails.
    """
    from forumsim.extensions import load_extensions
    from forumsim.results.files import write_files
    from forumsim.studies.verification.verify import Result, choose, table
    from forumsim.studies.verification.verify import verify as check

    extensions = load_extensions(with_)
    total = len(choose(names, extensions))
    announce()
    begun, done = time.monotonic(), 0

    def tell(result: Result) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            typer.echo(f"\r\033[K{done} of {total} cases, last: {result.case.name}", err=True, nl=done == total)

    results = check(names, workers, tell, extensions)
    for result in results:
        say(f"{result.case.title}  [{result.case.name}]")
        say(wrapped(result.case.source, "  "))
        rows = [
            (
                "ok" if finding.holds else "FAILS", finding.what, finding.target,
                f"{finding.obtained}  [{finding.interval}]" if finding.interval else finding.obtained,
            )
            for finding in result.findings
        ]  # fmt: skip
        if rows:
            say(columns(rows, head=("", "finding", "target", "obtained")))
        if result.error:
            say("  FAILS  the check itself ended in an error:")
            say(result.error)
        say()
    failed = [result.case.name for result in results if not result.holds]
    findings = sum(len(result.findings) for result in results)
    if out is not None:
        write_files(out.parent, {out.name: table(results).to_csv(index=False, lineterminator="\n")})
        note(f"table: {out}")
    say(f"{total - len(failed)} of {total} cases hold ({findings} findings, {time.monotonic() - begun:.0f} s)")
    if failed:
        note(f"forumsim: {', '.join(failed)} failed")
        raise typer.Exit(FAILED)
