"""Changed cells of a scenario's tables: found by their names, read as in the files, and put into copies of the rows.

Shares stay shares. Where the power of some states is set, the other states keep their proportions and share what is
left of 1; where the salience of some issues is set for an actor, its other issues do the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from forumsim.core.errors import Problem, nearest
from forumsim.core.terms import Kind
from forumsim.scenarios.checks import TOLERANCE
from forumsim.scenarios.content import Tables
from forumsim.scenarios.data import FIXED, NAMED_TABLES, Cell, cell_of, text_of
from forumsim.scenarios.mistakes import change_cell, columns_of

#: Changed cells that a hint names.
_SHOWN = 3
_PLACE = re.compile(r"(?P<table>\w+)\.csv, row (?P<row>\d+), columns? '(?P<column>[^']+)'")


@dataclass(frozen=True)
class Changes:
    """The cells that were changed, and the ids of their rows by table and number of the row."""

    cells: tuple[Cell, ...] = ()
    rows: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def tables(self) -> set[str]:
        """Names of the tables in which something was changed."""
        return {cell.table for cell in self.cells}

    def explained(self, problem: Problem) -> Problem:
        """A problem that the changes have brought, in terms of them.

        In a changed row its place is the name of the cell, as no file has the row as it is now; elsewhere a hint says
        what was changed.
        """
        match = _PLACE.fullmatch(problem.where)
        row = self.rows.get((match["table"], match["row"])) if match else None
        if match and row:
            return replace(problem, where=Cell(match["table"], row, match["column"]).name)
        names = [cell.name for cell in self.cells]
        some = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
        return problem if problem.hint else replace(problem, hint=f"brought by {some}")


def change_tables(
    tables: Tables, data: Mapping[str, Any], issues: Sequence[str], drawn: Mapping[str, str], problems: list[Problem]
) -> tuple[Tables, Changes]:
    """The tables with some cells changed; names and values that do not fit are problems.

    Parameters
    ----------
    tables : Tables
        Checked, or as far as they could be read.
    data : mapping
        Values by the names of cells (`forumsim.scenarios.data`).
    issues : sequence of str
        Ids of the issues.
    drawn : mapping
        Fields of actors that a generator makes, with the reason why they cannot be set one by one.
    problems : list of Problem
    """
    rows: dict[str, list[Any]] = {table: list(getattr(tables, table)) for table in NAMED_TABLES}
    places = {table: {row.id: place for place, row in enumerate(own)} for table, own in rows.items()}
    changed: list[Cell] = []
    for name, value in data.items():
        cell = cell_of(name)
        if cell is None or not _is_there(cell, tables, places[cell.table], issues, drawn, problems):
            continue
        place = places[cell.table].get(cell.id)
        if place is None:  # the file has such a row, with mistakes that have been told
            continue
        issue = None if cell.field == cell.column else cell.column.removeprefix(f"{cell.field}_")
        before = len(problems)
        row = change_cell(rows[cell.table][place], cell.field, issue, text_of(value), name, problems)
        if not isinstance(value, str):  # a number was given, and no text
            said = (f"found {text_of(value)!r}", f"found {text_of(value)}")
            problems[before:] = [replace(p, found=p.found.replace(*said)) for p in problems[before:]]
        if len(problems) == before:
            row.row = row.row or place + 2  # what a generator makes stands in no file
            rows[cell.table][place] = row
            changed.append(cell)
    _share_power(rows["actors"], [cell.id for cell in changed if cell.column == "power"], problems)
    for actor in dict.fromkeys(cell.id for cell in changed if cell.field == "salience"):
        given = [cell.column.removeprefix("salience_") for cell in changed if cell[:2] == ("actors", actor)]
        _share_salience(rows["actors"][places["actors"][actor]], given, issues, problems)
    ids = {(cell.table, str(rows[cell.table][places[cell.table][cell.id]].row)): cell.id for cell in changed}
    new: dict[str, Any] = {cell.table: rows[cell.table] for cell in changed}
    return replace(tables, **new), Changes(tuple(changed), ids)


def _is_there(
    cell: Cell,
    tables: Tables,
    places: Iterable[str],
    issues: Sequence[str],
    drawn: Mapping[str, str],
    problems: list[Problem],
) -> bool:
    """Whether there is such a cell, and whether it may be varied."""
    table, before = cell.table, len(problems)
    kept = {name: own for name, (own, _) in columns_of(table, issues).items() if name not in FIXED}
    columns = [name for name, own in kept.items() if table != "actors" or own not in drawn]
    if not columns:
        problems.append(Problem(cell.name, next(iter(drawn.values()))))
        return False
    if not cell.id or not cell.column:
        allowed = f"{table}.ID.COLUMN, such as {table}.ID.{columns[0]}"
        problems.append(Problem(cell.name.replace("..", "."), "names no cell of a table", allowed))
        return False
    ids = list(dict.fromkeys([*places, *(name for _, name in tables.ids.get(table, []))]))
    if not ids:
        problems.append(Problem(cell.name, f"the scenario has no rows of {table}"))
    elif cell.id not in ids:
        allowed = ", ".join(ids) if len(ids) <= 12 else f"one of the {len(ids)} ids of {table}"
        problems.append(Problem(cell.name, f"no row {cell.id!r} in {table}", allowed, nearest(cell.id, ids)))
    if cell.column in FIXED:
        problems.append(Problem(cell.name, FIXED[cell.column]))
    elif cell.column in kept and cell.column not in columns:
        problems.append(Problem(cell.name, drawn[cell.field], ", ".join(columns)))
    elif cell.column not in columns:
        hint = nearest(cell.column, columns)
        problems.append(Problem(cell.name, f"no column {cell.column!r} in {table}", ", ".join(columns), hint))
    return len(problems) == before


def _share_power(actors: list[Any], given: Sequence[str], problems: list[Problem]) -> None:
    """Let the states whose power is not given share what the given ones leave."""
    powers = {place: actor.power or 0.0 for place, actor in enumerate(actors) if actor.kind == Kind.STATE}
    own = {place for place in powers if actors[place].id in given}
    if not own:
        return
    names = ", ".join(f"actors.{name}.power" for name in given)
    for place, power in _shared(powers, own, names, problems).items():
        if place not in own:
            actors[place] = actors[place].model_copy(update={"power": power})


def _share_salience(actor: Any, given: Sequence[str], issues: Sequence[str], problems: list[Problem]) -> None:
    """Let the issues whose salience is not given share what the given ones leave; ``actor`` is a changed copy."""
    own = {issue for issue in given if issue in issues}
    weights = {issue: actor.salience.get(issue, 0.0) for issue in issues}
    if len(actor.salience) <= len(own):  # no weights of its own so far: all issues alike
        weights |= {issue: 1.0 / len(issues) for issue in issues if issue not in own}
    names = ", ".join(f"actors.{actor.id}.salience_{issue}" for issue in issues if issue in own)
    actor.salience = _shared(weights, own, names, problems)


def _shared(weights: dict[Any, float], given: set[Any], names: str, problems: list[Problem]) -> dict[Any, float]:
    """Weights that sum to 1: the given ones as they are, the others in proportion, as far as there are any."""
    total = math.fsum(weights[key] for key in given)
    rest = math.fsum(weight for key, weight in weights.items() if key not in given)
    if total > 1.0 + TOLERANCE:
        problems.append(Problem(names, f"the given shares sum to {total:.6g}", "at most 1 in all"))
    if total > 1.0 + TOLERANCE or rest <= 0.0:
        return weights
    scale = max(0.0, 1.0 - total) / rest
    return {key: weight if key in given else weight * scale for key, weight in weights.items()}
