"""Confidence-building: costly steps of reassurance (end of section 7.4)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Event

from .draws import Purpose
from .partners import chance_genuine, draw_partner

if TYPE_CHECKING:
    from .actor import State
    from .model import ReferenceModel

REWARD, PUNISHMENT = 1.0, 0.0  #: payoffs of mutual cooperation and mutual defection


def reassure(model: ReferenceModel) -> None:
    """Each state may take a costly step toward a partner that does not trust it enough."""
    stream = model.stream(Purpose.CONFIDENCE)
    for i in model.states:
        if stream.draw(i.row, 0) >= model.p.confidence_rate:
            continue
        j = draw_partner(i, stream, 16)
        if j is None or not 0 < j.trust[i] < threshold(model):
            continue
        genuine = stream.draw(i.row, 21) < chance_genuine(i, j, 0.0)
        if takes_step(i, j, genuine):
            before = j.trust[i]
            j.trust[i] = before / (before + (1 - before) * mimicry(i, j))
            model.write(Event.CONFIDENCE_BUILDING, actor=i, other=j, value=j.trust[i] - before)


def threshold(model: ReferenceModel) -> float:
    """m: trust from which cooperation needs no reassurance."""
    p = model.p
    if p.confidence_threshold is not None:
        return p.confidence_threshold
    fear = PUNISHMENT - p.confidence_sucker
    return fear / (fear + REWARD - p.confidence_temptation)


def takes_step(i: State, j: State, genuine: bool) -> bool:
    """Without a stake whoever is genuine; with one, by the payoffs."""
    stake = i.model.p.confidence_stake
    if stake is None:
        return genuine
    if genuine:
        return stake <= genuine_bound(i.model, i.trust[j])
    return stake < insincere_bound(i.model, i.trust[j])


def mimicry(i: State, j: State) -> float:
    """L: chance, as j sees it, that an insincere actor would take the step too."""
    p = i.model.p
    if p.confidence_stake is None:
        return p.confidence_mimicry
    return 1.0 if p.confidence_stake < insincere_bound(i.model, j.trust[i]) else 0.0


def genuine_bound(model: ReferenceModel, t: float) -> float:
    """Largest stake that a genuine actor with trust t risks."""
    p = model.p
    return bound(
        t * (REWARD - PUNISHMENT),
        t * (p.confidence_temptation - PUNISHMENT) + (1 - t) * (PUNISHMENT - p.confidence_sucker),
    )


def insincere_bound(model: ReferenceModel, t: float) -> float:
    """Stake below which an insincere actor with trust t feigns."""
    p = model.p
    return bound(
        t * (p.confidence_exploitation - PUNISHMENT),
        t * (2 * p.confidence_exploitation - REWARD - PUNISHMENT) + (1 - t) * (PUNISHMENT - p.confidence_sucker),
    )


def bound(gain: float, loss: float) -> float:
    """A ratio, infinite where the denominator is not positive."""
    return gain / loss if loss > 0 else math.inf
