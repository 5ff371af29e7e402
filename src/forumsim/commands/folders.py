"""Commands on a results folder as it is: ``forumsim check``, ``export``, ``package`` and ``replay``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import FAILED, columns, counted, note, say
from forumsim.commands.options import Changed, Edited, Folder, With, argument, option
from forumsim.core.errors import InputError, Problem


def check(folder: Folder) -> None:
    """Check that a results folder is complete, and its tables as they were written and as the codebook says.

    Raises
    ------
    InputError
        When it is no results folder.
    typer.Exit
        With status 1 when something is wrong.
    """
    from forumsim.results.validation import check_results

    found = check_results(folder)
    say(f"{folder}: what was checked")
    say(columns([(line,) for line in found.checked]))
    for line in found.left_out:
        note(f"forumsim: not checked: {line}")
    if found.problems:
        note(f"forumsim: {folder} is not in order: {counted(len(found.problems), 'problem')}")
        for problem in found.problems:
            note(f"  {problem}")
        raise typer.Exit(FAILED)
    say("all is well")


def export(
    folder: Folder,
    parquet: Annotated[bool, option("--parquet", help="Write Parquet files.")] = False,
    stata: Annotated[bool, option("--stata", help="Write Stata files (.dta, version 118) with labels.")] = False,
    graphml: Annotated[
        bool,
        option(
            "--graphml",
            help="Write the network of actors and forums at the end of each run that was recorded in detail.",
        ),
    ] = False,
    out: Annotated[
        Path | None, option(metavar="DIR", help="Folder to write to.  [default: export in the results folder]")
    ] = None,
    anyway: Edited = False,
) -> None:
    """Write the tables of a results folder in other formats.

    Raises
    ------
    InputError
        When no format is named, there are no results, or a package is missing.
    """
    kinds = [name for name, wanted in (("parquet", parquet), ("dta", stata)) if wanted]
    if not (kinds or graphml):
        raise InputError(
            [Problem("forumsim export", "no format is named", "--parquet, --stata, --graphml, or several")]
        )
    from forumsim.results.export import export as write

    networks = {}
    if graphml:
        from forumsim.analysis import load

        networks = load(folder, anyway).graphml()
    for path in write(folder, kinds, out, anyway, networks):
        _say_size(path)
    say("to read them: docs/readers.md")


def package(
    folder: Folder,
    out: Annotated[
        Path | None, option("--out", "-o", metavar="FILE.zip", help="The file to write.  [default: DIR.zip]")
    ] = None,
    most_mb: Annotated[
        float | None,
        option(
            min=0, metavar="MB", help="Leave out tables that are larger than this; forumsim rerun makes them again."
        ),
    ] = None,
    anyway: Edited = False,
) -> None:
    """Pack a results folder with all that it takes to repeat it: scenarios, versions, forumsim itself, a README.

    Raises
    ------
    InputError
        When there are no complete results, or they are not as they were written.
    """
    from forumsim.results.package import write_package

    path, left_out = write_package(folder, out, most_mb, anyway)
    _say_size(path)
    if left_out:
        say(f"left out, as they are large: {', '.join(left_out)}")
    say("its README.md says how to repeat the results in an empty environment")


def replay(
    folder: Folder,
    run_id: Annotated[str, argument(help="A run, or the beginning of its id.")],
    out: Annotated[
        Path | None, option("--out", "-o", metavar="FILE.html", help="The file to write.  [default: RUN_ID.html]")
    ] = None,
    fresh: Annotated[bool, option("--fresh", help="Replace the file if it is there.")] = False,
    anyway: Changed = False,
    with_: With = None,
) -> None:
    """Write a run of a results folder as one page that plays in any browser, without a server or a network.

    Raises
    ------
    InputError
        When there is no such run, it cannot be repeated, or the file is there already.
    """
    announce(bool(with_))
    from forumsim.app.replay import write_replay

    path, differences = write_replay(folder, run_id, out, fresh, anyway, with_)
    for line in differences:
        note(f"forumsim: not as in the results: {line}")
    _say_size(path)
    say("open it in a browser: it needs no server and no network")


def _say_size(path: Path) -> None:
    say(f"{path}  {path.stat().st_size / 1e6:.2f} MB")
