"""Checks across a scenario's tables: ids that must exist, shares that must sum, dates that must fit."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable

from forumsim.core.errors import Problem
from forumsim.core.terms import Admission, Form, Kind, Mode, Role
from forumsim.scenarios.content import Tables
from forumsim.scenarios.data import NAMED_TABLES
from forumsim.scenarios.dated_checks import check_channels, check_shocks
from forumsim.scenarios.forms import parties, rules_of
from forumsim.scenarios.frame import Known
from forumsim.scenarios.quarters import quarter_name
from forumsim.scenarios.schema import TABLES, ActorRow, ForumRow

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
            _unique(table, tables.ids.get(table, []), frame)
    if "actors" in changed:
        _actors(tables, frame)
    for forum in tables.forums if "forums" in changed else ():
        _forum(forum, frame)
        if forum.form == Form.BILATERAL:
            _bilateral(forum, tables, frame)
    if "forums" in changed:
        _room(tables, frame)
    if "forums" in changed or "memberships" in changed:
        _memberships(tables, frame)
    for row in tables.gates if "gates" in changed else ():
        where = f"gates.csv, row {row.row}"
        frame.known(row.forum, frame.forums, "forum", f"{where}, column 'forum'")
        frame.known(row.actor, frame.actors, "actor", f"{where}, column 'actor'")
    if "trust" in changed:
        _trust(tables, frame)
    if "actors" in changed or "shocks" in changed:  # a bloc may be without states now
        check_shocks(tables, frame)
    if "actors" in changed or "channels" in changed:
        check_channels(tables, frame)
    if "forums" in changed:
        _cycles(tables, frame)


def _unique(table: str, ids: Iterable[tuple[int, str]], frame: Known) -> None:
    first: dict[str, int] = {}
    for row, name in ids:
        if name in first:
            where = f"{table}.csv, row {row}, column 'id'"
            frame.problems.append(Problem(where, f"found {name!r} again, first in row {first[name]}", "each id once"))
        first.setdefault(name, row)


def _actors(tables: Tables, frame: Known) -> None:
    states = {actor.id for actor in tables.actors if actor.kind == Kind.STATE}
    for actor in tables.actors:
        where = f"actors.csv, row {actor.row}, column "
        if frame.blocs:
            if not actor.bloc and actor.kind == Kind.STATE:
                frame.problems.append(Problem(f"{where}'bloc'", "the cell is empty", ", ".join(frame.blocs)))
            frame.known(actor.bloc, frame.blocs, "bloc", f"{where}'bloc'")
        frame.known(actor.patron, frame.actors, "actor", f"{where}'patron'")
        if actor.patron in (frame.actors or ()) and actor.patron not in states and "actors" in tables.whole:
            frame.problems.append(Problem(f"{where}'patron'", f"{actor.patron!r} is no state", "the id of a state"))
        if actor.patron == actor.id:
            frame.problems.append(Problem(f"{where}'patron'", "found the actor itself", "another actor, a state"))
        frame.known(actor.cause, frame.issues, "issue", f"{where}'cause'")
        _kind(actor, where, frame)
        for issue in frame.issues or ():
            if issue not in actor.position and "actors" in tables.whole:
                cell = f"{where}'position_{issue}'"
                frame.problems.append(Problem(cell, "the cell is empty", "a number from 0 to 1"))
        total = math.fsum(actor.salience.values())
        if actor.salience and abs(total - 1.0) > TOLERANCE and "actors" in tables.whole:
            cells = f"actors.csv, row {actor.row}, columns 'salience_...'"
            frame.problems.append(Problem(cells, f"the shares sum to {total:.6g}", "a sum of 1"))
    if tables.actors and "actors" in tables.whole:
        total = math.fsum(actor.power or 0.0 for actor in tables.actors if actor.kind == Kind.STATE)
        if abs(total - 1.0) > TOLERANCE:
            found = f"the states' shares sum to {total:.8g}"
            frame.problems.append(Problem("actors.csv, column 'power'", found, "a sum of 1 over the states"))


def _kind(actor: ActorRow, where: str, frame: Known) -> None:
    """A state has power and no influence, a non-state actor has it the other way round; roles fit kinds."""
    state = actor.kind == Kind.STATE
    if state and actor.power is None:
        frame.problems.append(Problem(f"{where}'power'", "the cell is empty", "a number, 0 or more"))
    if not state and actor.power:
        frame.problems.append(Problem(f"{where}'power'", f"found {actor.power:g}", "0 for a non-state actor"))
    if state and actor.influence:
        frame.problems.append(Problem(f"{where}'influence'", f"found {actor.influence:g}", "0 for a state"))
    others = (Role.FIRM, Role.NGO, Role.EPISTEMIC) if state else (Role.MAJOR, Role.STATE)
    if actor.role is not None and actor.role in others:
        found = f"found {Role(actor.role).name.lower()!r} for a {Kind(actor.kind).name.lower()} actor"
        allowed = "major, state, union" if state else "union, firm, ngo, epistemic"
        frame.problems.append(Problem(f"{where}'role'", found, allowed))


def _forum(forum: ForumRow, frame: Known) -> None:
    where = f"forums.csv, row {forum.row}, column "
    if _FREE_SLOT.match(forum.id):
        found = f"found {forum.id!r}, the name of a forum that a run founds"
        frame.problems.append(Problem(f"{where}'id'", found, "another id"))
    for name in forum.founder:
        frame.known(name, frame.actors, "actor", f"{where}'founder'")
    frame.known(forum.parent, frame.forums, "forum", f"{where}'parent'")
    frame.known(forum.predecessor, frame.forums, "forum", f"{where}'predecessor'")
    frame.known(forum.gate_forum, frame.forums, "forum", f"{where}'gate_forum'")
    frame.known(forum.gate_issue, frame.issues, "issue", f"{where}'gate_issue'")
    for issue in forum.mandate:
        frame.known(issue, frame.issues, "issue", f"{where}'mandate'")
        if issue in (frame.issues or ()) and issue not in forum.charter:
            found = f"the cell is empty although {issue!r} is in the mandate"
            frame.problems.append(Problem(f"{where}'charter_{issue}'", found, "a number from 0 to 1"))
    if forum.gate_low > forum.gate_high:
        found = f"found {forum.gate_low:g}"
        frame.problems.append(Problem(f"{where}'gate_low'", found, f"at most gate_high, {forum.gate_high:g}"))
    if forum.period == 0 and rules_of(forum).mode == Mode.SERIES:
        frame.problems.append(Problem(f"{where}'period'", "found 0 for a series", "1 or more steps"))
    frame.date(forum.founded, f"{where}'founded'")
    step = frame.step(forum.founded)
    if frame.steps is not None and step is not None and step > frame.steps:
        end = f"step {frame.steps}" + (f", {quarter_name(frame.start + frame.steps)}" if frame.start else "")
        frame.problems.append(Problem(f"{where}'founded'", f"found step {step}, after the end", f"up to {end}"))


def _bilateral(forum: ForumRow, tables: Tables, frame: Known) -> None:
    """A bilateral forum is between two, whom the tables name, and nobody else is admitted."""
    where = f"forums.csv, row {forum.row}, column "
    if forum.admission not in (None, Admission.INVITATION):
        found = f"found {Admission(forum.admission).name.lower()!r} for a bilateral forum"
        frame.problems.append(Problem(f"{where}'admission'", found, "invitation, or empty"))
    named = parties(forum, tables)
    if len(named) != 2 and {"forums", "memberships"} <= tables.whole and frame.known_actors(named):
        found = f"a bilateral forum between {len(named)}: {', '.join(named) or 'nobody'}"
        allowed = "two actors in all, as founders, in memberships.csv or in gates.csv"
        frame.problems.append(Problem(f"{where}'form'", found, allowed, "a club has more members"))


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
                frame.problems.append(Problem(f"forums.csv, row {forum.row}, column {column!r}", found, "no circle"))


def _room(tables: Tables, frame: Known) -> None:
    count = len(tables.ids.get("forums", []))
    if frame.slots is not None and count > frame.slots:
        found = f"found {frame.slots}, but forums.csv has {count} forums"
        allowed = f"{count} or more; what is above leaves room to found"
        frame.problems.append(Problem("scenario.toml, key 'forum_slots'", found, allowed))


def _memberships(tables: Tables, frame: Known) -> None:
    first: dict[tuple[str, str], int] = {}
    founded = {forum.id: forum.founded for forum in tables.forums}
    for row in tables.memberships:
        where = f"memberships.csv, row {row.row}"
        frame.known(row.forum, frame.forums, "forum", f"{where}, column 'forum'")
        frame.known(row.actor, frame.actors, "actor", f"{where}, column 'actor'")
        frame.date(row.date, f"{where}, column 'date'")
        pair = (row.forum, row.actor)
        if pair in first:
            found = f"{row.actor!r} is in {row.forum!r} again, first in row {first[pair]}"
            frame.problems.append(Problem(where, found, "each membership once"))
        first.setdefault(pair, row.row)
        joined, opened = frame.step(row.date), frame.step(founded.get(row.forum))
        if joined is not None and opened is not None and joined < opened:
            found = f"a member before {row.forum!r} was founded"
            frame.problems.append(Problem(f"{where}, column 'date'", found, "the quarter of its founding or later"))


def _trust(tables: Tables, frame: Known) -> None:
    first: dict[tuple[str, str], int] = {}
    known = set(frame.actors or ())
    for row in tables.trust:
        if frame.actors is not None and not (row.a in known and row.b in known):
            frame.known(row.a, frame.actors, "actor", f"trust.csv, row {row.row}, column 'a'")
            frame.known(row.b, frame.actors, "actor", f"trust.csv, row {row.row}, column 'b'")
        if row.a == row.b:
            found = f"trust of {row.a!r} in itself"
            frame.problems.append(Problem(f"trust.csv, row {row.row}", found, "two different actors"))
        if (row.a, row.b) in first:
            found = f"trust of {row.a!r} in {row.b!r} again, first in row {first[row.a, row.b]}"
            frame.problems.append(Problem(f"trust.csv, row {row.row}", found, "each direction once"))
        first.setdefault((row.a, row.b), row.row)
