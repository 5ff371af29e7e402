"""Lifecycle: vitality, dormancy, death, mergers."""

import numpy as np
import pytest
from small_worlds import add_forum, draw, events_of, ready, record, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.lifecycle import lifecycle, overlap
from forumsim.core.terms import STEP, Event, Form, Mode, Status

NO_MERGER = {"lifecycle.merge": 0.0}


def club(p, members=range(4), actors=4, forums=1, attention=1.0, vitality=0.5, **values):
    world = world_of(actors, forums)
    add_forum(world, 0, members, vitality=vitality, **values)
    world.attention[0, list(members)] = attention
    return ready(world, p)


def test_vitality_is_the_attention_of_members_over_their_fair_share():
    """Members 0 and 1 have two forums each (fair: 1/2), member 2 this one alone (fair: 1)."""
    p = record(NO_MERGER, {"lifecycle.rate": 0.2})
    world = club(p, members=[0, 1, 2], forums=2)
    add_forum(world, 1, [0, 1, 3], vitality=0.5)
    world.power[:] = [0.1, 0.2, 0.3, 0.4]
    world.attention[0] = [1.0, 0.5, 0.1, 0.0]
    tick(ready(world, p), p, lifecycle)
    given, fair = 0.1 * 1.0 + 0.2 * 0.5 + 0.3 * 0.1, 0.1 / 2 + 0.2 / 2 + 0.3
    assert world.vitality[0] == pytest.approx(0.5 + 0.2 * (given / fair - 0.5))


def test_vitality_may_be_the_share_of_all_attention_instead():
    p = record(NO_MERGER, {"lifecycle.rate": 0.2, "lifecycle.fair_share": False})
    world = club(p, members=[0, 1, 2])
    world.power[:] = [0.1, 0.2, 0.3, 0.4]
    world.attention[0] = [1.0, 0.5, 0.1, 0.0]
    tick(world, p, lifecycle)
    assert world.vitality[0] == pytest.approx(0.5 + 0.2 * (0.1 + 0.1 + 0.03 - 0.5))


@pytest.mark.parametrize("power", [0.4, 0.001])
def test_small_and_large_forums_are_as_alive_as_their_members_think(power):
    """A dialogue of two is judged by what the two give to it, whatever their power."""
    p = record(NO_MERGER, {"lifecycle.rate": 1.0})
    world = club(p, members=[0, 1], forums=2)
    add_forum(world, 1, [0, 1, 2, 3])
    world.power[:] = [power, power, 0.5 - power, 0.5 - power]
    world.attention[0] = [0.7, 0.7, 0.0, 0.0]
    tick(ready(world, p), p, lifecycle)
    assert world.vitality[0] == pytest.approx(0.7 / 0.5)


def test_without_power_among_its_members_a_forum_has_no_vitality():
    p = record(NO_MERGER, {"lifecycle.rate": 1.0})
    world = club(p, members=[0, 1])
    world.power[:] = [0.0, 0.0, 0.5, 0.5]
    assert tick(ready(world, p), p, lifecycle).vitality[0] == 0.0


def test_dormant_below_the_line_and_awake_above_it():
    p = record(NO_MERGER, {"lifecycle.dormant": 0.3, "lifecycle.death": 0.0, "lifecycle.rate": 0.5})
    world = club(p, attention=0.0, vitality=0.5)
    tick(world, p, lifecycle)
    assert world.status[0] == Status.DORMANT and world.member[0].all()
    world.attention[0] = 0.2
    tick(world, p, lifecycle)
    assert world.status[0] == Status.DORMANT
    world.attention[0] = 1.0
    tick(world, p, lifecycle)
    assert world.status[0] == Status.ALIVE
    assert [int(k) for k in world.log()["kind"]] == [Event.DORMANCY, Event.REVIVAL]


def sleepers(p, attention, forums=800, **values):
    world = world_of(2, forums=forums)
    for f in range(forums):
        add_forum(world, f, [0, 1], vitality=0.0, status=Status.DORMANT, **values)
    world.attention[:] = attention
    return ready(world, p)


def test_dormant_forums_die_at_their_rate():
    p = record(NO_MERGER, {"lifecycle.death": 0.25})
    world = tick(sleepers(p, 0.0), p, lifecycle)
    died = world.status == Status.DISSOLVED
    assert died.mean() == pytest.approx(0.25, abs=0.05) and not world.member[died].any()
    assert died.tolist() == [draw(world, draws.NEGLECT, f, 0) < 0.25 for f in range(world.slots)]
    assert events_of(world, Event.DISSOLUTION) == [(-1, -1, f) for f in np.flatnonzero(died)]


@pytest.mark.parametrize(("change", "status"), [
    ({"attention": 1.0}, Status.ALIVE), ({"mode": Mode.DECLARATION}, Status.DORMANT), ({"founded": -5}, Status.DORMANT),
    ({"founded": -6}, Status.DISSOLVED),
])  # fmt: skip
def test_nobody_dies_who_wakes_up_or_is_history_or_young(change, status):
    p = record(NO_MERGER, {"lifecycle.death": 1.0, "lifecycle.rate": 1.0, "lifecycle.grace": 6})
    world = tick(sleepers(p, change.pop("attention", 0.0), forums=1, **{"founded": -9} | change), p, lifecycle)
    assert world.status[0] == status


def test_who_falls_dormant_may_die_in_the_same_step():
    p = record(NO_MERGER, {"lifecycle.death": 1.0, "lifecycle.rate": 1.0})
    world = tick(club(p, attention=0.0), p, lifecycle)
    assert [int(k) for k in world.log()["kind"]] == [Event.DORMANCY, Event.DISSOLUTION]
    assert world.status[0] == Status.DISSOLVED and world.weight_in[0] == 0.0 and not world.trust_in[0].any()


@pytest.mark.parametrize(("age", "dies"), [(6, False), (7, True)])
def test_the_young_are_spared(age, dies):
    p = record(NO_MERGER, {"lifecycle.grace": 6})
    world = club(p, members=[0])
    world.founded[0] = 1 - age
    tick(world, p, lifecycle)
    assert (world.status[0] == Status.DISSOLVED) == dies


@pytest.mark.parametrize(("members", "mode", "dies"), [
    ([0], Mode.STANDING, True), ([0, 1], Mode.STANDING, False), ([], Mode.SERIES, True), ([0], Mode.DECLARATION, False),
])  # fmt: skip
def test_fewer_than_two_members_are_no_forum(members, mode, dies):
    p = record(NO_MERGER)
    world = club(p, members=members, mode=mode)
    tick(world, p, lifecycle)
    assert (world.status[0] == Status.DISSOLVED) == dies


def test_a_death_gives_attention_back():
    p = record(NO_MERGER)
    world = club(p, members=[0], forums=2)
    add_forum(world, 1, range(4), vitality=0.5)
    world.attention[:, 0], world.attention[1, 1:] = [0.75, 0.25], 1.0
    world.focal[0] = 0
    tick(ready(world, p), p, lifecycle)
    assert world.attention.tolist() == [[0.0] * 4, [1.0] * 4] and world.focal[0] == -1


def twins(p, same=8, only_first=1, only_second=1, gap=0.05, law=(0.2, 0.6), statuses=(2, 2), **values):
    """Two standing forums with much the same members, both dormant."""
    n = same + only_first + only_second
    world = world_of(n, forums=2)
    add_forum(world, 0, range(same + only_first), charter=0.5, legalization=law[0], vitality=0.5, status=statuses[0])
    add_forum(world, 1, [*range(same), *range(same + only_first, n)], charter=0.5 + gap, legalization=law[1],
              vitality=0.5, **{"status": statuses[1]} | values)  # fmt: skip
    world.attention[:] = world.member / np.maximum(world.member.sum(0), 1)
    return ready(world, p)


SURE = {"lifecycle.merge": 1.0, "lifecycle.dormant": 100.0, "lifecycle.death": 0.0, "lifecycle.grace": 1000}
ALIVE, DORMANT = Status.ALIVE, Status.DORMANT


def test_like_forums_merge_into_the_greater():
    p = record(SURE)
    world = twins(p, same=8, only_first=1, only_second=2)
    w = 1 / 11
    assert overlap(world, 0, 1) == pytest.approx(8 / 11)
    tick(world, p, lifecycle)
    share = 9 * w / (19 * w)
    assert world.status.tolist() == [Status.MERGED, DORMANT] and world.parent[0] == 1
    assert world.charter[1, 0] == pytest.approx(0.55 - share * 0.05)
    assert world.legalization[1] == pytest.approx(0.6 - share * 0.4)
    assert world.member[1].all() and not world.member[0].any()
    assert world.attention.sum(0) == pytest.approx(np.ones(11))
    assert events_of(world, Event.JOIN) == [(8, -1, 1)] and events_of(world, Event.MERGER) == [(-1, 1, 0)]
    rebuilt = ready(world.copy(), p)
    assert np.abs(world.weight_in - rebuilt.weight_in).max() < 1e-12
    assert np.abs(world.distance[1] - rebuilt.distance[1]).max() == 0.0 and not world.conflict.any()


@pytest.mark.parametrize("change", [
    {"same": 6, "only_first": 2, "only_second": 2}, {"gap": 0.15}, {"mode": Mode.SERIES}, {"status": Status.DISSOLVED},
])  # fmt: skip
def test_unlike_forums_do_not_merge(change):
    p = record(SURE)
    world = tick(twins(p, **change), p, lifecycle)
    assert not events_of(world, Event.MERGER)


@pytest.mark.parametrize("which", [0, 1])
def test_bilateral_forums_do_not_merge(which):
    """Nobody moves into a forum between two; a club in its place would merge."""
    p = record(SURE)
    for form, mergers in ((Form.CLUB, 1), (Form.BILATERAL, 0)):
        world = twins(p, same=2, only_first=0, only_second=0)
        world.form[which] = form
        assert len(events_of(tick(ready(world, p), p, lifecycle), Event.MERGER)) == mergers


@pytest.mark.parametrize(("statuses", "gone"), [
    ((ALIVE, ALIVE), 0), ((ALIVE, DORMANT), 1), ((DORMANT, ALIVE), 0), ((DORMANT, DORMANT), 0),
])  # fmt: skip
def test_the_one_awake_takes_in_the_one_that_sleeps(statuses, gone):
    """The second has one member more, which decides if both are awake or both sleep."""
    p = record(SURE)
    world = tick(twins(p, only_second=2, statuses=statuses), p, lifecycle)
    assert events_of(world, Event.MERGER) == [(-1, 1 - gone, gone)]


@pytest.mark.parametrize(("closed_to", "mergers"), [(8, 0), (3, 0), (9, 1), (None, 1)])
def test_a_closed_list_takes_in_no_others(closed_to, mergers):
    """The second, of 0 to 7, 9 and 10, would take in the first, of 0 to 8; who is in it already must be listed too."""
    p = record(SURE)
    world = twins(p, same=8, only_first=1, only_second=2)
    if closed_to is not None:
        world.listed[1, closed_to] = False
    world.listed[0] = False  # the list of the one that ends is not asked
    assert len(events_of(tick(world, p, lifecycle), Event.MERGER)) == mergers


def test_other_mandates_do_not_merge():
    p = record(SURE)
    world = world_of(4, forums=2, issues=2)
    add_forum(world, 0, range(4), vitality=0.5, status=DORMANT)
    add_forum(world, 1, range(4), vitality=0.5, status=DORMANT, mandate=[True, False])
    world.attention[:] = 0.5
    tick(ready(world, p), p, lifecycle)
    assert not events_of(world, Event.MERGER)


def test_nobody_is_merged_beyond_its_red_line():
    p = record(SURE)
    world = twins(p, same=8, only_first=1, only_second=2)
    world.position[8, 0], world.red_line[8, 0] = 0.5, 0.01  # the common charter is .526
    tick(ready(world, p), p, lifecycle)
    assert events_of(world, Event.MERGER) == [(-1, 1, 0)] and not events_of(world, Event.JOIN)
    assert not world.member[:, 8].any() and not world.attention[:, 8].any()


def test_mergers_come_at_their_rate():
    p = record(SURE, {"lifecycle.merge": 0.3})
    merged = 0
    for seed in range(800):
        world = twins(p, same=4, only_first=0, only_second=0)
        world.seed[0] = seed
        merged += len(events_of(tick(world, p, lifecycle), Event.MERGER))
    assert merged / 800 == pytest.approx(0.3, abs=0.05)


def test_death_without_choice_spares_the_newborn():
    p = record(NO_MERGER, {"lifecycle.hazard": 0.25})
    world = world_of(2, forums=800)
    for f in range(800):
        add_forum(world, f, [0, 1], vitality=0.5, founded=1 if f < 100 else 0)
    world.attention[:] = 1 / 800
    tick(ready(world, p), p, lifecycle)
    died = world.status == Status.DISSOLVED
    assert world.clock[STEP] == 1 and not died[:100].any()
    assert died[100:].mean() == pytest.approx(0.25, abs=0.05)


def test_switched_off_nothing_ages():
    p = record({"rule.lifecycle": False, "lifecycle.hazard": 1.0})
    world = tick(club(p, attention=0.0), p, lifecycle)
    assert world.vitality[0] == 0.5 and len(world.log()) == 0


def test_a_merger_takes_the_focus_along():
    p = record(SURE)
    world = world_of(4, 2)
    add_forum(world, 0, [0, 1, 2, 3])
    add_forum(world, 1, [0, 1, 2], status=DORMANT)
    world.focal[:] = [1, 0, 1, 0]
    tick(ready(world, p), p, lifecycle)
    assert world.status.tolist()[:2] == [Status.ALIVE, Status.MERGED]
    assert world.focal.tolist() == [0, 0, 0, 0]


def test_a_mandate_within_another_is_not_the_same():
    p = record(SURE)
    world = world_of(4, forums=2, issues=2)
    add_forum(world, 0, range(4), vitality=0.5, status=DORMANT, mandate=[True, False])
    add_forum(world, 1, range(4), vitality=0.5, status=DORMANT)
    world.attention[:] = 0.5
    assert not events_of(tick(ready(world, p), p, lifecycle), Event.MERGER)


def test_of_equal_forums_the_first_takes_in_the_second():
    p = record(SURE)
    world = tick(twins(p, only_first=0, only_second=0), p, lifecycle)
    assert world.status.tolist() == [DORMANT, Status.MERGED] and events_of(world, Event.MERGER) == [(-1, 0, 1)]


@pytest.mark.parametrize(("line", "merges"), [(0.125, False), (0.1251, True)])
def test_conflict_has_to_be_below_its_line_for_a_merger(line, merges):
    """Charters .5 and .75 of soft law: conflict .25 x 1/2."""
    p = record(SURE, {"lifecycle.merge_conflict": line})
    world = tick(twins(p, gap=0.25, law=(0.0, 0.0)), p, lifecycle)
    assert bool(events_of(world, Event.MERGER)) == merges


def test_vitality_at_the_line_is_above_it():
    p = record(NO_MERGER, {"lifecycle.rate": 1.0, "lifecycle.dormant": 0.5, "lifecycle.death": 0.0})
    for status in (Status.ALIVE, Status.DORMANT):
        world = club(p, members=[0, 1], attention=0.5, status=status)  # half of their fair share, which is 1
        tick(world, p, lifecycle)
        assert world.vitality[0] == 0.5 and world.status[0] == Status.ALIVE
        world.attention[0, :2] = 0.49
        tick(world, p, lifecycle)
        assert world.status[0] == Status.DORMANT


@pytest.mark.parametrize(("age", "status"), [(6, Status.ALIVE), (7, Status.DORMANT)])
def test_the_young_do_not_fall_dormant(age, status):
    p = record(NO_MERGER, {"lifecycle.grace": 6, "lifecycle.dormant": 0.1, "lifecycle.death": 0.0,
                           "lifecycle.rate": 1.0})  # fmt: skip
    world = club(p, attention=0.0)
    world.founded[0] = 1 - age
    assert tick(world, p, lifecycle).status[0] == status
