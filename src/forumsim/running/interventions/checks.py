"""Checks of a list of interventions before a run: every act is known, has what it needs, and names what exists."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forumsim.core.errors import InputError, Problem, nearest, shown
from forumsim.core.schedule import prepare
from forumsim.running.interventions.acts import ACTS
from forumsim.running.interventions.applying import apply
from forumsim.running.interventions.stage import NotLive, Stage, plain_stage

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario

#: What every intervention says.
COMMON = ("step", "act")
#: What an act raises for a value of a kind that it did not expect.
_UNEXPECTED = (TypeError, ValueError, AttributeError, ArithmeticError, LookupError)


def arguments(act: str) -> dict[str, bool]:
    """Arguments of an act, and whether it needs them."""
    given = list(inspect.signature(ACTS[act]).parameters.values())[1:]
    return {item.name: item.default is inspect.Parameter.empty for item in given}


def check_interventions(
    entries: Any, scenario: Scenario | None, params: Any, steps: int, where: str = "interventions"
) -> list[Problem]:
    """All problems of a list of interventions.

    Each act is tried on the scenario's world at the start, by the very function that will do it, so that ids, kinds,
    sizes and ranges are checked as they will be then. What needs a forum that is not live at the start is known only
    in the run.

    Parameters
    ----------
    entries : sequence of mapping
    scenario : Scenario or None
        None where it could not be loaded: ids are not checked then.
    params : record of parameters
        Of the start; not changed.
    steps : int
        Length of the run.
    where : str
        What the list is called in messages.
    """
    if isinstance(entries, (str, Mapping)) or not isinstance(entries, Sequence):
        return [Problem(where, f"found {shown(entries)}", "a list of tables with step, act and what the act needs")]
    date = scenario.date_of(steps) if scenario is not None and scenario.start is not None else ""
    problems: list[Problem] = []
    known = []
    for number, entry in enumerate(entries, start=1):
        problems += _check_form(entry, steps, date, f"{where} {number}")
        if isinstance(entry, Mapping) and isinstance(entry.get("act"), str) and entry["act"] in ACTS:
            known.append((number, entry))
    if scenario is not None and known:
        stage = _start(scenario, params)
        order = {number: step if (step := _step(entry.get("step"))) is not None else steps for number, entry in known}
        for number, entry in sorted(known, key=lambda item: order[item[0]]):  # as they will be done
            problems += _try(stage, entry, f"{where} {number} ({entry['act']})")
    return problems


def _step(given: Any) -> int | None:
    """The step of an act, or None where it is no whole number."""
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _check_form(entry: Any, steps: int, date: str, where: str) -> list[Problem]:
    if not isinstance(entry, Mapping):
        return [Problem(where, f"found {shown(entry)}", "a table with step, act and what the act needs")]
    act, step = entry.get("act"), _step(entry.get("step"))
    problems = []
    if step is None or not 0 <= step <= steps:
        found = f"found {shown(entry['step'])}" if "step" in entry else "is missing"
        last = f"the length of the run ({date})" if date else "the length of the run"
        problems.append(Problem(f"{where}, step", found, f"a whole number from 0 to {steps}, {last}"))
    if not isinstance(act, str) or act not in ACTS:
        found = "is missing" if act is None else f"no act {shown(act)}"
        problems.append(
            Problem(f"{where}, act", found, ", ".join(ACTS), nearest(act, ACTS) if isinstance(act, str) else "")
        )
        return problems
    return problems + check_arguments(act, [name for name in entry if name not in COMMON], f"{where}, ")


def check_arguments(act: str, given: Iterable[str], where: str = "") -> list[Problem]:
    """The arguments that an act does not know, and those that it needs and does not get."""
    known, names = arguments(act), list(given)
    strange = [name for name in names if name not in known]
    missing = [name for name, needed in known.items() if needed and name not in names]
    return [
        *(Problem(f"{where}{name}", f"{act} has no such argument", ", ".join(known), nearest(str(name), known))
          for name in strange),
        *(Problem(f"{where}{name}", f"is missing; {act} needs it") for name in missing),
    ]  # fmt: skip


def _start(scenario: Scenario, params: Any) -> Stage:
    """The scenario's world at the start, to try acts on."""
    params = params.copy()
    world = scenario.build(0, params)
    prepare(world, params)
    return plain_stage(scenario, world, params)


def _try(stage: Stage, entry: Mapping[str, Any], where: str) -> list[Problem]:
    """What is wrong with the arguments that an act knows; one that it needs and lacks has been named before."""
    needs = arguments(entry["act"])
    details = {name: value for name, value in entry.items() if name in needs}
    lacks = [name for name, needed in needs.items() if needed and name not in entry]
    details |= dict.fromkeys(lacks)
    unsound = [name for name, value in details.items() if isinstance(value, float) and math.isnan(value)]
    if unsound:
        return [Problem(f"{where}, {name}", "found nan", "a number") for name in unsound]
    try:
        apply(stage, entry["act"], details, 1)
    except NotLive:
        return []
    except InputError as error:
        told = (p for p in error.problems if p.where not in lacks)
        return [Problem(f"{where}, {p.where}", p.found, p.allowed, p.hint) for p in told]
    except _UNEXPECTED as error:
        return [] if lacks else [Problem(where, f"{type(error).__name__}: {error}")]
    return []
