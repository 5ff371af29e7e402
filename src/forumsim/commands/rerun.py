"""``forumsim rerun``: one run of a results folder again, or all of them, and whether they are the same to the bit."""

from __future__ import annotations

import os
import shlex
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from forumsim.commands.compilation import announce, compile_once
from forumsim.commands.console import FAILED, columns, note, say, wrapped
from forumsim.commands.run import reading
from forumsim.commands.sweep import cores

if TYPE_CHECKING:
    from forumsim.results.results import Results
    from forumsim.sweeps.past import Past
    from forumsim.sweeps.rerun import Repetition


def rerun_one(
    folder: Path, run_id: str, out: Path | None, anyway: bool, debug: bool, with_: Sequence[Path] = ()
) -> None:
    """Repeat one run, say whether it is the same, and how it ended.

    Parameters
    ----------
    folder : Path
    run_id : str
        Id of a run, or its beginning.
    out : Path, optional
        Write its tables with full detail there.
    anyway : bool
        Go on when plan, scenario or model have changed.
    debug : bool
        Open the debugger where the run raises its error.
    with_ : sequence of Path
        The extensions that the results were made with.

    Raises
    ------
    InputError
        When there is no such run, or it cannot be repeated.
    typer.Exit
        With status 1 when something differs.
    """
    from forumsim.sweeps.past import open_past
    from forumsim.sweeps.rerun import find, repeat
    from forumsim.sweeps.single import write_run

    past = open_past(folder, anyway, with_=with_)
    recorded = find(past, run_id)
    _tell_changes(past)
    announce(bool(past.plan.extensions))
    if recorded.failure is not None and recorded.failure["stage"] == "worker":
        note("forumsim: this run ended its worker; it is repeated in this very process")
    found = repeat(past, recorded)
    if out is not None and found.run is not None:  # before anything is said: the folder may be another's
        written = write_run(past, recorded, out)
    say(_title(found))
    say()
    if found.run is not None:
        say(reading(found.run))
    else:
        assert found.error is not None
        say("".join(traceback.format_exception(found.error)).strip())
        if debug:
            import pdb

            pdb.post_mortem((found.error.__cause__ or found.error).__traceback__)  # that of a user's own rule
    say()
    _tell(found.differences, past, _same(found))
    if out is not None:
        say(_written(written) if found.run is not None else "no tables: the run failed")
    if found.run is not None:
        say(_view(found))
    if found.differences:
        raise typer.Exit(FAILED)


def rerun_all(
    folder: Path, out: Path | None, workers: int | None, anyway: bool, quiet: bool, with_: Sequence[Path] = ()
) -> None:
    """Run the whole plan again and compare every CSV with what was written.

    Raises
    ------
    InputError
        When it cannot be repeated.
    typer.Exit
        With status 1 when something differs.
    """
    from forumsim.sweeps.past import open_past
    from forumsim.sweeps.rerun_plan import rerun_plan

    past = open_past(folder, anyway, with_=with_)
    _tell_changes(past)
    compile_once(bool(past.plan.extensions))
    number = min(workers or cores(), past.plan.most_runs)
    found = rerun_plan(folder, out, number, not quiet, anyway, with_=with_)
    runs = past.results.manifest["runs"]["planned"]
    same = f"{runs} runs, {len(found.files)} tables: {', '.join(found.files)}"
    if found.missing:
        same += f" (by the SHA-256 in the manifest, as they are not there: {', '.join(found.missing)})"
    _tell(found.differences, past, same)
    if found.folder is not None:
        say(f"the new results are in {os.path.relpath(found.folder)}")
    if found.differences:
        raise typer.Exit(FAILED)


def _tell_changes(past: Past) -> None:
    for line in past.changes:
        note(f"forumsim: {line}")


def _written(results: Results) -> str:
    folder = results.folder
    return f"tables in {folder}; figures and a page: forumsim report {folder}"


def _view(found: Repetition) -> str:
    """How to watch the run."""
    past = found.past
    given = [word for name in past.plan.extensions.digests for word in ("--with", name)]
    anyway = ["--anyway"] if found.differences or past.changes else []
    folder = os.path.relpath(past.folder)
    return f"to watch it: {shlex.join(['forumsim', 'view', folder, found.recorded.run_id, *given, *anyway])}"


def _title(found: Repetition) -> str:
    from forumsim.plans.seeds import run_seed

    plan, spec = found.past.plan, found.recorded.spec
    part = plan.parts[spec.point.part]
    named = f"part {part.name}, " if part.name else ""
    which = f"{named}{part.scenario}, point {spec.point.name}, replicate {spec.replicate}"
    title = f"{found.recorded.run_id}: {which} (seed {run_seed(plan.seed, spec.replicate)})"
    settings = ", ".join(f"{name} = {_text(value)}" for name, value in spec.point.values.items())
    return f"{title}\n{wrapped(settings, '  ')}" if settings else title


def _text(value: object) -> str:
    return "unset" if value != value else f"{value:g}" if isinstance(value, float) else str(value)


def _same(found: Repetition) -> str:
    if found.run is None:
        return "it fails as before, with the same error at the same stage"
    same = ", ".join(f"{name}.csv {count} {'row' if count == 1 else 'rows'}" for name, count in found.rows.items())
    return f"{same} (not there to compare: {', '.join(found.missing)})" if found.missing else same


def _tell(differences: tuple[str, ...], past: Past, same: str) -> None:
    """Say ``identical``, or what differs and which versions are other ones."""
    if not differences:
        say(f"identical: {same}")
        return
    say("different:")
    say(columns([(line,) for line in differences]))
    if past.software:
        say("versions that are not the same:")
        say(columns([(line,) for line in past.software]))
