"""Files that appear whole or not at all, and that nobody can lead elsewhere by a link.

Everything that this package writes goes through here. A partial file is created exclusively, never through a link, and
then takes the place of the old file (or of a link that stands there, whose target stays as it is).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from forumsim.core.errors import InputError, Problem

#: What holds the finished runs of a sweep, within its results folder (`forumsim.results.store`).
STORE = "sweep.sqlite"
#: What forumsim writes into a results folder, by ending and by name.
OWN_ENDINGS = (".csv", ".json", ".jsonl", ".toml", ".html", ".partial", ".sqlite", ".sqlite-journal", ".sqlite-wal",
               ".sqlite-shm")  # fmt: skip
OWN_FOLDERS = ("figures", "export", "inputs")


class AtomicFile:
    """A file that appears whole or not at all; knows its size and the SHA-256 of what was written.

    Raises
    ------
    OSError
        When it cannot be written, also where somebody else has put another file in the place of the partial one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.size = 0
        self._partial = path.with_name(f".{path.name}.partial")
        self._partial.unlink(missing_ok=True)  # of a process that was killed; of a link, the link itself
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        self._file = open(os.open(self._partial, flags, 0o666), "wb")  # noqa: SIM115 - closed by `finish` or `discard`
        self._own = os.fstat(self._file.fileno())

    def write(self, content: bytes) -> None:
        """Append."""
        with self._named():
            self._file.write(content)
        self.digest.update(content)
        self.size += len(content)

    def finish(self) -> str:
        """Write it to the disk, beside its place; its SHA-256 (hex). Only `commit` can follow."""
        if not self._file.closed:
            with self._named():
                self._file.flush()
                os.fsync(self._file.fileno())
            self._file.close()
        return self.digest.hexdigest()

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Errors of writing, which do not say of which file they are, name it."""
        try:
            yield
        except OSError as error:
            error.filename = str(self.path)
            raise

    def commit(self) -> str:
        """Put the file in its place; its SHA-256 (hex)."""
        digest = self.finish()
        if not os.path.samestat(self._own, os.lstat(self._partial)):
            raise OSError(errno.EBUSY, "another process writes the same file", str(self.path))
        os.replace(self._partial, self.path)
        return digest

    def discard(self) -> None:
        """Leave no trace; nothing to do once it is in its place."""
        with contextlib.suppress(OSError):  # what could not be written, on a full disk, cannot be when it is closed
            self._file.close()
        self._partial.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic(paths: Iterable[Path]) -> Iterator[list[AtomicFile]]:
    """Several files that are written together; without `AtomicFile.commit` none of them changes."""
    with contextlib.ExitStack() as stack:
        files = []
        for path in paths:
            files.append(AtomicFile(path))
            stack.callback(files[-1].discard)
        yield files


def write_files(folder: Path, contents: Mapping[str, str | bytes]) -> dict[str, str]:
    """Write texts (UTF-8) or bytes by name below a folder; the SHA-256 (hex) of each.

    Parameters
    ----------
    folder : Path
    contents : mapping
        Content by name; a name may have folders in it (``figures/effects.png``), which are made.

    Raises
    ------
    InputError
        One of these folders is a link; nothing is written then.
    """
    with atomic([place(folder, name) for name in contents]) as files:
        for file, content in zip(files, contents.values(), strict=True):
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        for file in files:
            file.finish()
        return {name: file.commit() for name, file in zip(contents, files, strict=True)}


def place(folder: Path, name: str) -> Path:
    """Where a file of a results folder lies, by its name there; folders on the way to it are made.

    Raises
    ------
    InputError
        One of them is a link.
    """
    here = folder
    for step in Path(name).parts[:-1]:
        here = here / step
        if here.is_symlink():
            raise _linked([here])
        here.mkdir(exist_ok=True)
    return here / Path(name).name


def refuse_links(folder: Path) -> None:
    """See to it that nothing which forumsim writes into a results folder is a link; the folder itself may be one.

    Raises
    ------
    InputError
        Naming all that are: a stranger's folder could lead what is written to any file of the user.
    """
    if folder.is_dir():
        own = [path for path in sorted(folder.iterdir()) if path.name in OWN_FOLDERS or path.suffix in OWN_ENDINGS]
        inputs = folder / "inputs"  # the one that has folders in it
        below = [] if inputs.is_symlink() else sorted(inputs.rglob("*"))
        links = [path for path in (*own, *below) if path.is_symlink()]
        if links:
            raise _linked(links)


def _linked(links: Iterable[Path]) -> InputError:
    hint = "put the file or folder itself in its place, or remove the link"
    problems = [Problem(str(path), "is a link", "a file or folder of its own", hint) for path in links]
    return InputError(problems, "nothing is written through links in a results folder")


def sync_folder(folder: Path) -> None:
    """Make durable which files a folder holds, where the system can do so."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
