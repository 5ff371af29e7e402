"""Face checks of a scenario: what to look at before its runs are believed.

A scenario of one's own may be in order, cell by cell, and still be a world in which everybody wants to leave at once.
The checks take the start and a short run in silence apart, and say what is unusual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.core.rules.admission import admitted
from forumsim.core.terms import Admission, Event, Mode
from forumsim.core.world import World
from forumsim.running.model.explain import own_worth
from forumsim.running.run import run_arrays, settle
from forumsim.scenarios import Scenario

#: Steps of the run in silence, and seeds over which its figures are means.
SILENT_STEPS = 40
SEEDS = 5
#: Age in steps up to which the end of a forum counts as dying at once.
AT_ONCE = 8


@dataclass(frozen=True)
class FaceCheck:
    """One figure of a scenario."""

    what: str  #: what was counted or measured
    found: str  #: the figure in words
    unusual: bool  #: whether it asks for a look
    advice: str  #: what to look at if it does


def face_checks(scenario: Scenario, parameters: Mapping[str, Any] | None = None, seed: int = 1) -> list[FaceCheck]:
    """Check the start of a scenario, and what silence does to it.

    Parameters
    ----------
    scenario : Scenario
    parameters : mapping, optional
        As in `forumsim.simulate`.
    seed : int
        Of the start; the runs in silence have this seed and those after it.

    Returns
    -------
    list of FaceCheck
        The same checks for every scenario, in the same order.

    Examples
    --------
    >>> from forumsim import load_scenario
    >>> [check.found for check in face_checks(load_scenario("two_blocs"))][1]
    '0 of 120'
    """
    scenario, params = settle(scenario, parameters)
    world = scenario.build(seed, params)
    start = run_arrays(scenario, params, 1, seed, snapshots=(0,)).snapshots[0]
    return [*_members(start, params), *_gates(start, params), *_silence(scenario, dict(parameters or {}), seed, world)]


def _members(world: World, params: Any) -> Iterator[FaceCheck]:
    """Members who would rather be out, and members beyond their own red line."""
    live = world.live()
    pairs = [(f, i) for f, i in zip(*np.nonzero(world.member & live[:, None]), strict=True)]
    crossed = sum(bool(world.beyond[f, i]) for f, i in pairs)
    negative = sum(own_worth(world, params, int(f), int(i)) < 0.0 for f, i in pairs if not world.beyond[f, i])
    share = negative / len(pairs) if pairs else 0.0
    yield FaceCheck(
        "memberships at the start whose worth is negative, taste aside",
        f"{negative} of {len(pairs)} ({100 * share:.0f} %)",
        share > 0.5,
        "Most members are held by taste and loyalty alone. Compare charters with the members' positions, fees "
        "(membership.fee over capacity) with the terms that speak for a forum (utility.trust, utility.network).",
    )
    yield FaceCheck(
        "memberships at the start beyond the member's own red line",
        f"{crossed} of {len(pairs)}",
        crossed > 0,
        "These members leave when they look. Check charter_ISSUE, red_line_ISSUE and redline.scale.",
    )


def _gates(world: World, params: Any) -> Iterator[FaceCheck]:
    """Members whom their own forum would not admit, and gates that let nobody else pass."""
    refused, pairs, shut = 0, 0, []
    for f in np.flatnonzero(world.live()):
        if world.admission[f] == Admission.OPEN:
            continue
        others = [int(i) for i in np.flatnonzero(~world.member[f])]
        for i in np.flatnonzero(world.member[f]):
            pairs += 1
            refused += not admitted(world, params, int(f), int(i))
        if world.mode[f] != Mode.DECLARATION and not any(admitted(world, params, int(f), i) for i in others):
            shut.append(int(f))
    yield FaceCheck(
        "members whom the gate and the approval of their own forum would not admit",
        f"{refused} of {pairs}",
        refused > 0.25 * pairs,
        "Gates and approval (gate_*, approval) do not fit the rosters: who is in could not have joined.",
    )
    yield FaceCheck(
        "forums by approval or invitation that would admit nobody else",
        str(len(shut)),
        False,
        "Usual for closed clubs and bilateral forums; elsewhere lower approval or widen the gate.",
    )


def _silence(scenario: Scenario, given: dict[str, Any], seed: int, world: World) -> Iterator[FaceCheck]:
    """What happens when nobody talks: means over a few seeds."""
    scenario, params = settle(scenario, given | {"dialogue.level": 0})
    steps = SILENT_STEPS
    standing = np.flatnonzero(world.live())
    before = int(world.member[standing].sum())
    changed, against, ended, born, shifts = [], 0, [], [], []
    for number in range(seed, seed + SEEDS):
        outcome = run_arrays(scenario, params, steps, number, every=steps)
        events, after = outcome.events, outcome.world
        kind, old = events["kind"], np.isin(events["forum"], standing)
        moves = np.isin(kind, (Event.JOIN, Event.EXIT, Event.NOT_RENEWED))
        changed.append(int((moves & old).sum()))
        against += int(((kind == Event.JOIN) & (events["value"] < 0.0)).sum())
        gone = kind == Event.DISSOLUTION
        ages = events["step"][gone] - after.founded[events["forum"][gone]]
        ended.append(int((ages <= AT_ONCE).sum()))
        born.append(int((kind == Event.FOUNDING).sum()))
        shifts.append(int((kind == Event.REGIME_SHIFT).sum()))
    share = float(np.mean(changed)) / before if before else 0.0
    runs = f"mean of {SEEDS} runs of {steps} steps in silence"
    yield FaceCheck(
        f"memberships of standing forums that change, {runs}",
        f"{np.mean(changed):.1f} of {before} ({100 * share:.0f} %)",
        share > 0.1,
        "The start is not at rest: look at the first events of a run, at fees, charters and red lines. Forums that are "
        "new at the start settle first (taste.settled).",
    )
    yield FaceCheck(
        f"joins against the joiner's interest, {SEEDS} runs",
        str(against),
        against > 0,
        "Texts that are adopted without a vote bind those who do not object; any other such join is a fault of a rule "
        "of your own.",
    )
    yield FaceCheck(
        f"forums that die within {AT_ONCE} steps of their founding, {runs}",
        f"{np.mean(ended):.1f}",
        float(np.mean(ended)) > 0.5,
        "Too few members or too little attention: lifecycle.death, lifecycle.grace, founding.minimum.",
    )
    yield FaceCheck(
        f"forums founded, {runs}",
        f"{np.mean(born):.1f}",
        float(np.mean(born)) > 0.5 * steps,
        "More than one in two steps: founding.rate is one of the whole system; founding.room, founding.invite_trust.",
    )
    yield FaceCheck(
        f"regime shifts, {runs}",
        f"{np.mean(shifts):.1f}",
        float(np.mean(shifts)) > world.actors,
        "Actors change their focus without talk: attention.shift_margin, attention.temperature.",
    )
