"""Events in words: one vocabulary for codebook, command line and page; it is in ``events.csv`` beside this file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from forumsim.core.terms import Event, Term


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
        value, {u} what the user did, {m} how a meeting went, {p} the parties of a crisis, {t} the term that decided.
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
#: What decided on a membership, in words.
TERM_WORDS = {
    Term.FIT: "fit of its charter",
    Term.RIVALRY: "gains of rivals",
    Term.TRUST: "trust in its members",
    Term.NETWORK: "its reach",
    Term.SOVEREIGNTY: "cost of hard law",
    Term.COST: "cost of any membership",
    Term.RED_LINE: "red line",
    Term.ENGAGEMENT: "own readiness",
    Term.HABIT: "habit",
    Term.RECIPROCITY: "support by its founder",
    Term.FEE: "cost of servicing it",
    Term.CONFLICT: "conflict with its others",
    Term.TASTE: "taste",
    Term.DATED: "as dated",
    Term.ADOPTION: "adopted without a vote",
    Term.MERGED: "a merger",
    Term.MOVE: "a move to another forum",
    Term.ACT: "your act",
}
