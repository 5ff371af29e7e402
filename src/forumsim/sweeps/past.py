"""Complete results with the plan that they are of, ready to be run again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.extensions import Extensions
from forumsim.plans.plan import Plan
from forumsim.results.description import given_extensions, read_plan
from forumsim.results.heads import compare
from forumsim.results.inputs import places_of
from forumsim.results.manifest import SCHEMA_VERSION, identity, recorded_identity, software
from forumsim.results.opening import altered, open_results, tables_of
from forumsim.results.results import Results
from forumsim.sweeps.work import Job, make_job

_TITLE = "the runs cannot be repeated"


@dataclass(frozen=True)
class Past:
    """Results that were written earlier, and their plan as it is read now."""

    results: Results
    plan: Plan
    places: dict[str, Path]  #: where in the folder the scenarios and files are that the plan names
    job: Job  #: what runs are made of
    changes: tuple[str, ...]  #: What is not as it was: plan, scenario, model. Empty unless the user goes on anyway.
    software: tuple[str, ...]  #: versions that differ, then and now: none of them need matter
    #: Tables that are missing or have changed since they were written, and which of the two. Empty when the user goes
    #: on anyway.
    altered: dict[str, str]

    @property
    def folder(self) -> Path:
        """The results folder."""
        return self.results.folder


def open_past(
    folder: str | Path,
    anyway: bool = False,
    with_: Any = None,
) -> Past:
    """Read the plan of a results folder again, and see whether it is still the same.

    Parameters
    ----------
    folder : path
    anyway : bool
        Go on when plan, scenario or model have changed, and with tables that are missing or were edited.
    with_ : str, path, several of them, or Extensions, optional
        The extensions that the results were made with.

    Raises
    ------
    InputError
        There are no results, their plan cannot be read, or something has changed that decides the results.
    """
    results = open_results(folder, anyway)
    then = results.manifest
    extensions = given_extensions(results, with_)
    _same_extensions(results, extensions, anyway)
    plan = read_plan(results, extensions)
    if then.get("schema_version") != SCHEMA_VERSION:
        changes = [f"layout of the folder: {then.get('schema_version')} there, {SCHEMA_VERSION} now"]
    else:
        changes = compare(recorded_identity(then), identity(plan))
    versions = _versions(then.get("software", {}))
    if changes and not anyway:
        problems = [Problem(str(results.folder), line) for line in changes]
        problems += [Problem("software", line) for line in versions]
        hint = "take the version of forumsim and of the scenario that they were made with, or go on with --anyway"
        raise InputError([*problems, Problem("to repeat them", "the same bits cannot be expected", "", hint)], _TITLE)
    issues = tuple(dict.fromkeys(issue for scenario in plan.scenarios() for issue in scenario.issues))
    job = make_job(plan, issues)
    lost = {} if anyway else altered(results, tables_of(results))
    return Past(results, plan, places_of(then, results.folder), job, tuple(changes), versions, lost)


def _same_extensions(results: Results, now: Extensions, anyway: bool) -> None:
    """See, before the plan is read with them, whether extensions are those that the results were made with."""
    then = results.manifest.get("extensions", {})
    lines = compare({"extensions": then}, {"extensions": now.digests})
    if lines and not anyway:
        problems = [Problem(str(results.folder), line) for line in lines]
        kept = [name for name in then if name in results.manifest.get("inputs", {})]
        hint = f"the file that was used is {results.manifest['inputs'][kept[0]]} in the folder, or " if kept else ""
        problems.append(Problem("to repeat them", "the same bits cannot be expected", "", f"{hint}--anyway"))
        raise InputError(problems, _TITLE)


def _versions(then: dict[str, str]) -> tuple[str, ...]:
    now = software()
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return tuple(f"{name.replace('_', ' ')}: {then.get(name, 'none')} then, {now.get(name, 'none')} now"
                 for name in names)  # fmt: skip
