"""A single run as a plan of its own, with full detail: a new one, or one of a results folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forumsim.extensions import NONE, Extensions
from forumsim.plans.plan import Plan, as_toml, make_plan
from forumsim.results.results import Results
from forumsim.running.notes import without_notes
from forumsim.scenarios.settings import field_name, sort_settings
from forumsim.sweeps.past import Past
from forumsim.sweeps.rerun import Recorded
from forumsim.sweeps.sweep import sweep
from forumsim.sweeps.work import RunSpec


def write_new_run(
    out: Path,
    scenario: str,
    seed: int,
    steps: int,
    parameters: dict[str, Any],
    fields: dict[str, Any],
    every: int,
    interventions: Sequence[dict[str, Any]],
    twins: Mapping[str, Any] = MappingProxyType({}),
    extensions: Extensions = NONE,
) -> None:
    """Write the folder of a run: a plan of one point and one replicate, which has the seed of the plan.

    Settings of ``twins`` add the run's twin to it.

    Raises
    ------
    InputError
        When the folder holds something else; it is not touched then.
    """
    marks = sorted({0, steps // 3, 2 * steps // 3, steps})
    record = {"series": "all", "every": every, "detail": "all", "snapshots": marks}
    head: dict[str, Any] = {"scenario": scenario, "steps": steps, "replicates": 1, "seed": seed}
    if extensions:
        head["with"] = list(extensions.digests)
    tables: dict[str, Any] = {"fields": fields, "parameters": parameters, "record": record}
    if twins:
        tables["twins"] = dict(twins)
    if interventions:
        tables["interventions"] = list(interventions)
    with without_notes():
        sweep(make_plan(head | tables, name="run", folder=Path.cwd(), with_=extensions), out)


def write_run(past: Past, recorded: Recorded, out: str | Path) -> Results:
    """Write one run with full detail: a results folder of a plan of one point and one replicate.

    Raises
    ------
    InputError
        When the folder holds something else; it is not touched then.
    """
    with without_notes():
        return sweep(plan_of_run(past, recorded), out)


def plan_of_run(past: Past, recorded: Recorded) -> Plan:
    """The plan of a single run: all measures and events, snapshots where the plan has them, else at thirds.

    It varies what the whole plan varies, by one value each, and has its seed and the number of the replicate: the run
    is the same one, and has the same id.
    """
    plan, spec = past.plan, recorded.spec
    part = plan.parts[spec.point.part]
    marks = [step for step in plan.recording.snapshots if step <= part.steps]
    own: dict[str, Any] = {
        "scenario": part.scenario,
        "steps": part.steps,
        **({"preset": part.preset} if part.preset else {}),
        # a twin may have values of its own for what its part fixes
        "fields": {name: value for name, value in part.fields.items() if field_name(name) not in spec.point.values},
        "parameters": {name: _as_given(plan, name, value) for name, value in part.parameters.items()
                       if name not in spec.point.values},
        "vary": {name: [_as_given(plan, name, value)] for name, value in spec.point.values.items()},
        **({"interventions": [dict(entry) for entry in part.interventions]} if part.interventions else {}),
    }  # fmt: skip
    given: dict[str, Any] = {
        **({"with": list(plan.extensions.digests)} if plan.extensions else {}),
        "replicates": 1,
        "first_replicate": spec.replicate,
        "seed": plan.seed,
        "record": {"every": plan.recording.every, "detail": "all", **({"snapshots": marks} if marks else {})},
        **({"stop": plan.stop.content()} if plan.stop is not None else {}),
    }
    given |= {"part": [{"name": part.name, **own}]} if part.name else own
    place = f"point {spec.point.name}, replicate {spec.replicate}"
    text = f"# Run {recorded.run_id} of the plan {plan.name}: {place}.\n{as_toml(given)}"
    return make_plan(given, recorded.run_id, past.folder, text, past.places, plan.extensions)


def settings_of_run(past: Past, spec: RunSpec) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Preset, scenario fields and parameters of a run, as the command line takes them."""
    part, varied = past.plan.parts[spec.point.part], sort_settings(spec.point.values)
    values = {**part.parameters, **varied.parameters}
    parameters = {name: _as_given(past.plan, name, value) for name, value in values.items()}
    return varied.preset or part.preset, {**part.fields, **varied.fields}, parameters


def _as_given(plan: Plan, name: str, value: Any) -> Any:
    """A value as a plan has it."""
    if value != value:
        return "unset"
    parameter = plan.extensions.find_parameter(name)
    return bool(value) if parameter is not None and parameter.is_switch else value
