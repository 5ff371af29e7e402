"""Lists of interventions in files: TOML tables [[interventions]], or CSV with the columns step, act, details (JSON)."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.running.interventions.checks import COMMON
from forumsim.scenarios.inputs import read_file

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
    path = Path(path)
    try:
        text = read_file(path).decode("utf-8-sig")
    except OSError as error:
        raise InputError([Problem(str(path), str(error.strerror), _KINDS)], _TITLE) from None
    except UnicodeDecodeError:
        raise InputError([Problem(str(path), "not UTF-8", _KINDS)], _TITLE) from None
    return _from_toml(path, text) if path.suffix.lower() == ".toml" else _from_csv(path, text)


def _from_toml(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        given = tomllib.loads(text).get("interventions")
    except (ValueError, RecursionError) as error:
        raise InputError([Problem(str(path), f"not TOML: {error}", _KINDS)], _TITLE) from None
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        found = "is missing" if given is None else f"found {given!r}"
        raise InputError([Problem(f"{path}: interventions", found, "tables [[interventions]]")], _TITLE)
    return given


def _from_csv(path: Path, text: str) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))  # splitlines would also split within texts
    problems: list[Problem] = []
    entries: list[dict[str, Any] | None] = []
    try:
        missing = [name for name in (*COMMON, "details") if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError([Problem(str(path), f"no column {', '.join(missing)}", _KINDS)], _TITLE)
        for row in reader:
            entries.append(_entry(row, f"{path}, line {reader.line_num}", problems))
    except csv.Error as error:
        problems.append(Problem(f"{path}, line {reader.line_num}", f"not CSV: {error}", _KINDS))
    if problems:
        raise InputError(problems, _TITLE)
    return [entry for entry in entries if entry is not None]


def _entry(row: Mapping[str, Any], where: str, problems: list[Problem]) -> dict[str, Any] | None:
    """The intervention of a line; None where it has mistakes, which are added to the problems."""
    before = len(problems)
    step, details = (row["step"] or "").strip(), _details(row["details"] or "{}", f"{where}, details", problems)
    if not (step.isascii() and step.isdigit() and len(step) <= _DIGITS):
        problems.append(Problem(f"{where}, step", f"found {row['step']!r}", "a whole number"))
    if len(problems) > before:
        return None
    return {"step": int(step), "act": (row["act"] or "").strip(), **details}


def _details(text: str, where: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        details = json.loads(text)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(where, f"not JSON: {error}", '{"actor": "USA", "forum": "GPAI"}'))
        return {}
    if not isinstance(details, dict):
        problems.append(Problem(where, f"found {text!r}", "a JSON object"))
        return {}
    problems += [Problem(where, f"has {name!r}", f"the column {name}") for name in COMMON if name in details]
    return details
