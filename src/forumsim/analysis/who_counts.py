"""Who founded, left and shifted: events a run of each actor and forum, and of all, over the recorded runs."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from forumsim.analysis import labels
from forumsim.analysis.fonts import printable
from forumsim.analysis.groups import compared_parts, first_factor
from forumsim.analysis.rosters import LEAVES
from forumsim.analysis.tables import by_part
from forumsim.plans.statistics import mean_intervals
from forumsim.results.folder import ResultTables
from forumsim.results.kept import kept

#: What is counted of actors, and of forums: words, the events, and the column that names the one they count for.
ACTORS = {"founded": (("founding",), "actor"), "left": (LEAVES, "actor"), "shifted": (("regime_shift",), "actor")}
FORUMS = {
    "left it": (LEAVES, "forum"),
    "shifted to": (("regime_shift",), "forum"),
    "shifted from": (("regime_shift",), "other"),
}
SIDES = {"actors": ACTORS, "forums": FORUMS}
#: All forums that were founded in a run: their ids mean another forum in every run.
FOUNDED = "forums founded in the run"


def recorded_runs(results: ResultTables) -> list[str]:
    """Runs whose events were recorded, in the order of runs.csv; a run may have none. Without events.csv no run."""
    if "event" not in results.detail("events"):
        return []
    there = {run for name in ("events", "actors") for run in results.detail(name)["run_id"]}
    return [run for run in results.runs["run_id"] if run in there]


@kept
def counts_of(results: ResultTables, side: str) -> pd.DataFrame:
    """Events a run that each actor or forum had, over the recorded runs; part by part.

    Parameters
    ----------
    results : ResultTables
    side : {"actors", "forums"}

    Returns
    -------
    DataFrame
        ``part`` where there are several, ``who``, ``kind`` (the words of `ACTORS` or `FORUMS`), ``n`` (recorded runs),
        ``mean, sd, low, high`` (t interval over runs). A run in which it did not happen counts as 0; who had none of
        the events in any run has no row.
    """
    return by_part(results, lambda own: _counts(own, side))


def _counts(results: ResultTables, side: str) -> pd.DataFrame:
    runs, events = recorded_runs(results), _events(results)
    whole = [
        _intervals(own.groupby(["run_id", column]).size().unstack(fill_value=0), runs).assign(kind=kind)
        for kind, (kinds, column) in SIDES[side].items()
        if len(own := events[events["event"].isin(kinds)].dropna(subset=[column]))
    ]
    columns = ["who", "kind", "n", "mean", "sd", "low", "high"]
    return pd.concat(whole, ignore_index=True)[columns] if whole else pd.DataFrame(columns=columns)


def _intervals(wide: pd.DataFrame, runs: list[str]) -> pd.DataFrame:
    """Mean and interval of each column over the runs; those without a row have 0."""
    tall = wide.reindex(runs, fill_value=0).rename_axis(columns="who").melt(var_name="who", value_name="value")
    return mean_intervals(tall, ["who"])


@kept
def _events(results: ResultTables) -> pd.DataFrame:
    """Events of the recorded runs; what was founded in a run is one forum under the name `FOUNDED`."""
    runs, events = recorded_runs(results), results.detail("events")
    if not runs:
        return pd.DataFrame(columns=["run_id", "event", "actor", "other", "forum"])
    events = events[events["run_id"].isin(set(runs))].copy()
    born = events[events["event"] == "founding"]
    born_there = set(zip(born["run_id"], born["forum"], strict=True))
    for column in ("forum", "other"):
        own = pd.Series(
            [pair in born_there for pair in zip(events["run_id"], events[column], strict=True)], events.index
        )
        events[column] = events[column].mask(own, FOUNDED)
    return events


def totals(results: ResultTables) -> list[pd.DataFrame]:
    """Events a run of all actors together by the first factor, a table for each part.

    Returns
    -------
    list of DataFrame
        ``group, kind, n, mean, sd, low, high``; groups without a recorded run are left out.
    """
    tables = []
    for own in compared_parts(results):
        events, recorded = _events(own), set(recorded_runs(own))
        pieces = []
        for group, ids in first_factor(own).runs.items():
            runs = [run for run in ids if run in recorded]
            for kind, (kinds, _) in ACTORS.items() if runs else ():
                found = events[events["event"].isin(kinds)].groupby("run_id").size().reindex(runs, fill_value=0)
                pieces.append(
                    mean_intervals(pd.DataFrame({"group": group, "kind": kind, "value": found}), ["group", "kind"])
                )
        tables.append(pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=["group"]))
    return tables


def busiest(counts: pd.DataFrame, side: str, most: int) -> list[str]:
    """Who had the largest shares of the events of each kind, the first first; of equal ones by id."""
    share = counts["mean"] / counts.groupby("kind")["mean"].transform("sum")
    total = share.groupby(counts["who"]).sum().round(12)
    order = total.reset_index(name="share").sort_values(["share", "who"], ascending=[False, True])
    return [str(who) for who in order["who"].head(most)]


def names_of(results: ResultTables, side: str, ids: Iterable[str]) -> dict[str, str]:
    """Names of actors or forums as the tables of details have them, else their ids."""
    column = side.removesuffix("s")
    table = results.detail(side)
    named: dict[str, str] = {}
    if "name" in table and column in table:
        rows = table.dropna(subset=["name"]).drop_duplicates(column)
        named = dict(zip(rows[column].map(str), rows["name"].map(printable), strict=True))
    return {one: labels.capital(named.get(one) or (one if one == FOUNDED else printable(one))) for one in ids}
