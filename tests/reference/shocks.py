"""Dated shocks (section 7.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Shock, Status, Term

from .actor import Actor
from .dialogue import hold_summit
from .draws import Purpose
from .rosters import learn_from_departure, learn_from_opening

if TYPE_CHECKING:
    from .forum import Forum
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
    until: int
    left: float

    def is_one_more_pair_of(self, other: DatedShock | None) -> bool:
        """Whether the row belongs to the shock of the row before it."""
        return other is not None and (other.kind, other.step, other.issue, other.size) == (
            self.kind, self.step, self.issue, self.size,
        )  # fmt: skip


def suffer_shocks(model: ReferenceModel) -> None:
    """What ends and what is dated for this step, in the order of the table; forums open and close in any case."""
    before = None
    for shock in model.shocks:
        if shock.kind == Shock.SANCTION and shock.left and shock.until <= model.t:
            lift(model, shock)
        if shock.step == model.t and (model.p.rule_shocks or shock.kind in (Shock.OPENING, Shock.CLOSING)):
            if shock.kind == Shock.CRISIS and not shock.is_one_more_pair_of(before):
                alarm(model, shock, shock.size * model.p.shock_scale)
            strike(model, shock)
        before = shock


def strike(model: ReferenceModel, shock: DatedShock) -> None:
    """One shock."""
    EFFECTS[shock.kind](model, shock, shock.size * model.p.shock_scale)


def within_0_1(x: float) -> float:
    """Kept within 0..1."""
    return min(1.0, max(0.0, x))


def issues_of(model: ReferenceModel, shock: DatedShock) -> Iterable[int]:
    """The issue that is named, or all."""
    return model.issues if shock.issue is None else (shock.issue,)


def alarm(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """An issue becomes salient to everybody."""
    for i in model.actors:
        for k in issues_of(model, shock):
            i.salience[k] = max(0.0, i.salience[k] + size)
        total = sum(i.salience)
        if total > 0:
            i.salience = [s / total for s in i.salience]


def crisis(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """The parties lose trust and have Track 1 open between them; all have, where none is named."""
    i, j = shock.actor, shock.other
    if i is None:
        for one in model.actors:
            for other in model.actors:
                open_track_1(one, other)
    else:
        for one, two in ((i, j), (j, i)):
            one.trust[two] *= within_0_1(1 - size)
            open_track_1(one, two)
    model.write(Event.CRISIS, actor=i, other=j, issue=shock.issue, value=size)


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
    """A new leadership's position, which lasts, and tastes of its own."""
    i = shock.actor
    i.draw_all_tastes()
    for k in issues_of(model, shock):
        i.anchor[k] = within_0_1(i.anchor[k] + size)
        i.position[k] = within_0_1(i.position[k] + size)
    model.write(Event.LEADERSHIP, actor=i, issue=shock.issue, value=size)


def sanction(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A rupture that lasts until it is lifted; a hundredth of the baseline is always left."""
    i, j = shock.actor, shock.other
    shock.left = max(0.01, within_0_1(1 - size))
    for one, two in ((i, j), (j, i)):
        one.trust[two] *= within_0_1(1 - size)
        one.baseline[two] *= shock.left
    model.write(Event.SANCTION, actor=i, other=j, value=size)


def lift(model: ReferenceModel, shock: DatedShock) -> None:
    """The baseline recovers."""
    i, j = shock.actor, shock.other
    for one, two in ((i, j), (j, i)):
        one.baseline[two] = within_0_1(one.baseline[two] / shock.left)
    model.write(Event.SANCTION_LIFTED, actor=i, other=j, value=1 - shock.left)
    shock.left = 0.0


def violation(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """A past violation comes to light."""
    i = shock.actor
    i.reputation = within_0_1(i.reputation * (1 - size))
    for j in model.actors:
        j.trust[i] = within_0_1(j.trust[i] * (1 - size))
        j.baseline[i] = within_0_1(j.baseline[i] * (1 - size))
    model.write(Event.VIOLATION, actor=i, value=size)


def summit(model: ReferenceModel, shock: DatedShock, size: float) -> None:
    """Track 1 opens between two."""
    open_track_1(shock.actor, shock.other)
    open_track_1(shock.other, shock.actor)
    model.write(Event.SUMMIT, actor=shock.actor, other=shock.other, issue=shock.issue, value=size)
    hold_summit(shock.actor, shock.other, shock.issue)


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
        learn_from_departure(model, shock.actor, forum)
        shock.actor.leave(forum, 0.0, Term.DATED)
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
    inherit_tastes(model, forum)
    forum.vitality = 1.0 if model.p.lifecycle_fair_share else 0.0
    model.write(Event.OPENING, actor=forum.founder, forum=forum, value=forum.legalization)
    rival = forum.parent
    if rival is not None and rival.is_live:
        rival.movable_until = int(model.t + model.p.founding_accommodation)
        event = {"actor": forum.founder, "other": rival, "forum": forum}
        model.write(Event.COMPETITIVE_CREATION, **event, value=rival.conflict(forum))
    for i in [i for i in model.actors if i in forum.habit or i is forum.founder]:
        i.join(forum, 0.0, Term.DATED)
        forum.thank_signatory(i)
    learn_from_opening(model, forum)


def inherit_tastes(model: ReferenceModel, forum: Forum) -> None:
    """Who had the taste for the text before in its series has it for this one, with a chance."""
    stream = model.stream(Purpose.LINEAGE)
    for i in model.actors if forum.predecessor is not None else ():
        if stream.draw(forum.row, i.row) < model.p.taste_lineage:
            i.taste[forum.row] = i.taste[forum.predecessor.row]


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
