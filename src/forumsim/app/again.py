"""A run of a results folder as what a page starts with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from forumsim.app.setup import Setup
from forumsim.plans.seeds import run_seed
from forumsim.scenarios import list_scenarios
from forumsim.sweeps.again import interventions_of, repeated
from forumsim.sweeps.past import open_past
from forumsim.sweeps.single import settings_of_run


def setup_of_run(
    folder: str | Path, run_id: str, anyway: bool = False, with_: Any = None
) -> tuple[Setup, tuple[str, ...]]:
    """Repeat a run, see that it is the one of the folder, and say what a page needs to show it.

    Parameters
    ----------
    folder : path
        Results folder.
    run_id : str
        Id of a run, or its beginning.
    anyway : bool
        Go on when plan, scenario or model have changed since, or the run comes out otherwise.
    with_ : str, path, several of them, or Extensions, optional
        The extensions that the results were made with.

    Returns
    -------
    tuple of Setup and tuple of str
        The last is what is not as it stands in the folder; empty unless ``anyway``.

    Raises
    ------
    InputError
        There are no results or no such run, the run failed, or something has changed.
    """
    past = open_past(folder, anyway, with_=with_)
    recorded, run, differences = repeated(past, run_id, anyway)
    spec, plan = recorded.spec, past.plan
    part = plan.parts[spec.point.part]
    preset, fields, parameters = settings_of_run(past, spec)
    acts = sorted((dict(entry) for entry in interventions_of(past, recorded)), key=lambda entry: int(entry["step"]))
    scenario = part.scenario if part.scenario in list_scenarios() else os.fspath(part.source)
    setup = Setup(
        scenario,
        run_seed(plan.seed, spec.replicate),
        part.steps,
        preset,
        parameters,
        fields,
        extensions=plan.extensions,
        acts=tuple(acts),
        done=run.world.step,
    )
    return setup, differences
