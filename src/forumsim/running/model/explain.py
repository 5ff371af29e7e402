"""Why an actor values a forum as it does: the utility of a membership taken apart.

The terms are those of the compiled functions that the rules themselves call, so that no formula stands here a second
time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forumsim.core.rules.membership import extra_utility_parts, net_utility
from forumsim.core.state.members import memberships_of
from forumsim.core.state.taste import in_logits
from forumsim.core.state.value import parts_of, utility_of
from forumsim.core.world import World

#: Terms of the utility u; ``red_line`` is 0 or minus infinity, ``rivalry`` is 0 but for realists.
UTILITY_TERMS = ("fit", "rivalry", "trust", "network", "sovereignty", "cost", "red_line")
#: Terms that turn utility into the worth z of a membership; with the taste it decides on joining and leaving.
WORTH_TERMS = (*UTILITY_TERMS, "engagement", "habit", "reciprocity", "fee", "conflict")


def own_worth(world: World, params: Any, forum: int, actor: int) -> float:
    """Worth z of a membership (slots and rows as numbers), taste aside (`net_utility`)."""
    mine = np.empty(world.slots, dtype=np.int64)
    return float(net_utility(world, params, forum, actor, mine, memberships_of(world, actor, mine)))


def explain(world: World, params: Any, forum: int, actor: int) -> dict[str, float]:
    """Terms of the worth of a membership in logits.

    Parameters
    ----------
    world : World
    params : record of parameters
    forum, actor : int
        Slot of a live forum, row of an actor.

    Returns
    -------
    dict
        The terms of `WORTH_TERMS`, then ``utility`` (the sum of those in `UTILITY_TERMS`), ``worth`` (of all), and
        ``taste``: what the actor sees in the forum beyond that. It wants to be a member where worth and taste together
        are above 0. ``cost`` is -(k0 + reservation); ``fee`` includes crowding; costs are negative. Beyond a red line
        utility and worth are minus infinity, which has no parts: the other terms are those without the line.
    """
    utility = parts_of(world, params, forum, actor)
    mine = np.empty(world.slots, dtype=np.int64)
    number = memberships_of(world, actor, mine)
    line = -math.inf if world.beyond[forum, actor] else 0.0
    parts = (*utility, line, *extra_utility_parts(world, params, forum, actor, mine, number))
    terms = {term: float(part) for term, part in zip(WORTH_TERMS, parts, strict=True)}
    terms["utility"] = float(utility_of(world, params, forum, actor))
    terms["worth"] = own_worth(world, params, forum, actor)
    terms["taste"] = float(in_logits(params["membership_temperature"], world.taste[forum, actor]))
    return terms
