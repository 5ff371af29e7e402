"""Coalitions: whom a founder invites, who of them wants the new forum, and whether it pays for the founder."""

from __future__ import annotations

import math

from forumsim.core.compilation import kernel
from forumsim.core.rules.membership import loyalty, net_utility
from forumsim.core.state.members import enrol, memberships_of
from forumsim.core.state.sums import rebuild_forum
from forumsim.core.state.taste import in_logits, wants
from forumsim.core.state.value import is_live, utility_of
from forumsim.core.terms import Kind, Mode

#: Rounds in which those who would not gain are dropped; a coalition unravels in far fewer.
_ROUNDS = 50


@kernel
def best_alternative(world, p, i, f):
    """What i gets, utility and taste, from the best live forum that it is in and that shares an issue with f.

    Returns
    -------
    float
        0 if there is none: the outside option.
    """
    best, found = 0.0, False
    for g in range(world.status.shape[0]):
        if g != f and world.member[g, i] and is_live(world, g) and _shares_issue(world, f, g):
            value = utility_of(world, p, g, i) + in_logits(p.membership_temperature, world.taste[g, i])
            if not found or value > best:
                best, found = value, True
    return best


@kernel
def _shares_issue(world, f, g):
    for k in range(world.mandate.shape[1]):
        if world.mandate[f, k] and world.mandate[g, k]:
            return True
    return False


@kernel
def invite(world, p, i, f, coalition, least):
    """Mark who is invited: near enough on the mandate, mutual trust above ``least``; to hard law, states alone."""
    issues = world.position.shape[1]
    for j in range(world.power.shape[0]):
        total, number = 0.0, 0
        for k in range(issues):
            if world.mandate[f, k]:
                total += (world.position[i, k] - world.position[j, k]) ** 2
                number += 1
        near = math.sqrt(total / number) < p.founding_invite_distance
        trusted = min(world.trust[i, j], world.trust[j, i]) > least
        lawful = world.kind[j] == Kind.STATE or world.legalization[f] <= p.membership_nonstate_law
        coalition[j] = j == i or (near and trusted and lawful)


@kernel
def _draft(world, f, i, coalition, inclusive):
    """Write the charter: the coalition's power-weighted mean; of an inclusive forum half-way to everybody's mean."""
    for k in range(world.charter.shape[1]):
        ours, weight, all_of, power = 0.0, 0.0, 0.0, 0.0
        for j in range(world.power.shape[0]):
            all_of += world.power[j] * world.position[j, k]
            power += world.power[j]
            if coalition[j]:
                ours += world.power[j] * world.position[j, k]
                weight += world.power[j]
        text = ours / weight if weight > 0.0 else world.position[i, k]
        if inclusive and power > 0.0:
            text = 0.5 * (text + all_of / power)
        world.charter[f, k] = text
        world.status_quo[f, k] = text


@kernel
def _would_join(world, p, f, j, mine):
    """Whether j wants the new forum, by its taste; with exclusive membership, whether it gains by leaving its own."""
    if p.membership_exclusive <= 0.0:
        value = net_utility(world, p, f, j, mine, memberships_of(world, j, mine))
        return wants(value, p.membership_temperature, world.taste[f, j])
    value = net_utility(world, p, f, j, mine, 0)
    if value > -math.inf:
        for g in range(world.status.shape[0]):
            if g != f and world.member[g, j] and is_live(world, g) and world.mode[g] == Mode.STANDING:
                value -= net_utility(world, p, g, j, mine, 0) + loyalty(world, p, g, j)
    return value > 0.0


@kernel
def _pays(world, p, f, i, mine):
    """Whether the founder wants its forum, and more than its best one on the issue by over k_f (1 + H) / B."""
    if not _would_join(world, p, f, i, mine):
        return False
    value = utility_of(world, p, f, i) + in_logits(p.membership_temperature, world.taste[f, i])
    cost = p.founding_cost * (1.0 + world.legalization[f]) / world.capacity[i]
    return value > best_alternative(world, p, i, f) + cost


@kernel
def gather(world, p, i, f, coalition, inclusive, mine):
    """Drop those who do not want it until all do; it must then pay for the founder.

    The members of slot f are the coalition while it is gathered.

    Returns
    -------
    int
        Members of the coalition, 0 if it fails.
    """
    n = world.power.shape[0]
    for _ in range(_ROUNDS):
        _draft(world, f, i, coalition, inclusive)
        rebuild_forum(world, f)
        world.weight_in[f] = 0.0
        world.gain_in[f] = 0.0
        world.trust_in[f] = 0.0
        number = 0
        for j in range(n):
            world.member[f, j] = False
        for j in range(n):
            if coalition[j]:
                enrol(world, p, f, j)
                number += 1
        if number < p.founding_minimum:
            return 0
        dropped = False
        for j in range(n):
            if coalition[j] and j != i and not _would_join(world, p, f, j, mine):
                coalition[j] = False
                dropped = True
        if not dropped:
            return number if _pays(world, p, f, i, mine) else 0
    return 0
