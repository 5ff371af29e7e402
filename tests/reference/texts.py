"""Declarations when they open and series at each edition: who signs (section 7.7, "A text is decided")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Mode

from .actor import Actor, sig
from .draws import Purpose

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def decide_texts(model: ReferenceModel, order: list[Actor]) -> None:
    """Forum by forum, dormant ones too."""
    for f in model.live_forums():
        opens = f.mode != Mode.STANDING and f.founded == f.edition == model.t
        later_edition = f.mode == Mode.SERIES and not opens and model.t - f.edition >= f.period
        if opens or later_edition:
            decide_text(f, order, later_edition)


def decide_text(f: Forum, order: list[Actor], later_edition: bool) -> None:
    """Memberships lapse, the host signs first, the others in waves."""
    last = dict(f.tenure)
    if later_edition:
        f.edition = f.model.t
        f.habit = set(last)
        f.tenure = {i: tenure for i, tenure in last.items() if i is f.founder}
        f.model.write(Event.EDITION, actor=f.founder, forum=f)
    for _ in range(int(f.model.p.membership_waves)):
        for i in order:
            if i not in f.tenure:
                consider_signing(i, f, last)
    for i in f.model.actors:
        if i in last and i not in f.tenure:
            f.tenure[i] = last[i]
            i.leave(f)


def consider_signing(i: Actor, f: Forum, last: dict[Actor, int]) -> None:
    """One draw for all waves is an actor's threshold."""
    if not f.admits(i):
        return
    z = i.net_utility(f)
    temperature = f.model.p.membership_temperature
    chance = float(z > 0) if temperature == 0 else sig(z / temperature)
    if f.model.stream(Purpose.MEMBERSHIP).draw(i.row, f.row) < chance:
        if i in last:
            f.tenure[i] = last[i]
        else:
            i.join(f, z)
        f.thank_signatory(i)
