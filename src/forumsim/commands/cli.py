"""The command line: ``forumsim scenarios | run | view | sweep | report``, and the commands of the two modules
`forumsim.commands.cli_results` and `forumsim.commands.cli_studies`.

Only names, options and help texts stand here; what a command does is a module of `forumsim.commands`, imported when
it is called, so that ``forumsim --help`` need not wait for numba and pandas.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from forumsim.commands import cli_results, cli_studies
from forumsim.commands.cli_options import MOST_SEED, OverlayOption, SettingsOption, WithOption
from forumsim.commands.console import guarded

app = typer.Typer(
    name="forumsim",
    help="Simulate how states and other actors join, leave, reform and found rival international forums, and when "
    "dialogue brings them together.",
    epilog="Start with: forumsim scenarios, then: forumsim run two_blocs",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)

StepsOption = Annotated[
    int | None, typer.Option(min=1, max=100_000, help="Number of steps.  [default: the scenario's]", show_default=False)
]
PresetOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Dialogue preset: none, track2, track15, track1, intense.")
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"forumsim {version('forumsim')}")
        except PackageNotFoundError:  # run from the source folder alone
            typer.echo("forumsim (not installed)")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
@guarded
def scenarios(
    name: Annotated[str | None, typer.Argument(help="A shipped scenario or a folder; left out: list all.")] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", metavar="DIR", help="Copy the scenario into a new folder, to edit it.")
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Say what is unusual about the start of the scenario, and how it ends without dialogue."
        ),
    ] = False,
    with_: WithOption = None,
) -> None:
    """List the scenarios, show or check one, or copy one to start your own."""
    from forumsim.commands import scenarios as command

    if copy is not None:
        command.copy(name, copy, with_ or [])
    elif check:
        command.check(name, with_ or [])
    elif name is not None:
        command.show(name, with_ or [])
    else:
        command.overview(with_ or [])


@app.command()
@guarded
def run(
    scenario: Annotated[str, typer.Argument(help="A shipped scenario or a folder of your own.")],
    seed: Annotated[
        int, typer.Option(min=0, max=MOST_SEED, help="Seed of the run: the same seed gives the same bits.")
    ] = 1,
    steps: StepsOption = None,
    settings: SettingsOption = None,
    preset: PresetOption = None,
    overlay: OverlayOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write tables of the run into this (new) folder.")
    ] = None,
    every: Annotated[int, typer.Option(min=1, max=100_000, help="Steps between two records of the measures.")] = 1,
    interventions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What is done to the run: the interventions.csv of another run, or a TOML file with tables "
            "[[interventions]]. Each has a step, an act (set, shock, join, leave, found, meet, host, channel, write) "
            "and what the act takes, which experiments/README.md lists.",
            show_default=False,
        ),
    ] = None,
    twin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="Compare the run with its twin, the run of the same seed with this setting, such as dialogue.level=0; "
            "may be repeated.",
            show_default=False,
        ),
    ] = None,
    with_: WithOption = None,
) -> None:
    """Run a scenario once and say how it ended."""
    from forumsim.commands import run as command

    command.run(
        scenario, seed=seed, steps=steps, settings=settings or [], preset=preset, out=out, every=every,
        interventions=interventions, twin=twin or [], with_=with_ or [], overlay=overlay,
    )  # fmt: skip


@app.command()
@guarded
def sweep(
    plan: Annotated[Path, typer.Argument(help="The plan, a TOML file.", show_default=False)],
    workers: Annotated[
        int | None, typer.Option(min=1, max=4096, help="Parallel processes.  [default: one a core]", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Results folder.  [default: results/NAME OF THE PLAN]", show_default=False),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh",
            help="Replace results of another plan or model, or with missing tables, once the new ones are complete.",
        ),
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="A Dask cluster: tcp://HOST:PORT, local:N or slurm:PROFILE.toml.",
            show_default=False,
        ),
    ] = None,
    extend: Annotated[
        bool, typer.Option("--extend", help="Add the plan's new replicates and points to the results that are there.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first run that fails.")] = False,
    max_failures: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Stop when more than N runs have failed.", show_default=False)
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run the runs again that failed before.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Run a very large plan without being asked.")] = False,
    with_: WithOption = None,
) -> None:
    """Run an experiment: every point of a plan, many times. The same command again resumes it."""
    from forumsim.commands import sweep as command

    command.sweep(
        plan, out, workers, cluster, fresh, quiet, fail_fast=fail_fast, max_failures=max_failures,
        retry_failed=retry_failed, extend=extend, yes=yes, with_=with_ or [],
    )  # fmt: skip


@app.command()
@guarded
def view(
    scenario: Annotated[
        str, typer.Argument(help="A shipped scenario or a folder of your own; with RUN_ID a results folder.")
    ] = "ai_governance",
    run_id: Annotated[
        str | None,
        typer.Argument(help="A run of the results folder, or the beginning of its id.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed of the run.")] = 1,
    steps: StepsOption = None,
    settings: SettingsOption = None,
    preset: PresetOption = None,
    overlay: OverlayOption = None,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Address to listen at. Others on the network can open the page unless it is a loopback address.",
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A further name under which browsers open the page, such as that of a proxy; may be repeated.",
            show_default=False,
        ),
    ] = None,
    root_path: Annotated[
        str, typer.Option(metavar="PATH", help="Path under which a proxy shows the page.", show_default=False)
    ] = "",
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Show the run even if plan, scenario, model or tables have changed since."),
    ] = False,
    with_: WithOption = None,
) -> None:
    """Watch and steer a run in the browser, compare two, or look back on a run of a results folder."""
    from forumsim.commands import view as command

    command.view(
        scenario, seed, steps, settings or [], preset, host, port, browser, allow_host or [], root_path, with_ or [],
        overlay, run_id, anyway,
    )  # fmt: skip


@app.command()
@guarded
def report(
    folder: Annotated[Path, typer.Argument(help="A results folder.", show_default=False)],
    measures: Annotated[
        list[str] | None,
        typer.Option(
            metavar="A,B",
            help="Draw these measures: columns of series.csv.  [default: the usual ones]",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="A,B",
            help="Write the figures in these formats: png, pdf, svg.  [default: all three]",
            show_default=False,
        ),
    ] = None,
    width: Annotated[
        str,
        typer.Option(
            metavar="LENGTH",
            help="Width of the figures, such as 3.5in or 9cm; letters have the same size in print at any width.  "
            "[default: A4]",
            show_default=False,
        ),
    ] = "",
    dpi: Annotated[
        int | None, typer.Option(metavar="N", help="Dots per inch of the PNG files.  [default: 300]")
    ] = None,
    no_title: Annotated[
        bool, typer.Option("--no-title", help="Leave the titles out, for journals that set them as captions.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write report and figures there; the results folder stays as it is.",
            show_default=False,
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Go on even if tables were edited since they were written.")
    ] = False,
) -> None:
    """Draw the figures of a results folder, write its report and say in short what it shows."""
    from forumsim.commands import report as command

    command.report(folder, out, measures or [], format_ or [], width, not no_title, dpi, anyway)


cli_results.register(app)
cli_studies.register(app)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Words after ``forumsim``; by default those of the process.
    """
    return app(args=arguments, prog_name="forumsim")
