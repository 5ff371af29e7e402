"""Rosters of later years that a user brings: two tables with the columns of a scenario's, added to the scenario.

Everything that is wrong with both files is told at once, by file and row, as for the tables of a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.terms import Form, Mode
from forumsim.scenarios import Scenario
from forumsim.scenarios.checks import check_tables
from forumsim.scenarios.content import Tables
from forumsim.scenarios.forms import rules_of
from forumsim.scenarios.frame import Known
from forumsim.scenarios.mistakes import check_rows, columns_of, condense
from forumsim.scenarios.quarters import DATE_ALLOWED, quarter_name, quarter_number
from forumsim.scenarios.reading import Records, decode, read_bytes, read_csv
from forumsim.scenarios.schema import ForumRow, Membership
from forumsim.studies.backtest.rosters import AUTUMN

#: Codes of those who sign texts and are no actor of the scenario: rows of theirs are left out, with a note.
OUTSIDE = {
    "XKX": "Kosovo",
    "PSE": "Palestine",
    "VAT": "the Holy See",
    "TWN": "Taiwan",
    "HKG": "Hong Kong",
    "MAC": "Macao",
    "COK": "the Cook Islands",
    "NIU": "Niue",
    "AUC": "the African Union Commission",
    "AFU": "the African Union",
}


@dataclass(frozen=True)
class LaterFiles:
    """What two files say, together with the scenario.

    Attributes
    ----------
    tables : Tables
        Those of the scenario with the new forums and memberships after its own.
    new : list of str
        Ids of the forums that the scenario does not have.
    last_date : int
        Number of the last quarter that the rosters date.
    notes : tuple of str
        What was left out or taken for something, in sentences.
    """

    tables: Tables
    new: list[str]
    last_date: int
    notes: tuple[str, ...]


def read_later(case: Scenario, rosters: Path, forums: Path) -> LaterFiles:
    """Read and check rosters of later years.

    Parameters
    ----------
    case : Scenario
        With a calendar.
    rosters, forums : Path
        CSV with the columns of ``memberships.csv`` and ``forums.csv``.

    Raises
    ------
    InputError
        Every mistake of both files at once.
    """
    problems: list[Problem] = []
    notes: list[str] = []
    start = quarter_number(AUTUMN)
    given, forum_rows = _read("forums", forums, case.issues, problems)
    members, roster_rows = _read("memberships", rosters, case.issues, problems)
    if given is not None:
        forum_rows = _known_already(case, given, forum_rows, str(forums), start, problems, notes)
        forum_rows = [_settled(row, given, notes) for row in forum_rows]
    shipped = [forum.id for forum in case.tables.forums]
    ids = _ids(given)
    if members is not None:
        roster_rows = _theirs(case, roster_rows, ids, str(rosters), problems, notes, whole=given is not None)
    tables = replace(
        case.tables,
        forums=[*case.tables.forums, *forum_rows],
        memberships=[*case.tables.memberships, *roster_rows],
        ids={"forums": [(row.row, row.id) for row in forum_rows]},
        _kept={},
    )
    found: list[Problem] = []
    known = [*shipped, *ids] if given is not None else None
    frame = Known(case.issues, case.blocs, start, True, None, None, case.actor_ids, known, found)
    check_tables(tables, frame, ("forums",))
    problems += [_at_home(problem, {"forums": forums, "memberships": rosters}) for problem in found]
    new = [forum.id for forum in forum_rows]
    if not new and not problems:
        allowed = f"at least one forum that {case.name} does not have"
        problems.append(Problem(str(forums), f"all forums are forums of {case.name}", allowed))
    if problems:
        raise InputError(condense(problems), "the rosters cannot be used")
    dates = [start + row.date.step(start) for row in roster_rows if row.date is not None]
    dates += [start + forum.founded.step(start) for forum in forum_rows]
    return LaterFiles(tables, new, max(dates), tuple(dict.fromkeys(notes)))


def _read(table: str, path: Path, issues: Sequence[str], problems: list[Problem]) -> tuple[Records | None, list[Any]]:
    """The records of a file and its faultless rows; nothing of a file that cannot be read."""
    allowed = f"a CSV file with the columns of {table}.csv of a scenario"
    content = read_bytes(path, str(path), problems, allowed)
    text = None if content is None else decode(str(path), content, problems, allowed)
    if text is None:
        return None, []
    records = read_csv(str(path), text, list(columns_of(table, issues)), problems)
    if records is None:
        return None, []
    if not records.rows:
        problems.append(Problem(str(path), "there is no row below the header", "one row each"))
    found: list[Problem] = []
    rows = check_rows(table, records, issues, found)
    for record in records.rows if table == "forums" else ():
        if "founded" not in record.cells:  # a scenario takes its start for it
            where = f"{table}.csv, row {record.row}, column 'founded'"
            found.append(Problem(where, "the cell is empty", DATE_ALLOWED))
    problems += [_at_home(problem, {table: path}) for problem in found]
    return records, rows


def _at_home(problem: Problem, paths: dict[str, Path]) -> Problem:
    """The problem with the user's file in place of that of a scenario."""
    for table, path in paths.items():
        if problem.where.startswith(f"{table}.csv"):
            return replace(problem, where=f"{path}{problem.where.removeprefix(f'{table}.csv')}")
    return problem


def _ids(records: Records | None) -> list[str]:
    """Ids of the forums' file, also those of rows with other mistakes."""
    return [record.cells["id"] for record in records.rows if "id" in record.cells] if records is not None else []


def _known_already(
    case: Scenario,
    records: Records,
    rows: list[ForumRow],
    name: str,
    start: int,
    problems: list[Problem],
    notes: list[str],
) -> list[ForumRow]:
    """The rows without the forums that the scenario has: the same forum is left as it is, another one is a mistake."""
    shipped = {forum.id: forum.founded for forum in case.tables.forums}
    kept = []
    for row in rows:
        if row.id not in shipped:
            kept.append(row)
        elif row.founded.step(start) == shipped[row.id].step(start):
            notes.append(f"{row.id} is a forum of {case.name}: it stays as it is there, and is not scored")
        else:
            since = quarter_name(start + shipped[row.id].step(start))
            allowed = f"an id of its own; a later edition may name {row.id} as its predecessor"
            where = f"{name}, row {row.row}, column 'id'"
            problems.append(Problem(where, f"{row.id!r} is a forum of {case.name}, founded in {since}", allowed))
    return kept


def _settled(row: ForumRow, records: Records, notes: list[str]) -> ForumRow:
    """A row without founders that the scenario does not have; a vote whose fee is not given costs none."""
    outside = [name for name in row.founder if name in OUTSIDE]
    if outside:
        notes.append(_left_out(outside))
        row = row.model_copy(update={"founder": [name for name in row.founder if name not in OUTSIDE]})
    cells = next(record.cells for record in records.rows if record.row == row.row)
    text = rules_of(row).mode != Mode.STANDING and not row.adopted
    if row.form == Form.UNIVERSAL and text and "fee" not in cells:
        notes.append(
            f"{row.id} is a text of a universal forum without a fee: taken for a vote, which costs none (fee 0)"
        )
        row = row.model_copy(update={"fee": 0.0})
    return row


def _theirs(
    case: Scenario,
    rows: list[Membership],
    ids: Sequence[str],
    name: str,
    problems: list[Problem],
    notes: list[str],
    whole: bool,
) -> list[Membership]:
    """The rows of the new forums and of actors that the scenario has.

    An unknown actor is a mistake here, so that the message can name the code of whoever goes by its name. Where the
    forums could not be read (not ``whole``), it cannot be told whether a forum is known.
    """
    shipped = {forum.id for forum in case.tables.forums}
    codes = {title.lower(): code for code, title in zip(case.actor_ids, case.actor_names, strict=True)}
    actors = set(case.actor_ids)
    kept = []
    for row in rows:
        where = f"{name}, row {row.row}, column 'actor'"
        if row.actor in OUTSIDE:
            notes.append(_left_out([row.actor]))
            continue
        if row.actor not in actors:
            code = codes.get(row.actor.lower())
            hint = f"did you mean {code!r}?" if code else nearest(row.actor, case.actor_ids)
            allowed = f"one of the {len(actors)} ids of actors"
            problems.append(Problem(where, f"no actor {row.actor!r}", allowed, hint))
            continue
        if row.forum in shipped and row.forum not in ids:
            notes.append(f"{row.forum} is a forum of {case.name}: its rows are not read")
        elif row.forum in shipped:
            continue  # told with its row in the other file
        elif whole or row.forum in ids:
            kept.append(row)
    return kept


def _left_out(codes: Sequence[str]) -> str:
    names = ", ".join(f"{OUTSIDE[code]} ({code})" for code in codes)
    return f"{names}: no actor of the scenario, left out"
