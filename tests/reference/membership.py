"""Membership: standing forums and exclusive membership (section 7.7); texts are decided in `texts`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Mode, Status

from .actor import Actor, sig
from .attention import aspire, attend
from .draws import Purpose
from .texts import decide_texts

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def reconsider_memberships(model: ReferenceModel) -> None:
    """Texts, then one actor at a time, then what follows for all."""
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


# --- standing forums ------------------------------------------------------------------------------------------------


def look_at_forums(i: Actor) -> None:
    """Join or leave, forum by forum."""
    model, p = i.model, i.model.p
    looks, choice = model.stream(Purpose.RECONSIDER), model.stream(Purpose.MEMBERSHIP)
    for f in model.live_forums():
        if f.mode != Mode.STANDING or looks.draw(i.row, f.row) >= p.membership_rate:
            continue
        z, draw = i.net_utility(f), choice.draw(i.row, f.row)
        if i in f.tenure:
            if p.membership_exit and draw < choice_probability(model, -(z + i.loyalty_to(f))):
                i.leave(f, z)
        elif draw < choice_probability(model, z) and f.admits(i):
            i.join(f, z)


def choice_probability(model: ReferenceModel, z: float) -> float:
    """sig(z / temperature); at temperature 0 whether z > 0."""
    temperature = model.p.membership_temperature
    if temperature == 0:
        return float(z > 0)
    return sig(z / temperature)


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
        values[present] = i.net_utility(present, alone=True) + i.loyalty_to(present) + noise(i, present)
    if p.membership_outside and p.membership_exit:
        values[None] = noise(i, None)
    for f in model.forums:
        if f.status == Status.ALIVE and f.mode == Mode.STANDING and f is not present and f.admits(i):
            values[f] = i.net_utility(f, alone=True) + noise(i, f)
    if not values:
        return
    best = max(values, key=lambda f: values[f])  # the first of equals
    if values[best] == -math.inf and best is not present:
        return
    for f in standing:
        if f is not best:
            i.leave(f, values[best])
    if best is not None and best not in standing:
        i.join(best, values[best])


def noise(i: Actor, f: Forum | None) -> float:
    """Temperature times a Gumbel draw; staying out has the number of forum slots."""
    column = i.model.slots if f is None else f.row
    temperature = i.model.p.membership_temperature
    return temperature * i.model.stream(Purpose.MEMBERSHIP).gumbel(i.row, column) if temperature > 0 else 0.0
