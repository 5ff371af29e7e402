"""Invariance: what has no meaning (the order of rows, the unit of power) makes no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from forumsim.core.measures import MEASURES, measure
from forumsim.core.schedule import advance, make_room, prepare, room_needed
from forumsim.core.world import Floats, World
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario
from forumsim.studies.verification.case import Finding, claim, known_result
from forumsim.studies.verification.relabelling import differing, relabelled

_FAMILIES = {m.name: m.family for m in MEASURES}
_ALL = frozenset(_FAMILIES)
#: Measures that count members, forums or events and divide whole numbers, forum by forum: the order of actors is lost.
COUNTS = frozenset(
    name for name, family in _FAMILIES.items() if family in ("overlap", "participation", "conduct", "events")
) | {"coverage_heads", "bridge", "forums_alive", "forums_dormant", "overlap_share"}
#: Measures that add up fractions forum by forum, or pair of forums by pair: the order of forums rounds them.
SUMS_OVER_FORUMS = frozenset({
    "fragmentation", "fragmentation_across", "fragmentation_within", "fragmentation_gap", "enf", "jaccard",
    "directed_overlap", "nestedness", "normative_distance", "conflict", "biermann", "legalization",
})  # fmt: skip
#: Measures that keep every bit, by what is done to the world: where the order of sums is kept or does not matter.
#: Of the issues' order with two issues, since a + b = b + a; of power with a factor that is a power of 2.
EXACT = {"actors": COUNTS, "forums": _ALL - SUMS_OVER_FORUMS, "issues": _ALL, "power": _ALL}


def all_measures(world: World, p: Any) -> Floats:
    """All measures of a world, (D + 1, M)."""
    out = np.full((world.issues + 1, len(MEASURES)), np.nan)
    measure(world, p, out)
    return out


def change_of_measures(
    change: str,
    scenario: str = "two_blocs",
    steps: int = 30,
    seed: int = 1,
    factor: float = 1000.0,
    parameters: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> dict[str, float]:
    """Largest change of each measure when the state at the end of a run is written in another way.

    Parameters
    ----------
    change : str
        ``actors`` or ``forums`` in a random order (of the seed), ``issues`` with the last one first, or ``power``
        times ``factor``.
    factor : float
        Above 0.

    Returns
    -------
    dict of str to float
        By name of measure, over all issues; infinite if it is missing in one of the two alone.
    """
    case = load_scenario(scenario, **(fields or {}))
    p = params_for(case, parameters)
    world = run_arrays(case, p, steps, seed, every=steps).world
    rng = np.random.default_rng(seed)
    before, rows = all_measures(world, p), np.arange(world.issues + 1)
    if change == "power":
        other = world.copy()
        other.power[:] *= factor
    elif change == "issues":
        order = np.roll(np.arange(world.issues), 1)
        other, rows = relabelled(world, issues=order), np.append(order, world.issues)
    elif change == "actors":
        other = relabelled(world, actors=rng.permutation(world.actors))
    else:
        other = relabelled(world, forums=rng.permutation(world.slots))
    largest = gap_between(before[rows], all_measures(other, p)).max(axis=0)
    return dict(zip(_FAMILIES, largest.tolist(), strict=True))


def gap_between(one: Floats, other: Floats) -> Floats:
    """Absolute differences: none where both are missing, infinite where one of them is."""
    return np.nan_to_num(np.where(np.isnan(one) & np.isnan(other), 0.0, np.abs(one - other)), nan=np.inf)


def after(world: World, p: Any, steps: int) -> World:
    """A world at its start, after so many steps of the model's own rules."""
    make_room(world)
    prepare(world, p)
    unused = np.empty((1, world.issues + 1, len(MEASURES)))
    verdicts = np.empty((steps + 1, world.issues + 1, 3))
    while advance(world, p, steps, steps + 1, room_needed(world), unused, verdicts) < steps:
        make_room(world)
    return world


def swapped_run(
    steps: int = 60,
    seed: int = 1,
    equal_salience: bool = True,
    parameters: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """What differs at the end between a run and, with the issues named in reverse, the run of the reversed world.

    No draw of a rule is numbered by an issue (those of the scenario are: it is the built world that is reversed), so
    that both runs meet the same draws. With two issues every sum over issues is a + b, and nothing differs in any
    bit, but for ties: where the model takes *the first of equals* (`worst_issue` of an actor that all its forums, or
    none, serve alike on both issues; `declare` of two with the same gap on both), both runs take the issue that is
    first in their own order. Equal salience makes the former likely wherever forums are founded on a single issue
    (``founding.all_issues`` < 1). With three issues or more sums are rounded otherwise.

    Parameters
    ----------
    equal_salience : bool
        Give every issue the same weight for everybody; else as the scenario has it.

    Returns
    -------
    tuple of str
        Names of the arrays of `World` that differ, the event log among them.
    """
    case = load_scenario("two_blocs", **(fields or {}))
    p = params_for(case, parameters)
    world = case.build(seed, p)
    if equal_salience:
        world.salience[:] = 1 / world.issues
        world.salience_anchor[:] = 1 / world.issues
    order = np.arange(world.issues)[::-1]
    other = after(relabelled(world, issues=order), p, steps)
    return differing(after(world, p, steps), relabelled(other, issues=order))


#: States with dormant forums, foundings and non-state actors in them.
LIVELY: dict[str, Any] = {
    "fields": {"polarisation": 0.8, "nonstate": 9}, "parameters": {"founding.rate": 1, "founding.patience": 0},
}  # fmt: skip


@known_result(
    "invariance-measures",
    "Measures do not depend on the order of rows or the unit of power",
    "identity: permuted actors, forums, issues, and rescaled power are the same world",
)
def _measures_case() -> Iterator[Finding]:
    """The ends of runs of both scenarios, written in another way."""
    runs: list[dict[str, Any]] = [{"seed": seed, **LIVELY} for seed in range(1, 9)]
    runs += [{"scenario": "ai_governance", "steps": 8, "seed": 1}]
    for change, label in (
        ("actors", "actors permuted"),
        ("forums", "forums permuted"),
        ("issues", "last issue first"),
        ("power", "power times 1000"),
    ):
        gaps = [change_of_measures(change, **run) for run in runs]
        most = max(max(gap.values()) for gap in gaps)
        yield claim(f"{label}: largest change of any measure", most <= 1e-12, f"{most:.0e}", "<= 1e-12")
        exact = EXACT[change]
        if change == "power":
            gaps = [change_of_measures(change, factor=1024, **run) for run in runs]
        if change == "issues":
            gaps = gaps[:-1]  # ai_governance has three
        same = sum(all(gap[name] == 0 for gap in gaps) for name in exact)
        unit = {"power": "power times 1024", "issues": "two issues swapped"}.get(change, label)
        what = f"{unit}: measures that keep every bit"
        yield Finding(what, f"{len(exact)} of {len(MEASURES)}", str(same), same == len(exact))


@known_result(
    "invariance-runs",
    "Runs do not depend on which issue is first",
    "identity: swapped issues are the same world; bit by bit where a + b = b + a and nothing ties",
)
def _runs_case() -> Iterator[Finding]:
    """Whole runs of `two_blocs` with its two issues swapped."""
    for label, equal, parameters in (
        ("equal salience, new forums on both issues", True, {"founding.all_issues": 1}),
        ("salience as drawn, new forums on one issue", False, {}),
    ):
        runs = [
            swapped_run(seed=seed, equal_salience=equal, parameters=LIVELY["parameters"] | parameters,
                        fields=LIVELY["fields"])
            for seed in range(1, 6)
        ]  # fmt: skip
        names = sorted({name for run in runs for name in run})
        what = f"{label}: arrays that differ after 60 steps of 5 runs"
        yield claim(what, not names, ", ".join(names) or "none", "none")
