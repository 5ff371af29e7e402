"""Lists of interventions in files: TOML tables [[interventions]], or CSV with the columns step, act, details (JSON)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, shown
from forumsim.running.interventions.checks import COMMON
from forumsim.scenarios.reading import csv_rows, decode, read_bytes, read_toml, unfit

_TITLE = "the interventions cannot be read"
_KINDS = "a CSV with the columns step, act, details (as interventions.csv of a run), or TOML with [[interventions]]"
#: Most digits of a step.
_DIGITS = 9
#: Text in quotes, or infinity as Python writes it: JSON has no word for it, but a number beyond all others reads as it.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity')


def details_text(entry: Mapping[str, Any]) -> str:
    """The arguments of an intervention as JSON: numbers read back as the same bits."""
    details = {name: value for name, value in entry.items() if name not in COMMON}
    text = json.dumps(details, ensure_ascii=False, default=lambda value: value.tolist())
    return _TOKEN.sub(lambda m: m[0] if m[0].startswith('"') else m[0].replace("Infinity", "1e999"), text)


def read_interventions(path: str | Path) -> list[dict[str, Any]]:
    """The interventions of a file, in their order; `check_interventions` says whether they fit a scenario.

    Parameters
    ----------
    path : path
        ``.toml``: tables [[interventions]], other keys are left alone. Else CSV: ``step``, ``act`` and ``details``, a
        JSON object with the arguments; further columns (number, date) are for readers.

    Raises
    ------
    InputError
        All lines that cannot be read.
    """
    path, problems = Path(path), list[Problem]()
    if path.suffix.lower() == ".toml":
        read = read_toml(path, str(path), problems, _KINDS)
        entries = _from_toml(str(path), read[1], problems) if read is not None else []
    else:
        content = read_bytes(path, str(path), problems, _KINDS)
        text = decode(str(path), content, problems, _KINDS) if content is not None else None
        entries = _from_csv(str(path), text, problems) if text is not None else []
    if problems:
        raise InputError(problems, _TITLE)
    return entries


def _from_toml(name: str, given: Mapping[str, Any], problems: list[Problem]) -> list[dict[str, Any]]:
    entries = given.get("interventions")
    if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
        return entries
    found = "is missing" if entries is None else f"found {shown(entries)}"
    problems.append(Problem(f"{name}: interventions", found, "tables [[interventions]]"))
    return []


def _from_csv(name: str, text: str, problems: list[Problem]) -> list[dict[str, Any]]:
    records = csv_rows(name, text, problems, short=True)
    if records is None:
        return []
    missing = [column for column in (*COMMON, "details") if column not in records.columns]
    if missing:
        problems.append(Problem(name, f"no column {', '.join(missing)}", _KINDS))
        return []
    entries = [_entry(record.cells, f"{name}, row {record.row}", problems) for record in records.rows]
    return [entry for entry in entries if entry is not None]


def _entry(row: Mapping[str, Any], where: str, problems: list[Problem]) -> dict[str, Any] | None:
    """The intervention of a line; None where it has mistakes, which are added to the problems."""
    before = len(problems)
    step, details = row.get("step", ""), _details(row.get("details", "{}"), f"{where}, details", problems)
    if not (step.isascii() and step.isdigit() and len(step) <= _DIGITS):
        problems.append(Problem(f"{where}, step", f"found {shown(step)}", "a whole number"))
    if len(problems) > before:
        return None
    return {"step": int(step), "act": row.get("act", ""), **details}


def _details(text: str, where: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        details = json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(where, f"not JSON: {error}", '{"actor": "USA", "forum": "GPAI"}'))
        return {}
    if not isinstance(details, dict):
        problems.append(Problem(where, f"found {shown(text)}", "a JSON object"))
        return {}
    problems += unfit(details, where)
    problems += [Problem(where, f"has {name!r}", f"the column {name}") for name in COMMON if name in details]
    return details
