"""Shocks: what the scenario (or a user) dates.

Crisis, technology, leadership change, sanction, past violation revealed, summit, the opening or closing of a forum, a
new red line, a member's departure. Sizes are multiplied by ``shock.scale``. Lasting shocks from before the start are
history: they carry step -1 and are applied once, before the first step.
"""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.rules.dialogue import hold_summit
from forumsim.core.rules.roster import learn_from_departure, learn_from_opening
from forumsim.core.state.forums import close_forum, open_forum
from forumsim.core.state.log import log
from forumsim.core.state.members import leave
from forumsim.core.state.sums import ALL, mark_stale
from forumsim.core.state.taste import draw_actor
from forumsim.core.state.value import is_live
from forumsim.core.terms import STEP, Event, Shock, Status, Term

#: Least share of the baseline of trust that a sanction leaves: one that left none could not be lifted.
_LEAST_LEFT = 0.01
#: Kind of event of each kind of shock; those that open, close or empty a forum are told by what they do to it.
_LOGGED_AS = np.array([Event[kind.name] if kind.name in Event.__members__ else -1 for kind in Shock], dtype=np.int64)


@kernel
def _alarm(world, issue, size):
    """A crisis raises everybody's salience of its issue."""
    for i in range(world.power.shape[0]):
        total = 0.0
        for k in range(world.salience.shape[1]):
            if issue < 0 or k == issue:
                world.salience[i, k] = max(0.0, world.salience[i, k] + size)
            total += world.salience[i, k]
        if total > 0.0:
            for k in range(world.salience.shape[1]):
                world.salience[i, k] /= total


@kernel
def _keep_open(world, i, j, until):
    """Track 1 is open between two up to a step, or longer where it was."""
    world.summit_until[i, j] = max(world.summit_until[i, j], until)
    world.summit_until[j, i] = max(world.summit_until[j, i], until)


@kernel
def _crisis(world, p, i, j, size):
    """A crisis opens Track 1 for a while between its parties, whose trust falls; between all, if it names none."""
    until = world.clock[STEP] + int(p.shock_window)
    if i >= 0:
        keep = min(1.0, max(0.0, 1.0 - size))
        world.trust[i, j] *= keep
        world.trust[j, i] *= keep
        _keep_open(world, i, j, until)
    else:
        for one in range(world.power.shape[0]):
            for other in range(one + 1):
                _keep_open(world, one, other, until)


@kernel
def _technology(world, actor, size):
    """A leap in technology multiplies an actor's power by 1 + size; states' power sums to 1 again."""
    world.power[actor] *= max(0.0, 1.0 + size)
    total = world.power.sum()
    if total > 0.0:
        for i in range(world.power.shape[0]):
            world.power[i] /= total


@kernel
def _sanction(world, shock, size):
    """Trust between two falls by the share size, and so does its baseline, but not so far that there is no way back."""
    i, j = shock.actor, shock.other
    keep = min(1.0, max(0.0, 1.0 - size))
    shock.left = max(_LEAST_LEFT, keep)
    world.trust[i, j] *= keep
    world.trust[j, i] *= keep
    world.baseline[i, j] *= shock.left
    world.baseline[j, i] *= shock.left


@kernel
def _lift(world, shock):
    """A sanction ends: the baseline is again what it would be without it, and trust may drift back."""
    i, j = shock.actor, shock.other
    world.baseline[i, j] = min(1.0, world.baseline[i, j] / shock.left)
    world.baseline[j, i] = min(1.0, world.baseline[j, i] / shock.left)
    log(world, Event.SANCTION_LIFTED, i, j, -1, -1, 1.0 - shock.left)
    shock.left = 0.0


@kernel
def apply_shock(world, p, shock, first):
    """Apply one shock (a row of `SHOCK_DTYPE`) and log it; one that finds nothing to do is logged as having no effect.

    There is nothing to do where a forum has opened already, is not live, or does not have the member that is to leave.

    Parameters
    ----------
    first : bool
        Whether it is the first of its pairs of actors: a crisis between many alarms everybody once.
    """
    kind, i, j, f, k = shock.kind, shock.actor, shock.other, shock.forum, shock.issue
    size = shock.size * p.shock_scale
    if kind == Shock.OPENING:
        if world.status[f] == Status.EMPTY:
            open_forum(world, p, f)
            learn_from_opening(world, p, f)
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
            learn_from_departure(world, p, f, i)
            leave(world, p, f, i, 0.0, Term.DATED)
        else:
            log(world, Event.NO_EFFECT, i, j, f, k, 0.0)
        return
    if kind == Shock.CRISIS:
        if first:
            _alarm(world, k, size)
        _crisis(world, p, i, j, size)
    elif kind == Shock.TECHNOLOGY:
        _technology(world, i, size)
    elif kind == Shock.LEADERSHIP:
        draw_actor(world, i)
        for d in range(world.anchor.shape[1]):
            if k < 0 or d == k:
                world.anchor[i, d] = min(1.0, max(0.0, world.anchor[i, d] + size))
                world.position[i, d] = min(1.0, max(0.0, world.position[i, d] + size))
    elif kind == Shock.SANCTION:
        _sanction(world, shock, size)
    elif kind == Shock.VIOLATION:
        world.reputation[i] *= min(1.0, max(0.0, 1.0 - size))
        keep = min(1.0, max(0.0, 1.0 - size))
        for other in range(world.power.shape[0]):
            world.trust[other, i] *= keep
            world.baseline[other, i] *= keep
    elif kind == Shock.SUMMIT:
        _keep_open(world, i, j, world.clock[STEP] + int(p.shock_window))
    elif kind == Shock.RED_LINE:
        for d in range(world.red_line.shape[1]):
            if k < 0 or d == k:
                world.red_line[i, d] = shock.size * p.redline_scale  # as the red lines of the start
    log(world, _LOGGED_AS[kind], i, j, f, k, shock.size if kind == Shock.RED_LINE else size)
    if kind == Shock.SUMMIT:
        hold_summit(world, p, i, j, k)


@kernel
def history(world, p):
    """Apply the lasting shocks from before the start (step -1), in their order."""
    if p.rule_shocks > 0.0:
        for row in range(world.shocks.shape[0]):
            if world.shocks[row].step < 0:
                apply_shock(world, p, world.shocks[row], True)


@kernel
def _goes_on(before, shock):
    """Whether a row is one more pair of the shock of the row before it."""
    return (
        before.kind == shock.kind
        and before.step == shock.step
        and before.issue == shock.issue
        and before.size == shock.size
    )


@kernel
def shocks(world, p):
    """Lift the sanctions that end in this step and apply its shocks, in the order of the table.

    The opening and the closing of dated forums are history rather than shocks: they take place with the rule off too.
    """
    step = world.clock[STEP]
    applied = False
    for row in range(world.shocks.shape[0]):
        shock = world.shocks[row]
        if shock.kind == Shock.SANCTION and shock.left > 0.0 and shock.until <= step:
            _lift(world, shock)
            applied = True
        history_alone = shock.kind == Shock.OPENING or shock.kind == Shock.CLOSING
        if shock.step == step and (p.rule_shocks > 0.0 or history_alone):
            first = row == 0 or not _goes_on(world.shocks[row - 1], shock)
            apply_shock(world, p, shock, first)
            applied = True
    if applied:
        mark_stale(world, ALL)
