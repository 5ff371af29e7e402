"""Soft gates: the bounds of a gate are priors, and each replicate draws them from their ranges.

A hard gate gives a state just beyond its bound no chance at all, although nobody knows the bound to a hair. The rule is
the same for all forums and was fixed before it was scored: bounds on positions and the trust that members ask are known
to within .1 (one standard deviation; the range that the scenario states for its priors), bounds on power to within a
factor of two.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.rules.admission import admitted
from forumsim.core.terms import Admission
from forumsim.core.world import Floats, Ints, World

#: Standard deviation of bounds on a position and of the trust that is asked, and of the logarithm of those on power.
BOUND, LOG_POWER = 0.1, float(np.log(2.0))
#: Draws of the gate over which the chance to be let in is averaged for the relational logit.
DRAWS = 200


def draw_gate(world: World, start: World, row: int, seed: int) -> None:
    """Give forum ``row`` of ``world`` the gate that it has in ``start``, its bounds drawn anew from a seed.

    Open forums and closed lists stay as they are. The trust that is asked, the two bounds on a position and the least
    power are drawn, where the forum has them.
    """
    if start.admission[row] == Admission.OPEN or not start.listed[row].all():
        return
    asked, low, high, power = np.random.default_rng(seed).normal(size=4)
    if start.approval[row] > 0.0:
        world.approval[row] = start.approval[row] + BOUND * asked
    if start.gate_issue[row] >= 0:
        if start.gate_low[row] > 0.0:
            world.gate_low[row] = start.gate_low[row] + BOUND * low
        if start.gate_high[row] < 1.0:
            world.gate_high[row] = start.gate_high[row] + BOUND * high
    world.gate_power[row] = start.gate_power[row] * np.exp(LOG_POWER * power)


def chance_to_be_let_in(world: World, params: np.void, row: int, states: Ints) -> Floats:
    """Share of `DRAWS` gates that would let a state in now (n,)."""
    drawn = world.copy()
    inside = np.zeros(len(states))
    for seed in range(DRAWS):
        draw_gate(drawn, world, row, seed)
        _count_admitted(drawn, params, row, np.asarray(states), inside)
    return inside / DRAWS


@kernel
def _count_admitted(world, p, row, states, inside):
    """Add 1 for each of the states that the forum would let in now; one call for all of them."""
    for k in range(states.shape[0]):
        if admitted(world, p, row, states[k]):
            inside[k] += 1.0
