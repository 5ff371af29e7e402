"""The words of the model as numbers: kinds of actor and forum, events, shocks, and the columns of the tables.

No number here is ever given another meaning: event logs and results refer to them.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Kind(IntEnum):
    """What an actor is in law: a state has power and a vote, a non-state actor has influence."""

    STATE = 0
    NONSTATE = 1


class Role(IntEnum):
    """What an actor is in the politics of the issue."""

    MAJOR = 0
    STATE = 1
    UNION = 2
    FIRM = 3
    NGO = 4
    EPISTEMIC = 5


class Status(IntEnum):
    """Life of a forum slot. Dormant forums are alive on paper only (Gray 2018)."""

    EMPTY = 0
    ALIVE = 1
    DORMANT = 2
    DISSOLVED = 3
    MERGED = 4


class Mode(IntEnum):
    """When membership is decided: at any step, once at the opening, or anew at each edition."""

    STANDING = 0
    DECLARATION = 1
    SERIES = 2


class Admission(IntEnum):
    """Who is let in: everybody, whom the members trust, or whom gate and members let pass."""

    OPEN = 0
    APPROVAL = 1
    INVITATION = 2


class Decision(IntEnum):
    """How a forum decides on a proposal."""

    CONSENSUS = 0
    MAJORITY = 1
    WEIGHTED = 2
    VETO = 3


#: In a World's ``decision``: a function of the user decides (`forumsim.extensions.decision_rule`).
OWN_DECISION = 100


class Form(IntEnum):
    """A label that sets defaults in scenarios. Rules know two: bilateral is between two parties, without mergers, and
    universal forums are no rivals of others.
    """

    UNIVERSAL = 0
    CLUB = 1
    BILATERAL = 2
    SUMMIT = 3
    ALLIANCE = 4
    LAW = 5
    DECLARATION = 6
    STUDY_GROUP = 7


class Event(IntEnum):
    """Kinds of row in the event log. A kind is never renumbered."""

    JOIN = 0
    EXIT = 1
    FOUNDING = 2
    DISSOLUTION = 3
    MERGER = 4
    DORMANCY = 5
    REVIVAL = 6
    REGIME_SHIFT = 7
    COMPETITIVE_CREATION = 8
    DECLARATION = 9
    DEEDS = 10
    WORDS = 11
    CHANGE_OF_REGIME = 12
    CHANGE_WITHIN_REGIME = 13
    LEGALIZATION = 14
    REJECTION = 15
    RED_LINE = 16
    OPENING = 17
    EDITION = 18
    CONFIDENCE_BUILDING = 19
    CRISIS = 20
    TECHNOLOGY = 21
    LEADERSHIP = 22
    SANCTION = 23
    VIOLATION = 24
    SUMMIT = 25
    INTERVENTION = 26
    NO_EFFECT = 27
    MEETING = 28
    SANCTION_LIFTED = 29
    NOT_RENEWED = 30


class Term(IntEnum):
    """What decided on a membership: the largest of the terms that spoke for a join, or against one that ended."""

    NONE = 0
    FIT = 1
    RIVALRY = 2
    TRUST = 3
    NETWORK = 4
    SOVEREIGNTY = 5
    COST = 6
    RED_LINE = 7
    ENGAGEMENT = 8
    HABIT = 9
    RECIPROCITY = 10
    FEE = 11
    CONFLICT = 12
    TASTE = 13
    #: No term of a utility: a date, a text adopted without a vote, a merger, a move to another forum, an act of a user.
    DATED = 14
    ADOPTION = 15
    MERGED = 16
    MOVE = 17
    ACT = 18


class Shock(IntEnum):
    """Kinds of dated shock that a scenario or a user may put into a run."""

    CRISIS = 0
    TECHNOLOGY = 1
    LEADERSHIP = 2
    SANCTION = 3
    VIOLATION = 4
    SUMMIT = 5
    OPENING = 6
    CLOSING = 7
    RED_LINE = 8
    LEAVE = 9


class Conduct(IntEnum):
    """How a side met the other; the value of an event `MEETING` is 100 track + 10 that of the actor + the other's."""

    SEEN_THROUGH = 0
    UNSEEN = 1
    GENUINE = 2


class Tally(IntEnum):
    """Running totals that measures read, in the columns of ``World.meetings``."""

    SIDES = 0
    GENUINE = 1
    DETECTED = 2
    MEETINGS = 3
    KEPT = 4
    BROKEN = 5
    KEPT_UNWILLINGLY = 6
    UNWILLING = 7


#: Places of the scalars in ``World.clock``.
STEP, EVENTS, SLOTS, PENDING, STALE = 0, 1, 2, 3, 4
CLOCK_SIZE = 5

EVENT_DTYPE = np.dtype(
    [
        ("step", "i4"),
        ("kind", "i4"),
        ("actor", "i4"),
        ("other", "i4"),
        ("forum", "i4"),
        ("issue", "i4"),
        ("value", "f8"),
        ("term", "i8"),
    ]
)
#: ``until`` is the step at which a sanction is lifted, ``left`` the share of the baseline that it has left while it is
#: in force, 0 before and after; of other kinds neither is read.
SHOCK_DTYPE = np.dtype(
    [
        ("step", "i4"),
        ("kind", "i4"),
        ("actor", "i4"),
        ("other", "i4"),
        ("forum", "i4"),
        ("issue", "i4"),
        ("size", "f8"),
        ("until", "i4"),
        ("left", "f8"),
    ]
)
#: Most actors that may host a channel, and a channel that nobody hosts.
MOST_HOSTS = 4
NO_HOST = (-1,) * MOST_HOSTS
#: A dated dialogue between two actors; ``scaled`` = 1 when the dialogue level applies to its rate as well; ``host`` are
#: the non-state actors that convene it, -1 none.
CHANNEL_DTYPE = np.dtype(
    [
        ("first", "i4"),
        ("last", "i4"),
        ("track", "i4"),
        ("actor", "i4"),
        ("other", "i4"),
        ("scaled", "i4"),
        ("rate", "f8"),
        ("host", "i4", (MOST_HOSTS,)),
    ]
)
#: A joint declaration that waits for deeds; ``seen`` bit 1: the other saw the actor keep its word, bit 2: the reverse.
PENDING_DTYPE = np.dtype([("step", "i4"), ("actor", "i4"), ("other", "i4"), ("issue", "i4"), ("seen", "i4")])
PENDING_SLOTS = 1024
