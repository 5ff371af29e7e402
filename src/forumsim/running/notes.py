"""What a user of Python should know though it is no mistake, as a warning; the command line prints it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario


class RunNote(UserWarning):
    """Something is as it was asked for, and perhaps not as it was meant: dates after the end of a run, say."""


def warn_of_late_dates(scenario: Scenario, steps: int) -> None:
    """Warn of what the scenario dates after the end of a run of so many steps; it names the caller of the caller."""
    sentence = scenario.after_end(steps)
    if sentence:
        warnings.warn(sentence, RunNote, stacklevel=3)
