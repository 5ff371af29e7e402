"""Actors: their state (section 2) and how they judge forums (section 7.2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from forumsim.core.terms import Event, Mode, Role

from .forum import Forum, Terms

if TYPE_CHECKING:
    from .model import ReferenceModel

NOBODY = 1e-12  #: power of the others at or below which there is nobody


def sig(z: float) -> float:
    """1 / (1 + exp(-z)), exactly 0 and 1 at minus and plus infinity."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def toward(x: float, goal: float, share: float) -> float:
    """*x += share (goal - x)*."""
    return x + share * (goal - x)


class Actor(mesa.Agent):
    """An actor; `State` and `NonState` are its two kinds.

    Trust, baseline, ledger and summit_until are dictionaries by other actor, attention is one by forum; position,
    anchor, salience and red line are lists by issue. `forumsim.core.world.World` explains each.
    """

    is_state: bool
    power: float
    influence: float
    sincerity: float
    sovereignty: float
    loyalty: float
    engagement: float
    reservation: float
    capacity: float
    record: float
    aspiration: float
    satisfaction: float
    role: Role
    cause: int | None
    heard: int
    position: list[float]
    anchor: list[float]
    salience: list[float]
    salience_anchor: list[float]
    red_line: list[float]

    def __init__(self, model: ReferenceModel, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.patron: Actor | None = None
        self.focal: Forum | None = None
        self.trust: dict[Actor, float] = {}
        self.baseline: dict[Actor, float] = {}
        self.ledger: dict[Actor, float] = {}
        self.summit_until: dict[Actor, int] = {}
        self.attention: dict[Forum, float] = {}

    # --- other actors ---------------------------------------------------------------------------------------------

    def gap(self, other: Actor, issues: range | tuple[int, ...]) -> float:
        """Root mean square distance of two positions over some issues."""
        return math.sqrt(sum((self.position[k] - other.position[k]) ** 2 for k in issues) / len(issues))

    def mutual_trust(self, other: Actor) -> float:
        """The lower of the trust of two in each other."""
        return min(self.trust[other], other.trust[self])

    def thank(self, other: Actor, share: float) -> None:
        """R_ij += share (1 - R_ij)."""
        self.ledger[other] = toward(self.ledger[other], 1, share)

    # --- judging forums (section 7.2) -------------------------------------------------------------------------------

    def memberships(self) -> list[Forum]:
        """Its live forums."""
        return [f for f in self.model.live_forums() if self in f.tenure]

    def distance(self, forum: Terms) -> float:
        """d_fi: distance of its position and the charter over the mandate, weighted by salience."""
        weights = {k: self.salience[k] for k in forum.mandate}
        if sum(weights.values()) <= 0:
            weights = dict.fromkeys(forum.mandate, 1.0)
        squares = sum(s * (self.position[k] - forum.charter[k]) ** 2 for k, s in weights.items())
        return math.sqrt(squares / sum(weights.values()))

    def fit(self, forum: Terms) -> float:
        """1 - d / d0."""
        return 1 - self.distance(forum) / self.model.p.utility_fit_scale

    def finds_beyond_red_line(self, forum: Terms) -> bool:
        """Whether the charter crosses one of its red lines."""
        return any(abs(self.position[k] - forum.charter[k]) > self.red_line[k] for k in forum.mandate)

    def reach_and_trust(self, forum: Terms) -> tuple[float, float]:
        """W and Tbar of the other members; Tbar is 1/2 where there is nobody, and in realist mode.

        `math.fsum` rounds once, so that forums with the same members give the same figures in whatever order they came.
        """
        others = [j for j in forum.tenure if j is not self]
        reach = math.fsum(j.power for j in others)
        if reach <= NOBODY or self.model.p.realist:
            return reach, 0.5
        return reach, math.fsum(j.power * self.trust[j] for j in others) / reach

    def gain(self, forum: Terms, trust: float) -> float:
        """a fit (b0 + b1 H Tbar)."""
        p = self.model.p
        return p.utility_fit * self.fit(forum) * (p.utility_fit_base + p.utility_fit_law * forum.legalization * trust)

    def relative_gain(self, forum: Terms, others_of: Terms) -> float:
        """Realist mode: V - k (Vbar - V), Vbar the mean gain of the other members of ``others_of``."""
        own = self.gain(forum, 0.5)
        others = [j for j in others_of.tenure if j is not self]
        power = sum(j.power for j in others)
        if power <= NOBODY:
            return own
        mean = sum(j.power * j.gain(others_of, 0.5) for j in others) / power
        return own - self.model.p.realist_rivalry * (mean - own)

    def utility(self, forum: Terms, red_lines: bool = True, others_of: Terms | None = None) -> float:
        """u; ``red_lines=False`` leaves them aside, ``others_of`` says from where realists take the others' gains."""
        p = self.model.p
        if red_lines and self.finds_beyond_red_line(forum):
            return -math.inf
        reach, trust = self.reach_and_trust(forum)
        u = self.relative_gain(forum, others_of or forum) if p.realist else self.gain(forum, trust)
        if reach > NOBODY:
            u += p.utility_trust * (2 * trust - 1) * reach**p.utility_trust_size
            u += p.utility_network * reach**p.utility_network_exponent
        u -= 2 * p.utility_sovereignty * self.sovereignty * forum.legalization * (1 - trust)
        return u - p.utility_cost - self.reservation

    def net_utility(self, forum: Terms, alone: bool = False) -> float:
        """z; ``alone`` counts no other memberships."""
        p = self.model.p
        others = [] if alone else [g for g in self.memberships() if g is not forum]
        z = self.utility(forum) + self.engagement
        if forum.mode == Mode.SERIES and self in forum.habit:
            z += p.membership_habit
        z -= (p.membership_fee + p.membership_crowding * len(others)) / self.capacity
        return z - p.membership_conflict * sum(forum.conflict(g) for g in others)

    def loyalty_to(self, forum: Forum) -> float:
        """l_fi, which grows with tenure."""
        p = self.model.p
        full = min(1, forum.tenure[self] / p.membership_tenure)
        return p.membership_loyalty * self.loyalty * toward(p.membership_loyalty_start, 1, full)

    # --- belonging --------------------------------------------------------------------------------------------------

    def join(self, forum: Forum, value: float = 0.0) -> None:
        """Become a member."""
        forum.tenure[self] = 0
        self.model.write(Event.JOIN, actor=self, forum=forum, value=value)

    def leave(self, forum: Forum, value: float = 0.0) -> None:
        """End a membership; attention spreads over the other forums."""
        del forum.tenure[self]
        self.turn_away_from(forum)
        self.model.write(Event.EXIT, actor=self, forum=forum, value=value)

    def turn_away_from(self, forum: Forum) -> None:
        """The attention given to a forum spreads over its other forums in proportion (section 7.3)."""
        self.attention.pop(forum, 0.0)
        left = sum(self.attention.values())
        for g in self.attention:
            self.attention[g] = self.attention[g] / left if left > 0 else 0.0


class State(Actor):
    """A state: power, a vote, commitments."""

    is_state = True


class NonState(Actor):
    """A firm, an NGO or an epistemic community: influence, no power."""

    is_state = False
