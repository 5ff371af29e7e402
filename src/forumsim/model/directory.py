"""Who is who in a model: from ids, rows and agents to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim.errors import InputError, Problem, nearest
from forumsim.model.views import View
from forumsim.terms import Status
from forumsim.world import World

if TYPE_CHECKING:
    from forumsim.model.agents import Actor, Forum
    from forumsim.scenarios import Scenario


class Directory:
    """Looking up actors, forums and issues; a part of `forumsim.model.ForumModel`.

    A key is an id (text), an agent of this model or a row (whole number).
    """

    world: World
    scenario: Scenario
    _actors: list[Any]
    _forums: dict[int, Any]

    @property
    def actors(self) -> list[Actor]:
        """All actors in the order of the world's rows."""
        return list(self._actors)

    @property
    def forums(self) -> list[Forum]:
        """The live forums in the order of their slots."""
        return [self._forums[int(f)] for f in np.flatnonzero(self.world.live())]

    def actor(self, key: Actor | str | int) -> Actor:
        """The actor of a key."""
        found: Actor = self._actors[self.actor_row(key)]
        return found

    def forum(self, key: Forum | str | int) -> Forum:
        """The forum of a key, live or ended.

        Raises
        ------
        InputError
            If there is none, or it has not opened yet.
        """
        slot = self.forum_row(key)
        if slot not in self._forums:
            raise InputError([Problem("forum", f"{self.scenario.forum_ids[slot]!r} has not opened yet")])
        found: Forum = self._forums[slot]
        return found

    def actor_row(self, key: Actor | str | int, where: str = "actor") -> int:
        """Row of an actor in the world's arrays."""
        return self._row(key, self.scenario.actor_ids, "actor", where)

    def forum_row(self, key: Forum | str | int, where: str = "forum") -> int:
        """Slot of a forum in the world's arrays."""
        return self._row(key, self.scenario.forum_ids, "forum", where)

    def live_row(self, key: Forum | str | int) -> int:
        """Slot of a forum that must be live."""
        slot = self.forum_row(key)
        status = Status(self.world.status[slot])
        if status not in (Status.ALIVE, Status.DORMANT):
            how = "has not opened yet" if status == Status.EMPTY else f"has ended ({status.name.lower()})"
            raise InputError([Problem("forum", f"{self.scenario.forum_ids[slot]!r} {how}")])
        return slot

    def issue_row(self, issue: str | None) -> int:
        """Number of an issue, -1 for None: all."""
        if issue is None:
            return -1
        return self._row(issue, self.scenario.issues, "issue", "issue")

    def _row(self, key: Any, ids: Sequence[str], noun: str, where: str) -> int:
        if isinstance(key, View):
            if key.noun == noun and key.model is self:
                return key.row
            raise InputError([Problem(where, f"found {key!r}", f"one {noun} of this model")])
        if isinstance(key, (int, np.integer)) and not isinstance(key, bool) and 0 <= key < len(ids):
            return int(key)
        if not isinstance(key, str) or key not in ids:
            allowed = ", ".join(ids) if len(ids) <= 12 else f"one of {len(ids)} ids"
            raise InputError([Problem(where, f"no {noun} {key!r}", allowed, nearest(str(key), ids))])
        return ids.index(key)
