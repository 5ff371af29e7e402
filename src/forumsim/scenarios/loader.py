"""Finding, loading and copying scenarios: shipped names and folders of the user's own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.extensions import load_extensions
from forumsim.scenarios.content import HEAD_FILE, Files, read_folder
from forumsim.scenarios.guesses import nearby
from forumsim.scenarios.scenario import Scenario, make_scenario

SHIPPED = Path(__file__).resolve().parent
_NAME = re.compile(rb'^name\s*=\s*"[^"\n]*"', re.MULTILINE)


def list_scenarios() -> list[str]:
    """Names of the shipped scenarios, in alphabetical order."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{HEAD_FILE}"))


def load_scenario(name_or_folder: str | os.PathLike[str] | Scenario, *, with_: Any = None, **fields: Any) -> Scenario:
    """Load a scenario and check all of it.

    Parameters
    ----------
    name_or_folder : str, path or Scenario
        A shipped name (`list_scenarios`), the folder of a scenario of your own, or a scenario to change.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py``, or names of installed ones. A scenario keeps those that it has.
    **fields
        Values of scenario fields, such as ``polarisation=0.8``, and of cells of the scenario's tables by their names,
        such as ``**{"actors.USA.sincerity": 0.9}``.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        Every mistake of every file and field at once: file, row and column or key, what was found, what is allowed,
        the nearest right name.

    Examples
    --------
    >>> scenario = load_scenario("two_blocs", polarisation=0.8)
    >>> scenario.issues, len(scenario.actor_ids)
    (('civil', 'military'), 66)
    """
    if isinstance(name_or_folder, Scenario):
        case = name_or_folder if with_ is None else name_or_folder.with_extensions(load_extensions(with_))
        return case.with_fields(**fields) if fields else case
    extensions = load_extensions(with_)
    own = {item.name: item for item in extensions.of_kind("scenario")}
    name = os.fspath(name_or_folder)
    if name in own:
        if name in list_scenarios():
            raise InputError([Problem(f"extensions, {name}", "the name is that of a shipped scenario", "another name")])
        return make_scenario(Files(own[name].files), fields, f"the scenario {name!r} cannot be used", None, extensions)
    folder = find_folder(name_or_folder, own)
    title = f"the scenario in {folder} cannot be used"
    problems: list[Problem] = []
    files = read_folder(folder, problems)
    return make_scenario(files, fields, title, problems, extensions)


def find_folder(name_or_folder: str | os.PathLike[str], own: Iterable[str] = ()) -> Path:
    """The folder of a scenario; a shipped name comes before a folder of the same name (write ``./name`` for that).

    ``own`` are the names of scenarios of extensions, for the message.

    Raises
    ------
    InputError
        If there is neither.
    """
    text = os.fspath(name_or_folder)
    shipped = list_scenarios()
    if text in shipped:
        return SHIPPED / text
    folder = _expanded(text)
    if text and _is(folder, Path.is_dir):
        return folder
    known = [*shipped, *own]
    allowed = f"{', '.join(known)}, or a folder with a {HEAD_FILE}"
    found, hint = f"no scenario and no folder {shown(text)}", nearest(text, known)
    if text and _is(folder, Path.is_file):
        plan = f"if it is a plan: forumsim sweep {text}" if folder.suffix == ".toml" else ""
        found, hint = f"{text!r} is a file", plan
    elif not hint and text:
        hint = nearby(folder, HEAD_FILE)
    raise InputError([Problem("scenario", found, allowed, hint)])


def _expanded(text: str) -> Path:
    """A path with ``~`` resolved, if there is such a user."""
    try:
        return Path(text).expanduser()
    except RuntimeError:  # nobody of that name, or no home
        return Path(text)


def _is(path: Path, kind: Callable[[Path], bool]) -> bool:
    """Whether a path is of a kind; one that no file can have (too long, with a NUL) is of none."""
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def copy_scenario(name_or_folder: str | os.PathLike[str], folder: str | os.PathLike[str], with_: Any = None) -> Path:
    """Copy a scenario into a new folder, to start one of your own; the copy takes the name of its folder.

    Parameters
    ----------
    name_or_folder : str or path
        A shipped scenario, a folder, or a scenario of the extensions. The copy of the latter has the files that its
        decorator stands for, and names its function as the generator of the actors.
    folder : str or path
        The new folder.
    with_ : str, path, several of them, or Extensions, optional
        Extensions whose scenarios may be named.

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    InputError
        If there is no such scenario, something stands at the target already, or a file cannot be copied; of a copy
        that is not whole nothing is left.
    """
    own = {item.name: item.files for item in load_extensions(with_).of_kind("scenario")}
    name, target = os.fspath(name_or_folder), _expanded(os.fspath(folder))
    source = None if name in own else find_folder(name, own)
    if target.exists() or target.is_symlink():
        raise InputError([Problem(str(target), "it is there already, and is not touched", "the name of a new folder")])
    try:
        if source is None:
            target.mkdir(parents=True)
            for file, content in own[name].items():
                (target / file).write_bytes(content)
        else:
            _copy_folder(source, target)
        head = target / HEAD_FILE
        if head.exists():
            called = re.sub(r"[^A-Za-z0-9_.+-]", "_", target.resolve().name)[:40].lstrip("_.+-") or "scenario"
            head.write_bytes(_NAME.sub(f'name = "{called}"'.encode(), head.read_bytes(), count=1))
    except BaseException as error:
        shutil.rmtree(target, ignore_errors=True)  # half a copy would be taken for a whole one
        if isinstance(error, shutil.Error):  # of many files; the first says what happened
            raise InputError([Problem(str(target), f"cannot be copied: {error.args[0][0][2]}")]) from None
        raise
    return target


def _copy_folder(source: Path, target: Path) -> None:
    """Copy the files of a scenario; the copy can be edited, also where the original is read-only."""
    for path in sorted(source.rglob("*")):
        if not (path.is_file() or path.is_dir()):
            raise InputError([Problem(str(path), "is a pipe, a device or a socket", "files alone")])
    unwanted = shutil.ignore_patterns("__pycache__", "*.py", "*.pyc")
    shutil.copytree(source, target, ignore=unwanted, copy_function=shutil.copyfile)
    for place, _, _ in os.walk(target):
        os.chmod(place, os.stat(place).st_mode | 0o700)
