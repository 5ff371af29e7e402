"""Dated things of a scenario as the tables that a run reads: shocks and channels, one row per pair of actors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forumsim.core.terms import CHANNEL_DTYPE, MOST_HOSTS, NO_HOST, SHOCK_DTYPE, Shock
from forumsim.scenarios.content import Tables
from forumsim.scenarios.quarters import When
from forumsim.scenarios.schema import ShockRow

#: History: these last, so that the state at the start is not right without them.
LASTING = (Shock.TECHNOLOGY, Shock.LEADERSHIP, Shock.SANCTION, Shock.VIOLATION, Shock.RED_LINE)
#: Last step of a channel without an end.
FOREVER = np.iinfo(np.int32).max
#: Steps after which a sanction ends where its row does not say when: ten years of quarters, a prior.
SANCTION_STEPS = 40


def expand(names: Sequence[str], tables: Tables) -> list[int]:
    """Numbers of the actors of a list of ids and ``bloc:NAME`` (its states), each once."""
    number = tables.actor_numbers
    found: dict[int, None] = {}
    for name in names:
        if name.startswith("bloc:"):
            bloc = name.removeprefix("bloc:")
            found |= dict.fromkeys(i for i, a in enumerate(tables.actors) if a.bloc == bloc and not a.kind)
        else:
            found[number[name]] = None
    return list(found)


def pairs(row: Any, tables: Tables) -> Iterator[tuple[int, int]]:
    """Pairs of actors that a row means."""
    return each_pair(expand(row.actor, tables) or [-1], expand(row.other, tables) or [-1])


def each_pair(ones: Sequence[int], others: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each pair of two different actors once, in their order; -1 stands for nobody."""
    seen = set()
    for i in ones:
        for j in others:
            if (i != j or i < 0) and (j, i) not in seen:
                seen.add((i, j))
                yield i, j


def step_of_shock(row: ShockRow, start: int | None) -> int | None:
    """Step at which a shock takes place in the run, None when it is over.

    Lasting shocks up to the start are history (-1), but for sanctions that had ended by then. A crisis or summit of the
    starting quarter is still felt in the first step. Openings, closings and departures up to the start are part of the
    state at the start.
    """
    step = row.date.step(start)
    if step > 0:
        return step
    if row.kind in LASTING:
        return None if row.kind == Shock.SANCTION and end_of(row, start) <= 0 else -1
    return 1 if step == 0 and row.kind in (Shock.CRISIS, Shock.SUMMIT) else None


def end_of(row: ShockRow, start: int | None) -> int:
    """Step at which a sanction is lifted; other shocks have no end of their own."""
    if row.kind != Shock.SANCTION:
        return FOREVER
    return row.date.step(start) + SANCTION_STEPS if row.until is None else row.until.step(start)


def shock_table(tables: Tables, issues: Sequence[str], start: int | None) -> NDArray[Any]:
    """Shocks of `SHOCK_DTYPE` in the order of their dates, with an opening for every forum founded after the start.

    Rows that are left out, and those on forums that are, make no shock.
    """
    forum_number = tables.forum_numbers
    absent = {forum.id for forum in tables.forums if not forum.on}
    rows: list[tuple[int, tuple[float, ...]]] = []
    for forum in tables.forums:
        if forum.on and forum.founded.step(start) > 0:
            founder = expand(forum.founder[:1], tables) or [-1]
            step = forum.founded.step(start)
            opening = (step, Shock.OPENING, founder[0], -1, forum_number[forum.id], -1, 1.0, FOREVER, 0.0)
            rows.append((step, opening))
    for row in tables.shocks:
        when = step_of_shock(row, start)
        if when is None or not row.on or row.forum in absent:
            continue
        forum_index = forum_number.get(row.forum, -1)
        issue = issues.index(row.issue) if row.issue else -1
        for i, j in pairs(row, tables):
            entry = (when, row.kind, i, j, forum_index, issue, row.size, end_of(row, start), 0.0)
            rows.append((row.date.step(start), entry))
    rows.sort(key=lambda entry: entry[0])
    return np.array([row for _, row in rows], dtype=SHOCK_DTYPE)


def channel_table(tables: Tables, start: int | None) -> NDArray[Any]:
    """Channels of `CHANNEL_DTYPE` that are open at some step of a run; a channel's rate is shared by its pairs.

    One that is left out stays in its place with a rate of 0, so that the draws of the others are the same without it.
    """
    rows = []
    for row in tables.channels:
        first = row.first.step(start)
        last = FOREVER if row.last is None else row.last.step(start)
        members = list(pairs(row, tables))
        if last >= 1:
            hosts = (*expand(row.host, tables), *NO_HOST)[:MOST_HOSTS]
            rate = row.rate * row.on / len(members)
            rows += [(first, last, row.track, i, j, row.scaled, rate, hosts) for i, j in members]
    return np.array(rows, dtype=CHANNEL_DTYPE)


def after_end(tables: Tables, start: int | None, steps: int) -> dict[str, list[int]]:
    """Rows by table of what is dated after the last of so many steps: shocks, channels that begin, forums that open."""
    dates: dict[str, list[tuple[int, When]]] = {
        "shocks": [(row.row, row.date) for row in tables.shocks if row.on],
        "channels": [(row.row, row.first) for row in tables.channels if row.on],
        "forums": [(row.row, row.founded) for row in tables.forums if row.on],
    }
    late = {name: [row for row, date in rows if date.step(start) > steps] for name, rows in dates.items()}
    return {name: rows for name, rows in late.items() if rows}
