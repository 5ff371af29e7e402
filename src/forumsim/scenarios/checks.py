"""Checks across a scenario's tables: ids that must exist, shares that must sum, dates that must fit."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from forumsim.core.terms import Admission, Form, Kind, Mode, Role
from forumsim.scenarios.content import Tables
from forumsim.scenarios.data import NAMED_TABLES
from forumsim.scenarios.dated_checks import check_channels, check_shocks
from forumsim.scenarios.forms import parties, rules_of
from forumsim.scenarios.frame import Known, RowCheck
from forumsim.scenarios.quarters import quarter_name
from forumsim.scenarios.schema import TABLES, ActorRow
from forumsim.scenarios.values import NOT_NEGATIVE, SHARE

#: Shares must sum to 1 within this.
TOLERANCE = 1e-6
_FREE_SLOT = re.compile(r"^founded_\d+$")


def check_tables(tables: Tables, frame: Known, changed: Collection[str] = tuple(TABLES)) -> None:
    """All checks across tables; the problems go to ``frame.problems``.

    Parameters
    ----------
    tables : Tables
    frame : Known
    changed : collection of str
        Tables that were changed since all was found right, in other cells than ids; what does not depend on them is
        not checked again.
    """
    for table in NAMED_TABLES:
        if table in changed:
            for row, name, first in _again(tables.ids.get(table, [])):
                where = f"{table}.csv, row {row}, column 'id'"
                frame.wrong(where, f"found {name!r} again, first in row {first}", "each id once")
    if "actors" in changed:
        _actors(tables, frame)
    for forum in tables.forums if "forums" in changed else ():
        _forum(RowCheck("forums", forum, frame), tables)
    if "forums" in changed:
        _room(tables, frame)
    if "forums" in changed or "memberships" in changed:
        _memberships(tables, frame)
    for gate in tables.gates if "gates" in changed else ():
        RowCheck("gates", gate, frame).names()
    if "trust" in changed:
        _trust(tables, frame)
    if "actors" in changed or "shocks" in changed:  # a bloc may be without states now
        check_shocks(tables, frame)
    if "actors" in changed or "channels" in changed:
        check_channels(tables, frame)
    if "forums" in changed:
        _cycles(tables, frame)


def _again(keys: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any, int]]:
    """Of rows with their keys those whose key has been before: row, key, first row of it."""
    first: dict[Any, int] = {}
    for row, key in keys:
        if first.setdefault(key, row) != row:
            yield row, key, first[key]


def _actors(tables: Tables, frame: Known) -> None:
    states = {actor.id for actor in tables.actors if actor.kind == Kind.STATE}
    whole = "actors" in tables.whole
    for actor in tables.actors:
        at = RowCheck("actors", actor, frame)
        at.names()
        if frame.blocs and not actor.bloc and actor.kind == Kind.STATE:
            at.wrong("bloc", "the cell is empty", ", ".join(frame.blocs))
        if actor.patron in (frame.actors or ()) and actor.patron not in states and whole:
            at.wrong("patron", f"{actor.patron!r} is no state", "the id of a state")
        if actor.patron == actor.id:
            at.wrong("patron", "found the actor itself", "another actor, a state")
        _kind(actor, at)
        for issue in frame.issues or () if whole else ():
            if issue not in actor.position:
                at.wrong(f"position_{issue}", "the cell is empty", SHARE)
        total = math.fsum(actor.salience.values())
        if actor.salience and abs(total - 1.0) > TOLERANCE and whole:
            frame.wrong(f"{at.where}, columns 'salience_...'", f"the shares sum to {total:.6g}", "a sum of 1")
    if tables.actors and whole:
        total = math.fsum(actor.power or 0.0 for actor in tables.actors if actor.kind == Kind.STATE)
        if abs(total - 1.0) > TOLERANCE:
            found = f"the states' shares sum to {total:.8g}"
            frame.wrong("actors.csv, column 'power'", found, "a sum of 1 over the states")


def _kind(actor: ActorRow, at: RowCheck) -> None:
    """A state has power and no influence, a non-state actor has it the other way round; roles fit kinds."""
    state = actor.kind == Kind.STATE
    if state and actor.power is None:
        at.wrong("power", "the cell is empty", NOT_NEGATIVE)
    if not state and actor.power:
        at.wrong("power", f"found {actor.power:g}", "0 for a non-state actor")
    if state and actor.influence:
        at.wrong("influence", f"found {actor.influence:g}", "0 for a state")
    others = (Role.FIRM, Role.NGO, Role.EPISTEMIC) if state else (Role.MAJOR, Role.STATE)
    if actor.role is not None and actor.role in others:
        found = f"found {Role(actor.role).name.lower()!r} for a {Kind(actor.kind).name.lower()} actor"
        at.wrong("role", found, "major, state, union" if state else "union, firm, ngo, epistemic")


def _forum(at: RowCheck, tables: Tables) -> None:
    forum, frame = at.row, at.known
    at.names()
    if _FREE_SLOT.match(forum.id):
        at.wrong("id", f"found {forum.id!r}, the name of a forum that a run founds", "another id")
    for issue in forum.mandate:
        if issue in (frame.issues or ()) and issue not in forum.charter:
            at.wrong(f"charter_{issue}", f"the cell is empty although {issue!r} is in the mandate", SHARE)
    if forum.gate_low > forum.gate_high:
        at.wrong("gate_low", f"found {forum.gate_low:g}", f"at most gate_high, {forum.gate_high:g}")
    if forum.period == 0 and rules_of(forum).mode == Mode.SERIES:
        at.wrong("period", "found 0 for a series", "1 or more steps")
    step = frame.step(forum.founded)
    if frame.steps is not None and step is not None and step > frame.steps:
        end = f"step {frame.steps}" + (f", {quarter_name(frame.start + frame.steps)}" if frame.start else "")
        at.wrong("founded", f"found step {step}, after the end", f"up to {end}")
    if forum.form == Form.BILATERAL:
        _bilateral(at, tables)


def _bilateral(at: RowCheck, tables: Tables) -> None:
    """A bilateral forum is between two, whom the tables name, and nobody else is admitted."""
    forum = at.row
    if forum.admission not in (None, Admission.INVITATION):
        found = f"found {Admission(forum.admission).name.lower()!r} for a bilateral forum"
        at.wrong("admission", found, "invitation, or empty")
    named = parties(forum, tables)
    if len(named) != 2 and {"forums", "memberships"} <= tables.whole and set(named) <= set(at.known.actors or ()):
        found = f"a bilateral forum between {len(named)}: {', '.join(named) or 'nobody'}"
        allowed = "two actors in all, as founders, in memberships.csv or in gates.csv"
        at.wrong("form", found, allowed, "a club has more members")


def _cycles(tables: Tables, frame: Known) -> None:
    """No forum asks for membership of one that asks for membership of it, or descends from its own descendant."""
    for column in ("gate_forum", "parent", "predecessor"):
        following = {forum.id: getattr(forum, column) for forum in tables.forums}
        for forum in tables.forums:
            way = [forum.id]
            while following.get(way[-1]) and following[way[-1]] not in way:
                way.append(following[way[-1]])
            if following.get(way[-1]) == forum.id:
                found = f"leads back to {forum.id!r}: {' -> '.join([*way, forum.id])}"
                RowCheck("forums", forum, frame).wrong(column, found, "no circle")


def _room(tables: Tables, frame: Known) -> None:
    count = len(tables.ids.get("forums", []))
    if frame.slots is not None and count > frame.slots:
        found = f"found {frame.slots}, but forums.csv has {count} forums"
        allowed = f"{count} or more; what is above leaves room to found"
        frame.wrong("scenario.toml, key 'forum_slots'", found, allowed)


def _memberships(tables: Tables, frame: Known) -> None:
    founded = {forum.id: forum.founded for forum in tables.forums}
    for row in tables.memberships:
        at = RowCheck("memberships", row, frame)
        at.names()
        joined, opened = frame.step(row.date), frame.step(founded.get(row.forum))
        if joined is not None and opened is not None and joined < opened:
            found = f"a member before {row.forum!r} was founded"
            at.wrong("date", found, "the quarter of its founding or later")
    for number, (forum, actor), first in _again((row.row, (row.forum, row.actor)) for row in tables.memberships):
        found = f"{actor!r} is in {forum!r} again, first in row {first}"
        frame.wrong(f"memberships.csv, row {number}", found, "each membership once")


def _trust(tables: Tables, frame: Known) -> None:
    known = set(frame.actors or ())
    for row in tables.trust:
        if frame.actors is not None and not (row.a in known and row.b in known):  # the table may be a long one
            RowCheck("trust", row, frame).names()
        if row.a == row.b:
            frame.wrong(f"trust.csv, row {row.row}", f"trust of {row.a!r} in itself", "two different actors")
    for number, (a, b), first in _again((row.row, (row.a, row.b)) for row in tables.trust):
        found = f"trust of {a!r} in {b!r} again, first in row {first}"
        frame.wrong(f"trust.csv, row {number}", found, "each direction once")
