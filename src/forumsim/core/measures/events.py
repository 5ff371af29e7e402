"""What has happened since the start of the run: running totals of the event log."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import INF, Measure
from forumsim.core.terms import Event

_WHEN = " since the start. An event of a forum counts for each issue of its mandate, once in the pooled row."


def _measure(name: str, label: str, description: str, reference: str = "forumsim") -> Measure:
    return Measure(name, label, "count", 0.0, INF, "number since the start", reference, "events", True,
                   description + _WHEN)  # fmt: skip


MEASURES = (
    _measure("joins", "Joins", "Memberships taken up"),
    _measure("exits", "Exits", "Memberships given up"),
    _measure("foundings", "Foundings", "Forums that actors founded"),
    _measure("deaths", "Deaths", "Forums dissolved"),
    _measure("mergers", "Mergers", "Forums merged into another"),
    _measure("regime_shifts", "Regime shifts", "Moves of an actor's focus to a forum in conflict with the last",
             "Morse & Keohane 2014"),
    _measure("competitive_creations", "Competitive creations", "Forums founded against another",
             "Morse & Keohane 2014"),
    _measure("declarations", "Joint declarations", "Declarations after genuine talks between governments"),
)  # fmt: skip

#: Kind of event behind each column.
COUNTED = np.array(
    [
        Event.JOIN,
        Event.EXIT,
        Event.FOUNDING,
        Event.DISSOLUTION,
        Event.MERGER,
        Event.REGIME_SHIFT,
        Event.COMPETITIVE_CREATION,
        Event.DECLARATION,
    ],
    dtype=np.int64,
)


@kernel
def fill(out, tally):
    """Fill the family's columns."""
    for k in range(out.shape[0]):
        for column in range(COUNTED.shape[0]):
            out[k, column] = tally[k, COUNTED[column]]
