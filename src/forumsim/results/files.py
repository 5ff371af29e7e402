"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path


class AtomicFile:
    """A file that appears whole or not at all; knows its size and the SHA-256 of what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.digest = hashlib.sha256()
        self.size = 0
        self._partial = path.with_name(f".{path.name}.partial")
        self._file = open(self._partial, "wb")  # noqa: SIM115 - closed by `commit` or `discard`

    def write(self, content: bytes) -> None:
        """Append."""
        self._file.write(content)
        self.digest.update(content)
        self.size += len(content)

    def commit(self) -> str:
        """Put the file in its place; its SHA-256 (hex)."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        os.replace(self._partial, self.path)
        return self.digest.hexdigest()

    def discard(self) -> None:
        """Leave no trace; nothing to do once it is in its place."""
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


def write_files(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """Write texts (UTF-8) by name; the SHA-256 (hex) of each."""
    with atomic(folder / name for name in texts) as files:
        for file, text in zip(files, texts.values(), strict=True):
            file.write(text.encode("utf-8"))
        return {name: file.commit() for name, file in zip(texts, files, strict=True)}
