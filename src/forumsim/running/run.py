"""Run a scenario from start to end without Mesa objects: the fast path, and what sweeps call.

`run_arrays` returns arrays, `simulate` data frames. Both call the rules that `ForumModel` calls and give the same
bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forumsim.core.errors import InputError, collected
from forumsim.core.measures import MEASURES, Grounds, grounds, measure, verdict_measures
from forumsim.core.parameters import PRESETS, check_parameters, make_record
from forumsim.core.schedule import advance, make_room, prepare, room_needed
from forumsim.core.world import Floats, World
from forumsim.running import tables
from forumsim.running.arguments import MOST_STEPS, check_count, check_seed, mapping, whole_numbers
from forumsim.running.extended import ExtendedSteps
from forumsim.running.interventions import apply_listed, check_interventions, plain_stage
from forumsim.running.notes import warn_of_late_dates
from forumsim.running.outcome import Outcome
from forumsim.running.shown import Shown
from forumsim.scenarios import Scenario, load_scenario
from forumsim.scenarios.fields import hint_at_fields
from forumsim.scenarios.settings import check_preset

if TYPE_CHECKING:
    import pandas as pd


@dataclass(repr=False)
class Run(Shown):
    """One run as data frames (columns as in the results' CSV files, without ``run_id``).

    Attributes
    ----------
    series : DataFrame
        Measures by step and issue.
    verdict : DataFrame
        State and tendency by issue.
    events, forums, memberships, actors : DataFrame
        Event log and snapshots; empty when the run was asked for no detail.
    world : World
        State at the end.
    grounds : list of Grounds
        The numbers that decided the verdict, one entry an issue and the pooled one last.
    """

    scenario: Scenario
    seed: int
    series: pd.DataFrame
    verdict: pd.DataFrame
    events: pd.DataFrame
    forums: pd.DataFrame
    memberships: pd.DataFrame
    actors: pd.DataFrame
    world: World = field(repr=False)
    grounds: list[Grounds] = field(default_factory=list, repr=False)


def settle(scenario: Scenario, parameters: Mapping[str, Any] | None = None) -> tuple[Scenario, Any]:
    """The scenario and the record of parameters of a run: defaults, the scenario's own values, then the given ones.

    Returns
    -------
    tuple of Scenario and record of parameters
        Values of the extensions' parameters go with the scenario, those of the model make the record.

    Raises
    ------
    InputError
        Every unknown name, wrong type and value out of range at once.
    """
    own = scenario.extensions.parameters
    ours, own_problems = check_parameters(scenario.parameters, f"scenario {scenario.name}: ", own)
    given, problems = check_parameters(parameters or {}, "", own)
    if own_problems or problems:
        raise InputError([*own_problems, *problems])
    return with_values(scenario, ours | given)


def with_values(scenario: Scenario, values: Mapping[str, float]) -> tuple[Scenario, Any]:
    """What `settle` returns, from checked values by dotted name."""
    names = {item.name for item in scenario.extensions.parameters}
    kept = {name: value for name, value in values.items() if name in names}
    return (replace(scenario, own=kept) if kept else scenario), make_record(values)


def params_for(scenario: Scenario, parameters: Mapping[str, Any] | None = None) -> Any:
    """The record alone of what `settle` gives."""
    return settle(scenario, parameters)[1]


def run_arrays(
    scenario: Scenario,
    params: Any,
    steps: int,
    seed: int,
    every: int = 1,
    snapshots: Iterable[int] = (),
    stop: Callable[[int, Floats], bool] | None = None,
    interventions: Sequence[Mapping[str, Any]] = (),
) -> Outcome:
    """Run a scenario and return arrays (the path of sweeps; inputs are taken as checked).

    Parameters
    ----------
    scenario : Scenario
    params : record of parameters
        From `params_for`.
    steps : int
        Length of the run.
    seed : int
        Seed of the keyed draws.
    every : int
        All measures are recorded at step 0 and every so many steps.
    snapshots : iterable of int
        Steps at which the state is kept.
    stop : callable, optional
        Called at every record after the start with the step and the measures (D + 1, M): true ends the run there. The
        state of that step then stands for the snapshots that did not come to be.
    interventions : sequence of mapping
        What a user does after the measures and snapshot of a step, in order (`forumsim.running.interventions`).
    """
    world = scenario.build(seed, params)
    listed = _by_step(interventions)
    if listed:
        params = params.copy()
    stage = plain_stage(scenario, world, params)
    extended = ExtendedSteps(stage.scenario, params) if scenario.extensions else None
    make_room(world)
    prepare(world, params)
    scopes, number = world.issues + 1, steps // every + 1
    series = np.full((number, scopes, len(MEASURES)), np.nan)
    own_series = np.full((number, scopes, len(scenario.extensions.measures)), np.nan)
    track = np.full((steps + 1, scopes, 3), np.nan)
    verdict_measures(world, params, track[0])
    measure(world, params, series[0])
    if extended is not None:
        own_series[0] = extended.measure(world)
    kept: dict[int, World] = {}
    wanted = {int(s) for s in snapshots}
    marks = {s for s in (*wanted, *listed) if 0 <= s <= steps} | {steps}
    if stop is not None:
        marks |= set(range(every, steps + 1, every))
    room = room_needed(world)
    for mark in sorted(marks):
        if extended is not None:
            extended.advance(world, mark, every, series, own_series, track)
        else:
            while advance(world, params, mark, every, room, series, track) < mark:
                make_room(world)
        if mark in wanted:
            kept[mark] = world.copy()
        if stop is not None and mark and mark % every == 0:
            values = np.hstack([series[mark // every], own_series[mark // every]])
            if stop(mark, values):
                break
        if mark in listed:
            apply_listed(stage, listed[mark])
            room = room_needed(world)
    last = world.step
    if last < steps and any(mark > last for mark in wanted):
        kept[last] = world.copy()
    number = last // every + 1
    steps_recorded = np.arange(number, dtype=np.int64) * every
    if own_series.size:
        series = np.concatenate([series, own_series], axis=2)
    return Outcome(steps_recorded, series[:number], track[: last + 1], world, kept, params)


def _by_step(interventions: Sequence[Mapping[str, Any]]) -> dict[int, list[tuple[int, Mapping[str, Any]]]]:
    """Interventions with their numbers, from 1, by step."""
    listed: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, entry in enumerate(interventions, start=1):
        listed.setdefault(int(entry["step"]), []).append((number, entry))
    return listed


def simulate(
    scenario: str | Path | Scenario,
    steps: int | None = None,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    every: int = 1,
    detail: bool = True,
    snapshots: Iterable[int] | None = None,
    interventions: Sequence[Mapping[str, Any]] = (),
    with_: Any = None,
    preset: str | None = None,
) -> Run:
    """Run a scenario once.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Shipped name or folder of one's own.
    steps : int, optional
        Length of the run; the scenario's own by default.
    seed : int
        0 .. 2**31 - 1. The same scenario, parameters and seed give the same bits.
    parameters : mapping, optional
        Parameters of the model, ``{"dialogue.level": 0.6}``.
    fields : mapping, optional
        Fields of the scenario, ``{"polarisation": 0.8}``, and cells of its tables, ``{"actors.USA.sincerity": 0.9}``.
    every : int
        Record the measures every so many steps.
    detail : bool
        Make the tables of events, forums, memberships and actors.
    snapshots : iterable of int, optional
        Steps of those tables; by default start, thirds and end.
    interventions : sequence of mapping, optional
        What is done to the run: ``{"step": 8, "act": "leave", "actor": "USA", "forum": "GPAI"}``, as in
        `ForumModel.interventions` and the table [[interventions]] of a plan.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py`` with own rules, measures, gates, decision rules (docs/extending.md).
    preset : str, optional
        Dialogue preset: none, track2, track15, track1, intense. Where ``parameters`` differ from it, they are taken.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        Every mistake in the arguments at once.

    Warns
    -----
    RunNote
        The scenario dates some things after the end of the run.

    Examples
    --------
    >>> from forumsim import simulate
    >>> run = simulate("two_blocs", steps=4, seed=1, fields={"polarisation": 0.2})
    >>> list(run.verdict.columns)
    ['issue', 'state', 'tendency']
    """
    wrong = None if steps is None else check_count(steps, "steps")
    unknown = None if preset is None else check_preset(preset, "preset")
    problems = [p for p in (check_seed(seed), check_count(every, "every"), wrong, unknown) if p]
    fields = mapping(fields, "fields", '{"polarisation": 0.8}', problems)
    parameters = mapping(parameters, "parameters", '{"dialogue.level": 0.8}', problems)
    case = None
    with collected(problems):
        case = load_scenario(scenario, with_=with_, **fields)
    own = () if case is None else case.extensions.parameters
    given, faults = check_parameters(parameters, "", own)
    hint_at_fields(faults, {} if case is None else case.field_specs, "fields={%r: ...}")
    problems += faults
    params = None
    if case is not None:
        case, params = settle(case, PRESETS.get(preset or "", {}) | given)
    length = MOST_STEPS if case is None else case.steps
    if steps is not None:
        length = MOST_STEPS if wrong else int(steps)
    usual = (0, length // 3, 2 * length // 3, length)
    marks = whole_numbers(usual if snapshots is None else snapshots, "snapshots", 0, length, problems)
    problems += check_interventions(interventions, case, params, length)
    if problems or case is None:
        raise InputError(problems)
    warn_of_late_dates(case, length)
    outcome = run_arrays(
        case, params, length, int(seed), int(every), marks if detail else (), interventions=interventions
    )
    return run_of(case, int(seed), outcome)


def run_of(scenario: Scenario, seed: int, outcome: Outcome) -> Run:
    """The data frames of what a run has left."""
    return Run(
        scenario,
        seed,
        tables.series_frame(scenario, outcome),
        tables.verdict_frame(scenario, outcome),
        tables.events_frame(scenario, outcome),
        tables.forums_frame(scenario, outcome),
        tables.memberships_frame(scenario, outcome),
        tables.actors_frame(scenario, outcome),
        outcome.world,
        grounds(outcome.verdict_series, outcome.params),
    )
