"""The one way in which a forum opens, and the one way in which it ends."""

from __future__ import annotations

from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.members import join, withdraw_attention
from forumsim.core.state.sums import clear_sums
from forumsim.core.state.taste import inherit_tastes
from forumsim.core.state.value import conflict_between, is_live
from forumsim.core.terms import STEP, Event, Status, Term


@kernel
def open_forum(world, p, f):
    """Open forum f now with its founding members; those of a declaration are its first signatories."""
    step = world.clock[STEP]
    world.status[f] = Status.ALIVE
    world.founded[f] = step
    world.edition[f] = step
    inherit_tastes(world, p, f)
    world.vitality[f] = p.lifecycle_fair_share  # taken to have its fair share of attention
    log(world, Event.OPENING, world.founder[f], -1, f, -1, world.legalization[f])
    rival = world.parent[f]
    if rival >= 0 and is_live(world, rival):
        world.movable_until[rival] = step + int(p.founding_accommodation)
        log(world, Event.COMPETITIVE_CREATION, world.founder[f], rival, f, -1, conflict_between(world, f, rival))
    for i in range(world.power.shape[0]):
        if (world.habit[f, i] or i == world.founder[f]) and not world.member[f, i]:
            join(world, p, f, i, 0.0, Term.DATED)


@kernel
def close_forum(world, f, kind, into):
    """End forum f (dissolution or merger); its memberships end with it, without an event of their own."""
    log(world, kind, world.founder[f], into, f, -1, world.vitality[f])
    world.status[f] = Status.MERGED if kind == Event.MERGER else Status.DISSOLVED
    if into >= 0:
        world.parent[f] = into
    for i in range(world.power.shape[0]):
        world.member[f, i] = False
        world.tenure[f, i] = 0
        withdraw_attention(world, f, i)
        if world.focal[i] == f:
            world.focal[i] = -1
    clear_sums(world, f)
