"""Conduct since the start of the run: genuine talk, words without deeds, commitments kept."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure
from forumsim.core.terms import Event, Tally


def _measure(name: str, label: str, formula: str, reference: str, per_issue: bool, description: str) -> Measure:
    return Measure(name, label, "share", 0.0, 1.0, formula, reference, "conduct", per_issue, description)


MEASURES = (
    _measure("genuine_share", "Genuine engagement", "genuine sides / sides of all meetings so far", "forumsim", False,
             "Share of meetings' sides that were meant. Missing before the first meeting."),
    _measure("words_without_deeds", "Words without deeds",
             "declarations that no deeds followed / declarations fallen due", "forumsim", True,
             "A joint declaration falls due after dialogue.deeds_within steps or when deeds follow. Missing before "
             "the first."),
    _measure("compliance", "Compliance", "commitments kept / commitments", "forumsim", False,
             "Over members, forums and steps so far. Missing before the first."),
    _measure("general_obligation", "General obligation",
             "commitments kept / commitments, of members whose own utility is negative", "Krasner 1982", False,
             "Obligation that outlasts interest. Missing as long as nobody was held unwillingly."),
)  # fmt: skip
GENUINE, WORDS, COMPLIANCE, OBLIGATION = range(4)


@kernel
def share(part, whole):
    """Part of a whole, NaN when the whole is 0."""
    return part / whole if whole > 0 else np.nan


@kernel
def fill(out, meetings, tally):
    """Fill the family's columns."""
    last = out.shape[0] - 1
    for k in range(out.shape[0]):
        words, deeds = tally[k, Event.WORDS], tally[k, Event.DEEDS]
        out[k, WORDS] = share(words, words + deeds)
    kept, broken = meetings[Tally.KEPT], meetings[Tally.BROKEN]
    out[last, GENUINE] = share(meetings[Tally.GENUINE], meetings[Tally.SIDES])
    out[last, COMPLIANCE] = share(kept, kept + broken)
    out[last, OBLIGATION] = share(meetings[Tally.KEPT_UNWILLINGLY], meetings[Tally.UNWILLING])
