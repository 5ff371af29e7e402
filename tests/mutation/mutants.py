"""The list of mutants: mistakes that a programmer might make, in every rule, measure, draw and the schedule.

They were chosen by reading the program, not by what a test would notice: a sign, a bound (< for <=), an index (i for
j), a missing term, a wrong parameter, one step too many, a forgotten `outdate`, a wrong denominator, a dropped
condition.
"""

from __future__ import annotations

from itertools import chain

import mutants_compliance
import mutants_dialogue
import mutants_founding
import mutants_measures
import mutants_membership
import mutants_shocks
import mutants_state
import mutants_totals
import mutants_utility
from mutant import Mutant

_PARTS = (
    mutants_shocks, mutants_dialogue, mutants_compliance, mutants_membership, mutants_founding, mutants_utility,
    mutants_state,    mutants_measures, mutants_totals,
)  # fmt: skip

MUTANTS: tuple[Mutant, ...] = tuple(chain.from_iterable(part.MUTANTS for part in _PARTS))


def sample(number: int) -> tuple[Mutant, ...]:
    """That many mutants, evenly spread over the list and always the same."""
    number = min(number, len(MUTANTS))
    return tuple(MUTANTS[place * len(MUTANTS) // number] for place in range(number))
