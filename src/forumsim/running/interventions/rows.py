"""Which rows of a World a user may write, with their ranges: the properties of actors and forums."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.core.terms import Kind
from forumsim.core.world import Floats
from forumsim.running.interventions.stage import Stage
from forumsim.scenarios.fields import as_number

#: How far shares may sum beside 1.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Range:
    """Range of what may be written (inclusive; an open lower end where ``above``), and whether it has issues."""

    low: float = 0.0
    high: float = 1.0
    per_issue: bool = False
    above: bool = False
    shares: bool = False

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        text = f"a number above {self.low:g}" if self.above else f"{self.low:g} to {self.high:g}"
        if self.per_issue:
            text += " for each issue: a number, a list or {issue: number}"
        return text + (", summing to 1" if self.shares else "")

    def holds(self, values: Floats) -> bool:
        """Whether all values are in the range."""
        lowest = values > self.low if self.above else values >= self.low
        return bool(np.all(lowest & (values <= self.high)))


_SIZE = Range(0.0, 1e6)
ACTOR_ROWS: dict[str, Range] = {
    "power": Range(),
    "position": Range(per_issue=True),
    "anchor": Range(per_issue=True),
    "salience": Range(per_issue=True, shares=True),
    "salience_anchor": Range(per_issue=True, shares=True),
    "red_line": Range(0.0, math.inf, per_issue=True, above=True),
    "sincerity": Range(),
    "sovereignty": _SIZE,
    "loyalty": _SIZE,
    "engagement": Range(-1e6, 1e6),
    "capacity": Range(0.0, 1e6, above=True),
}
FORUM_ROWS: dict[str, Range] = {"charter": Range(per_issue=True), "legalization": Range()}
_TRUST = Range()


def refuse(where: str, found: str, allowed: str = "", hint: str = "") -> InputError:
    """The error of a single mistake."""
    return InputError([Problem(where, found, allowed, hint)])


def write_row(stage: Stage, what: str, value: Any, actor: str | None, forum: str | None) -> None:
    """Write one property of an actor or a forum; what is derived from it is rebuilt by the caller.

    Parameters
    ----------
    stage : Stage
    what : str
        A key of `ACTOR_ROWS` or ``trust`` (with an actor), or of `FORUM_ROWS` (with a forum).
    value : number, sequence or mapping
        A mapping changes the issues (for trust: the actors) that it names and no others.
    actor, forum : str, optional
        One of the two: the id.

    Raises
    ------
    InputError
    """
    if actor is not None and forum is not None:
        raise refuse("forum", f"found {forum!r} beside an actor", "one of the two")
    if actor is not None and what == "trust":
        _write_trust(stage, stage.actor_row(actor), value)
        return
    known = FORUM_ROWS if actor is None else ACTOR_ROWS
    if not isinstance(what, str) or what not in known:
        raise refuse("what", f"no {shown(what)} that can be written", ", ".join(known), nearest(str(what), known))
    place = stage.actor_row(actor) if actor is not None else stage.forum_row("" if forum is None else forum)
    array, row = getattr(stage.world, what), known[what]
    new = _by_issue(stage, array[place], value, what, row) if row.per_issue else _number(value, what, row)
    if actor is None:
        stage.live_row(forum)  # last: where it is not there, a wrong value is told all the same
    if what == "power":
        _write_power(stage, place, float(new))
    else:
        array[place] = new


def _number(value: Any, what: str, row: Range) -> float:
    """A single number in its range."""
    number = as_number(value)
    if number is None or not row.holds(np.array([number])):
        raise refuse(what, f"found {shown(value)}", row.allowed)
    return number


def _by_issue(stage: Stage, now: Floats, value: Any, what: str, row: Range) -> Floats:
    """One number for each issue, those of now where a mapping leaves an issue out."""
    new = now.copy()
    if isinstance(value, Mapping):
        for issue, number in value.items():
            new[stage.issue_row("" if issue is None else issue)] = _number(number, f"{what} of {issue}", row)
    else:
        numbers = [as_number(item) for item in (value if isinstance(value, (list, tuple, np.ndarray)) else [value])]
        if None in numbers or len(numbers) not in (1, len(new)):
            raise refuse(what, f"found {shown(value)}", row.allowed)
        new[:] = np.array(numbers, dtype=float)
    if not row.holds(new) or (row.shares and abs(new.sum() - 1.0) > _TOLERANCE):
        raise refuse(what, f"found {shown(value)}", row.allowed)
    return new / new.sum() if row.shares else new


def _write_power(stage: Stage, i: int, value: float) -> None:
    """Set a state's share of power; the other states share the rest as before, so that all sum to 1."""
    world = stage.world
    if world.kind[i] != Kind.STATE:
        raise refuse("power", "a non-state actor has none", "an influence instead, which the scenario sets")
    others = float(world.power.sum() - world.power[i])
    if others <= 0.0:
        raise refuse("power", f"found {value:g}, but no other state has any", "1")
    world.power[:] *= (1.0 - value) / others
    world.power[i] = value


def _write_trust(stage: Stage, i: int, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise refuse("trust", f"found {shown(value)}", "{actor: trust}")
    numbers = {stage.actor_row(other, "trust"): _number(t, f"trust in {other}", _TRUST) for other, t in value.items()}
    if i in numbers:
        raise refuse("trust", "found the actor itself", "another actor")
    for j, trust in numbers.items():
        stage.world.trust[i, j] = trust
