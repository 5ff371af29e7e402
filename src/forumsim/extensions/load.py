"""Loading extensions: files that the user names, and packages that the user installed. Nothing else ever runs."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterable
from pathlib import Path

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.extensions.extensions import GROUP, NONE, Extensions, Source, from_sources

#: Largest file of an extension, in bytes.
_LARGEST = 1_000_000


def load_extensions(given: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Extensions | None) -> Extensions:
    """Load extensions by their files or names.

    Parameters
    ----------
    given : str, path, or several of them
        A file ``my_rules.py``, or the name of an installed extension.

    Returns
    -------
    Extensions

    Raises
    ------
    InputError
        Every mistake at once: a file that is not there, an error in it, declarations that do not fit.
    """
    if given is None:
        return NONE
    if isinstance(given, Extensions):
        return given
    names = [given] if isinstance(given, str | os.PathLike) else list(given)
    problems: list[Problem] = []
    sources = [source for name in names if (source := _source(os.fspath(name), problems)) is not None]
    if problems:
        raise InputError(problems, "the extensions cannot be used")
    return from_sources(tuple(dict.fromkeys(sources)))


def _source(name: str, problems: list[Problem]) -> Source | None:
    """The source of a file or of an installed extension."""
    installed = {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}
    path = Path(name).expanduser()
    if path.suffix != ".py" and name in installed:
        return _installed(name, installed[name], problems)
    if not path.is_file():
        allowed = "a file such as my_rules.py" + (f", or {', '.join(installed)}" if installed else "")
        problems.append(Problem(name, "no such file and no installed extension", allowed, nearest(name, installed)))
        return None
    try:
        if path.stat().st_size > _LARGEST:
            problems.append(Problem(name, f"{path.stat().st_size} bytes", f"at most {_LARGEST}"))
            return None
        return Source(path.name, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(name, f"cannot be read: {error}", "a Python file in UTF-8"))
        return None


def _installed(name: str, point: importlib.metadata.EntryPoint, problems: list[Problem]) -> Source | None:
    try:
        module = importlib.import_module(point.module)
        return Source(name, Path(str(module.__file__)).read_text(encoding="utf-8"), installed=True)
    except Exception as error:  # whatever somebody's package may raise
        problems.append(Problem(name, f"the installed extension cannot be imported: {type(error).__name__}: {error}"))
        return None
