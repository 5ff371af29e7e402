"""The event log: a row an event, totals by issue, and no writing beyond its end."""

import numpy as np
import pytest
from small_worlds import add_forum, world_of

from forumsim.core.schedule import make_room
from forumsim.core.state.log import log, log_membership
from forumsim.core.terms import EVENTS, STEP, Event, Term


def test_an_event_is_a_row_and_counts_for_its_issues():
    world = world_of(3, forums=2, issues=3)
    add_forum(world, 1, mandate=[True, False, True])
    world.clock[STEP] = 7
    log(world, Event.JOIN, 2, -1, 1, -1, 0.5)  # the issues of the forum
    log(world, Event.DECLARATION, 0, 1, -1, 1, 0.25)  # the issue named
    log(world, Event.SUMMIT, 0, -1, -1, -1, 0.0)  # no issue at all
    assert world.log().tolist() == [
        (7, Event.JOIN, 2, -1, 1, -1, 0.5, Term.NONE),
        (7, Event.DECLARATION, 0, 1, -1, 1, 0.25, Term.NONE),
        (7, Event.SUMMIT, 0, -1, -1, -1, 0.0, Term.NONE),
    ]
    assert world.tally[:, Event.JOIN].tolist() == [1, 0, 1, 1]
    assert world.tally[:, Event.DECLARATION].tolist() == [0, 1, 0, 1]
    assert world.tally[:, Event.SUMMIT].tolist() == [0, 0, 0, 1]


def test_an_event_of_a_membership_names_the_term_that_decided():
    world = world_of(1)
    world.events["term"] = 9  # what an earlier log has left
    log_membership(world, Event.EXIT, 0, 0, -0.5, Term.CONFLICT)
    log(world, Event.SUMMIT, 0, -1, -1, -1, 0.0)
    assert world.log()[["kind", "actor", "forum", "value", "term"]].tolist() == [
        (Event.EXIT, 0, 0, -0.5, Term.CONFLICT),
        (Event.SUMMIT, 0, -1, 0.0, Term.NONE),
    ]


def test_a_full_log_is_an_error_and_room_can_be_made():
    world = world_of(2)
    world.events = world.events[:2].copy()
    log(world, Event.EXIT, 0, -1, -1, -1, 1.0)
    log(world, Event.EXIT, 1, -1, -1, -1, 2.0)
    with pytest.raises(IndexError, match="make_room"):
        log(world, Event.EXIT, 1, -1, -1, -1, 3.0)
    assert world.clock[EVENTS] == 2
    make_room(world)
    log(world, Event.EXIT, 1, -1, -1, -1, 3.0)
    assert np.array_equal(world.log()["value"], [1.0, 2.0, 3.0])


def test_an_event_of_an_issue_does_not_count_for_the_rest_of_its_forums_mandate():
    world = world_of(2, forums=1, issues=3)
    add_forum(world, 0)
    log(world, Event.LEGALIZATION, 0, -1, 0, 1, 0.1)
    assert world.tally[:, Event.LEGALIZATION].tolist() == [0, 1, 0, 1]
