"""All known results, in the order of the table that ``forumsim verify`` prints."""

from __future__ import annotations

from forumsim.studies.verification import (
    competition,
    identities,
    landscape,
    opinions,
    population,
    tastes,
    tipping,
    trust,
    voting,
)
from forumsim.studies.verification.case import Case

CASES: tuple[Case, ...] = (
    *landscape.CASES,
    *opinions.CASES,
    *trust.CASES,
    *tipping.CASES,
    *tastes.CASES,
    *competition.CASES,
    *voting.CASES,
    *population.CASES,
    *identities.CASES,
)
