"""Decorators that say what a function of a user is to the model: a rule, a measure, a gate, a decision rule."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from forumsim.core.errors import InputError, Problem, shown
from forumsim.core.measures import Measure
from forumsim.core.parameters import Parameter

F = TypeVar("F", bound=Callable[..., Any])
#: Attribute of a decorated function that holds its declaration.
MARK = "__forumsim__"
#: What each kind of function is called with before its own parameters.
ARGUMENTS = {
    "rule": ("world", "p"),
    "measure": ("world", "p"),
    "gate": ("world", "p", "forum", "actor"),
    "decision rule": ("world", "p", "forum", "support", "voters"),
    "scenario": ("draw",),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
#: Names of own parameters begin with that of the function: these would be taken for settings of a scenario.
_TAKEN = ("scenario", "actors", "forums", "shocks", "channels")


@dataclass(frozen=True)
class Declaration:
    """What a decorated function is."""

    kind: str  #: a key of `ARGUMENTS`
    name: str  #: the name of the function
    function: Callable[..., Any]
    #: its own parameters; ``price`` of the rule ``linkage`` is ``linkage.price`` in plans and on the command line
    parameters: tuple[Parameter, ...]
    #: for a rule: ``("after", "membership")`` or ``("before", "voice")``
    place: tuple[str, str] = ("", "")
    measure: Measure | None = None  #: for a measure: its entry in the registry
    #: for a scenario: what the files of its folder would hold
    files: Mapping[str, bytes] = field(default_factory=dict, hash=False)

    def values(self, given: Mapping[str, float]) -> dict[str, Any]:
        """Its own parameters as keyword arguments: the values given by dotted name, else the defaults."""
        start = len(self.name) + 1
        return {item.name[start:]: given.get(item.name, item.default) for item in self.parameters}


def parameter(
    default: float,
    low: float = 0.0,
    high: float = 1.0,
    meaning: str = "",
    *,
    unit: str = "",
    range: tuple[float, float] | None = None,  # the word of the table of parameters
    whole: bool = False,
) -> Parameter:
    """Describe a parameter of a rule, measure, gate or decision rule, or a field of a scenario.

    Parameters
    ----------
    default : float
        Its value where nothing else is said.
    low, high : float
        Bounds, inclusive.
    meaning : str
        One line for the codebook and the page.
    unit : str
        ``share``, ``per step``, ``switch`` and so on.
    range : tuple of float, optional
        Plausible range for experiments.
    whole : bool
        Whether only whole numbers are allowed.

    Raises
    ------
    InputError
        When the default does not lie within the bounds.
    """
    numbers = [default, low, high, *(range or ())]
    plain = all(isinstance(number, (int, float)) and not math.isnan(number) for number in numbers)
    if not plain or not low <= default <= high:
        raise InputError([Problem("parameter", f"found default {default!r}, bounds {low!r} to {high!r}",
                                  "a default that is a number within its bounds")])  # fmt: skip
    return Parameter("", float(default), float(low), float(high), range, unit, meaning, "extension", whole=whole)


def rule(*bare: Any, after: str = "", before: str = "", **parameters: Parameter) -> Callable[[F], F]:
    """Declare a rule: a function ``rule(world, p)`` that changes the world once in every step.

    Parameters
    ----------
    after, before : str
        The rule that it follows or precedes (one of the two): a rule of the model (shocks, dialogue, compliance,
        voice, membership, founding, lifecycle, drift) or of an extension.
    **parameters
        Own parameters, each made by `parameter`; the function takes them by name after ``world`` and ``p``.
    """
    with_parentheses(bare, '@rule(after="membership")')
    if bool(after) == bool(before):
        found = f"found after={after!r}, before={before!r}"
        raise InputError([Problem("@rule", found, 'one of the two, such as after="membership"')])
    place = ("after", after) if after else ("before", before)
    return marking("rule", parameters, place=place)


def measure(
    *bare: Any,
    unit: str = "index",
    low: float = 0.0,
    high: float = 1.0,
    label: str = "",
    formula: str = "",
    reference: str = "",
    description: str = "",
    per_issue: bool = False,
    **parameters: Parameter,
) -> Callable[[F], F]:
    """Declare a measure: a function ``measure(world, p)`` that reads the world and gives one number, or one an issue.

    Parameters
    ----------
    unit, low, high : str, float, float
        Unit and range (inclusive), checked when the measure is taken.
    label : str
        For axes and tables; the name of the function in words where it is left out.
    formula, reference, description : str
        For the codebook.
    per_issue : bool
        The function gives an array: one number for each issue, and a last one for all issues pooled.
    **parameters
        Own parameters, as for `rule`.
    """
    with_parentheses(bare, '@measure(unit="share", low=0, high=1)')

    def describe(name: str) -> Measure:
        words = label or name.replace("_", " ").capitalize()
        return Measure(name, words, unit, low, high, formula, reference, "extension", per_issue, description)

    return marking("measure", parameters, describe=describe)


def gate(*bare: Any, **parameters: Parameter) -> Callable[[F], F]:
    """Declare a gate: a function ``gate(world, p, forum, actor)`` that says whether an actor may apply to a forum.

    A forum has it where its column ``own_gate`` holds the name of the function. Gates are asked before the rule of
    membership of each step; who passes still needs the members' approval, as with any invitation.
    """
    with_parentheses(bare, "@gate()")
    return marking("gate", parameters)


def decision_rule(*bare: Any, **parameters: Parameter) -> Callable[[F], F]:
    """Declare a decision rule: ``rule(world, p, forum, support, voters)`` says whether a proposal passes.

    ``support`` and ``voters`` are arrays of booleans, one for each actor. A forum has it where its column
    ``own_decision`` holds the name of the function.
    """
    with_parentheses(bare, "@decision_rule()")
    return marking("decision rule", parameters)


def with_parentheses(bare: Sequence[Any], example: str) -> None:
    """See that a decorator was called, and not put above a function as it is.

    Raises
    ------
    InputError
    """
    if bare:
        name = getattr(bare[0], "__name__", shown(bare[0]))
        found = f"the decorator above {name} has no parentheses, or a value in them has no name"
        raise InputError([Problem(example.partition("(")[0], found, example)])


def marking(
    kind: str,
    given: dict[str, Parameter],
    place: tuple[str, str] = ("", ""),
    describe: Callable[[str], Measure] | None = None,
    files: Callable[[str], Mapping[str, bytes]] | None = None,
) -> Callable[[F], F]:
    """A decorator that checks a function and attaches its declaration."""

    def mark(function: F) -> F:
        plain = getattr(function, "py_func", function)  # of a compiled function the one that was compiled
        name = str(getattr(plain, "__name__", ""))
        problems = _mistakes(kind, name, plain, given)
        if problems:
            raise InputError(problems, f"the {kind} {name!r} cannot be used")
        own = {key: replace(item, name=f"{name}.{key}") for key, item in given.items() if kind != "scenario"}
        measure, texts = describe(name) if describe else None, files(name) if files else {}
        found = Declaration(kind, name, function, tuple(own.values()), place, measure, texts)
        setattr(function, MARK, found)
        return function

    return mark


def _mistakes(kind: str, name: str, function: Callable[..., Any], given: dict[str, Parameter]) -> list[Problem]:
    problems = []
    if name in _TAKEN:
        problems.append(Problem(f"@{kind}", f"found {name!r}, with which settings of scenarios begin", "another name"))
    if not _NAME.fullmatch(name):
        problems.append(
            Problem(f"@{kind}", f"found the name {name!r}", "1 to 32 small letters, digits and _, a letter first")
        )
    wrong = [key for key, value in given.items() if not isinstance(value, Parameter)]
    for key in wrong:
        hint = "the range of a measure is given as low=0, high=1" if (kind, key) == ("measure", "range") else ""
        allowed = f"{key}=parameter(default, low, high)"
        problems.append(Problem(f"{name}, {key}", f"found {given[key]!r}", allowed, hint))
    needed = [*ARGUMENTS[kind], *given]
    found = list(inspect.signature(function).parameters)
    if len(found) != len(needed) or found[len(ARGUMENTS[kind]) :] != list(given):
        problems.append(Problem(name, f"it takes ({', '.join(found)})", f"({', '.join(needed)})"))
    return problems
