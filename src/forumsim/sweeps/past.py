"""Complete results with the plan that they are of, ready to be run again."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.plans.plan import Plan, make_plan
from forumsim.results.heads import compare
from forumsim.results.manifest import SCHEMA_VERSION, identity, software
from forumsim.results.opening import open_results
from forumsim.results.results import Results
from forumsim.running.run import run_arrays
from forumsim.scenarios import load_scenario
from forumsim.sweeps.work import Job, make_job

_TITLE = "the runs cannot be repeated"


@dataclass(frozen=True)
class Past:
    """Results that were written earlier, and their plan as it is read now.

    Attributes
    ----------
    results : Results
    plan : Plan
    base : Path
        What relative names in the plan refer to.
    job : Job
        What runs are made of.
    changes : tuple of str
        What is not as it was: plan, scenario, model. Empty unless the user goes on anyway.
    software : tuple of str
        Versions that differ, then and now: none of them need matter.
    """

    results: Results
    plan: Plan
    base: Path
    job: Job
    changes: tuple[str, ...]
    software: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.results.folder


def open_past(
    folder: str | Path,
    anyway: bool = False,
    load: Callable[..., Any] = load_scenario,
    run: Callable[..., Any] = run_arrays,
) -> Past:
    """Read the plan of a results folder again, and see whether it is still the same.

    Parameters
    ----------
    folder : path
    anyway : bool
        Go on when plan, scenario or model have changed.
    load, run : callable
        How a scenario is loaded and run.

    Raises
    ------
    InputError
        There are no results, their plan cannot be read, or something has changed that decides the results.
    """
    results = open_results(folder)
    plan, base = _read_plan(results)
    then = results.manifest
    changes: list[str] = []
    if then.get("schema_version") != SCHEMA_VERSION:
        changes = [f"layout of the folder: {then.get('schema_version')} there, {SCHEMA_VERSION} now"]
    else:
        content = identity(plan)
        changes = compare({key: then.get(key) for key in content}, content)
    versions = _versions(then.get("software", {}))
    if changes and not anyway:
        problems = [Problem(str(results.folder), line) for line in changes]
        problems += [Problem("software", line) for line in versions]
        hint = "take the version of forumsim and of the scenario that they were made with, or go on with --anyway"
        raise InputError([*problems, Problem("to repeat them", "the same bits cannot be expected", "", hint)], _TITLE)
    scenarios = [load(part.source, **part.fields) for part in plan.parts]
    issues = tuple(dict.fromkeys(issue for scenario in scenarios for issue in scenario.issues))
    return Past(results, plan, base, make_job(plan, issues, load, run), tuple(changes), versions)


def _read_plan(results: Results) -> tuple[Plan, Path]:
    """The plan, and the folder that its relative names refer to: where it was, or the results folder itself.

    Raises
    ------
    InputError
        With what is wrong at the first of the two places.
    """
    path = results.folder / "plan.toml"
    try:
        text = path.read_bytes().decode("utf-8")
        given = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(str(path), f"cannot be read: {error}")], _TITLE) from None
    name = str(results.manifest.get("name", "plan"))
    places = [results.folder / str(results.manifest.get("plan_folder") or "."), results.folder]
    errors = []
    for base in places:
        try:
            return make_plan(given, name=name, folder=base.resolve(), text=text), base
        except InputError as error:
            errors.append(error)
    raise errors[0]


def _versions(then: dict[str, str]) -> tuple[str, ...]:
    now = software()
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return tuple(f"{name.replace('_', ' ')}: {then.get(name, 'none')} then, {now.get(name, 'none')} now"
                 for name in names)  # fmt: skip
