"""Why an actor values a forum as it does: the utility of a membership taken apart.

A term is what the value loses when its coefficient is set to zero, taken one after the other with the compiled
functions that the rules themselves call. So the terms add up to the value whatever the formula is, and no formula
stands here a second time.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from forumsim.core.rules.membership import worth
from forumsim.core.state.members import memberships_of
from forumsim.core.state.value import utility_of
from forumsim.core.world import World

#: What is switched off for each term, in this order (products go to the term that comes first).
_COEFFICIENTS: dict[str, tuple[str, ...]] = {
    "conflict": ("membership_conflict",),
    "fee": ("membership_fee", "membership_crowding"),
    "habit": ("membership_habit",),
    "rivalry": ("realist_rivalry",),
    "sovereignty": ("utility_sovereignty",),
    "network": ("utility_network",),
    "trust": ("utility_trust",),
    "fit": ("utility_fit",),
    "cost": ("utility_cost",),
}
#: Terms of the utility u; ``red_line`` is 0 or minus infinity, ``rivalry`` is 0 but for realists.
UTILITY_TERMS = ("fit", "rivalry", "trust", "network", "sovereignty", "cost", "red_line")
#: Terms that turn utility into the worth z of a membership, which decides on joining and leaving.
WORTH_TERMS = (*UTILITY_TERMS, "engagement", "habit", "fee", "conflict")


def own_worth(world: World, params: Any, forum: int, actor: int) -> float:
    """Worth z of a membership (slots and rows as numbers): above 0 an actor rather joins (`worth`)."""
    mine = np.empty(world.slots, dtype=np.int64)
    return float(worth(world, params, forum, actor, mine, memberships_of(world, actor, mine)))


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
        The terms of `WORTH_TERMS`, then ``utility`` (the sum of those in `UTILITY_TERMS`) and ``worth`` (of all).
        ``cost`` is -(k0 + reservation); ``fee`` includes crowding; costs are negative.
    """
    # Beyond a red line the value is minus infinity, which has no parts: the parts are those without the line.
    free = replace(world, beyond=np.zeros_like(world.beyond))
    left = params.copy()
    terms = {}
    before = own_worth(free, left, forum, actor)
    for term, coefficients in _COEFFICIENTS.items():
        for coefficient in coefficients:
            left[coefficient] = 0.0
        after = own_worth(free, left, forum, actor)
        terms[term] = before - after
        before = after
    terms["engagement"] = float(world.engagement[actor])
    terms["cost"] += before - terms["engagement"]  # what is left: engagement less the actor's reservation
    terms["red_line"] = -math.inf if world.beyond[forum, actor] else 0.0
    ordered = {term: terms[term] for term in WORTH_TERMS}
    ordered["utility"] = float(utility_of(world, params, forum, actor))
    ordered["worth"] = own_worth(world, params, forum, actor)
    return ordered
