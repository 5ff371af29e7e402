"""What a table of results is made of: columns with type, meaning, unit and range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column of a results table."""

    name: str  #: snake_case, at most 32 characters
    type: str  #: Table Schema: string, integer, number or boolean (written as 0 and 1)
    meaning: str  #: one line
    unit: str = ""
    #: bounds, inclusive; infinite = none
    low: float = -math.inf
    high: float = math.inf
    words: tuple[str, ...] = ()  #: what a word may be, or empty

    def schema(self) -> dict[str, Any]:
        """The field of a Table Schema."""
        field: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.meaning}
        if self.type == "boolean":
            field |= {"trueValues": ["1"], "falseValues": ["0"]}
        if self.unit:
            field["unit"] = self.unit
        bounds: dict[str, Any] = {"minimum": self.low, "maximum": self.high}
        limits = {key: int(v) if float(v).is_integer() else v for key, v in bounds.items() if math.isfinite(v)}
        if self.words:
            limits["enum"] = list(self.words)
        if limits and self.type != "boolean":
            field["constraints"] = limits
        return field


@dataclass(frozen=True)
class Table:
    """One results table: its columns, and those that together name a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)
