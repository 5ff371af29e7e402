"""Tidy tables of one run: data frames with the columns of the CSV results (see ``docs/codebook.md``).

Ids are text, words are lower case, switches are 0 or 1, what does not apply is missing. A sweep puts the column
``run_id`` before these columns.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forumsim.core.measures import MEASURES, verdict
from forumsim.core.terms import Conduct, Event, Form, Kind, Mode, Role, Status, Term
from forumsim.core.world import World
from forumsim.running.events import BETWEEN_FORUMS

if TYPE_CHECKING:
    from forumsim.running.outcome import Outcome
    from forumsim.scenarios import Scenario

POOLED = "pooled"


def scopes(scenario: Scenario) -> tuple[str, ...]:
    """The rows of every measure: the scenario's issues, then ``pooled``."""
    return (*scenario.issues, POOLED)


def meeting_of(value: float) -> tuple[str, Conduct, Conduct]:
    """Track, conduct of the actor and of the other, from the value of an event ``meeting``.

    Examples
    --------
    >>> meeting_of(1520.0)
    ('1.5', <Conduct.GENUINE: 2>, <Conduct.SEEN_THROUGH: 0>)
    """
    track, how = divmod(int(value), 100)
    return {15: "1.5"}.get(track, str(track)), Conduct(how // 10), Conduct(how % 10)


def words(kind: type[IntEnum]) -> tuple[str, ...]:
    """The lower-case names of an enumeration in the order of its numbers."""
    return tuple(member.name.lower() for member in kind)


def _named(names: Sequence[str], numbers: NDArray[Any]) -> NDArray[np.object_]:
    """Names of numbered things; -1 is missing."""
    table = np.array([*names, None], dtype=object)
    return table[np.asarray(numbers, dtype=np.int64)]


def _dates(scenario: Scenario, steps: NDArray[Any]) -> NDArray[np.object_]:
    known = {int(step): scenario.date_of(int(step)) for step in np.unique(steps)}
    return np.array([known[int(step)] for step in steps], dtype=object)


def series_frame(scenario: Scenario, outcome: Outcome, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Measures over time: one row per recorded step and issue (the last is ``pooled``), one column per measure.

    Parameters
    ----------
    scenario : Scenario
        Gives names and dates.
    outcome : Outcome
        ``series`` has the shape (recorded steps, issues + 1, measures).
    measures : sequence of str, optional
        Only these, in the order of the registry, those of extensions last.
    """
    names = [measure.name for measure in (*MEASURES, *scenario.extensions.measures)]
    kept = [k for k, name in enumerate(names) if measures is None or name in measures]
    rows = scopes(scenario)
    steps = np.repeat(np.asarray(outcome.steps, dtype=np.int64), len(rows))
    values = np.asarray(outcome.series)[:, :, kept].reshape(len(steps), len(kept))
    frame = pd.DataFrame(values, columns=[names[k] for k in kept])
    frame.insert(0, "issue", np.tile(np.array(rows, dtype=object), len(outcome.steps)))
    frame.insert(0, "date", _dates(scenario, steps))
    frame.insert(0, "step", steps)
    return frame


def events_frame(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
    """The event log in words: step, date, event, actor, other, forum, issue, value, and the term that decided.

    ``other`` is the other forum in a merger, a shift of regime or a competitive creation, else the other actor.
    """
    log = outcome.events
    other = _named(scenario.actor_ids, np.where(np.isin(log["kind"], BETWEEN_FORUMS), -1, log["other"]))
    forums = np.isin(log["kind"], BETWEEN_FORUMS)
    other[forums] = _named(scenario.forum_ids, log["other"][forums])
    return pd.DataFrame(
        {
            "step": log["step"].astype(np.int64),
            "date": _dates(scenario, log["step"]),
            "event": _named(words(Event), log["kind"]),
            "actor": _named(scenario.actor_ids, log["actor"]),
            "other": other,
            "forum": _named(scenario.forum_ids, log["forum"]),
            "issue": _named(scopes(scenario), log["issue"]),
            # a red line that is taken back lies infinitely far: missing, as tables hold finite numbers alone
            "value": np.where(np.isfinite(log["value"]), log["value"], np.nan).astype(np.float64),
            "term": _named(words(Term)[1:], log["term"] - 1),
        }
    )


def _at_snapshots(make: Callable[[Scenario, World], pd.DataFrame]) -> Callable[[Scenario, Outcome], pd.DataFrame]:
    """A table of all snapshots, with step and date first; without snapshots it has its columns and no row."""

    @functools.wraps(make)
    def stacked(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
        frames = []
        for step, world in sorted(outcome.snapshots.items()) or [(0, outcome.world)]:
            frame = make(scenario, world)
            frame.insert(0, "date", np.full(len(frame), scenario.date_of(step), dtype=object))
            frame.insert(0, "step", np.full(len(frame), step, dtype=np.int64))
            frames.append(frame)
        whole = pd.concat(frames, ignore_index=True)
        return whole if outcome.snapshots else whole.iloc[:0]

    return stacked


@_at_snapshots
def forums_frame(scenario: Scenario, world: World) -> pd.DataFrame:
    """The forums that were ever opened, at each snapshot: status, law, members, mandate, charter."""
    slots = np.flatnonzero(world.status != Status.EMPTY)
    founded = world.founded[slots]
    columns: dict[str, Any] = {
        "forum": _named(scenario.forum_ids, slots),
        "name": [scenario.name_of_forum(int(f), int(world.founder[f]), int(world.founded[f])) for f in slots],
        "status": _named(words(Status), world.status[slots]),
        "mode": _named(words(Mode), world.mode[slots]),
        "form": _named(words(Form), world.form[slots]),
        "founded": _dates(scenario, founded),
        "founder": _named(scenario.actor_ids, world.founder[slots]),
        "parent": _named(scenario.forum_ids, world.parent[slots]),
        "legalization": world.legalization[slots],
        "vitality": world.vitality[slots],
        "members": world.member[slots].sum(axis=1).astype(np.int64),
        "weight_in": world.weight_in[slots],
    }
    for k, issue in enumerate(scenario.issues):
        columns[f"mandate_{issue}"] = world.mandate[slots, k].astype(np.int64)
    for k, issue in enumerate(scenario.issues):
        columns[f"charter_{issue}"] = np.where(world.mandate[slots, k], world.charter[slots, k], np.nan)
    return pd.DataFrame(columns)


@_at_snapshots
def memberships_frame(scenario: Scenario, world: World) -> pd.DataFrame:
    """Who is in which live forum with what attention, at each snapshot."""
    forums, actors = np.nonzero(world.member & world.live()[:, None])
    return pd.DataFrame(
        {
            "forum": _named(scenario.forum_ids, forums),
            "actor": _named(scenario.actor_ids, actors),
            "attention": world.attention[forums, actors],
        }
    )


@_at_snapshots
def actors_frame(scenario: Scenario, world: World) -> pd.DataFrame:
    """The actors at each snapshot: power, capacity, positions and focal forum."""
    columns: dict[str, Any] = {
        "actor": np.array(scenario.actor_ids, dtype=object),
        "name": np.array(scenario.actor_names, dtype=object),
        "kind": _named(words(Kind), world.kind),
        "role": _named(words(Role), world.role),
        "bloc": _named(scenario.blocs, world.bloc),
        "power": world.power.copy(),
        "capacity": world.capacity.copy(),
    }
    for k, issue in enumerate(scenario.issues):
        columns[f"position_{issue}"] = world.position[:, k].copy()
    columns["focal"] = _named(scenario.forum_ids, world.focal)
    return pd.DataFrame(columns)


def verdict_frame(scenario: Scenario, outcome: Outcome) -> pd.DataFrame:
    """State and tendency per issue and pooled: columns issue, state, tendency."""
    found = verdict(outcome.verdict_series, outcome.params)
    return pd.DataFrame(
        {
            "issue": list(scopes(scenario)),
            "state": [str(state) for state, _ in found],
            "tendency": [str(tendency) for _, tendency in found],
        }
    )
