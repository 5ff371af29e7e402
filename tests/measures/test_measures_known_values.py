"""Values that can be worked out by hand or are known from a formula."""

from __future__ import annotations

import numpy as np
import pytest
from worlds_by_hand import measured, random_world, set_attention, value, verdict_measures_of, world_of

from forumsim.core.measures import MEASURES, column_index
from forumsim.core.parameters import make_record
from forumsim.core.terms import Event, Kind, Role, Status, Tally
from forumsim.core.world import World

ISNAN = pytest.approx(np.nan, nan_ok=True)


# --- fragmentation ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(20))
def test_partition_identity(seed):
    """Exclusive partition of the actors: 1 - F = (sum s_k^2 - sum w^2)/(1 - sum w^2)."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(2, 200)), int(rng.integers(1, 20))
    power, forum = rng.dirichlet(np.full(n, 0.5)), rng.integers(0, k, n)
    world = world_of([np.flatnonzero(forum == f) for f in range(k)], power)
    share, own = np.bincount(forum, power), (power**2).sum()
    f = 1 - ((share**2).sum() - own) / (1 - own)
    assert verdict_measures_of(world)[-1, 0] == pytest.approx(f, abs=1e-12)
    assert verdict_measures_of(world)[-1, 2] == pytest.approx(1 / (share**2).sum(), rel=1e-12)


def test_fragmentation_of_three_states_by_hand():
    """Pairs 01, 02, 12 of weight .15, .10, .06 overlap by min(1, .25), 0 and min(.75, 1)."""
    world = world_of([[0, 1], [1, 2]], [0.5, 0.3, 0.2], [0, 0, 1])
    set_attention(world, np.array([[1.0, 1.0, 0.0], [0.0, 3.0, 1.0], [0.0, 0.0, 0.0]]))
    assert value(world, "fragmentation") == pytest.approx(1 - (0.15 * 0.25 + 0.06 * 0.75) / 0.31)
    assert value(world, "fragmentation_within") == pytest.approx(0.75)
    assert value(world, "fragmentation_across") == pytest.approx(1 - 0.06 * 0.75 / 0.16)
    assert value(world, "contact") == pytest.approx(0.21 / 0.31)
    assert value(world, "contact_across") == pytest.approx(0.06 / 0.16)


@pytest.mark.parametrize("own", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("sizes", [(2, 2), (3, 5), (2, 4, 7)])
def test_gap_between_fragmentation_across_and_within_blocs(own, sizes):
    """A share q of attention to the forum of one's bloc, the rest to one for all: F is q across and 0 within blocs."""
    bloc = np.repeat(np.arange(len(sizes)), sizes)
    n = len(bloc)
    power = np.random.default_rng(n).dirichlet(np.ones(n))
    world = world_of([range(n), *(np.flatnonzero(bloc == b) for b in range(len(sizes)))], power, bloc)
    attention = np.zeros(world.member.shape)
    attention[0], attention[1 + bloc, np.arange(n)] = 1.0 - own, own
    set_attention(world, attention)
    assert value(world, "fragmentation_gap") == pytest.approx(own, abs=1e-12)


def test_gap_is_nothing_where_attention_knows_no_blocs():
    """All spend their attention alike: two states of a bloc have as much in common as two of different blocs."""
    world = world_of([range(6), range(6)], np.full(6, 1 / 6), [0, 0, 0, 1, 1, 2])
    set_attention(world, np.array([[0.2] * 6, [0.8] * 6, [0.0] * 6]))
    assert value(world, "fragmentation_gap") == pytest.approx(0.0, abs=1e-12)
    assert value(world_of([[0, 1]], [0.5, 0.5], [0, 1]), "fragmentation_gap") == ISNAN, "no pair within a bloc"
    assert value(world_of([[0, 1]], [0.5, 0.5], [0, 0]), "fragmentation_gap") == ISNAN, "no pair across blocs"


def test_attention_is_renormalised_within_an_issue():
    """Both give the one forum of issue 0 all they give that issue, though little of their time."""
    world = world_of([[0, 1], [0], [1]], [0.5, 0.5], mandates=[[0], [1], [1]], issues=2)
    set_attention(world, np.array([[0.1, 0.4], [0.9, 0.0], [0.0, 0.6], [0.0, 0.0]]))
    assert verdict_measures_of(world)[:, 0] == pytest.approx([0.0, 1.0, 0.9])
    assert verdict_measures_of(world)[:, 2] == pytest.approx([1.0, 2.0, 1 / (0.25**2 + 0.45**2 + 0.3**2)])


def test_one_forum_for_all_is_full_convergence():
    world = world_of([range(6)], np.full(6, 1 / 6), [0, 0, 0, 1, 1, 2])
    assert verdict_measures_of(world)[-1] == pytest.approx([0, 0, 1], abs=1e-15)
    assert [value(world, name) for name in ("coverage", "coverage_heads", "component")] == pytest.approx([1, 1, 1])


def test_no_forum_and_no_pair():
    assert verdict_measures_of(world_of([], [0.5, 0.5], [0, 1]))[-1].tolist() == [1, 1, 0]
    assert verdict_measures_of(world_of([], [1.0]))[-1] == pytest.approx([np.nan, np.nan, 0], nan_ok=True)


def test_single_bloc_has_no_pair_across():
    world = world_of([[0, 1]], [0.5, 0.5])
    assert value(world, "fragmentation_across") == ISNAN
    assert value(world, "contact_across") == ISNAN
    assert value(world, "trust_across") == ISNAN
    assert value(world, "fragmentation_within") == 0


def test_nonaligned_are_a_bloc_of_their_own():
    world = world_of([[0, 1]], [0.5, 0.5], [-1, 0])
    assert value(world, "fragmentation_across") == 0
    assert value(world, "fragmentation_within") == ISNAN


# --- forums -----------------------------------------------------------------------------------------------------
def test_majors():
    world = world_of([[0, 1], [1, 2], [0, 2, 3]], np.full(4, 0.25))
    assert value(world, "bridge") == ISNAN
    world.role[:2] = Role.MAJOR
    assert value(world, "bridge") == 1
    assert value(world, "majors_portfolio") == pytest.approx(1 / 3)
    world.role[2] = Role.MAJOR
    assert value(world, "bridge") == 0, "no forum holds all three"
    assert value(world, "majors_portfolio") == pytest.approx(1 / 3)


def test_dormant_forums_count_for_membership_but_not_as_alive():
    world = world_of([[0, 1], [0]], [0.6, 0.4])
    world.status[0] = Status.DORMANT
    assert value(world, "forums_alive") == 1
    assert value(world, "forums_dormant") == 1
    assert value(world, "coverage") == 1


def test_component_leaves_out_who_is_nowhere():
    world = world_of([[0], [1, 2], [2, 3]], [0.4, 0.1, 0.1, 0.1, 0.3])
    assert value(world, "component") == pytest.approx(0.4)


# --- overlap ----------------------------------------------------------------------------------------------------
def test_nested_forums_have_full_nodf():
    """The perfectly nested triangle of Almeida-Neto et al. 2008."""
    assert value(world_of([[0, 1, 2], [0, 1], [0]], np.full(3, 1 / 3)), "nestedness") == pytest.approx(100)
    assert value(world_of([[0, 1], [2, 3]], np.full(4, 0.25)), "nestedness") == 0


def test_two_forums_of_one_bloc_each():
    world = world_of([[0, 1], [2, 3]], np.full(4, 0.25), [0, 0, 1, 1])
    assert value(world, "modularity") == pytest.approx(0.5)
    assert value(world, "ei_index") == -1
    assert value(world, "jaccard") == 0


def test_directed_overlap_counts_members_and_issues():
    """f = {0, 1} on issue 0 lies within g = {0, 1, 2, 3} on issues 0 and 1; the reverse is half of half."""
    world = world_of([[0, 1], [0, 1, 2, 3]], np.full(4, 0.25), mandates=[[0], [0, 1]], issues=2)
    assert value(world, "directed_overlap") == pytest.approx((1 + 0.25) / 2)
    assert value(world, "directed_overlap", 0) == pytest.approx((1 + 0.5) / 2)
    assert value(world, "directed_overlap", 1) == ISNAN


# --- norms ------------------------------------------------------------------------------------------------------
def test_distance_conflict_and_class():
    world = world_of([[0], [1]], [0.5, 0.5], issues=2)
    world.charter[0], world.charter[1] = [0.2, 0.2], [0.5, 0.6]
    world.legalization[:2] = 0.0, 1.0
    assert measured(world)[:, column_index("normative_distance")] == pytest.approx([0.3, 0.4, np.sqrt(0.125)])
    assert measured(world)[:, column_index("conflict")] == pytest.approx([0.3, 0.4, np.sqrt(0.125)])
    world.legalization[:2] = 0.0
    assert measured(world)[:, column_index("conflict")] == pytest.approx([0.15, 0.2, np.sqrt(0.125) / 2])
    assert value(world, "biermann", 1) == 2
    world.charter[1] = [0.2, 0.4]
    assert measured(world)[:2, column_index("biermann")].tolist() == [0, 1]
    assert value(world, "overlap_share") == 0
    labels = dict(MEASURES[column_index("biermann")].codes)
    assert labels == {0: "synergistic", 1: "cooperative", 2: "conflictive"}


@pytest.mark.parametrize(
    ("position", "wanted"),
    [([0, 0, 1, 1], 1.0), ([0.3] * 4, 0.0), ([0.2, 0.2, 0.7, 0.7], 0.5)],
)
def test_polarization_of_two_equal_poles_is_their_distance(position, wanted):
    world = world_of([], np.full(4, 0.25))
    world.position[:, 0] = position
    assert value(world, "polarization", 0) == pytest.approx(wanted)
    assert value(world, "polarization") == pytest.approx(wanted)


def test_polarization_of_two_poles_of_unequal_power():
    """2^2.6 (p^2.6 q + q^2.6 p) |x - y| (Esteban & Ray 1994, alpha 1.6)."""
    world = world_of([], [0.7, 0.3])
    world.position[:, 0] = 0.1, 0.8
    wanted = 2**2.6 * (0.7**2.6 * 0.3 + 0.3**2.6 * 0.7) * 0.7
    assert value(world, "polarization", 0) == pytest.approx(wanted)


def test_hard_law():
    world = world_of([[0, 1], [1, 2]], [0.5, 0.3, 0.2])
    world.legalization[:2] = 0.9, 0.1
    assert value(world, "legalization") == pytest.approx((0.8 * 0.9 + 0.5 * 0.1) / 1.3)
    assert value(world, "hard_law_power") == pytest.approx(0.8)


# --- trust, participation, conduct, events ----------------------------------------------------------------------
def test_trust_leaves_the_actor_itself_out():
    world = world_of([], [0.5, 0.3, 0.2], [0, 0, 1])
    world.trust[:] = [[1, 0.8, 0.1], [0.6, 1, 0.3], [0.2, 0.4, 1]]
    world.role[[0, 2]] = Role.MAJOR
    assert value(world, "trust_within") == pytest.approx(0.7)
    assert value(world, "trust_across") == pytest.approx((0.1 * 0.3 + 0.06 * 0.7) / 0.32)
    assert value(world, "trust_majors") == pytest.approx(0.15)
    assert value(world, "trust_within", 0) == ISNAN


def test_participation():
    world = world_of([[0, 1, 2, 3], [0, 1], [0]], [0.6, 0.3, 0.1, 0.0])
    world.kind[3] = Kind.NONSTATE
    assert value(world, "participation_gini") == pytest.approx(8 / (2 * 3 * 6))
    assert value(world, "small_state_share") == pytest.approx(1 / 6), "the state of .1 lies below the median .3"
    assert value(world, "nonstate_share") == pytest.approx(1 / 7)


def test_of_an_even_number_of_states_half_are_small():
    world = world_of([[0, 1, 2, 3]], [0.4, 0.3, 0.2, 0.1])
    assert value(world, "small_state_share") == 0.5, "those of .2 and .1 lie below the median .25"


def test_conduct_and_events():
    world = world_of([[0, 1]], [0.5, 0.5], issues=2)
    assert value(world, "genuine_share") == ISNAN
    assert value(world, "words_without_deeds") == ISNAN
    world.meetings[Tally.SIDES], world.meetings[Tally.GENUINE] = 8, 6
    world.meetings[Tally.UNWILLING], world.meetings[Tally.KEPT_UNWILLINGLY] = 4, 1
    world.tally[1, Event.WORDS], world.tally[2, Event.WORDS], world.tally[2, Event.DEEDS] = 1, 1, 3
    world.tally[2, Event.DISSOLUTION] = 2
    assert value(world, "genuine_share") == 0.75
    assert value(world, "general_obligation") == 0.25
    assert measured(world)[:, column_index("words_without_deeds")] == pytest.approx([np.nan, 1, 0.25], nan_ok=True)
    assert value(world, "deaths") == 2


# --- invariance -------------------------------------------------------------------------------------------------
def permuted(world: World, actors: np.ndarray, forums: np.ndarray, issues: np.ndarray) -> World:
    """The same world with its rows in another order."""
    n, f, d = world.actors, world.slots, world.issues
    orders = {(n,): (actors,), (f,): (forums,), (n, d): (actors, issues), (f, d): (forums, issues),
              (n, n): (actors, actors), (f, n): (forums, actors), (f, f): (forums, forums)}  # fmt: skip
    assert len({n, f, d, 4}) == 4, "shapes must tell what an array is about"
    other = world.copy()
    for name, array in world.arrays():
        if name not in {"meetings", "clock", "tally", "shocks", "channels", "pending", "events", "seed"}:
            getattr(other, name)[:] = array[np.ix_(*orders[array.shape])]
    other.tally[:] = world.tally[np.append(issues, d)]
    return other


def of_distinct_sizes(seed: int) -> bool:
    world = random_world(seed)
    return len({world.actors, world.slots, world.issues, 4}) == 4


@pytest.mark.parametrize("seed", list(filter(of_distinct_sizes, range(40)))[:20])
def test_order_of_rows_does_not_matter(seed):
    world, rng = random_world(seed), np.random.default_rng(seed)
    issues = rng.permutation(world.issues)
    other = permuted(world, rng.permutation(world.actors), rng.permutation(world.slots), issues)
    np.testing.assert_allclose(measured(other), measured(world)[np.append(issues, world.issues)], rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_unit_of_power_does_not_matter(seed):
    world = random_world(seed)
    wanted = measured(world)
    world.power[:] *= 1000.0
    np.testing.assert_allclose(measured(world), wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_values_keep_their_range(seed):
    got = measured(random_world(seed))
    for column, measure in enumerate(MEASURES):
        present = got[~np.isnan(got[:, column]), column]
        assert ((present >= measure.low - 1e-12) & (present <= measure.high + 1e-12)).all(), measure.name
        if not measure.per_issue:
            assert np.isnan(got[:-1, column]).all(), measure.name


def test_measuring_changes_nothing():
    world = random_world(3)
    before = world.copy()
    measured(world)
    verdict_measures_of(world)
    for name, array in before.arrays():
        np.testing.assert_array_equal(getattr(world, name), array, err_msg=name)


# --- exactly at a line, and power that is not states' ---------------------------------------------------------------
def test_conflict_and_law_have_to_exceed_their_lines():
    """Charters .25 and .5 of soft law: conflict .25 x 1/2."""
    world = world_of([[0], [1]], [0.5, 0.5])
    world.charter[:2, 0] = 0.25, 0.5
    for line, name, wanted in ((0.125, "conflictive", 1), (0.1249, "conflictive", 2), (0.125, "synergistic", 1),
                               (0.1251, "synergistic", 0)):  # fmt: skip
        classes = measured(world, make_record({f"measure.{name}": line}))[:, column_index("biermann")]
        assert classes.tolist() == [wanted, wanted]
    world.legalization[:2] = 0.6, 0.6001  # measure.hard_law is .6
    assert value(world, "hard_law_power") == 0.5


def test_power_is_that_of_states():
    """A world where a firm has power of its own: the states' .4 and .2 count as 2/3 and 1/3."""
    world = world_of([[0, 2], [1, 2]], [0.4, 0.2, 0.4], [0, 0, 0])
    world.kind[2] = Kind.NONSTATE
    assert value(world, "coverage") == pytest.approx(2 / 3)
    assert value(world, "component") == pytest.approx(2 / 3)
    assert verdict_measures_of(world)[-1] == pytest.approx([1.0, np.nan, 1 / (4 / 9 + 1 / 9)], nan_ok=True)
    world.legalization[:2] = 0.9, 0.0
    assert value(world, "legalization") == pytest.approx(2 / 3 * 0.9)
    assert value(world, "hard_law_power") == pytest.approx(2 / 3)
    world.trust[:] = [[0, 0.2, 1], [0.6, 0, 1], [1, 1, 0]]
    assert value(world, "trust_within") == pytest.approx(0.4)
