"""Checks of what a scenario dates: shocks and channels, who they are between, and how strong they may be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forumsim.core.errors import Problem
from forumsim.core.terms import Kind, Shock
from forumsim.scenarios.content import Tables
from forumsim.scenarios.dated import pairs
from forumsim.scenarios.frame import Known

#: Shocks that need an actor, another actor, a forum.
NEEDS = {
    Shock.TECHNOLOGY: ("actor",),
    Shock.LEADERSHIP: ("actor",),
    Shock.SANCTION: ("actor", "other"),
    Shock.VIOLATION: ("actor",),
    Shock.SUMMIT: ("actor", "other"),
    Shock.OPENING: ("forum",),
    Shock.CLOSING: ("forum",),
    Shock.RED_LINE: ("actor",),
    Shock.LEAVE: ("actor", "forum"),
}
#: Least and greatest size of a shock, and what it is; of others it is not read. A red line is above 0, inf for none.
SIZES: dict[Shock, tuple[float, float, str]] = {
    Shock.CRISIS: (0.0, 1.0, "what everybody's weight of the issue gains"),
    Shock.TECHNOLOGY: (-1.0, 10.0, "the share by which power grows, .4 for 40 %"),
    Shock.LEADERSHIP: (-1.0, 1.0, "the shift of the position"),
    Shock.SANCTION: (0.0, 1.0, "the share of trust that is lost, .4 for 40 %"),
    Shock.VIOLATION: (0.0, 1.0, "the share of trust that is lost, .4 for 40 %"),
}
_NOT_READ = (0.0, 1.0, "it is not read")
#: What is wrong with a crisis that names one side alone.
_HALF = "the cell is empty; the crisis names its other side"
#: Most meetings of a pair in a step.
MOST_MEETINGS = 20.0


def allowed_sizes(kind: Shock) -> str:
    """What the size of a shock may be, in words.

    Examples
    --------
    >>> allowed_sizes(Shock.LEADERSHIP)
    'a number from -1 to 1: the shift of the position'
    """
    if kind == Shock.RED_LINE:
        return "a number above 0, or inf for no red line"
    low, high, meaning = SIZES.get(kind, _NOT_READ)
    return f"a number from {low:g} to {high:g}: {meaning}"


def is_size(kind: Shock, size: float) -> bool:
    """Whether a shock of this kind can be meant to have this size; NaN is none."""
    low, high, _ = SIZES.get(kind, _NOT_READ)
    return size > 0.0 if kind == Shock.RED_LINE else low <= size <= high


def unread(tables: Tables, names: Iterable[str]) -> list[str]:
    """A sentence for each named cell that no run reads: the size of a shock of a kind that has none."""
    kinds = {f"shocks.{row.id}.size": Shock(row.kind) for row in tables.shocks}
    return [
        f"{name} changes nothing: the size of a {kinds[name].name.lower()} shock is not read"
        for name in names
        if name in kinds and kinds[name] not in (*SIZES, Shock.RED_LINE)
    ]


def check_shocks(tables: Tables, frame: Known) -> None:
    """Every row of ``shocks.csv``."""
    for row in tables.shocks:
        where = f"shocks.csv, row {row.row}, column "
        frame.date(row.date, f"{where}'date'")
        frame.known(row.forum, frame.forums, "forum", f"{where}'forum'")
        frame.known(row.issue, frame.issues, "issue", f"{where}'issue'")
        kind = Shock(row.kind)
        for column in NEEDS.get(kind, ()):
            if not getattr(row, column):
                what = "the id of a forum" if column == "forum" else "ids of actors separated by ;, or bloc:NAME"
                found = f"the cell is empty; a {kind.name.lower()} shock needs it"
                frame.problems.append(Problem(f"{where}{column!r}", found, what))
        if kind == Shock.CRISIS and bool(row.actor) != bool(row.other):
            empty = "other" if row.actor else "actor"
            frame.problems.append(Problem(f"{where}{empty!r}", _HALF, "both sides of a crisis, or neither"))
        if row.until is not None:
            _end(kind, row, where, frame)
        if not is_size(kind, row.size):
            frame.problems.append(Problem(f"{where}'size'", f"found {row.size:g}", allowed_sizes(kind)))
        _sides(row, where, tables, frame)


def _end(kind: Shock, row: Any, where: str, frame: Known) -> None:
    """Whether a shock may have an end, and ends after it has begun."""
    frame.date(row.until, f"{where}'until'")
    date, until = frame.step(row.date), frame.step(row.until)
    if kind != Shock.SANCTION:
        found = f"a {kind.name.lower()} shock has no end"
        frame.problems.append(Problem(f"{where}'until'", found, "an empty cell; sanctions alone are lifted"))
    elif date is not None and until is not None and until <= date:
        found = "it is lifted before it has begun"
        frame.problems.append(Problem(f"{where}'until'", found, "later than its date, or empty"))


def check_channels(tables: Tables, frame: Known) -> None:
    """Every row of ``channels.csv``."""
    for row in tables.channels:
        where = f"channels.csv, row {row.row}, column "
        frame.date(row.first, f"{where}'first'")
        frame.date(row.last, f"{where}'last'")
        first, last = frame.step(row.first), frame.step(row.last)
        if first is not None and last is not None and last < first:
            frame.problems.append(Problem(f"{where}'last'", "it ends before it begins", "first or later, or empty"))
        _hosts(row, where, tables, frame)
        number = _sides(row, where, tables, frame)
        if number and row.rate > MOST_MEETINGS * number:
            most = f"at most {MOST_MEETINGS * number:g}, {MOST_MEETINGS:g} for each pair of actors"
            frame.problems.append(Problem(f"{where}'rate'", f"found {row.rate:g}", most))


def _hosts(row: Any, where: str, tables: Tables, frame: Known) -> None:
    """Whether the hosts of a channel exist, each once, and are non-state actors: states have no influence of theirs."""
    kinds = {actor.id: actor.kind for actor in tables.actors}
    for place, name in enumerate(row.host):
        frame.known(name, frame.actors, "actor", f"{where}'host'")
        if kinds.get(name) == Kind.STATE:
            frame.problems.append(Problem(f"{where}'host'", f"{name!r} is a state", "non-state actors"))
        elif name in row.host[:place]:
            frame.problems.append(Problem(f"{where}'host'", f"found {name!r} again", "each host once"))


def _sides(row: Any, where: str, tables: Tables, frame: Known) -> int:
    """Check the two sides of a row; the number of its pairs of actors, 0 where that cannot be told."""
    before = len(frame.problems)
    frame.listed(row.actor, f"{where}'actor'")
    frame.listed(row.other, f"{where}'other'")
    if len(frame.problems) > before or not frame.actors or len(tables.actors) < len(frame.actors):
        return 0
    states = {actor.bloc for actor in tables.actors if actor.kind == Kind.STATE}
    for column in ("actor", "other"):
        empty = [name for name in getattr(row, column) if name.startswith("bloc:") and name[5:] not in states]
        for name in empty:
            frame.problems.append(Problem(f"{where}{column!r}", f"{name!r} has no state", "a bloc with states"))
    if len(frame.problems) > before:
        return 0
    number = sum(1 for _ in pairs(row, tables))
    if not number and row.actor and row.other:
        found = f"found {'; '.join(row.other)!r}, which is the actor itself"
        frame.problems.append(Problem(f"{where}'other'", found, "another actor"))
    return number
