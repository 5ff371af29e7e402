"""Membership: standing forums and exclusive membership (section 7.7); texts are decided in `texts`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Mode, Status, Term

from .actor import Actor
from .attention import aspire, attend
from .draws import Purpose, gumbel
from .texts import decide_texts

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def reconsider_memberships(model: ReferenceModel) -> None:
    """Texts, then one actor at a time, then what follows for all."""
    renew_tastes(model)
    order = model.in_order_of(Purpose.ORDER)
    decide_texts(model, order)
    for i in order:
        if model.p.membership_exclusive:
            look_around(i)
        else:
            look_at_forums(i)
    for f in model.live_forums():
        for i in f.tenure:
            f.tenure[i] += 1
    attend(model)
    aspire(model)


def renew_tastes(model: ReferenceModel) -> None:
    """Each taste is drawn anew with a chance."""
    renewed = model.stream(Purpose.TASTE_RENEWAL)
    for i in model.actors:
        for slot in i.taste:
            column = model.slots if slot is None else slot
            if renewed.draw(column, i.row) < model.p.taste_renewal:
                i.draw_taste(slot)


# --- standing forums ------------------------------------------------------------------------------------------------


def look_at_forums(i: Actor) -> None:
    """Join or leave, forum by forum."""
    model, p = i.model, i.model.p
    looks = model.stream(Purpose.RECONSIDER)
    for f in model.live_forums():
        if f.mode != Mode.STANDING or looks.draw(i.row, f.row) >= p.membership_rate:
            continue
        z = i.net_utility(f)
        if i in f.tenure:
            if p.membership_exit and wants_out(i, f, z):
                i.leave(f, z + i.taste_for(f), i.decisive_term(f, speaks_for=False))
        elif i.wants(f, z) and f.admits(i):
            i.join(f, z + i.taste_for(f), i.decisive_term(f, speaks_for=True))


def wants_out(i: Actor, f: Forum, z: float) -> bool:
    """1 - u < sig(-(z + l) / temperature)."""
    return 1 - i.taste[f.row] < i.would_want(-(z + i.loyalty_to(f)))


# --- exclusive membership -------------------------------------------------------------------------------------------


def look_around(i: Actor) -> None:
    """Stay, stay out, or move to the best of all forums."""
    model, p = i.model, i.model.p
    if model.stream(Purpose.RECONSIDER).draw(i.row, 0) >= p.membership_rate:
        return
    standing = [f for f in i.memberships() if f.mode == Mode.STANDING]
    present = standing[-1] if standing else None
    if present is not None and not p.membership_exit:
        return
    values: dict[Forum | None, float] = {}
    if present is not None:
        values[present] = i.net_utility(present, alone=True) + i.loyalty_to(present) + noise(i, present.row)
    if p.membership_outside and p.membership_exit:
        values[None] = noise(i, None)
    for f in model.forums:
        if f.status == Status.ALIVE and f.mode == Mode.STANDING and f is not present and f.admits(i):
            values[f] = i.net_utility(f, alone=True) + noise(i, f.row)
    if not values:
        return
    best = max(values, key=lambda f: values[f])  # the first of equals
    if values[best] == -math.inf and best is not present:
        return
    for f in standing:
        if f is not best:
            i.leave(f, values[best], Term.MOVE)
    if best is not None and best not in standing:
        i.join(best, values[best], i.decisive_term(best, speaks_for=True, alone=True))


def noise(i: Actor, slot: int | None) -> float:
    """Temperature times the Gumbel quantile of 1 - taste, so that a low taste speaks for a forum here too."""
    temperature = i.model.p.membership_temperature
    return temperature * gumbel(1 - i.taste[slot]) if temperature > 0 else 0.0
