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
    """What two files say, together with the scenario."""

    tables: Tables  #: those of the scenario with the new forums and memberships after its own
    new: list[str]  #: ids of the forums that the scenario does not have
    last_date: int  #: number of the last quarter that the rosters date
    notes: tuple[str, ...]  #: what was left out or taken for something, in sentences


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
    return _Reader(case, rosters, forums).files()


class _Reader:
    """Reads the two files; problems and notes are collected on the way."""

    def __init__(self, case: Scenario, rosters: Path, forums: Path) -> None:
        self.case, self.paths = case, {"memberships": rosters, "forums": forums}
        self.start = quarter_number(AUTUMN)
        self.shipped = {forum.id: forum.founded for forum in case.tables.forums}
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def files(self) -> LaterFiles:
        """What the files say, checked row by row and then together with the scenario."""
        case, start = self.case, self.start
        given, forum_rows = self._read("forums")
        members, roster_rows = self._read("memberships")
        if given is not None:
            new_rows = [row for row in forum_rows if self._is_new(row)]
            forum_rows = [self._settled(row, given) for row in new_rows]
        # also those of rows with other mistakes
        ids = [record.cells["id"] for record in given.rows if "id" in record.cells] if given is not None else []
        if members is not None:
            roster_rows = [row for row in roster_rows if self._is_of_new(row, ids, whole=given is not None)]
        tables = replace(
            case.tables,
            forums=[*case.tables.forums, *forum_rows],
            memberships=[*case.tables.memberships, *roster_rows],
            ids={"forums": [(row.row, row.id) for row in forum_rows]},
            _kept={},
        )
        found: list[Problem] = []
        known = [*self.shipped, *ids] if given is not None else None
        frame = Known(case.issues, case.blocs, start, True, None, None, case.actor_ids, known, found)
        check_tables(tables, frame, ("forums",))
        self.problems += map(self._at_home, found)
        new = [forum.id for forum in forum_rows]
        if not new and not self.problems:
            allowed = f"at least one forum that {case.name} does not have"
            where = str(self.paths["forums"])
            self.problems.append(Problem(where, f"all forums are forums of {case.name}", allowed))
        if self.problems:
            raise InputError(condense(self.problems), "the rosters cannot be used")
        dates = [start + row.date.step(start) for row in roster_rows if row.date is not None]
        dates += [start + forum.founded.step(start) for forum in forum_rows]
        return LaterFiles(tables, new, max(dates), tuple(dict.fromkeys(self.notes)))

    def _read(self, table: str) -> tuple[Records | None, list[Any]]:
        """The records of a file and its faultless rows; nothing of a file that cannot be read."""
        path, issues, problems = self.paths[table], self.case.issues, self.problems
        allowed = f"a CSV file with the columns of {table}.csv of a scenario"
        content = read_bytes(path, str(path), problems, allowed)
        text = None if content is None else decode(str(path), content, problems, allowed)
        records = None if text is None else read_csv(str(path), text, list(columns_of(table, issues)), problems)
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
        problems += map(self._at_home, found)
        return records, rows

    def _at_home(self, problem: Problem) -> Problem:
        """The problem with the user's file in place of that of a scenario."""
        for table, path in self.paths.items():
            if problem.where.startswith(f"{table}.csv"):
                return replace(problem, where=f"{path}{problem.where.removeprefix(f'{table}.csv')}")
        return problem

    def _is_new(self, row: ForumRow) -> bool:
        """Whether the scenario does not have a forum: the same forum is left as it is, another one is a mistake."""
        case, start = self.case, self.start
        if row.id not in self.shipped:
            return True
        since = self.shipped[row.id].step(start)
        if row.founded.step(start) == since:
            self.notes.append(f"{row.id} is a forum of {case.name}: it stays as it is there, and is not scored")
        else:
            allowed = f"an id of its own; a later edition may name {row.id} as its predecessor"
            where = f"{self.paths['forums']}, row {row.row}, column 'id'"
            found = f"{row.id!r} is a forum of {case.name}, founded in {quarter_name(start + since)}"
            self.problems.append(Problem(where, found, allowed))
        return False

    def _settled(self, row: ForumRow, records: Records) -> ForumRow:
        """A row without founders that the scenario does not have; a vote whose fee is not given costs none."""
        outside = [name for name in row.founder if name in OUTSIDE]
        if outside:
            self._note_left_out(outside)
            row = row.model_copy(update={"founder": [name for name in row.founder if name not in OUTSIDE]})
        cells = next(record.cells for record in records.rows if record.row == row.row)
        text = rules_of(row).mode != Mode.STANDING and not row.adopted
        if row.form == Form.UNIVERSAL and text and "fee" not in cells:
            taken = "taken for a vote, which costs none (fee 0)"
            self.notes.append(f"{row.id} is a text of a universal forum without a fee: {taken}")
            row = row.model_copy(update={"fee": 0.0})
        return row

    def _is_of_new(self, row: Membership, ids: Sequence[str], whole: bool) -> bool:
        """Whether a row is of a new forum and of an actor that the scenario has.

        An unknown actor is a mistake here, so that the message can name the code of whoever goes by its name. Where the
        forums could not be read (not ``whole``), it cannot be told whether a forum is known.
        """
        case = self.case
        if row.actor in OUTSIDE:
            self._note_left_out([row.actor])
            return False
        if row.actor not in case.actor_ids:
            codes = {title.lower(): code for code, title in zip(case.actor_ids, case.actor_names, strict=True)}
            code = codes.get(row.actor.lower())
            hint = f"did you mean {code!r}?" if code else nearest(row.actor, case.actor_ids)
            where = f"{self.paths['memberships']}, row {row.row}, column 'actor'"
            allowed = f"one of the {len(case.actor_ids)} ids of actors"
            self.problems.append(Problem(where, f"no actor {row.actor!r}", allowed, hint))
            return False
        if row.forum in self.shipped:
            if row.forum not in ids:  # of others it is told with their rows in the other file
                self.notes.append(f"{row.forum} is a forum of {case.name}: its rows are not read")
            return False
        return whole or row.forum in ids

    def _note_left_out(self, codes: Sequence[str]) -> None:
        names = ", ".join(f"{OUTSIDE[code]} ({code})" for code in codes)
        self.notes.append(f"{names}: no actor of the scenario, left out")
