"""The step: the rules in their order. This is the main loop of the model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.event_room import MOST_CRISIS_TALKS, event_room
from forumsim.core.measures import measure, verdict_columns, verdict_measures
from forumsim.core.rules.attention import divide_attention
from forumsim.core.rules.compliance import compliance
from forumsim.core.rules.dialogue import dialogue
from forumsim.core.rules.drift import drift
from forumsim.core.rules.founding import founding
from forumsim.core.rules.lifecycle import attended, fair_shares, lifecycle
from forumsim.core.rules.membership import membership
from forumsim.core.rules.roster import learn_from_rosters
from forumsim.core.rules.shocks import history, shocks
from forumsim.core.rules.voice import voice
from forumsim.core.state.members import thank_signatory
from forumsim.core.state.sums import ALL, mark_stale, rebuild
from forumsim.core.state.taste import draw_forum, draw_outside
from forumsim.core.state.value import is_live
from forumsim.core.terms import EVENTS, STEP, Mode, Shock
from forumsim.core.world import World

#: A rule changes a world in place, given the record of parameters.
Rule = Callable[[World, Any], None]


@kernel
def step(world, p):
    """One step: the clock, then the eight rules. Measures are taken after it."""
    world.clock[STEP] += 1
    shocks(world, p)
    dialogue(world, p)
    compliance(world, p)
    voice(world, p)
    membership(world, p)
    founding(world, p)
    lifecycle(world, p)
    drift(world, p)


#: The same order as a list, to be changed by those who bring their own rules (plain Python functions will do).
SCHEDULE: tuple[Rule, ...] = (shocks, dialogue, compliance, voice, membership, founding, lifecycle, drift)


def step_by(world: World, p: Any, schedule: Sequence[Rule], check: Callable[[Rule], None] = lambda rule: None) -> None:
    """One step by a schedule of one's own, rule by rule.

    Parameters
    ----------
    world : World
    p : record of parameters
    schedule : sequence of rules
        Compiled rules or plain Python functions ``rule(world, p)`` in the order wanted. After a rule that is not one
        of the model's own, everything derived (distances, conflicts, sums over members) counts as
        stale.
    check : callable
        Called after each such rule, with the rule.
    """
    world.clock[STEP] += 1
    for rule in schedule:
        rule(world, p)
        if rule not in SCHEDULE:
            mark_stale(world, ALL)
            check(rule)


@kernel
def prepare(world, p):
    """Make a built world ready for its first step.

    History, sums, the ledgers of those whose declarations were signed before, tastes and readiness as the rosters show
    them in the light of all that, attention, aspiration, vitality.
    """
    n = world.power.shape[0]
    for i in range(n):
        world.trust[i, i] = 0.0  # nobody trusts itself: sums over members leave the actor out
        world.baseline[i, i] = 0.0
    for f in range(world.status.shape[0]):
        draw_forum(world, f)
    for i in range(n):
        draw_outside(world, i)
    rebuild(world, p)
    history(world, p)
    rebuild(world, p)
    for f in range(world.status.shape[0]):
        if is_live(world, f) and world.mode[f] == Mode.DECLARATION:
            for i in range(n):
                if world.member[f, i]:
                    thank_signatory(world, p, f, i)
    learn_from_rosters(world, p)
    divide_attention(world, p)
    for i in range(n):
        world.aspiration[i] = world.satisfaction[i] if math.isnan(p.aspiration_start) else p.aspiration_start
    shares = np.empty(n)
    fair_shares(world, p, shares)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            world.vitality[f] = attended(world, p, f, shares)


@kernel
def advance(world, p, until, every, room, series, verdict_series):
    """Step until the clock shows ``until`` or the event log could overflow in the next step.

    Parameters
    ----------
    until : int
        Step to reach.
    every : int
        Record all measures at every such step.
    room : int
        Rows that one step may need in the event log (`room_needed`).
    series : float array (n, D + 1, M)
        Row ``step // every`` receives the measures.
    verdict_series : float array (until + 1, D + 1, 3)
        Row ``step`` receives what the verdict is made of.

    Returns
    -------
    int
        Step reached.
    """
    while world.clock[STEP] < until and world.clock[EVENTS] + room <= world.events.shape[0]:
        step(world, p)
        now = world.clock[STEP]
        if now % every == 0:
            measure(world, p, series[now // every])
            verdict_columns(series[now // every], verdict_series[now])
        else:
            verdict_measures(world, p, verdict_series[now])
    return world.clock[STEP]


def room_needed(world: World) -> int:
    """`event_room` of a world with its shocks and channels."""
    meetings = int(np.ceil(world.channels["rate"]).sum()) + world.channels.shape[0]
    crises = int((world.shocks["kind"] == Shock.CRISIS).sum())
    return event_room(world.actors, world.slots, world.shocks.shape[0], meetings + MOST_CRISIS_TALKS * crises)


def make_room(world: World, more: int = 0) -> None:
    """Give the event log space for at least one more step, and for so many events more (it doubles when it must)."""
    need = int(world.clock[EVENTS]) + room_needed(world) + more
    if need > world.events.shape[0]:
        events = np.zeros(max(need, 2 * world.events.shape[0]), dtype=world.events.dtype)
        events[: world.clock[EVENTS]] = world.log()
        world.events = events
