"""With whom a state talks, and whether it means it (section 7.4)."""

from __future__ import annotations

import math

from .actor import Actor, State, sig
from .draws import Stream


def draw_partner(i: State, stream: Stream, place: int) -> State | None:
    """In proportion to sqrt(w), or the most distant of four such candidates."""
    candidates = [draw_candidate(i, stream.draw(i.row, place + 1))]
    if stream.draw(i.row, place) < i.model.p.dialogue_bridging:
        candidates += [draw_candidate(i, stream.draw(i.row, place + 1 + c)) for c in (1, 2, 3)]
    if None in candidates:
        return None
    return max(candidates, key=lambda j: i.gap(j, i.model.issues))  # the earlier of equals


def draw_candidate(i: State, u: float) -> State | None:
    """One of the other states by running sums of sqrt(w); none if no other has power."""
    others = [j for j in i.model.states if j is not i]
    aim = u * sum(math.sqrt(j.power) for j in others)
    running = 0.0
    for j in others:
        running += math.sqrt(j.power)
        if aim < running:
            return j
    return None


def chance_genuine(i: Actor, j: Actor, base: float) -> float:
    """sig(base + kT (T_ij - 1/2) + kh (2 h_ij - 1)), h_ij nearer to 1 among allies."""
    p = i.model.p
    sincerity = min(1, i.sincerity * p.sincerity_scale) if p.sincerity_level is None else p.sincerity_level
    if i.baseline[j] > 1 / 2:
        sincerity = 1 - (1 - sincerity) * (1 - p.dialogue_candour * (2 * i.baseline[j] - 1))
    return sig(base + p.dialogue_trust_weight * (i.trust[j] - 0.5) + p.dialogue_sincerity_weight * (2 * sincerity - 1))
