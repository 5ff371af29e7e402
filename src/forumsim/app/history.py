"""What a run was at any of its steps: states kept on the way, and the steps between them done again.

A state of the larger shipped case takes 2 MB, a step of it 3 ms: kept every few steps, a run can be looked back on at
once, and takes a tenth of the memory that all its states would. Whatever a user does is kept too, so that between two
kept states there are rules alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from forumsim.app.frame import Frame
from forumsim.core.measures import verdict
from forumsim.core.schedule import Rule, make_room
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.world import World
from forumsim.running.extended import stepper
from forumsim.running.model import ForumModel
from forumsim.running.outcome import Outcome
from forumsim.scenarios import Scenario

#: A state is kept at every so many steps.
EVERY = 8


class Kept(NamedTuple):
    """A state, and what the next step depends on besides it."""

    world: World
    params: Any
    scenario: Scenario
    rules: tuple[Rule, ...] | None


class History:
    """The past of one model, which is at its start."""

    def __init__(self, model: ForumModel) -> None:
        self.model = model
        self._kept: dict[int, Kept] = {}
        self._acts = 0
        self.note()

    def note(self) -> None:
        """Keep the state as it is now, if it is time for that; to be called before each step, after what a user did."""
        model = self.model
        if model.step_count % EVERY == 0 or len(model.interventions) != self._acts:
            self._acts = len(model.interventions)
            self._kept[model.step_count] = self._now()

    def _now(self) -> Kept:
        model = self.model
        world = model.world.copy()
        world.events = world.log().copy()  # without the room for what has not happened yet
        scenario = replace(model.scenario, own=dict(model.scenario.own))
        return Kept(world, model.params.copy(), scenario, model.rules)

    def frame(self, at: int, label: str = "") -> Frame:
        """The frame of a step that the model has gone through, as it was before the next step."""
        kept = self._kept[max(step for step in self._kept if step <= at)]
        world, params, scenario = kept.world.copy(), kept.params.copy(), kept.scenario
        step = stepper(scenario, params, kept.rules)
        while world.step < at:
            make_room(world)
            step(world)
        rebuild_stale(world, params)
        whole = self.model.outcome()
        past = Outcome(
            np.arange(at + 1), whole.series[: at + 1], whole.verdict_series[: at + 1], world, {at: world}, params
        )
        words = dict(zip(self.model.verdict(), verdict(past.verdict_series, params), strict=True))
        return Frame(scenario, past, words, self.model.length, label)
