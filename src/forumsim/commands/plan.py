"""``forumsim plan``: what a plan would run, and what it would take, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forumsim.commands.compilation import announce
from forumsim.commands.console import FAILED, columns, counted, describe, note, say, value_text
from forumsim.commands.options import PlanFile, With, Workers, option
from forumsim.commands.sweep import cores

if TYPE_CHECKING:
    from forumsim.plans import Part, Plan
    from forumsim.sweeps.expectation import Expectation

#: Levels that are written out, of a factor with many.
SHOWN = 8


def plan(
    file: PlanFile,
    workers: Workers = None,
    out: Annotated[
        Path | None, option(metavar="DIR", help="Results folder to be used: is there room on its disk?")
    ] = None,
    no_try: Annotated[bool, option("--no-try", help="Do not try a run: time and size are not estimated then.")] = False,
    with_: With = None,
) -> None:
    """Say how large a plan is, and what time and disk it will take, before anything runs.

    Raises
    ------
    InputError
        When the plan cannot be used.
    typer.Exit
        With status 1 when a run that was tried failed.
    """
    from forumsim.plans import load_plan
    from forumsim.sweeps.expectation import expect

    checked = load_plan(file, with_)
    if not no_try:
        announce(bool(checked.extensions))
    found = expect(checked, not no_try)
    number = min(workers or cores(), checked.most_runs)
    folder = out if out is not None else Path("results") / checked.name
    say(f"{checked.name}: {_size(found)}")
    say(columns([*_made_of(checked), *_rules(found), *_takes(found, number)]))
    _warn(found, folder, number)
    given = "".join(f" --with {path}" for path in with_ or ())
    say(f"nothing was written; to run it: forumsim sweep {file}{given}")
    if found.failed:
        raise typer.Exit(FAILED)


def _size(found: Expectation) -> str:
    plan, rule = found.plan, found.plan.replication
    points = counted(len(plan.points), "point")
    alone = sum(point.extra for point in plan.points)
    points += f" ({counted(alone, 'twin')} among them)" if alone else ""
    if rule.adaptive:
        return f"{points}, {found.least_runs} to {found.most_runs} runs ({rule.minimum} to {rule.maximum} of each)"
    return f"{points} x {counted(rule.maximum, 'replicate')} = {counted(found.most_runs, 'run')}"


# --- what is run --------------------------------------------------------------------------------------------------


def _made_of(plan: Plan) -> Iterator[tuple[str, str]]:
    for k, part in enumerate(plan.parts):
        points = sum(point.part == k and not point.extra for point in plan.points)
        named = f"{part.name}: " if part.name else ""
        many = f", {counted(points, 'point')}" if len(plan.parts) > 1 else ""
        yield ("part" if named else "scenario"), f"{named}{part.scenario}, {counted(part.steps, 'step')}{many}"
        fixed = {**({"preset": part.preset} if part.preset else {}), **_fields(part), **part.parameters}
        if fixed:
            yield "fixed", ", ".join(f"{name} = {_value(name, value)}" for name, value in fixed.items())
        for factor in part.factors:
            yield "varied", f"{factor.name}: {_levels(factor)}"
        if part.design != "grid":
            options = ", ".join(f"{name} = {value_text(value)}" for name, value in part.options.items())
            yield "design", f"{part.design} ({options})"
    record = plan.recording
    every = "every step" if record.every == 1 else f"every {record.every} steps"
    yield "records", f"{counted(len(record.series), 'measure')} {every}{_details(plan)}"


def _fields(part: Part) -> dict[str, Any]:
    from forumsim.scenarios.settings import field_name

    return {field_name(key): value for key, value in part.fields.items()}


def _levels(factor: Any) -> str:
    if factor.is_range:
        return f"from {value_text(factor.low)} to {value_text(factor.high)}"
    shown = ", ".join(_value(factor.name, level) for level in factor.levels[:SHOWN])
    more = f", ... {_value(factor.name, factor.levels[-1])}" if len(factor.levels) > SHOWN else ""
    return f"{counted(len(factor.levels), 'level')}: {shown}{more}"


def _details(plan: Plan) -> str:
    whose = {"none": "", "first": "the first replicate of each point", "all": "all runs"}[plan.recording.detail]
    if not whose:
        return "; no events and snapshots"
    steps = ", ".join(str(step) for step in plan.recording.snapshots) or "no step"
    return f"; events and snapshots (at {steps}) of {whose}"


# --- rules --------------------------------------------------------------------------------------------------------


def _rules(found: Expectation) -> Iterator[tuple[str, str]]:
    plan, rule, stop = found.plan, found.plan.replication, found.plan.stop
    if rule.adaptive:
        widths = ", ".join(f"{name} +-{value_text(width)}" for name, width in rule.precision.items())
        each = f"of each point {rule.minimum}, then {max(1, rule.ahead)} at a time, until its 95 % intervals"
        narrow = f"({rule.issue}) are no wider than {widths} and have been so for {rule.ahead} more"
        yield "replicates", f"{each} {narrow}; at most {rule.maximum}"
    if stop is not None:
        words = stop.content()
        held = f" has held for {counted(stop.hold, 'step')}" if stop.hold else " holds"
        after = f", not before step {stop.after}" if stop.after else ""
        yield "stop", f"a run ends early when {words['when']} ({stop.issue}){held} at a record{after}"
    if plan.twins:
        own = sum(point.twin == point.number for point in plan.points)
        others = sum(point.twin is not None for point in plan.points) - own
        settings = ", ".join(f"{name} = {_value(name, value)}" for name, value in plan.twins.items())
        yield "twins", f"{settings}: {counted(others, 'point')} compared; {counted(own, 'point')} of these settings"
    for contrast in plan.contrasts:
        words = contrast.content()
        sides = f"{_side(words['to'])} less {_side(words['from'])}"
        yield "contrast", f"{contrast.name}: {sides}, {counted(found.pairs[contrast.name], 'pair')} of points"


def _side(settings: Mapping[str, Any]) -> str:
    return " and ".join(f"{name} = {_value(name, value)}" for name, value in settings.items())


# --- what it takes ------------------------------------------------------------------------------------------------


def _takes(found: Expectation, workers: int) -> Iterator[tuple[str, str]]:
    from rich.filesize import decimal

    from forumsim.sweeps.progress import duration

    if not found.seconds:
        yield "time", "not known: no run was tried" if not found.trials else "not known: the tried runs failed"
        return
    mean = found.shared(workers)
    most = "at most " if found.plan.replication.adaptive else ""
    by = counted(workers, "worker")
    if found.plan.replication.adaptive:
        least = mean * found.least_runs / found.most_runs
        yield "time", f"about {duration(least)} to {duration(mean)} with {by}, by the replicates that it takes"
    elif mean < 1:
        yield "time", f"less than a second with {by}"
    else:
        yield "time", f"about {duration(mean)} with {by}"
    ended = [trial for trial in found.trials if not trial.error]
    seconds = sorted(trial.seconds for trial in ended)
    span = f"{seconds[0]:.2g} s" if len(ended) == 1 else f"{seconds[0]:.2g} to {seconds[-1]:.2g} s each"
    points = len({trial.point for trial in ended})
    tried = f"{counted(len(ended), 'run')} of {counted(points, 'point')} took {span}"
    yield "", f"an estimate: {tried}; without the start of the workers, and as if nothing slowed them down"
    yield "disk", f"{most}about {decimal(int(found.size))}"


def _warn(found: Expectation, folder: Path, workers: int) -> None:
    from forumsim.sweeps.permission import too_large

    for sentence in found.plan.notes:
        note(f"forumsim: {sentence}")
    _warn_of_ranges(found.plan)
    for name, pairs in found.pairs.items():
        if not pairs:
            note(f"forumsim: contrast {name} compares no points: no point of one side has its like on the other")
    for message in dict.fromkeys(trial.error for trial in found.failed):
        number = sum(trial.error == message for trial in found.failed)
        note(f"forumsim: {number} of {len(found.trials)} tried runs failed: {message}")
    error = too_large(found, workers, folder)
    if error is not None:
        note(describe(error))


def _warn_of_ranges(plan: Plan) -> None:
    """Say what a design over ranges cannot show, and what to take for that."""
    from forumsim.plans.designs import SCREENING

    many = [part for part in plan.parts if sum(factor.is_range for factor in part.factors) > 1]
    for kind in dict.fromkeys(part.design for part in many):
        if kind in SCREENING:
            note(f"forumsim: forumsim sensitivity reads the results of the design {kind}; the report has little to say")
        else:
            note(f"forumsim: points of the design {kind} differ in several names at once, so that the report has no "
                 "pairs to compare. It covers the ranges for a regression or an emulator of your own, on runs.csv and "
                 "summary.csv. For effects of single names vary lists of values in a grid, with [contrasts]; for what "
                 "matters most take the design morris or saltelli, and then forumsim sensitivity")  # fmt: skip


def _value(name: str, value: Any) -> str:
    """The value of a parameter or field as a plan has it."""
    from forumsim.core.parameters import find_parameter

    parameter = find_parameter(name)
    return value_text(bool(value) if parameter is not None and parameter.is_switch else value)
