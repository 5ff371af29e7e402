"""Reputation: what an actor is known for, to those who have not dealt with it themselves."""

from __future__ import annotations

from forumsim.core.compilation import kernel


@kernel
def standing(p, trust, reputation):
    """How an applicant stands with members that trust it so far on average: T + wr (reputation - 1/2).

    Trust is what members have seen of it themselves, reputation how it keeps its commitments anywhere.
    """
    return trust + p.membership_reputation * (reputation - 0.5)
