"""One run of a results folder again, to the bit: to look into it, and to see that its rows are what they were."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.plans.seeds import run_seed
from forumsim.running.outcome import Outcome
from forumsim.running.run import Run, run_of
from forumsim.sweeps.assembly import renumbered
from forumsim.sweeps.differences import differing_text
from forumsim.sweeps.past import Past, open_past
from forumsim.sweeps.work import DETAIL_TABLES, Desk, RunSpec, outcome_of, rows_of_run

#: Columns that name a row in a message.
NAMED = ("step", "issue", "forum", "actor")


class Recorded(NamedTuple):
    """A run as the results folder has it."""

    run_id: str  #: as written there; a changed model gives the same run another id now
    spec: RunSpec  #: what to run
    failure: dict[str, str] | None  #: its row of failures.csv, if it failed


@dataclass
class Repetition:
    """A run that was repeated."""

    past: Past
    recorded: Recorded
    run: Run | None = None  #: what came out, with events and snapshots; None when it failed
    error: Exception | None = None  #: what it raised
    stage: str = ""  #: what it was doing then: build, run or tables
    differences: tuple[str, ...] = ()  #: what is not as it was; empty: identical
    rows: dict[str, int] = field(default_factory=dict)  #: number of rows that were compared, by table
    missing: tuple[str, ...] = ()  #: files that are not there, and could not be compared


def rerun(folder: str | Path, run_id: str, anyway: bool = False, with_: Any = None) -> Run:
    """Repeat one run of a results folder, to look into it.

    Parameters
    ----------
    folder : path
        Results folder.
    run_id : str
        Id of a run, or its beginning.
    anyway : bool
        Go on when plan, scenario or model have changed since, or tables were edited.
    with_ : str, path, several of them, or Extensions, optional
        The extensions that the results were made with; their code is run.

    Returns
    -------
    Run
        With all measures, events and snapshots.

    Raises
    ------
    InputError
        There is no such run, or something has changed that decides what it gives.
    Exception
        What the run itself raises.

    Examples
    --------
    >>> run = rerun("results/dialogue", "r04f2")  # doctest: +SKIP
    >>> run.events[run.events["actor"] == "chn"]  # doctest: +SKIP
    """
    past = open_past(folder, anyway, with_=with_)
    found = repeat(past, find(past, run_id))
    if found.run is None:
        assert found.error is not None
        raise found.error
    return found.run


# --- finding ------------------------------------------------------------------------------------------------------


def find(past: Past, run_id: str) -> Recorded:
    """The run with an id, or whose id begins so.

    Raises
    ------
    InputError
        None, or more than one.
    """
    listed = {**_listed(past.folder / "runs.csv"), **_listed(past.folder / "failures.csv")}
    matching = [run_id] if run_id in listed else [name for name in listed if run_id and name.startswith(run_id)]
    if len(matching) != 1:
        found = f"{len(matching)} runs begin with {run_id!r}" if matching else f"no run {run_id!r}"
        some = ", ".join(matching[:5]) + (" ..." if len(matching) > 5 else "")
        allowed = some or f"an id of runs.csv or failures.csv in {past.folder}, or the beginning of one"
        problems = [Problem("RUN_ID", found, allowed, "" if matching else nearest(run_id, listed))]
        problems += [Problem(str(past.folder / name), past.altered[name])
                     for name in ("runs.csv", "failures.csv") if name in past.altered]  # fmt: skip
        raise InputError(problems)
    place, replicate, failure = listed[matching[0]]
    points = {point.name: point for point in past.plan.points}
    if place not in points or not replicate.isdigit():
        found = f"point {place!r}, replicate {replicate!r} is not in the plan"
        raise InputError([Problem(f"{past.folder}, {matching[0]}", found)], "the results are damaged")
    return Recorded(matching[0], RunSpec(int(replicate), points[place]), failure)


def _listed(path: Path) -> dict[str, tuple[str, str, dict[str, str] | None]]:
    """Point and replicate of the runs in a table by their ids, and in failures.csv the whole row."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return {row["run_id"]: (row["point"], row["replicate"], row if "error" in row else None)
                    for row in csv.DictReader(file)}  # fmt: skip
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise InputError([Problem(str(path), f"cannot be read: {error}")], "the results are damaged") from None


# --- repeating ----------------------------------------------------------------------------------------------------


def repeat(past: Past, recorded: Recorded) -> Repetition:
    """Repeat one run and compare its rows with those in the folder; an error of the run is kept, not raised."""
    spec, plan = recorded.spec, past.plan
    steps = plan.parts[spec.point.part].steps
    marks = {step for step in plan.recording.snapshots if step <= steps}
    wanted = {*marks, steps} if marks else {0, steps // 3, 2 * steps // 3, steps}
    desk = Desk(replace(past.job, recording=replace(plan.recording, snapshots=tuple(sorted(wanted)))))
    found = Repetition(past, recorded, stage="build")
    try:
        desk.settled(spec.point)
        found.stage = "run"
        scenario, outcome = outcome_of(desk, spec, detailed=True)
        found.stage = "tables"
        detailed = plan.recording.detailed(spec.replicate)
        pieces = rows_of_run(desk, spec, scenario, _as_recorded(outcome, marks, steps), detailed)
        found.run = run_of(scenario, run_seed(plan.seed, spec.replicate), outcome)
    except Exception as error:
        found.error, pieces = error, {}
    _compare(found, pieces)
    return found


def _as_recorded(outcome: Outcome, marks: set[int], steps: int) -> Outcome:
    """The outcome with the snapshots that the plan asks for; a run that ends early has its end in their place."""
    last = outcome.world.step
    kept = marks | ({last} if last < steps and any(mark > last for mark in marks) else set())
    return replace(outcome, snapshots={step: world for step, world in outcome.snapshots.items() if step in kept})


# --- comparing ----------------------------------------------------------------------------------------------------


def _compare(found: Repetition, pieces: Mapping[str, bytes]) -> None:
    """Fill in `differences`, `rows` and `missing`."""
    failure, error = found.recorded.failure, found.error
    if failure is not None or error is not None:
        found.differences = (*_compare_failures(found.stage, failure, error), *_altered(found, ()))
        return
    past, old_id, new_id = found.past, found.recorded.run_id, found.recorded.spec.run_id
    details = DETAIL_TABLES if past.plan.recording.detailed(found.recorded.spec.replicate) else ()
    lines = []
    for name in ("runs", "series", *details):
        if not (past.folder / f"{name}.csv").is_file():  # large tables may have been left behind
            found.missing += (f"{name}.csv",)
            continue
        header, there = rows_of(past.folder / f"{name}.csv", old_id)
        now = pieces[name]
        if name == "runs":
            now = renumbered({name: now}, found.recorded.spec.point, bool(past.plan.twins))[name]
        if new_id != old_id:
            now = re.sub(rb"(?m)^%b," % new_id.encode(), old_id.encode() + b",", now)
        lines += [f"{name}.csv, {line}" for line in differing_text(there, now, header, NAMED)]
        found.rows[name] = there.count(b"\n")
    found.differences = (*lines, *_altered(found, lines))


def _altered(found: Repetition, told: Sequence[str]) -> Iterator[str]:
    """Tables that are not as they were written, although the rows of this run, where they have any, are."""
    for name, what in found.past.altered.items():
        if not any(line.startswith(f"{name}, ") for line in told):
            where = ", but not in the rows of this run" if name.removesuffix(".csv") in found.rows else ""
            yield f"{name} {what}{where}"


def _compare_failures(stage: str, failure: Mapping[str, str] | None, error: Exception | None) -> list[str]:
    """What differs of an error: the traceback may, as it names places on the disk."""
    if error is None:
        assert failure is not None
        return [f"failed there ({failure['error']}: {failure['message']}), ends now"]
    if failure is None:
        return [f"ended there, fails now ({type(error).__name__}: {error})"]
    now = {"stage": stage, "error": type(error).__name__, "message": str(error)}
    return [f"failures.csv, {name}: {failure[name]!r} there, {value!r} now"
            for name, value in now.items() if failure[name] != value]  # fmt: skip


def rows_of(path: Path, run_id: str) -> tuple[list[str], bytes]:
    """The columns of a CSV file, and the rows of a run as they stand there."""
    begin = f"{run_id},".encode()
    with open(path, "rb") as file:
        header = file.readline().decode("utf-8", "replace").rstrip("\n").split(",")
        return header, b"".join(line for line in file if line.startswith(begin))
