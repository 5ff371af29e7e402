"""Where interventions take place: a world, its parameters, and who is who in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.core.terms import Status
from forumsim.core.world import World
from forumsim.scenarios.dated import expand

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario


class NotLive(InputError):
    """An act that concerns a forum which has ended, or has not opened yet: in another run it might be there."""


class Stage:
    """A world with its parameters, in which ids stand for rows. `forumsim.ForumModel` is one.

    Attributes
    ----------
    world : World
    params : record of parameters
    scenario : Scenario
        Knows the ids.
    """

    world: World
    params: Any
    scenario: Scenario
    _turns: dict[tuple[int, int], int]

    def actor_row(self, key: Any, where: str = "actor") -> int:
        """Row of an actor in the world's arrays."""
        return self._row(key, self.scenario.actor_ids, "actor", where)

    def actor_rows(self, key: Any, where: str = "actor") -> list[int]:
        """Rows of an actor, or of the states of a bloc that is named as ``bloc:NAME``."""
        if not (isinstance(key, str) and key.startswith("bloc:")):
            return [self.actor_row(key, where)]
        self._row(key.removeprefix("bloc:"), self.scenario.blocs, "bloc", where)
        return expand([key], self.scenario.tables)

    def forum_row(self, key: Any) -> int:
        """Slot of a forum in the world's arrays."""
        return self._row(key, self.scenario.forum_ids, "forum", "forum")

    def live_row(self, key: Any) -> int:
        """Slot of a forum that must be live.

        Raises
        ------
        NotLive
        """
        slot = self.forum_row(key)
        status = Status(self.world.status[slot])
        if status not in (Status.ALIVE, Status.DORMANT):
            how = "has not opened yet" if status == Status.EMPTY else f"has ended ({status.name.lower()})"
            raise NotLive([Problem("forum", f"{self.scenario.forum_ids[slot]!r} {how}")])
        return slot

    def issue_row(self, issue: str | None) -> int:
        """Number of an issue, -1 for None: all."""
        if issue is None:
            return -1
        return self._row(issue, self.scenario.issues, "issue", "issue")

    def next_turn(self, actor: int, other: int) -> int:
        """How often two actors (rows) have met by intervention in this step; each meeting has draws of its own."""
        turn = self._turns.get((actor, other), 0)
        self._turns[actor, other] = turn + 1
        return turn

    def begin_turns(self) -> None:
        """A new step: nobody has met by intervention in it."""
        self._turns = {}

    def _row(self, key: Any, ids: Sequence[str], noun: str, where: str) -> int:
        if isinstance(key, (int, np.integer)) and not isinstance(key, bool) and 0 <= key < len(ids):
            return int(key)
        if not isinstance(key, str) or key not in ids:
            allowed = ", ".join(ids) if len(ids) <= 12 else f"one of {len(ids)} ids"
            raise InputError([Problem(where, f"no {noun} {shown(key)}", allowed, self._meant(str(key), ids, noun))])
        return ids.index(key)

    def _meant(self, key: str, ids: Sequence[str], noun: str) -> str:
        """The id that is meant: that of the name which was given instead, else the nearest."""
        names = {"actor": self.scenario.actor_names, "forum": self.scenario.forum_names}.get(noun, ())
        found = [own for own, name in zip(ids, names, strict=False) if name.lower() == key.lower()]
        return f"the id of {key} is {found[0]!r}" if found else nearest(key, ids)


def plain_stage(scenario: Scenario, world: World, params: Any) -> Stage:
    """A stage without Mesa, as batch runs have it. The record is changed by the act ``set``: give it a copy."""
    stage = Stage()
    if scenario.extensions:
        scenario = replace(scenario, own=dict(scenario.own))  # which the act ``set`` may change
    stage.scenario, stage.world, stage.params = scenario, world, params
    stage.begin_turns()
    return stage
