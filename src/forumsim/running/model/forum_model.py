"""ForumModel: a run as an ordinary Mesa model, step by step, with agents to look at and to act with.

It calls the same compiled rules as `forumsim.simulate` and gives the same bits.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.parameters import PARAMETERS
from forumsim.core.schedule import Rule, make_room, prepare
from forumsim.core.state.sums import ALL, mark_stale, rebuild_stale
from forumsim.core.terms import Kind
from forumsim.core.world import World
from forumsim.running.extended import stepper
from forumsim.running.interventions import ACTS, apply, check_arguments
from forumsim.running.model.agents import Actor, Forum, NonState, State, plain
from forumsim.running.model.batch import count_the_start
from forumsim.running.model.choices import choose, rules_of
from forumsim.running.model.directory import Directory
from forumsim.running.model.readings import Readings
from forumsim.running.notes import warn_of_late_dates
from forumsim.scenarios import Scenario


class ModelScenario(Scenario):
    """The scenario of a model. It counts as false: Mesa 3.5's page takes a true one for a scenario of Mesa's own."""

    def __bool__(self) -> bool:
        return False


class ForumModel(Directory, Readings, mesa.Model):
    """States and non-state actors join, leave, reform and found rival forums.

    Parameters
    ----------
    scenario : str, path or Scenario
        Shipped name or folder of one's own.
    steps : int, optional
        Length of the run, after which ``running`` is False; the scenario's own by default.
    rng : int, optional
        Seed of the run, 0 .. 2**31 - 1. None draws a fresh one (see `seed_used`); from a numpy Generator the next
        number is taken, from a SeedSequence its first. ``seed=`` is understood as well.
    schedule : sequence, optional
        Rules of a step in order: names of the model's rules, or functions ``rule(world, params)`` of one's own. By
        default the model's schedule, compiled as one.
    preset : str, optional
        Dialogue preset: none, track2, track15, track1, intense.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py`` with own rules, measures, gates, decision rules (docs/extending.md).
    **kwargs
        Parameters (``dialogue_level=0.6``, or ``**{"dialogue.level": 0.6}``) and fields of the scenario
        (``polarisation=0.8`` or ``scenario_polarisation=0.8``).

    Attributes
    ----------
    world : World
        The state: arrays, to be read; who writes them calls `refresh` after it.
    params : record of parameters
        As compiled rules read them; change them by `set`.
    scenario : Scenario
    length : int
        Steps of the run; Mesa's own counter is ``steps``.
    seed_used : int
    datacollector : mesa.DataCollector
        All measures after every step: ``enf`` pooled, ``enf_civil`` and so on by issue.
    interventions : list of dict
        What was done to the running model, with its step.

    Raises
    ------
    InputError
        Every mistake in the arguments at once.

    Warns
    -----
    RunNote
        The scenario dates some things after the last step.

    Examples
    --------
    >>> model = ForumModel("two_blocs", steps=3, rng=1, dialogue_level=1, polarisation=0.2)
    >>> model.run_model()
    >>> model.step_count, len(model.datacollector.get_model_vars_dataframe())
    (3, 4)
    """

    def __init__(
        self,
        scenario: str | os.PathLike[str] | Scenario = "two_blocs",
        steps: int | None = None,
        rng: Any = None,
        schedule: Sequence[str | Callable[[World, Any], None]] | None = None,
        preset: str | None = None,
        with_: Any = None,
        **kwargs: Any,  # the name is Mesa's: its browser page takes no other
    ) -> None:
        # "seed" stays out of the signature: Mesa 3.5's batch_run would use it, which Mesa calls deprecated.
        seed = kwargs.pop("seed", None)
        if seed is not None and rng is not None:
            raise InputError([Problem("seed", "rng is given as well", "one of the two")])
        chosen = choose(scenario, steps, rng if seed is None else seed, schedule, preset, kwargs, with_)
        super().__init__(rng=chosen.seed)
        case = chosen.scenario
        warn_of_late_dates(case, chosen.length)
        values = {item.name: getattr(case, item.name) for item in fields(case)}
        self._case = ModelScenario(**values | {"own": dict(case.own)})  # which may be changed while it runs
        self.length = chosen.length
        self.seed_used = chosen.seed
        self.params = chosen.params
        self.rules: tuple[Rule, ...] | None = chosen.rules
        self.interventions: list[dict[str, Any]] = []
        self._begun_with: dict[str, Any] = {**self.parameters, "schedule": chosen.rules}
        self.begin_turns()
        self._numbers = 0
        self._forums: dict[int, Forum] = {}
        self.begin_measures()
        self.world = self._case.build(chosen.seed, self.params)
        make_room(self.world)
        prepare(self.world, self.params)
        states = self.world.kind == Kind.STATE
        self._actors = [(State if states[i] else NonState)(self, i) for i in range(self.world.actors)]
        self._shown = np.zeros(self.world.slots, dtype=np.bool_)
        self.datacollector = DataCollector(model_reporters=self.reporters())
        self._take_note()

    # --- a step -------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Do one step of the run: the rules, then the measures.

        Raises
        ------
        InputError
            A rule of one's own has left values out of their ranges, or missing (`forumsim.running.sound`).
        """
        make_room(self.world)
        stepper(self._case, self.params, self.rules)(self.world)
        self.begin_turns()
        self._take_note()

    def _take_note(self) -> None:
        """What follows a step: agents of forums that came or went, measures, the end of the run."""
        self._settle()
        self.note_measures()
        self.running = self.step_count < self.length
        self.datacollector.collect(self)
        if self.step_count == self.length:
            count_the_start(self)

    def _settle(self) -> None:
        """Forget measures that no longer hold; forums that came alive become agents, those that ended are removed."""
        self.forget_measures()
        live = self.world.live()
        for f in np.flatnonzero(live & ~self._shown):
            self._forums[int(f)] = Forum(self, int(f))
        for f in np.flatnonzero(self._shown & ~live):
            self._forums[int(f)].remove()
        self._shown = live

    def refresh(self) -> None:
        """Take in what has changed; for those who wrote into ``world`` themselves."""
        mark_stale(self.world, ALL)
        self._settle()

    def renewed(self) -> World:
        """The world with everything derived from its state (distances, conflicts, sums) rebuilt where it is stale."""
        rebuild_stale(self.world, self.params)
        return self.world

    @property
    def step_count(self) -> int:
        """Steps done so far."""
        return self.world.step

    # --- what it is made of -------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """The scenario, with its fields as chosen (its truth value is False, see `ModelScenario`)."""
        return self._case

    @scenario.setter
    def scenario(self, value: Any) -> None:
        """Mesa 3.5 assigns an empty scenario of its own when a model starts; there is no use for it here."""

    @property
    def parameters(self) -> dict[str, float | None]:
        """All parameters by dotted name as they are now; None is unset."""
        values = {parameter.name: float(self.params[parameter.field]) for parameter in PARAMETERS}
        for item in self.scenario.extensions.parameters:
            values[item.name] = float(self.scenario.own.get(item.name, item.default or 0.0))
        return {name: None if math.isnan(value) else value for name, value in values.items()}

    @property
    def schedule(self) -> tuple[Rule, ...] | None:
        """The rules of a step where they are one's own; None for the model's. May be assigned while running."""
        return self.rules

    @schedule.setter
    def schedule(self, schedule: Sequence[str | Callable[[World, Any], None]] | None) -> None:
        self.intervene("schedule", rules=schedule)

    def register_agent(self, agent: Any) -> None:
        """Take in an agent; called by Mesa. Agents are numbered from 1 in the order of their coming."""
        super().register_agent(agent)
        self._numbers += 1
        agent.unique_id = self._numbers

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy of the world, because its block of array headers holds addresses of the process that wrote it.
        self.__dict__.update(state, world=state["world"].copy())

    # --- acting on a running model ------------------------------------------------------------------------------

    def set(self, **parameters: Any) -> None:
        """Change parameters while running: ``model.set(dialogue_level=1)``; all mistakes are told at once."""
        self.intervene("set", parameters=parameters)

    def shock(
        self,
        kind: str,
        actor: Actor | str | None = None,
        other: Actor | str | None = None,
        forum: Forum | str | None = None,
        issue: str | None = None,
        size: float = 1.0,
        steps: int | None = None,
    ) -> bool:
        """Apply a shock now: crisis, technology, leadership, sanction, violation, summit, opening, closing ...

        ``steps`` is how long a sanction lasts, by default forty.

        Returns
        -------
        bool
            Whether anything happened (the forum may have ended before).
        """
        given = {"kind": kind, "actor": actor, "other": other, "forum": forum, "issue": issue, "size": size}
        return bool(self.intervene("shock", **given, **({} if steps is None else {"steps": steps})))

    def intervene(self, act: str, **details: Any) -> Any:
        """Do one of the acts of `forumsim.running.interventions.ACTS` now; it is logged, and noted in `interventions`.

        Parameters
        ----------
        act : str
            set, shock, join, leave, found, meet, host, channel, write, or schedule.
        **details
            As the function of the act takes them; actors and forums by id.

        Returns
        -------
        object
            What the act returns; False, 0 or -1 where nothing came of it.
        """
        if act not in (*ACTS, "schedule"):
            raise InputError([Problem("intervene", f"no act {act!r}", ", ".join(ACTS), nearest(act, ACTS))])
        words = {name: plain(value) for name, value in details.items() if value is not None}
        if act == "schedule":  # functions: they change the model, not the world, and no file can hold them
            self.rules, outcome = rules_of(words.get("rules")), True
        else:
            problems = check_arguments(act, words)
            if problems:
                raise InputError(problems, f"the act {act!r} cannot be done")
            outcome = apply(self, act, words, len(self.interventions) + 1)
        self.interventions.append({"step": self.step_count, "act": act, **words})
        self._settle()
        return outcome

    def rerun(self) -> ForumModel:
        """The same run again from its start to this step, interventions included, bit for bit."""
        again = type(self)(self.scenario, steps=self.length, rng=self.seed_used, **self._begun_with)
        again.redo(self.interventions, self.step_count, again.step)
        return again

    def redo(self, interventions: Sequence[Mapping[str, Any]], last: int, step: Callable[[], Any]) -> None:
        """Go to the step ``last`` by calling ``step``, and do these interventions on the way."""
        for entry in interventions:
            while self.step_count < entry["step"]:
                step()
            self.intervene(entry["act"], **{name: v for name, v in entry.items() if name not in ("step", "act")})
        while self.step_count < last:
            step()
