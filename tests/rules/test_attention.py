"""Attention: which forum is the focus, for how long another has to lead it, when that is regime shifting."""

import math

import pytest
from small_worlds import PLAIN, add_forum, events_of, ready, record, world_of

from forumsim.core.rules.attention import divide_attention
from forumsim.core.state.members import withdraw_attention
from forumsim.core.terms import STEP, Event, Mode, Status

FIT = {**PLAIN, "utility.fit": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0, "utility.fit_scale": 0.5}
AT_ONCE = {**FIT, "attention.shift_margin": 0.0, "attention.shift_steps": 1}


def member_of(*charters, position=0.25, slots=4):
    """One actor in forums with these charters."""
    world = world_of(1, forums=slots)
    world.position[0, 0] = position
    for f, charter in enumerate(charters):
        add_forum(world, f, [0], charter=charter)
    return world


def look(world, p, position=None):
    """The focus after one more look, from another position."""
    if position is not None:
        world.position[0, 0] = position
    world.clock[STEP] += 1
    divide_attention(ready(world, p), p)
    return int(world.focal[0])


@pytest.mark.parametrize(("charters", "best"), [((0.5, 0.25, 0.75), 1.0), ((0.75, 0.5), 0.5), ((), 0.0)])
def test_the_best_forum_satisfies_and_none_is_nothing(charters, best):
    p = record(FIT)
    world = ready(member_of(*charters), p)
    world.satisfaction[0] = 99.0
    divide_attention(world, p)
    assert world.satisfaction[0] == best


def test_forums_beyond_a_red_line_get_no_attention_and_do_not_satisfy():
    p = record(FIT)
    world = member_of(0.75, 0.5)
    world.red_line[0, 0] = 0.3
    divide_attention(ready(world, p), p)
    assert world.attention[:2, 0].tolist() == [0.0, 1.0] and world.satisfaction[0] == 0.5 and world.focal[0] == 1
    world.red_line[0, 0] = 0.1
    divide_attention(ready(world, p), p)
    assert not world.attention.any() and world.satisfaction[0] == 0.0 and world.focal[0] == -1


def test_the_focus_is_the_first_of_equal_forums():
    p = record(FIT)
    world = member_of(0.75, 0.5, 0.0, 0.5)  # distances .5, .25, .25, .25
    assert look(world, p) == 1
    assert look(world, record(AT_ONCE)) == 1  # what is only as good leads nobody away


@pytest.mark.parametrize(("line", "shifts"), [(0.125, []), (0.1249, [(0, 0, 1)])])
def test_conflict_has_to_exceed_its_line_for_regime_shifting(line, shifts):
    """Charters .25 and .5 of soft law: conflict .25 x 1/2."""
    p = record(AT_ONCE, {"attention.shift_conflict": line})
    world = member_of(0.25, 0.5)
    assert look(world, p) == 0
    assert look(world, p, position=0.5) == 1
    assert events_of(world, Event.REGIME_SHIFT) == shifts


def test_a_first_focus_is_no_shift():
    p = record(FIT)
    world = member_of(0.25, slots=2)
    add_forum(world, 1, [], charter=1.0, legalization=1.0)
    divide_attention(ready(world, p), p)
    assert world.focal[0] == 0 and world.conflict[0, 1] > 0.12 and len(world.log()) == 0


# --- margin and patience ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("margin", [0.1, 0.4])
def test_another_forum_has_to_lead_by_the_margin(margin):
    """Shares of two forums differ by tanh((u1 - u2) / (2 theta)); for charters 0 and 1, u1 - u2 = (2 x - 1) / d0."""
    p = record(FIT, {"attention.shift_margin": margin, "attention.shift_steps": 1, "attention.temperature": 0.5})
    enough = 0.5 * (1 + 0.5 * math.atanh(margin))  # d0 = .5 and 2 theta = 1
    world = member_of(0.0, 1.0, position=0.1)
    assert look(world, p) == 0
    assert look(world, p, position=enough - 1e-6) == 0
    assert look(world, p, position=enough + 1e-6) == 1
    assert look(world, p, position=1 - enough + 1e-6) == 1  # the way back asks for as much
    assert look(world, p, position=1 - enough - 1e-6) == 0
    assert events_of(world, Event.REGIME_SHIFT) == [(0, 0, 1), (0, 1, 0)]


def test_the_lead_is_over_the_focus_among_all_memberships():
    """Forums with weights 1.2, 2 and 1 (utilities theta ln of them): the lead over the first is (2 - 1.2) / 4.2."""
    p = {
        lead: record(FIT, {"attention.shift_margin": margin, "attention.shift_steps": 1, "attention.temperature": 0.2})
        for lead, margin in ((True, 0.8 / 4.2 - 1e-6), (False, 0.8 / 4.2 + 1e-6))
    }
    for leads, parameters in p.items():
        world = member_of(*(0.25 + 0.5 * 0.2 * math.log(2 / weight) for weight in (1.2, 2.0, 1.0)))
        world.focal[0] = 0
        assert look(world, parameters) == (1 if leads else 0)


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_it_has_to_lead_for_some_steps_in_a_row(steps):
    p = record(FIT, {"attention.shift_margin": 0.1, "attention.shift_steps": steps})
    world = member_of(0.0, 1.0, position=0.1)
    look(world, p)
    assert [look(world, p, position=0.9) for _ in range(steps)] == [0] * (steps - 1) + [1]
    if steps > 1:
        foci = [look(world, p, position=0.1) for _ in range(steps - 1)]
        foci += [look(world, p, position=0.9)]  # in between the focus is the best again
        foci += [look(world, p, position=0.1) for _ in range(steps - 1)]
        assert set(foci) == {1}
        assert look(world, p, position=0.1) == 0


def test_another_challenger_starts_anew():
    p = record(FIT, {"attention.shift_margin": 0.1, "attention.shift_steps": 2})
    world = member_of(0.0, 0.5, 1.0, position=0.0)
    assert [look(world, p, position=x) for x in (0.0, 0.5, 1.0, 0.5, 0.5)] == [0, 0, 0, 0, 1]


def test_a_turn_ends_all_challenges():
    """Forum 2 has led once when the actor leaves its focus and turns to 1; then 2 has to lead twice again."""
    p = record(FIT, {"attention.shift_margin": 0.1, "attention.shift_steps": 2})
    world = member_of(0.0, 0.5, 1.0, position=0.0)
    assert [look(world, p, position=x) for x in (0.0, 1.0)] == [0, 0]
    world.member[0, 0] = False
    assert [look(world, p, position=x) for x in (0.5, 1.0, 1.0)] == [1, 1, 2]


def test_a_focus_does_not_turn_because_its_text_grows_old():
    """A text one half-life old has half of the attention that its appeal would give it; the focus stays."""
    p = record(FIT, {"attention.shift_margin": 0.1, "attention.shift_steps": 1, "attention.half_life": 1})
    world = member_of(0.25, 0.75)
    world.mode[0] = Mode.DECLARATION
    assert [look(world, p) for _ in range(20)] == [0] * 20
    assert world.attention[0, 0] < 1e-3 and not events_of(world, Event.REGIME_SHIFT)


@pytest.mark.parametrize("why", ["left", "ended", "beyond a red line"])
def test_a_focus_that_an_actor_is_not_in_any_more_turns_at_once(why):
    p = record(FIT, {"attention.shift_margin": 0.9, "attention.shift_steps": 3})
    world = member_of(0.0, 1.0, position=0.1)
    look(world, p)
    if why == "left":
        world.member[0, 0] = False
        withdraw_attention(world, 0, 0)
    if why == "ended":
        world.member[0, 0], world.status[0], world.focal[0] = False, Status.DISSOLVED, -1
    if why == "beyond a red line":  # it is a member still, and has to make up its mind
        world.charter[0], world.red_line[0, 0] = 0.5, 0.35
        assert [look(world, p, position=0.9) for _ in range(3)] == [0, 0, 1]
    else:
        assert look(world, p) == 1
    assert events_of(world, Event.REGIME_SHIFT) == ([] if why == "ended" else [(0, 0, 1)])
