"""Drift: trust, positions and salience return; firms lobby, NGOs campaign (section 7.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Role

from .actor import NonState, toward

if TYPE_CHECKING:
    from .model import ReferenceModel


def drift(model: ReferenceModel) -> None:
    """All return a little; then the non-state actors act in the order of rows."""
    p = model.p
    for i in model.actors:
        for j in model.actors:
            i.trust[j] = toward(i.trust[j], i.baseline[j], p.drift_trust)
        for k in model.issues:
            i.position[k] = toward(i.position[k], i.anchor[k], p.drift_position)
            i.salience[k] = toward(i.salience[k], i.salience_anchor[k], p.drift_salience)
    for i in model.nonstates:
        if i.role == Role.FIRM:
            lobby(i)
        elif i.role == Role.NGO:
            campaign(i)


def lobby(firm: NonState) -> None:
    """A firm pulls its patron's position."""
    if firm.patron is None:
        return
    share = min(1, firm.model.p.drift_lobby * firm.influence)
    for k in firm.model.issues if firm.cause is None else (firm.cause,):
        firm.patron.position[k] = toward(firm.patron.position[k], firm.position[k], share)


def campaign(ngo: NonState) -> None:
    """An NGO raises the salience of its cause with every state."""
    if ngo.cause is None:
        return
    share = min(1, ngo.model.p.drift_campaign * ngo.influence)
    for i in ngo.model.states:
        for k in ngo.model.issues:
            i.salience[k] = toward(i.salience[k], k == ngo.cause, share)
