"""The results folder as its users read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd


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

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: settings and verdict."""
        return self.table("runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Measures over time."""
        return self.table("series")

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Means and shares over replicates, with intervals."""
        return self.table("summary")

    @cached_property
    def failures(self) -> pd.DataFrame:
        """The runs that raised an error."""
        return self.table("failures")

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points of the plan: settings, replicates, why there are no more."""
        return self.table("points")

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """Differences between points on common random numbers; only where the plan names contrasts."""
        return self.table("contrasts")

    @cached_property
    def twins(self) -> pd.DataFrame:
        """Runs against their twins, by issue; only where the plan has twins."""
        return self.table("twins")
