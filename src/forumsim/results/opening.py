"""A results folder, opened for a command: anything else is refused in words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.sweeps.journal import has_journal
from forumsim.results.results import Results

#: What the commands take.
FOLDER = "a results folder, such as forumsim sweep writes"


def open_results(folder: Results | str | Path) -> Results:
    """The results in a folder, after a look whether it holds any.

    Raises
    ------
    InputError
        It does not: no such folder, no manifest.json, or one that cannot be read.
    """
    if isinstance(folder, Results):
        return folder
    folder = Path(folder)
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "no such folder"
        raise InputError([Problem(str(folder), found, FOLDER)], "there are no results")
    path = folder / "manifest.json"
    if not path.is_file():
        unfinished = has_journal(folder)
        found = "the sweep is not complete" if unfinished else "holds no manifest.json"
        hint = "the same forumsim sweep command goes on" if unfinished else ""
        raise InputError([Problem(str(folder), found, "" if unfinished else FOLDER, hint)], "there are no results")
    read_json(path, "plan_digest", "files", "runs")
    return Results(folder)


def read_json(path: Path, *keys: str) -> dict[str, Any]:
    """The object in a JSON file.

    Raises
    ------
    InputError
        The file is not there, no JSON, or lacks one of the keys.
    """
    title = "the results are damaged"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError([Problem(str(path), "no such file")], title) from None
    except ValueError as error:  # not UTF-8, or not JSON
        raise InputError([Problem(str(path), f"cannot be read: {error}", "JSON")], title) from None
    missing = [key for key in keys if key not in content] if isinstance(content, dict) else ["an object"]
    if missing:
        raise InputError([Problem(str(path), f"{', '.join(missing)} missing")], title)
    return dict(content)


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
