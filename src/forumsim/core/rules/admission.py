"""Admission: whom a forum lets in, by its gate and by what its members think of the applicant."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.state.reputation import standing
from forumsim.core.state.value import NOBODY
from forumsim.core.terms import Admission, Kind


@kernel
def passes_gate(world, f, i):
    """Whether i meets the declared attributes of an invitation: list, other forum, capability, value."""
    if not world.listed[f, i]:
        return False
    other = world.gate_forum[f]
    if other >= 0 and not world.member[other, i]:
        return False
    if world.kind[i] == Kind.STATE and world.power[i] < world.gate_power[f]:
        return False
    k = world.gate_issue[f]
    return k < 0 or world.gate_low[f] <= world.position[i, k] <= world.gate_high[f]


@kernel
def admitted(world, p, f, i):
    """Whether the forum would let i in now: open always; else by gate, and the members' trust in i with its reputation.

    To their trust adds what i has done for them, their ledgers.

    Hard law is for states: above ``membership.nonstate_law`` no non-state actor is let in.
    """
    if world.kind[i] == Kind.NONSTATE and world.legalization[f] > p.membership_nonstate_law:
        return False
    if world.admission[f] == Admission.OPEN:
        return True
    if world.admission[f] == Admission.INVITATION and not passes_gate(world, f, i):
        return False
    if world.weight_in[f] <= NOBODY:
        return True
    members = np.empty(world.power.shape[0], dtype=np.int64)
    number = 0
    for j in range(members.shape[0]):
        members[number] = j
        number += world.member[f, j]  # no branch to mispredict: a third of the time
    trust = 0.0
    for place in range(number):
        j = members[place]
        trust += world.power[j] * (world.trust[j, i] + p.membership_goodwill * world.ledger[j, i])
    return standing(p, trust / world.weight_in[f], world.reputation[i]) >= world.approval[f] - NOBODY
