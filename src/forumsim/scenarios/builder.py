"""From checked tables to a World: a template for the scenario, of which every run gets a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from forumsim.core.terms import EVENT_DTYPE, OWN_DECISION, PENDING_DTYPE, SLOTS, Form, Kind, Mode, Role, Shock, Status
from forumsim.core.world import World, empty_world
from forumsim.scenarios.baseline import pair_trust
from forumsim.scenarios.content import Tables
from forumsim.scenarios.dated import channel_table, expand, shock_table
from forumsim.scenarios.forms import parties, rules_of
from forumsim.scenarios.schema import ForumRow
from forumsim.scenarios.spread import Spread, apart, spread_positions


def make_template(
    tables: Tables, issues: Sequence[str], blocs: Sequence[str], slots: int, start: int | None, spread: Spread
) -> World:
    """The World at the start as the tables give it; `Scenario.build` copies it.

    Parameters
    ----------
    tables : Tables
        Checked rows.
    issues, blocs : sequence of str
        Ids, in the order of their numbers.
    slots : int
        Forum slots F, those of the scenario's forums first.
    start : int or None
        Number of the starting quarter.
    spread : Spread
        How far positions and trust lie apart, times the distance in the tables.
    """
    world = empty_world(len(tables.actors), slots, len(issues))
    _actors(world, tables, issues, blocs)
    if spread.moves:
        spread_positions(world, spread)
    _trust(world, tables, spread.trust)
    for f, forum in enumerate(tables.forums):
        _forum(world, f, forum, tables, issues, start)
    _history(world, tables, start)
    _members(world, tables, start)
    _gates(world, tables)
    world.clock[SLOTS] = len(tables.forums)
    world.shocks = shock_table(tables, issues, start)
    world.channels = channel_table(tables, start)
    return world


def fresh(template: World) -> World:
    """An independent copy of a template; its empty tables are made anew, which is cheaper than copying them."""
    ledger = np.zeros(template.ledger.shape, order="F")
    events, pending = np.zeros(template.events.shape, EVENT_DTYPE), np.zeros(template.pending.shape, PENDING_DTYPE)
    made: dict[str, Any] = {"ledger": ledger, "events": events, "pending": pending}
    copied = {name: array.copy(order="K") for name, array in template.arrays() if name not in made}
    return World(**made, **copied)


def _actors(world: World, tables: Tables, issues: Sequence[str], blocs: Sequence[str]) -> None:
    number = tables.actor_numbers
    default_role = {Kind.STATE: Role.STATE, Kind.NONSTATE: Role.NGO}
    for i, actor in enumerate(tables.actors):
        world.kind[i] = actor.kind
        world.role[i] = default_role[Kind(actor.kind)] if actor.role is None else actor.role
        world.power[i] = actor.power or 0.0
        for name in ("influence", "sincerity", "sovereignty", "loyalty", "engagement", "capacity", "reputation",
                     "reservation"):  # fmt: skip
            getattr(world, name)[i] = getattr(actor, name)
        world.patron[i] = number.get(actor.patron, -1)
        world.cause[i] = issues.index(actor.cause) if actor.cause else -1
        world.bloc[i] = blocs.index(actor.bloc) if actor.bloc else -1
        for k, issue in enumerate(issues):
            world.position[i, k] = actor.position.get(issue, 0.5)
            world.salience[i, k] = actor.salience.get(issue, 0.0 if actor.salience else 1.0 / len(issues))
            world.red_line[i, k] = actor.red_line.get(issue, np.inf)
    # Shares that sum to 1 within the tolerance of a table sum to 1 within rounding from here on.
    total = world.power.sum()
    if total > 0.0:
        world.power[:] /= total
    world.salience[:] /= world.salience.sum(axis=1, keepdims=True)
    world.anchor[:] = world.position
    world.salience_anchor[:] = world.salience


def _trust(world: World, tables: Tables, factor: float) -> None:
    """Baseline by distance, then the pairs of the table: both directions unless the table gives both."""
    pair_trust(world.position, world.baseline)
    if tables.trust:
        a, b, trust = tables.trust_pairs
        trust = apart(trust, factor)
        world.baseline[b, a] = trust
        world.baseline[a, b] = trust
    world.trust[:] = world.baseline


def _forum(world: World, f: int, forum: ForumRow, tables: Tables, issues: Sequence[str], start: int | None) -> None:
    rules, number = rules_of(forum), tables.forum_numbers
    step = forum.founded.step(start)
    world.form[f] = forum.form
    for name, value in rules._asdict().items():
        getattr(world, name)[f] = value
    world.gate_forum[f] = number.get(forum.gate_forum, -1)
    world.gate_power[f] = forum.gate_power
    world.gate_issue[f] = issues.index(forum.gate_issue) if forum.gate_issue else -1
    if forum.own_decision:
        world.decision[f] = OWN_DECISION
    world.gate_low[f], world.gate_high[f] = forum.gate_low, forum.gate_high
    for k, issue in enumerate(issues):
        world.mandate[f, k] = issue in forum.mandate
        world.charter[f, k] = forum.charter.get(issue, 0.5)
    world.status_quo[f] = world.charter[f]
    founders = expand(forum.founder, tables)
    world.founder[f] = founders[0] if founders else -1
    world.parent[f] = number.get(forum.parent, -1)
    world.predecessor[f] = number.get(forum.predecessor, -1)
    world.adopted[f] = bool(forum.adopted)
    world.fee[f] = forum.fee
    world.founded[f] = step
    if step > 0:
        world.habit[f, founders] = bool(forum.on)  # the opening makes them members
    if step > 0 or not forum.on:
        return
    world.status[f] = Status.ALIVE
    if rules.mode == Mode.DECLARATION:
        world.edition[f] = step
    elif rules.mode == Mode.SERIES:
        world.edition[f] = step + -step // rules.period * rules.period


def _members(world: World, tables: Tables, start: int | None) -> None:
    """Members at the start; later rows are kept in the tables for comparisons and play no part in a run.

    The one exception are those who adopted the text of a standing forum without a vote: its opening makes them members.
    """
    number, forum_number = tables.actor_numbers, tables.forum_numbers
    left = {(row.forum, i): row.date.step(start) for row in tables.shocks if row.kind == Shock.LEAVE and row.on
            for i in expand(row.actor, tables)}  # fmt: skip
    founded, alive = world.founded.tolist(), (world.status == Status.ALIVE).tolist()
    series = (world.mode == Mode.SERIES).tolist()
    adopted = (world.adopted & (world.mode == Mode.STANDING) & (world.founded > 0)).tolist()
    for row in tables.memberships:
        f, i = forum_number[row.forum], number[row.actor]
        if row.role == "veto":
            world.veto[f, i] = True
        since = founded[f] if row.date is None else row.date.step(start)
        gone = since <= left.get((row.forum, i), 1) <= 0
        if alive[f] and since <= 0 and not gone:
            world.member[f, i] = True
            world.tenure[f, i] = -since
            world.habit[f, i] = series[f]
        elif adopted[f] and since == founded[f]:
            world.habit[f, i] = True


def _history(world: World, tables: Tables, start: int | None) -> None:
    """Forums that were closed before the start."""
    for row in tables.shocks:
        if row.kind == Shock.CLOSING and row.on and row.date.step(start) <= 0:
            f = tables.forum_numbers[row.forum]
            if world.status[f] == Status.ALIVE:
                world.status[f] = Status.DISSOLVED


def _gates(world: World, tables: Tables) -> None:
    """Forums with rows in the gates' table admit nobody else, and bilateral forums nobody but their two parties."""
    number, forum_number = tables.actor_numbers, tables.forum_numbers
    for f in {forum_number[row.forum] for row in tables.gates}:
        world.listed[f] = False
    for row in tables.gates:
        world.listed[forum_number[row.forum], number[row.actor]] = True
    for f, forum in enumerate(tables.forums):
        if forum.form == Form.BILATERAL:
            both = parties(forum, tables)
            world.listed[f] = False
            world.listed[f, [number[actor] for actor in both]] = True
