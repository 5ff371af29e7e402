"""Shocks: what the scenario (or a user) dates.

Crisis, technology, leadership change, sanction, past violation revealed, summit, the opening or closing of a forum, a
new red line, a member's departure. Sizes are multiplied by ``shock.scale``. Lasting shocks from before the start are
history: they carry step -1 and are applied once, before the first step.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.rules.dialogue import hold_summit
from forumsim.core.state.forums import close_forum, open_forum
from forumsim.core.state.log import log
from forumsim.core.state.members import leave
from forumsim.core.state.sums import ALL, outdate
from forumsim.core.state.value import is_live
from forumsim.core.terms import STEP, Event, Shock, Status

#: Kind of event of each kind of shock; those that open, close or empty a forum are told by what they do to it.
_LOGGED_AS = np.array([Event[kind.name] if kind.name in Event.__members__ else -1 for kind in Shock], dtype=np.int64)


@kernel
def _crisis(world, p, issue, size):
    """A crisis raises everybody's salience of the issue and keeps Track 1 open between all for a while."""
    until = world.clock[STEP] + int(p.shock_window)
    n = world.power.shape[0]
    for i in range(n):
        total = 0.0
        for k in range(world.salience.shape[1]):
            if issue < 0 or k == issue:
                world.salience[i, k] = max(0.0, world.salience[i, k] + size)
            total += world.salience[i, k]
        if total > 0.0:
            for k in range(world.salience.shape[1]):
                world.salience[i, k] /= total
        for j in range(n):
            if world.summit_until[j, i] < until:
                world.summit_until[j, i] = until


@kernel
def _technology(world, actor, size):
    """A leap in technology multiplies an actor's power by 1 + size; states' power sums to 1 again."""
    world.power[actor] *= max(0.0, 1.0 + size)
    total = world.power.sum()
    if total > 0.0:
        for i in range(world.power.shape[0]):
            world.power[i] /= total


@kernel
def _cool(world, i, j, size):
    """Trust of i in j falls by the share size, and so does its structural baseline: the rupture lasts."""
    keep = min(1.0, max(0.0, 1.0 - size))
    world.trust[i, j] *= keep
    world.baseline[i, j] *= keep


@kernel
def apply_shock(world, p, shock):
    """Apply one shock (a row of `SHOCK_DTYPE`) and log it; one that finds nothing to do is logged as having no effect.

    There is nothing to do where a forum has opened already, is not live, or does not have the member that is to leave.
    """
    kind, i, j, f, k = shock.kind, shock.actor, shock.other, shock.forum, shock.issue
    size = shock.size * p.shock_scale
    if kind == Shock.OPENING:
        if world.status[f] == Status.EMPTY:
            open_forum(world, p, f)
        else:
            log(world, Event.NO_EFFECT, i, j, f, k, 0.0)
        return
    if kind == Shock.CLOSING:
        if is_live(world, f):
            close_forum(world, f, Event.DISSOLUTION, -1)
        else:
            log(world, Event.NO_EFFECT, i, j, f, k, 0.0)
        return
    if kind == Shock.LEAVE:
        if world.member[f, i]:
            leave(world, p, f, i, 0.0)
        else:
            log(world, Event.NO_EFFECT, i, j, f, k, 0.0)
        return
    if kind == Shock.CRISIS:
        _crisis(world, p, k, size)
    elif kind == Shock.TECHNOLOGY:
        _technology(world, i, size)
    elif kind == Shock.LEADERSHIP:
        for d in range(world.anchor.shape[1]):
            if k < 0 or d == k:
                world.anchor[i, d] = min(1.0, max(0.0, world.anchor[i, d] + size))
                world.position[i, d] = min(1.0, max(0.0, world.position[i, d] + size))
    elif kind == Shock.SANCTION:
        _cool(world, i, j, size)
        _cool(world, j, i, size)
    elif kind == Shock.VIOLATION:
        world.record[i] *= min(1.0, max(0.0, 1.0 - size))
        for other in range(world.power.shape[0]):
            _cool(world, other, i, size)
    elif kind == Shock.SUMMIT:
        until = world.clock[STEP] + int(p.shock_window)
        world.summit_until[i, j] = max(world.summit_until[i, j], until)
        world.summit_until[j, i] = max(world.summit_until[j, i], until)
    elif kind == Shock.RED_LINE:
        for d in range(world.red_line.shape[1]):
            if k < 0 or d == k:
                world.red_line[i, d] = shock.size * p.redline_scale  # as the red lines of the start
    log(world, _LOGGED_AS[kind], i, j, f, k, shock.size if kind == Shock.RED_LINE else size)
    if kind == Shock.SUMMIT:
        hold_summit(world, p, i, j)


@kernel
def history(world, p):
    """Apply the lasting shocks from before the start (step -1), in their order."""
    if p.rule_shocks > 0.0:
        for row in range(world.shocks.shape[0]):
            if world.shocks[row].step < 0:
                apply_shock(world, p, world.shocks[row])


@kernel
def shocks(world, p):
    """Apply the shocks of this step, in the order of the table."""
    if p.rule_shocks <= 0.0:
        return
    step = world.clock[STEP]
    applied = False
    for row in range(world.shocks.shape[0]):
        if world.shocks[row].step == step:
            apply_shock(world, p, world.shocks[row])
            applied = True
    if applied:
        outdate(world, ALL)
