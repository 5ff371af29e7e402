"""``forumsim export``: the tables of a results folder as Parquet and for Stata, its networks as GraphML."""

from __future__ import annotations

from pathlib import Path

from forumsim.commands.console import say
from forumsim.core.errors import InputError, Problem


def export(
    folder: Path, parquet: bool, stata: bool, out: Path | None, anyway: bool = False, graphml: bool = False
) -> None:
    """Write the tables in the formats asked for and say where they are.

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
    written = write(folder, kinds, out, anyway, networks)
    for path in written:
        say(f"{path}  {path.stat().st_size / 1e6:.2f} MB")
    say("to read them: docs/readers.md")
