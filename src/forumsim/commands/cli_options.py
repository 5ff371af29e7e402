"""Options of the command line that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: Largest seed (`forumsim.running.run.MAX_SEED`, which is not imported here: help has to be quick).
MOST_SEED = 2**31 - 1

Folder = Annotated[Path, typer.Argument(help="A results folder.", show_default=False)]
Anyway = Annotated[bool, typer.Option("--anyway", help="Go on even if tables were edited since they were written.")]
Workers = Annotated[
    int | None, typer.Option(min=1, max=4096, help="Parallel processes.  [default: one a core]", show_default=False)
]
WithOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="FILE",
        help="A file with rules, measures, gates, decision rules or scenarios of your own, or the name of an installed "
        "extension; its code is run. May be repeated.",
        show_default=False,
    ),
]

OverlayOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A variant of the scenario: its name (forumsim scenarios SCENARIO lists them) or a TOML file with "
        "[fields] and [parameters]. Where --set gives the same setting, --set is taken.",
        show_default=False,
    ),
]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter (dialogue.level=0.6), a field of the scenario "
                 "(scenario.polarisation=0.8) or a cell of its tables (actors.USA.sincerity=0.9); may be repeated."),
]  # fmt: skip
