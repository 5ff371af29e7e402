"""Drift: trust returns to its structural baseline, positions and salience to their anchors; hard law pulls outsiders.

Hard law of a large market draws those outside it toward its charter (the Brussels effect, Bradford 2020). Firms pull
their patron's position; epistemic communities host Track 2 and 1.5 meetings in the dialogue rule.
"""

from __future__ import annotations

from forumsim.core.compilation import kernel
from forumsim.core.state.sums import ALL, mark_stale
from forumsim.core.terms import Kind, Role, Status

#: Legalization above which law is hard, so that outsiders who want to sell have to meet it.
HARD_LAW = 0.5


@kernel
def _brussels(world, p, f):
    """Hard law pulls outsiders toward its charter by its legalization times the power of the market that it governs.

    Outsiders are states and firms: firms adapt first, and carry it to their patrons.
    """
    market = 0.0
    for i in range(world.power.shape[0]):
        if world.member[f, i]:
            market += world.power[i]
    pull = p.drift_brussels * world.legalization[f] * market
    for j in range(world.power.shape[0]):
        if not world.member[f, j] and (world.kind[j] == Kind.STATE or world.role[j] == Role.FIRM):
            for k in range(world.position.shape[1]):
                if world.mandate[f, k]:
                    world.position[j, k] += pull * (world.charter[f, k] - world.position[j, k])


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
def drift(world, p):
    """T += zeta (T* - T), x += stubbornness (x0 - x), s += return (s0 - s), then hard law, then firms."""
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
    if p.drift_brussels > 0.0:
        for f in range(world.status.shape[0]):
            if world.status[f] == Status.ALIVE and world.legalization[f] > HARD_LAW:
                _brussels(world, p, f)
    for i in range(n):
        if world.role[i] == Role.FIRM:
            _lobby(world, p, i)
    mark_stale(world, ALL)
