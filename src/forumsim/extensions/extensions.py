"""The extensions of a scenario: what files and packages of a user add to the model, and their identity."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forumsim.core.errors import Problem, nearest
from forumsim.core.measures import MEASURES_BY_NAME, Measure
from forumsim.core.parameters import BY_NAME, Parameter
from forumsim.core.schedule import SCHEDULE
from forumsim.extensions.declare import Declaration


@dataclass(frozen=True)
class Source:
    """Where an extension comes from.

    Attributes
    ----------
    name : str
        Name of the file without its folder, or of the installed extension.
    text : str
        The source. A file's travels to other processes and into results folders; of an installed one only the digest
        does, and each process imports its own.
    installed : bool
        Whether it is a package that the user has installed.
    """

    name: str
    text: str
    installed: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the source; ends of lines do not matter."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Extensions:
    """All that some sources declare; two of the same sources are equal.

    Attributes
    ----------
    sources : tuple of Source
    declared : tuple of Declaration
        In the order of the sources, and in them of the text.
    """

    sources: tuple[Source, ...] = ()
    declared: tuple[Declaration, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extensions) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __bool__(self) -> bool:
        return bool(self.sources)

    def __reduce__(self) -> tuple[Any, ...]:
        from forumsim.extensions.load import from_sources  # functions do not travel: their source does

        return from_sources, (self.sources,)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over the sources in their order; empty where there are none."""
        if not self.sources:
            return ""
        return hashlib.sha256(" ".join(f"{s.name} {s.digest}" for s in self.sources).encode()).hexdigest()

    def of_kind(self, kind: str) -> tuple[Declaration, ...]:
        """The declarations of one kind: rule, measure, gate, decision rule."""
        return tuple(item for item in self.declared if item.kind == kind)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The own parameters of everything that is declared."""
        return tuple(own for item in self.declared for own in item.parameters)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Own measures, which follow those of the model in a run's series."""
        return tuple(item.measure for item in self.of_kind("measure") if item.measure is not None)

    @cached_property
    def acts(self) -> bool:
        """Whether anything changes what a step does."""
        return any(item.kind != "measure" for item in self.declared)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Names of all rules of a step in their order, the model's and one's own."""
        names = [rule.__name__ for rule in SCHEDULE]
        for item in self.of_kind("rule"):
            side, other = item.place
            place = names.index(other) + (side == "after")
            while side == "after" and place < len(names) and self._follows(names[place], other):
                place += 1  # those that follow the same rule keep the order of their declaration
            names.insert(place, item.name)
        return tuple(names)

    def _follows(self, name: str, other: str) -> bool:
        return any(item.name == name and item.place == ("after", other) for item in self.of_kind("rule"))


NONE = Extensions()


def check(declared: Sequence[Declaration], where: str) -> list[Problem]:
    """What is wrong with declarations as a whole: names that stand twice, places in the step that do not exist."""
    problems = []
    rules = [rule.__name__ for rule in SCHEDULE]
    taken = {name.partition(".")[0]: "a group of the model's parameters" for name in BY_NAME}
    taken |= dict.fromkeys(MEASURES_BY_NAME, "a measure of the model")
    taken |= dict.fromkeys(rules, "a rule of the model")
    known = list(rules)
    for item in declared:
        if item.name in taken:
            problems.append(Problem(f"{where}, {item.name}", f"the name is {taken[item.name]}", "another name"))
        taken[item.name] = f"the {item.kind} of an extension as well"
        if item.kind == "rule":
            other = item.place[1]
            if other not in known:
                allowed = ", ".join(known)
                problems.append(Problem(f"{where}, {item.name}", f"no rule {other!r}", allowed, nearest(other, known)))
            known.append(item.name)
    return problems
