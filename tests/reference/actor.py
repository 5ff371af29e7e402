"""Actors: their state (section 2) and how they judge forums (section 7.2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from forumsim.core.terms import Event, Mode, Role, Term

from .draws import Purpose
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

    Trust, baseline, ledger and summit_until are dictionaries by other actor, attention is one by forum, taste one by
    number of slot (None: for staying out); position, anchor, salience and red line are lists by issue.
    `forumsim.core.world.World` explains each.
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
        self.challenger: Forum | None = None
        self.challenged = 0
        self.trust: dict[Actor, float] = {}
        self.baseline: dict[Actor, float] = {}
        self.ledger: dict[Actor, float] = {}
        self.summit_until: dict[Actor, int] = {}
        self.attention: dict[Forum, float] = {}
        self.taste: dict[int | None, float] = {}

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
        """W and Tbar of the other members; Tbar is 1/2 where there is nobody.

        `math.fsum` rounds once, so that forums with the same members give the same figures in whatever order they came.
        """
        others = [j for j in forum.tenure if j is not self]
        reach = math.fsum(j.power for j in others)
        if reach <= NOBODY:
            return reach, 0.5
        return reach, math.fsum(j.power * self.trust[j] for j in others) / reach

    def gain(self, forum: Terms, trust: float) -> float:
        """a fit (b0 + b1 H Tbar)."""
        p = self.model.p
        return p.utility_fit * self.fit(forum) * (p.utility_fit_base + p.utility_fit_law * forum.legalization * trust)

    def rivalry(self, forum: Terms, others_of: Terms) -> float:
        """Realist mode: - k sum_j w_j (1 - T_ij) (V_j - V_i) / W over the other members of ``others_of``."""
        own = self.gain(forum, 0.5)
        others = [j for j in others_of.tenure if j is not self]
        ahead = sum(j.power * (1 - self.trust[j]) * (j.gain(others_of, 0.5) - own) for j in others)
        return -self.model.p.realist_rivalry * ahead / sum(j.power for j in others)

    def utility_terms(self, forum: Terms, others_of: Terms | None = None) -> dict[Term, float]:
        """The terms of u, red lines aside; ``others_of`` says from where realists take the others' gains."""
        p = self.model.p
        reach, trust = self.reach_and_trust(forum)
        somebody = reach > NOBODY
        return {
            Term.FIT: self.gain(forum, trust),
            Term.RIVALRY: self.rivalry(forum, others_of or forum) if p.realist and somebody else 0.0,
            Term.TRUST: p.utility_trust * (2 * trust - 1) * reach**p.utility_trust_size if somebody else 0.0,
            Term.NETWORK: p.utility_network * reach**p.utility_network_exponent if somebody else 0.0,
            Term.SOVEREIGNTY: -2 * p.utility_sovereignty * self.sovereignty * forum.legalization * (1 - trust),
            Term.COST: -p.utility_cost - self.reservation,
        }

    def utility(self, forum: Terms, red_lines: bool = True, others_of: Terms | None = None) -> float:
        """u; ``red_lines=False`` leaves them aside."""
        if red_lines and self.finds_beyond_red_line(forum):
            return -math.inf
        return sum(self.utility_terms(forum, others_of).values())

    def terms_beside(self, forum: Terms, alone: bool = False) -> dict[Term, float]:
        """What z adds to u; ``alone`` counts no other memberships."""
        p = self.model.p
        others = [] if alone else [g for g in self.memberships() if g is not forum]
        has_habit = forum.mode == Mode.SERIES and self in forum.habit
        is_text_of_another = forum.mode != Mode.STANDING and forum.founder not in (None, self)
        servicing = p.membership_fee + p.membership_crowding * len(others)
        return {
            Term.ENGAGEMENT: self.engagement,
            Term.HABIT: p.membership_habit if has_habit else 0.0,
            Term.RECIPROCITY: p.membership_reciprocity * self.ledger[forum.founder] if is_text_of_another else 0.0,
            Term.FEE: -forum.fee * servicing / self.capacity,
            Term.CONFLICT: -p.membership_conflict * sum(forum.conflict(g) for g in others),
        }

    def net_utility(self, forum: Terms, alone: bool = False) -> float:
        """z, taste aside."""
        return self.utility(forum) + sum(self.terms_beside(forum, alone).values())

    def decisive_term(self, forum: Terms, speaks_for: bool, alone: bool = False) -> Term:
        """The largest of the terms that speak for membership, or against it."""
        if self.finds_beyond_red_line(forum):
            return Term.NONE if speaks_for else Term.RED_LINE
        terms = {**self.utility_terms(forum), **self.terms_beside(forum, alone), Term.TASTE: self.taste_for(forum)}
        weights = {term: size if speaks_for else -size for term, size in terms.items()}
        largest = max(weights, key=lambda term: weights[term])
        return largest if weights[largest] > 0 else Term.NONE

    # --- tastes (section 7.7) ---------------------------------------------------------------------------------------

    def draw_taste(self, slot: int | None) -> None:
        """A taste is drawn anew in this step."""
        column = self.model.slots if slot is None else slot
        self.taste[slot] = self.model.stream(Purpose.TASTE).draw(column, self.row)

    def draw_all_tastes(self) -> None:
        """A new leadership has tastes of its own."""
        for slot in (*range(self.model.slots), None):
            self.draw_taste(slot)

    def taste_for(self, forum: Terms) -> float:
        """Taste as a term of the value: temperature ln((1 - u) / u)."""
        u, temperature = self.taste[forum.row], self.model.p.membership_temperature
        return temperature * math.log((1 - u) / u) if temperature > 0 else 0.0

    def would_want(self, z: float) -> float:
        """sig(z / temperature): below which taste it wants a membership worth z; at temperature 0 whether z > 0."""
        temperature = self.model.p.membership_temperature
        return float(z > 0) if temperature == 0 else sig(z / temperature)

    def wants(self, forum: Terms, z: float) -> bool:
        """Whether it wants to be in a forum worth z."""
        return self.taste[forum.row] < self.would_want(z)

    def loyalty_to(self, forum: Forum) -> float:
        """l_fi, which grows with tenure."""
        p = self.model.p
        full = min(1, forum.tenure[self] / p.membership_tenure)
        return p.membership_loyalty * self.loyalty * toward(p.membership_loyalty_start, 1, full)

    # --- belonging --------------------------------------------------------------------------------------------------

    def join(self, forum: Forum, value: float, term: Term) -> None:
        """Become a member."""
        forum.tenure[self] = 0
        self.model.write(Event.JOIN, actor=self, forum=forum, value=value, term=term)

    def leave(self, forum: Forum, value: float, term: Term) -> None:
        """End a membership; attention spreads over the other forums."""
        del forum.tenure[self]
        self.turn_away_from(forum)
        self.model.write(Event.EXIT, actor=self, forum=forum, value=value, term=term)

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
