"""Founding: who tries, on what, with whom, and against whom (section 7.8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Admission, Decision, Event, Form, Mode, Status

from .actor import Actor
from .attention import best_of
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
        f = Forum(model, len(model.forums), Terms(tuple(model.issues), [0.5 for _ in model.issues], 0.0))
        f.approval = model.p.founding_invite_trust
        model.forums.append(f)
        model.write(Event.FOUNDING, forum=f)


def tries(i: Actor) -> bool:
    """Dissatisfied, patient enough, and the hazard strikes."""
    model, p = i.model, i.model.p
    if not i.satisfaction < i.aspiration - p.aspiration_tolerance:
        return False
    if model.t - i.heard < p.founding_patience:
        return False
    alive = sum(f.status == Status.ALIVE for f in model.forums)
    room = max(0, 1 - alive / p.founding_room)
    if i.is_state:
        strength = math.sqrt(i.power / max(j.power for j in model.states))
    else:
        strength = p.founding_nonstate * i.influence
    return model.stream(Purpose.FOUNDING).draw(i.row, 0) < p.founding_rate * strength * room


def try_founding(i: Actor) -> None:
    """Mandate, terms, coalition; then it is founded or not."""
    model, p = i.model, i.model.p
    stream = model.stream(Purpose.FOUNDING_MANDATE)
    mandate = tuple(model.issues) if stream.draw(i.row, 0) < p.founding_all_issues else (worst_issue(i),)
    inclusive = stream.draw(i.row, 1) < p.founding_inclusive
    terms = Terms(mandate, [0.5 for _ in model.issues], p.founding_legalization if i.is_state else 0.0)
    if gather_coalition(i, terms, inclusive) and gain_of(i, terms) > p.founding_cost * (1 + terms.legalization):
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


def gather_coalition(i: Actor, terms: Terms, inclusive: bool) -> bool:
    """Drop who does not gain until all gain; whether enough are left."""
    coalition = [j for j in i.model.actors if j is i or is_invited(j, i, terms)]
    for _ in range(ROUNDS):
        if len(coalition) < i.model.p.founding_minimum:
            return False
        set_charter(terms, i, coalition, inclusive)
        terms.tenure = dict.fromkeys(coalition, 0)
        gaining = [j for j in coalition if j is i or gain_of(j, terms) > 0]
        if gaining == coalition:
            return True
        coalition = gaining
    return False


def is_invited(j: Actor, i: Actor, terms: Terms) -> bool:
    """Near enough and trusted; non-state actors to soft law only."""
    p = i.model.p
    if not j.is_state and terms.legalization > p.membership_nonstate_law:
        return False
    trusted = p.realist or i.mutual_trust(j) > p.founding_invite_trust
    return trusted and i.gap(j, terms.mandate) < p.founding_invite_distance


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


def gain_of(j: Actor, terms: Terms) -> float:
    """z of the new forum, in exclusive mode less that of what it would leave."""
    if not j.model.p.membership_exclusive:
        return j.net_utility(terms)
    left = standing_forums(j)
    return j.net_utility(terms, alone=True) - sum(j.net_utility(f, alone=True) + j.loyalty_to(f) for f in left)


def standing_forums(j: Actor) -> list[Forum]:
    """Its standing forums."""
    return [f for f in j.memberships() if f.mode == Mode.STANDING]


# --- founded --------------------------------------------------------------------------------------------------------


def found(i: Actor, terms: Terms) -> None:
    """The forum comes into being and all join."""
    model, p = i.model, i.model.p
    coalition = list(terms.tenure)
    rival = rival_of(i, terms)
    terms.tenure = {}
    f = Forum(model, len(model.forums), terms)
    model.forums.append(f)
    f.admission, f.approval = Admission.APPROVAL, p.founding_invite_trust
    f.decision, f.quota = Decision.MAJORITY, 0.5
    f.founder = i
    i.heard = model.t
    model.write(Event.FOUNDING, actor=i, forum=f, value=len(coalition))
    for j in coalition:
        if p.membership_exclusive:
            for g in standing_forums(j):
                j.leave(g)
        j.join(f)
    f.vitality = 1.0 if p.lifecycle_fair_share else f.power()
    if f.power() > 2 / 3 + TOLERANCE:
        f.admission, f.form = Admission.OPEN, Form.UNIVERSAL
    for j in coalition:
        j.satisfaction = best_of({g: j.utility(g) for g in j.memberships()})
    if rival is not None:
        f.parent = rival
        rival.movable_until = model.t + int(p.founding_accommodation)
        model.write(Event.COMPETITIVE_CREATION, actor=i, other=rival, forum=f, value=f.conflict(rival))


def rival_of(i: Actor, terms: Terms) -> Forum | None:
    """The most powerful of the live forums that share a member with the coalition and are in conflict with it."""
    rival = None
    for g in i.model.live_forums():
        opposed = g.conflict(terms) > i.model.p.attention_shift_conflict and g.tenure.keys() & terms.tenure.keys()
        if opposed and (rival is None or g.power() > rival.power() + TOLERANCE):
            rival = g
    return rival
