"""The commands on plans and results folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forumsim.commands.cli_options import Anyway, Folder, WithOption, Workers
from forumsim.commands.console import guarded


def rerun(
    folder: Folder,
    run_id: Annotated[
        str | None, typer.Argument(help="A run, or the beginning of its id.  [default: all]", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write the results there: all of them, or the tables of one run in full detail.",
            show_default=False,
        ),
    ] = None,
    workers: Workers = None,
    debug: Annotated[bool, typer.Option("--debug", help="Open the debugger where the run raises its error.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Go on even if plan, scenario, model or tables have changed since.")
    ] = False,
    with_: WithOption = None,
) -> None:
    """Repeat a run of a results folder, or all of them, and say whether they are the same to the bit."""
    from forumsim.commands import rerun as command

    if run_id is None:
        command.rerun_all(folder, out, workers, anyway, quiet, with_ or [])
    else:
        command.rerun_one(folder, run_id, out, anyway, debug, with_ or [])


def replay(
    folder: Folder,
    run_id: Annotated[str, typer.Argument(help="A run, or the beginning of its id.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE.html", help="The file to write.  [default: RUN_ID.html]", show_default=False
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replace the file if it is there.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Go on even if plan, scenario, model or tables have changed since.")
    ] = False,
    with_: WithOption = None,
) -> None:
    """Write a run of a results folder as one page that plays in any browser, without a server or a network."""
    from forumsim.commands import replay as command

    command.replay(folder, run_id, out, fresh, anyway, with_ or [])


def check(folder: Folder) -> None:
    """Check that a results folder is complete, and its tables as they were written and as the codebook says."""
    from forumsim.commands import check as command

    command.check(folder)


def export(
    folder: Folder,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write Parquet files.")] = False,
    stata: Annotated[bool, typer.Option("--stata", help="Write Stata files (.dta, version 118) with labels.")] = False,
    graphml: Annotated[
        bool,
        typer.Option(
            "--graphml",
            help="Write the network of actors and forums at the end of each run that was recorded in detail.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder to write to.  [default: export in the results folder]", show_default=False
        ),
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Write the tables of a results folder in other formats."""
    from forumsim.commands import export as command

    command.export(folder, parquet, stata, out, anyway, graphml)


def package(
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE.zip", help="The file to write.  [default: DIR.zip]", show_default=False
        ),
    ] = None,
    most_mb: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="MB",
            help="Leave out tables that are larger than this; forumsim rerun makes them again.",
            show_default=False,
        ),
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Pack a results folder with all that it takes to repeat it: scenarios, versions, forumsim itself, a README."""
    from forumsim.commands import package as command

    command.package(folder, out, most_mb, anyway)


def plan(
    file: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results folder to be used: is there room on its disk?", show_default=False),
    ] = None,
    no_try: Annotated[
        bool, typer.Option("--no-try", help="Do not try a run: time and size are not estimated then.")
    ] = False,
    with_: WithOption = None,
) -> None:
    """Say how large a plan is, and what time and disk it will take, before anything runs."""
    from forumsim.commands import plan as command

    command.plan(file, workers, out, not no_try, with_ or [])


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for function in (plan, rerun, replay, check, export, package):
        app.command()(guarded(function))
