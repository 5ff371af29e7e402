"""What other rosters may tell of one that is not shown: acts of one kind alone, and how far readiness differs.

A yes vote costs nothing and says next to nothing about signing, sponsoring or joining, and an adoption without a vote
says nothing at all. So readiness and lineage are learned among acts of one kind.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from forumsim.core.rules.admission import admitted
from forumsim.core.rules.membership import net_utility
from forumsim.core.schedule import prepare
from forumsim.core.state.members import memberships_of
from forumsim.core.terms import Kind
from forumsim.core.world import World


class Act(IntEnum):
    """What it takes to be on a roster."""

    COMMITMENT = 0  #: to join, to sign, to sponsor: it costs its fee
    VOTE = 1  #: to vote yes: no fee
    ADOPTION = 2  #: not to object to a text that is adopted without a vote


def act_of(world: World, f: int) -> Act:
    """The kind of act that a forum's roster is made of, by its columns ``adopted`` and ``fee``."""
    if world.adopted[f]:
        return Act.ADOPTION
    return Act.VOTE if world.fee[f] == 0.0 else Act.COMMITMENT


def keep_to_acts_of_one_kind(world: World, row: int) -> None:
    """Let rosters of acts of another kind than that of forum ``row`` tell nothing.

    A forum tells nothing if it does not count as settled (`learn_from_rosters`): it is taken to be founded now. A
    predecessor of another kind hands on no tastes.
    """
    mine = act_of(world, row)
    for f in range(world.slots):
        if f != row and act_of(world, f) != mine:
            world.founded[f] = max(int(world.founded[f]), 0)
            if world.predecessor[row] == f:
                world.predecessor[row] = -1


def readiness_spread(world: World, params: np.void) -> float:
    """Spread tau of the states' own readiness, in temperatures, from the rosters that tell: 0 where they show none.

    With R_i the sum over forums of membership less chance s and V_i that of s (1 - s), to first order
    E R_i^2 = V_i + tau^2 V_i^2. The estimate by moments is tau^2 = sum_i (R_i^2 - V_i) / sum_i V_i^2, or 0 if that is
    negative (DerSimonian & Laird 1986, for the spread of random effects).

    Parameters
    ----------
    world : World
        At its start, not yet prepared; it is not changed.
    params : record of parameters
    """
    world, plain = world.copy(), params.copy()
    plain["taste_readiness"] = 0.0
    prepare(world, plain)
    heat = float(plain["membership_temperature"])
    mine = np.empty(world.slots, dtype=np.int64)
    told = [f for f in np.flatnonzero(world.live()) if -world.founded[f] >= plain["taste_settled"]]
    above, below = 0.0, 0.0
    for i in np.flatnonzero(world.kind == Kind.STATE) if heat > 0.0 else ():
        rest, spread = 0.0, 0.0
        for f in told:
            if world.member[f, i] or admitted(world, plain, f, i):
                value = net_utility(world, plain, f, i, mine, memberships_of(world, i, mine))
                chance = 1.0 / (1.0 + np.exp(-value / heat))
                rest += float(world.member[f, i]) - chance
                spread += chance * (1.0 - chance)
        above += rest * rest - spread
        below += spread * spread
    return float(np.sqrt(max(0.0, above / below))) if below > 0.0 else 0.0
