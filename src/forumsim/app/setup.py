"""What a run of the page starts with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError
from forumsim.extensions import NONE, Extensions
from forumsim.plans.seeds import run_seed
from forumsim.running.arguments import check_seed
from forumsim.running.model import ForumModel
from forumsim.scenarios import list_scenarios
from forumsim.scenarios.settings import field_name
from forumsim.sweeps.again import interventions_of, repeated
from forumsim.sweeps.past import open_past
from forumsim.sweeps.single import settings_of_run


@dataclass(frozen=True)
class Setup:
    """What a run starts with.

    Attributes
    ----------
    scenario : str
        Shipped name or folder.
    seed : int
    steps : int, optional
        Length; the scenario's own by default.
    preset : str
        Preset of dialogue, or empty.
    parameters, fields : dict
        Parameters by dotted name, fields of the scenario.
    other : dict, optional
        Parameters by which a second run on the same random numbers differs; None: there is one run.
    extensions : Extensions
        The user's own rules, measures, gates and decision rules; they are given once, on the command line.
    acts : tuple of mapping
        What is done to the run in these steps, in their order: a run of a results folder has it from its plan.
    done : int
        Steps that are done before anybody sees the run.
    """

    scenario: str = "two_blocs"
    seed: int = 1
    steps: int | None = None
    preset: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] | None = None
    extensions: Extensions = field(default=NONE, repr=False)
    acts: tuple[dict[str, Any], ...] = ()
    done: int = 0

    @property
    def sides(self) -> list[dict[str, Any]]:
        """The parameters of the run, or of both runs."""
        return [self.parameters] if self.other is None else [self.parameters, self.parameters | self.other]

    def models(self) -> list[ForumModel]:
        """New models at their start.

        Raises
        ------
        InputError
            All mistakes at once.
        """
        fields = {field_name(key): value for key, value in self.fields.items()}
        wrong = check_seed(self.seed)
        problems = [wrong] if wrong else []
        seed, preset = 1 if wrong else self.seed, self.preset or None
        try:
            common: dict[str, Any] = {"rng": seed, "preset": preset, "with_": self.extensions, **fields}
            models = [ForumModel(self.scenario, self.steps, **common, **parameters) for parameters in self.sides]
        except InputError as error:
            raise InputError([*problems, *error.problems], error.title) from None
        if problems:
            raise InputError(problems)
        return models

    def label(self, side: int) -> str:
        """What tells one of two runs from the other."""
        if self.other is None:
            return ""
        changed = ", ".join(
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in self.other.items()
            if value != "unset"
        )
        return "this run" if side == 0 else f"the run with {changed}"


def setup_of_run(
    folder: str | Path, run_id: str, anyway: bool = False, with_: Any = None
) -> tuple[Setup, tuple[str, ...]]:
    """Repeat a run, see that it is the one of the folder, and say what a page needs to show it.

    What it takes, and what it says of differences and mistakes, is as in `forumsim.app.replay.write_replay`.
    """
    past = open_past(folder, anyway, with_=with_)
    recorded, run, differences = repeated(past, run_id, anyway)
    spec, plan = recorded.spec, past.plan
    part = plan.parts[spec.point.part]
    preset, fields, parameters = settings_of_run(past, spec)
    acts = sorted((dict(entry) for entry in interventions_of(past, recorded)), key=lambda entry: int(entry["step"]))
    scenario, seed = os.fspath(part.source), run_seed(plan.seed, spec.replicate)
    if part.scenario in list_scenarios():
        scenario = part.scenario
    setup = Setup(scenario, seed, part.steps, preset, parameters, fields, extensions=plan.extensions)
    return replace(setup, acts=tuple(acts), done=run.world.step), differences
