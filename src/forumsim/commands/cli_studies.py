"""The commands that study the model itself: known results, real data, sensitivity, calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forumsim.commands.cli_options import MOST_SEED, Anyway, Folder, SettingsOption, WithOption, Workers
from forumsim.commands.console import guarded


def verify(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="Cases to check.  [default: all]", show_default=False),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=4096, help="Parallel processes.  [default: one a core]", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table to this file as CSV, too.", show_default=False)
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the cases with their sources, check none.")] = False,
    with_: WithOption = None,
) -> None:
    """Check the known results of the literature, each a setting of the model's own rules."""
    from forumsim.commands import verify as command

    if list_:
        command.overview()
    else:
        command.verify(cases or [], workers=workers, out=out, with_=with_ or [])


def backtest(
    replicates: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Runs of the rule of membership for each forum.")
    ] = 1000,
    runs: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            show_default=False,
            help="Runs of the model: 40 for the life of organisations, 200 for --hindcast, unless said otherwise.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed: the same seed gives the same figures.")] = 1,
    settings: SettingsOption = None,
    founders_charters: Annotated[
        bool,
        typer.Option(
            "--founders-charters",
            help="Compute the charters of the scored forums from the positions of their founders alone.",
        ),
    ] = False,
    hindcast: Annotated[
        bool,
        typer.Option(
            "--hindcast",
            help="Run from 2018 to autumn 2024 instead, and score what the most powerful "
            "states did: signed, stayed out, founded, met.",
        ),
    ] = False,
    rosters: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Rosters of later years to score instead, "
            "with the columns of a scenario's memberships.csv; needs --forums.",
        ),
    ] = None,
    forums: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="The forums of these rosters, with the columns of a scenario's forums.csv.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all figures to this file as CSV.", show_default=False)
    ] = None,
) -> None:
    """Hold ai_governance against rosters and history, and say where it loses.

    Without options: the rosters of autumn 2024 and the life of organisations.
    """
    from forumsim.commands import backtest as command

    command.backtest(out, replicates, runs, seed, settings or [], not founders_charters, hindcast, rosters, forums)


def sensitivity(
    folder: Folder,
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A measure; may be repeated.  [default: the usual ones]", show_default=False),
    ] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD", help="Study the share of runs with this verdict; may be repeated.", show_default=False
        ),
    ] = None,
    issue: Annotated[
        list[str] | None,
        typer.Option(metavar="ISSUE", help="An issue; may be repeated.  [default: pooled]", show_default=False),
    ] = None,
    part: Annotated[str, typer.Option(metavar="NAME", help="Part of the plan, where it has several.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The file to write.  [default: sensitivity.csv in the folder]", show_default=False
        ),
    ] = None,
    anyway: Anyway = False,
) -> None:
    """Say on which factors the measures depend, from results of the design morris or saltelli."""
    from forumsim.commands import sensitivity as command

    command.sensitivity(folder, measure or [], verdict or [], issue or [], part, out, anyway)


def calibrate(
    file: Annotated[Path, typer.Argument(help="What to calibrate, a TOML file.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder to write to.  [default: results/NAME OF THE FILE]", show_default=False
        ),
    ] = None,
    workers: Workers = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    with_: WithOption = None,
) -> None:
    """Search for parameters with which a scenario comes near targets. The same command again resumes it.

    The file is a plan with ranges in [vary] and a table [target] with trials and file. That file is a CSV with the
    columns measure, issue, step (a number, or end), target and tolerance; source and note may be added.
    experiments/README.md explains them.
    """
    from forumsim.commands import calibrate as command

    command.calibrate(file, out, workers, quiet, with_ or [])


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for function in (verify, backtest, sensitivity, calibrate):
        app.command()(guarded(function))
