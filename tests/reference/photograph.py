"""The state of a `ReferenceModel` as the arrays of a world, to be compared with another's."""

from __future__ import annotations

from forumsim.core.terms import EVENTS, PENDING, SLOTS, STEP, Event, Tally
from forumsim.core.world import World

from .actor import Actor
from .forum import Forum
from .model import ReferenceModel
from .start import BY_ACTOR, BY_ISSUE, NUMBERS

#: Filled from the objects; all else in a world does not change in a run.
OF_FORUMS = "status mode form admission decision period approval quota gate_power legalization vitality founded edition"


def number(agent: Actor | Forum | None) -> int:
    """Row of an actor or forum, -1 none."""
    return -1 if agent is None else agent.row


def photograph(model: ReferenceModel, start: World) -> World:
    """A copy of ``start`` with everything that the model's objects hold written over it."""
    world = start.copy()
    for i in model.actors:
        write_actor(world, i)
    for f in model.forums:
        write_forum(world, f)
    for issue in (*model.issues, None):
        row = len(model.issues) if issue is None else issue
        world.tally[row] = [model.tally[issue, kind] for kind in Event]
    world.meetings[:] = [model.meetings[total] for total in Tally]
    world.shocks["left"] = [shock.left for shock in model.shocks]
    world.clock[[STEP, EVENTS, SLOTS, PENDING]] = model.t, len(model.log), len(model.forums), len(model.pending)
    for n, declaration in enumerate(model.pending):
        i, j = declaration.pair
        seen = (j in declaration.saw) + 2 * (i in declaration.saw)
        world.pending[n] = (declaration.step, i.row, j.row, declaration.issue, seen)
    return world


def write_actor(world: World, i: Actor) -> None:
    """An actor's row of each table."""
    for name in (*NUMBERS.split(), "heard", *BY_ISSUE.split()):
        getattr(world, name)[i.row] = getattr(i, name)
    for name in BY_ACTOR.split():
        getattr(world, name)[i.row] = [getattr(i, name)[j] for j in i.model.actors]
    world.focal[i.row], world.challenger[i.row] = number(i.focal), number(i.challenger)
    world.challenged[i.row] = i.challenged
    world.outside[i.row] = i.taste[None]
    world.taste[:, i.row] = [i.taste[slot] for slot in range(i.model.slots)]
    world.attention[:, i.row] = 0.0
    for f, share in i.attention.items():
        world.attention[f.row, i.row] = share


def write_forum(world: World, f: Forum) -> None:
    """A forum's row of each table."""
    for name in (*OF_FORUMS.split(), "movable_until", "charter", "status_quo"):
        getattr(world, name)[f.row] = getattr(f, name)
    world.founder[f.row], world.parent[f.row] = number(f.founder), number(f.parent)
    world.mandate[f.row] = [k in f.mandate for k in f.model.issues]
    for i in f.model.actors:
        world.member[f.row, i.row] = i in f.tenure
        world.tenure[f.row, i.row] = f.tenure.get(i, 0)
        world.habit[f.row, i.row] = i in f.habit
        world.veto[f.row, i.row] = i in f.veto
        world.listed[f.row, i.row] = i not in f.closed_to


def write_derived(world: World, model: ReferenceModel) -> None:
    """What follows from the state for live forums (section 2, "Derived"), from its definitions."""
    everybody = model.actors
    for f in model.live_forums():
        world.weight_in[f.row] = f.power()
        world.trust_in[f.row] = [sum(j.power * i.trust[j] for j in f.tenure) for i in everybody]
        world.distance[f.row] = [i.distance(f) for i in everybody]
        world.beyond[f.row] = [i.finds_beyond_red_line(f) for i in everybody]
        world.conflict[f.row] = 0.0
        for g in model.live_forums():
            world.conflict[f.row, g.row] = f.conflict(g) if g is not f else 0.0
        if model.p.realist:
            world.gain_in[f.row] = [
                sum(j.power * (1 - i.trust[j]) * j.gain(f, 0.5) for j in f.tenure) for i in everybody
            ]
