"""Arguments and options that several commands share; help has to be quick, so that nothing of the model is imported."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

#: Options and arguments whose default is nothing, or stands in their help.
option, argument = partial(typer.Option, show_default=False), partial(typer.Argument, show_default=False)
#: Largest seed (`forumsim.running.run.MAX_SEED`).
MOST_SEED = 2**31 - 1

Case = Annotated[str, typer.Argument(help="A shipped scenario or a folder of your own.")]
Folder = Annotated[Path, argument(help="A results folder.")]
PlanFile = Annotated[Path, argument(help="The plan, a TOML file.")]
Seed = Annotated[int, typer.Option(min=0, max=MOST_SEED, help="Seed: the same seed gives the same bits.")]
Steps = Annotated[int | None, option(min=1, max=100_000, help="Number of steps.  [default: the scenario's]")]
Preset = Annotated[
    str | None, typer.Option(metavar="NAME", help="Dialogue preset: none, track2, track15, track1, intense.")
]
Overlay = Annotated[
    str | None,
    option(
        metavar="NAME",
        help="A variant of the scenario: its name (forumsim scenarios SCENARIO lists them) or a TOML file with "
        "[fields] and [parameters]. Where --set gives the same setting, --set is taken.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter (dialogue.level=0.6), a field of the scenario "
                 "(scenario.polarisation=0.8) or a cell of its tables (actors.USA.sincerity=0.9); may be repeated."),
]  # fmt: skip
With = Annotated[
    list[Path] | None,
    option(
        "--with",
        metavar="FILE",
        help="A file with rules, measures, gates, decision rules or scenarios of your own, or the name of an installed "
        "extension; its code is run. May be repeated.",
    ),
]
Workers = Annotated[int | None, option(min=1, max=4096, help="Parallel processes.  [default: one a core]")]
Quiet = Annotated[bool, option("--quiet", "-q", help="No progress bar.")]
Edited = Annotated[bool, option("--anyway", help="Go on even if tables were edited since they were written.")]
Changed = Annotated[bool, option("--anyway", help="Go on even if plan, scenario, model or tables have changed since.")]
