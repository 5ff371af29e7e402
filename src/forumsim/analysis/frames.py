"""Typed frames of a results folder, which know part, point, replicate and settings of each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.results.folder import PART, ResultTables
from forumsim.results.results import Results
from forumsim.results.typed import typed
from forumsim.scenarios.settings import column_name

#: Tables of `Frames.detail`.
DETAILS = ("events", "forums", "memberships", "actors", "contrasts", "twins")


class Frames:
    """The frames of an experiment; a part of `forumsim.analysis.Experiment`.

    Parameters
    ----------
    tables : ResultTables
    """

    def __init__(self, tables: ResultTables) -> None:
        self.tables = tables

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.tables.folder

    @property
    def varied(self) -> tuple[str, ...]:
        """Columns of the settings that were varied."""
        return self.tables.varied

    @property
    def issues(self) -> tuple[str, ...]:
        """Issues, without ``pooled``."""
        return self.tables.issues

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures that were recorded."""
        return self.tables.measures

    @property
    def settings(self) -> tuple[str, ...]:
        """Columns that tell points apart: the part, where there are several, and what was varied."""
        return ((PART,) if self.tables.several else ()) + self.varied

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per run: settings and verdict, ``twin_ISSUE`` against its twin."""
        return self._typed(self.tables.runs, "runs")

    @cached_property
    def series(self) -> pd.DataFrame:
        """Measures over time, one row per run, recorded step and issue."""
        return self._typed(self.tables.series, "series")

    @cached_property
    def ends(self) -> pd.DataFrame:
        """End values, one row per run and issue: means over the last steps of the run (``measure.state_steps``)."""
        return self._typed(self.tables.ends, "series", "runs")

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points of the plan with their settings and number of runs."""
        keys = ["point", *self.settings]
        return self.runs.groupby(keys, sort=False, observed=True, dropna=False).size().rename("runs").reset_index()

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The parts of the plan: scenario, length, end window and interventions."""
        rows = [(part.name, part.scenario, part.steps, part.window, part.interventions) for part in self.tables.parts]
        return pd.DataFrame(rows, columns=["part", "scenario", "steps", "window", "interventions"])

    @cached_property
    def twins(self) -> pd.DataFrame:
        """Runs against their twins by issue, with settings; empty where the plan has no twins."""
        return self.with_settings(self.detail("twins"))

    def column(self, name: str) -> str:
        """The column of a setting that was varied, by its name in the plan (``dialogue.level``) or as it is."""
        written = column_name(name) if isinstance(name, str) else name
        return written if written in self.settings else name

    def detail(self, table: str) -> pd.DataFrame:
        """One of events, forums, memberships, actors (of the detailed runs), contrasts, twins; empty if there is none.

        Raises
        ------
        InputError
            No results have a table of this name, or it was written and is not in the folder.
        """
        known("table", table, DETAILS)
        self.needs(table)
        return self._typed(self.tables.detail(table), table)

    def needs(self, *tables: str) -> None:
        """See that tables which were written are in the folder.

        Raises
        ------
        InputError
            Naming those that are not: what they hold is unknown, and must not pass for nothing.
        """
        gone = [name for table in tables if (name := f"{table}.csv") in self.tables.absent]
        if gone:
            raise InputError(
                [Problem(str(self.folder / name), "is missing") for name in gone], "the results lack tables"
            )

    def with_settings(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with a column ``run_id``, and point, replicate and settings of each run beside it."""
        there = [name for name in ("point", "replicate", *self.settings) if name not in frame]
        return frame.merge(self.runs[["run_id", *there]], on="run_id", how="inner")

    def _typed(self, frame: pd.DataFrame, *names: str) -> pd.DataFrame:
        """With the types of the folder's description; what stands in several tables has that of the first."""
        fields = {field["name"]: field for name in reversed(names) for field in self._fields.get(name, ())}
        return typed(frame, fields.values())

    @cached_property
    def _fields(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        if not (self.folder / "datapackage.json").is_file():
            return {}
        resources = Results(self.folder).codebook.get("resources", [])
        return {item["name"]: item["schema"]["fields"] for item in resources}

    def __repr__(self) -> str:
        return f"<Experiment {self.folder}: {'; '.join(f'{name} {value}' for name, value in self._facts())}>"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in self._facts())
        return f"<p>Experiment in <code>{escape(str(self.folder))}</code></p><table>{rows}</table>"

    def _facts(self) -> list[tuple[str, str]]:
        levels = ", ".join(f"{name} ({self.tables.runs[name].nunique()})" for name in self.varied)
        parts = [("parts", ", ".join(part.name for part in self.tables.parts))] if self.tables.several else []
        return [
            ("scenario", self.tables.scenario), *parts, ("runs", str(len(self.tables.runs))),
            ("points", str(self.tables.runs["point"].nunique())), ("steps", str(self.tables.steps)),
            ("varied", levels or "nothing"),
        ]  # fmt: skip


def known(where: str, name: Any, allowed: Sequence[Any]) -> None:
    """See that a name is one of those that there are.

    Raises
    ------
    InputError
    """
    if name not in allowed:
        words = [str(word) for word in allowed]
        some = ", ".join(words[:12]) + (" ..." if len(words) > 12 else "")
        raise InputError([Problem(where, f"found {name!r}", some or "nothing", nearest(str(name), words))])
