"""Types of single values in a scenario's files, each with the phrase that says what is allowed."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

from forumsim.core.terms import Admission, Decision, Form, Kind, Mode, Role, Shock
from forumsim.scenarios.quarters import When, parse_when, quarter_number


def words(enumeration: type[IntEnum]) -> str:
    """The lower-case names of an enumeration, as a list for messages."""
    return ", ".join(member.name.lower() for member in enumeration)


def _choice(enumeration: type[IntEnum]) -> PlainValidator:
    names = {member.name.lower(): int(member) for member in enumeration}

    def number(value: Any) -> int:
        if isinstance(value, str) and value.lower() in names:
            return names[value.lower()]
        raise PydanticCustomError("choice", "not one of the words", {"names": list(names)})

    return PlainValidator(number)


def _when(value: Any) -> When:
    try:
        return parse_when(str(value))
    except ValueError:
        raise PydanticCustomError("date", "no date") from None


def _quarter(value: Any) -> str:
    try:
        quarter_number(value)
    except (ValueError, TypeError):
        raise PydanticCustomError("quarter", "no quarter") from None
    return str(value)


def _list(value: Any) -> Any:
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


def _track(value: Any) -> int:
    tracks = {"2": 2, "1.5": 15, "15": 15, "1": 1, "1.0": 1, "2.0": 2}
    if value not in tracks:
        raise PydanticCustomError("choice", "no track", {"names": ["2", "1.5", "1"]})
    return tracks[value]


def _ungrouped(value: Any) -> Any:
    if isinstance(value, str) and "_" in value:  # Python would take 0_5 for 5
        raise PydanticCustomError("number", "digits in groups")
    return value


def _not_nan(value: float) -> float:
    if value != value:
        raise PydanticCustomError("finite_number", "NaN")
    return value


_SNAKE = r"^[a-z][a-z0-9_]*$"
_ID = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
SNAKE_ALLOWED = "small letters, digits and _, a letter first"
ID_ALLOWED = "letters, digits and _ . + -, at most 40"

Id = Annotated[str, StringConstraints(pattern=_ID, max_length=40)]
Snake = Annotated[str, StringConstraints(pattern=_SNAKE, max_length=20)]
Text = Annotated[str, StringConstraints(min_length=1)]
Ungrouped = BeforeValidator(_ungrouped)
#: A cell that is 0 or 1.
Switch = Annotated[int, Field(ge=0, le=1), Ungrouped]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), Ungrouped]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False), Ungrouped]
Number = Annotated[float, AfterValidator(_not_nan), Ungrouped]
RedLine = Annotated[float, Field(gt=0), AfterValidator(_not_nan), Ungrouped]
Date = Annotated[When, PlainValidator(_when)]
Quarter = Annotated[str, PlainValidator(_quarter)]
Ids = Annotated[list[str], BeforeValidator(_list)]
KindCode = Annotated[int, _choice(Kind)]
RoleCode = Annotated[int, _choice(Role)]
FormCode = Annotated[int, _choice(Form)]
ModeCode = Annotated[int, _choice(Mode)]
AdmissionCode = Annotated[int, _choice(Admission)]
DecisionCode = Annotated[int, _choice(Decision)]
TrackCode = Annotated[int, PlainValidator(_track)]
ShockCode = Annotated[int, _choice(Shock)]

SHARE = "a number from 0 to 1"
NOT_NEGATIVE = "a number, 0 or more"
FINITE = "a finite number"
TEXT = "text"
SWITCH = "0, 1"
