"""What may be compared in a results folder: its parts, the settings that key a pair, the end window of every part.

It stands in manifest.json under ``comparison``, so that whoever reads the folder compares the same runs over the same
steps as summary.csv and contrasts.csv do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forumsim.core.parameters import PARAMETERS
from forumsim.plans.factors import plain
from forumsim.plans.parts import Part
from forumsim.plans.plan import Plan
from forumsim.plans.twins import COMPARED
from forumsim.results.ends import DEFINITION, WINDOW, clipped
from forumsim.results.twins import LINE, RULE
from forumsim.scenarios.settings import column_name

PAIR = (
    "Two runs are a pair when they agree in all columns of pair but the setting that is compared. All runs of one part "
    "have the same scenario and interventions, all runs of one replicate the same seed."
)
#: Parameters that decide end values and verdicts.
THRESHOLDS = tuple(parameter for parameter in PARAMETERS if parameter.name.startswith("measure."))


def comparison(plan: Plan, scenarios: Sequence[Any], labels: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The entry ``comparison`` of the manifest, as plain JSON values.

    Parameters
    ----------
    plan : Plan
    scenarios : sequence of Scenario
        Those of the parts.
    labels : sequence of mapping
        What each of them calls things; kept where it differs from the first.
    """
    settings = [column_name(name) for name in plan.varied]
    several = ["part"] if len(plan.parts) > 1 else []
    parts = [_part(plan, part, scenario) for part, scenario in zip(plan.parts, scenarios, strict=True)]
    for entry, own in zip(parts, labels, strict=False):
        if own != labels[0]:
            entry["labels"] = dict(own)
    return {
        "end_value": DEFINITION,
        "pair_rule": PAIR,
        "pair": [*several, *settings, "replicate"],
        "point": [*several, *settings],
        "parts": parts,
        **({"twins": _twins(plan)} if plan.twins else {}),
    }


def _twins(plan: Plan) -> dict[str, Any]:
    """What runs are compared with, the measure, the rule, and the parameter whose value in ``thresholds`` decides."""
    settings = {name: plain(value) for name, value in plan.twins.items()}
    return {"settings": settings, "measure": COMPARED, "rule": RULE, "threshold": LINE}


def _part(plan: Plan, part: Part, scenario: Any) -> dict[str, Any]:
    own, _ = plan.extensions.check_parameters(scenario.parameters)
    given = part.settings({}, own)
    thresholds = {
        p.name: column_name(p.name) if p.name in part.varied else plain(given.get(p.name, p.default))
        for p in THRESHOLDS
    }
    window = thresholds[WINDOW]
    return {
        "part": part.name,
        "scenario": scenario.name,
        "steps": part.steps,
        "window": window if isinstance(window, str) else clipped(window, part.steps),
        "thresholds": thresholds,
        "levels": {column_name(factor.name): [plain(level) for level in factor.levels] for factor in part.factors},
        "interventions": len(part.interventions),
        "stops": plan.stop is not None,
    }
