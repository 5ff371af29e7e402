"""Compilation of the kernel functions, with a disk cache that a changed source never outlives.

numba keys its cache on the file of the *called* function alone: a change in ``core/rules/dialogue.py`` would leave a
stale ``schedule.step`` behind. Here the cache folder carries the digest of every source file of the kernel, so any
change compiles anew; a like digest over all sources of the model identifies it in manifests.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import caching

import forumsim.core.worldtype  # noqa: F401 - tells numba how rules see a World, before any of them is compiled
from forumsim.core.cache import cache_folder

PACKAGE = Path(__file__).resolve().parents[1]

#: Sources of compiled code: all of the core, and the scenarios' compiled parts.
KERNEL_SOURCES = ("core", "scenarios/two_blocs.py", "scenarios/baseline.py")

#: Sources that decide what a run computes: the kernel, the builders of worlds, the loop, what a user does to a run.
MODEL_SOURCES = ("core", "scenarios", "running/run.py", "running/extended.py", "running/interventions")


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


#: Folder of the compiled code of this digest; None where none can be used: then each process compiles in memory.
CACHE_FOLDER = cache_folder(PACKAGE, f"kernel-{KERNEL_DIGEST[:16]}")


class _Locator(caching._SourceFileBackedLocatorMixin, caching._CacheLocator):
    """Where the compiled functions of one source file are: a folder within `CACHE_FOLDER`."""

    def __init__(self, py_func, py_file):
        self._py_file, self._lineno = py_file, py_func.__code__.co_firstlineno
        self._cache_path = os.path.join(CACHE_FOLDER, self.get_suitable_cache_subpath(py_file))

    def get_cache_path(self):
        return self._cache_path

    def ensure_cache_path(self):
        os.makedirs(self._cache_path, exist_ok=True)

    def get_source_stamp(self):
        """What the file holds, not its date: a copied or repeated installation keeps its compiled code."""
        return hashlib.sha256(Path(self._py_file).read_bytes()).hexdigest()

    @classmethod
    def from_function(cls, py_func, py_file):
        return cls(py_func, py_file)


class _Place(caching.CompileResultCacheImpl):
    """How numba finds `_Locator`."""

    _locator_classes: list[type[object]] = [_Locator]  # noqa: RUF012  (that is how numba has it)


class _Cache(caching.FunctionCache):
    """numba's cache, which does without the disk where that is full, read-only or damaged."""

    _impl_class = _Place

    def load_overload(self, sig, target_context):
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a damaged file can raise any error; the function is compiled anew
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig, data):
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of the kernel (numba, no Python objects, GIL released, cached, IEEE arithmetic).

    ``fastmath`` stays off: the order of every sum is the order of the text, so that results are reproducible.
    """
    compiled: Any = numba.njit(nogil=True, error_model="numpy")(function)
    if CACHE_FOLDER is not None:
        compiled._cache = _Cache(function)  # what cache=True does, with the folder and the care of the above
    return compiled
