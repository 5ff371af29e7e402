"""Reassurance: costly steps that show good faith where trust is too low for cooperation (Kydd 2005).

A stake a, the share of what is between two actors that is put at risk first, is worth a genuine actor's while up to
one bound and an insincere actor's while up to another. Between the two it *separates*: who takes the step can be
trusted. Payoffs are those of a game of trust with mutual cooperation R = 1 and mutual defection P = 0 (any other scale
gives the same choices): S for the one who is exploited, Ts for a genuine and Tu for an insincere actor who exploits.
"""

from __future__ import annotations

import math

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.partners import choose_partner
from forumsim.core.state.sincerity import chance_genuine
from forumsim.core.terms import STEP, Event, Kind

#: Numbered draws of one actor's step, from ``_FIRST``: 0 to 4 choose the other, then whether it is genuine.
_FIRST, _GENUINE = 16, 5


@kernel
def cooperation_threshold(p):
    """Trust from which a genuine actor cooperates without more ado: m = (P - S) / (P - S + R - Ts)."""
    if math.isnan(p.confidence_threshold):
        return -p.confidence_sucker / (1.0 - p.confidence_sucker - p.confidence_temptation)
    return p.confidence_threshold


@kernel
def genuine_bound(p, trust):
    """Largest stake that a genuine actor of this trust risks: t (R - P) / (t (Ts - P) + (1 - t)(P - S))."""
    loss = trust * p.confidence_temptation - (1.0 - trust) * p.confidence_sucker
    return trust / loss if loss > 0.0 else math.inf


@kernel
def mimicry_bound(p, trust):
    """Smallest stake that an insincere actor does not imitate: t (Tu - P) / (t (2 Tu - R - P) + (1 - t)(P - S))."""
    loss = trust * (2.0 * p.confidence_exploitation - 1.0) - (1.0 - trust) * p.confidence_sucker
    return trust * p.confidence_exploitation / loss if loss > 0.0 else math.inf


@kernel
def takes_step(p, genuine, trust):
    """Whether an actor that trusts the other so far takes the step; without a stake every genuine one does."""
    if math.isnan(p.confidence_stake):
        return genuine
    if genuine:
        return p.confidence_stake <= genuine_bound(p, trust)
    return p.confidence_stake < mimicry_bound(p, trust)


@kernel
def mimicry(p, trust):
    """Chance that an insincere actor takes the step too, reckoned by one of this trust, which takes trust as mutual."""
    if math.isnan(p.confidence_stake):
        return p.confidence_mimicry
    return 1.0 if p.confidence_stake < mimicry_bound(p, trust) else 0.0


@kernel
def reassure(world, p, i, j, genuine):
    """i may take a costly step toward j, whose trust follows Bayes: T <- T / (T + (1 - T) L), L the chance of mimicry.

    Returns
    -------
    bool
        Whether it took the step: not where j's trust is high enough to cooperate anyway, or none at all.
    """
    trust = world.trust[j, i]
    if trust >= cooperation_threshold(p) or trust <= 0.0 or not takes_step(p, genuine, world.trust[i, j]):
        return False
    world.trust[j, i] = trust / (trust + (1.0 - trust) * mimicry(p, trust))
    log(world, Event.CONFIDENCE_BUILDING, i, j, -1, -1, world.trust[j, i] - trust)
    return True


@kernel
def build_confidence(world, p, partners):
    """Every state now and then considers a costly step toward a partner drawn as for a meeting."""
    key = draws.stream(world.seed[0], draws.CONFIDENCE, world.clock[STEP])
    for i in range(world.power.shape[0]):
        if world.kind[i] != Kind.STATE or draws.uniform(key, i, 0) >= p.confidence_rate:
            continue
        j = choose_partner(world, p, partners, i, key, i, _FIRST)
        if j >= 0:
            reassure(world, p, i, j, draws.uniform(key, i, _FIRST + _GENUINE) < chance_genuine(world, p, i, j, 0.0))
