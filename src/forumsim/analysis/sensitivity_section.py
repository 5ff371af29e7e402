"""What `forumsim sensitivity` left in a results folder, for the report: its indices and figures."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from PIL.Image import open as open_image

from forumsim.analysis import html, labels
from forumsim.analysis.writing import page_png
from forumsim.results.folder import PART, ResultTables
from forumsim.results.sensitivity_table import figure_name, read_table


def sensitivity_section(results: ResultTables) -> Iterator[str]:
    """One piece of the page, where there is a table of indices that belongs to these results; else none."""
    table = read_table(results.folder)
    if table.empty:
        return
    parts = [PART] if PART in table else []
    rows = [
        [*(row[name] for name in parts), labels.measure_label(row["measure"]),
         labels.issue_label(row["issue"], results), row["factor"], row["index"],
         *(labels.number(row[name]) for name in ("estimate", "ci_low", "ci_high"))]
        for row in table.fillna({"factor": ""}).to_dict("records")
    ]  # fmt: skip
    headers = [*parts, "outcome", "issue", "factor", "index", "estimate", "95 % from", "95 % to"]
    pieces = [html.table(headers, rows, "Indices of sensitivity (sensitivity.csv).", numeric=3)]
    for measure, issue, part in (
        table.assign(of=table.get(PART, ""))[["measure", "issue", "of"]].drop_duplicates().to_numpy()
    ):
        path = results.folder / "figures" / figure_name(measure, issue, "" if pd.isna(part) else part)
        if path.is_file():
            words = f"Sensitivity of {labels.measure_label(measure)}, {labels.issue_label(issue, results)}."
            with open_image(path) as image:
                pieces.append(html.picture(path, words, page_png(image)))
    yield "\n".join(pieces)
