"""Loading extensions: files that the user names, and packages that the user installed. Nothing else ever runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.extensions.extensions import NONE, Extensions, from_sources
from forumsim.extensions.sources import Source, installed_points, of_file, of_point

#: Largest file of an extension, in bytes.
_LARGEST = 1_000_000
_TITLE = "the extensions cannot be used"


def load_extensions(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Extensions | None) -> Extensions:
    """Load extensions by their files or names.

    Parameters
    ----------
    given : str, path, or several of them
        A file ``my_rules.py``, or the name of an installed extension.

    Raises
    ------
    InputError
        Every mistake at once: a file that is not there, an error in it, declarations that do not fit.
    """
    if isinstance(given, Extensions):
        return given
    sources = _sources(given)
    return from_sources(sources) if sources else NONE


def needed_extensions(
    names: Sequence[str], given: Any, where: str, places: Mapping[str, str] = MappingProxyType({})
) -> Extensions:
    """The extensions that a user gives for something that says which ones it needs: a plan, or a results folder.

    That something names an extension never makes its code run: the user gives it, or has installed it.

    Parameters
    ----------
    names : sequence of str
        What is needed: names of files or of installed extensions. They come first, in this order, so that the order
        in which the user gives them does not matter.
    given : str, path, several of them, Extensions or None
        What the user gives.
    where : str
        What needs them, for messages.
    places : dict of str to str
        Where there are files of those that are needed, by name, for messages.

    Raises
    ------
    InputError
        All that are needed and are not given, or as `load_extensions`.
    """
    wanted = list(dict.fromkeys(Path(name).name for name in names))
    sources = {source.name: source for source in (given.sources if isinstance(given, Extensions) else _sources(given))}
    points = installed_points()
    lacking = [name for name in wanted if name not in sources]
    problems = [
        Problem(where, f"needs the extension {name!r}, which is not given", "",
                f"its code runs only when you name it: --with {places.get(name, name)}, "
                f"or with_={places.get(name, name)!r} in Python")
        for name in lacking if name not in points
    ]  # fmt: skip
    if problems:
        raise InputError(problems, "an extension is needed")
    sources |= {source.name: source for source in _sources(name for name in lacking)}
    ordered = tuple(sources[name] for name in dict.fromkeys([*wanted, *sources]))
    if isinstance(given, Extensions) and ordered == given.sources:
        return given
    return from_sources(ordered) if ordered else NONE


def _sources(given: Any) -> tuple[Source, ...]:
    """The sources of files and names, each once."""
    names = [] if given is None else [given] if isinstance(given, str | os.PathLike) else list(given)
    problems: list[Problem] = []
    found = [source for name in names if (source := _source(os.fspath(name), problems)) is not None]
    different = tuple(dict.fromkeys(found))
    for source in different:
        if any(other.name == source.name and other != source for other in different):
            problems.append(Problem(source.name, "two files of this name", "another name for one of them"))
    if problems:
        raise InputError(dict.fromkeys(problems), _TITLE)
    return different


def _source(name: str, problems: list[Problem]) -> Source | None:
    """The source of a file or of an installed extension."""
    installed = installed_points()
    path = Path(name).expanduser()
    if path.suffix != ".py" and name in installed:
        try:
            return of_point(installed[name])
        except Exception as error:  # whatever somebody's package may raise
            found = f"the installed extension cannot be imported: {type(error).__name__}: {error}"
            problems.append(Problem(name, found))
            return None
    if path.suffix != ".py" or not path.is_file():
        allowed = "a file such as my_rules.py" + (f", or {', '.join(installed)}" if installed else "")
        hint = "each file has a --with of its own" if "," in name else nearest(name, installed)
        problems.append(Problem(name, "no such file and no installed extension", allowed, hint))
        return None
    try:
        if path.stat().st_size > _LARGEST:
            problems.append(Problem(name, f"{path.stat().st_size} bytes", f"at most {_LARGEST}"))
            return None
        return of_file(path.name, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(name, f"cannot be read: {error}", "a Python file in UTF-8"))
        return None
