"""Drift: trust, positions and salience return; hard law pulls outsiders, firms lobby (section 7.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Role, Status

from .actor import NonState, toward

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel


def drift(model: ReferenceModel) -> None:
    """All return a little; then hard law in the order of slots, then the firms in the order of rows."""
    p = model.p
    for i in model.actors:
        for j in model.actors:
            i.trust[j] = toward(i.trust[j], i.baseline[j], p.drift_trust)
        for k in model.issues:
            i.position[k] = toward(i.position[k], i.anchor[k], p.drift_position)
            i.salience[k] = toward(i.salience[k], i.salience_anchor[k], p.drift_salience)
    for f in model.forums:
        if f.status == Status.ALIVE and f.legalization > 0.5:
            draw_outsiders(f)
    for i in model.nonstates:
        if i.role == Role.FIRM:
            lobby(i)


def draw_outsiders(f: Forum) -> None:
    """The Brussels effect on states and firms."""
    share = f.model.p.drift_brussels * f.legalization * f.power()
    for i in f.model.actors:
        if i not in f.tenure and (i.is_state or i.role == Role.FIRM):
            for k in f.mandate:
                i.position[k] = toward(i.position[k], f.charter[k], share)


def lobby(firm: NonState) -> None:
    """A firm pulls its patron's position."""
    if firm.patron is None:
        return
    share = min(1, firm.model.p.drift_lobby * firm.influence)
    for k in firm.model.issues if firm.cause is None else (firm.cause,):
        firm.patron.position[k] = toward(firm.patron.position[k], firm.position[k], share)
