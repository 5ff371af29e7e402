"""All known results, in the order of the table that ``forumsim verify`` prints."""

from __future__ import annotations

from forumsim.studies.verification import (
    competition,
    identities,
    landscape,
    meeting_drift,
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
    *meeting_drift.CASES,
    *tipping.CASES,
    *tastes.CASES,
    *competition.CASES,
    *voting.CASES,
    *population.CASES,
    *identities.CASES,
)
