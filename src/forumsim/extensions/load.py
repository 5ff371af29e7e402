"""Loading extensions: files that the user names, and packages that the user installed. Nothing else ever runs."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.extensions.declare import MARK, Declaration
from forumsim.extensions.extensions import NONE, Extensions, Source, check

#: Group of entry points by which a package offers extensions: a name, and the module that declares them.
GROUP = "forumsim.extensions"
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


def from_sources(sources: tuple[Source, ...]) -> Extensions:
    """Run the sources and collect what they declare.

    Raises
    ------
    InputError
        An error while a source runs (with its line), nothing declared, or declarations that do not fit.
    """
    problems: list[Problem] = []
    declared: list[Declaration] = []
    for source in sources:
        try:
            module = _module(source)
        except InputError as error:
            problems += [Problem(f"{source.name}, {p.where}", p.found, p.allowed, p.hint) for p in error.problems]
            continue
        except Exception as error:  # whatever a user's file may raise
            problems.append(Problem(_place(source, error), f"{type(error).__name__}: {error}"))
            continue
        found = [getattr(value, MARK) for value in vars(module).values() if hasattr(value, MARK)]
        mine = [item for item in found if item.function.__module__ == module.__name__]
        if not mine:
            problems.append(Problem(source.name, "it declares nothing", "a function under @rule, @measure, @gate ..."))
        declared += mine
    problems += check(declared, "extensions") if not problems else []
    if problems:
        raise InputError(problems, "the extensions cannot be used")
    return Extensions(sources, tuple(declared))


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


def _module(source: Source) -> ModuleType:
    """Run a source as a module of its own; the same source runs once in a process."""
    if source.installed:
        points = {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}
        if source.name not in points:
            raise InputError([Problem(source.name, "is not installed here", "pip install the package that has it")])
        module = importlib.import_module(points[source.name].module)
        here = Path(str(module.__file__)).read_text(encoding="utf-8")
        if Source(source.name, here, True).digest != source.digest:
            raise InputError([Problem(source.name, "another version is installed here", "the same one everywhere")])
        return module
    name = f"forumsim_extension_{source.digest[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    module = ModuleType(name)
    module.__file__ = source.name
    sys.modules[name] = module  # so that functions of the file can be pickled and compiled
    try:
        exec(compile(source.text, source.name, "exec"), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _place(source: Source, error: BaseException) -> str:
    """The file and, where it is known, the line of an error."""
    if isinstance(error, SyntaxError):
        return f"{source.name}, line {error.lineno}"
    lines = []
    frame = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == source.name:
            lines.append(frame.tb_lineno)
        frame = frame.tb_next
    return f"{source.name}, line {lines[-1]}" if lines else source.name
