"""``forumsim verify``: the known results, one table, status 1 when one fails."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import FAILED, columns, note, progress, say, wrapped
from forumsim.commands.options import With, Workers, argument, option


def verify(
    cases: Annotated[
        list[str] | None,
        argument(metavar="[CASE]...", help="Cases to check.  [default: all]"),
    ] = None,
    workers: Workers = None,
    out: Annotated[Path | None, option(metavar="FILE", help="Write the table to this file as CSV, too.")] = None,
    list_: Annotated[bool, option("--list", help="List the cases with their sources, check none.")] = False,
    with_: With = None,
) -> None:
    """Check the known results of the literature, each a setting of the model's own rules.

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
    from forumsim.studies.verification.cases import CASES

    if list_:
        say(columns((case.name, f"{case.title}. {case.source}") for case in CASES))
        return
    from forumsim.results.files import write_files
    from forumsim.studies.verification.verify import Result, choose, table
    from forumsim.studies.verification.verify import verify as check

    names, extensions = cases or [], load_extensions(with_)
    total = len(choose(names, extensions))
    announce()
    begun, done = time.monotonic(), 0

    def tell(result: Result) -> None:
        nonlocal done
        done += 1
        progress(f"{done} of {total} cases, last: {result.case.name}")

    results = check(names, workers, tell, extensions)
    progress("")
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
