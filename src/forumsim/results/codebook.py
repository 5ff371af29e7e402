"""The codebook as a page to read: every table, measure, parameter and cell, Markdown.

``python -m forumsim.results.codebook docs/codebook.md`` writes it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from forumsim.core.measures import MEASURES
from forumsim.core.parameters import PARAMETERS
from forumsim.results.codebook_tables import cell_column, measure_column, parameter_column, results_tables
from forumsim.results.columns import Column
from forumsim.running.events import EVENT_WORDS
from forumsim.scenarios.data import NAMED_TABLES, Cell, columns_to_vary
from forumsim.scenarios.meanings import MEANINGS

_OF_CELLS = (
    "A cell that a plan varies has a column too, with underscores for all signs but letters and digits: "
    "`actors.USA.power` is `actors_USA_power`. A name of more than 32 signs is cut to 27, with four of its SHA-256 "
    "after them; `datapackage.json` says which cell it is. Where the column is empty, the cell is empty in the "
    "scenario too, so that its default holds. `ID` stands for the id of a row, `ISSUE` for that of an issue."
)


def _range(column: Column) -> str:
    if column.words:
        return ", ".join(column.words)
    low = "" if math.isinf(column.low) else f"{column.low:.10g}"
    high = "" if math.isinf(column.high) else f"{column.high:.10g}"
    return f"{low} .. {high}" if low or high else ""


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(_cell(str(cell)) for cell in row) + " |" for row in rows]


def _cell(text: str) -> str:
    """A cell of a Markdown table: bars, and outside of code angle brackets, are written as entities."""
    text = text.replace("|", "&#124;")
    return text if text.startswith("`") else text.replace("<", "&lt;")


def page() -> str:
    """The readable codebook, Markdown."""
    lines = ["# Codebook", "",
             "Every column of every table that forumsim writes. Made from the registries by "
             "`python -m forumsim.results.codebook docs/codebook.md`: do not edit by hand.", "",
             "All tables are CSV (UTF-8, comma, one header row). Ids are text; yes and no are 1 and 0; an empty cell "
             "is missing. Measured numbers have 8 significant digits; parameters and seeds are exact. `<issue>` stands "
             "for the id of each issue of the scenario. Every results folder holds the same codebook for its own "
             "columns in `datapackage.json` (Table Schema)."]  # fmt: skip
    for table in results_tables(("<issue>",), ()).values():
        lines += ["", f"## {table.name}.csv", "", table.meaning, ""]
        lines += markdown_table(("column", "type", "unit", "range or words", "meaning"),
                       ((f"`{c.name}`", c.type, c.unit, _range(c), c.meaning) for c in table.columns))  # fmt: skip
        if table.name in ("runs", "summary", "failures", "points"):
            lines += ["", "After `steps` (runs), `point` (summary, points) or `scenario` (failures): one column per "
                      "varied parameter or scenario field, see *Parameters*, and before `scenario` (runs, failures) or "
                      "after `point` the column `part` in a plan with several parts. In a plan with twins the column "
                      "`twin` after `point` is 1 where it is there as a twin alone, and `twin_point` (points) names "
                      "the twin."]  # fmt: skip
        if table.name == "series":
            lines += ["", "After `issue`: the recorded measures, see *Measures*."]
        if table.name == "events":
            kinds = ((f"`{kind.name.lower()}`", text.meaning, text.value) for kind, text in EVENT_WORDS.items())
            lines += ["", *markdown_table(("event", "what happened", "value"), kinds)]
    lines += ["", "## Measures", "", "Columns of series.csv and words in the column `measure` of summary.csv.", ""]
    lines += markdown_table(("column", "label", "unit", "range", "formula", "meaning", "reference"),
                   ((f"`{m.name}`", m.label, m.unit, _range(measure_column(m)), m.formula,
                     measure_column(m).meaning.removeprefix(f"{m.label}: "), m.reference)
                    for m in MEASURES))  # fmt: skip
    lines += ["", "## Parameters", "", "Columns of runs.csv and summary.csv where a plan varies them; a scenario field "
              "`scenario.x` has the column `scenario_x` (`forumsim scenarios NAME` explains it).", ""]  # fmt: skip
    lines += markdown_table(("parameter", "column", "unit", "bounds", "default", "meaning"),
                   ((f"`{p.name}`", f"`{p.field}`", p.unit, _range(parameter_column(p)),
                     "unset" if p.default is None else f"{p.default:g}", p.meaning) for p in PARAMETERS))  # fmt: skip
    lines += ["", "## Cells of a scenario's tables", "", _OF_CELLS, ""]
    lines += markdown_table(("name", "type", "range or words", "meaning"), map(_cell_row, _example_cells()))
    return "\n".join(lines) + "\n"


def _example_cells() -> list[Cell]:
    return [Cell(table, "ID", column) for table in NAMED_TABLES for column in columns_to_vary(table)]


def _cell_row(cell: Cell) -> tuple[str, ...]:
    column = cell_column(cell)
    return f"`{cell.name}`", column.type, _range(column), MEANINGS.get(f"{cell.table}.{cell.field}", "")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m forumsim.results.codebook docs/codebook.md")
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
