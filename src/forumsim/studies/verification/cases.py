"""All known results, in the order of the table that ``forumsim verify`` prints."""

from __future__ import annotations

from forumsim.studies.verification import (
    competition,
    identities,
    invariance,
    landscape,
    meeting_drift,
    nulls,
    opinions,
    population,
    reassurance,
    tastes,
    tipping,
    trust,
    voting,
)
from forumsim.studies.verification.case import MARK, Case

_MODULES = (landscape, opinions, trust, reassurance, meeting_drift, tipping, tastes, competition, voting, population,
            identities, nulls, invariance)  # fmt: skip

CASES: tuple[Case, ...] = tuple(
    getattr(check, MARK) for module in _MODULES for check in vars(module).values() if hasattr(check, MARK)
)
