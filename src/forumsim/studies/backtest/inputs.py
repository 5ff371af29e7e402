"""What the two logits are told of a state and a forum: columns of the state table, or the model's own inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from forumsim.core.rules.shocks import shocks
from forumsim.core.state.sums import rebuild
from forumsim.core.state.value import NOBODY
from forumsim.core.world import Floats, Ints, World
from forumsim.studies.backtest.gates import chance_to_be_let_in
from forumsim.studies.verification.worlds import tick

#: Columns of the plain logit: the state alone, the same for every forum.
PLAIN = ("ideal point", "log power", "polyarchy")
#: Columns of the relational logit: the state and the forum, as the rule of membership sees them at the opening.
RELATIONAL = ("distance to the charter", "trust in the founders", "1 / capacity", "chance to be let in")
#: Half of the last written digit of power: microstates have none left by rounding.
LEAST_POWER = 5e-7


def plain(issues: Sequence[str], world: World, states: Ints) -> Floats:
    """Ideal point (in standard deviations), log power, polyarchy (n, 3).

    The scenario's position on order is 1 - Phi(ideal point), that on values is polyarchy (README of the scenario).
    """
    order = world.anchor[states, issues.index("order")]
    power = np.log(np.maximum(world.power[states], LEAST_POWER))
    ideal = ndtri(np.clip(1.0 - order, 1e-4, 1.0 - 1e-4))
    return np.column_stack([ideal, power, world.anchor[states, issues.index("values")]])


def relational(opening: World, params: np.void, row: int, states: Ints) -> Floats:
    """Distance to the charter, trust in the founders, 1 / capacity, chance to be let in by gate and members (n, 4).

    Parameters
    ----------
    opening : World
        As `opening_world` leaves it; it is not changed.
    params : record of parameters
    row : int
        Slot of the forum.
    states : int array (n,)
        No founders.

    Notes
    -----
    Trust is power-weighted as in the utility, and 1/2 where the forum opens with nobody.
    """
    world = opening.copy()
    tick(world, params, shocks)
    rebuild(world, params)
    trust = np.full(len(states), 0.5)
    if world.weight_in[row] > NOBODY:
        trust = world.trust_in[row, states] / world.weight_in[row]
    lets_in = chance_to_be_let_in(world, params, row, states)
    return np.column_stack([world.distance[row, states], trust, 1.0 / world.capacity[states], lets_in])
