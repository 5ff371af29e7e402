"""A short reading of a results folder in plain words, made from its numbers alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.axes import Roles, assign_roles, compared, headline, is_grid, is_rising, recorded
from forumsim.analysis.contrasts import read_contrasts
from forumsim.analysis.effects import contrast_table, effect_words
from forumsim.analysis.map_reading import map_lines
from forumsim.analysis.metamodel_reading import metamodel_lines
from forumsim.analysis.spans import end_span, lacking, stopped
from forumsim.analysis.tables import has_twins, level_means, verdict_shares
from forumsim.results.folder import POOLED, ResultTables, load_results
from forumsim.results.kept import kept

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


@labels.naming
def reading(source: ResultTables | str | Path) -> str:
    """Say what the last level of the first varied parameter changes against the first, for each level of the other.

    Every statement is a mean difference over pairs of runs that share all draws, with its 95 % interval and n; where
    the interval covers 0 it says "no clear effect". Parts of a plan are read one by one, words as levels each against
    the first; then come the contrasts of the plan. With nothing varied it tells the end values; it never predicts.

    Parameters
    ----------
    source : ResultTables or path
        A results folder, loaded or not.

    Raises
    ------
    InputError
        When the folder is not a results folder (see `load_results`).
    """
    results = source if isinstance(source, ResultTables) else load_results(source)
    return _reading(results)


@kept
def _reading(results: ResultTables) -> str:
    told: list[str] = []
    for own in results.split():
        told += [f"Part {own.parts[0].name}"] if results.several else []
        told += [*_part(own), ""]
    contrasts = contrast_lines(results)
    if contrasts:
        told += [*contrasts, ""]
    compared_any = contrasts or any(_roles_of_grid(own) for own in results.split())
    end = _limits() if compared_any else ["End values of runs of a model under its priors, not a forecast."]
    missing = ["", *labels.lines(lacking(results), WIDTH)] if results.absent else []
    return _plain("\n".join([*told, *end, *missing]))


def _roles_of_grid(results: ResultTables) -> Roles | None:
    """Roles, where levels of one part can be held against each other."""
    roles = assign_roles(results)
    return roles if roles is not None and is_grid(results, roles) else None


def _part(results: ResultTables) -> list[str]:
    """The reading of one part."""
    roles = _roles_of_grid(results)
    if roles is not None:
        return _contrast(results, roles)
    return _design(results) if results.varied else _ends(results)


def contrast_lines(results: ResultTables) -> list[str]:
    """The contrasts of the plan in words: pooled effects on the measures that are read."""
    rows = read_contrasts(results)
    if rows.empty:
        return []
    rows = rows[(rows["issue"] == POOLED) & rows["measure"].isin(recorded(results, READ) or headline(results))]
    lines = labels.lines("Contrasts of the plan: mean difference (95 % interval) over n pairs of runs that share all "
                         "draws, then the two means.", WIDTH)  # fmt: skip
    for (name, start, end), group in rows.groupby(["contrast", "from", "to"], sort=False):
        lines += labels.lines(f"  {name}: {end} against {start}", WIDTH, " " * 8)
        for row in group.to_dict("records"):
            words = labels.capital(labels.measure_label(row["measure"]))
            lines.append(f"    {words}: {effect_words(row)} [n = {int(row['n'])}]")
    return lines


def _contrast(results: ResultTables, roles: Roles) -> list[str]:
    names = recorded(results, READ) or headline(results)
    table = contrast_table(results, roles, names)
    bottom, tops = results.levels(roles.x)[0], compared(results, roles.x)
    name = labels.parameter_label(roles.x)
    by_issue = [measure for measure in names if READ.get(measure)]
    said = table[(table["issue"] == results.scopes[-1]) | table["measure"].isin(by_issue)] if len(table) else table
    pairs = labels.count_range(said["n"]).replace("–", " to ") if len(said) else "0"
    what = f"the highest {name}" if is_rising(results, roles.x) else name
    against = " and ".join(labels.level_text(top) for top in tops)
    lines = [
        f"What {what} changes in this model: {against} against {labels.level_text(bottom)}",
        *labels.lines(
            f"Scenario {results.scenario}, {end_span(results)}; n = {pairs} pairs of runs that share all draws; mean "
            f"difference (95 % interval), then the two means.{stopped(results)}", WIDTH),
    ]  # fmt: skip
    differ = bool(len(said)) and said["n"].nunique() > 1  # the head of the reading does not say which n is whose
    for level in results.levels(roles.line) if roles.line is not None else [None]:
        part, which = table, ""
        if roles.line is not None:
            part = table[table[roles.line] == level] if len(table) else table
            which = f"{labels.capital(labels.parameter_label(roles.line))} {labels.level_text(level)}"
        lines += ["", which] if which else [""]
        for top in tops:
            indent = "  " if len(tops) == 1 else "    "
            if len(tops) > 1:
                lines.append(f"  {labels.capital(name)} {labels.level_text(top)} against {labels.level_text(bottom)}")
            rows = part[part[roles.x] == top] if len(part) else part
            told = (line for n in names for line in _measure_lines(results, roles, rows, n, differ))
            lines += [part for line in told for part in labels.lines(indent + line, WIDTH, f"{indent}      ")]
        told = (f"  {line}" for line in (*_verdict_lines(results, roles, level), *_twin_lines(results, roles, level)))
        lines += [part for line in told for part in labels.lines(line, WIDTH, " " * 8)]
    short = _in_short(roles, table) if len(tops) == 1 else []
    return [*lines, "", *short] if short else lines


def _plain(text: str) -> str:
    """The text with signs that every terminal can show."""
    return text.replace("−", "-").replace("–", "-").replace("…", "...").replace("²", "2")


def _measure_lines(results: ResultTables, roles: Roles, table: pd.DataFrame, name: str, differ: bool) -> Iterator[str]:
    """The pooled effect on a measure, and those by issue where they are told; each with its n where they differ."""
    label = labels.capital(labels.measure_label(name))
    rows = table[table["measure"] == name] if len(table) else table
    pooled = rows[rows["issue"] == results.scopes[-1]] if len(rows) else rows
    if pooled.empty:
        yield f"{label}: no pair of runs in which it is defined"
        return
    row = pooled.iloc[0].to_dict()
    start = labels.level_text(row["start"])
    which = "lowest" if is_rising(results, roles.x) else "first"
    first = results.levels(roles.x)[0]
    against = "" if row["start"] == first else f" (against level {start}, the {which} with a value)"
    yield f"{label}{against}: {_with_n(row, differ)}"
    if READ.get(name):
        for issue in results.issues:
            single = rows[rows["issue"] == issue]
            if len(single):
                yield f"    {labels.issue_label(issue, results)}: {_with_n(single.iloc[0].to_dict(), differ)}"


def _with_n(row: Mapping[Any, Any], differ: bool) -> str:
    """The effect in words, with its number of pairs where that is not the same for all."""
    return f"{effect_words(row)} [n = {int(row['n'])}]" if differ else effect_words(row)


def _verdict_lines(results: ResultTables, roles: Roles, level: Any) -> Iterator[str]:
    """How the runs ended at the levels that are compared, all issues together."""
    table = verdict_shares(results, "state")
    table = table[(table["issue"] == POOLED) & (table["count"] > 0)]
    if roles.line is not None:
        table = table[table[roles.line] == level]
    if table.empty:
        return
    told = []
    for end in (results.levels(roles.x)[0], *compared(results, roles.x)):
        told.append(f"{_counts(table[table[roles.x] == end]) or 'no run'} at {labels.level_text(end)}")
    yield "Runs that end in (judged on the mean over the issues): " + "; ".join(told)


def _counts(rows: pd.DataFrame) -> str:
    """How many runs have each verdict, the commonest first."""
    return ", ".join(f"{r.verdict} {r.count} of {r.n}" for r in rows.sort_values("count", ascending=False).itertuples())


def _twin_lines(results: ResultTables, roles: Roles, level: Any) -> Iterator[str]:
    """How the runs at the levels that are compared did against their twins, issue by issue."""
    if not has_twins(results):
        return
    table = verdict_shares(results, "twin")
    table = table[table["count"] > 0]
    if roles.line is not None:
        table = table[table[roles.line] == level]
    yield f"Runs against their twins ({labels.twin_settings(results)}, same seed):"
    for end in compared(results, roles.x):
        for issue in results.scopes:
            counts = _counts(table[(table[roles.x] == end) & (table["issue"] == issue)])
            yield f"    {labels.issue_label(issue, results)}, at {labels.level_text(end)}: {counts or 'no pair'}"


def _in_short(roles: Roles, table: pd.DataFrame) -> list[str]:
    """The sign of the first measure over the levels of the second parameter."""
    name = next((n for n in READ if len(table) and n in set(table["measure"])), None)
    if name is None or roles.line is None:
        return []
    rows = table[(table["measure"] == name) & (table["issue"] == POOLED)]
    signs = {labels.level_text(r[roles.line]): _sign(r) for r in rows.to_dict("records")}
    said = [f"{word} at {' and '.join(at)}" for word in ("falls", "rises", "shows no clear effect")
            if (at := [level for level, sign in signs.items() if sign == word])]  # fmt: skip
    turns = {"falls", "rises"} <= set(signs.values())
    axis = labels.parameter_label(roles.line)
    end = ": the sign turns." if turns else "."
    return [f"In short: {labels.measure_label(name).lower()} {', '.join(said)} ({axis}){end}"]


def _sign(row: Mapping[Any, Any]) -> str:
    if not float(row["low"]) > 0 and not float(row["high"]) < 0:
        return "shows no clear effect"
    return "rises" if float(row["mean"]) > 0 else "falls"


def _limits() -> list[str]:
    """What the intervals do not cover."""
    text = (
        "The intervals hold the chance between runs only, not the doubt about rules and priors: what data do not "
        "identify, more runs do not settle. Of twenty such intervals, about one would miss 0 by chance where nothing "
        "is there. This is what the model's rules imply, not a forecast."
    )
    return labels.lines(text, WIDTH)


def _ends(results: ResultTables) -> list[str]:
    """End values of a part in which nothing was varied."""
    names = recorded(results, READ) or headline(results)
    ends, n = results.ends, results.runs["run_id"].nunique()
    within = " within this part" if results.parts[0].name else ""
    head = f"Scenario {results.scenario}, {end_span(results)}; n = {n} run{'s' if n > 1 else ''}, nothing was varied"
    lines = [*labels.lines(f"{head}{within}.{stopped(results)}", WIDTH), ""]
    for name in names:
        values = []
        for scope in results.scopes:
            there = ends.loc[ends["issue"] == scope, name].dropna()
            if len(there):
                fewer = f" [n = {len(there)}]" if len(there) < n else ""
                values.append(f"{labels.issue_label(scope, results).lower()} {labels.number(there.mean())}{fewer}")
        lines.append(f"  {labels.capital(labels.measure_label(name))}: {', '.join(values)}")
    ended = verdict_shares(results, "state")
    ended = ended[(ended["issue"] == POOLED) & (ended["count"] > 0)] if len(ended) else ended
    if len(ended):
        lines.append(f"  Runs that end in (judged on the mean over the issues): {_counts(ended)}")
    return lines


def _design(results: ResultTables) -> list[str]:
    """A design that is no grid of one or two parameters: the points with the lowest and the highest mean."""
    names = ", ".join(labels.parameter_label(column) for column in results.varied)
    points = results.runs["point"].nunique()
    head = f"Scenario {results.scenario}: {points} points over {names}; {len(results.runs)} runs."
    what = f"Lowest and highest mean of a point, and its settings; each is the {end_span(results)} over its runs."
    said = labels.lines(f"{head}{stopped(results)}", WIDTH)
    mapped = map_lines(results)
    if mapped:
        return [*said, *mapped, "", *metamodel_lines(results, WIDTH)]
    lines = [*said, *labels.lines(what, WIDTH), ""]
    for name in recorded(results, READ) or headline(results):
        means = level_means(results, [name]).query("issue == @results.scopes[-1]")
        lines += [f"  {labels.capital(labels.measure_label(name))}"] if len(means) else []
        for word, k in (("lowest", means["mean"].argmin()), ("highest", means["mean"].argmax())) if len(means) else ():
            row = means.iloc[k]
            at = ", ".join(f"{labels.parameter_label(c)} {labels.level_text(row[c])}" for c in results.varied)
            told = f"{word} {labels.number(row['mean'])} [n = {int(row['n'])}] at {at}"
            lines += [f"    {line}" for line in labels.lines(told, WIDTH - 4)]
    modelled = metamodel_lines(results, WIDTH)
    return [*lines, "", *modelled] if modelled else lines
