"""``forumsim check``: is a results folder whole, and are its tables what they say they are."""

from __future__ import annotations

from pathlib import Path

import typer

from forumsim.commands.console import FAILED, columns, note, say


def check(folder: Path) -> None:
    """Check a results folder and print all that is wrong with it.

    Parameters
    ----------
    folder : Path

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
        count = len(found.problems)
        note(f"forumsim: {folder} is not in order: {count} {'problem' if count == 1 else 'problems'}")
        for problem in found.problems:
            note(f"  {problem}")
        raise typer.Exit(FAILED)
    say("all is well")
