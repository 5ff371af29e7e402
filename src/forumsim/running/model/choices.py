"""What a person may choose when a model is made: scenario, length, seed, preset, schedule, parameters, fields.

All mistakes are told at once. A setting is a parameter of the model (``dialogue_level``, or ``dialogue.level`` by
unpacking a mapping), a field of the scenario (``polarisation``, ``scenario_polarisation``) or a cell of its tables
(``actors.USA.power``); a name that is both is the parameter.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.errors import InputError, Problem, collected, nearest
from forumsim.core.parameters import BY_NAME, PRESETS, check_parameters
from forumsim.core.schedule import SCHEDULE, Rule, make_room
from forumsim.core.world import World
from forumsim.running.arguments import MAX_SEED, check_count, check_seed
from forumsim.running.run import settle
from forumsim.scenarios import Scenario, load_scenario
from forumsim.scenarios.settings import FIELD, PARAMETER, check_preset, find_setting

#: The model's rules by name, in the order of a step.
RULES: dict[str, Rule] = {rule.__name__: rule for rule in SCHEDULE}
_PREFIX = "scenario_"  # as Python's own names have it


class Choices(NamedTuple):
    """Checked choices; ``rules`` are a schedule of one's own, None is the model's, compiled as one."""

    scenario: Scenario
    length: int
    seed: int
    params: Any
    rules: tuple[Rule, ...] | None


class OwnRule:
    """A user's rule in a schedule; it finds room in the event log for as much as one step may write."""

    def __init__(self, rule: Callable[[World, Any], None]) -> None:
        self.rule = rule
        self.__name__ = getattr(rule, "__name__", type(rule).__name__)

    def __call__(self, world: World, params: Any) -> None:
        """Apply the rule."""
        make_room(world)
        self.rule(world, params)
        make_room(world)


def fresh_seed(rng: Any) -> int:
    """A seed for any kind of ``rng`` that Mesa takes.

    Parameters
    ----------
    rng : None, int, Generator, BitGenerator, SeedSequence or sequence of int
        An int is the seed itself; None draws a fresh one from the operating system; from a generator the next number
        is drawn (it moves on), so that several models can share one.

    Raises
    ------
    TypeError, ValueError
        For anything else.
    """
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, (bool, np.bool_)):
        return int(rng)
    if isinstance(rng, (np.random.Generator, np.random.BitGenerator)):
        return int(np.random.default_rng(rng).integers(MAX_SEED, endpoint=True))
    if isinstance(rng, (str, bytes, bool, np.bool_, float)):
        raise TypeError("no seed")
    sequence = rng if isinstance(rng, np.random.SeedSequence) else np.random.SeedSequence(rng)
    return int(sequence.generate_state(1)[0]) & MAX_SEED


def choose(
    scenario: Any,
    steps: Any,
    rng: Any,
    schedule: Sequence[Any] | None,
    preset: str | None,
    settings: Mapping[str, Any],
    with_: Any = None,
) -> Choices:
    """Check all choices of a model.

    Raises
    ------
    InputError
        Every mistake at once.
    """
    problems: list[Problem] = []
    seed, rules, case = 0, None, None
    try:
        seed = fresh_seed(rng)
    except (TypeError, ValueError):
        kinds = f"a whole number from 0 to {MAX_SEED}, None, or a numpy Generator or SeedSequence"
        problems.append(Problem("rng", f"found {rng!r}", kinds))
    wrong = [check_seed(seed, "rng"), None if steps is None else check_count(steps, "steps")]
    wrong.append(None if preset is None else check_preset(preset, "preset"))
    problems += [problem for problem in wrong if problem]
    with collected(problems):
        rules = rules_of(schedule)
    if isinstance(scenario, (str, os.PathLike, Scenario)):
        with collected(problems):
            case = load_scenario(scenario, with_=with_)
    else:
        problems.append(Problem("scenario", f"found {scenario!r}", "a shipped name, a folder, or a loaded scenario"))
    parameters, fields = sort_settings(settings, case, problems)
    own = () if case is None else case.extensions.parameters
    if case is not None and fields:
        with collected(problems):
            case = case.with_fields(**fields)
    problems += check_parameters(parameters, "", own)[1]
    if problems or case is None:
        raise InputError(problems, "the model cannot be made with these settings")
    case, params = settle(case, PRESETS.get(preset or "", {}) | parameters)
    return Choices(case, case.steps if steps is None else int(steps), seed, params, rules)


def sort_settings(
    settings: Mapping[str, Any], scenario: Scenario | None, problems: list[Problem]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parameters by dotted name and scenario fields by name; without a scenario only parameters can be told."""
    specs = {} if scenario is None else scenario.field_specs
    own = () if scenario is None else scenario.extensions.parameters
    parameters: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for key, value in settings.items():
        setting = find_setting(key, own, specs)
        if setting is None and key.startswith(_PREFIX):
            setting = find_setting(f"scenario.{key.removeprefix(_PREFIX)}")
        if setting is not None and setting.kind == PARAMETER:
            place, name = parameters, setting.name
        else:
            place, name = fields, key if setting is None else setting.key
            if scenario is None:
                continue
            if setting is None or (setting.kind == FIELD and name not in specs):
                names = [*BY_NAME, *(p.field for p in BY_NAME.values()), *specs, *(f"scenario.{s}" for s in specs)]
                allowed = f"a parameter of the model or a field of the scenario ({', '.join(specs)})"
                problems.append(Problem(key, "no such setting", allowed, nearest(key, names)))
                continue
        if name in place:
            problems.append(Problem(key, f"{name} is given twice"))
        place[name] = value
    return parameters, fields


def rules_of(schedule: Any) -> tuple[Rule, ...] | None:
    """The rules of a schedule: names of the model's rules, those rules, or functions ``rule(world, params)``.

    None stands for the model's own schedule.

    Raises
    ------
    InputError
        All entries that are no rules.
    """
    if schedule is None:
        return None
    if isinstance(schedule, str) or not isinstance(schedule, Iterable):
        allowed = f"a list of rules: {', '.join(RULES)}, or functions"
        raise InputError([Problem("schedule", f"found {schedule!r}", allowed)])
    rules: list[Rule] = []
    problems = []
    for place, rule in enumerate(schedule, start=1):
        if isinstance(rule, str) and rule in RULES:
            rules.append(RULES[rule])
        elif isinstance(rule, str) or not callable(rule):
            hint = nearest(rule, RULES) if isinstance(rule, str) else ""
            allowed = f"{', '.join(RULES)}, or a function rule(world, params)"
            problems.append(Problem(f"schedule, place {place}", f"no rule {rule!r}", allowed, hint))
        else:
            rules.append(rule if rule in SCHEDULE or isinstance(rule, OwnRule) else OwnRule(rule))
    if problems:
        raise InputError(problems)
    return tuple(rules)
