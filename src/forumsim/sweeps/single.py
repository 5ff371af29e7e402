"""One run of a results folder as a plan of its own, with full detail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forumsim.core.parameters import BY_NAME
from forumsim.plans.plan import Plan, as_toml, make_plan
from forumsim.plans.seeds import run_seed
from forumsim.results.results import Results
from forumsim.sweeps.past import Past
from forumsim.sweeps.rerun import Recorded
from forumsim.sweeps.sweep import sweep


def write_run(past: Past, recorded: Recorded, out: str | Path) -> Results:
    """Write one run with full detail: a results folder of a plan of one point and one replicate.

    Raises
    ------
    InputError
        When the folder holds something else; it is not touched then.
    """
    plan, job = plan_of_run(past, recorded), past.job
    return sweep(plan, out, plan_folder=past.base, load=job.load, run=job.run)


def plan_of_run(past: Past, recorded: Recorded) -> Plan:
    """The plan of a single run: all measures and events, snapshots where the plan has them, else at thirds."""
    plan, spec = past.plan, recorded.spec
    part = plan.parts[spec.point.part]
    settings = {name: _as_given(name, value) for name, value in part.settings(spec.point.values, {}).items()}
    marks = [step for step in plan.recording.snapshots if step <= part.steps]
    given: dict[str, Any] = {
        "scenario": part.scenario,
        "steps": part.steps,
        "replicates": 1,
        "seed": run_seed(plan.seed, spec.replicate),  # replicate 0 has the seed of its plan
        "fields": {**part.fields, **dict(spec.point.fields)},
        "parameters": settings,
        "record": {"every": plan.recording.every, "detail": "all", **({"snapshots": marks} if marks else {})},
    }
    if part.interventions:
        given["interventions"] = [dict(entry) for entry in part.interventions]
    if plan.stop is not None:
        given["stop"] = plan.stop.content()
    place = f"point {spec.point.name}, replicate {spec.replicate}"
    text = f"# Run {recorded.run_id} of the plan {plan.name}: {place}.\n{as_toml(given)}"
    return make_plan(given, name=recorded.run_id, folder=past.base.resolve(), text=text)


def _as_given(name: str, value: float) -> Any:
    """A parameter as a plan has it."""
    if value != value:
        return "unset"
    return bool(value) if BY_NAME[name].is_switch else value
