"""The checked content of a scenario's files, and the files themselves: what a scenario is before it becomes a world."""

from __future__ import annotations

import difflib
import hashlib
import itertools
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forumsim.core.errors import Problem
from forumsim.core.parameters import Parameter, check_parameters
from forumsim.core.terms import Kind, Shock
from forumsim.scenarios.fields import FieldSpec, make_spec
from forumsim.scenarios.mistakes import check_head, check_rows, columns_of
from forumsim.scenarios.quarters import quarter_name
from forumsim.scenarios.reading import decode, parse_toml, read_bytes, read_csv
from forumsim.scenarios.schema import (
    REQUIRED_TABLES,
    TABLES,
    ActorRow,
    Channel,
    ForumRow,
    Gate,
    Head,
    Membership,
    ShockRow,
)
from forumsim.scenarios.schema import Trust as TrustRow

HEAD_FILE = "scenario.toml"
#: Tracks of dialogue as channels have them, in the words of the files.
TRACKS = {2: "2", 15: "1.5", 1: "1"}


@dataclass
class Tables:
    """The rows of a scenario's tables; `ids` and `whole` serve the checks across tables."""

    actors: list[ActorRow] = field(default_factory=list)
    forums: list[ForumRow] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    trust: list[TrustRow] = field(default_factory=list)
    shocks: list[ShockRow] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    #: Ids as the file has them, with their rows, also of rows with other mistakes; absent where the file is unreadable.
    ids: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    #: Tables of which every row is right.
    whole: set[str] = field(default_factory=set)
    #: What was made of ids and trust, which stay when other cells are changed.
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def with_actors(self, actors: Sequence[ActorRow], memberships: Sequence[Membership]) -> Tables:
        """The same tables with the actors that a generator makes, and their memberships; no trust is given."""
        return replace(self, actors=list(actors), memberships=list(memberships), trust=[], _kept={})

    @property
    def actor_numbers(self) -> dict[str, int]:
        """Places of the actors by id."""
        return self._once("actors", lambda: {actor.id: i for i, actor in enumerate(self.actors)})

    @property
    def forum_numbers(self) -> dict[str, int]:
        """Places of the forums by id."""
        return self._once("forums", lambda: {forum.id: f for f, forum in enumerate(self.forums)})

    @property
    def trust_pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """The table of trust as arrays: places of the two actors, and trust."""
        return self._once("trust", self._trust_pairs)

    def _trust_pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        sides = ([self.actor_numbers[getattr(row, side)] for row in self.trust] for side in ("a", "b"))
        a, b = (np.array(numbers, dtype=np.intp) for numbers in sides)
        return a, b, np.array([row.trust for row in self.trust], dtype=np.float64)

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def everywhere(self, actors: Sequence[ActorRow]) -> list[Membership]:
        """Memberships of every state among the actors in every forum."""
        states = [actor.id for actor in actors if actor.kind == Kind.STATE]
        return [Membership(forum=forum.id, actor=state, date=None) for forum in self.forums for state in states]


@dataclass
class Content:
    """What the files of a folder say, as far as it could be read.

    ``head`` is None, and ``issues`` or ``blocs`` may be None, where ``scenario.toml`` has mistakes.
    """

    head: Head | None
    issues: tuple[str, ...] | None
    blocs: tuple[str, ...] | None
    specs: dict[str, FieldSpec]
    parameters: dict[str, float]
    tables: Tables
    present: frozenset[str]


class Files(dict[str, bytes]):
    """The bytes of a scenario's files by name, which do not change; their digest is computed once."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the files' names and contents, alike for both kinds of line end."""
        digest = hashlib.sha256()
        for name in sorted(self):
            content = self[name].replace(b"\r\n", b"\n")
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()


def read_folder(folder: Path, problems: list[Problem]) -> Files:
    """The bytes of the files that make a scenario; a table with a misspelt name is a problem."""
    names = [HEAD_FILE, *(f"{table}.csv" for table in TABLES)]
    files = Files()
    for name in names:
        if os.path.lexists(folder / name):
            content = read_bytes(folder / name, name, problems)
            files |= {} if content is None else {name: content}
    absent = [name for name in names if not os.path.lexists(folder / name)]
    for path in sorted(folder.glob("*.csv")):
        near = difflib.get_close_matches(path.name, absent, n=1, cutoff=0.85)
        if path.name not in names and near:
            problems.append(Problem(path.name, "no table of a scenario", "", f"did you mean {near[0]!r}?"))
    for name in absent:
        stem = name.removesuffix(".csv")
        for path in (folder / f"{stem}{suffix}" for suffix in SPREADSHEETS):
            if path.is_file():
                hint = f"save its sheet as {name}, in the format CSV UTF-8"
                problems.append(Problem(path.name, "a spreadsheet, which is not read", "", hint))
    return files


#: Endings of files in which people keep tables before they save them as CSV.
SPREADSHEETS = (".xlsx", ".xls", ".ods")
_MISSING = "the file is missing"
_KNOWN: OrderedDict[str, Content] = OrderedDict()


def parse(files: Files, problems: list[Problem], own: Sequence[Parameter] = ()) -> Content:
    """Check each file by itself; faultless content is remembered, so that its fields can be varied at no cost.

    ``own`` are the parameters of extensions, which a scenario may set as well.
    """
    key = " ".join([files.digest, *map(repr, own)])
    if key in _KNOWN:
        return _KNOWN[key]
    found: list[Problem] = []
    content = _parse(files, found, own)
    told = {problem.where for problem in problems}  # a file that is there, and cannot be read, is not missing
    problems += [problem for problem in found if problem.found != _MISSING or problem.where not in told]
    if not found:
        _KNOWN[key] = content
        while len(_KNOWN) > 8:
            _KNOWN.popitem(last=False)
    return content


def _parse(files: Mapping[str, bytes], problems: list[Problem], own: Sequence[Parameter]) -> Content:
    data = _read_head(files, problems)
    head = check_head(HEAD_FILE, data, problems) if data is not None else None
    issues, blocs = _outline(data or {}, "issues"), _outline(data or {}, "blocs")
    specs, parameters = _declared(data or {}, head, problems, own)
    generated = bool((data or {}).get("generator"))
    tables = Tables()
    for table in TABLES:
        name = f"{table}.csv"
        if name in files:
            _read_table(table, files[name], issues, tables, problems)
        elif table in REQUIRED_TABLES and not (generated and table != "forums"):
            columns = ", ".join(columns_of(table, ("ISSUE",)))
            problems.append(Problem(name, _MISSING, f"a table with the columns {columns}"))
    name_rows(tables)
    return Content(head, issues or None, blocs, specs, parameters, tables, frozenset(files))


def name_rows(tables: Tables) -> None:
    """Give ids to shocks and channels that have none: kind and date, track and first date, numbered where they repeat.

    A second sanction of a quarter is ``sanction_2023-Q3_2``. A date is a quarter, or a number of steps.
    """
    for table in ("shocks", "channels"):
        taken = {name for _, name in tables.ids.get(table, [])}
        for row in getattr(tables, table):
            if not row.id:
                date = row.date if table == "shocks" else row.first
                kind = Shock(row.kind).name.lower() if table == "shocks" else f"track{TRACKS[row.track]}"
                stem = f"{kind}_{date.value if date.is_step else quarter_name(date.value)}"
                names = (stem if k == 1 else f"{stem}_{k}" for k in itertools.count(1))
                row.id = next(name for name in names if name not in taken)
                taken.add(row.id)


def _read_head(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Any] | None:
    if HEAD_FILE not in files:
        problems.append(Problem(HEAD_FILE, _MISSING, "", "a folder with this file is a scenario"))
        return None
    text = decode(HEAD_FILE, files[HEAD_FILE], problems)
    return None if text is None else parse_toml(HEAD_FILE, text, problems)


def _outline(data: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """Ids of the issues or blocs as far as they can be read although other keys are wrong."""
    entries = data.get(key, [])
    if not data or not isinstance(entries, list):
        return None
    ids = tuple(entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str))
    return ids if len(set(ids)) == len(ids) else None


def _declared(
    data: Mapping[str, Any], head: Head | None, problems: list[Problem], own: Sequence[Parameter]
) -> tuple[dict[str, FieldSpec], dict[str, float]]:
    specs = {}
    for name, text in (head.fields if head else {}).items():
        spec = make_spec(name, text, f"{HEAD_FILE}, [fields.{name}]", problems)
        if spec is not None:
            specs[name] = spec
    given = data.get("parameters", {})
    parameters, faults = check_parameters(_flat(given), f"{HEAD_FILE}, [parameters] ", own)
    problems += faults
    return specs, parameters


def _flat(given: Any, prefix: str = "") -> dict[str, Any]:
    """Parameters by dotted name, also where the file leaves out the quotes (``dialogue.level = 1``)."""
    if not isinstance(given, dict):
        return {}
    flat: dict[str, Any] = {}
    for key, value in given.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def _read_table(
    table: str, content: bytes, issues: tuple[str, ...] | None, tables: Tables, problems: list[Problem]
) -> None:
    name = f"{table}.csv"
    text = decode(name, content, problems)
    if text is None or issues is None:
        return
    before = len(problems)
    records = read_csv(name, text, list(columns_of(table, issues)), problems)
    if records is None:
        return
    rows = check_rows(table, records, issues, problems)
    if table == "actors" and not records.rows:
        problems.append(Problem(name, "there is no row below the header", "one row per actor"))
    setattr(tables, table, rows)
    if "id" in records.columns:
        tables.ids[table] = [(record.row, record.cells["id"]) for record in records.rows if "id" in record.cells]
    if len(problems) == before:
        tables.whole.add(table)
