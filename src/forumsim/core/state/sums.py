"""What is derived from the state: sums over members, distances and conflicts, and when they are stale.

They live in the world. A rule that changes trust, positions, charters or power says so by `mark_stale`; a rule that
reads them begins by `rebuild_stale`, which rebuilds what is stale and nothing else. Joining and leaving (the module
`members`) keep the sums current, so that each actor sees what the ones before it did.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.state.value import absolute_gain, conflict_between, face_charter, is_live
from forumsim.core.terms import STALE

#: Members that `_add_members` adds in one go.
_AT_ONCE = 4

#: What may be stale: the sums over members (trust has moved), or distances and conflicts as well.
SUMS, ALL = 1, 2


@kernel
def add_member(world, p, f, i, w):
    """Add member i of power w to the sums over the members of f; a negative w takes it out again."""
    if w != 0.0:
        world.weight_in[f] += w
        trust, trust_in = world.trust[:, i], world.trust_in[f]
        for j in range(trust.shape[0]):
            trust_in[j] += w * trust[j]
        if p.realist > 0.0:
            gain, gain_in = w * absolute_gain(p, world.distance[f, i], world.legalization[f]), world.gain_in[f]
            for j in range(trust.shape[0]):
                gain_in[j] += (1.0 - trust[j]) * gain


@kernel
def _add_members(world, f, members):
    """What `add_member` does for four members one after the other, with a quarter of the reading and writing."""
    a, b, c, d = members[0], members[1], members[2], members[3]
    first, second, third, fourth = world.power[a], world.power[b], world.power[c], world.power[d]
    world.weight_in[f] = (((world.weight_in[f] + first) + second) + third) + fourth
    of_a, of_b, of_c, of_d = world.trust[:, a], world.trust[:, b], world.trust[:, c], world.trust[:, d]
    trust_in = world.trust_in[f]
    for j in range(trust_in.shape[0]):
        two = (trust_in[j] + first * of_a[j]) + second * of_b[j]
        trust_in[j] = (two + third * of_c[j]) + fourth * of_d[j]


@kernel
def clear_sums(world, f):
    """Nothing is derived for a forum without members that is no more: sums and conflicts are 0."""
    world.weight_in[f] = 0.0
    world.gain_in[f] = 0.0
    world.trust_in[f] = 0.0
    for g in range(world.status.shape[0]):
        world.conflict[f, g] = 0.0
        world.conflict[g, f] = 0.0


@kernel
def rebuild_sums_of(world, p, f):
    """Rebuild the sums over the members of forum f, in the order of the actors; a forum that is not live has none."""
    world.weight_in[f] = 0.0
    world.gain_in[f] = 0.0
    world.trust_in[f] = 0.0
    if not is_live(world, f):
        return
    powers = np.empty(world.power.shape[0], dtype=np.int64)
    number = 0
    for i in range(powers.shape[0]):
        powers[number] = i
        number += world.member[f, i] and world.power[i] != 0.0
    place = 0
    if p.realist <= 0.0:
        while place + _AT_ONCE <= number:
            _add_members(world, f, powers[place : place + _AT_ONCE])
            place += _AT_ONCE
    while place < number:
        add_member(world, p, f, powers[place], world.power[powers[place]])
        place += 1


@kernel
def rebuild_sums(world, p):
    """Rebuild the sums over the members of every live forum."""
    for f in range(world.status.shape[0]):
        rebuild_sums_of(world, p, f)


@kernel
def rebuild_forum(world, f):
    """Rebuild the distances of all actors to forum f, the red lines crossed and the conflicts with the live forums."""
    face_charter(world, f, world.charter[f], world.distance[f], world.beyond[f])
    for g in range(world.status.shape[0]):
        value = conflict_between(world, f, g) if g != f and is_live(world, g) else 0.0
        world.conflict[f, g] = value
        world.conflict[g, f] = value


@kernel
def rebuild(world, p):
    """Rebuild everything that is derived from the state: distances, conflicts, sums over members."""
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            rebuild_forum(world, f)
    rebuild_sums(world, p)
    world.clock[STALE] = 0


@kernel
def mark_stale(world, what):
    """Note that the state has moved under what is derived: `SUMS` alone, or `ALL` of it."""
    world.clock[STALE] = max(world.clock[STALE], what)


@kernel
def rebuild_stale(world, p):
    """Rebuild what is stale before reading it."""
    if world.clock[STALE] == ALL:
        rebuild(world, p)
    elif world.clock[STALE] == SUMS:
        rebuild_sums(world, p)
        world.clock[STALE] = 0
