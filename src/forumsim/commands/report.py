"""``forumsim report``: figures and a page from a results folder, and a short reading of it."""

from __future__ import annotations

from pathlib import Path

from forumsim.commands.console import say


def report(folder: Path, anyway: bool) -> None:
    """Draw the figures, write the report, print the reading and where things are."""
    from forumsim import analysis

    results = analysis.load_results(folder, anyway)
    page = analysis.report(results)
    say(analysis.reading(results))
    say()
    say(f"report: {page}")
    say(f"tables: {folder / 'summary.csv'}, {folder / 'runs.csv'}, {folder / 'series.csv'}")
    say(f"figures: {folder / 'figures'}")
    say("next: forumsim scenarios (what else there is), forumsim run NAME --set dialogue.level=1, a plan of your own")
