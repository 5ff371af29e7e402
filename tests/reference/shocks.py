"""Dated shocks (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Shock, Status

from .actor import Actor

if TYPE_CHECKING:
    from .model import ReferenceModel


@dataclass(eq=False)
class DatedShock:
    """A row of the table of shocks; forum and issue by number."""

    step: int
    kind: Shock
    actor: Actor | None
    other: Actor | None
    forum: int | None
    issue: int | None
    size: float


def suffer_shocks(model: ReferenceModel) -> None:
    """What is dated for this step, in the order of the table."""
    for shock in model.shocks:
        if shock.step == model.t:
            strike(model, shock)


def strike(model: ReferenceModel, shock: DatedShock) -> None:
    """One shock."""
    EFFECTS[shock.kind](model, shock, shock.size * model.p.shock_scale)


def within_0_1(x: float) -> float:
    """Kept within 0..1."""
    return min(1.0, max(0.0, x))


def issues_of(model: ReferenceModel, shock: DatedShock) -> Iterable[int]:
    """The issue that is named, or all."""
    return model.issues if shock.issue is None else (shock.issue,)


def crisis(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """An issue becomes salient to everybody, and governments talk."""
    for i in model.actors:
        for k in issues_of(model, shock):
            i.salience[k] = max(0.0, i.salience[k] + size)
        total = sum(i.salience)
        if total > 0:
            i.salience = [s / total for s in i.salience]
        for j in model.actors:
            open_track_1(i, j)
    model.write(Event.CRISIS, issue=shock.issue, value=size)


def open_track_1(i: Actor, j: Actor) -> None:
    """Track 1 is open between the two up to step t + window."""
    i.summit_until[j] = max(i.summit_until[j], int(i.model.t + i.model.p.shock_window))


def technology(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A leap in power."""
    shock.actor.power *= max(0.0, 1 + size)
    total = sum(i.power for i in model.actors)
    if total > 0:
        for i in model.actors:
            i.power /= total
    model.write(Event.TECHNOLOGY, actor=shock.actor, value=size)


def leadership(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A new leadership's position, which lasts."""
    i = shock.actor
    for k in issues_of(model, shock):
        i.anchor[k] = within_0_1(i.anchor[k] + size)
        i.position[k] = within_0_1(i.position[k] + size)
    model.write(Event.LEADERSHIP, actor=i, issue=shock.issue, value=size)


def sanction(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A rupture that lasts."""
    i, j = shock.actor, shock.other
    for one, two in ((i, j), (j, i)):
        one.trust[two] = within_0_1(one.trust[two] * (1 - size))
        one.baseline[two] = within_0_1(one.baseline[two] * (1 - size))
    model.write(Event.SANCTION, actor=i, other=j, value=size)


def violation(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A past violation comes to light."""
    i = shock.actor
    i.record = within_0_1(i.record * (1 - size))
    for j in model.actors:
        j.trust[i] = within_0_1(j.trust[i] * (1 - size))
        j.baseline[i] = within_0_1(j.baseline[i] * (1 - size))
    model.write(Event.VIOLATION, actor=i, value=size)


def summit(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """Track 1 opens between two."""
    open_track_1(shock.actor, shock.other)
    open_track_1(shock.other, shock.actor)
    model.write(Event.SUMMIT, actor=shock.actor, other=shock.other, value=size)


def red_line(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A deal-breaker; its size knows no scale but that of red lines."""
    limit = shock.size * model.p.redline_scale
    for k in issues_of(model, shock):
        shock.actor.red_line[k] = limit
    model.write(Event.RED_LINE, actor=shock.actor, issue=shock.issue, value=shock.size)


def leave(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A membership ends."""
    forum = model.forums[shock.forum]
    if forum.is_live and shock.actor in forum.tenure:
        shock.actor.leave(forum)
    else:
        in_vain(model, shock)


def opening(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """An empty slot comes alive with its founders as members."""
    forum = model.forums[shock.forum]
    if forum.status != Status.EMPTY:
        in_vain(model, shock)
        return
    forum.status = Status.ALIVE
    forum.founded = forum.edition = model.t
    forum.vitality = 1.0 if model.p.lifecycle_fair_share else 0.0
    model.write(Event.OPENING, actor=forum.founder, forum=forum, value=forum.legalization)
    for i in [i for i in model.actors if i in forum.habit or i is forum.founder]:
        i.join(forum)
        forum.thank_signatory(i)


def closing(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A live forum is dissolved."""
    forum = model.forums[shock.forum]
    if forum.is_live:
        forum.dissolve()
    else:
        in_vain(model, shock)


def in_vain(model: ReferenceModel, shock: DatedShock) -> None:
    """There is nothing to do, and that is said."""
    event = {"actor": shock.actor, "other": shock.other, "forum": model.forums[shock.forum], "issue": shock.issue}
    model.write(Event.NO_EFFECT, **event, value=0.0)


EFFECTS = {
    Shock.CRISIS: crisis,
    Shock.TECHNOLOGY: technology,
    Shock.LEADERSHIP: leadership,
    Shock.SANCTION: sanction,
    Shock.VIOLATION: violation,
    Shock.SUMMIT: summit,
    Shock.RED_LINE: red_line,
    Shock.LEAVE: leave,
    Shock.OPENING: opening,
    Shock.CLOSING: closing,
}
