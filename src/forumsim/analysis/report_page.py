"""The report of a results folder: one HTML file with reading, figures, tables, definitions and provenance in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.analysis import html, labels
from forumsim.analysis.axes import Roles, assign_roles, headline, is_grid, is_rising, views
from forumsim.analysis.contrasts import read_contrasts
from forumsim.analysis.effects import contrast_table
from forumsim.analysis.figures import chosen, draw_figures
from forumsim.analysis.pictures import FIGURES, Picture
from forumsim.analysis.reading_text import reading
from forumsim.analysis.sections import page_sections
from forumsim.analysis.sensitivity_section import sensitivity_section
from forumsim.analysis.spans import end_span, lacking, of_part, stopped
from forumsim.analysis.style import Sheet
from forumsim.analysis.tables import has_twins, level_means, twin_differences, verdict_shares
from forumsim.analysis.writing import write
from forumsim.core.parameters import PARAMETERS
from forumsim.results.folder import PART, POOLED, ResultTables, load_results
from forumsim.results.twins import WORDS

#: Rows of a table beyond which the page refers to the CSV.
MOST_ROWS = 400


@labels.naming
def report(
    source: ResultTables | str | Path,
    out: str | Path | None = None,
    *,
    measures: Iterable[str] = (),
    sheet: Sheet | None = None,
    tell: Callable[[str], None] | None = None,
    workers: int = 1,
) -> Path:
    """Draw the figures of a results folder and write ``report.html``, which holds everything in one file.

    Parameters
    ----------
    source : ResultTables or path
        A results folder, loaded or not.
    out : path, optional
        Write report and figures there and leave the results folder as it is.
    measures, sheet, tell, workers
        As `draw_figures` takes them.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InputError
        When the folder is not a results folder, or has not all of the measures; nothing is written then.
    """
    results = chosen(source if isinstance(source, ResultTables) else load_results(source), measures)
    results.check_details()  # before anything is drawn
    pictures = draw_figures(results, out, sheet=sheet, tell=tell, workers=workers)
    content = build_page(results, pictures)
    return write((results.folder if out is None else Path(out)) / "report.html", content.encode("utf-8"))


def build_page(results: ResultTables, pictures: list[Picture]) -> str:
    """The page as text."""
    figures = html.pictures(p for p in pictures if p.section == FIGURES) or "<p>No figure could be drawn.</p>"
    sections = [
        ("reading", "Reading", f"<pre>{html.text(reading(results))}</pre>"),
        (FIGURES, "Figures", figures),
        *page_sections(results, pictures),
        ("tables", "Tables", "\n".join(_tables(results))),
        *(("sensitivity", "Sensitivity", content) for content in sensitivity_section(results)),
        ("measures", "Measures", _measures(results)),
        ("parameters", "Parameters", _parameters(results)),
        ("provenance", "Provenance", _provenance(results)),
    ]
    title = labels.plan_title(results) or f"{labels.scenario_title(results)}: report"
    about = labels.plan_description(results)
    count = len(results.runs)
    varied = ", ".join(labels.parameter_label(name) for name in results.varied) or "nothing"
    if results.several:
        varied = f"{varied}, within {len(results.parts)} parts ({', '.join(part.name for part in results.parts)})"
    lead = (f"<p>{html.text(about)}</p>\n" if about else "") + (
        f"<p>{count} run{'s' if count != 1 else ''} of scenario <code>{html.text(results.scenario)}</code>, "
        f"{end_span(results)}; varied: {html.text(varied)}.{stopped(results)} {lacking(results)} Tables in full are "
        "the CSV files beside this page. The runs explain what the model's rules imply; they predict nothing.</p>"
    )
    return html.page(title, sections, lead)


def _tables(results: ResultTables) -> Iterator[str]:
    names = headline(results)
    for view in views(results):
        roles = assign_roles(view)
        if roles is not None and is_grid(view, roles):
            yield _differences(contrast_table(view, roles, names), view, roles)
    yield _contrasts(results, names)
    yield _means(results, names)
    if has_twins(results):
        yield _twins(results)
    for kind in ("state", "tendency"):
        shares = verdict_shares(results, kind)
        if len(shares) and len(shares) <= MOST_ROWS:
            shown = _ordered(shares[shares["count"] > 0], results, [])
            rows = [
                [*_levels(results, row), labels.issue_label(row["issue"], results), row["verdict"], row["count"],
                 row["n"], labels.number(row["share"], 2), _span(row, 2)]
                for row in shown.to_dict("records")
            ]  # fmt: skip
            headers = [*_varied(results), "issue", kind, "runs", "n", "share", "95 % interval"]
            yield html.table(headers, rows, f"Verdicts on the {kind}; interval of Wilson.", numeric=4)


def _ordered(table: pd.DataFrame, results: ResultTables, measures: list[str]) -> pd.DataFrame:
    """Rows by level, then measures and issues in the order in which they are drawn."""
    ranks = {"measure": {name: i for i, name in enumerate(measures)},
             "issue": {name: i for i, name in enumerate(results.scopes)}}  # fmt: skip
    for name in _settings(results):
        ranks[name] = {level: i for i, level in enumerate(results.levels(name))}
    by = [name for name in (*_settings(results), "measure", "issue") if name in table]
    return table.sort_values(by, key=lambda c: c.map(ranks[str(c.name)]), kind="stable")


def _settings(results: ResultTables) -> list[str]:
    """Columns that tell points apart: the part, where there are several, and what was varied."""
    return [*([PART] if results.several else []), *results.varied]


def _varied(results: ResultTables) -> list[str]:
    return [labels.parameter_label(name) for name in _settings(results)]


def _levels(results: ResultTables, row: Mapping[Any, Any]) -> list[str]:
    """The levels of a row; empty where its part does not vary the parameter."""
    return ["" if pd.isna(row[name]) else labels.level_text(row[name]) for name in _settings(results)]


def _span(row: Mapping[Any, Any], digits: int = 3) -> str:
    if pd.isna(row["low"]):
        return "none (n = 1)" if row["n"] == 1 else ""
    return f"{labels.number(row['low'], digits)} to {labels.number(row['high'], digits)}"


def _differences(table: pd.DataFrame, results: ResultTables, roles: Roles) -> str:
    """The levels that are compared against the first, part by part."""
    if table.empty:
        return ""
    table = _ordered(table, results, headline(results))
    name = labels.parameter_label(roles.x)
    rows = [
        [*_levels(results, row), labels.with_unit(row["measure"]), labels.issue_label(row["issue"], results),
         f"{name} {labels.level_text(row['start'])}", labels.number(row["before"]), labels.number(row["after"]),
         labels.number(row["mean"]), _span(row), row["n"]]
        for row in table.to_dict("records")
    ]  # fmt: skip
    headers = [*_varied(results), "measure", "issue", "compared with", "before", "after", "difference", "95 % interval",
               "pairs n"]  # fmt: skip
    which = "lowest" if is_rising(results, roles.x) else "first"
    caption = f"Paired differences of end values: {name} against its {which} level with a value.{of_part(results)}"
    return html.table(headers, rows, f"{caption}{stopped(results)}", numeric=5)


def _contrasts(results: ResultTables, names: list[str]) -> str:
    """The contrasts of the plan for the headline measures."""
    table = read_contrasts(results)
    if table.empty:
        return ""
    table = table[table["measure"].isin(names) & (table["n"] > 0)]
    if len(table) > MOST_ROWS:
        table = table[table["issue"] == POOLED].head(MOST_ROWS)
    rows = [
        [row["contrast"], row["from"], row["to"], labels.with_unit(row["measure"]),
         labels.issue_label(row["issue"], results), labels.number(row["before"]), labels.number(row["after"]),
         labels.number(row["mean"]), _span(row), int(row["n"])]
        for row in table.to_dict("records")
    ]  # fmt: skip
    headers = [
        "contrast",
        "from",
        "to",
        "measure",
        "issue",
        "before",
        "after",
        "difference",
        "95 % interval",
        "pairs n",
    ]
    return html.table(headers, rows, "Contrasts of the plan; all of them are in contrasts.csv.", numeric=5)


def _twins(results: ResultTables) -> str:
    """How the runs compare with their twins: mean difference and shares of the words, by issue."""
    shares = verdict_shares(results, "twin")
    shares = shares[shares["count"] > 0]
    means = twin_differences(results)
    keys = [*_settings(results), "issue"]
    rows = []
    for row in _ordered(means, results, []).to_dict("records"):
        own = shares[[all(one[key] == row[key] or pd.isna(row[key]) for key in keys) for _, one in shares.iterrows()]]
        counts = dict(zip(own["verdict"], own.to_dict("records"), strict=True))
        words = [f"{c['count']} ({_span(c, 2)})" if (c := counts.get(word)) else "0" for word in WORDS]
        rows.append([*_levels(results, row), labels.issue_label(row["issue"], results), labels.number(row["mean"]),
                     _span(row), *words, row["n"]])  # fmt: skip
    headers = [*_varied(results), "issue", "difference", "95 % interval", *WORDS, "pairs n"]
    caption = (
        f"Runs against their twins ({labels.twin_settings(results)}, same seed): mean difference of fragmentation "
        "across blocs, and how many runs converge, do nothing or fragment (in brackets the 95 % interval of the share, "
        f"Wilson). A run whose twin failed or ended at another step has no pair.{stopped(results)}"
    )
    return html.table(headers, rows, caption, numeric=6) if len(rows) <= MOST_ROWS else ""


def _means(results: ResultTables, names: list[str]) -> str:
    """End values of the headline measures at every point."""
    table = _ordered(level_means(results, names), results, names)
    if len(table) > MOST_ROWS:
        return f"<p>Means at every point: {len(table)} rows for the measures drawn alone; see summary.csv.</p>"
    rows = [
        [*_levels(results, row), labels.with_unit(row["measure"]), labels.issue_label(row["issue"], results),
         labels.number(row["mean"]), labels.number(row["sd"]), _span(row), row["n"]]
        for row in table.to_dict("records")
    ]  # fmt: skip
    headers = [*_varied(results), "measure", "issue", "mean", "sd", "95 % interval", "n"]
    return html.table(headers, rows, f"End values: {end_span(results)} of a run.{stopped(results)}", numeric=4)


def _measures(results: ResultTables) -> str:
    """Definitions from the registry of all measures recorded, and the thresholds of the verdicts."""
    rows = []
    for name in results.measures:
        entry = labels.measure(name)
        if entry is None:
            rows.append([labels.plain(name), name, "", "", "", "", "not in the registry of this version"])
            continue
        span = f"{labels.number(entry.low, 2)} to {labels.number(entry.high, 2)}"
        rows.append([entry.label, name, entry.unit, span, entry.formula, entry.reference, entry.description])
    thresholds = []
    for parameter in (p for p in PARAMETERS if p.name.startswith("measure.")):
        found = [part.thresholds.get(parameter.name, parameter.default) for part in results.parts]
        texts = [f"varied ({value})" if value in results.runs else labels.level_text(value) for value in found]
        shown = texts[0] if len(set(texts)) == 1 else "; ".join(
            f"{text} in {part.name}" for part, text in zip(results.parts, texts, strict=True))  # fmt: skip
        thresholds.append([parameter.name, shown, parameter.meaning])
    return "\n".join([
        html.table(["measure", "column", "unit", "range", "formula", "reference", "meaning"], rows),
        html.table(["threshold", "value", "meaning"], thresholds, "Thresholds of the verdicts and classes."),
    ])  # fmt: skip


def _parameters(results: ResultTables) -> str:
    rows = []
    for column in results.varied:
        shown = ", ".join(labels.level_text(level) for level in results.levels(column)[:12])
        count = results.runs[column].nunique()
        rows.append([labels.parameter_label(column), "varied", shown + (", …" if count > 12 else ""),
                     labels.parameter_meaning(column)])  # fmt: skip
    for own in results.split():
        where = f" in part {own.parts[0].name}" if results.several else ""
        for name, value in own.fixed.items():
            rows.append([name, f"fixed by the plan{where}", labels.level_text(value), labels.parameter_meaning(name)])
    note = "<p>Every other parameter has the scenario's or the model's default (see the codebook).</p>"
    return (html.table(["parameter", "role", "values", "meaning"], rows) if rows else "") + note


def _provenance(results: ResultTables) -> str:
    """The manifest, flattened, and the plan as given."""
    rows = [[key, value] for key, value in _flat(results.manifest) if not key.startswith(("plan.", "declared."))]
    parts = [html.table(["entry", "value"], rows) if rows else "<p>The folder has no manifest.json.</p>"]
    path = results.folder / "plan.toml"
    if path.is_file():
        parts.append(f"<p>plan.toml:</p><pre>{html.text(path.read_text(encoding='utf-8'))}</pre>")
    return "\n".join(parts)


def _flat(content: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _flat(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(content, list):
        yield prefix, ", ".join(str(item) for item in content)
    else:
        yield prefix, str(content)
