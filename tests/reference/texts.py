"""Declarations when they open and series at each edition: who signs (section 7.7, "A text is decided")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Mode, Term

from .actor import Actor

if TYPE_CHECKING:
    from .forum import Forum
    from .model import ReferenceModel

#: What a text was worth to those who have changed their minds about it, and what decided.
Reasons = dict[Actor, tuple[float, Term]]


def decide_texts(model: ReferenceModel, order: list[Actor]) -> None:
    """Forum by forum, dormant ones too."""
    for f in model.live_forums():
        opens = f.mode != Mode.STANDING and f.founded == f.edition == model.t
        if opens and f.is_adopted_without_vote:
            adopt(f, order)
        elif opens:
            open_for_signature(f, order)
        elif f.mode == Mode.SERIES and model.t - f.edition >= f.period:
            hold_edition(f, order)


def adopt(f: Forum, order: list[Actor]) -> None:
    """All who are admitted are bound, but those who object."""
    for i in order:
        if i not in f.tenure and f.admits(i):
            value = i.net_utility(f) + i.taste_for(f)
            if value > -f.model.p.membership_objection:
                i.join(f, value, Term.ADOPTION)


def open_for_signature(f: Forum, order: list[Actor]) -> None:
    """Its founders have signed; the others sign in waves, and who has signed has signed."""
    founders, reasons = set(f.tenure), {}
    for _ in range(int(f.model.p.membership_waves)):
        for i in order:
            if i not in f.tenure and i.wants(f, i.net_utility(f)) and f.admits(i):
                reasons[i] = reason(i, f, comes=True)
                f.tenure[i] = 0
    tell(f, founders, reasons)


def hold_edition(f: Forum, order: list[Actor]) -> None:
    """All decide anew in waves; those of the last edition are in until they say otherwise."""
    f.edition = f.model.t
    last, reasons = dict(f.tenure), {}
    f.habit = set(last)
    f.model.write(Event.EDITION, actor=f.founder, forum=f)
    for _ in range(int(f.model.p.membership_waves)):
        for i in order:
            wanted = i.wants(f, i.net_utility(f))
            if i in f.tenure and not wanted:
                reasons[i] = reason(i, f, comes=False)
                del f.tenure[i]
            elif i not in f.tenure and wanted and f.admits(i):
                reasons[i] = reason(i, f, comes=True)
                f.tenure[i] = last.get(i, 0)
    tell(f, set(last), reasons)


def reason(i: Actor, f: Forum, comes: bool) -> tuple[float, Term]:
    """Value and decisive term at the moment of the decision."""
    return i.net_utility(f) + i.taste_for(f), i.decisive_term(f, speaks_for=comes)


def tell(f: Forum, before: set[Actor], reasons: Reasons) -> None:
    """Who has come and who has gone, when all have decided."""
    for i in f.model.actors:
        comes, goes = i in f.tenure.keys() - before, i in before - f.tenure.keys()
        if comes or goes:
            value, term = reasons[i]
            f.model.write(Event.JOIN if comes else Event.NOT_RENEWED, actor=i, forum=f, value=value, term=term)
        if comes:
            f.thank_signatory(i)
        elif goes:
            i.turn_away_from(f)
