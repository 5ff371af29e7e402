"""Who is who in a model: from ids, rows and agents to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim.core.errors import InputError, Problem
from forumsim.running.interventions.stage import Stage
from forumsim.running.model.views import View

if TYPE_CHECKING:
    from forumsim.running.model.agents import Actor, Forum


class Directory(Stage):
    """Looking up actors, forums and issues; a part of `forumsim.running.model.ForumModel`.

    A key is an id (text), an agent of this model or a row (whole number).
    """

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

    def _row(self, key: Any, ids: Sequence[str], noun: str, where: str) -> int:
        if isinstance(key, View):
            if key.noun == noun and key.model is self:
                return key.row
            raise InputError([Problem(where, f"found {key!r}", f"one {noun} of this model")])
        return super()._row(key, ids, noun, where)
