"""Where extensions come from: files that a user names and modules of packages that a user has installed."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from forumsim.core.errors import InputError, Problem

#: Group of entry points by which a package offers extensions: a name, and the module that declares them.
GROUP = "forumsim.extensions"


@dataclass(frozen=True)
class Source:
    """Where an extension comes from."""

    name: str  #: name of the file without its folder, or of the installed extension
    #: SHA-256 (hex) of the source; ends of lines do not matter. Of an installed extension, of all Python files of its
    #: package.
    digest: str
    #: The source of a file: it travels to other processes and into results folders. Empty for an installed one, of
    #: which each process imports its own.
    text: str = ""
    version: str = ""  #: name and version of the package of an installed one; empty for a file

    @property
    def installed(self) -> bool:
        """Whether it is of a package that the user has installed."""
        return not self.name.endswith(".py")


def of_file(name: str, text: str) -> Source:
    """The source of a file."""
    return Source(name, hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest(), text)


def installed_points() -> dict[str, importlib.metadata.EntryPoint]:
    """The extensions that installed packages offer, by name."""
    return {point.name: point for point in importlib.metadata.entry_points(group=GROUP)}


def of_point(point: importlib.metadata.EntryPoint) -> Source:
    """The source of an installed extension, whose module is imported.

    The digest covers every Python file of the package, since the module may use others of it.
    """
    module = importlib.import_module(point.module)
    top = sys.modules[module.__name__.partition(".")[0]]
    folder = Path(top.__path__[0]) if hasattr(top, "__path__") else None
    files = sorted(folder.rglob("*.py")) if folder is not None else [Path(str(module.__file__))]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(folder).as_posix() if folder is not None else file.name}\n".encode())
        digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    version = f"{point.dist.name} {point.dist.version}" if point.dist is not None else ""
    return Source(point.name, digest.hexdigest(), version=version)


def module_of(source: Source) -> ModuleType:
    """Run a source as a module of its own; the same source runs once in a process.

    Raises
    ------
    InputError
        An installed extension is not there, or has another source here.
    """
    if source.installed:
        points = installed_points()
        if source.name not in points:
            raise InputError([Problem(source.name, "is not installed here", "", "pip install the package that has it")])
        if of_point(points[source.name]).digest != source.digest:
            raise InputError([Problem(source.name, "another version is installed here", "the same one everywhere")])
        return importlib.import_module(points[source.name].module)
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


def place_of(source: Source, error: BaseException) -> str:
    """The file and, where it is known, the line of an error."""
    if isinstance(error, SyntaxError):
        return f"{source.name}, line {error.lineno}"
    line = line_in(source.name, error)
    return f"{source.name}, line {line}" if line else source.name


def place_in(sources: Iterable[Source], error: BaseException) -> str:
    """The file of an extension and its line that an error has come through; empty where there is none."""
    found = [(source.name, line_in(source.name, error)) for source in sources if not source.installed]
    return next((f"{name}, line {line}" for name, line in found if line), "")


def line_in(file: str, error: BaseException) -> int:
    """The last line of a file that an error has come through; 0 where it is not known."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame.lineno or 0 for frame in frames if frame.filename == file), 0)
