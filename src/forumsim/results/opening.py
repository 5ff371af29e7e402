"""A results folder, opened for a command: anything else is refused in words.

`folder_state` says what a folder is, and `open_results` refuses all but complete results: every reader begins with it.
"""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.results.files import STORE
from forumsim.results.results import Results

#: What the commands take.
FOLDER = "a results folder, such as forumsim sweep writes"


class State(Enum):
    """What a folder is; the value says it in words for a message."""

    MISSING = "no such folder"
    FILE = "is a file"
    EMPTY = "is empty: it holds no manifest.json"
    OTHER = "holds no manifest.json"
    EARLIER = "the sweep is not complete, and was begun by an earlier version of forumsim (folder journal)"
    UNFINISHED = "the sweep is not complete"
    BETWEEN = "the sweep is not complete: its tables are just being replaced, or that was interrupted"
    COMPLETE = "complete results"


def folder_state(folder: Path) -> State:
    """What a folder is. Only `State.COMPLETE` may be read: its tables belong together.

    A sweep removes manifest.json before it puts the first of new tables in its place, and writes it after the last:
    without it the tables may be of two plans. The finished runs are in the store (``sweep.sqlite``) all the while, so
    that the command which was interrupted goes on from ``UNFINISHED`` and ``BETWEEN``. While a sweep is extended and
    its new runs are under way, the old tables lie there untouched: that is ``COMPLETE``.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    State
    """
    if not folder.is_dir():
        if folder.exists():
            return State.FILE
        replaced = folder.with_name(f".{folder.name}.old").exists()  # by --fresh, between two renamings
        return State.BETWEEN if replaced else State.MISSING
    if (folder / "manifest.json").is_file():
        return State.COMPLETE
    if (folder / STORE).is_file():
        return State.BETWEEN if any(folder.glob("*.csv")) else State.UNFINISHED
    if (folder / "journal").is_dir():
        return State.EARLIER
    return State.OTHER if any(folder.iterdir()) else State.EMPTY


def open_results(folder: Results | str | Path) -> Results:
    """The results in a folder, after a look whether it holds any.

    Raises
    ------
    InputError
        It does not: no such folder, results that are not complete, no manifest.json, or one that cannot be read.
    """
    if isinstance(folder, Results):
        return folder
    folder = Path(folder)
    state = folder_state(folder)
    if state is not State.COMPLETE:
        raise InputError([not_complete(folder, state)], "there are no results")
    read_json(folder / "manifest.json", "plan_digest", "files", "runs")
    return Results(folder)


def not_complete(folder: Path, state: State) -> Problem:
    """What is wrong with a folder that is not in the state ``COMPLETE``, and how to go on."""
    if state in (State.UNFINISHED, State.BETWEEN):
        return Problem(str(folder), state.value, "", "the same forumsim sweep command goes on")
    if state is State.EARLIER:
        return Problem(str(folder), state.value, "", EARLIER_HINT)
    return Problem(str(folder), state.value, FOLDER)


#: What to do about a sweep that an earlier version left unfinished.
EARLIER_HINT = "go on with that version, or give another folder with --out"


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
