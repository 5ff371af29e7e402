"""A run of a results folder as a running model: it can be stepped, looked at on the way, and is the same to the bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.seeds import run_seed
from forumsim.running.interventions import apply_listed
from forumsim.running.model import ForumModel
from forumsim.running.run import Run
from forumsim.scenarios.settings import field_name
from forumsim.sweeps.past import Past
from forumsim.sweeps.rerun import Recorded, find, repeat
from forumsim.sweeps.single import settings_of_run


def repeated(past: Past, run_id: str, anyway: bool = False) -> tuple[Recorded, Run, tuple[str, ...]]:
    """Find a run, repeat it, and see that its rows are those of the folder.

    Parameters
    ----------
    past : Past
    run_id : str
        Id of a run, or its beginning.
    anyway : bool
        Whether a run will do that comes out otherwise than it stands there.

    Returns
    -------
    tuple of Recorded, Run and tuple of str
        The last is what differs; it is empty unless ``anyway``.

    Raises
    ------
    InputError
        There is no such run, it failed, or it comes out otherwise.
    """
    recorded = find(past, run_id)
    found = repeat(past, recorded)
    if found.run is None:
        why = f"{type(found.error).__name__}: {found.error}"
        hint = f"to look into it: forumsim rerun {past.folder} {recorded.run_id}"
        raise InputError(
            [Problem(recorded.run_id, f"the run failed ({why}), so that there is nothing to show", "", hint)]
        )
    if found.differences and not anyway:
        problems = [Problem(recorded.run_id, line) for line in found.differences]
        problems.append(
            Problem("to show it", "it does not come out as it stands in the folder", "", "or with --anyway")
        )
        raise InputError(problems, "the run is not the same as in the results")
    return recorded, found.run, found.differences


def model_of_run(past: Past, recorded: Recorded) -> ForumModel:
    """The model of a run at its start; its interventions are done by `steps_of`, and not by ``step`` alone."""
    spec, plan = recorded.spec, past.plan
    part = plan.parts[spec.point.part]
    preset, fields, parameters = settings_of_run(past, spec)
    named = {field_name(key): value for key, value in fields.items()}
    return ForumModel(
        part.source,
        steps=part.steps,
        rng=run_seed(plan.seed, spec.replicate),
        preset=preset or None,
        with_=plan.extensions,
        **named,
        **parameters,
    )


def interventions_of(past: Past, recorded: Recorded) -> tuple[Mapping[str, Any], ...]:
    """What the plan does to the run, in the order of its numbers in the event log."""
    return tuple(past.plan.parts[recorded.spec.point.part].interventions)


def steps_of(model: ForumModel, acts: tuple[Mapping[str, Any], ...], last: int) -> Iterator[int]:
    """Run a model to a step, with what is done to it; after the start and each step its number is given.

    At that moment the measures of the step are taken and its interventions are done, as in the events of a sweep.
    """
    while True:
        now = model.step_count
        due = [(number, entry) for number, entry in enumerate(acts, start=1) if int(entry["step"]) == now]
        if due and not now == last < model.length:  # a run that a condition stops ends before what was planned then
            apply_listed(model, due)
            model.interventions += [dict(entry) for _, entry in due]
        yield now
        if now >= last:
            return
        model.step()
