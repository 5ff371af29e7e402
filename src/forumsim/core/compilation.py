"""Compilation of the kernel functions, with a disk cache that a changed source never outlives.

numba keys its cache on the file of the *called* function alone: a change in ``core/rules/dialogue.py`` would leave a
stale ``schedule.step`` behind. Here the cache folder carries the digest of every source file of the kernel, so any
change compiles anew; a like digest over all sources of the model identifies it in manifests.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

import forumsim.core.worldtype  # noqa: F401 - tells numba how rules see a World, before any of them is compiled

PACKAGE = Path(__file__).resolve().parents[1]

#: Sources of compiled code: all of the core, and the scenarios' compiled parts.
KERNEL_SOURCES = ("core", "scenarios/two_blocs.py", "scenarios/baseline.py")

#: Sources that decide what a run computes: the kernel, the builders of worlds, the loop, what a user does to a run.
MODEL_SOURCES = ("core", "scenarios", "running/run.py", "running/interventions")


def source_digest(names: tuple[str, ...]) -> str:
    """SHA-256 (hex) over source files and folders of sources with all that is below them, in a fixed order."""
    digest = hashlib.sha256()
    for name in names:
        path = PACKAGE / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in files:
            digest.update(file.relative_to(PACKAGE).as_posix().encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


#: Version of the compiled code: names the folder of its cache.
KERNEL_DIGEST = source_digest(KERNEL_SOURCES)
#: Version of the model: stands in manifests, and a sweep is resumed under the same one only.
MODEL_DIGEST = source_digest(MODEL_SOURCES)


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _cache_folder() -> Path:
    """Folder of compiled code for this digest; older neighbours that nobody used for a week are removed."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    homes = [Path(given)] if given else [PACKAGE / "__pycache__"]
    homes += [Path.home() / ".cache" / "forumsim", Path(tempfile.gettempdir()) / "forumsim"]
    for home in homes:
        folder = home / f"kernel-{KERNEL_DIGEST[:16]}"
        if _writable(folder):
            os.utime(folder)
            for other in home.glob("kernel-*"):
                if other != folder and time.time() - other.stat().st_mtime > 7 * 86400:
                    shutil.rmtree(other, ignore_errors=True)
            return folder
    return Path(tempfile.mkdtemp(prefix="forumsim-"))


CACHE_FOLDER = _cache_folder()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of the kernel (numba, no Python objects, GIL released, cached, IEEE arithmetic).

    ``fastmath`` stays off: the order of every sum is the order of the text, so that results are reproducible.
    """
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before
