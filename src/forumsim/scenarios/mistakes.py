"""What pydantic found wrong with a scenario's files, in the words of `Problem`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from forumsim.core.errors import Problem, nearest, shown
from forumsim.core.values import decimal_hint
from forumsim.scenarios.quarters import QUARTER_ALLOWED, quarter_hint
from forumsim.scenarios.reading import Record, Records
from forumsim.scenarios.schema import TABLES, Head, TableRow

#: More mistakes of one kind in one column than this are counted, not listed: a message has to fit a screen.
SHOWN = 4
_PLACE = re.compile(r"^(?P<file>[^,]+), row (?P<row>\d+)(?P<column>, column .+)?$")


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def _field_at(model: type[BaseModel], place: Sequence[str | int]) -> FieldInfo | None:
    """The field that a place such as ("issues", 0, "label") points at, None where there is none."""
    found: FieldInfo | None = None
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            found = model.model_fields[part]
            inner = _models(found.annotation)
            model = inner[0] if inner else BaseModel
    return found


def _show(value: Any) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else value
    return shown(text)


def _problem(error: ErrorDetails, model: type[BaseModel], where: str, missing: str) -> Problem:
    field = _field_at(model, error["loc"])
    allowed = (field.description or "") if field is not None else ""
    if error["type"] == "missing":
        return Problem(where, missing, allowed)
    value, hint = error["input"], ""
    names = error.get("ctx", {}).get("names")
    if names:
        allowed, hint = ", ".join(names), nearest(value, names)
    elif decimal_hint(value):
        hint = decimal_hint(value)
    elif allowed == QUARTER_ALLOWED:
        hint = quarter_hint(value)
    elif error["type"] == "too_short":
        return Problem(where, "is empty", allowed)
    return Problem(where, f"found {_show(value)}", allowed, hint)


def _key(place: Sequence[str | int]) -> str:
    """A place of ``scenario.toml`` as a person would look for it: "[[issues]] no. 2, label"."""
    first, rest = str(place[0]), place[2:]
    if len(place) == 1:
        return f"key {first!r}"
    second = place[1]
    if isinstance(second, int):
        table = f"[[{first}]]" if first in ("issues", "blocs") else f"{first},"
        head = f"{table} no. {second + 1}"
    else:
        head = f"[{first}.{second}]"
    return ", ".join([head, *(f"key {str(part)!r}" for part in rest)])


def check_head(name: str, data: dict[str, Any], problems: list[Problem]) -> Head | None:
    """The checked ``scenario.toml``, or None with all its problems."""
    try:
        return Head.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            where = f"{name}, {_key(details['loc'])}"
            if details["type"] == "extra_forbidden":
                parent = _field_at(Head, details["loc"][:-1])
                model = _models(parent.annotation)[0] if parent is not None else Head
                names = list(model.model_fields)
                hint = nearest(str(details["loc"][-1]), names)
                problems.append(Problem(where, "no such key", ", ".join(names), hint))
            else:
                problems.append(_problem(details, Head, where, "the key is missing"))
        return None


def columns_of(table: str, issues: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Columns that a table may have, each with its field and issue (None for columns that come once)."""
    model = TABLES[table]
    columns: dict[str, tuple[str, str | None]] = {}
    for field in model.model_fields:
        if field in model.by_issue:
            columns |= {f"{field}_{issue}": (field, issue) for issue in issues}
        elif field != "row":
            columns[field] = (field, None)
    return columns


def check_rows(table: str, records: Records, issues: Sequence[str], problems: list[Problem]) -> list[Any]:
    """The checked rows of a table; every wrong cell and every missing column is a problem."""
    name, model, columns = f"{table}.csv", TABLES[table], columns_of(table, issues)
    needed = {field for field, info in model.model_fields.items() if info.is_required()} | set(model.needed)
    for column, (field, _) in columns.items():
        if field in needed and column not in records.columns:
            allowed = model.model_fields[field].description or ""
            problems.append(Problem(name, f"the column {column!r} is missing", allowed))
    rows: list[TableRow] = []
    plain = not model.by_issue and all(column in columns for column in records.columns)
    for record in records.rows:
        try:
            values = {**record.cells, "row": record.row} if plain else _values(record, columns, model.by_issue)
            rows.append(model.model_validate(values))
        except ValidationError as error:
            for details in error.errors(include_url=False):
                column = "_".join(str(part) for part in details["loc"][: 1 + (details["loc"][0] in model.by_issue)])
                if details["type"] != "missing" or column in records.columns:
                    where = f"{name}, row {record.row}, column {column!r}"
                    problems.append(_problem(details, model, where, "the cell is empty"))
    return rows


def change_cell(
    row: TableRow, field: str, issue: str | None, text: str, where: str, problems: list[Problem]
) -> TableRow:
    """A copy of a checked row with one cell changed, which is read as in a file; the row itself where it is wrong.

    Parameters
    ----------
    row : TableRow
    field : str
        Field of its model.
    issue : str or None
        Issue of the column, for columns that come once for each issue.
    text : str
        The new cell; an empty one takes its default.
    where : str
        What messages call the cell.
    problems : list of Problem
    """
    model, info = type(row), type(row).model_fields[field]
    if not text and issue is None and info.is_required():
        problems.append(Problem(where, "the cell is empty", info.description or ""))
        return row
    value: Any = text if text else info.get_default(call_default_factory=True)
    if issue is not None:
        others = {name: number for name, number in getattr(row, field).items() if name != issue}
        value = {**others, issue: text} if text else others
    changed = row.model_copy()
    try:
        if text:
            model.__pydantic_validator__.validate_assignment(changed, field, value)
        else:
            setattr(changed, field, value)
    except ValidationError as error:
        problems += [_problem(found, model, where, "the cell is empty") for found in error.errors(include_url=False)]
        return row
    return changed


def _values(record: Record, columns: dict[str, tuple[str, str | None]], by_issue: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {field: {} for field in by_issue}
    values["row"] = record.row
    for column, cell in record.cells.items():
        field, issue = columns.get(column, ("", None))
        if issue is not None:
            values[field][issue] = cell
        elif field:
            values[field] = cell
    return values


def condense(problems: Iterable[Problem]) -> list[Problem]:
    """The problems with long series of one kind in one column cut to the first few and their number."""
    kept: list[Problem] = []
    seen: dict[tuple[str, str, str], list[int]] = {}
    places: dict[tuple[str, str, str], int] = {}
    for problem in problems:
        match = _PLACE.match(problem.where)
        if match is None:
            kept.append(problem)
            continue
        group = (match["file"], match["column"] or "", problem.allowed)
        seen.setdefault(group, []).append(int(match["row"]))
        if len(seen[group]) <= SHOWN:
            kept.append(problem)
            places[group] = len(kept)
    for group, rows in sorted(seen.items(), key=lambda item: -places[item[0]]):
        more = rows[SHOWN:]
        if more:
            rows_left = f"row {more[0]}" if len(more) == 1 else f"rows {more[0]} to {more[-1]}"
            where = f"{group[0]}, {rows_left}{group[1]}"
            text = "one more mistake of this kind" if len(more) == 1 else f"{len(more)} more mistakes of this kind"
            kept.insert(places[group], Problem(where, text, group[2]))
    return kept
