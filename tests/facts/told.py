"""Runs of the shipped case that start in 2018 and at the end of 2024, and questions to their event logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forumsim.running.run import Run, simulate
from forumsim.running.tables import meeting_of

#: Seeds of the runs; what follows from chance is asked of all of them together, with a bound that the test states.
SEEDS = range(1, 25)
#: Steps from the end of 2018-Q1 to the end of 2024-Q4, and two years from the end of 2024.
TO_2024, TWO_YEARS = 27, 8


@dataclass(frozen=True)
class Told:
    """A run, and what its log says."""

    run: Run

    @property
    def log(self) -> pd.DataFrame:
        """The events."""
        return self.run.events

    def events(self, kind: str, **cells: Any) -> pd.DataFrame:
        """Events of a kind with these values in these columns."""
        found = self.log[self.log["event"] == kind]
        for column, value in cells.items():
            found = found[found[column] == value]
        return found

    def dates(self, kind: str, **cells: Any) -> list[str]:
        """Quarters of such events, in order."""
        return list(self.events(kind, **cells)["date"])

    def joined(self, forum: str, term: str | None = None) -> set[str]:
        """Who has joined a forum at any time, by a term where one is named."""
        cells = {"forum": forum} | ({} if term is None else {"term": term})
        return set(self.events("join", **cells)["actor"])

    def members(self, forum: str) -> set[str]:
        """Who is in a forum at the end."""
        case, world = self.run.scenario, self.run.world
        inside = world.member[case.forum_ids.index(forum)]
        return {name for name, is_in in zip(case.actor_ids, inside, strict=True) if is_in}

    def meetings(self, one: str, other: str = "", first: str = "0", last: str = "9999") -> list[tuple[str, str, Any]]:
        """Dated meetings of an actor (with another) by quarter: quarter, track, how the two sides met."""
        found = self.events("meeting")
        found = found[(found["actor"] == one) | (found["other"] == one)]
        if other:
            found = found[(found["actor"] == other) | (found["other"] == other)]
        found = found[(found["date"] >= first) & (found["date"] <= last)]
        return [
            (date, meeting_of(value)[0], meeting_of(value)[1:])
            for date, value in zip(found["date"], found["value"], strict=True)
        ]

    def trust(self, a: str, b: str) -> float:
        """Trust of one in another at the end."""
        i = self.run.scenario.actor_ids.index
        return float(self.run.world.trust[i(a), i(b)])

    def ledger(self, a: str, b: str) -> float:
        """How far b has supported the proposals of a, at the end."""
        i = self.run.scenario.actor_ids.index
        return float(self.run.world.ledger[i(a), i(b)])

    def position(self, actor: str, issue: str) -> float:
        """An actor's position at the end."""
        case = self.run.scenario
        return float(self.run.world.position[case.actor_ids.index(actor), case.issues.index(issue)])


def run_case(
    steps: int, seed: int = 1, fields: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> Told:
    """One run of the case."""
    return Told(simulate("ai_governance", steps, seed, parameters, fields, every=steps, snapshots=[]))


def from_2018(
    seed: int = 1, fields: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> Told:
    """A run from the end of 2018-Q1 to the end of 2024."""
    return run_case(TO_2024, seed, {"start": "2018-Q1", **(fields or {})}, parameters)
