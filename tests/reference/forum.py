"""Forums: their terms, their state (section 2), whom they admit (section 7.7) and how they end (section 7.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa

from forumsim.core.terms import Admission, Decision, Event, Form, Mode, Status

if TYPE_CHECKING:
    from .actor import Actor
    from .model import ReferenceModel

LIVE = (Status.ALIVE, Status.DORMANT)
TOLERANCE = 1e-12  #: with which shares of power and the members' trust are compared


@dataclass(eq=False)
class Terms:
    """What an actor judges a forum by: a forum that exists, or one that is only proposed."""

    mandate: tuple[int, ...]  #: issues that it covers
    charter: list[float]  #: by issue
    legalization: float
    tenure: dict[Actor, int] = field(default_factory=dict)  #: of each member
    mode: Mode = Mode.STANDING
    habit: set[Actor] = field(default_factory=set)
    row: int = -1  #: its slot, by which tastes are drawn; a proposal has none
    founder: Actor | None = None
    fee: float = 1.0

    def conflict(self, other: Terms) -> float:
        """conf(f, g): gap of the charters over the issues that both cover, sharper by law (section 7.2)."""
        shared = [k for k in self.mandate if k in other.mandate]
        if not shared:
            return 0.0
        gap = math.sqrt(sum((self.charter[k] - other.charter[k]) ** 2 for k in shared) / len(shared))
        return gap * (0.5 + (self.legalization + other.legalization) / 2)


class Forum(Terms, mesa.Agent):
    """A forum; its members are the keys of ``tenure``. `forumsim.core.world.World` explains each variable."""

    def __init__(self, model: ReferenceModel, terms: Terms) -> None:
        Terms.__init__(self, **vars(terms))
        mesa.Agent.__init__(self, model)
        self.status = Status.ALIVE
        self.form = Form.CLUB
        self.admission = Admission.APPROVAL
        self.approval = 0.0
        self.decision = Decision.MAJORITY
        self.quota = 0.5
        self.period = 0
        self.gate_forum: int | None = None
        self.gate_power = 0.0
        self.gate_issue: int | None = None
        self.gate_bounds = (0.0, 1.0)
        self.closed_to: set[Actor] = set()
        self.veto: set[Actor] = set()
        self.status_quo = list(self.charter)
        self.vitality = 0.0
        self.founded = model.t
        self.edition = model.t
        self.movable_until = -1_000_000
        self.parent: Forum | None = None
        self.predecessor: Forum | None = None
        self.is_adopted_without_vote = False

    @property
    def is_live(self) -> bool:
        """Alive or dormant."""
        return self.status in LIVE

    def members(self) -> list[Actor]:
        """Members in the order of rows."""
        return [i for i in self.model.actors if i in self.tenure]

    def power(self) -> float:
        """W_f: summed power of the members."""
        return sum(i.power for i in self.tenure)

    def freshness(self) -> float:
        """1 if standing; else it halves with the age of the text (section 7.2)."""
        if self.mode == Mode.STANDING:
            return 1.0
        return 0.5 ** ((self.model.t - self.edition) / self.model.p.attention_half_life)

    # --- admission (section 7.7) ------------------------------------------------------------------------------------

    def admits(self, i: Actor) -> bool:
        """Whether an applicant is let in."""
        if not self.law_is_open_to(i):
            return False
        if self.admission == Admission.OPEN:
            return True
        if self.admission == Admission.INVITATION and not self.gate_lets_pass(i):
            return False
        return self.members_approve_of(i)

    def law_is_open_to(self, i: Actor) -> bool:
        """Hard law is for states."""
        return i.is_state or self.legalization <= self.model.p.membership_nonstate_law

    def gate_lets_pass(self, i: Actor) -> bool:
        """The gate: list, membership elsewhere, capability, values."""
        if i in self.closed_to:
            return False
        if self.gate_forum is not None and i not in self.model.forums[self.gate_forum].tenure:
            return False
        if i.is_state and i.power < self.gate_power:
            return False
        low, high = self.gate_bounds
        return self.gate_issue is None or low <= i.position[self.gate_issue] <= high

    def members_approve_of(self, i: Actor) -> bool:
        """Trust of the members, by power, with goodwill and reputation; nobody asks where no member has power."""
        power = self.power()
        if power <= 0:
            return True
        goodwill = self.model.p.membership_goodwill
        trust = sum(j.power * (j.trust[i] + goodwill * j.ledger[i]) for j in self.tenure) / power
        standing = trust + self.model.p.membership_reputation * (i.reputation - 0.5)
        return standing >= self.approval - TOLERANCE

    # --- signing, ending --------------------------------------------------------------------------------------------

    def thank_signatory(self, i: Actor) -> None:
        """A signature under a declaration enters the ledger of its founder (section 7.7)."""
        if self.mode == Mode.DECLARATION and self.founder not in (None, i):
            self.founder.thank(i, self.model.p.membership_co_sponsor)

    def end(self, status: Status) -> None:
        """Memberships end without events, attention to it spreads, nobody has it as its focus (section 7.3)."""
        self.status = status
        for i in self.members():
            i.turn_away_from(self)
        self.tenure.clear()
        for i in self.model.actors:
            if i.focal is self:
                i.focal = None

    def dissolve(self) -> None:
        """The forum dies."""
        self.model.write(Event.DISSOLUTION, actor=self.founder, forum=self, value=self.vitality)
        self.end(Status.DISSOLVED)
