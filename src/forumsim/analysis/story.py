"""The history of one run, put together from its tables: chosen forums, their members by bloc over time, events."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd

from forumsim.analysis.fonts import printable
from forumsim.analysis.rosters import ENDS, LEAVES, STARTS
from forumsim.analysis.style import columns_that_fit
from forumsim.results.folder import ResultTables

#: Stands for the bloc of those who have none: non-state actors, or everybody where a scenario has no blocs.
NO_BLOC = "no bloc"
#: Forums drawn one by one; the rest are counted.
CHOSEN = 6
#: Snapshots drawn side by side.
SHOTS = 4
#: Rows of the strip of events, from top to bottom: kind of event, words.
STRIP = (
    ("starts", "Forum founded or opened"),
    ("competitive_creation", "Rival forum created"),
    ("ends", "Forum dissolved or merged"),
    ("regime_shift", "Regime shifts"),
)


@dataclass(frozen=True)
class Story:
    """One run as a reader follows it.

    Attributes
    ----------
    run_id : str
    facts : dict
        Levels of the varied parameters.
    shots : tuple of int
        Steps of the snapshots drawn.
    dates : dict
        Date of each of them.
    actors, forums, memberships : DataFrame
        Snapshots (all of them).
    events : DataFrame
    issues, blocs : tuple of str
        Blocs by falling power.
    letters : dict
        Letter of each chosen forum, by falling attention.
    last : int
        Last step of the run.
    """

    run_id: str
    facts: dict[str, object]
    shots: tuple[int, ...]
    dates: dict[int, str]
    actors: pd.DataFrame
    forums: pd.DataFrame
    memberships: pd.DataFrame
    events: pd.DataFrame
    issues: tuple[str, ...]
    blocs: tuple[str, ...]
    letters: dict[str, str]
    last: int

    def at(self, table: pd.DataFrame, step: int) -> pd.DataFrame:
        """The rows of a snapshot."""
        return table[table["step"] == step]

    @property
    def names(self) -> dict[str, str]:
        """Name of each forum."""
        named = self.forums.dropna(subset="name").drop_duplicates("forum", keep="last")
        return {str(forum): printable(name) for forum, name in zip(named["forum"], named["name"], strict=True)}


def detailed_runs(results: ResultTables) -> list[str]:
    """Runs that have snapshots of actors, forums and memberships, in the order of runs.csv.

    None without events.csv: between two snapshots nobody would seem to have joined, left or founded.
    """
    if "event" not in results.detail("events"):
        return []
    have = set(results.runs["run_id"])
    for table in ("actors", "forums", "memberships"):
        have &= set(results.detail(table)["run_id"])
    return [run_id for run_id in results.runs["run_id"] if run_id in have]


def read_story(results: ResultTables, run_id: str) -> Story:
    """Put the tables of one run together; the run must be one of `detailed_runs`."""
    tables = {name: results.detail(name) for name in ("actors", "forums", "memberships", "events")}
    part = {name: table[table["run_id"] == run_id] for name, table in tables.items()}
    actors, forums, memberships, events = (part[n] for n in ("actors", "forums", "memberships", "events"))
    actors = actors.assign(bloc=actors["bloc"].fillna(NO_BLOC))
    steps = sorted(actors["step"].unique())
    most = min(SHOTS, columns_that_fit(0.52, 0.12), len(steps))
    picks = np.unique(np.linspace(0, len(steps) - 1, most).round().astype(int))
    shots = tuple(int(steps[i]) for i in picks)
    dated = actors.drop_duplicates("step").set_index("step")
    dates = {step: str(dated["date"].get(step, step)) if "date" in dated else str(step) for step in shots}
    row = results.runs[results.runs["run_id"] == run_id].iloc[0]
    power = actors[actors["step"] == steps[0]].groupby("bloc")["power"].sum().sort_values(ascending=False)
    last = max(int(row["steps"]) if "steps" in row and pd.notna(row["steps"]) else 0, int(steps[-1]))
    return Story(
        run_id, {name: row[name] for name in results.varied}, shots, dates, actors, forums, memberships, events,
        results.issues, tuple(power.index), _choose(actors, memberships), last,
    )  # fmt: skip


def _choose(actors: pd.DataFrame, memberships: pd.DataFrame) -> dict[str, str]:
    """Letters for the forums with most power-weighted attention, summed over the snapshots."""
    weighted = memberships.merge(actors[["step", "actor", "power"]], on=["step", "actor"])
    weight = (weighted["attention"] * weighted["power"]).groupby(weighted["forum"]).sum()
    ranked = weight.sort_values(ascending=False, kind="stable").index[:CHOSEN]
    return dict(zip(ranked, ascii_uppercase, strict=False))


def reach_by_bloc(story: Story) -> dict[str, pd.DataFrame]:
    """Power of the members of each chosen forum at every step, by bloc (share of all states' power).

    Joins and exits of the event log are played forward from the first snapshot; every later snapshot is the truth
    from its step on.

    Returns
    -------
    dict of DataFrame
        By forum: index step, one column per bloc and ``members`` (head-count).
    """
    first = story.actors[story.actors["step"] == story.actors["step"].min()].set_index("actor")
    power, bloc = first["power"].to_dict(), first["bloc"].to_dict()
    snapshots = {
        int(step): {str(f): set(rows["actor"]) for f, rows in story.at(story.memberships, step).groupby("forum")}
        for step in story.actors["step"].unique()
    }
    start = int(story.actors["step"].min())
    by_step = {int(step): story.at(story.events, step) for step in story.events["step"].unique()}
    members: dict[str, set[str]] = {forum: set() for forum in story.letters}
    rows: dict[str, list[dict[str, float]]] = {forum: [] for forum in story.letters}
    for step in range(start, story.last + 1):
        if step in by_step:
            _apply(by_step[step], members)
        for forum, held in members.items():
            if step in snapshots:
                held = members[forum] = set(snapshots[step].get(forum, ()))
            row = dict.fromkeys(story.blocs, 0.0) | {"members": float(len(held))}
            for actor in sorted(held):
                row[bloc[actor]] += power[actor]
            rows[forum].append(row)
    index = range(start, story.last + 1)
    return {forum: pd.DataFrame(values, index=index) for forum, values in rows.items()}


def _apply(events: pd.DataFrame, members: dict[str, set[str]]) -> None:
    """Play joins, exits and ends of one step into the sets of members."""
    for event, actor, forum in events[["event", "actor", "forum"]].itertuples(index=False):
        if forum not in members:
            continue
        if event == "join":
            members[forum].add(actor)
        elif event in LEAVES:
            members[forum].discard(actor)
        elif event in ENDS:
            members[forum] = set()


def live_forums(story: Story) -> pd.Series:
    """Number of live forums (awake or dormant) at every step: the first snapshot, then foundings less ends."""
    start = int(story.forums["step"].min())
    alive = story.forums["status"].isin(["alive", "dormant"])
    counted = story.forums[alive].groupby("step").size()
    change = story.events[story.events["event"].isin([*STARTS, *ENDS])]
    signs = change["event"].isin(STARTS).map({True: 1, False: -1})
    moves = signs.groupby(change["step"]).sum()
    values, current = [], 0
    for step in range(start, story.last + 1):
        current = int(counted[step]) if step in counted.index else current + int(moves.get(step, 0))
        values.append(current)
    return pd.Series(values, index=range(start, story.last + 1))


def strip_events(story: Story) -> dict[str, pd.Series]:
    """Events a step for each row of the strip of events."""
    kinds = {"starts": STARTS, "ends": ENDS}
    steps = range(int(story.forums["step"].min()), story.last + 1)
    result = {}
    for key, _ in STRIP:
        rows = story.events[story.events["event"].isin(kinds.get(key, (key,)))]
        # one merger or rivalry may be logged against several others: it still is one forum
        unique = rows if key == "regime_shift" else rows.drop_duplicates(["step", "forum"])
        result[key] = unique.groupby("step").size().reindex(steps, fill_value=0)
    return result
