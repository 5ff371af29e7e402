"""``forumsim run``: one run, told on the terminal and kept as tables."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forumsim.commands.compilation import announce, load_code
from forumsim.commands.console import note, say, warn_of_formulas
from forumsim.commands.options import Case, Overlay, Preset, Seed, Settings, Steps, With, option
from forumsim.commands.reading import against, own_measures, reading
from forumsim.commands.settings import load_case, load_twin
from forumsim.core.errors import InputError, Problem, collected

if TYPE_CHECKING:
    from forumsim.running.run import Run
    from forumsim.scenarios import Scenario


def run(
    scenario: Case,
    seed: Seed = 1,
    steps: Steps = None,
    settings: Settings = None,
    preset: Preset = None,
    overlay: Overlay = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write tables of the run into this (new) folder.")
    ] = None,
    every: Annotated[int, typer.Option(min=1, max=100_000, help="Steps between two records of the measures.")] = 1,
    interventions: Annotated[
        Path | None,
        option(
            metavar="FILE",
            help="What is done to the run: the interventions.csv of another run, or a TOML file with tables "
            "[[interventions]]. Each has a step, an act (set, shock, join, leave, found, meet, host, channel, write) "
            "and what the act takes, which experiments/README.md lists.",
        ),
    ] = None,
    twin: Annotated[
        list[str] | None,
        option(
            metavar="NAME=VALUE",
            help="Compare the run with its twin, the run of the same seed with this setting, such as dialogue.level=0; "
            "may be repeated.",
        ),
    ] = None,
    with_: With = None,
) -> None:
    """Run a scenario once and say how it ended."""
    problems: list[Problem] = []
    with collected(problems):
        case, parameters, fields = load_case(scenario, settings or (), preset, with_, overlay)
        if twin:
            other, theirs, apart = load_twin(case, parameters, twin)
    done = []
    if interventions is not None:
        from forumsim.running.interventions import read_interventions

        with collected(problems):
            done = read_interventions(interventions)
    if problems:
        problems += _mistakes_of_acts(done, scenario, steps, with_)
        raise InputError(problems, "the run cannot be made")
    from forumsim.running.interventions import check_interventions
    from forumsim.running.notes import RunNote
    from forumsim.running.run import params_for, simulate

    length = case.steps if steps is None else steps
    mistakes = check_interventions(done, case, params_for(case, parameters), length)
    if mistakes:  # told before the model is compiled, which takes a while the first time
        raise InputError(mistakes)
    announce(bool(with_))
    load_code(bool(with_))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunNote)  # it is told below
        start = time.perf_counter()
        result = simulate(case, steps=steps, seed=seed, parameters=parameters, every=every, interventions=done)
        seconds = time.perf_counter() - start
        silent = None
        if twin:
            silent = simulate(other, steps=steps, seed=seed, parameters=theirs, every=every, interventions=done)
    if out is not None:  # before anything is said: the folder may be another's
        from forumsim.sweeps.single import write_new_run

        write_new_run(
            out, scenario, seed, length, parameters, fields, every, done, apart if twin else {}, case.extensions
        )
    say(f"{case.name}: {case.title}")
    if overlay is not None:
        from forumsim.scenarios.overlays import read_overlay

        say(f"overlay {overlay}: {read_overlay(scenario, overlay, case.extensions.parameters).title}")
    say(f"seed {seed}, {_period(case, length)}, {seconds:.2f} s")
    for line in _without_effect(result, done):
        note(f"forumsim: {line}")
    late = case.after_end(length)
    if late:
        note(f"forumsim: {late}")
    say()
    say(reading(result))
    if silent is not None:
        say()
        say(against(result, silent, params_for(case, parameters), ", ".join(twin or ())))
    if case.extensions.measures:
        say()
        say(own_measures(result))
    if out is not None:
        warn_of_formulas([case])
        say()
        say(f"tables in {out}; figures and a page: forumsim report {out}")


def _mistakes_of_acts(
    done: Sequence[Mapping[str, Any]], scenario: str, steps: int | None, with_: Sequence[Path] | None
) -> list[Problem]:
    """What is wrong with interventions, where something else is wrong already: all is told at once."""
    if not done:
        return []
    from forumsim.running.interventions import check_interventions
    from forumsim.running.run import settle
    from forumsim.scenarios import load_scenario

    try:
        case, params = settle(load_scenario(scenario, with_=with_))
        return check_interventions(done, case, params, case.steps if steps is None else steps)
    except InputError:  # which has been told
        return []


def _period(scenario: Scenario, steps: int) -> str:
    dates = f", {scenario.date_of(0)} to {scenario.date_of(steps)}" if scenario.start else ""
    return f"{steps} steps{dates}"


def _without_effect(result: Run, done: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The interventions of which nothing came."""
    from forumsim.running.notes import no_effect

    found = result.events[result.events["event"] == "no_effect"]
    for number in dict.fromkeys(int(value) for value in found["value"]):
        if number == 0:  # a dated shock of the scenario
            continue
        entry = done[number - 1]
        yield no_effect(number, entry)
