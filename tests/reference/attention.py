"""Attention, satisfaction, focus, aspiration (section 7.7, "After all")."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Event

from .actor import Actor, toward

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def attend(model: ReferenceModel, first: bool = False) -> None:
    """All actors shift attention and focus and renew their satisfaction; at the ``first`` time without events."""
    for i in model.actors:
        utilities = {f: i.utility(f) for f in i.memberships()}
        i.attention = shares(model, utilities)
        i.satisfaction = best_of(utilities)
        refocus(i, silently=first)


def shares(model: ReferenceModel, utilities: dict[Forum, float]) -> dict[Forum, float]:
    """a_fi, in proportion to freshness exp(u / theta); a forum beyond a red line gets none."""
    best = max(utilities.values(), default=-math.inf)
    if best == -math.inf:
        return dict.fromkeys(utilities, 0.0)
    # the largest is taken off before exp, which leaves the shares as they are and keeps them finite
    weights = {f: f.freshness() * math.exp((u - best) / model.p.attention_temperature) for f, u in utilities.items()}
    total = sum(weights.values())
    return {f: weight / total if total > 0 else 0.0 for f, weight in weights.items()}


def best_of(utilities: dict[Forum, float]) -> float:
    """Satisfaction: the largest utility, 0 without any this side of its red lines."""
    best = max(utilities.values(), default=-math.inf)
    return 0.0 if best == -math.inf else best


def refocus(i: Actor, silently: bool) -> None:
    """The forum with the largest share is focal; a move to one in conflict with the last is regime shifting."""
    last, i.focal = i.focal, None
    largest = 0.0
    for f, share in i.attention.items():
        if share > largest:
            i.focal, largest = f, share
    if silently or last is None or i.focal is None or i.focal is last:
        return
    conflict = last.conflict(i.focal)
    if conflict > i.model.p.attention_shift_conflict:
        i.model.write(Event.REGIME_SHIFT, actor=i, other=last, forum=i.focal, value=conflict)


def aspire(model: ReferenceModel) -> None:
    """A_i += rate (satisfaction_i - A_i)."""
    for i in model.actors:
        i.aspiration = toward(i.aspiration, i.satisfaction, model.p.aspiration_rate)
