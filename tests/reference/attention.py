"""Attention, satisfaction, focus, aspiration (section 7.7, "After all")."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Event

from .actor import Actor, toward

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def attend(model: ReferenceModel) -> None:
    """All actors shift attention and focus and renew their satisfaction."""
    for i in model.actors:
        utilities = {f: i.utility(f) for f in i.memberships()}
        appeal = appeals(model, utilities)
        i.attention = as_shares({f: f.freshness() * size for f, size in appeal.items()})
        i.satisfaction = best_of(utilities)
        refocus(i, as_shares(appeal))


def appeals(model: ReferenceModel, utilities: dict[Forum, float]) -> dict[Forum, float]:
    """exp(u / theta), whatever the age of the text; a forum beyond a red line has none."""
    best = max(utilities.values(), default=-math.inf)
    if best == -math.inf:
        return dict.fromkeys(utilities, 0.0)
    # the largest is taken off before exp, which leaves the shares as they are and keeps them finite
    return {f: math.exp((u - best) / model.p.attention_temperature) for f, u in utilities.items()}


def as_shares(sizes: dict[Forum, float]) -> dict[Forum, float]:
    """Each divided by the sum of all."""
    total = sum(sizes.values())
    return {f: size / total if total > 0 else 0.0 for f, size in sizes.items()}


def best_of(utilities: dict[Forum, float]) -> float:
    """Satisfaction: the largest utility, 0 without any this side of its red lines."""
    best = max(utilities.values(), default=-math.inf)
    return 0.0 if best == -math.inf else best


def refocus(i: Actor, shares: dict[Forum, float]) -> None:
    """The focus turns to what has led it by a margin for some steps, at once if the actor is in it no more."""
    p, leader = i.model.p, leader_of(shares)
    holds = leader is not None and i.focal in shares
    if leader is i.focal or (holds and shares[leader] - shares[i.focal] < p.attention_shift_margin):
        i.challenger, i.challenged = None, 0
        return
    if holds:
        i.challenged = i.challenged + 1 if i.challenger is leader else 1
        i.challenger = leader
        if i.challenged < p.attention_shift_steps:
            return
    turn(i, leader)


def leader_of(shares: dict[Forum, float]) -> Forum | None:
    """The forum with the largest share, the first of equals; none where nothing holds attention."""
    leader = max(shares, key=lambda f: shares[f], default=None)
    return None if leader is None or shares[leader] <= 0 else leader


def turn(i: Actor, leader: Forum | None) -> None:
    """The focus turns; to a forum in conflict with the last it is regime shifting."""
    last, i.focal = i.focal, leader
    i.challenger, i.challenged = None, 0
    if last is None or leader is None:
        return
    conflict = last.conflict(leader)
    if last.is_live and conflict > i.model.p.attention_shift_conflict:
        i.model.write(Event.REGIME_SHIFT, actor=i, other=last, forum=leader, value=conflict)


def aspire(model: ReferenceModel) -> None:
    """A_i += rate (satisfaction_i - A_i)."""
    for i in model.actors:
        i.aspiration = toward(i.aspiration, i.satisfaction, model.p.aspiration_rate)
