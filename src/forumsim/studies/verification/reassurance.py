"""Reassurance by costly steps as a setting of the rule of that name (Kydd 2005).

In Kydd's game of trust with payoffs Tu > R > Ts > P > S a genuine actor cooperates from trust m on. Below it a step
that puts a share a of the whole at risk reassures if the genuine take it and the insincere do not. Here the shipped
rule is asked, stake by stake and trust by trust; the methods of `Payoffs` are the formulas that it is held against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.core.rules.dialogue import dialogue
from forumsim.core.rules.reassurance import reassure
from forumsim.studies.verification.case import Finding, exactly, known_result, near
from forumsim.studies.verification.worlds import record, states, tick


@dataclass(frozen=True)
class Payoffs:
    """Kydd's game of trust: R both cooperate, P both defect, S exploited, Ts and Tu exploiting (genuine, insincere).

    Tu >= R > Ts >= P >= S on any scale; the rule has R = 1 and P = 0, and `settings` brings the others there.
    """

    reward: float = 1.0
    punishment: float = 0.0
    sucker: float = -1.0
    temptation: float = 0.5
    exploitation: float = 1.5

    def settings(self) -> dict[str, Any]:
        """Parameters of the rule: payoffs on the scale where R = 1 and P = 0."""
        unit = self.reward - self.punishment
        return {
            "confidence.sucker": (self.sucker - self.punishment) / unit,
            "confidence.temptation": (self.temptation - self.punishment) / unit,
            "confidence.exploitation": (self.exploitation - self.punishment) / unit,
        }

    def threshold(self) -> float:
        """Formula: m = (P - S) / (P - S + R - Ts), the trust from which a genuine actor cooperates."""
        loss = self.punishment - self.sucker
        return loss / (loss + self.reward - self.temptation)

    def lower_bound(self, trust: float) -> float:
        """Formula: t (Tu - P) / (t (2 Tu - R - P) + (1 - t)(P - S)), the least stake that no insincere actor takes."""
        p, tu = self.punishment, self.exploitation
        return trust * (tu - p) / (trust * (2 * tu - self.reward - p) + (1 - trust) * (p - self.sucker))

    def upper_bound(self, trust: float) -> float:
        """Formula: t (R - P) / (t (Ts - P) + (1 - t)(P - S)), the largest stake that a genuine actor takes."""
        p = self.punishment
        loss = trust * (self.temptation - p) + (1 - trust) * (p - self.sucker)
        return trust * (self.reward - p) / loss if loss > 0 else math.inf

    def least_trust(self) -> float:
        """Formula: where the two bounds meet; with R = 1, P = 0: S (1 - Tu) / (S (1 - Tu) + 2 Tu - 1 - Tu Ts).

        That is below the threshold m whenever Tu > Ts.
        """
        scaled = self.settings()
        ts, tu = scaled["confidence.temptation"], scaled["confidence.exploitation"]
        risk = -scaled["confidence.sucker"] * (tu - 1.0)
        return risk / (risk + 2.0 * tu - 1.0 - tu * ts)


def takes_step(payoffs: Payoffs, trust: float, stake: float, genuine: bool) -> bool:
    """Whether an actor takes a step of this stake toward another, by the shipped rule, trust being mutual."""
    world = states(2)
    world.trust[0, 1] = world.trust[1, 0] = trust
    return bool(reassure(world, record(payoffs.settings(), {"confidence.stake": stake}), 0, 1, genuine))


def boundary(holds: Callable[[float], bool], low: float = 0.0, high: float = 1.0) -> float:
    """Where a statement that is false at ``low`` and true at ``high`` begins to hold, by bisection; NaN if nowhere."""
    if not holds(high):
        return math.nan
    for _ in range(24):
        middle = (low + high) / 2.0
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def cooperation_from(payoffs: Payoffs) -> float:
    """Trust from which the shipped rule needs no reassurance: even a step that costs nothing is not taken."""
    return boundary(lambda trust: not takes_step(payoffs, trust, 0.0, True), low=1e-9)


def separates(payoffs: Payoffs, trust: float, stake: float) -> bool:
    """Whether, by the shipped rule, the genuine take a step of this stake and the insincere do not."""
    return takes_step(payoffs, trust, stake, True) and not takes_step(payoffs, trust, stake, False)


def separating_stake(payoffs: Payoffs, trust: float) -> float:
    """Least stake that separates at this trust, by the shipped rule: NaN if there is none."""
    least = boundary(lambda stake: not takes_step(payoffs, trust, stake, False))
    return least if separates(payoffs, trust, least) else math.nan


def reassurance_from(payoffs: Payoffs) -> float:
    """Least trust at which some stake separates, by the shipped rule; NaN if there is none below the threshold."""
    below = cooperation_from(payoffs) - 1e-6  # from there on no step is taken at all
    return boundary(lambda trust: math.isfinite(separating_stake(payoffs, trust)), low=1e-9, high=below)


def trust_after(payoffs: Payoffs, trust: float, stake: float, sincerity: float) -> float:
    """Trust in an actor of sincerity 0 or 1 after a step of the rule of dialogue in which it may reassure the other."""
    p = record(payoffs.settings(), {
        "dialogue.level": 0.0, "confidence.on": True, "confidence.rate": 1.0, "confidence.stake": stake,
        "sincerity.level": sincerity, "dialogue.sincerity_weight": 50.0, "dialogue.trust_weight": 0.0,
    })  # fmt: skip
    world = states(2)
    world.trust[0, 1] = world.trust[1, 0] = trust
    return float(tick(world, p, dialogue).trust[1, 0])


def agreement(payoffs: Payoffs, trusts: Any, stakes: Any) -> tuple[int, int]:
    """At how many pairs of trust and stake the rule does as the formulas say, for both types, and of how many."""
    same, number = 0, 0
    for t in trusts:
        needed = t < payoffs.threshold()
        for a in stakes:
            genuine, insincere = a <= payoffs.upper_bound(t), a < payoffs.lower_bound(t)
            same += takes_step(payoffs, t, a, True) == (needed and genuine)
            same += takes_step(payoffs, t, a, False) == (needed and insincere)
            number += 2
    return same, number


@known_result(
    "reassurance",
    "Reassurance: which stake separates the genuine from the insincere",
    "Kydd 2005, Trust and Mistrust in International Relations: bounds of the stake, threshold of cooperation",
)
def _reassurance_case() -> Iterator[Finding]:
    book = Payoffs()
    yield near("R 1, P 0, S -1, Ts .5, Tu 1.5: cooperation from trust m", 2.0 / 3.0, cooperation_from(book), 1e-6)
    least = reassurance_from(book)
    yield near("reassurance from trust, where the formulas' bounds meet", 2.0 / 7.0, least, 1e-6)
    yield near("the same as it is quoted, .287", 0.287, least, 0.002)
    for payoffs in (book, Payoffs(4.0, 1.0, -2.0, 2.5, 7.0), Payoffs(1.0, 0.0, -0.4, 0.2, 1.1)):
        label = f"S {payoffs.sucker:g}, Ts {payoffs.temptation:g}, Tu {payoffs.exploitation:g}"
        same, number = agreement(payoffs, (np.arange(12) + 0.5) / 16.0, (np.arange(25) + 0.5) / 25.0)
        yield exactly(f"{label}: steps taken by the bounds, over trust and stake", f"{number} of {number}",
                      f"{same} of {number}")  # fmt: skip
        if payoffs is not book:
            yield near(f"{label}: cooperation from", payoffs.threshold(), cooperation_from(payoffs), 1e-6)
            yield near(f"{label}: reassurance from", payoffs.least_trust(), reassurance_from(payoffs), 1e-6)
    yield near("trust .4: least stake that separates", 0.6 / 1.4, separating_stake(book, 0.4), 1e-6)
    yield exactly(
        "trust .25: least stake that separates", "none", str(separating_stake(book, 0.25)).replace("nan", "none")
    )
    yield near("trust .4 after a step of .45 in earnest, by dialogue", 1.0, trust_after(book, 0.4, 0.45, 1.0), 1e-12)
    yield near("... when the other is insincere: no step", 0.4, trust_after(book, 0.4, 0.45, 0.0), 1e-12)
    yield near("... after a step of .40, which both kinds take", 0.4, trust_after(book, 0.4, 0.40, 1.0), 1e-12)
