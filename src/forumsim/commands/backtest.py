"""``forumsim backtest``: ``ai_governance`` against rosters, history from 2018, and the life of organisations."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import columns, note, progress, say, wrapped
from forumsim.commands.options import Seed, Settings, option
from forumsim.commands.settings import parse_settings
from forumsim.core.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from forumsim.scenarios import Scenario
    from forumsim.studies.backtest.compare import Comparison

#: The scenario that there are rosters for.
SCENARIO = "ai_governance"
#: Runs where the command line does not say: of the life of organisations, and of a hindcast.
RUNS, HINDCAST_RUNS = 40, 200


def backtest(
    replicates: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Runs of the rule of membership for each forum.")
    ] = 1000,
    runs: Annotated[
        int | None,
        option(
            min=1,
            max=1_000_000,
            help=f"Runs of the model: {RUNS} for the life of organisations, {HINDCAST_RUNS} for --hindcast, unless "
            "said otherwise.",
        ),
    ] = None,
    seed: Seed = 1,
    settings: Settings = None,
    founders_charters: Annotated[
        bool,
        option(
            "--founders-charters",
            help="Compute the charters of the scored forums from the positions of their founders alone.",
        ),
    ] = False,
    hindcast: Annotated[
        bool,
        option(
            "--hindcast",
            help="Run from 2018 to autumn 2024 instead, and score what the most powerful "
            "states did: signed, stayed out, founded, met.",
        ),
    ] = False,
    rosters: Annotated[
        Path | None,
        option(
            metavar="FILE",
            help="Rosters of later years to score instead, "
            "with the columns of a scenario's memberships.csv; needs --forums.",
        ),
    ] = None,
    forums: Annotated[
        Path | None,
        option(metavar="FILE", help="The forums of these rosters, with the columns of a scenario's forums.csv."),
    ] = None,
    out: Annotated[Path | None, option(metavar="FILE", help="Write all figures to this file as CSV.")] = None,
) -> None:
    """Hold ai_governance against rosters and history, and say where it loses.

    Without options: the rosters of autumn 2024 and the life of organisations.

    Raises
    ------
    InputError
        For a parameter that does not exist, a value out of range, a field of the scenario (none may change), options
        that do not go together, mistakes in the files, or a file to write in a folder that is not there.
    """
    from forumsim.results.files import write_files
    from forumsim.running.run import params_for
    from forumsim.scenarios import load_scenario

    parameters, fields = parse_settings(settings or ())
    own_charter = not founders_charters
    problems = _conflicts(hindcast, rosters, forums, own_charter)
    if fields:
        where = f"scenario.{next(iter(fields))}"
        problems.append(Problem(where, "the backtest moves the start of the scenario itself", "parameters"))
    if out is not None and not out.absolute().parent.is_dir():
        problems.append(Problem("--out", f"there is no folder {out.parent}"))
    if problems:
        raise InputError(problems)
    case = load_scenario(SCENARIO)
    params_for(case, parameters)  # mistakes first, before the wait for numba
    begun = time.monotonic()
    if hindcast:
        table = _hindcast(case, HINDCAST_RUNS if runs is None else runs, seed, parameters)
    elif rosters is not None and forums is not None:
        table = _later(case, rosters, forums, replicates, seed, parameters, own_charter)
    else:
        table = _autumn(case, replicates, RUNS if runs is None else runs, seed, parameters, own_charter)
    say(f"seed {seed}, {time.monotonic() - begun:.0f} s")
    if out is not None:
        write_files(out.parent, {out.name: table.to_csv(index=False, lineterminator="\n")})
        note(f"table: {out}")


def _conflicts(hindcast: bool, rosters: Path | None, forums: Path | None, own_charter: bool) -> list[Problem]:
    """Options that do not go together."""
    problems = []
    for given, missing, name, other in ((rosters, forums, "--forums", "--rosters"),
                                        (forums, rosters, "--rosters", "--forums")):  # fmt: skip
        if given is not None and missing is None:
            problems.append(Problem(name, f"is missing, {other} needs it", "both files, or neither"))
    if hindcast and (rosters is not None or forums is not None):
        problems.append(Problem("--hindcast", "given together with files of later rosters", "one of the two"))
    if hindcast and not own_charter:
        problems.append(Problem("--founders-charters", "given together with --hindcast", "one of the two"))
    return problems


def _autumn(
    case: Scenario, replicates: int, runs: int, seed: int, parameters: Mapping[str, Any], own_charter: bool
) -> pd.DataFrame:
    """The rosters of autumn 2024 and the life of organisations."""
    announce()
    from forumsim.studies.backtest.compare import compare
    from forumsim.studies.backtest.lives import YEAR, lives
    from forumsim.studies.backtest.losses import life_losses
    from forumsim.studies.backtest.table import LIFE_HEAD, life_rows, long_table

    comparison = compare(case, replicates, seed, parameters, own_charter, _tell)
    life = lives(case, runs, seed, parameters=parameters)
    progress("")
    say("Who is in which forum of AI governance, autumn 2024: each forum left out of the facts and forecast")
    _say_rosters(
        comparison,
        "both are fitted on the other forums; share: everybody at the forum's own share. The model is not fitted here, "
        "but its few parameters, gates and most charters were set with these rosters in view.",
    )
    say()
    say(f"The life of organisations: standing forums that are not bilateral, 95 % intervals over {runs} runs")
    say(columns(life_rows(life), LIFE_HEAD, right="llrrrl"))
    _points(life_losses(life, case.steps / YEAR))
    say()
    say(f"{replicates} replicates a forum, {runs} runs")
    return long_table(comparison, life)


def _later(
    case: Scenario,
    rosters: Path,
    forums: Path,
    replicates: int,
    seed: int,
    parameters: Mapping[str, Any],
    own_charter: bool,
) -> pd.DataFrame:
    """Rosters of later years that a user brings."""
    from forumsim.studies.backtest.later_files import read_later

    files = read_later(case, rosters, forums)  # mistakes first
    announce()
    from forumsim.studies.backtest.later import compare_later
    from forumsim.studies.backtest.rosters import AUTUMN
    from forumsim.studies.backtest.table import long_table

    comparison = compare_later(case, files, replicates, seed, parameters, own_charter, _tell)
    progress("")
    say(f"Who is in which forum after {AUTUMN}, forecast from what was known by then")
    _say_rosters(
        comparison,
        "both are fitted on the rosters of autumn 2024; last: the roster of the last edition known by then, for "
        "forums with a predecessor; share: everybody at the forum's own share. Nothing is fitted to these rosters.",
    )
    _points(comparison.notes)
    say()
    say(f"{replicates} replicates a forum")
    return long_table(comparison)


def _hindcast(case: Scenario, runs: int, seed: int, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """What the most powerful states did from 2018 to autumn 2024."""
    announce()
    from forumsim.studies.backtest.hindcast import ASKED, hindcast
    from forumsim.studies.backtest.losses import hindcast_losses
    from forumsim.studies.backtest.table import FACT_HEAD, fact_rows, hindcast_table

    found = hindcast(case, runs, seed, parameters)
    say(f"What the {ASKED} most powerful states did from 2018 to autumn 2024, and the share of runs in which they do")
    say(columns(fact_rows(found), FACT_HEAD, right="llllrrrrr"))
    say(
        wrapped(
            "signed: in the forum at the end of that quarter (no: stayed out); by text: the share of all other states "
            "that were in it; by actor: the share of the other forums that this state was in. founded: led the "
            "founding of a forum on that issue, where the model founds all forums itself; by text: the share of the "
            "other nine that did, by actor: the share of the other issues. met: number of meetings, the mean and 95 % "
            "of the runs; a joint declaration: the share of the runs in which they met.",
            "  ",
        )
    )
    say()
    say("Against base rates (* the interval excludes 0)")
    _points(hindcast_losses(found))
    say()
    say(f"{runs} runs with the forums of history, and as many without")
    return hindcast_table(found)


def _tell(forum: str) -> None:
    progress(f"done: {forum}")


def _points(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        say("  - " + wrapped(sentence, "    ").lstrip())


def _say_rosters(comparison: Comparison, benchmarks: str) -> None:
    from forumsim.studies.backtest.losses import misses, roster_losses
    from forumsim.studies.backtest.table import score_head, score_rows

    head, right = score_head(comparison)
    say(columns(score_rows(comparison), head, right=right))
    say(
        wrapped(
            "n: states of the UN without the members that are given and without rows of general knowledge; in: "
            "members, in fact and as the model expects; AUC with its 95 % interval over states (last three rows: over "
            "states and forums; powerful: the mean among the most powerful states); B: Brier score; logit: ideal "
            "point, log power, polyarchy; relat.: distance to the charter, trust in the founders, 1 / capacity, chance "
            f"to be let in; {benchmarks}",
            "  ",
        )
    )
    if comparison.left_out:
        left_out = ", ".join(f"{f} ({why})" for f, why in comparison.left_out.items())
        say(wrapped(f"Not scored: {left_out}.", "  "))
    say()
    say("Where the model loses (* the interval excludes 0)")
    _points(roster_losses(comparison))
    say()
    say("Furthest off, with the chance that the model gave")
    say(columns(misses(comparison), ("forum", "members that it gave least", "outsiders that it gave most")))
