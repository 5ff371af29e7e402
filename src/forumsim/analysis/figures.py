"""Which figures a results folder gets: chosen from what was varied and recorded, written below ``figures/``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.axes import Roles, assign_roles, families, is_grid, views
from forumsim.analysis.cloud import cloud_figure
from forumsim.analysis.fonts import missing_words
from forumsim.analysis.pictures import Picture, Sketch
from forumsim.analysis.portrait import draw_portrait
from forumsim.analysis.regime_map import map_scopes, regime_factors, regime_map
from forumsim.analysis.sections import section_sketches
from forumsim.analysis.several import done_in_turn
from forumsim.analysis.spans import each_part
from forumsim.analysis.story import detailed_runs, read_story
from forumsim.analysis.style import Sheet, sheet_now, styled
from forumsim.analysis.sweeps import course_figure, effect_figure, measure_figure, verdict_figure
from forumsim.analysis.tables import has_twins
from forumsim.analysis.writing import drawn, page_png, png, rendered, write
from forumsim.core.errors import InputError, Problem, nearest
from forumsim.results.files import refuse_links
from forumsim.results.folder import POOLED, ResultTables, load_results

#: Name of what the page shows, beside the formats of files.
PAGE = "page"


@labels.naming
def draw_figures(
    source: ResultTables | str | Path,
    out: str | Path | None = None,
    *,
    measures: Iterable[str] = (),
    sheet: Sheet | None = None,
    tell: Callable[[str], None] | None = None,
    workers: int = 1,
) -> list[Picture]:
    """Draw all figures of a results folder into its ``figures`` folder, each as PNG, PDF and SVG.

    A sweep of one or two parameters gets measures and paired differences against the first, shares of verdicts and
    courses over time; any other design clouds of points; a single point its courses. Parts of a plan are lines of one
    figure where they vary the same parameter, and have figures of their own otherwise. The runs with snapshots that
    show most contrast are drawn one by one.

    Parameters
    ----------
    source : ResultTables or path
        A results folder, loaded or not.
    out : path, optional
        Write ``figures`` there and leave the results folder as it is.
    measures : iterable of str
        Measures to draw, by their columns in series.csv; the usual ones if none is given.
    sheet : Sheet, optional
        Formats, width, resolution, with or without titles.
    tell : callable, optional
        Takes a line before each figure, and the sentence on characters that no font has; without it that sentence
        is a warning.
    workers : int
        Processes that draw; the bytes do not depend on it.

    Returns
    -------
    list of Picture
        In the order in which a reader wants them.

    Raises
    ------
    InputError
        When the folder is not a results folder (see `load_results`), or has not all of the measures.
    """
    results = chosen(source if isinstance(source, ResultTables) else load_results(source), measures)
    refuse_links(results.folder)
    folder = (results.folder if out is None else Path(out)) / "figures"
    title, description = labels.plan_title(results), labels.plan_description(results)
    pictures = []
    with styled(sheet, _characters(results)) as missing:
        if missing and tell is None:
            warnings.warn(missing_words(missing), stacklevel=2)
        elif missing and tell is not None:
            tell(missing_words(missing))
        sketches = list(_sketches(results))
        contents = done_in_turn([partial(_content, sketch, title, description) for sketch in sketches], workers)
        for k, sketch in enumerate(sketches, start=1):
            if tell is not None:
                tell(f"figure {k} of {len(sketches)}: {sketch.name}")
            made = next(contents)
            if made:
                paths = [write(folder / f"{sketch.name}.{kind}", made[kind]) for kind in sheet_now().formats]
                pictures.append(Picture(paths[0], sketch.caption, made[PAGE], sketch.section))
    return pictures


def _content(sketch: Sketch, title: str, description: str) -> dict[str, bytes]:
    """A figure in all formats of the sheet and for the page; nothing where there is nothing to draw."""
    figure = sketch.draw()
    if figure is None:
        return {}
    about = f"{title}: {sketch.caption}" if title else sketch.caption
    image = drawn(figure)
    made = {
        kind: png(image, about, description) if kind == "png" else rendered(figure, kind, about, description)
        for kind in sheet_now().formats
    }
    return made | {PAGE: page_png(image)}


def chosen(results: ResultTables, measures: Iterable[str]) -> ResultTables:
    """The same results with the measures that are to be drawn.

    Raises
    ------
    InputError
        Naming every measure that the folder does not have.
    """
    names = tuple(dict.fromkeys(measures))
    problems = [
        Problem("--measures", f"{name!r} is not in {results.folder / 'series.csv'}", ", ".join(results.measures),
                nearest(name, results.measures))
        for name in names if name not in results.measures
    ]  # fmt: skip
    problems += [
        Problem("--measures", f"{name!r} has no value at the end of any run")
        for name in names if name in results.measures and not results.ends[name].notna().any()
    ]  # fmt: skip
    if problems:
        raise InputError(problems, "the measures cannot be drawn")
    return replace(results, chosen=names) if names else results


def _characters(results: ResultTables) -> Iterator[str]:
    """All text that labels may be made of."""
    yield str(results.manifest.get("labels", ""))
    yield str(results.manifest.get("declared", ""))
    yield str(results.plan)
    tables = [results.runs, *(results.detail(name) for name in ("actors", "forums"))]
    for table in tables:
        for column in table.columns:
            yield str(column)
            if not pd.api.types.is_numeric_dtype(table[column]):
                yield from (str(value) for value in table[column].dropna().unique())
    yield from results.scopes
    yield "Δμσ∞−–→…“”×"


def _sketches(results: ResultTables) -> Iterator[Sketch]:
    for view, ending, words in each_part(views(results)):
        for sketch in _comparisons(view):
            yield Sketch(f"{sketch.name}{ending}", f"{sketch.caption}{words}", sketch.draw)
    for own in results.split():
        roles = assign_roles(own)
        yield from _portraits(own, roles if roles is not None and is_grid(own, roles) else None)
    yield from section_sketches(results)


def _comparisons(results: ResultTables) -> Iterator[Sketch]:
    """What is drawn of many runs."""
    roles = assign_roles(results)
    grid = roles is not None and is_grid(results, roles)
    mapped = list(_maps(results)) if regime_factors(results) is not None else []
    if roles is not None and grid:
        yield from [*_sweep(results, roles), *mapped]
    elif roles is not None:
        yield from mapped  # where there is a map, it answers the question: the points come after it
        caption = "Every point of the design against each varied parameter."
        yield Sketch("design", caption, lambda: cloud_figure(results))
    used = roles if grid else None
    for kind in ("state", "tendency", *(["twin"] if has_twins(results) else [])):
        if (roles is None or grid) and len(results.runs) > 1:  # of one run the reading says in words how it ended
            about = (
                "Verdicts of the runs against their twins" if kind == "twin" else f"Verdicts on the {kind} of the runs"
            )
            yield Sketch(
                f"verdict_{kind}",
                f"{about}, by issue.",
                lambda kind=kind: verdict_figure(results, used, kind),  # type: ignore[misc]
            )
    if (roles is None or grid) and results.series["step"].nunique() > 1:
        yield Sketch("courses", "Courses of the measures over time.", lambda: course_figure(results, used))


def _maps(results: ResultTables) -> Iterator[Sketch]:
    """Maps of the states at the end: all issues together, then issue by issue where a third factor makes panels."""
    for scope in map_scopes(results):
        ending = "" if scope in (None, POOLED) else f"_{scope}"
        words = "" if scope is None else f": {labels.issue_label(scope, results)}"
        yield Sketch(
            f"regime_map{ending}",
            f"In which state runs end, over the varied parameters{words}.",
            lambda scope=scope: regime_map(results, scope),  # type: ignore[misc]
        )


def _sweep(results: ResultTables, roles: Roles) -> Iterator[Sketch]:
    """Measures and their paired differences, by issue and over all issues."""
    name = labels.parameter_label(roles.x)
    for part, by_issue in zip(families(results), (True, False), strict=True):
        if not part:
            continue
        which, words = ("issues", "by issue") if by_issue else ("overall", "over all issues")
        yield Sketch(
            f"measures_{which}",
            f"Measures {words} against the {name}.",
            lambda part=part, by_issue=by_issue: measure_figure(results, roles, part, by_issue),  # type: ignore[misc]
        )
        yield Sketch(
            f"effects_{which}",
            f"What the {name} changes {words}: differences between runs that share all draws.",
            lambda part=part, by_issue=by_issue: effect_figure(results, roles, part, by_issue),  # type: ignore[misc]
        )


def _portraits(results: ResultTables, roles: Roles | None) -> Iterator[Sketch]:
    """Single runs: the last level of both parameters, and the same draws at the first level of the first."""
    detailed = detailed_runs(results)
    runs = results.runs[results.runs["run_id"].isin(detailed)]
    if runs.empty:
        return
    chosen = [str(runs["run_id"].iloc[0])]
    if roles is not None:
        if roles.line is not None:
            runs = runs[runs[roles.line] == results.levels(roles.line)[-1]]
        ends = (results.levels(roles.x)[-1], results.levels(roles.x)[0])
        found = [runs.loc[runs[roles.x] == level, "run_id"] for level in ends]
        chosen = [str(ids.iloc[0]) for ids in found if len(ids)] or chosen
    for run_id in chosen:
        row = results.runs[results.runs["run_id"] == run_id].iloc[0]
        named = [f"part {results.parts[0].name}"] if results.parts[0].name else []
        facts = ", ".join(named + [f"{labels.parameter_label(n)} {labels.level_text(row[n])}" for n in results.varied])
        yield Sketch(
            f"run_{run_id}",
            f"One run ({run_id}{': ' + facts if facts else ''}): who sits where, which forum holds whom, over time.",
            lambda run_id=run_id: draw_portrait(results, read_story(results, run_id)),  # type: ignore[misc]
        )
