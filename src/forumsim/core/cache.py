"""Where compiled code is kept between two commands, and which folders are believed.

numba unpickles what it finds in its cache, and unpickling can run any code: whoever may write into the folder acts as
the user who reads it. A folder is therefore used only when nobody else may write to it or put another one in its
place. The places, in this order: ``NUMBA_CACHE_DIR``, or else ``__pycache__`` of the package; the user's cache folder
(``XDG_CACHE_HOME``, or ``~/.cache``); a folder with the user's number in the temporary directory.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

#: Seconds after which a folder of compiled code that nobody used is removed: a week.
UNUSED = 7 * 86400
#: Files of the compiled main loop, of this Python.
MAIN_LOOP = f"schedule.advance-*.py{sys.version_info[0]}{sys.version_info[1]}*.nbc"


def cache_folder(package: Path, name: str) -> Path | None:
    """A folder for compiled code.

    Parameters
    ----------
    package : Path
        Folder of the package. What an administrator compiled below it is copied into the user's own folder.
    name : str
        Name of the folder; it begins with ``kernel-``.

    Returns
    -------
    Path or None
        A folder that can be written; where there is none, one of the administrator's with compiled code; or None.
    """
    installed = Path(os.path.realpath(package)) / "__pycache__" / name
    shared = installed if _is_believed(installed, {0}) and holds_code(installed) else None
    for home, private in _homes(package):
        folder = _own_folder(home, name, private)
        if folder is not None:
            _remove_unused(folder)
            if shared is not None and not holds_code(folder):
                _copy(shared, folder)
            return folder
    return shared


def holds_code(folder: Path) -> bool:
    """Whether a folder holds the compiled main loop for this Python."""
    return any(folder.rglob(MAIN_LOOP))


def settle_matplotlib() -> None:
    """Name a folder for matplotlib where its own cannot be made: else it says so at length in every command."""
    try:
        home = Path.home()
    except RuntimeError:
        home = None
    for variable, usual in (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache")):
        own = Path(os.environ[variable]) if os.environ.get(variable) else home and home / usual
        if own is None or not os.access(next(p for p in (own, *own.absolute().parents) if p.exists()), os.W_OK):
            for place in _private_homes():
                folder = _own_folder(place, "matplotlib", private=True)
                if folder is not None:
                    os.environ.setdefault("MPLCONFIGDIR", str(folder))
                    return


def _homes(package: Path) -> Iterator[tuple[Path, bool]]:
    """Folders to try, and whether each is this user's alone."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    yield (Path(given).absolute(), False) if given else (package / "__pycache__", False)
    for home in _private_homes():
        yield home, True


def _private_homes() -> Iterator[Path]:
    """Folders of this user alone."""
    own = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(own):
        yield Path(own) / "forumsim"
    else:
        with contextlib.suppress(RuntimeError):  # neither HOME nor an entry for this user, as in containers
            if Path.home().is_dir():
                yield Path.home() / ".cache" / "forumsim"
    with contextlib.suppress(OSError):  # no temporary directory can be written
        yield Path(tempfile.gettempdir()) / (f"forumsim-{os.getuid()}" if hasattr(os, "getuid") else "forumsim")


def _own_folder(home: Path, name: str, private: bool) -> Path | None:
    """The folder below ``home``, made if need be; None where it cannot be written or others may write to it."""
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o700 if private else 0o777, exist_ok=True)
        if home.is_symlink() and not _is_owned(home.lstat(), _administrators()):
            return None
        folder = Path(os.path.realpath(home)) / name
        if not _are_safe([folder.parent, *folder.parent.parents]):
            return None
        # What the administrator compiles in an installation is for all users to read.
        folder.mkdir(mode=0o700 if private or not _is_administrator() else 0o755, exist_ok=True)
        if not (os.access(folder, os.W_OK | os.X_OK) and _is_believed(folder, set())):
            return None
        os.utime(folder)
    except OSError:
        return None
    return folder


def _is_believed(folder: Path, others: set[int]) -> bool:
    """Whether only this user, and users with the numbers ``others``, can have written what a folder holds."""
    try:
        info = folder.lstat()
        if not hasattr(os, "getuid"):  # Windows: the folders of a user are closed to others by their place
            return stat.S_ISDIR(info.st_mode)
        if not stat.S_ISDIR(info.st_mode) or not _is_closed(info, others) or not _are_safe(folder.parents):
            return False
        if not info.st_mode & 0o077:
            return True  # nobody else gets at the files within
        return all(_is_closed(os.lstat(path), others) for path in _paths_within(folder))
    except OSError:
        return False


def _paths_within(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield os.path.join(place, name)


def _are_safe(folders: Iterable[Path]) -> bool:
    """Whether nobody but the user and the administrator can put something else in the place of these folders."""
    if not hasattr(os, "getuid"):
        return True
    for folder in folders:
        info = folder.stat()
        sticky = info.st_mode & stat.S_ISVTX  # as the temporary directory: only owners rename what lies in it
        if not _is_owned(info, _administrators()) or (_others_write(info) and not sticky):
            return False
    return True


def _administrators() -> set[int]:
    """Numbers of the administrator; in a container without privileges the files of root seem to be another's."""
    return {0, os.stat("/").st_uid}


def _is_administrator() -> bool:
    return hasattr(os, "getuid") and os.getuid() == 0


def _is_owned(info: os.stat_result, others: set[int]) -> bool:
    return not hasattr(os, "getuid") or info.st_uid in others | {os.getuid()}


def _is_closed(info: os.stat_result, others: set[int]) -> bool:
    return _is_owned(info, others) and not _others_write(info)


def _others_write(info: os.stat_result) -> bool:
    """Whether group or others may write; a group that has no other member than the owner does not count."""
    if info.st_mode & stat.S_IWOTH:
        return True
    return bool(info.st_mode & stat.S_IWGRP) and not _is_own_group(info.st_uid, info.st_gid)


def _is_own_group(user: int, group: int) -> bool:
    """Whether a group is the one that many systems make for each user, named as the user, without other members."""
    import grp
    import pwd

    try:
        owner, named = pwd.getpwuid(user), grp.getgrgid(group)
    except KeyError:
        return False
    return owner.pw_gid == group and named.gr_name == owner.pw_name and set(named.gr_mem) <= {owner.pw_name}


def _remove_unused(folder: Path) -> None:
    """Remove older neighbours of this folder, the code of earlier versions, that nobody used for a week."""
    for other in folder.parent.glob("kernel-*"):
        with contextlib.suppress(OSError):
            if other != folder and time.time() - other.stat().st_mtime > UNUSED:
                shutil.rmtree(other, ignore_errors=True)


def _copy(source: Path, folder: Path) -> None:
    """Put compiled code into an empty folder, at once or not at all."""
    with contextlib.suppress(OSError, shutil.Error):
        part = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
        try:
            shutil.copytree(source, part, dirs_exist_ok=True, copy_function=shutil.copyfile)
            for place, _, _ in os.walk(part):  # those of a read-only installation cannot be written to
                os.chmod(place, 0o700)
            part.rename(folder)  # fails where another process was first
        finally:
            shutil.rmtree(part, ignore_errors=True)
