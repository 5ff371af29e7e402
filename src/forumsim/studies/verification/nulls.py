"""Nulls: without motives membership is random, realists do not react to talk, and in silence trust does not move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from forumsim.core.rules.membership import membership
from forumsim.core.state.value import sigmoid
from forumsim.core.world import Floats
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario
from forumsim.studies.verification.case import Finding, claim, estimate, exactly, known_result
from forumsim.studies.verification.relabelling import differing
from forumsim.studies.verification.worlds import PLAIN, add_forum, ready, record, states, tick


def random_membership(
    rate: float = 1.0,
    cost: float = 0.0,
    loyalty: float = 0.0,
    temperature: float = 1.0,
    members: bool = False,
    steps: int = 20,
    seed: int = 1,
    actors: int = 60,
    forums: int = 30,
) -> Floats:
    """Share of actor-forum pairs that are members, when no forum means anything to anybody.

    All weights are 0; what is left is a fixed cost (0 as well, if it is not given) and loyalty, which does not grow.
    Each pair is then a chain of two states of its own, see `membership_chain`.

    Parameters
    ----------
    rate, cost, temperature : float
        `membership.rate`, `utility.cost` k0, `membership.temperature` (above 0).
    loyalty : float
        l, `membership.loyalty`.
    members : bool
        Whether all or none are members at the start.

    Returns
    -------
    float array, (steps + 1,)
    """
    p = record(PLAIN, {
        "membership.rate": rate, "utility.cost": cost, "membership.temperature": temperature,
        "membership.loyalty": loyalty, "membership.loyalty_start": 1, "taste.renewal": 1,
    })  # fmt: skip
    world = states(actors, forums, seed=seed)
    for f in range(forums):
        add_forum(world, f, range(actors) if members else ())
    ready(world, p)
    shares = [world.member.mean()]
    for _ in range(steps):
        shares.append(tick(world, p, membership).member.mean())
    return np.array(shares)


def membership_chain(rate: float, cost: float, loyalty: float, temperature: float, members: bool, steps: int) -> Floats:
    """Probability of membership after 0 .. steps steps: pi + (m_0 - pi) (1 - a - b)^t, pi = a / (a + b).

    Who is out joins with a = r sig(-k0 / theta), who is in leaves with b = r sig((k0 - l) / theta).
    """
    joins, leaves = rate * sigmoid(-cost / temperature), rate * sigmoid((cost - loyalty) / temperature)
    rest = joins / (joins + leaves)
    return rest + (members - rest) * (1 - joins - leaves) ** np.arange(steps + 1)


@known_result(
    "random-membership",
    "Without motives membership is random at its analytic rate",
    "two-state Markov chain: joins with r sig(-k0 / theta), leaves with r sig((k0 - l) / theta)",
)
def _random_membership_case() -> Iterator[Finding]:
    """The approach and the stationary share, from both sides; 20 seeds of 1800 pairs each."""
    for setting in (
        (1.0, 0.0, 0.0, 1.0, False),
        (0.25, 0.0, 2.0, 1.0, False),
        (0.25, 0.0, 2.0, 1.0, True),
        (0.5, 0.6, 1.5, 0.5, True),
    ):
        wanted = membership_chain(*setting, 40)
        runs = np.array([random_membership(*setting, 40, seed) for seed in range(1, 21)])
        rate, cost, loyalty, temperature, members = setting
        what = f"r {rate:g}, k0 {cost:g}, l {loyalty:g}, theta {temperature:g}, from {int(members)}"
        for step in (1, 4, 40):
            yield estimate(f"{what}: share after {step}", wanted[step], runs[:, step], 0.02)


def realist_null(
    levels: Sequence[float] = (0.0, 1.0),
    scenario: str = "two_blocs",
    steps: int = 60,
    seed: int = 1,
    realist: bool = True,
    parameters: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> tuple[str, ...]:
    """What differs at the end between runs at different levels of dialogue: nothing, if all are realists.

    Parameters
    ----------
    levels : sequence of float
        Two or more values of `dialogue.level`.
    realist : bool
        Off, to see what dialogue does otherwise.

    Returns
    -------
    tuple of str
        Names of the arrays of `World`, trust and positions among them, and ``series`` for measures on the way.
    """
    case = load_scenario(scenario, **(fields or {}))
    given = dict(parameters or {}) | {"realist": realist}
    first, *others = (
        run_arrays(case, params_for(case, given | {"dialogue.level": level}), steps, seed) for level in levels
    )
    names = {name for other in others for name in differing(first.world, other.world)}
    if any(not np.array_equal(first.series, other.series, equal_nan=True) for other in others):
        names.add("series")
    return tuple(sorted(names))


#: Nobody meets, trust does not drift, compliance moves no trust, and no shock does.
SILENT: dict[str, Any] = {
    "rule.dialogue": False, "drift.trust": 0, "compliance.trust_gain": 0, "rule.shocks": False,
}  # fmt: skip


def moved_trust(
    scenario: str = "two_blocs",
    steps: int = 60,
    seed: int = 1,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Ordered pairs of actors whose trust differs in any bit from the start, after a run that is `SILENT`.

    Parameters
    ----------
    parameters : mapping, optional
        As in `forumsim.simulate`, over those of `SILENT`: with ``{"rule.dialogue": True}`` actors meet again.
    """
    case = load_scenario(scenario)
    p = params_for(case, SILENT | dict(parameters or {}))
    outcome = run_arrays(case, p, steps, seed, every=steps, snapshots=(0,))
    return int((outcome.world.trust != outcome.snapshots[0].trust).sum())


@known_result(
    "realists",
    "Realists do not react to dialogue",
    "Grieco 1988: relative gains decide; trust and positions keep every bit at any level",
)
def _realists_case() -> Iterator[Finding]:
    """Both scenarios at three levels of dialogue; and what dialogue does to those who are no realists."""
    for scenario, steps in (("two_blocs", 60), ("ai_governance", 12)):
        names = realist_null((0.0, 0.3, 1.0), scenario, steps)
        what = f"{scenario}, {steps} steps: arrays that differ between levels of dialogue 0, .3 and 1"
        yield claim(what, not names, ", ".join(names) or "none", "none")
        others = realist_null((0.0, 1.0), scenario, steps, realist=False)
        moved = ", ".join(name for name in others if name in ("trust", "position"))
        yield exactly(f"{scenario}: of trust and position, what dialogue moves if they are no realists",
                      "position, trust", moved)  # fmt: skip


@known_result(
    "silence",
    "Without meetings, drift and observed compliance trust does not move",
    "identity: what nothing moves keeps every bit",
)
def _silence_case() -> Iterator[Finding]:
    """Both scenarios; and what happens when actors meet or see each other comply."""
    for scenario, steps in (("two_blocs", 60), ("ai_governance", 12)):
        what = f"{scenario}, {steps} steps: pairs whose trust moved"
        yield exactly(what, 0, moved_trust(scenario, steps))
        for label, lifted in (("meetings", {"rule.dialogue": True}), ("compliance", {"compliance.trust_gain": 0.01})):
            number = moved_trust(scenario, steps, parameters=lifted)
            yield claim(f"{what}, with {label}", number > 0, str(number), "some")
