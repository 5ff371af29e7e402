"""The results folder as its users read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd


def _table(name: str, meaning: str) -> cached_property[pd.DataFrame]:
    """A property that reads one of the CSV when it is first asked for."""
    table = cached_property(lambda results: results.table(name))
    table.__doc__ = meaning
    return table


@dataclass(frozen=True, repr=False)
class Results:
    """A results folder; tables are read when asked for.

    Attributes
    ----------
    folder : Path

    Examples
    --------
    >>> results = sweep("experiments/dialogue.toml")  # doctest: +SKIP
    >>> results.summary.query("measure == 'fragmentation'")  # doctest: +SKIP
    """

    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        """One of the CSV (``runs``, ``series``, ``summary`` ...); ids stay text, only empty cells are missing."""
        schema = {item["name"]: item["schema"]["fields"] for item in self.codebook["resources"]}
        text = {column["name"]: str for column in schema[name] if column["type"] == "string"}
        return pd.read_csv(self.folder / f"{name}.csv", dtype=text, keep_default_na=False, na_values=[""])

    def __repr__(self) -> str:
        return f"<Results in {self.folder}>"

    def _repr_html_(self) -> str:
        runs = self.manifest.get("runs", {})
        rows = "".join(
            f"<tr><th>runs {escape(str(name))}</th><td>{escape(str(n))}</td></tr>" for name, n in runs.items()
        )
        names = ", ".join(item["name"] for item in self.codebook["resources"])
        rows += f"<tr><th>tables</th><td>{escape(names)}</td></tr>"
        return f"<p>Results in <code>{escape(str(self.folder))}</code></p><table>{rows}</table>"

    @cached_property
    def codebook(self) -> dict[str, Any]:
        """The content of datapackage.json."""
        return dict(json.loads((self.folder / "datapackage.json").read_text(encoding="utf-8")))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return dict(json.loads((self.folder / "manifest.json").read_text(encoding="utf-8")))

    runs = _table("runs", "One row per run: settings and verdict.")
    series = _table("series", "Measures over time.")
    summary = _table("summary", "Means and shares over replicates, with intervals.")
    failures = _table("failures", "The runs that raised an error.")
    points = _table("points", "The points of the plan: settings, replicates, why there are no more.")
    contrasts = _table("contrasts", "Differences on common random numbers; only where the plan names contrasts.")
    twins = _table("twins", "Runs against their twins, by issue; only where the plan has twins.")
