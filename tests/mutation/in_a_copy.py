"""Plugin of pytest in a copy of the project: takes compiled code over, and spares the search for short examples.

``MUTATION_COPY`` names the package of the copy, ``MUTATION_KEPT`` a folder of compiled code, ``MUTATION_STALE`` the
modules (folder/name) whose compiled code is not to be taken over.
"""

import os
import shutil
from pathlib import Path

from hypothesis import Phase, settings

from forumsim.core.compilation import CACHE_FOLDER, PACKAGE

if Path(os.environ["MUTATION_COPY"]) != PACKAGE:
    raise RuntimeError(f"the tests would import {PACKAGE}, not the copy")

# the same examples every time; the first that fails is enough
settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
settings.load_profile("mutation")


def _stale(folder: str, names: list[str]) -> list[str]:
    """Files of stale modules: numba calls them folder_digest/module.function-line.*."""
    place = Path(folder).name.rpartition("_")[0]
    return [name for name in names if f"{place}/{name.partition('.')[0]}" in _STALE]


_STALE = frozenset(os.environ.get("MUTATION_STALE", "").split())
if "MUTATION_KEPT" in os.environ:
    shutil.copytree(os.environ["MUTATION_KEPT"], CACHE_FOLDER, ignore=_stale, dirs_exist_ok=True)
