"""A generator of an extension: the rows of the actors' table of each run come from a function of the user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forumsim.core.draws import SCENARIO, stream, uniform
from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.terms import Kind
from forumsim.core.world import World
from forumsim.extensions import Declaration, Extensions, as_cell, place_in
from forumsim.scenarios.builder import make_template
from forumsim.scenarios.content import Tables
from forumsim.scenarios.mistakes import check_rows, columns_of
from forumsim.scenarios.reading import Record, Records
from forumsim.scenarios.schema import ActorRow, Membership
from forumsim.scenarios.spread import spread_of, spread_specs

#: Key of a row beside the columns of ``actors.csv``: the forums that the actor is in at the start.
FORUMS = "forums"


@dataclass(frozen=True)
class OwnGenerator:
    """A scenario function of an extension.

    Attributes
    ----------
    declaration : Declaration
    extensions : Extensions
        What it is declared by; where only their description is known, there are no actors.
    """

    declaration: Declaration
    extensions: Extensions

    def tables(self, tables: Tables, issues: Sequence[str], seed: int, fields: Mapping[str, Any]) -> Tables:
        """The tables with the actors and memberships that the function gives for a seed.

        Raises
        ------
        InputError
            What is wrong with the rows, or the error that the function raises.
        """
        if not self.extensions.runnable:
            return tables.with_actors([], [])
        where = f"scenario {self.declaration.name}"
        key = np.uint64(stream(np.uint64(seed), SCENARIO, 0))

        def draw(actor: int, number: int) -> float:
            return float(uniform(key, actor, number))

        try:
            given = [dict(row) for row in self.declaration.function(draw, **fields)]
        except Exception as error:  # whatever a user's function may raise
            place = place_in(self.extensions.sources, error)
            named = f"{where}, seed {seed}{f' ({place})' if place else ''}"
            raise InputError([Problem(named, f"{type(error).__name__}: {error}")]) from error
        homes = [row.pop(FORUMS, None) for row in given]
        problems: list[Problem] = []
        actors = _actors(given, issues, problems)
        if problems:
            raise InputError([replace(p, where=f"{where}, seed {seed}, {p.where}") for p in problems])
        return tables.with_actors(actors, _memberships(actors, homes, tables))

    def world(self, scenario: Any, seed: int, start: int | None) -> World:
        """A fresh World of a seed, with the fields and changed cells of the scenario."""
        spreads = spread_specs(scenario.issues)  # which the function does not take
        fields = {name: value for name, value in scenario.fields.items() if name not in spreads}
        drawn = self.tables(scenario.tables, scenario.issues, seed, fields)
        if tuple(actor.id for actor in drawn.actors) != scenario.actor_ids:
            found = f"seed {seed} gives other actors than seed 0"
            raise InputError([Problem(f"scenario {self.declaration.name}", found, "the same ids for every seed")])
        spread = spread_of(scenario.fields, scenario.issues)
        return make_template(drawn, scenario.issues, scenario.blocs, len(scenario.forum_ids), start, spread)


def _actors(given: Sequence[Mapping[str, Any]], issues: Sequence[str], problems: list[Problem]) -> list[ActorRow]:
    """The checked rows; the power of the states is scaled to a sum of 1."""
    known = list(columns_of("actors", issues))
    columns = tuple(dict.fromkeys(column for row in given for column in row))
    problems += [
        Problem(f"key {column!r}", "no such column of actors.csv", ", ".join(known), nearest(column, known))
        for column in columns if column not in known
    ]  # fmt: skip
    cells = [{column: text for column, value in row.items() if (text := as_cell(value))} for row in given]
    rows = Records(columns, [Record(k, row) for k, row in enumerate(cells, start=2)])
    actors: list[ActorRow] = check_rows("actors", rows, issues, problems)
    if not given:
        problems.append(Problem("rows", "there is none", "one for each actor"))
    ids = [actor.id for actor in actors]
    if len(set(ids)) < len(ids):
        twice = dict.fromkeys(name for name in ids if ids.count(name) > 1)
        problems += [Problem("ids", f"{name!r} stands twice", "each id once") for name in twice]
    total = sum(actor.power or 0.0 for actor in actors if actor.kind == Kind.STATE)
    if actors and not problems and total <= 0.0:
        problems.append(Problem("power", "the states have none", "a sum above 0"))
    for actor in actors if total > 0.0 else ():
        actor.power = (actor.power or 0.0) / total if actor.kind == Kind.STATE else actor.power
    return actors


def _memberships(actors: Sequence[ActorRow], homes: Sequence[Any], tables: Tables) -> list[Membership]:
    """Who is in which forum at the start; where no row says it, every state is in every forum."""
    if all(home is None for home in homes):
        return tables.everywhere(actors)
    named = [[] if home is None else [home] if isinstance(home, str) else list(home) for home in homes]
    return [
        Membership(forum=str(forum), actor=actor.id, date=None, row=actor.row)
        for actor, some in zip(actors, named, strict=True) for forum in some
    ]  # fmt: skip


def own_generator(name: str | None, extensions: Extensions) -> OwnGenerator | None:
    """The generator of a name that extensions declare, if they do."""
    found = next((item for item in extensions.of_kind("scenario") if item.name == name), None)
    return None if found is None else OwnGenerator(found, extensions)
