"""What a scenario folder may hold: the keys of ``scenario.toml`` and the columns of its tables.

The description of every field says what is allowed there, in the words of the error message; ranges stand once, here.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from forumsim.core.terms import MOST_HOSTS, Admission, Decision, Form, Kind, Mode, Role, Shock
from forumsim.scenarios.quarters import DATE_ALLOWED, QUARTER_ALLOWED, When
from forumsim.scenarios.values import (
    FINITE,
    ID_ALLOWED,
    NOT_NEGATIVE,
    SHARE,
    SNAKE_ALLOWED,
    SWITCH,
    TEXT,
    AdmissionCode,
    Date,
    DecisionCode,
    Finite,
    FormCode,
    Id,
    Ids,
    KindCode,
    ModeCode,
    NotNegative,
    Number,
    Quarter,
    RedLine,
    RoleCode,
    Share,
    ShockCode,
    Snake,
    Switch,
    Text,
    TrackCode,
    Ungrouped,
    words,
)


def _field(allowed: str, default: Any = ...) -> Any:
    return Field(default, description=allowed)


class TomlModel(BaseModel):
    """A part of ``scenario.toml``: no key but these, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Issue(TomlModel):
    """One dimension of the issue space."""

    id: Snake = _field(f"{SNAKE_ALLOWED}, at most 20")
    label: Text = _field(TEXT)
    low: str = _field("text: what position 0 means", "")
    high: str = _field("text: what position 1 means", "")


class Bloc(TomlModel):
    """A label of actors, for measures and pictures alone."""

    id: Snake = _field(f"{SNAKE_ALLOWED}, at most 20")
    label: Text = _field(TEXT)


class Prior(TomlModel):
    """A number that no data identify, with its plausible range: documentation."""

    value: Finite = _field(FINITE)
    low: Finite = _field(FINITE)
    high: Finite = _field(FINITE)
    meaning: Text = _field(TEXT)


class FieldText(TomlModel):
    """Declaration of a scenario field as the file gives it; `fields.FieldSpec` is its checked form."""

    type: str = _field("int, float or quarter")
    default: int | float | str = _field("a value of the field's type")
    low: int | float | str = _field("a value of the field's type")
    high: int | float | str = _field("a value of the field's type")
    meaning: Text = _field(TEXT)


class Head(TomlModel):
    """``scenario.toml``."""

    name: Id = _field(ID_ALLOWED)
    title: Text = _field(TEXT)
    description: str = _field(TEXT, "")
    references: list[str] = _field("a list of texts", [])
    start: Quarter | None = _field(QUARTER_ALLOWED, None)
    steps: Annotated[int, Field(ge=1, le=100_000)] = _field("a whole number from 1 to 100000")
    forum_slots: Annotated[int, Field(ge=1, le=1000)] = _field("a whole number from 1 to 1000")
    generator: str | None = _field("the name of a generator", None)
    issues: Annotated[list[Issue], Field(min_length=1, max_length=8)] = _field("1 to 8 tables [[issues]]")
    blocs: list[Bloc] = _field("tables [[blocs]]", [])
    parameters: dict[str, Any] = _field("a table of parameters", {})
    fields: dict[str, FieldText] = _field("tables [fields.NAME]", {})
    priors: dict[str, Prior] = _field("tables [priors.NAME]", {})


class TableRow(BaseModel):
    """A row of a table.

    ``by_issue`` names the columns that come once for each issue (``position_civil``), ``needed`` those that a file
    must have although a single cell may be empty.
    """

    model_config = ConfigDict(extra="forbid")
    by_issue: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[tuple[str, ...]] = ()

    row: int = _field("number of the row in its file, not a column", 0)
    source: str = _field(TEXT, "")
    note: str = _field(TEXT, "")


class ActorRow(TableRow):
    """A row of ``actors.csv``. Columns that are absent or cells that are empty take the defaults."""

    by_issue: ClassVar[tuple[str, ...]] = ("position", "salience", "red_line")
    needed: ClassVar[tuple[str, ...]] = ("power", "position")

    id: Id = _field(ID_ALLOWED)
    name: str = _field(TEXT, "")
    kind: KindCode = _field(words(Kind), int(Kind.STATE))
    role: RoleCode | None = _field(words(Role), None)
    bloc: str = _field("the id of a bloc", "")
    power: NotNegative | None = _field(NOT_NEGATIVE, None)
    influence: Share = _field(SHARE, 0.0)
    sincerity: Share = _field(SHARE, 0.7)
    sovereignty: NotNegative = _field(NOT_NEGATIVE, 1.0)
    loyalty: NotNegative = _field(NOT_NEGATIVE, 1.0)
    engagement: Finite = _field(FINITE, 0.0)
    capacity: Annotated[float, Field(gt=0, allow_inf_nan=False), Ungrouped] = _field("a number above 0", 1.0)
    reputation: Share = _field(SHARE, 0.5)
    reservation: Finite = _field(FINITE, 0.0)
    patron: str = _field("the id of a state", "")
    cause: str = _field("the id of an issue", "")
    position: dict[str, Share] = _field(SHARE, {})
    salience: dict[str, Share] = _field(SHARE, {})
    red_line: dict[str, RedLine] = _field("a number above 0, or empty for none", {})


class ForumRow(TableRow):
    """A row of ``forums.csv``. ``form`` sets the defaults of the empty cells (`forms.USUAL`)."""

    by_issue: ClassVar[tuple[str, ...]] = ("charter",)
    needed: ClassVar[tuple[str, ...]] = ("charter",)

    id: Id = _field(ID_ALLOWED)
    name: str = _field(TEXT, "")
    form: FormCode = _field(words(Form), int(Form.UNIVERSAL))
    mode: ModeCode | None = _field(words(Mode), None)
    period: Annotated[int, Field(ge=0, le=10_000), Ungrouped] | None = _field(
        "a whole number of steps, 0 to 10000", None
    )
    founded: Date = _field(DATE_ALLOWED, When(0, True))
    founder: Ids = _field("ids of actors, separated by ;", [])
    parent: str = _field("the id of a forum", "")
    predecessor: str = _field("the id of a forum", "")
    adopted: Switch = _field(SWITCH, 0)
    fee: NotNegative = _field(NOT_NEGATIVE, 1.0)
    admission: AdmissionCode | None = _field(words(Admission), None)
    approval: Share | None = _field(SHARE, None)
    gate_forum: str = _field("the id of a forum", "")
    gate_power: Share = _field(SHARE, 0.0)
    gate_issue: str = _field("the id of an issue", "")
    gate_low: Share = _field(SHARE, 0.0)
    gate_high: Share = _field(SHARE, 1.0)
    decision: DecisionCode | None = _field(words(Decision), None)
    quota: Share | None = _field(SHARE, None)
    own_gate: str = _field("the name of a gate of an extension", "")
    own_decision: str = _field("the name of a decision rule of an extension", "")
    legalization: Share | None = _field(SHARE, None)
    mandate: Annotated[Ids, Field(min_length=1)] = _field("ids of one or more issues, separated by ;")
    charter: dict[str, Share] = _field(SHARE, {})
    on: Switch = _field(SWITCH, 1)


class Membership(TableRow):
    """A row of ``memberships.csv``."""

    forum: str = _field("the id of a forum")
    actor: str = _field("the id of an actor")
    date: Date | None = _field(DATE_ALLOWED, None)
    role: Annotated[str, StringConstraints(pattern="^(member|veto)$")] = _field("member, veto", "member")
    confidence: str = _field(TEXT, "")


class Gate(TableRow):
    """A row of ``gates.csv``: the forum admits nobody but those listed."""

    forum: str = _field("the id of a forum")
    actor: str = _field("the id of an actor")


class Trust(TableRow):
    """A row of ``trust.csv``: baseline trust of a pair."""

    a: str = _field("the id of an actor")
    b: str = _field("the id of an actor")
    trust: Share = _field(SHARE)


class ShockRow(TableRow):
    """A row of ``shocks.csv``; one without an id gets one from its kind and date (`content.name_rows`)."""

    id: Id = _field(ID_ALLOWED, "")
    date: Date = _field(DATE_ALLOWED)
    kind: ShockCode = _field(words(Shock))
    actor: Ids = _field("ids of actors separated by ;, or bloc:NAME", [])
    other: Ids = _field("ids of actors separated by ;, or bloc:NAME", [])
    forum: str = _field("the id of a forum", "")
    issue: str = _field("the id of an issue", "")
    size: Number = _field("a number", 1.0)
    until: Date | None = _field(DATE_ALLOWED, None)
    description: str = _field(TEXT, "")
    on: Switch = _field(SWITCH, 1)


class Channel(TableRow):
    """A row of ``channels.csv``: a dated dialogue. ``rate`` is that of the whole channel, shared by its pairs.

    Where actors host it, that is the rate if their influence sums to 1 or more; with less it is lower in proportion.

    One without an id gets one from its track and first date (`content.name_rows`).
    """

    id: Id = _field(ID_ALLOWED, "")
    first: Date = _field(DATE_ALLOWED, When(0, True))
    last: Date | None = _field(DATE_ALLOWED, None)
    track: TrackCode = _field("2, 1.5, 1")
    actor: Annotated[Ids, Field(min_length=1)] = _field("ids of actors separated by ;, or bloc:NAME")
    other: Annotated[Ids, Field(min_length=1)] = _field("ids of actors separated by ;, or bloc:NAME")
    rate: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = _field("meetings per quarter, from 0 to 1000")
    scaled: Switch = _field(SWITCH, 0)
    host: Annotated[Ids, Field(max_length=MOST_HOSTS)] = _field(f"ids of non-state actors, at most {MOST_HOSTS}", [])
    description: str = _field(TEXT, "")
    on: Switch = _field(SWITCH, 1)


#: Tables of a folder: model of a row, columns that must be there.
TABLES: dict[str, type[TableRow]] = {
    "actors": ActorRow,
    "forums": ForumRow,
    "memberships": Membership,
    "gates": Gate,
    "trust": Trust,
    "shocks": ShockRow,
    "channels": Channel,
}
REQUIRED_TABLES = ("actors", "forums", "memberships")
