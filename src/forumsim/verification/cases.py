"""All known results, in the order of the table that ``forumsim verify`` prints."""

from __future__ import annotations

from forumsim.verification import competition, identities, landscape, opinions, population, tipping, trust, voting
from forumsim.verification.case import Case

CASES: tuple[Case, ...] = (
    *landscape.CASES,
    *opinions.CASES,
    *trust.CASES,
    *tipping.CASES,
    *competition.CASES,
    *voting.CASES,
    *population.CASES,
    *identities.CASES,
)
