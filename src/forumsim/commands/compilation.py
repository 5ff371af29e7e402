"""The first run after an installation compiles the model: say so, and do it once instead of in every worker."""

from __future__ import annotations

from forumsim.commands.console import note


def is_compiled() -> bool:
    """Whether the disk holds compiled code of the main loop for this very model."""
    from forumsim.core.compilation import CACHE_FOLDER

    return any(CACHE_FOLDER.rglob("schedule.advance-*.nbc"))


def announce() -> None:
    """Say why a first run takes longer, if it will."""
    if not is_compiled():
        note("compiling the model: a minute or two, the first time only")


def compile_once() -> None:
    """Compile before workers start, so that they find the code on the disk."""
    if not is_compiled():
        announce()
        from forumsim.running.run import simulate

        simulate("two_blocs", steps=1)
