"""What a plan's results are made of: their tables with all columns, for new results and for those in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem
from forumsim.extensions import Extensions, described, needed_extensions
from forumsim.plans.plan import Plan, make_plan
from forumsim.results.codebook_tables import data_package, results_tables
from forumsim.results.columns import Table
from forumsim.results.inputs import places_of
from forumsim.results.results import Results
from forumsim.scenarios.reading import read_toml

#: Parts of a run in the store: rows of the CSV of the same name; ``tail`` and ``verdict`` are for the summary.
DETAIL_TABLES = ("events", "forums", "memberships", "actors")
RUN_TABLES = ("runs", "series", *DETAIL_TABLES, "failures")


@dataclass(frozen=True)
class PlanCase:
    """A plan with the scenarios of its parts, which give issues, fields and labels."""

    plan: Plan
    scenarios: tuple[Any, ...]
    folder: Path

    @property
    def issues(self) -> tuple[str, ...]:
        """Issues of all scenarios, in order."""
        return tuple(dict.fromkeys(issue for scenario in self.scenarios for issue in scenario.issues))


def plan_tables(case: PlanCase) -> dict[str, Table]:
    """The tables of a plan's results, with their columns; details and contrasts only where the plan has them."""
    plan = case.plan
    known = plan.extensions.all_measures
    measures = [known[name] for name in plan.recording.series]
    fields = {name: spec for scenario in case.scenarios for name, spec in scenario.field_specs.items()}
    every = results_tables(
        case.issues, measures, plan.varied, fields, parts=tuple(part.name for part in plan.parts),
        precision=tuple(plan.replication.precision), twins=bool(plan.twins), own=plan.extensions.parameters,
    )  # fmt: skip
    left_out = set(DETAIL_TABLES) if plan.recording.detail == "none" else set()
    if not plan.contrasts:
        left_out.add("contrasts")
    if not plan.twins:
        left_out.add("twins")
    if not any(part.interventions for part in plan.parts):
        left_out.add("interventions")
    return {name: table for name, table in every.items() if name not in left_out}


def extensions_of(manifest: Mapping[str, Any]) -> Extensions:
    """The extensions that results were made with, as far as the manifest describes them: none of their code runs."""
    return described(manifest.get("declared", {}))


def given_extensions(results: Results, with_: Any) -> Extensions:
    """The extensions that results were made with, as the user gives them, to be run.

    Raises
    ------
    InputError
        One that the results need is not given.
    """
    needed = [source.name for source in extensions_of(results.manifest).sources]
    kept = places_of(results.manifest, results.folder)
    places = {name: str(path) for name, path in kept.items() if name in needed and path.is_file()}
    return needed_extensions(needed, with_, str(results.folder), places)


def read_plan(results: Results, extensions: Extensions | None = None) -> Plan:
    """The plan of results; the scenarios and files that it names are those in the folder.

    Parameters
    ----------
    results : Results
    extensions : Extensions, optional
        Those that it is to run with; by default they are only described, and the plan cannot be run.

    Raises
    ------
    InputError
        It cannot be read, or not be used.
    """
    path = results.folder / "plan.toml"
    problems: list[Problem] = []
    read = read_toml(path, str(path), problems)
    if read is None:
        raise InputError(problems, "the plan of the results cannot be read")
    text, given = read
    name = str(results.manifest.get("name") or "plan")
    own = extensions_of(results.manifest) if extensions is None else extensions
    return make_plan(given, name, results.folder, text, places_of(results.manifest, results.folder), own)


def describe(results: Results) -> dict[str, Any]:
    """The data package of results: made from their plan and the codebook, whatever their datapackage.json says.

    Raises
    ------
    InputError
        Their plan cannot be read, or not be used.
    """
    plan = read_plan(results)
    case = PlanCase(plan, plan.scenarios(), results.folder)
    return data_package(plan.name, plan_tables(case).values())
