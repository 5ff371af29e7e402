"""A single run as a results folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forumsim.extensions import NONE, Extensions
from forumsim.plans import make_plan
from forumsim.sweeps.sweep import sweep


def write_run(
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
    """Write the run's folder: it is a plan of one point and one replicate, which has the seed of the plan.

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
    sweep(make_plan(head | tables, name="run", folder=Path.cwd(), with_=extensions), out)
