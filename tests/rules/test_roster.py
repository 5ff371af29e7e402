"""What known memberships say of tastes, at the start, openings and departures, so that nothing moves; readiness."""

import numpy as np
import pytest
from scipy import stats
from small_worlds import PLAIN, add_forum, draw, events_of, plain_worth, random_world, record, sig, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.admission import admitted
from forumsim.core.rules.membership import loyalty, membership
from forumsim.core.rules.shocks import shocks
from forumsim.core.schedule import make_room, prepare
from forumsim.core.terms import SHOCK_DTYPE, STEP, Admission, Event, Mode, Shock, Status, Term

MOVES = (Event.JOIN, Event.EXIT, Event.NOT_RENEWED)


def any_roster(seed, actors=12, forums=6):
    """A world in which everything varies; nobody starts beyond its own red lines."""
    world = random_world(seed, actors, forums, 2)
    for f, i in np.argwhere(world.member):
        line = world.mandate[f] & (abs(world.position[i] - world.charter[f]) > world.red_line[i])
        world.red_line[i, line] = np.inf
    return world


# --- nothing moves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "temperature", "favour"), [
    (1.0, 0.2, 1), (1.0, 1.0, 1), (1.0, 1.0, 50), (0.5, 3.0, 1), (0.05, 1.0, 1),
])  # fmt: skip
def test_where_nothing_changes_nobody_moves(rate, temperature, favour):
    """Not one join or exit, and every edition is renewed, whatever the rosters."""
    editions = 0
    for seed in range(20):
        p = record({"membership.rate": rate, "membership.temperature": temperature, "membership.loyalty": 0.0,
                    "membership.reciprocity": favour, "membership.co_sponsor": 0.2})  # fmt: skip
        world = any_roster(seed)
        before = world.member.copy()
        prepare(world, p)
        tick(world, p, membership, steps=25)
        assert not events_of(world, *MOVES), seed
        assert np.array_equal(world.member, before)
        editions += len(events_of(world, Event.EDITION))
    assert editions > 20


def test_without_the_condition_they_do():
    p = record({"membership.loyalty": 0.0, "membership.rate": 1.0, "taste.settled": 100_000})
    world = any_roster(3)
    prepare(world, p)
    tick(world, p, membership, steps=5)
    assert len(events_of(world, *MOVES)) > 5


# --- tastes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tau", [0.0, 1.0])
def test_tastes_are_uniform_given_the_rosters(tau):
    """Members' on (0, s), outsiders' on (s, 1), with s = sig(z / T): the draw of before, put there."""
    p = record({"membership.temperature": 0.8, "taste.readiness": tau})
    inside, outside = [], []
    for seed in range(40):
        world = any_roster(seed)
        prepare(world, p)
        for f, i in np.ndindex(world.taste.shape):
            if not world.live()[f]:
                continue
            s, u = sig(plain_worth(world, p, f, i) / 0.8), draw(world, draws.TASTE, f, i, step=0)
            if world.member[f, i]:
                assert world.taste[f, i] == pytest.approx(u * s, rel=1e-9)
                inside.append(world.taste[f, i] / s)
            elif admitted(world, p, f, i):
                assert world.taste[f, i] == pytest.approx(s + u * (1 - s), rel=1e-9)
                outside.append((world.taste[f, i] - s) / (1 - s))
            else:
                assert world.taste[f, i] == u  # it may want to be in and wait
    for sample in (inside, outside):
        assert len(sample) > 300 and stats.kstest(sample, "uniform").pvalue > 1e-4


def test_young_forums_tell_nothing():
    p = record(PLAIN, {"membership.temperature": 1.0, "taste.settled": 5})
    world = world_of(4, forums=3)
    for f, founded in enumerate((-4, -5)):
        add_forum(world, f, [0, 1], founded=founded)
    prepare(world, p)
    uniform = [[draw(world, draws.TASTE, f, i, step=0) for i in range(4)] for f in range(3)]
    assert [world.taste[f].tolist() == uniform[f] for f in range(3)] == [True, False, True]


def test_no_taste_makes_up_for_a_red_line():
    p = record(PLAIN, {"membership.temperature": 1.0})
    world = world_of(2)
    add_forum(world, 0, [0], charter=0.9)
    world.red_line[:] = 0.1
    prepare(world, p)
    assert world.taste[0, 0] == draw(world, draws.TASTE, 0, 0, step=0)
    tick(world, p, membership)
    assert events_of(world, *MOVES) == [(0, -1, 0)]  # it leaves at once


def test_without_noise_or_with_exclusive_membership_the_start_says_nothing():
    for changes in ({"membership.exclusive": True}, {"membership.temperature": 0.0}):
        p = record(PLAIN, {"utility.cost": 1.0, "membership.temperature": 1.0}, changes)
        world = world_of(3)
        add_forum(world, 0, [0, 1])
        prepare(world, p)
        assert not world.engagement.any()
    assert world.taste[0, 0] == draw(world, draws.TASTE, 0, 0, step=0)


# --- dated openings and departures --------------------------------------------------------------------------------


def dated(world, p, kind, f, i=-1):
    """The world after a dated row of this kind in step 1, before anybody has looked at its forums."""
    world.shocks = np.array([(1, kind, i, -1, f, -1, 1.0, 0, 0.0)], dtype=SHOCK_DTYPE)
    world.clock[STEP] = 1
    shocks(world, p)
    return world


def later_forum(seed):
    """A world whose last live forum has yet to open, with its members of before as founding members."""
    world = any_roster(seed)
    f = int(np.flatnonzero(world.live())[-1])
    world.habit[f] = world.member[f]
    if world.founder[f] >= 0:
        world.red_line[world.founder[f]] = np.inf
    world.status[f], world.member[f], world.parent[f] = Status.EMPTY, False, -1
    return world, f


def test_founding_members_of_a_dated_opening_want_it():
    """u becomes s u, s = sig(z / T) with all of them in it; those who do not found it keep their tastes."""
    p = record({"membership.temperature": 0.8, "membership.reciprocity": 1.0, "taste.lineage": 0.0})
    inside = []
    for seed in range(60):
        world, f = later_forum(seed)
        prepare(world, p)
        dated(world, p, Shock.OPENING, f)
        for i in range(world.actors):
            u = draw(world, draws.TASTE, f, i, step=0)
            s = sig(plain_worth(world, p, f, i) / 0.8) if world.member[f, i] else 1.0
            assert world.taste[f, i] == pytest.approx(s * u, rel=1e-9)
            if world.member[f, i]:
                inside.append(world.taste[f, i] / s)
    assert len(inside) > 150 and stats.kstest(inside, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("mode", [Mode.STANDING, Mode.SERIES])
def test_no_founding_member_of_a_dated_opening_leaves_while_nothing_changes(mode):
    alone = {"membership.conflict": 0.0, "membership.crowding": 0.0}  # what an actor does elsewhere does not matter
    p = record({"membership.temperature": 1.0, "membership.loyalty": 0.0, "membership.rate": 1.0}, alone)
    founders = 0
    for seed in range(30):
        world, f = later_forum(seed)
        world.mode[f], world.adopted[f] = mode, False
        prepare(world, p)
        dated(world, p, Shock.OPENING, f)
        known = world.member[f].copy()
        world.admission[f], world.approval[f] = Admission.APPROVAL, 2.0  # nobody else may come
        tick(world, p, membership, steps=12)
        assert np.array_equal(world.member[f], known), seed
        assert not [event for event in events_of(world, Event.EXIT, Event.NOT_RENEWED) if event[2] == f], seed
        founders += int(known.sum())
    assert founders > 60


@pytest.mark.parametrize("mode", [Mode.STANDING, Mode.SERIES, Mode.DECLARATION])
def test_who_is_known_to_have_left_wants_out(mode):
    """u becomes s + (1 - s) u, s = sig((z + l) / T) as a member; loyalty l counts in standing forums alone."""
    p = record({"membership.temperature": 0.8, "membership.loyalty": 1.5, "taste.settled": 100_000})
    tastes = []
    for seed in range(60):
        world = any_roster(seed)
        prepare(world, p)
        f, i = (int(x) for x in np.argwhere(world.member & world.live()[:, None])[-1])
        world.mode[f], world.tenure[f, i] = mode, 3
        kept_by = loyalty(world, p, f, i) if mode == Mode.STANDING else 0.0
        s = sig((plain_worth(world, p, f, i) + kept_by) / 0.8)
        dated(world, p, Shock.LEAVE, f, i)
        assert not world.member[f, i]
        u = draw(world, draws.TASTE, f, i, step=0)
        assert world.taste[f, i] == pytest.approx(s + u * (1 - s), rel=1e-9)
        tastes.append((world.taste[f, i] - s) / (1 - s))
        others = np.delete(np.arange(world.actors), i)
        assert world.taste[f, others].tolist() == [draw(world, draws.TASTE, f, j, step=0) for j in others]
    assert stats.kstest(tastes, "uniform").pvalue > 1e-4


def test_who_is_known_to_have_left_does_not_come_back_while_nothing_changes():
    p = record(PLAIN, {"membership.temperature": 1.0, "membership.rate": 1.0})
    for seed in range(40):
        world = world_of(4, seed=seed)
        add_forum(world, 0, [0, 1, 2])
        prepare(world, p)
        dated(world, p, Shock.LEAVE, 0, 1)
        tick(world, p, membership, steps=20)
        assert [actor for actor, _, _ in events_of(world, Event.JOIN)] == [], seed


def test_what_is_known_of_a_member_beyond_its_red_line_tells_nothing_of_its_taste():
    p = record(PLAIN, {"membership.temperature": 1.0})
    world = world_of(2)
    world.mandate[0], world.charter[0], world.habit[0, 0], world.red_line[0] = True, 0.9, True, 0.1
    prepare(world, p)
    dated(world, p, Shock.OPENING, 0)
    assert world.member[0, 0] and world.taste[0, 0] == draw(world, draws.TASTE, 0, 0, step=0)


def test_where_membership_is_exclusive_dated_rows_tell_nothing():
    p = record(PLAIN, {"membership.temperature": 1.0, "membership.exclusive": True})
    world = world_of(3, forums=2)
    world.mandate[:] = True
    add_forum(world, 0, [0, 1])
    world.habit[1, 2] = True
    prepare(world, p)
    dated(world, p, Shock.OPENING, 1)
    dated(world, p, Shock.LEAVE, 0, 1)
    assert world.member[1, 2] and not world.member[0, 1]
    assert events_of(world, Event.JOIN) == [(2, -1, 1)] and Term.DATED in set(world.log()["term"])
    assert world.taste[1, 2] == draw(world, draws.TASTE, 1, 2, step=0)
    assert world.taste[0, 1] == draw(world, draws.TASTE, 0, 1, step=0)


# --- readiness ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("temperature", "tau"), [(1.0, 1.0), (0.5, 2.0), (2.0, 0.3)])
def test_readiness_is_one_step_of_empirical_bayes(temperature, tau):
    """T sum (m - s) / (sum s (1 - s) + 1 / tau^2), over forums that it is in or would be let into, settled ones."""
    p = record(PLAIN, {"utility.cost": 0.4, "membership.temperature": temperature, "taste.readiness": tau})
    world = world_of(3, forums=5)
    add_forum(world, 0, [0, 1])
    add_forum(world, 1, [0])
    add_forum(world, 2, [1], admission=Admission.APPROVAL, approval=0.6)  # lets nobody in, at a trust of .5
    add_forum(world, 3, [1], founded=0)  # too young
    world.engagement[:] = [0.0, 0.1, -0.2]
    world.reservation[2] = 0.3
    prepare(world, p)
    expected = []
    for z, member, forums in ((-0.4, 2, 2), (-0.3, 2, 3), (-0.9, 0, 2)):
        s = sig(z / temperature)
        expected.append(temperature * (member - forums * s) / (forums * s * (1 - s) + 1 / tau**2))
    assert world.engagement.tolist() == pytest.approx(np.add(expected, [0.0, 0.1, -0.2]).tolist())


@pytest.mark.parametrize("off", [{"taste.readiness": 0.0}, {"membership.temperature": 0.0}, {"taste.settled": 101}])
def test_readiness_may_be_left_out(off):
    p = record(PLAIN, {"membership.temperature": 1.0}, off)
    world = world_of(2)
    add_forum(world, 0, [0])
    prepare(world, p)
    assert not world.engagement.any()


def test_the_rosters_are_read_as_history_has_left_things():
    """Actor 0 has lost the others' trust before the start, and with it what the forum is worth to them."""
    p = record(PLAIN, {"utility.trust": 2.0, "membership.temperature": 1.0, "taste.readiness": 0.0})
    world = world_of(3)
    add_forum(world, 0, [0, 1])
    world.trust[1, 0] = 0.8
    world.shocks = np.array([(-1, Shock.VIOLATION, 0, -1, -1, -1, 0.5, 0, 0.0)], dtype=SHOCK_DTYPE)
    make_room(world)
    prepare(world, p)
    s = sig(2.0 * (2 * 0.4 - 1))
    assert world.taste[0, 1] == pytest.approx(s * draw(world, draws.TASTE, 0, 1, step=0))
