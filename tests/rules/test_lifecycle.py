"""Lifecycle: vitality, dormancy, death, mergers."""

import numpy as np
import pytest
from small_worlds import add_forum, events_of, ready, record, tick, world_of

from forumsim.core.rules.lifecycle import lifecycle, overlap
from forumsim.core.terms import STEP, Event, Form, Mode, Status

NO_MERGER = {"lifecycle.merge": 0.0}


def club(p, members=range(4), actors=4, forums=1, attention=1.0, vitality=0.5, **values):
    world = world_of(actors, forums)
    add_forum(world, 0, members, vitality=vitality, **values)
    world.attention[0, list(members)] = attention
    return ready(world, p)


def test_vitality_is_a_moving_average_of_weighted_attention():
    p = record(NO_MERGER, {"lifecycle.rate": 0.2})
    world = club(p, members=[0, 1, 2])
    world.power[:] = [0.1, 0.2, 0.3, 0.4]
    world.attention[0] = [1.0, 0.5, 0.1, 0.0]
    tick(world, p, lifecycle)
    assert world.vitality[0] == pytest.approx(0.5 + 0.2 * (0.1 + 0.1 + 0.03 - 0.5))


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


def test_the_forsaken_die_after_some_steps_below_the_line():
    p = record(NO_MERGER, {"lifecycle.death": 0.03, "lifecycle.rate": 1.0, "lifecycle.lingering": 3,
                           "lifecycle.dormant": 0.0})  # fmt: skip
    world = club(p, attention=0.0)
    world.attention[0, 0] = 0.5
    world.power[:] = [0.05, 0.3, 0.3, 0.35]
    tick(world, p, lifecycle, steps=2)
    assert world.weak[0] == 2 and world.status[0] == Status.ALIVE
    world.attention[0, 1] = 0.5
    tick(world, p, lifecycle)
    assert world.weak[0] == 0  # in a row
    world.attention[0, 1] = 0.0
    tick(world, p, lifecycle, steps=3)
    assert world.status[0] == Status.DISSOLVED and not world.member.any() and not world.attention.any()
    assert world.weight_in[0] == 0.0 and not world.trust_in[0].any()
    assert events_of(world, Event.DISSOLUTION) == [(-1, -1, 0)]


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


def twins(p, same=8, only_first=1, only_second=1, gap=0.05, law=(0.2, 0.6), **values):
    """Two standing forums with much the same members."""
    n = same + only_first + only_second
    world = world_of(n, forums=2)
    add_forum(world, 0, range(same + only_first), charter=0.5, legalization=law[0], vitality=0.5)
    add_forum(world, 1, [*range(same), *range(same + only_first, n)], charter=0.5 + gap, legalization=law[1],
              vitality=0.5, **values)  # fmt: skip
    world.attention[:] = world.member / np.maximum(world.member.sum(0), 1)
    return ready(world, p)


SURE = {"lifecycle.merge": 1.0}


def test_like_forums_merge_into_the_greater():
    p = record(SURE)
    world = twins(p, same=8, only_first=1, only_second=2)
    w = 1 / 11
    assert overlap(world, 0, 1) == pytest.approx(8 / 11)
    tick(world, p, lifecycle)
    share = 9 * w / (19 * w)
    assert world.status.tolist() == [Status.MERGED, Status.ALIVE] and world.parent[0] == 1
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


def test_other_mandates_do_not_merge():
    p = record(SURE)
    world = world_of(4, forums=2, issues=2)
    add_forum(world, 0, range(4), vitality=0.5)
    add_forum(world, 1, range(4), vitality=0.5, mandate=[True, False])
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
    p = record({"lifecycle.merge": 0.3})
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
    p = record(SURE, {"lifecycle.dormant": 0.0, "lifecycle.death": 0.0})
    world = world_of(4, 2)
    add_forum(world, 0, [0, 1, 2, 3])
    add_forum(world, 1, [0, 1, 2])
    world.focal[:] = [1, 0, 1, 0]
    tick(ready(world, p), p, lifecycle)
    assert world.status.tolist()[:2] == [Status.ALIVE, Status.MERGED]
    assert world.focal.tolist() == [0, 0, 0, 0]


def test_a_mandate_within_another_is_not_the_same():
    p = record(SURE)
    world = world_of(4, forums=2, issues=2)
    add_forum(world, 0, range(4), vitality=0.5, mandate=[True, False])
    add_forum(world, 1, range(4), vitality=0.5)
    world.attention[:] = 0.5
    assert not events_of(tick(ready(world, p), p, lifecycle), Event.MERGER)


def test_of_equal_forums_the_first_takes_in_the_second():
    p = record(SURE)
    world = tick(twins(p, only_first=0, only_second=0), p, lifecycle)
    assert world.status.tolist() == [Status.ALIVE, Status.MERGED] and events_of(world, Event.MERGER) == [(-1, 0, 1)]


@pytest.mark.parametrize(("line", "merges"), [(0.125, False), (0.1251, True)])
def test_conflict_has_to_be_below_its_line_for_a_merger(line, merges):
    """Charters .5 and .75 of soft law: conflict .25 x 1/2."""
    p = record(SURE, {"lifecycle.merge_conflict": line})
    world = tick(twins(p, gap=0.25, law=(0.0, 0.0)), p, lifecycle)
    assert bool(events_of(world, Event.MERGER)) == merges


def test_vitality_at_a_line_is_above_it():
    p = record(NO_MERGER, {"lifecycle.rate": 1.0, "lifecycle.death": 0.25, "lifecycle.dormant": 0.25})
    for status in (Status.ALIVE, Status.DORMANT):
        world = club(p, members=[0, 1], attention=0.5, status=status)  # V = (1/4 + 1/4) / 2
        tick(world, p, lifecycle)
        assert world.vitality[0] == 0.25 and world.weak[0] == 0 and world.status[0] == Status.ALIVE
        world.attention[0, :2] = 0.49
        tick(world, p, lifecycle)
        assert world.weak[0] == 1 and world.status[0] == Status.DORMANT


@pytest.mark.parametrize(("age", "status"), [(6, Status.ALIVE), (7, Status.DORMANT)])
def test_the_young_do_not_fall_dormant(age, status):
    p = record(NO_MERGER, {"lifecycle.grace": 6, "lifecycle.dormant": 0.1, "lifecycle.death": 0.0,
                           "lifecycle.rate": 1.0})  # fmt: skip
    world = club(p, attention=0.0)
    world.founded[0] = 1 - age
    assert tick(world, p, lifecycle).status[0] == status
