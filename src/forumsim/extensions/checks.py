"""Checks of all that extensions declare together: names that are taken, places in the step that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forumsim.core.errors import Problem, nearest
from forumsim.core.measures import MEASURES_BY_NAME
from forumsim.core.parameters import BY_NAME
from forumsim.core.schedule import SCHEDULE
from forumsim.extensions.declare import Declaration

#: Names that mean something else in plans or tables, and beginnings of names of columns.
RESERVED = ("run_id", "step", "date", "issue", "point", "replicate", "seed", "part", "steps", "preset", "scenario",
            "state", "tendency", "share", "pooled")  # fmt: skip
PREFIXES = ("state_", "tendency_", "share_", "scenario_")
#: Longest name of a column, which is what Stata takes.
LONGEST = 32


def check(declared: Sequence[Declaration]) -> list[Problem]:
    """What is wrong with declarations as a whole."""
    return [*_names(declared), *_places(declared), *_columns(declared)]


def _names(declared: Sequence[Declaration]) -> Iterator[Problem]:
    """Names that stand twice, or mean something already."""
    taken = {name.partition(".")[0]: "the name is a group of the model's parameters" for name in BY_NAME}
    taken |= dict.fromkeys(MEASURES_BY_NAME, "the name is a measure of the model")
    taken |= {rule.__name__: "the name is a rule of the model" for rule in SCHEDULE}
    taken |= dict.fromkeys(RESERVED, "the name means something else in plans and tables")
    for item in declared:
        where = f"extensions, {item.name}"
        if item.name in taken:
            yield Problem(where, taken[item.name], "another name")
        elif item.name.startswith(PREFIXES):
            yield Problem(where, f"the name begins as other columns do ({', '.join(PREFIXES)})", "another name")
        taken[item.name] = f"the name is the {item.kind} of an extension as well"


def _places(declared: Sequence[Declaration]) -> Iterator[Problem]:
    """Rules that follow or precede a rule that there is not."""
    known = [rule.__name__ for rule in SCHEDULE]
    for item in declared:
        if item.kind == "rule":
            other = item.place[1]
            if other not in known:
                where = f"extensions, {item.name}"
                yield Problem(where, f"no rule {other!r}", ", ".join(known), nearest(other, known))
            known.append(item.name)


def _columns(declared: Sequence[Declaration]) -> Iterator[Problem]:
    """Parameters whose columns are too long, or the same as another's."""
    taken = {parameter.field: parameter.name for parameter in BY_NAME.values()}
    for own in (own for item in declared for own in item.parameters):
        where = f"extensions, {own.name}"
        if len(own.field) > LONGEST:
            yield Problem(where, f"its column {own.field!r} has {len(own.field)} letters", f"at most {LONGEST}")
        if own.field in taken:
            yield Problem(where, f"its column {own.field!r} is that of {taken[own.field]!r}", "another name")
        taken[own.field] = own.name
