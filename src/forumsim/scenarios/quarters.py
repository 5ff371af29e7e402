"""Calendar of a scenario: a step is a quarter, step 0 is the state at the end of the quarter named ``start``."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

QUARTER = re.compile(r"^([0-9]{4})-Q([1-4])\Z")
_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_STEP = re.compile(r"^[+-]?[0-9]{1,6}\Z")

#: What a date column may hold, for messages.
DATE_ALLOWED = "a date such as 2024-03-21, a quarter such as 2024-Q1, or a whole number of steps from the start"
QUARTER_ALLOWED = 'a quarter in quotes, such as "2024-Q4"'

_LIKE = re.compile(r"([0-9]{4})(?:[-/ ]?[Qq]([1-4])|-([0-9]{2})(?:-[0-9]{2})?)?")
#: Steps from the start that a scenario with dates can hardly mean: they are years.
YEARS = range(1500, 2501)


class When(NamedTuple):
    """A date as a scenario's table gives it: a calendar quarter or a number of steps from the start."""

    value: int
    is_step: bool

    def step(self, start: int | None) -> int:
        """The step of this date when step 0 is the quarter number ``start`` (None: synthetic time)."""
        return self.value if self.is_step or start is None else self.value - start


def quarter_number(text: str) -> int:
    """Number of a quarter: four times the year plus 0 .. 3.

    Raises
    ------
    ValueError
        If the text is no quarter.

    Examples
    --------
    >>> quarter_number("2024-Q4") - quarter_number("2023-Q4")
    4
    """
    match = QUARTER.match(text)
    if match is None:
        raise ValueError(text)
    return 4 * int(match[1]) + int(match[2]) - 1


def quarter_name(number: int) -> str:
    """Name of a quarter.

    Examples
    --------
    >>> quarter_name(quarter_number("2024-Q4") + 6)
    '2026-Q2'
    """
    return f"{number // 4:04d}-Q{number % 4 + 1}"


def quarter_hint(value: object) -> str:
    """What to write for a quarter that was given as a year, a month, a day or without the hyphen; or nothing.

    Examples
    --------
    >>> quarter_hint("2023Q2"), quarter_hint(datetime.date(2023, 8, 1)), quarter_hint("2023-Q2")
    ('write the quarter: "2023-Q2"', 'write the quarter: "2023-Q3"', '')
    """
    text = str(value).strip()
    like = _LIKE.fullmatch(text)
    if like is None or QUARTER.match(text) or int(like[3] or 1) not in range(1, 13):
        return ""
    quarter = like[2] or (int(like[3] or 1) - 1) // 3 + 1
    return f'write the quarter: "{like[1]}-Q{quarter}"'


def parse_when(text: str) -> When:
    """A date, a quarter or a step from its text.

    Raises
    ------
    ValueError
        If it is none of the three, or no day of the calendar.
    """
    if _STEP.match(text):
        return When(int(text), True)
    if QUARTER.match(text):
        return When(quarter_number(text), False)
    if not _DAY.match(text):
        raise ValueError(text)
    day = datetime.date.fromisoformat(text)
    return When(4 * day.year + (day.month - 1) // 3, False)
