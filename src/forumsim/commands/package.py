"""``forumsim package``: results and all that it takes to repeat them, in one zip file."""

from __future__ import annotations

from pathlib import Path

from forumsim.commands.console import say


def package(folder: Path, out: Path | None, most_mb: float | None, anyway: bool) -> None:
    """Write the replication package and say where it is.

    Raises
    ------
    InputError
        When there are no complete results, or they are not as they were written.
    """
    from forumsim.results.package import write_package

    path, left_out = write_package(folder, out, most_mb, anyway)
    say(f"{path}  {path.stat().st_size / 1e6:.2f} MB")
    if left_out:
        say(f"left out, as they are large: {', '.join(left_out)}")
    say("its README.md says how to repeat the results in an empty environment")
