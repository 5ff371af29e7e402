"""Zip files whose bytes depend on their content alone, and a wheel of the forumsim that is running."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forumsim.core.compilation import PACKAGE
from forumsim.core.errors import InputError, Problem
from forumsim.results.files import AtomicFile
from forumsim.results.opening import file_digest

_CACHES = {".nbi", ".nbc", ".pyc"}


def own_wheel() -> tuple[str, bytes]:
    """Name and bytes of a wheel of the forumsim that is running, changed or not."""
    try:
        own = importlib.metadata.distribution("forumsim")
    except importlib.metadata.PackageNotFoundError:
        raise InputError(
            [Problem("forumsim", "is not installed", "", "pip install forumsim's folder")], "the package cannot be made"
        ) from None
    info = f"forumsim-{own.version}.dist-info"
    contents: dict[str, bytes | Path] = {}
    for path in PACKAGE.rglob("*"):
        if path.is_file() and path.suffix not in _CACHES:
            contents[f"forumsim/{path.relative_to(PACKAGE).as_posix()}"] = path
    for name in ("METADATA", "entry_points.txt", "licenses/LICENSE"):
        contents[f"{info}/{name}"] = (own.read_text(name) or "").encode()
    kind = "Wheel-Version: 1.0\nGenerator: forumsim\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents[f"{info}/WHEEL"] = kind.encode()
    record = "".join(f"{name},sha256={_urlsafe(contents[name])},\n" for name in sorted(contents))
    contents[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    buffer = io.BytesIO()
    write_zip(buffer, "", contents)
    return f"forumsim-{own.version}-py3-none-any.whl", buffer.getvalue()


def _urlsafe(content: bytes | Path) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(digest_of(content))).decode().rstrip("=")


def digest_of(content: bytes | Path) -> str:
    """SHA-256 (hex) of bytes, or of a file."""
    return file_digest(content) if isinstance(content, Path) else hashlib.sha256(content).hexdigest()


def write_zip(file: Any, top: str, contents: Mapping[str, bytes | Path]) -> None:
    """Write a zip whose bytes depend on names and contents alone.

    Parameters
    ----------
    file : AtomicFile or BytesIO
        Where to.
    top : str
        Folder within the zip that holds everything; empty: none.
    contents : mapping
        Bytes, or the path of a file, by name.
    """
    with zipfile.ZipFile(_Writer(file), "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(contents):
            content = contents[name]
            entry = zipfile.ZipInfo(f"{top}/{name}" if top else name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            with archive.open(entry, "w", force_zip64=True) as into:
                if isinstance(content, bytes):
                    into.write(content)
                else:
                    with open(content, "rb") as source:
                        shutil.copyfileobj(source, into, 1 << 20)


class _Writer(io.RawIOBase):
    """Something to write to without a way back: zipfile then needs no seeking, and every entry says so alike."""

    def __init__(self, file: AtomicFile | io.BytesIO) -> None:
        self.file = file

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, content: Any) -> int:
        """Append."""
        self.file.write(bytes(content))
        return len(content)
