"""Attention: how an actor divides itself over its forums, which of them is its focus, and how well they serve it."""

from __future__ import annotations

import math

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.value import freshness, is_live, utility_of
from forumsim.core.terms import Event


@kernel
def divide_attention(world, p):
    """Attention: softmax of utility over the live memberships, less for old texts; satisfaction is the best of them."""
    n = world.power.shape[0]
    best = np.full(n, -math.inf)
    total = np.zeros(n)
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
    # shares as if all texts were new: their sum, the greatest, and that of the focus
    present, top, held = np.zeros(n), np.zeros(n), np.zeros(n)
    leader = np.full(n, -1, dtype=np.int64)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            fresh = freshness(world, p, f)
            member, attention = world.member[f], world.attention[f]
            for i in range(n):
                if member[i]:
                    share = 0.0
                    if attention[i] > -math.inf:
                        share = math.exp((attention[i] - best[i]) * heat)
                    present[i] += share
                    if share > top[i]:
                        top[i] = share
                        leader[i] = f
                    if f == world.focal[i]:
                        held[i] = share
                    attention[i] = fresh * share
                    total[i] += fresh * share
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            attention = world.attention[f]
            for i in range(n):
                if total[i] > 0.0:
                    attention[i] /= total[i]
    for i in range(n):
        world.satisfaction[i] = best[i] if best[i] > -math.inf else 0.0
        lead = (top[i] - held[i]) / present[i] if present[i] > 0.0 else 0.0
        _turn(world, p, i, leader[i], lead)


@kernel
def _turn(world, p, i, leader, lead):
    """The focus of i turns to the forum that leads by the margin long enough, at once if it is in its last one no more.

    A focus that turns to a forum in conflict with the last is regime shifting (Morse & Keohane 2014). Shares are
    compared as if all texts were new, so that none comes from a text growing old.
    """
    old = world.focal[i]
    inside = old >= 0 and leader >= 0 and world.member[old, i] and is_live(world, old)
    if leader == old or (inside and lead < p.attention_shift_margin):
        world.challenger[i], world.challenged[i] = -1, 0
        return
    if inside:
        world.challenged[i] = world.challenged[i] + 1 if world.challenger[i] == leader else 1
        world.challenger[i] = leader
        if world.challenged[i] < p.attention_shift_steps:
            return
    if old >= 0 and leader >= 0 and world.conflict[old, leader] > p.attention_shift_conflict:
        log(world, Event.REGIME_SHIFT, i, old, leader, -1, world.conflict[old, leader])
    world.focal[i] = leader
    world.challenger[i], world.challenged[i] = -1, 0
