"""Steps with a user's extensions: the rules of the model and one's own in their order, gates, votes and measures.

The model's rules are called one by one, as compiled functions; what a user declared is called in between. Without
extensions a run never comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from forumsim.core import draws
from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.core.measures import measure, verdict_measures
from forumsim.core.parameters import RECORD_DTYPE
from forumsim.core.rules.voice import ballot, conclude
from forumsim.core.schedule import SCHEDULE, Rule, make_room, step, step_by
from forumsim.core.state.sums import rebuild_stale, rebuild_sums
from forumsim.core.terms import STEP, Mode, Status
from forumsim.core.world import Floats, World
from forumsim.extensions import Declaration, place_in
from forumsim.running.sound import check_world
from forumsim.scenarios import Scenario


def stepper(scenario: Scenario, params: Any, rules: Sequence[Rule] | None = None) -> Callable[[World], None]:
    """What does one step of a run, in place: ``rules`` of one's own, the model's with extensions, or the model's."""
    if rules is not None:
        return lambda world: step_by(world, params, rules, lambda rule: check_world(world, scenario, rule))
    if scenario.extensions.acts:
        return ExtendedSteps(scenario, params).step
    return lambda world: step(world, params)


def _nothing(answer: Any) -> str:
    return "the function ends without a return" if answer is None else ""


def _meant(error: Exception) -> str:
    """The name that was meant where a function asks for an array or a parameter that is not there; or nothing."""
    if isinstance(error, AttributeError) and isinstance(error.obj, World):
        return nearest(str(error.name), [name for name in dir(error.obj) if not name.startswith("_")])
    field = str(error).partition("no field of name ")[2]
    return nearest(field.replace(".", "_"), RECORD_DTYPE.names or ()) if field else ""


_RULES = {rule.__name__: rule for rule in SCHEDULE}


class ExtendedSteps:
    """The steps of one run of a scenario with extensions.

    Parameters
    ----------
    scenario : Scenario
        Its ``own`` are the values of the extensions' own parameters.
    params : record of parameters
        Read anew at every step, as a user may change it.
    """

    def __init__(self, scenario: Scenario, params: Any) -> None:
        self.scenario, self.params = scenario, params
        extensions = scenario.extensions
        self._own = {item.name: item for item in extensions.declared}
        self._measures = extensions.of_kind("measure")
        self.schedule = tuple(self._schedule())

    def step(self, world: World) -> None:
        """One step, in place."""
        make_room(world)
        step_by(world, self.params, self.schedule)

    def advance(self, world: World, until: int, every: int, series: Floats, own_series: Floats, track: Floats) -> None:
        """Step until the clock shows ``until`` and take the measures, as `forumsim.core.schedule.advance` does."""
        while world.step < until:
            self.step(world)
            verdict_measures(world, self.params, track[world.step])
            if world.step % every == 0:
                measure(world, self.params, series[world.step // every])
                own_series[world.step // every] = self.measure(world)

    def measure(self, world: World) -> Floats:
        """The own measures of a world, shape (issues + 1, measures); NaN where a measure has no value.

        Raises
        ------
        InputError
            A measure gives something else than it declares.
        """
        p = self.params
        found = np.full((world.issues + 1, len(self._measures)), np.nan)
        if self._measures:
            rebuild_stale(world, p)
        for column, item in enumerate(self._measures):
            assert item.measure is not None
            answer = self._call(item, world, p)
            given = np.asarray(answer)
            shape = (world.issues + 1,) if item.measure.per_issue else ()
            where = f"measure {item.name}, step {world.step}"
            if given.shape != shape or given.dtype.kind not in "fiub":
                needed = f"{shape[0]} numbers: one an issue, the last pooled" if shape else "one number"
                raise InputError([Problem(where, f"found {shown(answer)}", needed, _nothing(answer))])
            values = np.atleast_1d(given.astype(np.float64))
            low, high = item.measure.low, item.measure.high
            outside = values[(values < low) | (values > high)]
            if outside.size:
                raise InputError([Problem(where, f"found {outside[0]:g}", f"{low:g} to {high:g}, as it declares")])
            found[-values.size :, column] = values
        return found

    def _call(self, item: Declaration, world: World, *arguments: Any) -> Any:
        """What a function of the user gives; an error that it raises is told with its name and its line.

        Raises
        ------
        InputError
        """
        try:
            return item.function(world, *arguments, **item.values(self.scenario.own))
        except Exception as error:  # whatever a user's function may raise
            place = place_in(self.scenario.extensions.sources, error)
            where = f"{item.kind} {item.name!r}, step {world.step}{f' ({place})' if place else ''}"
            title = f"the {item.kind} {item.name!r} has failed"
            raise InputError([Problem(where, f"{type(error).__name__}: {error}", "", _meant(error))], title) from error

    def _asked(self, item: Declaration, world: World, *arguments: Any) -> bool:
        """The answer of a gate or a decision rule: yes or no.

        Raises
        ------
        InputError
            It gives something else.
        """
        answer = self._call(item, world, *arguments)
        if np.ndim(answer) or np.asarray(answer).dtype.kind not in "biuf" or answer != answer:
            where = f"{item.kind} {item.name!r}, step {world.step}"
            raise InputError([Problem(where, f"found {shown(answer)}", "true or false", _nothing(answer))])
        return bool(answer)

    # --- the schedule ---------------------------------------------------------------------------------------------

    def _schedule(self) -> Iterator[Callable[[World, Any], None]]:
        for name in self.scenario.extensions.order:
            if name == "membership" and self.scenario.own_gates:
                yield self._ask_gates
            yield self._rule(self._own[name]) if name in self._own else _RULES[name]
            if name == "voice" and self.scenario.own_decisions:
                yield self._vote

    def _rule(self, item: Declaration) -> Callable[[World, Any], None]:
        def own_rule(world: World, p: Any) -> None:
            rebuild_stale(world, p)  # so that a rule may read distances and sums
            make_room(world)
            self._call(item, world, p)
            check_world(world, self.scenario, item.function)
            make_room(world)

        return own_rule

    def _ask_gates(self, world: World, p: Any) -> None:
        """Write who passes each gate to the list of its forum, which the rule of membership reads."""
        for f, name in self.scenario.own_gates.items():
            item = self._own[name]
            for i in range(world.actors):
                world.listed[f, i] = self._asked(item, world, p, f, i)

    def _vote(self, world: World, p: Any) -> None:
        """The votes of the forums that decide by a function of the user; they come after those of all others."""
        if p["rule_voice"] <= 0.0:
            return
        rebuild_stale(world, p)
        n = world.actors
        support, voters = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        charter = np.empty(world.issues)
        keys = [draws.stream(world.seed[0], purpose, world.clock[STEP])
                for purpose in (draws.VOICE_PROPOSER, draws.VOICE_SUPPORT)]  # fmt: skip
        for f, name in self.scenario.own_decisions.items():
            if world.status[f] != Status.ALIVE or world.mode[f] == Mode.DECLARATION:
                continue
            i, law, moves = ballot(world, p, f, *map(np.uint64, keys), charter, support, voters)
            if i >= 0:
                item = self._own[name]
                passed = self._asked(item, world, p, f, support.copy(), voters.copy())
                enacted = conclude(world, p, f, i, charter, law, moves, support, voters, passed)
                if enacted and p["realist"] > 0.0:
                    rebuild_sums(world, p)
