"""``forumsim sensitivity``: which factors a measure depends on, from the results of a screening design."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forumsim.commands.console import columns, counted, number_text, say, wrapped
from forumsim.commands.options import Edited, Folder, option

if TYPE_CHECKING:
    from forumsim.studies.sensitivity import Analysis, Response

_MORRIS = """mu*: mean absolute change of the outcome over a step of the factor, scaled to its whole range; mu: its mean
with the sign; sigma: its spread, from interactions and curvature; in brackets 95 % intervals; noise: the mu* that
replicate noise alone would give."""
_SOBOL = """ST: share of the variance of the outcome that a factor explains alone and with others; S1: alone; in
brackets 95 % intervals; noise: the part of ST that is replicate noise. An estimate may fall below 0 by chance."""
_SHARE = """The outcome is a share of runs, not a measure: with n runs it moves in steps of 1/n, and it says how often
a threshold was passed, not by how much."""


def sensitivity(
    folder: Folder,
    measure: Annotated[
        list[str] | None,
        option(metavar="NAME", help="A measure; may be repeated.  [default: the usual ones]"),
    ] = None,
    verdict: Annotated[
        list[str] | None,
        option(metavar="WORD", help="Study the share of runs with this verdict; may be repeated."),
    ] = None,
    issue: Annotated[
        list[str] | None,
        option(metavar="ISSUE", help="An issue; may be repeated.  [default: pooled]"),
    ] = None,
    part: Annotated[str, typer.Option(metavar="NAME", help="Part of the plan, where it has several.")] = "",
    out: Annotated[
        Path | None, option(metavar="FILE", help="The file to write.  [default: sensitivity.csv in the folder]")
    ] = None,
    anyway: Edited = False,
) -> None:
    """Say on which factors the measures depend, from results of the design morris or saltelli.

    Raises
    ------
    InputError
        When there is nothing to analyse, or not as asked.
    """
    from forumsim.studies.sensitivity import analyse

    found = analyse(folder, measure or [], verdict or [], issue or ("pooled",), part, out, anyway)
    sample = found.sample
    named = f" of {sample.part}" if sample.part else ""
    say(f"design {sample.kind}{named}: {len(sample.factors)} factors, {len(sample.unit)} points")
    say(wrapped(_MORRIS if sample.kind == "morris" else _SOBOL, "  "))
    for outcome in found.outcomes:
        say()
        _say_outcome(found, outcome)
    for line in found.left_out:
        say()
        say(wrapped(f"not analysed: {line}"))
    say()
    say(f"table: {found.file}")
    say(f"figures: {', '.join(path.name for path in found.figures)} in {found.file.parent / 'figures'}")


def _say_outcome(found: Analysis, outcome: Response) -> None:
    from forumsim.studies.sensitivity.figure import outcome_label
    from forumsim.studies.sensitivity.noise import SHARE

    say(f"{outcome.measure}, {outcome.issue}: {outcome_label(outcome.measure)}")
    if outcome.measure.startswith(SHARE):
        say(wrapped(_SHARE, "  "))
    rows = found.of(outcome)
    cells = {str(index): part.set_index("factor") for index, part in rows.groupby("index")}
    morris = found.sample.kind == "morris"
    first, second, floor = ("mu_star", "sigma", "mu_star_noise") if morris else ("ST", "S1", "ST_noise")
    order = cells[first].sort_values("estimate", ascending=False, kind="stable").index
    table = []
    for name in order:
        row = [name, *_cell(cells[first].loc[name]), number_text(cells[floor].loc[name, "estimate"])]
        row += _cell(cells[second].loc[name])
        table.append([*row, number_text(cells["mu"].loc[name, "estimate"])] if morris else row)
    head = ["factor", "mu*", "", "noise", "sigma", "", "mu"] if morris else ["factor", "ST", "", "noise", "S1", ""]
    say(columns(table, head, right="lrlrrlr"))
    if "S2" in cells:
        pairs = cells["S2"].sort_values("estimate", ascending=False, kind="stable").head(3)
        text = ", ".join(f"{name} {number_text(row['estimate'])} {_interval(row)}" for name, row in pairs.iterrows())
        say(wrapped(f"largest interactions of pairs (S2): {text}", "  "))
    say(wrapped(noise_words(outcome), "  "))


def noise_words(outcome: Response) -> str:
    """What is said of the noise in an outcome."""
    least, most = outcome.counts
    counts = f"{least}" if least == most else f"{least} to {most}"
    short = ""
    if outcome.short:
        points = counted(outcome.short, "point")
        short = f" The measure is missing in some runs of {points}: the mean is that of the others."
    if math.isnan(outcome.noise_share):
        return f"Noise: unknown, as each point has one run; the indices count it as an effect of the factors.{short}"
    how = "from pairs of runs that share their draws" if outcome.runs is not None else "at most, from all runs"
    return (
        f"Noise: with {counts} runs a point at most {outcome.noise_share:.1%} of the variance over the points is "
        f"replicate noise. In the table: {how}. More replicates lower it.{short}"
    )


def _interval(row: Any) -> str:
    low, high = row["ci_low"], row["ci_high"]
    return f"[{number_text(low)}, {number_text(high)}]"


def _cell(row: Any) -> tuple[str, str]:
    return number_text(row["estimate"]), _interval(row)
