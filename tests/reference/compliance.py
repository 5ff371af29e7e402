"""Compliance, who sees it, words and deeds (section 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumsim.core.terms import Event, Status, Tally

from .actor import Actor, State, sig, toward
from .draws import Purpose, Stream

if TYPE_CHECKING:
    from .dialogue import Declaration
    from .forum import Forum
    from .model import ReferenceModel


def comply(model: ReferenceModel) -> None:
    """All decide; then co-members see some of it; then joint declarations are settled."""
    alive = [f for f in model.forums if f.status == Status.ALIVE]
    decided = {(f, i): keeps_commitments(i, f) for f in alive for i in f.members() if i.is_state}
    for (f, i), kept in decided.items():
        be_seen(i, f, kept)
    settle(model)


def keeps_commitments(i: State, f: Forum) -> bool:
    """Whether a member keeps what a forum asks."""
    p, law, fit = i.model.p, f.legalization, i.fit(f)
    _, trust = i.reach_and_trust(f)
    kept = i.model.stream(Purpose.COMPLIANCE).draw(f.row, i.row) < sig(
        p.compliance_base
        + p.compliance_fit * fit
        + p.compliance_law * law
        + p.compliance_trust * (trust - 0.5)
        - p.compliance_misfit * law * (1 - fit)
    )
    i.reputation = toward(i.reputation, kept, p.compliance_reputation_rate)
    count = i.model.meetings
    count[Tally.KEPT if kept else Tally.BROKEN] += 1
    if i.utility(f) < 0:
        count[Tally.UNWILLING] += 1
        count[Tally.KEPT_UNWILLINGLY] += kept
    return kept


def be_seen(i: State, f: Forum, kept: bool) -> None:
    """Each other member may see it and trusts i more or less; nothing moves the trust of realists."""
    model, p = i.model, i.model.p
    if p.realist:
        return
    chance = min(1, p.compliance_visibility + p.compliance_visibility_law * f.legalization) * f.freshness()
    own_stream = Stream(model.stream(Purpose.SEEN).word(f.row, i.row))
    for j in f.members():
        if j is not i and own_stream.happens_of_16_bits(0, j.row, chance):
            if kept:
                j.trust[i] = toward(j.trust[i], 1, p.compliance_trust_gain)
                note_deed(model, i, j, f)
            else:
                j.trust[i] = toward(j.trust[i], 0, min(1, p.compliance_penalty * p.compliance_trust_gain))


def note_deed(model: ReferenceModel, i: Actor, j: Actor, f: Forum) -> None:
    """J saw i keep its commitments in f: note it in their joint declarations on the issues that f covers."""
    for declaration in model.pending:
        if {i, j} == set(declaration.pair) and declaration.issue in f.mandate:
            declaration.saw.add(j)


def settle(model: ReferenceModel) -> None:
    """Deeds once each has seen the other keep its word, words when the time is up."""
    model.pending = [declaration for declaration in model.pending if not is_settled(model, declaration)]


def is_settled(model: ReferenceModel, declaration: Declaration) -> bool:
    """Log the end of a joint declaration, if it is the end."""
    i, j = declaration.pair
    age = model.t - declaration.step
    if declaration.saw == {i, j}:
        model.write(Event.DEEDS, actor=i, other=j, issue=declaration.issue, value=age)
        return True
    if age >= model.p.dialogue_deeds_within:
        model.write(Event.WORDS, actor=i, other=j, issue=declaration.issue, value=age)
        return True
    return False
