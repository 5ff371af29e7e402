"""Reading files that people name: regular files alone, so that no pipe makes a command wait and no device goes on."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


def read_file(path: Path) -> bytes:
    """The content of a regular file, also through a link.

    Raises
    ------
    OSError
        It cannot be read, or it is a pipe, a device or a socket; ``strerror`` says which.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is a pipe, a device or a socket, not a file", str(path))
    return path.read_bytes()
