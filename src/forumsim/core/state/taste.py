"""Tastes: what a membership is worth to an actor beyond what the model represents, and for how long.

In a random utility choice the unexplained part belongs to the pair of actor and forum and persists (McFadden 1974;
Heckman 1981 on heterogeneity against state dependence). Here it is one draw u_if, uniform on [0, 1): i wants to be in f
while u_if < sig(z / temperature). So nobody joins or leaves unless something has changed: the terms of z, or the taste
itself.
"""

from __future__ import annotations

import math

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.value import sigmoid
from forumsim.core.terms import STEP

#: Largest taste there is: tastes lie below 1.
LARGEST = 1.0 - 2.0**-53


@kernel
def chance_of(value, temperature):
    """Chance sig(value / temperature) that a membership of this value is wanted; without noise 1 if it is positive."""
    if temperature > 0.0:
        return sigmoid(value / temperature)
    return 1.0 if value > 0.0 else 0.0


@kernel
def wants(value, temperature, u):
    """Whether an actor with taste u, below 1, wants a membership of this value."""
    return u < chance_of(value, temperature)


@kernel
def in_logits(temperature, u):
    """A taste as a term of the value, temperature ln((1 - u) / u): `wants` holds where their sum is positive."""
    return temperature * (math.log1p(-u) - math.log(u)) if temperature > 0.0 and u > 0.0 else 0.0


@kernel
def condition_taste(world, f, i, chance, member):
    """Make the taste of i for f one that agrees with what i is known to have done, where i wants it with this chance.

    A draw u from (0, 1) becomes one from (0, chance) for a member, u times chance, and one from (chance, 1) for who is
    out. A member that wants it with chance 0 is beyond a red line, which no taste makes up for: it keeps its taste.
    """
    u = world.taste[f, i]
    if not member:
        world.taste[f, i] = min(chance + u * (1.0 - chance), LARGEST)
    elif chance > 0.0:
        world.taste[f, i] = u * chance


@kernel
def draw_forum(world, f):
    """New tastes of all actors for forum f, drawn in this step."""
    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])
    for i in range(world.power.shape[0]):
        world.taste[f, i] = draws.uniform(key, f, i)


@kernel
def draw_outside(world, i):
    """A new taste of actor i for staying out, drawn in this step."""
    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])
    world.outside[i] = draws.uniform(key, world.status.shape[0], i)


@kernel
def draw_actor(world, i):
    """New tastes of actor i for all forums and for staying out, drawn in this step: a new leadership."""
    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])
    for f in range(world.status.shape[0]):
        world.taste[f, i] = draws.uniform(key, f, i)
    draw_outside(world, i)


@kernel
def renew_tastes(world, p):
    """Each taste is drawn anew with the chance ``taste.renewal``; 1 gives independent draws in every step."""
    chance = p.taste_renewal
    if chance <= 0.0:
        return
    key = draws.stream(world.seed[0], draws.TASTE, world.clock[STEP])
    renewed = draws.stream(world.seed[0], draws.TASTE_RENEWAL, world.clock[STEP])
    slots = world.status.shape[0]
    for i in range(world.power.shape[0]):
        for f in range(slots):
            if draws.uniform(renewed, f, i) < chance:
                world.taste[f, i] = draws.uniform(key, f, i)
        if draws.uniform(renewed, slots, i) < chance:
            world.outside[i] = draws.uniform(key, slots, i)


@kernel
def inherit_tastes(world, p, f):
    """A later text takes over the taste for the one before in its series, each actor with chance ``taste.lineage``."""
    before = world.predecessor[f]
    if before < 0:
        return
    key = draws.stream(world.seed[0], draws.LINEAGE, world.clock[STEP])
    for i in range(world.power.shape[0]):
        if draws.uniform(key, f, i) < p.taste_lineage:
            world.taste[f, i] = world.taste[before, i]
