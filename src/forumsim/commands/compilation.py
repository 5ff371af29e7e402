"""The first run after an installation compiles the model: say so, and do it once instead of in every worker."""

from __future__ import annotations

import os
from pathlib import Path

from forumsim.commands.console import note


def is_compiled() -> bool:
    """Whether the disk holds compiled code of the main loop for this very model."""
    from forumsim.core.cache import holds_code
    from forumsim.core.compilation import CACHE_FOLDER

    return CACHE_FOLDER is not None and holds_code(CACHE_FOLDER)


def announce() -> None:
    """Say why a run takes longer, if it will."""
    if not is_compiled():
        note(_reason())


def compile_once() -> None:
    """Compile before workers start, so that they find the code on the disk."""
    from forumsim.core.compilation import CACHE_FOLDER

    announce()
    if CACHE_FOLDER is not None and not is_compiled():
        from forumsim.running.run import simulate

        simulate("two_blocs", steps=1)


def _reason() -> str:
    from forumsim.core.compilation import CACHE_FOLDER

    given = os.environ.get("NUMBA_CACHE_DIR", "")
    if CACHE_FOLDER is None:
        return (
            "compiling the model: a minute or two at every command, as there is no folder to keep the compiled code in "
            "(NUMBA_CACHE_DIR may name one that you alone can write to)"
        )
    words = "compiling the model: a minute or two, the first time only"
    if given and Path(os.path.realpath(given)) not in CACHE_FOLDER.parents:
        words += f"; kept in {CACHE_FOLDER.parent}, as NUMBA_CACHE_DIR cannot be written, or others may write to it"
    return words
