"""The last snapshot of the recorded runs nearest to the median of each state: what their map and network show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.fonts import printable
from forumsim.analysis.typical import typical_runs
from forumsim.results.folder import ResultTables
from forumsim.results.kept import kept


@dataclass(frozen=True)
class EndState:
    """One run at its last snapshot.

    Attributes
    ----------
    state : str
        In which the run ended.
    run_id : str
    is_typical : bool
        Whether it is the typical run itself; else the nearest of those recorded in detail.
    step, length : int
        Of the snapshot, and of the whole run.
    date : str
        Empty in a scenario without dates.
    actors, memberships : DataFrame
    forums : dict
        Names by id.
    """

    state: str
    run_id: str
    is_typical: bool
    step: int
    length: int
    date: str
    actors: pd.DataFrame
    memberships: pd.DataFrame
    forums: dict[str, str]

    @property
    def title(self) -> str:
        """State and run."""
        return f"{labels.capital(self.state)}: {self.run_id}"

    @property
    def moment(self) -> str:
        """When the snapshot was taken, in words."""
        of = f" of {self.length}" if self.length != self.step else ""
        return f"step {self.step}{of}{f', {self.date}' if self.date else ''}"


@kept
def end_states(results: ResultTables) -> list[EndState]:
    """One part's runs, one for each state that a recorded run ends in."""
    return [
        _read(results, row["state"], row["recorded"], row["recorded"] == row["run_id"])
        for row in typical_runs(results).to_dict("records")
        if row["recorded"]
    ]


def _read(results: ResultTables, state: str, run_id: str, is_typical: bool) -> EndState:
    tables = {}
    for name in ("actors", "memberships", "forums"):
        rows = results.detail(name)
        tables[name] = rows[rows["run_id"] == run_id]
    step = int(tables["actors"]["step"].max())
    actors, memberships = (tables[name][tables[name]["step"] == step] for name in ("actors", "memberships"))
    named = tables["forums"].dropna(subset="name").drop_duplicates("forum", keep="last")
    names = {str(forum): printable(name) for forum, name in zip(named["forum"], named["name"], strict=True)}
    date = str(actors["date"].iloc[0]) if "date" in actors and pd.notna(actors["date"].iloc[0]) else ""
    return EndState(state, run_id, is_typical, step, int(results.lengths[run_id]), date, actors, memberships, names)


def moments(found: list[EndState]) -> str:
    """When the snapshots were taken, once where that is the same for all."""
    if len({one.moment for one in found}) == 1:
        return found[0].moment
    return "; ".join(f"{one.run_id}: {one.moment}" for one in found)


def nearest_words(found: list[EndState]) -> str:
    """Which runs are shown, where they are not the typical ones themselves; a sentence with a space before it."""
    others = [one.run_id for one in found if not one.is_typical]
    if not others:
        return ""
    return (
        f" {', '.join(others)}: of the runs recorded in detail the nearest to the median, not the typical run itself."
    )
