"""Membership as such: the one way into a forum and the one way out of it, with sums, attention, ledger and event."""

from __future__ import annotations

from forumsim.core.compilation import kernel
from forumsim.core.state.log import log_membership
from forumsim.core.state.sums import add_member
from forumsim.core.state.value import is_live
from forumsim.core.terms import Event, Mode


@kernel
def memberships_of(world, i, mine):
    """Write the live forums that i is in to ``mine`` and return their number."""
    number = 0
    for f in range(world.status.shape[0]):
        if world.member[f, i] and is_live(world, f):
            mine[number] = f
            number += 1
    return number


@kernel
def enrol(world, p, f, i):
    """Make i a member of f and keep the sums over members current."""
    world.member[f, i] = True
    world.tenure[f, i] = 0
    add_member(world, p, f, i, world.power[i])


@kernel
def release(world, p, f, i):
    """End i's membership of f and keep the sums over members current."""
    world.member[f, i] = False
    world.tenure[f, i] = 0
    add_member(world, p, f, i, -world.power[i])


@kernel
def withdraw_attention(world, f, i):
    """Take i's attention from f, which it is no longer in, and spread it over its other forums in proportion."""
    if world.attention[f, i] > 0.0:
        world.attention[f, i] = 0.0
        total = 0.0
        for g in range(world.status.shape[0]):
            total += world.attention[g, i]
        if total > 0.0:
            for g in range(world.status.shape[0]):
                world.attention[g, i] /= total


@kernel
def thank_signatory(world, p, f, i):
    """Signing a declaration supports its founder: co-sponsorship feeds the reciprocity ledger."""
    host = world.founder[f]
    if host >= 0 and host != i:
        world.ledger[host, i] += p.membership_co_sponsor * (1.0 - world.ledger[host, i])


@kernel
def join(world, p, f, i, value, term):
    """i joins f: sums, ledger of a declaration's founder, event with what the membership is worth and what decided."""
    enrol(world, p, f, i)
    if world.mode[f] == Mode.DECLARATION:
        thank_signatory(world, p, f, i)
    log_membership(world, Event.JOIN, i, f, value, term)


@kernel
def leave(world, p, f, i, value, term):
    """i leaves f: sums, attention, event with what the membership is worth and what decided."""
    release(world, p, f, i)
    withdraw_attention(world, f, i)
    log_membership(world, Event.EXIT, i, f, value, term)
