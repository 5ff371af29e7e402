"""A Mesa agent that is a view on one row of a World: what actors and forums have in common."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray


class _Unnumbered:
    """In Mesa 3.3 the counter of ids keeps every model alive for ever; here the model itself numbers its agents."""

    def __getitem__(self, model: Any) -> Iterator[int]:
        return itertools.repeat(0)


class WorldRow:
    """A property that is a row of the World's array of its name: a number, or a read-only copy of (D,) numbers."""

    def __init__(self, meaning: str, writable: bool = True) -> None:
        self.__doc__ = meaning
        self.writable = writable

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        return self if agent is None else self.read(agent, getattr(agent.model.world, self.name)[agent.row])

    def __set__(self, agent: Any, value: Any) -> None:
        if not self.writable:
            raise AttributeError(f"{type(agent).__name__}.{self.name} is read only")
        agent.model.intervene("write", **{agent.noun: agent.id}, what=self.name, value=value)

    def read(self, agent: Any, value: Any) -> Any:
        """What the row says."""
        if value.ndim == 0:
            return value.item()
        copy: NDArray[np.float64] = value.copy()
        copy.flags.writeable = False  # writing into it would change nothing: agent.position = [...] does
        return copy


class Word(WorldRow):
    """The lower-case word for the number in the row."""

    def __init__(self, words: type[IntEnum], meaning: str) -> None:
        super().__init__(meaning, writable=False)
        self.words = words

    def read(self, agent: Any, value: Any) -> str:
        """Its name in the enumeration."""
        return self.words(value).name.lower()


class Other(WorldRow):
    """The actor or forum whose own row stands in the row, or None."""

    def __init__(self, noun: str, meaning: str) -> None:
        super().__init__(meaning, writable=False)
        self.noun = noun

    def read(self, agent: Any, value: Any) -> Any:
        """The agent."""
        return getattr(agent.model, self.noun)(int(value)) if value >= 0 else None


class View(mesa.Agent):
    """What actors and forums have in common: a row and a name."""

    _ids = _Unnumbered()
    noun = ""
    model: Any  # the ForumModel, which knows its agents and is not known to them

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    @property
    def id(self) -> str:
        """Id in the scenario; of a forum that was founded in the run ``founded_01`` and so on."""
        return str(getattr(self.model.scenario, f"{self.noun}_ids")[self.row])
