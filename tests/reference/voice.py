"""Voice: proposals, votes, change of regimes (section 7.6)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from forumsim.core.terms import Decision, Event, Mode, Status

from .actor import State, sig, toward
from .draws import Purpose
from .forum import TOLERANCE, Forum, Terms

if TYPE_CHECKING:
    from .model import ReferenceModel


def raise_voices(model: ReferenceModel) -> None:
    """At most one proposal in each forum."""
    for f in model.forums:
        if f.status == Status.ALIVE and f.mode != Mode.DECLARATION:
            aggregate(f)
            if model.stream(Purpose.VOICE_PROPOSER).draw(f.row, 0) < model.p.voice_rate:
                consider_proposal(f)


def aggregate(f: Forum) -> None:
    """The charter moves toward the members' power-weighted mean position (Aggregator)."""
    share, power = f.model.p.voice_aggregation, f.power()
    if share > 0 and power > 0:
        for k in f.mandate:
            mean = sum(i.power * i.position[k] for i in f.tenure) / power
            f.charter[k] = toward(f.charter[k], mean, share)


def consider_proposal(f: Forum) -> None:
    """One proposal and the vote on it."""
    i = draw_proposer(f)
    proposal = None if i is None else best_proposal(i, f)
    if proposal is None:
        return
    voters = [j for j in f.members() if j.is_state]
    support = {j: j is i or supports(j, i, f, proposal) for j in voters}
    for j in voters:
        if j is not i:
            i.ledger[j] = toward(i.ledger[j], 1 if support[j] else -1, f.model.p.voice_ledger_step)
    if passes(f, support) and (proposal.legalization >= f.legalization or may_be_lowered(f, support)):
        adopt(f, i, proposal)
    else:
        f.model.write(Event.REJECTION, actor=i, forum=f, value=proposal.legalization - f.legalization)


def draw_proposer(f: Forum) -> State | None:
    """A dissatisfied state among the members, in proportion to power and attention."""
    tolerance = f.model.p.aspiration_tolerance
    dissatisfied = [i for i in f.members() if i.is_state and i.utility(f) < i.aspiration - tolerance]
    weights = {i: i.power * i.attention.get(f, 0.0) for i in dissatisfied}
    aim = f.model.stream(Purpose.VOICE_PROPOSER).draw(f.row, 1) * sum(weights.values())
    running = 0.0
    for i, weight in weights.items():
        running += weight
        if aim < running:
            return i
    return None


def best_proposal(i: State, f: Forum) -> Terms | None:
    """What is best for the proposer: charter, less law, more law; none if nothing helps."""
    p = i.model.p
    step = p.voice_charter_step
    if i.model.t <= f.movable_until:
        step *= p.founding_accommodation_factor
    nearer = list(f.charter)
    for k in f.mandate:
        nearer[k] = toward(f.charter[k], i.position[k], min(1, step))
    options = [
        changed(f, charter=nearer),
        changed(f, legalization=max(0.0, f.legalization - p.voice_law_step)),
    ]
    if principles_are_accepted(f):
        options.append(changed(f, legalization=min(1.0, f.legalization + p.voice_law_step)))
    best = max(options, key=lambda terms: calm_utility(i, terms, f))
    return best if calm_utility(i, best, f) > calm_utility(i, f, f) else None


def principles_are_accepted(f: Forum) -> bool:
    """Enough of the members' power and enough member states find the charter within d0 and their red lines."""
    p = f.model.p
    states = [i for i in f.members() if i.is_state]
    accept = [i for i in states if i.distance(f) <= p.utility_fit_scale and not i.finds_beyond_red_line(f)]
    by_power = sum(i.power for i in accept) >= p.voice_acceptance * sum(i.power for i in states) - TOLERANCE
    return by_power and len(accept) >= p.voice_acceptance * len(states) - TOLERANCE


def changed(f: Forum, charter: list[float] | None = None, legalization: float | None = None) -> Terms:
    """The forum as it would be."""
    law = f.legalization if legalization is None else legalization
    return Terms(f.mandate, f.charter if charter is None else charter, law, f.tenure, f.mode, f.habit)


def calm_utility(i: State, terms: Terms, f: Forum) -> float:
    """u with red lines aside; realists take the others' gains as they are before the vote."""
    return i.utility(terms, red_lines=False, others_of=f)


def supports(j: State, i: State, f: Forum, proposal: Terms) -> bool:
    """Vote of j on i's proposal."""
    p = j.model.p
    beyond, was_beyond = j.finds_beyond_red_line(proposal), j.finds_beyond_red_line(f)
    if p.voice_gain > 0 and beyond != was_beyond:
        return was_beyond
    gain = calm_utility(j, proposal, f) - calm_utility(j, f, f)
    chance = sig(p.voice_gain * gain + p.voice_reciprocity * j.ledger[i])
    return j.model.stream(Purpose.VOICE_SUPPORT).draw(f.row, j.row) < chance


def passes(f: Forum, support: dict[State, bool]) -> bool:
    """The decision rule of the forum."""
    if f.decision == Decision.CONSENSUS:
        return all(support.values())
    if f.decision == Decision.VETO and not all(support[j] for j in support if j in f.veto):
        return False
    weights = {j: j.power if f.decision == Decision.WEIGHTED else 1.0 for j in support}
    share = sum(weights[j] for j in support if support[j]) / sum(weights.values())
    if f.quota == 0.5:
        return share > 0.5 + TOLERANCE
    return share >= f.quota - TOLERANCE


def may_be_lowered(f: Forum, support: dict[State, bool]) -> bool:
    """The supermajority that lower law needs under every rule, by power where votes are weighted."""
    quota = f.model.p.voice_dilution_quota
    if quota == 0:
        return True
    weights = {j: j.power if f.decision == Decision.WEIGHTED else 1.0 for j in support}
    total = sum(weights.values())
    return total > 0 and sum(weights[j] for j in support if support[j]) >= quota * total - TOLERANCE


def adopt(f: Forum, i: State, proposal: Terms) -> None:
    """The change takes effect; beyond the old regime it is one of the regime (Krasner 1982)."""
    i.heard = f.model.t
    if proposal.legalization != f.legalization:
        f.model.write(Event.LEGALIZATION, actor=i, forum=f, value=proposal.legalization - f.legalization)
        f.legalization = proposal.legalization
        return
    move = rms(proposal.charter, f.charter, f.mandate)
    f.charter = proposal.charter
    kind = Event.CHANGE_WITHIN_REGIME
    if rms(f.charter, f.status_quo, f.mandate) > f.model.p.voice_regime_change:
        kind = Event.CHANGE_OF_REGIME
        f.status_quo = list(f.charter)
    f.model.write(kind, actor=i, forum=f, value=move)


def rms(x: list[float], y: list[float], issues: tuple[int, ...]) -> float:
    """Root mean square distance over some issues."""
    return math.sqrt(sum((x[k] - y[k]) ** 2 for k in issues) / len(issues))
