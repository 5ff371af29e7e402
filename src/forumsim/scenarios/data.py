"""Single cells of a scenario's tables by name, such as ``actors.USA.position_military``: what fits into which.

A name is that of a table, the id of a row and a column. The columns are those of the files, and the values are read by
the readers of the files; here is what can be told of a name without a scenario.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.values import parse_value
from forumsim.scenarios.quarters import DATE_ALLOWED
from forumsim.scenarios.schema import TABLES, TableRow

#: Tables whose rows have ids, so that their cells have names.
NAMED_TABLES = ("actors", "forums", "shocks", "channels")
#: The value that makes a cell empty: its default then holds, as in a file.
UNSET = "unset"
#: Columns that cannot be varied, with the reason.
FIXED = {"id": "an id names the row, so that it cannot be varied"} | dict.fromkeys(
    ("name", "description", "source", "note"), "it is text for readers, which no run reads, so that it cannot be varied"
)


class Cell(NamedTuple):
    """A cell of a table; ``id`` or ``column`` is empty where a name is incomplete."""

    table: str
    id: str
    column: str

    @property
    def name(self) -> str:
        """The name that users give it."""
        return f"{self.table}.{self.id}.{self.column}"

    @property
    def field(self) -> str:
        """The field of the row's model: the column without its issue (``position`` for ``position_military``)."""
        model = TABLES[self.table]
        return next((name for name in model.by_issue if self.column.startswith(f"{name}_")), self.column)


class Fits(NamedTuple):
    """What fits into a column.

    Attributes
    ----------
    kind : str
        ``number``, ``whole`` (a whole number), ``word`` (one of ``words``), ``date`` or ``text``.
    low, high : float
        Inclusive bounds of numbers.
    words : tuple of str
    allowed : str
        The same for messages.
    """

    kind: str
    low: float = -math.inf
    high: float = math.inf
    words: tuple[str, ...] = ()
    allowed: str = ""

    @property
    def is_numeric(self) -> bool:
        """Whether a range can be varied."""
        return self.kind in ("number", "whole")


def cell_of(name: str) -> Cell | None:
    """The cell of a name; None for a name that begins with none of `NAMED_TABLES`.

    Ids may hold dots, columns do not.

    Examples
    --------
    >>> cell_of("actors.USA.power")
    Cell(table='actors', id='USA', column='power')
    >>> cell_of("channels.track1.5_2022-Q1.rate").id
    'track1.5_2022-Q1'
    """
    table, dot, rest = name.partition(".")
    if not dot or table not in NAMED_TABLES:
        return None
    row, _, column = rest.rpartition(".")
    return Cell(table, row, column)


def fits(cell: Cell) -> Fits | None:
    """What fits into a cell, as far as its column tells; None for a column that no such table has.

    Examples
    --------
    >>> fits(Cell("actors", "USA", "sincerity"))[:3]
    ('number', 0.0, 1.0)
    >>> fits(Cell("forums", "GPAI", "admission")).words
    ('open', 'approval', 'invitation')
    """
    return _columns(TABLES[cell.table]).get(cell.field)


def columns_to_vary(table: str) -> list[str]:
    """The columns of a table that can be varied, with ``ISSUE`` for the id of an issue."""
    model = TABLES[table]
    names = [name for name in model.model_fields if name != "row" and name not in FIXED]
    return [f"{name}_ISSUE" if name in model.by_issue else name for name in names]


@cache
def _columns(model: type[TableRow]) -> dict[str, Fits]:
    """What fits into the fields of a model, from its JSON schema and its descriptions."""
    properties = model.model_json_schema()["properties"]
    return {
        name: _fits(properties[name], info.description or "")
        for name, info in model.model_fields.items()
        if name != "row"
    }


def _fits(schema: Mapping[str, Any], allowed: str) -> Fits:
    kinds = {"number": "number", "integer": "whole", "string": "text", "array": "text"}
    for part in (*schema.get("anyOf", ()), schema.get("additionalProperties"), schema):
        kind = kinds.get(part.get("type", "")) if isinstance(part, Mapping) else None
        if kind is not None and isinstance(part, Mapping):
            low = part.get("minimum", part.get("exclusiveMinimum", -math.inf))
            return Fits(kind, float(low), float(part.get("maximum", math.inf)), (), allowed)
    if allowed == DATE_ALLOWED:
        return Fits("date", allowed=allowed)
    return Fits("word", words=tuple(allowed.split(", ")), allowed=allowed)


def settle_value(cell: Cell, value: Any) -> Any:
    """A given value in the form in which it is kept, so that ``"0.5"``, ``.5`` and ``0.50`` are the same.

    Numbers of columns of numbers become float or int, everything else the text of the cell. What does not fit stays as
    it is: the reader of the table says what is wrong with it.
    """
    found = fits(cell)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        value = value.strip() or UNSET
    if value == UNSET or found is None:
        return value
    if found.is_numeric:
        number = parse_value(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return int(number) if found.kind == "whole" and isinstance(number, bool) else value
        whole = found.kind == "whole" and float(number).is_integer()
        return int(number) if whole else float(number)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.lower() if found.kind == "word" else text


def text_of(value: Any) -> str:
    """A value as the cell of a file; empty for `UNSET`."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value == UNSET else str(value).lower() if isinstance(value, bool) else str(value)
