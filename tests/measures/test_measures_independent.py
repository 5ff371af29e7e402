"""Measures against networkx, scipy and pandas on random worlds, closed forms, and the edges that the model names."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from library_measures import INDEPENDENT, Scope, nodf
from worlds_by_hand import measured, random_world, value, world_of

from forumsim import simulate
from forumsim.core.measures import MEASURES, column_index
from forumsim.core.terms import Kind, Role, Status
from forumsim.core.world import World


@cache
def worlds() -> list[tuple[np.ndarray, list[Scope]]]:
    """Fifty random worlds and the ends of three runs, with their measures."""
    found = [random_world(1000 + seed) for seed in range(50)]
    found += [simulate("two_blocs", 30, seed, fields={"polarisation": 0.1 + 0.3 * seed}).world for seed in (1, 2)]
    found.append(simulate("ai_governance", 10, 1, detail=False).world)
    return [(measured(world), [Scope(world, k) for k in range(world.issues + 1)]) for world in found]


@pytest.mark.parametrize("name", INDEPENDENT)
def test_random_worlds(name):
    got = np.concatenate([values[:, column_index(name)] for values, _ in worlds()])
    wanted = np.array([INDEPENDENT[name](scope) for _, scopes in worlds() for scope in scopes], dtype=float)
    assert (~np.isnan(wanted)).sum() >= 20
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-11)


def test_only_running_totals_are_left_out():
    left = {measure.family for measure in MEASURES if measure.name not in INDEPENDENT}
    assert left == {"conduct", "events"}


# --- closed forms -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("forums", range(1, 9))
def test_equal_forums(forums):
    """k forums of m of n equal states: k effective forums (Laakso & Taagepera), 1 - F = (1/k - 1/n)/(1 - 1/n) by the
    identity for partitions, modularity 1 - 1/k."""
    size = 4
    n = forums * size
    bloc = np.arange(n) // size
    world = world_of([np.flatnonzero(bloc == f) for f in range(forums)], np.full(n, 1 / n), bloc)
    assert value(world, "enf") == pytest.approx(forums)
    assert value(world, "fragmentation") == pytest.approx(1 - (1 / forums - 1 / n) / (1 - 1 / n))
    assert value(world, "coverage") == pytest.approx(1 / forums)
    assert value(world, "component") == pytest.approx(1 / forums)
    assert value(world, "modularity") == pytest.approx(1 - 1 / forums)
    assert value(world, "ei_index") == -1
    assert value(world, "participation_gini") == 0


def test_ties_across_two_blocs_alone():
    """Pairs of one state from either bloc: e_bb = 0, a_b = 1/2, so Q = -1/2, its least value for two blocs."""
    world = world_of([[0, 3], [1, 4], [2, 5]], np.full(6, 1 / 6), [0, 0, 0, 1, 1, 1])
    assert value(world, "modularity") == pytest.approx(-0.5)
    assert value(world, "ei_index") == 1


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.62, 0.9])
@pytest.mark.parametrize("distance", [0.15, 0.4, 1.0])
def test_two_points(p, distance):
    """Esteban & Ray 1994: K (p^(1+a) q + q^(1+a) p) |x - y|, here with K = 2^(1+a), a = 1.6."""
    world = world_of([], [p / 2, 1 - p, p / 2])
    world.position[:, 0] = 0.0, distance, 0.0
    q = 1 - p
    assert value(world, "polarization") == pytest.approx(2**2.6 * (p**2.6 * q + q**2.6 * p) * distance)


@pytest.mark.parametrize("states", [2, 3, 10])
def test_gini_of_known_distributions(states):
    """One state has all: 1 - 1/n. Memberships 1, 2, ..., n: (n - 1) / (3 n). Non-state actors do not count."""
    power = np.full(states + 1, 1 / states)
    power[-1] = 0.0
    one = world_of([[0, states], [0, states]], power)
    rising = world_of([range(f, states) for f in range(states)], power)
    for world, wanted in ((one, 1 - 1 / states), (rising, (states - 1) / (3 * states))):
        world.kind[-1] = Kind.NONSTATE
        assert value(world, "participation_gini") == pytest.approx(wanted)


WORKED_EXAMPLE = np.array(
    [[1, 0, 1, 1, 1], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]], dtype=bool
)


@pytest.mark.parametrize("matrix", [WORKED_EXAMPLE, WORKED_EXAMPLE.T])
def test_nestedness_of_the_worked_example(matrix):
    """Almeida-Neto et al. 2008, figure 1. By hand, pairs of rows: 67 67 50 50 0 100 100 50 50 0, mean 53; pairs of
    columns: 0 67 50 100 67 50 0 100 100 100, mean 63; of all twenty 58."""
    wanted = (1600 / 3 + 1900 / 3) / 20
    assert wanted == pytest.approx(58.33, abs=0.01)
    world = world_of([np.flatnonzero(row) for row in matrix], np.full(5, 0.2))
    assert value(world, "nestedness") == pytest.approx(wanted)
    assert nodf(matrix) == pytest.approx(wanted)


@pytest.mark.parametrize("size", [2, 3, 6, 20])
def test_nestedness_at_its_ends(size):
    """A full triangle is perfectly nested; equal fills are not nested at all."""
    power = np.full(size, 1 / size)
    assert value(world_of([range(f + 1) for f in range(size)], power), "nestedness") == pytest.approx(100)
    assert value(world_of([range(size)] * size, power), "nestedness") == 0
    assert value(world_of([[f] for f in range(size)], power), "nestedness") == 0


# --- edges ------------------------------------------------------------------------------------------------------
def states(*members, blocs=(0, 0, 1, 1), **more) -> World:
    """Four equal states, the first of either bloc a major."""
    world = world_of(members, np.full(4, 0.25), blocs, **more)
    world.role[[0, 2]] = Role.MAJOR
    return world


def dead() -> World:
    """Forums that were."""
    world = states([0, 1, 2, 3], [0, 1])
    world.status[:2] = Status.DISSOLVED, Status.MERGED
    return world


def of_no_power() -> World:
    world = states([0, 1, 2, 3], [0, 1])
    world.power[:] = 0.0
    return world


MISSING = np.nan
NO_FORUM = {
    "fragmentation": 1, "fragmentation_across": 1, "fragmentation_within": 1, "contact": 0, "enf": 0, "coverage": 0,
    "coverage_heads": 0, "bridge": 0, "majors_portfolio": MISSING, "component": 0, "forums_alive": 0,
    "jaccard": MISSING, "directed_overlap": MISSING, "modularity": MISSING, "ei_index": MISSING, "nestedness": MISSING,
    "normative_distance": MISSING, "conflict": MISSING, "biermann": MISSING, "overlap_share": MISSING,
    "legalization": MISSING, "hard_law_power": 0, "participation_gini": MISSING, "small_state_share": MISSING,
    "nonstate_share": MISSING,
}  # fmt: skip
ONE_FORUM = {
    "fragmentation": 0, "enf": 1, "coverage": 1, "bridge": 1, "contact": 1, "component": 1, "majors_portfolio": 1,
    "jaccard": MISSING, "directed_overlap": MISSING, "overlap_share": MISSING, "normative_distance": MISSING,
    "conflict": MISSING, "biermann": MISSING, "nestedness": MISSING,
}  # fmt: skip
NO_TIES = {
    "modularity": MISSING,
    "ei_index": MISSING,
    "contact": 0,
    "jaccard": 0,
    "component": 0.25,
    "overlap_share": 0,
}
NO_SHARED_ISSUE = {"normative_distance": MISSING, "conflict": MISSING, "biermann": MISSING, "overlap_share": 0}
NO_MEETING = {
    "genuine_share": MISSING, "words_without_deeds": MISSING, "general_obligation": MISSING, "compliance": MISSING,
    "joins": 0, "exits": 0, "foundings": 0, "deaths": 0, "mergers": 0, "regime_shifts": 0, "competitive_creations": 0,
    "declarations": 0,
}  # fmt: skip
NO_POWER = {
    "fragmentation": MISSING, "contact": MISSING, "coverage": MISSING, "component": MISSING, "polarization": MISSING,
    "hard_law_power": MISSING, "legalization": MISSING, "conflict": MISSING, "trust_across": MISSING,
}  # fmt: skip
ONE_BLOC = {"fragmentation_across": MISSING, "contact_across": MISSING, "trust_across": MISSING, "ei_index": -1}
EDGES = {
    "no forum": (lambda: states(), NO_FORUM),
    "no living forum": (dead, NO_FORUM),
    "one forum": (lambda: states([0, 1, 2, 3]), ONE_FORUM),
    "no ties": (lambda: states([0], [1], [2]), NO_TIES),
    "no shared issue": (lambda: states([0, 1], [0, 1], mandates=[[0], [1]], issues=2), NO_SHARED_ISSUE),
    "no meeting": (lambda: states([0, 1]), NO_MEETING),
    "no power": (of_no_power, NO_POWER),
    "one bloc": (lambda: states([0, 1, 2, 3], blocs=[0, 0, 0, 0]), ONE_BLOC),
}


@pytest.mark.parametrize(
    "edge, name", [pytest.param(edge, name, id=f"{edge}: {name}") for edge, (_, of) in EDGES.items() for name in of]
)
def test_edge(edge, name):
    make, wanted = EDGES[edge]
    assert value(make(), name) == pytest.approx(wanted[name], nan_ok=True)


def test_no_forum_of_an_issue_is_no_forum():
    """The edges hold issue by issue: all forums are on the other one."""
    world = states([0, 1, 2, 3], [0, 1], mandates=[[0], [0]], issues=2)
    for name, wanted in NO_FORUM.items():
        assert measured(world)[1, column_index(name)] == pytest.approx(wanted, nan_ok=True), name


def test_contact_saturates_where_attention_is_divided():
    """All share one forum to which they give a tenth of their attention: contact says 1, F .9."""
    world = states([0, 1, 2, 3], [0], [1], [2], [3])
    world.attention[0], world.attention[1:5] = 0.1, 0.9 * np.eye(4)
    assert value(world, "contact") == 1
    assert value(world, "fragmentation") == pytest.approx(0.9)
