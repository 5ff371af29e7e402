"""The extensions of a scenario: what files and packages of a user add to the model, and their identity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures import MEASURES_BY_NAME, Measure
from forumsim.core.parameters import Parameter, check_parameters, find_parameter
from forumsim.core.schedule import SCHEDULE
from forumsim.extensions.checks import check
from forumsim.extensions.declare import MARK, Declaration
from forumsim.extensions.sources import Source, module_of, place_of


@dataclass(frozen=True, eq=False)
class Extensions:
    """All that some sources declare; two of the same sources are equal."""

    sources: tuple[Source, ...] = ()
    declared: tuple[Declaration, ...] = ()  #: in the order of the sources, and in them of the text
    runnable: bool = True  #: False where only their description is known, from the manifest of results

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extensions) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __bool__(self) -> bool:
        return bool(self.sources)

    def __reduce__(self) -> tuple[Any, ...]:
        return from_sources, (self.sources,)  # functions do not travel: their source does

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
    def digests(self) -> dict[str, str]:
        """The digest of each source by its name: what stands in the identity of results."""
        return {source.name: source.digest for source in self.sources}

    def loading(self, load: Callable[..., Any]) -> Callable[..., Any]:
        """A function that loads scenarios, with these extensions; itself where there are none."""
        return partial(load, with_=self) if self else load

    # --- the registries of the model with one's own added ----------------------------------------------------------

    def find_parameter(self, key: str) -> Parameter | None:
        """A parameter of the model or of one's own by its dotted name or its column, else None."""
        return find_parameter(key, self.parameters)

    def check_parameters(self, values: Mapping[str, Any], where: str = "") -> tuple[dict[str, float], list[Problem]]:
        """Sound values by dotted name, and all problems (`forumsim.core.parameters.check_parameters`)."""
        return check_parameters(values, where, self.parameters)

    @cached_property
    def all_measures(self) -> dict[str, Measure]:
        """The measures of the model and one's own by name, in the order of their columns."""
        return MEASURES_BY_NAME | {measure.name: measure for measure in self.measures}

    def column(self, measure: str) -> int:
        """Column of a measure in what a run records."""
        return list(self.all_measures).index(measure)

    def unknown_measures(self, names: Iterable[str], where: str = "") -> list[Problem]:
        """A problem for each name that is no measure."""
        known = self.all_measures
        return [
            Problem(f"{where}{name}", "no such measure", "", nearest(name, known))
            for name in names
            if name not in known
        ]

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


def from_sources(sources: tuple[Source, ...]) -> Extensions:
    """Run the sources and collect what they declare.

    Raises
    ------
    InputError
        An error while a source runs (with its line), nothing declared, or declarations that do not fit.
    """
    problems: list[Problem] = []
    declared: list[Declaration] = []
    for source in sources:
        try:
            module = module_of(source)
        except InputError as error:
            problems += [Problem(f"{source.name}, {p.where}", p.found, p.allowed, p.hint) for p in error.problems]
            continue
        except Exception as error:  # whatever a user's file may raise
            problems.append(Problem(place_of(source, error), f"{type(error).__name__}: {error}"))
            continue
        found = [getattr(value, MARK) for value in vars(module).values() if hasattr(value, MARK)]
        own = module.__name__.partition(".")[0]  # a package may collect what several of its modules declare
        mine = [item for item in dict.fromkeys(found) if item.function.__module__.partition(".")[0] == own]
        if not mine:
            problems.append(
                Problem(
                    source.name,
                    "it declares nothing",
                    "a function under @rule, @measure, @gate, @decision_rule or @scenario",
                )
            )
        declared += mine
    problems += check(declared) if not problems else []
    if problems:
        raise InputError(problems, "the extensions cannot be used")
    return Extensions(sources, tuple(declared))
