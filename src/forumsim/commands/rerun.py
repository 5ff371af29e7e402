"""``forumsim rerun``: one run of a results folder again, or all of them, and whether they are the same to the bit."""

from __future__ import annotations

import os
import shlex
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forumsim.commands.compilation import announce, compile_once
from forumsim.commands.console import FAILED, columns, counted, note, say, value_text, wrapped
from forumsim.commands.options import Changed, Folder, Quiet, With, Workers, argument, option
from forumsim.commands.reading import reading
from forumsim.commands.sweep import cores

if TYPE_CHECKING:
    from forumsim.sweeps.past import Past
    from forumsim.sweeps.rerun import Recorded, Repetition


def rerun(
    folder: Folder,
    run_id: Annotated[str | None, argument(help="A run, or the beginning of its id.  [default: all]")] = None,
    out: Annotated[
        Path | None,
        option(metavar="DIR", help="Write the results there: all of them, or the tables of one run in full detail."),
    ] = None,
    workers: Workers = None,
    debug: Annotated[bool, option("--debug", help="Open the debugger where the run raises its error.")] = False,
    quiet: Quiet = False,
    anyway: Changed = False,
    with_: With = None,
) -> None:
    """Repeat a run of a results folder, or all of them, and say whether they are the same to the bit.

    Raises
    ------
    InputError
        When there is no such run, or it cannot be repeated.
    typer.Exit
        With status 1 when something differs.
    """
    from forumsim.sweeps.past import open_past
    from forumsim.sweeps.rerun import find

    past = open_past(folder, anyway, with_=with_)
    recorded = None if run_id is None else find(past, run_id)
    for line in past.changes:
        note(f"forumsim: {line}")
    if recorded is not None:
        _rerun_one(past, recorded, out, debug)
        return
    from forumsim.sweeps.rerun_plan import rerun_plan

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


def _rerun_one(past: Past, recorded: Recorded, out: Path | None, debug: bool) -> None:
    """Repeat one run, say whether it is the same, and how it ended."""
    from forumsim.sweeps.rerun import repeat
    from forumsim.sweeps.single import write_run

    announce(bool(past.plan.extensions))
    if recorded.failure is not None and recorded.failure["stage"] == "worker":
        note("forumsim: this run ended its worker; it is repeated in this very process")
    found = repeat(past, recorded)
    if out is not None and found.run is not None:  # before anything is said: the folder may be another's
        write_run(past, recorded, out)
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
        where = f"tables in {out}; figures and a page: forumsim report {out}"
        say(where if found.run is not None else "no tables: the run failed")
    if found.run is not None:
        say(_view(found))
    if found.differences:
        raise typer.Exit(FAILED)


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
    settings = ", ".join(f"{name} = {value_text(value)}" for name, value in spec.point.values.items())
    return f"{title}\n{wrapped(settings, '  ')}" if settings else title


def _same(found: Repetition) -> str:
    if found.run is None:
        return "it fails as before, with the same error at the same stage"
    same = ", ".join(f"{name}.csv {counted(count, 'row')}" for name, count in found.rows.items())
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
