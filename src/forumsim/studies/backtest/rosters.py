"""Which forums are scored, and who was in them: rosters that are facts, vary, and are not given by construction.

The rule that picks the forums is mechanical, so that nobody picks those that suit the model.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from forumsim.core.terms import Kind, Mode, Role
from forumsim.core.world import Bools, Ints, World
from forumsim.scenarios import Scenario
from forumsim.scenarios.content import Tables
from forumsim.scenarios.dated import expand
from forumsim.scenarios.forms import rules_of
from forumsim.scenarios.quarters import quarter_name, quarter_number
from forumsim.scenarios.schema import ForumRow

#: The quarter at whose end rosters are compared. The last row of the shipped rosters is of 22 September 2024.
AUTUMN = "2024-Q3"
#: Members and outsiders that a forum needs to be scored: with fewer an area under the curve says nothing.
FEWEST = 3
#: Confidence of a row that tells a story and is no validation target (README of the scenario).
STORY = "C"


@dataclass(frozen=True, eq=False)
class Roster:
    """A forum to be scored."""

    forum: str  #: id
    row: int  #: its slot
    opened: int  #: number of the quarter in which it opened
    until: int  #: number of the quarter at whose end its roster is compared
    #: rows of the members that are given (`given`). They are in the model's world, and are not scored.
    founders: Ints
    states: Ints  #: (n,): rows of the states that are scored
    member: Bools  #: (n,): which of them were members
    last: Bools | None = None  #: (n,): which of them were in the last edition, where there was one


def given(forum: ForumRow, tables: Tables) -> list[int]:
    """Rows of the members that a forum opens with in the backtest.

    A standing forum opens with its founders, who negotiated it. A text opens with its host alone, the first named:
    whoever else signs it decides to, also those whom a scenario lets sign at the opening.
    """
    founders = expand(forum.founder, tables)
    return founders if rules_of(forum).mode == Mode.STANDING else founders[:1]


def scored_states(forum: ForumRow, tables: Tables, stories: Collection[tuple[str, str]]) -> list[int]:
    """Rows of the states of the United Nations, without the members that are given and those of confidence C.

    The European Union, whose columns are means of its members, and non-state actors are not scored.
    """
    without = given(forum, tables)
    return [
        i
        for i, actor in enumerate(tables.actors)
        if actor.kind == Kind.STATE and actor.role != Role.UNION and i not in without
        if (forum.id, actor.id) not in stories
    ]


def too_few(member: Bools) -> str:
    """Why a roster cannot be scored, empty where it can."""
    if min(member.sum(), (~member).sum()) >= FEWEST:
        return ""
    return f"{member.sum()} members and {(~member).sum()} outsiders to score"


def rosters(case: Scenario) -> tuple[list[Roster], dict[str, str]]:
    """The forums that are scored, and why the others are not.

    A forum is scored unless it has a closed list (its roster is given by construction: the G7, the G20, BRICS, the
    European Union, bilateral talks) and at least `FEWEST` members and as many outsiders are left (`scored_states`).

    Parameters
    ----------
    case : Scenario
        Dated, with a starting field (`Scenario.with_fields`), such as ``ai_governance``.

    Returns
    -------
    list of Roster
        In the order of the forums' table.
    dict of str to str
        Ids of the other forums, each with the reason.
    """
    tables = case.tables
    until = quarter_number(AUTUMN)
    facts = world_at(case, until)
    start = quarter_number(str(case.start))
    closed = {row.forum for row in tables.gates}
    stories = {(row.forum, row.actor) for row in tables.memberships if row.confidence == STORY}
    scored: list[Roster] = []
    others: dict[str, str] = {}
    for f, forum in enumerate(tables.forums):
        states = scored_states(forum, tables, stories)
        member = facts.member[f, states]
        opened = start + forum.founded.step(start)
        if forum.id in closed:
            others[forum.id] = "closed list"
        elif opened > until:
            others[forum.id] = f"opened after {AUTUMN}"
        elif why := too_few(member):
            others[forum.id] = why
        else:
            founders = np.array(given(forum, tables), int)
            scored.append(Roster(forum.id, f, opened, until, founders, np.array(states, int), member))
    return scored, others


def world_at(case: Scenario, quarter: int) -> World:
    """The world of a scenario at the end of a quarter: its forums with their members of then, trust at its baseline."""
    return case.with_fields(start=quarter_name(quarter)).build(0)
