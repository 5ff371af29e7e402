"""Events in words: one vocabulary for codebook, command line and page; it is in ``events.csv`` beside this file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from forumsim.core.terms import Event


class EventWords(NamedTuple):
    """What is said of a kind of event.

    Attributes
    ----------
    meaning : str
        What it says of its actor (and other, forum, issue).
    value : str
        What its value is.
    sentence : str
        One event told: {a} is the actor, {o} the other (an actor or a forum), {f} the forum, {i} the issue, {v} the
        value, {u} what the user did.
    short : str
        One event beside a mark; empty where it has none.
    plural : str
        Many of them, after their number; empty where they are not counted for the reader.
    """

    meaning: str
    value: str
    sentence: str
    short: str
    plural: str


with open(Path(__file__).with_name("events.csv"), encoding="utf-8", newline="") as _file:
    #: The words of every kind of event, in the order of their numbers.
    EVENT_WORDS = {Event[row.pop("event").upper()]: EventWords(**row) for row in csv.DictReader(_file)}

#: Events in which ``other`` is a forum.
BETWEEN_FORUMS = (Event.MERGER, Event.REGIME_SHIFT, Event.COMPETITIVE_CREATION)
