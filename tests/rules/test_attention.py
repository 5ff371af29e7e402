"""Attention: which forum is the focus, when a change of it is regime shifting, what satisfies."""

import math

import pytest
from small_worlds import PLAIN, add_forum, events_of, ready, record, world_of

from forumsim.core.rules.attention import attend, satisfy
from forumsim.core.terms import Event

FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 0.5}


def member_of(*charters, position=0.25, slots=4):
    """One actor in forums with these charters."""
    world = world_of(1, forums=slots)
    world.position[0, 0] = position
    for f, charter in enumerate(charters):
        add_forum(world, f, [0], charter=charter)
    return world


@pytest.mark.parametrize(("charters", "best"), [((0.5, 0.25, 0.75), 1.0), ((0.75, 0.5), 0.5), ((), 0.0)])
def test_the_best_forum_satisfies_and_none_is_nothing(charters, best):
    p = record(FIT)
    world = ready(member_of(*charters), p)
    world.satisfaction[0] = 99.0
    satisfy(world, p, 0)
    assert world.satisfaction[0] == best
    world.satisfaction[0] = 99.0
    attend(world, p)
    assert world.satisfaction[0] == best


def test_forums_beyond_a_red_line_get_no_attention_and_do_not_satisfy():
    p = record(FIT)
    world = member_of(0.75, 0.5)
    world.red_line[0, 0] = 0.3
    attend(ready(world, p), p)
    assert world.attention[:2, 0].tolist() == [0.0, 1.0] and world.satisfaction[0] == 0.5 and world.focal[0] == 1
    world.red_line[0, 0] = 0.1
    attend(ready(world, p), p)
    assert not world.attention.any() and world.satisfaction[0] == 0.0 and world.focal[0] == -1
    satisfy(world, p, 0)
    assert world.satisfaction[0] == 0.0 and not math.isinf(world.satisfaction[0])


def test_the_focus_is_the_first_of_equal_forums():
    p = record(FIT)
    world = member_of(0.75, 0.5, 0.0, 0.5)  # distances .5, .25, .25, .25
    attend(ready(world, p), p)
    assert world.focal[0] == 1


@pytest.mark.parametrize(("line", "shifts"), [(0.125, []), (0.1249, [(0, 0, 1)])])
def test_conflict_has_to_exceed_its_line_for_regime_shifting(line, shifts):
    """Charters .25 and .5 of soft law: conflict .25 x 1/2."""
    p = record(FIT, {"attention.shift_conflict": line})
    world = member_of(0.25, 0.5)
    attend(ready(world, p), p)
    assert world.focal[0] == 0
    world.position[0, 0] = 0.5
    attend(ready(world, p), p)
    assert world.focal[0] == 1 and events_of(world, Event.REGIME_SHIFT) == shifts


def test_a_first_focus_is_no_shift():
    p = record(FIT)
    world = member_of(0.25, slots=2)
    add_forum(world, 1, [], charter=1.0, legalization=1.0)
    attend(ready(world, p), p)
    assert world.focal[0] == 0 and world.conflict[0, 1] > 0.12 and len(world.log()) == 0
