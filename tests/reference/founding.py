"""Founding: who tries, on what, with whom, and against whom (section 7.8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Admission, Decision, Event, Form, Mode, Status, Term

from .actor import Actor, toward
from .draws import Purpose
from .forum import TOLERANCE, Forum, Terms

if TYPE_CHECKING:
    from .model import ReferenceModel

ROUNDS = 50


def found_forums(model: ReferenceModel) -> None:
    """Births without choice, then actor by actor in an order of its own."""
    if model.p.founding_poisson > 0:
        bear_forums(model)
    for i in model.in_order_of(Purpose.FOUNDING_ORDER):
        if tries(i) and len(model.forums) < model.slots:
            try_founding(i)


def bear_forums(model: ReferenceModel) -> None:
    """A Poisson number of empty forums on all issues."""
    stream = model.stream(Purpose.HAZARD)
    limit = math.exp(-model.p.founding_poisson)
    births, product = 0, stream.draw(0, 0)
    while product > limit:
        births += 1
        product *= stream.draw(0, births)
    for _ in range(min(births, model.slots - len(model.forums))):
        f = Forum(model, Terms(tuple(model.issues), [0.5 for _ in model.issues], 0.0, row=len(model.forums)))
        f.approval = model.p.founding_invite_trust
        model.forums.append(f)
        model.write(Event.FOUNDING, forum=f)


def tries(i: Actor) -> bool:
    """Patient enough, and its share of the system's attempts strikes."""
    model, p = i.model, i.model.p
    if model.t - i.heard < p.founding_patience:
        return False
    alive = sum(f.status == Status.ALIVE for f in model.forums)
    room = max(0, 1 - alive / p.founding_room)
    everybody = sum(drive(j) for j in model.actors)
    if everybody == 0:
        return False
    return model.stream(Purpose.FOUNDING).draw(i.row, 0) < p.founding_rate * room * drive(i) / everybody


def drive(i: Actor) -> float:
    """sqrt(w) of a state; phi_n times influence of others."""
    return math.sqrt(i.power) if i.is_state else i.model.p.founding_nonstate * i.influence


def try_founding(i: Actor) -> None:
    """Mandate, terms, circle, coalition; then it is founded or not."""
    model, p = i.model, i.model.p
    stream, slot = model.stream(Purpose.FOUNDING_MANDATE), len(model.forums)
    mandate = tuple(model.issues) if stream.draw(i.row, 0) < p.founding_all_issues else (worst_issue(i),)
    inclusive = stream.draw(i.row, 1) < p.founding_inclusive
    least = toward(p.founding_invite_trust, 1, p.founding_selective * stream.draw(i.row, 2))
    law = p.founding_legalization if i.is_state else 0.0
    terms = Terms(mandate, [0.5 for _ in model.issues], law, row=slot, founder=i)
    for j in model.actors:
        j.draw_taste(slot)
    if gather_coalition(i, terms, inclusive, least) and pays(i, terms):
        found(i, terms)


# --- mandate --------------------------------------------------------------------------------------------------------


def worst_issue(i: Actor) -> int:
    """The issue it is served worst on."""
    own = {f: i.utility(f) for f in i.memberships()}
    best = {k: max((u for f, u in own.items() if k in f.mandate), default=-math.inf) for k in i.model.issues}
    without = [k for k, u in best.items() if u == -math.inf]
    if without:
        return max(without, key=lambda k: i.salience[k])
    return min(best, key=lambda k: best[k])


# --- coalition ------------------------------------------------------------------------------------------------------


def gather_coalition(i: Actor, terms: Terms, inclusive: bool, least: float) -> bool:
    """Drop who does not want it until all do; whether enough are left."""
    coalition = [j for j in i.model.actors if j is i or is_invited(j, i, terms, least)]
    for _ in range(ROUNDS):
        if len(coalition) < i.model.p.founding_minimum:
            return False
        set_charter(terms, i, coalition, inclusive)
        terms.tenure = dict.fromkeys(coalition, 0)
        willing = [j for j in coalition if j is i or would_join(j, terms)]
        if willing == coalition:
            return True
        coalition = willing
    return False


def is_invited(j: Actor, i: Actor, terms: Terms, least: float) -> bool:
    """Near on the mandate, trusted both ways by more than the least; to hard law states alone."""
    p = i.model.p
    lawful = j.is_state or terms.legalization <= p.membership_nonstate_law
    return lawful and i.gap(j, terms.mandate) < p.founding_invite_distance and i.mutual_trust(j) > least


def set_charter(terms: Terms, i: Actor, coalition: list[Actor], inclusive: bool) -> None:
    """The coalition's power-weighted mean; an inclusive one lies half-way to the mean of all."""
    power = sum(j.power for j in coalition)
    everybody = sum(j.power for j in i.model.actors)
    for k in terms.mandate:
        mean = i.position[k]
        if power > 0:
            mean = sum(j.power * j.position[k] for j in coalition) / power
        if inclusive:
            mean = (mean + sum(j.power * j.position[k] for j in i.model.actors) / everybody) / 2
        terms.charter[k] = mean


def would_join(j: Actor, terms: Terms) -> bool:
    """Whether it wants the new forum; in exclusive mode, whether that gives more than what it would leave."""
    if not j.model.p.membership_exclusive:
        return j.wants(terms, j.net_utility(terms))
    left = standing_forums(j)
    gain = j.net_utility(terms, alone=True)
    return gain - sum(j.net_utility(f, alone=True) + j.loyalty_to(f) for f in left) > 0


def pays(i: Actor, terms: Terms) -> bool:
    """Whether the founder wants it, and values it above its best forum on the issue by more than the cost."""
    cost = i.model.p.founding_cost * (1 + terms.legalization) / i.capacity
    return would_join(i, terms) and i.utility(terms) + i.taste_for(terms) > outside_option(i, terms) + cost


def outside_option(i: Actor, terms: Terms) -> float:
    """What the best of its forums that share an issue gives it, 0 without any."""
    rivals = [g for g in i.memberships() if set(g.mandate) & set(terms.mandate)]
    return max((i.utility(g) + i.taste_for(g) for g in rivals), default=0.0)


def standing_forums(j: Actor) -> list[Forum]:
    """Its standing forums."""
    return [f for f in j.memberships() if f.mode == Mode.STANDING]


# --- founded --------------------------------------------------------------------------------------------------------


def found(i: Actor, terms: Terms) -> None:
    """The forum comes into being and all join."""
    model, p = i.model, i.model.p
    coalition = list(terms.tenure)
    f = Forum(model, terms)
    f.admission, f.approval = Admission.APPROVAL, p.founding_invite_trust
    f.decision, f.quota = Decision.MAJORITY, 0.5
    f.vitality = 1.0 if p.lifecycle_fair_share else f.power()
    if f.power() > 2 / 3 + TOLERANCE:
        f.admission, f.form = Admission.OPEN, Form.UNIVERSAL
    f.parent = rival_of(i, f)
    model.forums.append(f)
    i.heard = model.t
    model.write(Event.FOUNDING, actor=i, forum=f, value=len(coalition))
    for j in coalition:
        if p.membership_exclusive:
            for g in standing_forums(j):
                if g is not f:
                    j.leave(g, 0.0, Term.MOVE)
        value, term = j.net_utility(f) + j.taste_for(f), j.decisive_term(f, speaks_for=True)
        model.write(Event.JOIN, actor=j, forum=f, value=value, term=term)
    if f.parent is not None:
        f.parent.movable_until = model.t + int(p.founding_accommodation)
        model.write(Event.COMPETITIVE_CREATION, actor=i, other=f.parent, forum=f, value=f.conflict(f.parent))


def rival_of(i: Actor, f: Forum) -> Forum | None:
    """The most powerful of the forums in conflict with it that its founder is in or not admitted to.

    Only standing forums of the same kind are rivals: universal ones of universal ones, others of others.
    """
    rival = None
    for g in i.model.live_forums():
        alike = g.mode == Mode.STANDING and (g.form == Form.UNIVERSAL) == (f.form == Form.UNIVERSAL)
        opposed = alike and g.conflict(f) > i.model.p.attention_shift_conflict and (i in g.tenure or not g.admits(i))
        if opposed and (rival is None or g.power() > rival.power() + TOLERANCE):
            rival = g
    return rival
