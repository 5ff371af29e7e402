"""From the arrays of a world to objects, and what happens before the first step (section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forumsim.core.terms import SLOTS, Admission, Decision, Form, Kind, Mode, Role, Shock, Status, Tally
from forumsim.core.world import World

from .actor import Actor, NonState, State
from .attention import attend
from .forum import Forum, Terms
from .lifecycle import attended
from .rosters import learn_from_rosters
from .shocks import DatedShock, strike

if TYPE_CHECKING:
    from .model import ReferenceModel

NUMBERS = (
    "power influence sincerity sovereignty loyalty engagement reservation capacity reputation aspiration satisfaction"
)
BY_ISSUE = "position anchor salience salience_anchor red_line"
BY_ACTOR = "trust baseline ledger summit_until"


@dataclass(eq=False)
class Channel:
    """A dated dialogue of two actors."""

    first: int
    last: int
    track: int
    pair: tuple[Actor, Actor]
    scaled: bool
    rate: float
    hosts: list[Actor]


def none_below_0(number: int) -> int | None:
    """Tables mark "none" by -1."""
    return None if number < 0 else int(number)


def forum_or_none(model: ReferenceModel, slot: int) -> Forum | None:
    """The forum in a slot."""
    return None if slot < 0 else model.forums[slot]


def read_world(model: ReferenceModel, world: World) -> None:
    """Make the actors and forums."""
    for row, kind in enumerate(world.kind):
        model.actors.append((State if kind == Kind.STATE else NonState)(model, row))
    for actor in model.actors:
        read_actor(actor, world)
    for slot in range(int(world.clock[SLOTS])):
        model.forums.append(read_forum(model, slot, world))
    for forum in model.forums:
        forum.parent = forum_or_none(model, world.parent[forum.row])
        forum.predecessor = forum_or_none(model, world.predecessor[forum.row])
    for actor in model.actors:
        actor.focal = forum_or_none(model, world.focal[actor.row])
        actor.challenger = forum_or_none(model, world.challenger[actor.row])
        actor.challenged = int(world.challenged[actor.row])
        actor.attention = {
            f: float(world.attention[f.row, actor.row]) for f in model.live_forums() if actor in f.tenure
        }


def read_actor(actor: Actor, world: World) -> None:
    """Copy an actor's row of each table."""
    i = actor.row
    for name in NUMBERS.split():
        setattr(actor, name, float(getattr(world, name)[i]))
    for name in BY_ISSUE.split():
        setattr(actor, name, getattr(world, name)[i].tolist())
    for name in BY_ACTOR.split():
        setattr(actor, name, dict(zip(actor.model.actors, getattr(world, name)[i].tolist(), strict=True)))
    actor.role = Role(world.role[i])
    actor.cause = none_below_0(world.cause[i])
    actor.patron = None if world.patron[i] < 0 else actor.model.actors[world.patron[i]]
    actor.heard = int(world.heard[i])


def read_forum(model: ReferenceModel, f: int, world: World) -> Forum:
    """Copy a forum's row of each table."""

    def actors(marked: np.ndarray) -> list[Actor]:
        return [model.actors[i] for i in np.flatnonzero(marked)]

    members = {i: int(world.tenure[f, i.row]) for i in actors(world.member[f])}
    mandate = tuple(np.flatnonzero(world.mandate[f]).tolist())
    founder = None if world.founder[f] < 0 else model.actors[world.founder[f]]
    terms = Terms(
        mandate, world.charter[f].tolist(), float(world.legalization[f]), members, Mode(world.mode[f]),
        set(actors(world.habit[f])), f, founder, float(world.fee[f]),
    )  # fmt: skip
    forum = Forum(model, terms)
    forum.status, forum.form = Status(world.status[f]), Form(world.form[f])
    forum.admission, forum.approval = Admission(world.admission[f]), float(world.approval[f])
    forum.decision, forum.quota = Decision(world.decision[f]), float(world.quota[f])
    forum.gate_forum, forum.gate_power = none_below_0(world.gate_forum[f]), float(world.gate_power[f])
    forum.gate_issue = none_below_0(world.gate_issue[f])
    forum.gate_bounds = (float(world.gate_low[f]), float(world.gate_high[f]))
    forum.closed_to, forum.veto = set(actors(~world.listed[f])), set(actors(world.veto[f]))
    forum.status_quo = world.status_quo[f].tolist()
    forum.vitality = float(world.vitality[f])
    forum.is_adopted_without_vote = bool(world.adopted[f])
    for name in ("period", "founded", "edition", "movable_until"):
        setattr(forum, name, int(getattr(world, name)[f]))
    return forum


def read_tables(model: ReferenceModel, world: World) -> None:
    """Shocks and channels."""

    def actor(i: int) -> Actor | None:
        return None if i < 0 else model.actors[i]

    model.shocks = [
        DatedShock(int(s["step"]), Shock(s["kind"]), actor(s["actor"]), actor(s["other"]), none_below_0(s["forum"]),
                   none_below_0(s["issue"]), float(s["size"]), int(s["until"]), float(s["left"]))
        for s in world.shocks
    ]  # fmt: skip
    model.channels = [
        Channel(int(c["first"]), int(c["last"]), int(c["track"]), (model.actors[c["actor"]], model.actors[c["other"]]),
                bool(c["scaled"]), float(c["rate"]), [model.actors[h] for h in c["host"] if h >= 0])
        for c in world.channels
    ]  # fmt: skip
    model.pending = []
    model.meetings = dict.fromkeys(Tally, 0.0)


def prepare(model: ReferenceModel) -> None:
    """What happens before the first step (section 5, ``schedule.prepare``)."""
    for i in model.actors:
        i.trust[i] = i.baseline[i] = 0.0
        i.draw_all_tastes()
    if model.p.rule_shocks:
        for shock in model.shocks:
            if shock.step < 0:
                strike(model, shock)
    for f in model.live_forums():
        for i in f.members():
            f.thank_signatory(i)
    learn_from_rosters(model)
    attend(model)
    for i in model.actors:
        i.aspiration = i.satisfaction if model.p.aspiration_start is None else model.p.aspiration_start
    shares = {i: 1 / max(1, len(i.memberships())) for i in model.actors}
    for f in model.live_forums():
        f.vitality = attended(f, shares)
