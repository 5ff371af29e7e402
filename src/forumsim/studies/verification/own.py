"""What an extension has to keep, whatever it does: a case for each function that it declares.

The known results are settings of the model's own rules. An extension has no known results, but there are things that a
rule, measure, gate or decision rule must never do, and these can be tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from forumsim.core.errors import InputError
from forumsim.core.state.sums import rebuild_stale
from forumsim.core.world import World
from forumsim.extensions import Declaration, Extensions
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import Scenario, load_scenario
from forumsim.studies.verification.case import Case, Finding, claim, exactly
from forumsim.studies.verification.invariance import LIVELY, after, gap_between
from forumsim.studies.verification.relabelling import relabelled

#: Scenario that functions are tried in where the extension declares none, and length and seeds of the runs.
SCENARIO, STEPS, SEEDS = "two_blocs", 24, (1, 2, 3)
#: Gaps by which sums may differ that were taken in another order.
_ROUNDING = 1e-9
_SOURCE = "docs/extending.md: what a function may not do"


def cases(extensions: Extensions) -> tuple[Case, ...]:
    """A case for each function, in the order of their declaration."""
    return tuple(
        Case(item.name, f"The {item.kind} {item.name}", _SOURCE, partial(_check, item, extensions))
        for item in extensions.declared
    )


def _check(item: Declaration, extensions: Extensions) -> Iterator[Finding]:
    together = ("scenario", "rule") if item.kind == "rule" else ("scenario",)  # a rule may follow another one
    kept = tuple(one for one in extensions.declared if one is item or one.kind in together)
    extensions = replace(extensions, declared=kept)
    own = [one.name for one in extensions.of_kind("scenario")]
    name = item.name if item.kind == "scenario" else own[0] if own else SCENARIO
    lively = {} if name in own else LIVELY
    case = load_scenario(name, with_=extensions, **lively.get("fields", {}))
    scenario, record = settle(case, lively.get("parameters"))
    yield from _runs(scenario, record)
    world = after(scenario.build(SEEDS[0], record), record, STEPS)  # by the rules of the model alone
    rebuild_stale(world, record)
    values = item.values(scenario.own)
    if item.kind == "measure":
        yield from _measure(item, world, record, values)
    elif item.kind in ("gate", "decision rule"):
        yield from _answers(item, world, record, values)


def _runs(scenario: Scenario, record: Any) -> Iterator[Finding]:
    """Runs end with values in their ranges, and the same seed gives the same bits."""
    ended, same, told = 0, 0, ""
    for seed in SEEDS:
        try:
            one, other = (run_arrays(scenario, record, STEPS, seed) for _ in range(2))
        except InputError as error:
            told = str(error.problems[0])
            continue
        ended += 1
        same += all(a.tobytes() == b.tobytes() for (_, a), (_, b) in
                    zip(one.world.arrays(), other.world.arrays(), strict=True))  # fmt: skip
    what = f"runs of {STEPS} steps that end with all values in their ranges"
    yield Finding(what, str(len(SEEDS)), told or str(ended), ended == len(SEEDS))
    yield exactly("of them the same to the bit when repeated", len(SEEDS), same)


def _measure(item: Declaration, world: World, record: Any, values: dict[str, Any]) -> Iterator[Finding]:
    """It reads, and does not depend on the order in which actors and forums stand."""
    found, changed = _untouched(world, lambda: item.function(world, record, **values))
    yield claim("it leaves the world as it is", not changed, changed or "yes")
    rng = np.random.default_rng(SEEDS[0])
    for noun, order in (("actors", world.actors), ("forums", world.slots)):
        other = relabelled(world, **{noun: rng.permutation(order)})
        rebuild_stale(other, record)
        again = item.function(other, record, **values)
        gap = gap_between(np.asarray(found, float), np.asarray(again, float)).max(initial=0.0)
        what = f"the same whatever the order of {noun}"
        yield claim(what, gap <= _ROUNDING, f"differs by {gap:.2g}", "no difference")


def _answers(item: Declaration, world: World, record: Any, values: dict[str, Any]) -> Iterator[Finding]:
    """A gate or decision rule only answers; more support never turns a yes into a no."""
    forums = np.flatnonzero(world.live()).tolist()

    def answers(*more: Any) -> list[bool]:
        return [bool(item.function(world, record, f, *more, **values)) for f in forums]

    if item.kind == "gate":
        _, changed = _untouched(world, lambda: [answers(i) for i in range(world.actors)])
        yield claim("it leaves the world as it is", not changed, changed or "yes")
        return
    rng = np.random.default_rng(SEEDS[0])
    turned, changed = 0, ""
    for _ in range(50):
        voters = rng.random(world.actors) < 0.7
        voters[0] = True
        support = voters & (rng.random(world.actors) < rng.random())
        more = support | (voters & (rng.random(world.actors) < 0.5))
        before, touched = _untouched(world, partial(answers, support.copy(), voters.copy()))
        turned += sum(yes and not still for yes, still in zip(before, answers(more, voters), strict=True))
        changed = changed or touched
    yield claim("it leaves the world as it is", not changed, changed or "yes")
    yield exactly("times that more support turned a yes into a no, in 50 votes of each forum", 0, turned)


def _untouched(world: World, action: Any) -> tuple[Any, str]:
    """What an action gives, and the arrays of the world that it has changed, in words."""
    before = {name: array.tobytes() for name, array in world.arrays()}
    found = action()
    changed = [name for name, array in world.arrays() if array.tobytes() != before[name]]
    return found, f"it changes {', '.join(changed)}" if changed else ""
