"""Which forums are scored, and who was in them: rosters that are facts, vary, and are not given by construction.

The rule that picks the forums is mechanical, so that nobody picks those that suit the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forumsim.core.terms import Kind, Role
from forumsim.core.world import Bools, Ints, World
from forumsim.scenarios import Scenario
from forumsim.scenarios.dated import expand
from forumsim.scenarios.quarters import quarter_name, quarter_number

#: The quarter at whose end rosters are compared. The last row of the shipped rosters is of 22 September 2024.
AUTUMN = "2024-Q3"
#: Members and outsiders that a forum needs to be scored: with fewer an area under the curve says nothing.
FEWEST = 3
#: Confidence of a row that tells a story and is no validation target (README of the scenario).
STORY = "C"


@dataclass(frozen=True, eq=False)
class Roster:
    """A forum to be scored.

    Attributes
    ----------
    forum : str
        Id.
    row : int
        Its slot.
    opened : int
        Number of the quarter in which it opened.
    founders : int array
        Rows of its founding members. They stand in the model's world, and are not scored.
    states : int array (n,)
        Rows of the states that are scored.
    member : bool array (n,)
        Which of them were members in autumn 2024.
    """

    forum: str
    row: int
    opened: int
    founders: Ints
    states: Ints
    member: Bools


def rosters(case: Scenario) -> tuple[list[Roster], dict[str, str]]:
    """The forums that are scored, and why the others are not.

    A forum is scored unless it has a closed list (its roster is given by construction: the G7, the G20, BRICS, the
    European Union, bilateral talks). Scored are the states of the United Nations, without the forum's founders and
    without those whose row has confidence C; the Union, whose columns are means of its members, and non-state
    actors are not. At least `FEWEST` members and as many outsiders must be left.

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
    facts = world_at(case, quarter_number(AUTUMN))
    start = quarter_number(str(case.start))
    closed = {row.forum for row in tables.gates}
    stories = {(row.forum, row.actor) for row in tables.memberships if row.confidence == STORY}
    scored: list[Roster] = []
    others: dict[str, str] = {}
    for f, forum in enumerate(tables.forums):
        founders = expand(forum.founder, tables)
        states = [
            i
            for i, actor in enumerate(tables.actors)
            if actor.kind == Kind.STATE and actor.role != Role.UNION and i not in founders
            if (forum.id, actor.id) not in stories
        ]
        member = facts.member[f, states]
        opened = start + forum.founded.step(start)
        if forum.id in closed:
            others[forum.id] = "closed list"
        elif opened > quarter_number(AUTUMN):
            others[forum.id] = f"opened after {AUTUMN}"
        elif min(member.sum(), (~member).sum()) < FEWEST:
            others[forum.id] = f"{member.sum()} members and {(~member).sum()} outsiders to score"
        else:
            scored.append(Roster(forum.id, f, opened, np.array(founders, int), np.array(states, int), member))
    return scored, others


def world_at(case: Scenario, quarter: int) -> World:
    """The world of a scenario at the end of a quarter: its forums with their members of then, trust at its baseline."""
    return case.with_fields(start=quarter_name(quarter)).build(0)
