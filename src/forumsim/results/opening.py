"""A results folder, opened for a command: anything else is refused in words, and so is what has changed since.

`folder_state` says what a folder is, and `open_results` refuses all but complete results: every reader begins with it.
"""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from forumsim.core.errors import InputError, Problem
from forumsim.extensions import described
from forumsim.results.files import STORE
from forumsim.results.inputs import is_within
from forumsim.results.manifest import SCHEMA_VERSION
from forumsim.results.results import Results
from forumsim.results.store_rows import plan_file
from forumsim.scenarios.guesses import nearby

#: What the commands take.
FOLDER = "a results folder, such as forumsim sweep writes"
#: Titles of refusals.
NONE, DAMAGED, CHANGED = "there are no results", "the results are damaged", "the results are not as they were written"
_ANYWAY = "restore them, or read them as they are now with --anyway"


class FolderState(Enum):
    """What a folder is; the value says it in words for a message."""

    MISSING = "no such folder"
    FILE = "is a file"
    EMPTY = "is empty: it holds no manifest.json"
    OTHER = "holds no manifest.json"
    UNFINISHED = "the sweep is not complete"
    BETWEEN = "the sweep is not complete: its tables are just being replaced, or that was interrupted"
    COMPLETE = "complete results"


def folder_state(folder: Path) -> FolderState:
    """What a folder is. Only `FolderState.COMPLETE` may be read: its tables belong together.

    A sweep removes manifest.json before it puts the first of new tables in its place, and writes it after the last:
    without it the tables may be of two plans. The finished runs are in the store (``sweep.sqlite``) all the while, so
    that the command which was interrupted goes on from ``UNFINISHED`` and ``BETWEEN``. While a sweep is extended and
    its new runs are under way, the old tables lie there untouched: that is ``COMPLETE``.
    """
    if not folder.is_dir():
        if folder.exists():
            return FolderState.FILE
        replaced = folder.with_name(f".{folder.name}.old").exists()  # by --fresh, between two renamings
        return FolderState.BETWEEN if replaced else FolderState.MISSING
    if (folder / "manifest.json").is_file():
        return FolderState.COMPLETE
    if (folder / STORE).is_file():
        return FolderState.BETWEEN if any(folder.glob("*.csv")) else FolderState.UNFINISHED
    return FolderState.OTHER if any(folder.iterdir()) else FolderState.EMPTY


def _within(name: str) -> str:
    if not is_within(name):
        raise PydanticCustomError("place", "leads out of the folder")
    return name


def _description(found: dict[str, Any]) -> dict[str, Any]:
    try:
        described(found)
    except ValueError as error:
        raise PydanticCustomError("extensions", "{told}", {"told": str(error)}) from None
    return found


Name = Annotated[str, AfterValidator(_within)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class _Label(_Strict):
    id: str
    label: str


class _Issue(_Label):
    low: str
    high: str


class _Labels(_Strict):
    title: str = ""
    issues: list[_Issue] = []
    blocs: list[_Label] = []


class _Seeds(_Strict):
    plan: int | None = None


class _Manifest(_Strict):
    """What the commands read of manifest.json; more may be there."""

    schema_version: int
    name: str = ""
    plan: dict[str, Any]
    plan_digest: str
    scenario_digests: dict[str, str] = {}
    model_digest: str = ""
    extensions: dict[str, str] = {}
    declared: Annotated[dict[str, Any], AfterValidator(_description)] = {}
    labels: _Labels = _Labels()
    seeds: _Seeds = _Seeds()
    runs: dict[str, Annotated[int, Field(ge=0)]]
    software: dict[str, str] = {}
    times: dict[str, Any] = {}
    files: dict[Name, str]
    inputs: dict[str, Name] = {}
    left_out: list[Name] = []


_ALLOWED = {
    "string_type": "text", "int_type": "a whole number", "dict_type": "an object", "list_type": "a list",
    "model_type": "an object", "greater_than_equal": "0 or more", "place": "a name within the folder",
    "model_attributes_type": "an object",
}  # fmt: skip


def open_results(folder: Results | str | Path, anyway: bool = False) -> Results:
    """The results in a folder, after a look whether it holds any.

    Parameters
    ----------
    folder : Results or path
    anyway : bool
        Whether the layout of another version will do.

    Raises
    ------
    InputError
        It does not: no such folder, results that are not complete, no manifest.json, or one that is damaged or of
        another layout.
    """
    if isinstance(folder, Results):
        return folder
    folder = Path(folder)
    state = folder_state(folder)
    if state is not FolderState.COMPLETE:
        raise InputError([not_complete(folder, state)], NONE)
    path = folder / "manifest.json"
    problems = manifest_problems(path, read_json(path), anyway)
    if problems:
        raise InputError(problems, DAMAGED)
    return Results(folder)


def manifest_problems(path: Path, content: Any, anyway: bool = False) -> list[Problem]:
    """All that is wrong with the fields of a manifest; with another layout, that alone."""
    version = content.get("schema_version") if isinstance(content, dict) else None
    if isinstance(version, int) and version != SCHEMA_VERSION:
        hint = "read it with the version of forumsim that wrote it, which is named under software"
        found = f"schema_version is {version}: the layout of another version of forumsim"
        return [] if anyway else [Problem(str(path), found, str(SCHEMA_VERSION), hint)]
    try:
        _Manifest.model_validate(content)
    except ValidationError as error:
        return [
            Problem(
                f"{path}, {' '.join(map(str, found['loc']))}".rstrip(", "),
                "is missing" if found["type"] == "missing" else f"found {found['input']!r:.60}",
                _ALLOWED.get(found["type"], "" if found["type"] == "missing" else found["msg"]),
            )
            for found in error.errors()
        ]
    return []


def open_tables(folder: Results | str | Path, anyway: bool = False) -> Results:
    """The same, after a look whether the tables and the plan are there, as they were written.

    Without a table that was written, a reader would take what it holds for what never was.

    Parameters
    ----------
    folder : Results or path
    anyway : bool
        Whether files that were changed or removed, and the layout of another version, will do.

    Raises
    ------
    InputError
        There are no results, or files have changed since or are missing: all of them at once. Those that were left out
        of a package on purpose are no matter here.
    """
    results = open_results(folder, anyway)
    names = [*tables_of(results), *({"plan.toml"} & results.manifest["files"].keys())]
    found = {} if anyway else altered(results, names)
    if found:
        problems = [Problem(str(results.folder / name), what) for name, what in found.items()]
        problems.append(Problem(str(results.folder), "nothing was written", "", _ANYWAY))
        raise InputError(problems, CHANGED)
    return results


def tables_of(results: Results) -> tuple[str, ...]:
    """File names of the tables that the results were written with."""
    return tuple(name for name in results.manifest["files"] if name.endswith(".csv") and "/" not in name)


def has_changed(results: Results, name: str) -> bool:
    """Whether a file is there, and not as it was written."""
    path = results.folder / name
    return path.is_file() and file_digest(path) != results.manifest["files"].get(name)


def altered(results: Results, names: Iterable[str]) -> dict[str, str]:
    """What has happened to files since they were written, by name; those that were left out of a copy are no matter."""
    found = {}
    for name in names:
        if not (results.folder / name).is_file():
            if name not in results.manifest.get("left_out", ()):
                found[name] = "is missing"
        elif has_changed(results, name):
            found[name] = "has changed since it was written"
    return found


def not_complete(folder: Path, state: FolderState) -> Problem:
    """What is wrong with a folder that is not in the state ``COMPLETE``, and how to go on."""
    if state in (FolderState.UNFINISHED, FolderState.BETWEEN):
        line = shlex.join(["forumsim", "sweep", plan_file(folder) or "PLAN", "--out", str(folder)])
        return Problem(str(folder), state.value, "", f"go on with: {line}")
    usual = Path("results") / folder  # where sweeps write
    meant = [usual] if not folder.is_absolute() and folder_state(usual) is FolderState.COMPLETE else []
    if not meant and folder.is_dir():
        meant = sorted(path.parent for path in folder.glob("*/manifest.json"))[:3]
    hint = f"did you mean {' or '.join(map(str, meant))}?" if meant else nearby(folder, "manifest.json")
    return Problem(str(folder), state.value, FOLDER, hint)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises
    ------
    InputError
        The file is not there, no JSON, or holds no object.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError([Problem(str(path), "no such file")], DAMAGED) from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise InputError([Problem(str(path), f"cannot be read: {error}", "JSON")], DAMAGED) from None
    if not isinstance(content, dict):
        raise InputError([Problem(str(path), "an object missing")], DAMAGED)
    return content


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
