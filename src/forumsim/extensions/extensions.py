"""The extensions of a scenario: what files and packages of a user add to the model, and their identity."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures import MEASURES_BY_NAME, Measure
from forumsim.core.parameters import BY_NAME, Parameter
from forumsim.core.schedule import SCHEDULE
from forumsim.extensions.declare import MARK, Declaration

#: Group of entry points by which a package offers extensions: a name, and the module that declares them.
GROUP = "forumsim.extensions"


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
            module = _module(source)
        except InputError as error:
            problems += [Problem(f"{source.name}, {p.where}", p.found, p.allowed, p.hint) for p in error.problems]
            continue
        except Exception as error:  # whatever a user's file may raise
            problems.append(Problem(_place(source, error), f"{type(error).__name__}: {error}"))
            continue
        found = [getattr(value, MARK) for value in vars(module).values() if hasattr(value, MARK)]
        mine = [item for item in found if item.function.__module__ == module.__name__]
        if not mine:
            problems.append(Problem(source.name, "it declares nothing", "a function under @rule, @measure, @gate ..."))
        declared += mine
    problems += check(declared, "extensions") if not problems else []
    if problems:
        raise InputError(problems, "the extensions cannot be used")
    return Extensions(sources, tuple(declared))


def _module(source: Source) -> ModuleType:
    """Run a source as a module of its own; the same source runs once in a process."""
    if source.installed:
        points = {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}
        if source.name not in points:
            raise InputError([Problem(source.name, "is not installed here", "pip install the package that has it")])
        module = importlib.import_module(points[source.name].module)
        here = Path(str(module.__file__)).read_text(encoding="utf-8")
        if Source(source.name, here, True).digest != source.digest:
            raise InputError([Problem(source.name, "another version is installed here", "the same one everywhere")])
        return module
    name = f"forumsim_extension_{source.digest[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    module.__file__ = source.name
    sys.modules[name] = module  # so that functions of the file can be pickled and compiled
    try:
        exec(compile(source.text, source.name, "exec"), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _place(source: Source, error: BaseException) -> str:
    """The file and, where it is known, the line of an error."""
    if isinstance(error, SyntaxError):
        return f"{source.name}, line {error.lineno}"
    lines = []
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == source.name:
            lines.append(frame.tb_lineno)
        frame = frame.tb_next
    return f"{source.name}, line {lines[-1]}" if lines else source.name
