"""The first run after an installation compiles the model: say so, and do it once instead of in every worker."""

from __future__ import annotations

import os
from pathlib import Path

from forumsim.commands.console import note

#: The last rule of a step, compiled: runs with extensions call the rules one by one and need no main loop.
_LAST_RULE = "drift.drift-*.nbc"
#: An extension that does nothing.
_IDLE = '@rule(after="drift")\ndef idle(world, p): pass\n'


def is_compiled(extended: bool = False) -> bool:
    """Whether the disk holds the compiled code of this very model that runs need, or those with extensions."""
    from forumsim.core.cache import holds_code
    from forumsim.core.compilation import CACHE_FOLDER

    if CACHE_FOLDER is None:
        return False
    return holds_code(CACHE_FOLDER) or (extended and any(CACHE_FOLDER.rglob(_LAST_RULE)))


def announce(extended: bool = False) -> None:
    """Say why a run takes longer, if it will."""
    if not is_compiled(extended):
        note(_reason())


def compile_once(extended: bool = False) -> None:
    """Compile before workers start, so that they find the code on the disk."""
    from forumsim.core.compilation import CACHE_FOLDER

    announce(extended)
    if CACHE_FOLDER is not None and not is_compiled(extended):
        load_code(extended)


def load_code(extended: bool = False) -> None:
    """Compile the model in this process, or load what was compiled: what is timed afterwards is the run alone."""
    from forumsim.extensions import from_sources, of_file
    from forumsim.running.run import simulate

    idle = of_file("idle.py", f"from forumsim.extensions import rule\n{_IDLE}")
    simulate("two_blocs", steps=1, with_=from_sources((idle,)) if extended else None)


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
