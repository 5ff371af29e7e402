"""What a user of Python should know though it is no mistake, as a warning; the command line prints it."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forumsim.scenarios import Scenario


class RunNote(UserWarning):
    """Something is as it was asked for, and perhaps not as it was meant: dates after the end of a run, say."""


@contextlib.contextmanager
def without_notes() -> Iterator[None]:
    """For runs that are done again: what is to be known of them was said the first time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RunNote)
        yield


def warn_of_late_dates(scenario: Scenario, steps: int) -> None:
    """Warn of what the scenario dates after the end of a run of so many steps; it names the caller of the caller."""
    sentence = scenario.after_end(steps)
    if sentence:
        warnings.warn(sentence, RunNote, stacklevel=3)


def no_effect(number: int, entry: Mapping[str, Any], runs: str = "") -> str:
    """The sentence on an intervention of which nothing came, in one run or in ``runs``."""
    what = f"intervention {number} ({entry['act']}, step {entry['step']})"
    return f"{what} had no effect{runs}: nothing was there to change"


def warn_of_no_effect(number: int, entry: Mapping[str, Any], part: str) -> None:
    """Warn of an intervention of a plan of which nothing came in any run; it names the caller of the caller."""
    warnings.warn(no_effect(number, entry, f" in any run{f' of part {part}' if part else ''}"), RunNote, stacklevel=3)
