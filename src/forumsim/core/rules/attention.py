"""Attention: how an actor divides itself over its forums, which of them is its focus, and how well they serve it."""

from __future__ import annotations

import math

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.value import freshness, is_live, utility_of
from forumsim.core.terms import Event


@kernel
def satisfy(world, p, i):
    """Satisfaction of i: the best utility of its live memberships, 0 without any."""
    best = -math.inf
    for f in range(world.status.shape[0]):
        if world.member[f, i] and is_live(world, f):
            best = max(best, utility_of(world, p, f, i))
    world.satisfaction[i] = best if best > -math.inf else 0.0


@kernel
def attend(world, p):
    """Attention: softmax of utility over the live memberships, less for old texts; satisfaction is the best of them.

    A focal forum that changes to one in conflict is a regime shifting event (Morse & Keohane 2014).
    """
    n = world.power.shape[0]
    best = np.full(n, -math.inf)
    total, top = np.zeros(n), np.zeros(n)
    focal = np.full(n, -1, dtype=np.int64)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            member, attention = world.member[f], world.attention[f]
            for i in range(n):
                attention[i] = 0.0
                if member[i]:
                    value = utility_of(world, p, f, i)
                    attention[i] = value
                    best[i] = max(best[i], value)
    heat = 1.0 / p.attention_temperature
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            fresh = freshness(world, p, f)
            member, attention = world.member[f], world.attention[f]
            for i in range(n):
                if member[i]:
                    share = 0.0
                    if attention[i] > -math.inf:
                        share = fresh * math.exp((attention[i] - best[i]) * heat)
                    attention[i] = share
                    total[i] += share
                    if share > top[i]:
                        top[i] = share
                        focal[i] = f
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            attention = world.attention[f]
            for i in range(n):
                if total[i] > 0.0:
                    attention[i] /= total[i]
    for i in range(n):
        world.satisfaction[i] = best[i] if best[i] > -math.inf else 0.0
        old, new = world.focal[i], focal[i]
        if old >= 0 and new >= 0 and old != new and world.conflict[old, new] > p.attention_shift_conflict:
            log(world, Event.REGIME_SHIFT, i, old, new, -1, world.conflict[old, new])
        world.focal[i] = new
