"""Drift: trust returns to its structural baseline, positions and salience to their anchors; non-state actors lobby.

Firms pull their patron's position, NGOs raise an issue's salience; epistemic communities host Track 2 and 1.5
meetings in the dialogue rule.
"""

from __future__ import annotations

from forumsim.core.compilation import kernel
from forumsim.core.state.sums import ALL, outdate
from forumsim.core.terms import Kind, Role


@kernel
def _lobby(world, p, i):
    """Firm i pulls the position of its patron toward its own, on its cause or on all issues."""
    state = world.patron[i]
    if state < 0:
        return
    pull = min(1.0, p.drift_lobby * world.influence[i])
    for k in range(world.position.shape[1]):
        if world.cause[i] < 0 or world.cause[i] == k:
            world.position[state, k] += pull * (world.position[i, k] - world.position[state, k])


@kernel
def _campaign(world, p, i):
    """NGO i raises every state's salience of its cause; the weights sum to 1 again."""
    cause = world.cause[i]
    if cause < 0:
        return
    rise = min(1.0, p.drift_campaign * world.influence[i])
    for j in range(world.power.shape[0]):
        if world.kind[j] == Kind.STATE:
            for k in range(world.salience.shape[1]):
                target = 1.0 if k == cause else 0.0
                world.salience[j, k] += rise * (target - world.salience[j, k])


@kernel
def drift(world, p):
    """T += zeta (T* - T), x += stubbornness (x0 - x), s += return (s0 - s), then the non-state actors."""
    if p.rule_drift <= 0.0:
        return
    n, issues = world.position.shape
    rate = p.drift_trust
    for j in range(n):
        trust, baseline = world.trust[:, j], world.baseline[:, j]
        for i in range(n):
            trust[i] += rate * (baseline[i] - trust[i])
    position, anchor, back = world.position, world.anchor, p.drift_position
    salience, salience_anchor, calm = world.salience, world.salience_anchor, p.drift_salience
    for i in range(n):
        for k in range(issues):
            position[i, k] += back * (anchor[i, k] - position[i, k])
            salience[i, k] += calm * (salience_anchor[i, k] - salience[i, k])
    for i in range(n):
        if world.kind[i] == Kind.NONSTATE:
            if world.role[i] == Role.FIRM:
                _lobby(world, p, i)
            elif world.role[i] == Role.NGO:
                _campaign(world, p, i)
    outdate(world, ALL)
