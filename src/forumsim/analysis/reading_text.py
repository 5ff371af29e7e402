"""A short reading of a results folder in plain words, made from its numbers alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.axes import Roles, assign_roles, headline, is_grid, levels, recorded
from forumsim.analysis.tables import paired_differences, verdict_shares
from forumsim.results.folder import POOLED, Results, load_results

#: What is read, in this order; the measures marked True are told issue by issue as well.
READ = {
    "trust_across": False,
    "fragmentation_across": True,
    "fragmentation_within": False,
    "enf": False,
    "legalization": False,
    "words_without_deeds": False,
}
WIDTH = 116


def reading(source: Results | str | Path) -> str:
    """Say what the highest level of the first varied parameter changes against the lowest, for each level of the other.

    Every statement is a mean difference over pairs of runs that share all draws, with its 95 % interval and n; where
    the interval covers 0 it says "no clear effect". With nothing varied it tells the end values; it never predicts.

    Parameters
    ----------
    source : Results or path
        A results folder, loaded or not.

    Raises
    ------
    InputError
        When the folder is not a results folder (see `load_results`).
    """
    results = source if isinstance(source, Results) else load_results(source)
    roles = assign_roles(results)
    if roles is None:
        return _ends(results)
    if not is_grid(results, roles):
        return _design(results)
    return _contrast(results, roles)


def effect_words(row: Mapping[Any, Any]) -> str:
    """One paired difference in words: direction, size, interval, the two means.

    Parameters
    ----------
    row : mapping
        A row of `paired_differences`: n, mean, low, high, before, after.
    """
    mean, low, high, n = float(row["mean"]), float(row["low"]), float(row["high"]), int(row["n"])
    sides = f"{labels.number(row['before'])} to {labels.number(row['after'])}"
    if n < 2 or math.isnan(low):
        return f"{sides} in one pair of runs: no interval, so nothing can be said"
    if low == high == 0:
        return f"no effect: the same in all {n} pairs ({labels.number(row['before'])})"
    if low <= 0 <= high:
        return f"no clear effect ({labels.number(mean)}; {labels.number(low)} to {labels.number(high)}), {sides}"
    digits = _digits(mean, low, high)
    verb, ends = ("rises", (low, high)) if mean > 0 else ("falls", (-high, -low))
    span = " to ".join(labels.number(end, digits) for end in ends)
    return f"{verb} by {labels.number(abs(mean), digits)} ({span}), {sides}"


def _digits(*values: float) -> int:
    """Decimals that show two figures of the smallest value that is not nothing; three as a rule."""
    least = min((abs(v) for v in values if v != 0 and math.isfinite(v)), default=1.0)
    return 3 if least >= 0.001 else min(8, 1 - math.floor(math.log10(least)))


def starting_levels(results: Results, roles: Roles, names: list[str]) -> dict[str, Any]:
    """Level to compare with, by measure: the lowest at which it is defined (no talks, no words without deeds)."""
    ends = results.ends
    starts = {}
    for name in names:
        defined = ends.loc[ends[name].notna(), roles.x]
        starts[name] = min(defined, default=levels(results, roles.x)[0])
    return starts


def contrast_table(results: Results, roles: Roles, names: list[str]) -> pd.DataFrame:
    """Paired differences of the highest level to the level of `starting_levels`, by measure and issue.

    Returns
    -------
    DataFrame
        Columns of `paired_differences` and ``start``; a measure defined at the highest level alone has no row.
    """
    top = levels(results, roles.x)[-1]
    parts = []
    for name, start in starting_levels(results, roles, names).items():
        if start != top:
            table = paired_differences(results, roles.x, [name], reference=start)
            parts.append(table[table[roles.x] == top].assign(start=start))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _contrast(results: Results, roles: Roles) -> str:
    names = recorded(results, READ) or headline(results)
    table = contrast_table(results, roles, names)
    bottom, *_, top = levels(results, roles.x)
    name = labels.parameter_label(roles.x)
    pairs = labels.count_range(table["n"]) if len(table) else "0"
    lines = [
        f"What the highest {name} changes in this model: {labels.level_text(top)} against {labels.level_text(bottom)}",
        *labels.lines(
            f"Scenario {results.scenario}, {results.steps} steps, mean of the last {results.window}; n = {pairs} pairs "
            "of runs that share all draws; mean difference (95 % interval), then the two means.", WIDTH),
    ]  # fmt: skip
    for level in levels(results, roles.line) if roles.line is not None else [None]:
        part, which = table, ""
        if roles.line is not None:
            part = table[table[roles.line] == level] if len(table) else table
            which = f"{labels.capital(labels.parameter_label(roles.line))} {labels.level_text(level)}"
        lines += ["", which] if which else [""]
        lines += [f"  {line}" for name in names for line in _measure_lines(results, part, name, bottom)]
        lines += [f"  {line}" for line in _verdict_lines(results, roles, level)]
    lines += ["", *_closing(results, roles, table)]
    return _plain("\n".join(lines))


def _plain(text: str) -> str:
    """The text with signs that every terminal can show."""
    return text.replace("−", "-").replace("–", "-").replace("…", "...")


def _measure_lines(results: Results, table: pd.DataFrame, name: str, bottom: Any) -> Iterator[str]:
    """The pooled effect on a measure, and those by issue where they are told."""
    label = labels.capital(labels.measure_label(name))
    rows = table[table["measure"] == name] if len(table) else table
    scope = POOLED if POOLED in results.scopes else results.scopes[-1]
    pooled = rows[rows["issue"] == scope] if len(rows) else rows
    if pooled.empty:
        yield f"{label}: no pair of runs in which it is defined"
        return
    row = pooled.iloc[0].to_dict()
    start = labels.level_text(row["start"])
    against = "" if row["start"] == bottom else f" (against level {start}, the lowest with a value)"
    few = f" [n = {int(row['n'])}]" if table["n"].nunique() > 1 else ""
    yield f"{label}{against}: {effect_words(row)}{few}"
    if READ.get(name):
        for issue in results.issues:
            single = rows[rows["issue"] == issue]
            if len(single):
                yield f"    {labels.issue_label(issue, results)}: {effect_words(single.iloc[0].to_dict())}"


def _verdict_lines(results: Results, roles: Roles, level: Any) -> Iterator[str]:
    """How the runs ended at the two levels, all issues pooled."""
    table = verdict_shares(results, "state")
    table = table[(table["issue"] == POOLED) & (table["count"] > 0)]
    if roles.line is not None:
        table = table[table[roles.line] == level]
    if table.empty:
        return
    ends = levels(results, roles.x)
    told = []
    for end in (ends[0], ends[-1]):
        rows = table[table[roles.x] == end].sort_values("count", ascending=False)
        counts = ", ".join(f"{r.verdict} {r.count} of {r.n}" for r in rows.itertuples())
        told.append(f"{counts or 'no run'} at {labels.level_text(end)}")
    yield "Runs that end in: " + "; ".join(told)


def _closing(results: Results, roles: Roles, table: pd.DataFrame) -> list[str]:
    """The sign of the first measure over the levels of the second parameter, and how far the numbers reach."""
    lines = []
    name = next((n for n in READ if len(table) and n in set(table["measure"])), None)
    if name is not None and roles.line is not None:
        rows = table[(table["measure"] == name) & (table["issue"] == POOLED)]
        signs = {labels.level_text(r[roles.line]): _sign(r) for r in rows.to_dict("records")}
        said = [f"{word} at {' and '.join(at)}" for word in ("falls", "rises", "shows no clear effect")
                if (at := [level for level, sign in signs.items() if sign == word])]  # fmt: skip
        turns = {"falls", "rises"} <= set(signs.values())
        axis = labels.parameter_label(roles.line)
        lines.append(f"In short: {labels.measure_label(name).lower()} {', '.join(said)} ({axis})"
                     + (": the sign turns." if turns else "."))  # fmt: skip
    told = [row for row in table.to_dict("records") if row["issue"] == POOLED or READ.get(row["measure"])]
    return [*lines, *_limits(len(told))]


def _sign(row: Mapping[Any, Any]) -> str:
    if not float(row["low"]) > 0 and not float(row["high"]) < 0:
        return "shows no clear effect"
    return "rises" if float(row["mean"]) > 0 else "falls"


def _limits(intervals: int) -> list[str]:
    """What the intervals do not cover."""
    chance = f" Of {intervals} intervals, about one in twenty would miss 0 by chance where nothing is there." if (
        intervals > 1) else ""  # fmt: skip
    text = (
        "The intervals hold the chance between runs only, not the doubt about rules and priors: what data do not "
        f"identify, more runs do not settle.{chance} This is what the model's rules imply, not a forecast."
    )
    return labels.lines(text, WIDTH)


def _ends(results: Results) -> str:
    """End values where nothing was varied."""
    names = recorded(results, READ) or headline(results)
    ends, n = results.ends, results.runs["run_id"].nunique()
    lines = [f"Scenario {results.scenario}, {results.steps} steps, mean of the last {results.window}; n = {n} "
             f"run{'s' if n > 1 else ''}, nothing was varied", ""]  # fmt: skip
    for name in names:
        values = []
        for scope in results.scopes:
            mean = ends.loc[ends["issue"] == scope, name].mean()
            if pd.notna(mean):
                values.append(f"{labels.issue_label(scope, results).lower()} {labels.number(mean)}")
        lines.append(f"  {labels.capital(labels.measure_label(name))}: {', '.join(values)}")
    return _plain("\n".join([*lines, "", "End values of runs of a model under its priors, not a forecast."]))


def _design(results: Results) -> str:
    """A design that is no grid of one or two parameters: rank correlations would claim too much; say what there is."""
    names = ", ".join(labels.parameter_label(column) for column in results.varied)
    points = results.runs["point"].nunique()
    return (
        f"Scenario {results.scenario}: {points} points over {names}; {len(results.runs)} runs.\n"
        "A reading in words is made for one or two varied parameters; see the figures and summary.csv for this design."
    )
