"""Lifecycle: mergers, vitality, death, dormancy, revival (section 7.9)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Form, Mode, Status, Term

from .actor import toward
from .draws import Purpose
from .forum import TOLERANCE, Forum

if TYPE_CHECKING:
    from .model import ReferenceModel


def live_and_die(model: ReferenceModel) -> None:
    """Mergers pair by pair, then forum by forum."""
    for f, g in combinations(model.forums, 2):
        if may_merge(f, g) and model.stream(Purpose.MERGER).draw(f.row, g.row) < model.p.lifecycle_merge:
            if g.power() > f.power() + TOLERANCE:
                merge(g, f)
            else:
                merge(f, g)
    for f in model.live_forums():
        age(f)


# --- mergers --------------------------------------------------------------------------------------------------------


def may_merge(f: Forum, g: Forum) -> bool:
    """Two live standing forums with the same mandate, like charters and many common members, neither bilateral."""
    p = f.model.p
    if Form.BILATERAL in (f.form, g.form):
        return False
    if not (f.is_live and g.is_live and f.mode == g.mode == Mode.STANDING and f.mandate == g.mandate):
        return False
    common, all_of_both = f.tenure.keys() & g.tenure.keys(), f.tenure.keys() | g.tenure.keys()
    if not all_of_both or f.conflict(g) >= p.lifecycle_merge_conflict:
        return False
    return len(common) / len(all_of_both) > p.lifecycle_merge_overlap


def merge(f: Forum, g: Forum) -> None:
    """F takes in g."""
    model = f.model
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


def age(f: Forum) -> None:
    """One forum's vitality, death, dormancy or revival."""
    model, p = f.model, f.model.p
    f.vitality = toward(f.vitality, sum(i.power * i.attention.get(f, 0.0) for i in f.tenure), p.lifecycle_rate)
    f.weak = f.weak + 1 if f.vitality < p.lifecycle_death else 0
    adult = model.t - f.founded > p.lifecycle_grace
    if dies(f, adult):
        f.dissolve()
    elif f.status == Status.ALIVE and adult and f.vitality < p.lifecycle_dormant:
        f.status = Status.DORMANT
        model.write(Event.DORMANCY, forum=f, value=f.vitality)
    elif f.status == Status.DORMANT and f.vitality >= p.lifecycle_dormant:
        f.status = Status.ALIVE
        model.write(Event.REVIVAL, forum=f, value=f.vitality)


def dies(f: Forum, adult: bool) -> bool:
    """Of weakness or loneliness, or without choice."""
    model, p = f.model, f.model.p
    forsaken = f.weak >= p.lifecycle_lingering or len(f.tenure) < p.lifecycle_minimum
    if adult and forsaken and f.mode != Mode.DECLARATION:
        return True
    chance = model.stream(Purpose.HAZARD).draw(1 + f.row, 0)
    return f.founded < model.t and chance < p.lifecycle_hazard
