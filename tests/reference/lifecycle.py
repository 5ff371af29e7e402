"""Lifecycle: mergers, vitality, death, dormancy, revival (section 7.9)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Form, Mode, Status, Term

from .actor import Actor, toward
from .draws import Purpose
from .forum import TOLERANCE, Forum

if TYPE_CHECKING:
    from .model import ReferenceModel


def live_and_die(model: ReferenceModel) -> None:
    """Mergers pair by pair, then forum by forum."""
    for f, g in combinations(model.forums, 2):
        if may_merge(f, g) and model.stream(Purpose.MERGER).draw(f.row, g.row) < model.p.lifecycle_merge:
            if takes_in(g, f):
                merge(g, f)
            else:
                merge(f, g)
    shares = {i: 1 / max(1, len(i.memberships())) for i in model.actors}
    for f in model.live_forums():
        age(f, shares)


# --- mergers --------------------------------------------------------------------------------------------------------


def may_merge(f: Forum, g: Forum) -> bool:
    """Live standing forums, same mandate, like charters, many common members; none bilateral."""
    p = f.model.p
    if Form.BILATERAL in (f.form, g.form):
        return False
    if not (f.is_live and g.is_live and f.mode == g.mode == Mode.STANDING and f.mandate == g.mandate):
        return False
    common, all_of_both = f.tenure.keys() & g.tenure.keys(), f.tenure.keys() | g.tenure.keys()
    if not all_of_both or f.conflict(g) >= p.lifecycle_merge_conflict:
        return False
    return len(common) / len(all_of_both) > p.lifecycle_merge_overlap


def takes_in(g: Forum, f: Forum) -> bool:
    """Whether g takes in f: it is awake and f is not, or it has more power."""
    if f.status != g.status:
        return g.status == Status.ALIVE
    return g.power() > f.power() + TOLERANCE


def merge(f: Forum, g: Forum) -> None:
    """F takes in g, unless its list is closed to a member of g."""
    model = f.model
    if any(i in f.closed_to for i in g.members()):
        return
    power = f.power() + g.power()
    share = g.power() / power if power > 0 else 0.5
    for k in f.mandate:
        f.charter[k] = toward(f.charter[k], g.charter[k], share)
    f.legalization = toward(f.legalization, g.legalization, share)
    for i in g.members():
        if i not in f.tenure and not i.finds_beyond_red_line(f):
            i.join(f, 0.0, Term.MERGED)
        if i in f.tenure:
            i.attention[f] = i.attention.get(f, 0.0) + i.attention.pop(g, 0.0)
            if i.focal is g:
                i.focal = f
    model.write(Event.MERGER, actor=g.founder, other=f, forum=g, value=g.vitality)
    g.parent = f
    g.end(Status.MERGED)


# --- vitality -------------------------------------------------------------------------------------------------------


def attended(f: Forum, shares: dict[Actor, float]) -> float:
    """Attention that members give over what they would give by fair shares; without fair shares that given alone."""
    given = sum(i.power * i.attention.get(f, 0.0) for i in f.tenure)
    if not f.model.p.lifecycle_fair_share:
        return given
    fair = sum(i.power * shares[i] for i in f.tenure)
    return given / fair if fair > TOLERANCE else 0.0


def age(f: Forum, shares: dict[Actor, float]) -> None:
    """One forum's vitality, dormancy or revival, death."""
    model, p = f.model, f.model.p
    f.vitality = toward(f.vitality, attended(f, shares), p.lifecycle_rate)
    adult = model.t - f.founded > p.lifecycle_grace
    may_die = adult and f.mode != Mode.DECLARATION
    if (may_die and len(f.tenure) < p.lifecycle_minimum) or dies_without_choice(f):
        f.dissolve()
        return
    if f.status == Status.ALIVE and adult and f.vitality < p.lifecycle_dormant:
        f.status = Status.DORMANT
        model.write(Event.DORMANCY, forum=f, value=f.vitality)
    elif f.status == Status.DORMANT and f.vitality >= p.lifecycle_dormant:
        f.status = Status.ALIVE
        model.write(Event.REVIVAL, forum=f, value=f.vitality)
    if may_die and f.status == Status.DORMANT and model.stream(Purpose.NEGLECT).draw(f.row, 0) < p.lifecycle_death:
        f.dissolve()


def dies_without_choice(f: Forum) -> bool:
    """The hazard of those that were there before this step."""
    chance = f.model.stream(Purpose.HAZARD).draw(1 + f.row, 0)
    return f.founded < f.model.t and chance < f.model.p.lifecycle_hazard
