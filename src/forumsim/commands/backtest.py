"""``forumsim backtest``: ``ai_governance`` against the rosters of autumn 2024 and the life of organisations."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import columns, note, say, wrapped
from forumsim.commands.settings import parse_settings
from forumsim.core.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forumsim.studies.backtest.compare import Comparison

#: The scenario that there are rosters for.
SCENARIO = "ai_governance"


def backtest(
    out: Path | None,
    replicates: int,
    runs: int = 40,
    seed: int = 1,
    settings: Sequence[str] = (),
    own_charter: bool = True,
) -> None:
    """Compare, print the two tables and where the model loses, and write all figures where a file is named.

    Parameters
    ----------
    out : Path, optional
        A CSV file to write.
    replicates : int
        Runs of the rule of membership for each forum.
    runs : int
        Runs of the whole model for the life of organisations.
    seed : int
        Seed that those of replicates and runs follow from.
    settings : sequence of str
        Parameters of the model, ``NAME=VALUE``.
    own_charter : bool
        False: charters of the scored forums from their founders alone.

    Raises
    ------
    InputError
        For a parameter that does not exist, a value out of range, a field of the scenario (none may change), or a
        file in a folder that is not there.
    """
    from forumsim.running.run import record_for
    from forumsim.scenarios import load_scenario

    parameters, fields = parse_settings(settings, None)
    if fields:
        where = f"scenario.{next(iter(fields))}"
        raise InputError([Problem(where, "the backtest moves the start of the scenario itself", "parameters")])
    if out is not None and not out.absolute().parent.is_dir():
        raise InputError([Problem("--out", f"there is no folder {out.parent}")])
    case = load_scenario(SCENARIO)
    record_for(case, parameters)  # mistakes first, before the wait for numba
    announce()
    from forumsim.studies.backtest.compare import compare
    from forumsim.studies.backtest.lives import YEAR, lives
    from forumsim.studies.backtest.losses import life_losses
    from forumsim.studies.backtest.table import write_table

    begun = time.monotonic()
    comparison = compare(case, replicates, seed, parameters, own_charter, _tell)
    life = lives(case, runs, seed, parameters=parameters)
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
    _say_rosters(comparison)
    say()
    _say_life(life, runs, life_losses(life, case.steps / YEAR))
    say()
    say(f"{replicates} replicates a forum, {runs} runs, seed {seed}, {time.monotonic() - begun:.0f} s")
    if out is not None:
        write_table(comparison, life, out)
        note(f"table: {out}")


def _tell(forum: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r\033[Kdone: {forum}", err=True, nl=False)


def _points(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        say("  - " + wrapped(sentence, "    ").lstrip())


def _say_rosters(comparison: Comparison) -> None:
    from forumsim.studies.backtest.losses import misses, roster_losses
    from forumsim.studies.backtest.table import SCORE_HEAD, SCORE_RIGHT, score_rows

    say("Who is in which forum of AI governance, autumn 2024: each forum left out of the facts and forecast")
    say(columns(score_rows(comparison), SCORE_HEAD, right=SCORE_RIGHT))
    say(
        wrapped(
            "n: states of the UN without founders and without rows of general knowledge; in: members, in fact and as "
            "the model expects; AUC with its 95 % interval over states (last two rows: over states and forums); B: "
            "Brier score; logit: ideal point, log power, polyarchy; relat.: distance to the charter, trust in the "
            "founders, 1 / capacity, whether it would be let in; both are fitted on the other forums; share: "
            "everybody at the forum's own share. The model is not fitted here, but its few parameters, gates and "
            "most charters were set with these rosters in view.",
            "  ",
        )
    )
    say(wrapped("Not scored: " + ", ".join(f"{f} ({why})" for f, why in comparison.left_out.items()) + ".", "  "))
    say()
    say("Where the model loses (* the interval excludes 0)")
    _points(roster_losses(comparison))
    say()
    say("Furthest off, with the chance that the model gave")
    say(columns(misses(comparison), ("forum", "members that it gave least", "outsiders that it gave most")))


def _say_life(life: pd.DataFrame, runs: int, losses: Sequence[str]) -> None:
    from forumsim.studies.backtest.table import LIFE_HEAD, life_rows

    say(f"The life of organisations: standing forums that are not bilateral, 95 % intervals over {runs} runs")
    say(columns(life_rows(life), LIFE_HEAD, right="lrrrl"))
    _points(losses)
