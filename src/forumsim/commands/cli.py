"""The command line. Each command is a function of a module of its own, which declares its options and does the work.

What takes long to import is imported within these functions, so that ``forumsim --help`` need not wait for numba and
pandas.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

import forumsim
from forumsim.commands.backtest import backtest
from forumsim.commands.calibrate import calibrate
from forumsim.commands.console import guarded
from forumsim.commands.folders import check, export, package, replay
from forumsim.commands.plan import plan
from forumsim.commands.report import report
from forumsim.commands.rerun import rerun
from forumsim.commands.run import run
from forumsim.commands.scenarios import scenarios
from forumsim.commands.sensitivity import sensitivity
from forumsim.commands.sweep import sweep
from forumsim.commands.usage import Commands
from forumsim.commands.verify import verify
from forumsim.commands.view import view

#: The commands in the order of the help: runs, plans and results folders, studies of the model itself.
RUNS = (scenarios, run, sweep, view, report)
RESULTS = (plan, rerun, replay, check, export, package)
STUDIES = (verify, backtest, sensitivity, calibrate)

app = typer.Typer(
    name="forumsim",
    cls=Commands,
    help="Simulate how states and other actors join, leave, reform and found rival international forums, and when "
    "dialogue brings them together.",
    epilog="Start with: forumsim scenarios, then: forumsim run two_blocs",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
for command in (*RUNS, *RESULTS, *STUDIES):
    app.command(help=inspect.getdoc(command).partition("\n\nRaises\n")[0])(guarded(command))  # type: ignore[union-attr]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"forumsim {forumsim.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str, optional
        Words after ``forumsim``; by default those of the process.
    """
    return app(args=arguments, prog_name="forumsim")
