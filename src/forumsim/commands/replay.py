"""``forumsim replay``: one run of a results folder as a page that plays in any browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forumsim.commands.compilation import announce
from forumsim.commands.console import note, say


def replay(folder: Path, run_id: str, out: Path | None, fresh: bool, anyway: bool, with_: Sequence[Path] = ()) -> None:
    """Repeat the run, write the page and say where it is.

    Raises
    ------
    InputError
        When there is no such run, it cannot be repeated, or the file is there already.
    """
    announce(bool(with_))
    from forumsim.app.replay import write_replay

    path, differences = write_replay(folder, run_id, out, fresh, anyway, with_)
    for line in differences:
        note(f"forumsim: not as in the results: {line}")
    say(f"{path}  {path.stat().st_size / 1e6:.2f} MB")
    say("open it in a browser: it needs no server and no network")
