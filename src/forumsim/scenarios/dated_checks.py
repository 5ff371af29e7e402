"""Checks of what a scenario dates: shocks and channels, who they are between, and how strong they may be."""

from __future__ import annotations

from collections.abc import Iterable

from forumsim.core.terms import Kind, Shock
from forumsim.scenarios.content import Tables
from forumsim.scenarios.dated import pairs
from forumsim.scenarios.frame import Known, RowCheck
from forumsim.scenarios.quarters import When

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
        at, kind = RowCheck("shocks", row, frame), Shock(row.kind)
        unknown = at.names()
        for column in NEEDS.get(kind, ()):
            if not getattr(row, column):
                what = "the id of a forum" if column == "forum" else "ids of actors separated by ;, or bloc:NAME"
                at.wrong(column, f"the cell is empty; a {kind.name.lower()} shock needs it", what)
        if kind == Shock.CRISIS and bool(row.actor) != bool(row.other):
            at.wrong("other" if row.actor else "actor", _HALF, "both sides of a crisis, or neither")
        if row.until is not None and kind != Shock.SANCTION:
            found = f"a {kind.name.lower()} shock has no end"
            at.wrong("until", found, "an empty cell; sanctions alone are lifted")
        elif _is_before(row.until, row.date, frame, same=True):
            at.wrong("until", "it is lifted before it has begun", "later than its date, or empty")
        if not is_size(kind, row.size):
            at.wrong("size", f"found {row.size:g}", allowed_sizes(kind))
        _sides(at, unknown, tables)


def _is_before(last: When | None, first: When, frame: Known, same: bool) -> bool:
    """Whether an end lies before a beginning, or at the ``same`` step, as far as can be told."""
    one, other = frame.step(last), frame.step(first)
    return one is not None and other is not None and (one < other or (same and one == other))


def check_channels(tables: Tables, frame: Known) -> None:
    """Every row of ``channels.csv``."""
    kinds = {actor.id: actor.kind for actor in tables.actors}
    for row in tables.channels:
        at = RowCheck("channels", row, frame)
        unknown = at.names()
        if _is_before(row.last, row.first, frame, same=False):
            at.wrong("last", "it ends before it begins", "first or later, or empty")
        for place, name in enumerate(row.host):
            if kinds.get(name) == Kind.STATE:  # states have no influence of theirs
                at.wrong("host", f"{name!r} is a state", "non-state actors")
            elif name in row.host[:place]:
                at.wrong("host", f"found {name!r} again", "each host once")
        number = _sides(at, unknown, tables)
        if number and row.rate > MOST_MEETINGS * number:
            most = f"at most {MOST_MEETINGS * number:g}, {MOST_MEETINGS:g} for each pair of actors"
            at.wrong("rate", f"found {row.rate:g}", most)


def _sides(at: RowCheck, unknown: set[str], tables: Tables) -> int:
    """Check the two sides of a row; the number of its pairs of actors, 0 where that cannot be told."""
    row, actors = at.row, at.known.actors
    if unknown & {"actor", "other"} or not actors or len(tables.actors) < len(actors):
        return 0
    states = {actor.bloc for actor in tables.actors if actor.kind == Kind.STATE}
    empty = [(column, name) for column in ("actor", "other") for name in getattr(row, column)
             if name.startswith("bloc:") and name[5:] not in states]  # fmt: skip
    for column, name in empty:
        at.wrong(column, f"{name!r} has no state", "a bloc with states")
    if empty:
        return 0
    number = sum(1 for _ in pairs(row, tables))
    if not number and row.actor and row.other:
        at.wrong("other", f"found {'; '.join(row.other)!r}, which is the actor itself", "another actor")
    return number
