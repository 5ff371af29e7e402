"""Drift: trust and positions return to where they belong; firms pull, campaigns raise an issue."""

import numpy as np
import pytest
from small_worlds import add_forum, random_world, ready, record, renewed, world_of

from forumsim.core.rules.drift import drift
from forumsim.core.terms import Kind, Role

NO_LOBBY = {"drift.lobby": 0.0, "drift.campaign": 0.0}


def test_trust_positions_and_salience_return_by_their_rates():
    p = record(NO_LOBBY, {"drift.trust": 0.1, "drift.position": 0.02, "drift.salience": 0.3})
    world = random_world(1, 8, 2, 3)
    rng = np.random.default_rng(1)
    world.baseline[:] = rng.random((8, 8))
    np.fill_diagonal(world.baseline, 0.0)
    world.salience_anchor[:] = rng.dirichlet(np.ones(3), 8)
    before = world.copy()
    drift(world, p)
    for i in range(8):
        for j in range(8):
            expected = before.trust[i, j] + 0.1 * (before.baseline[i, j] - before.trust[i, j])
            assert world.trust[i, j] == pytest.approx(expected, abs=1e-15)
        for k in range(3):
            x, s = before.position[i, k], before.salience[i, k]
            assert world.position[i, k] == pytest.approx(x + 0.02 * (before.anchor[i, k] - x), abs=1e-15)
            assert world.salience[i, k] == pytest.approx(s + 0.3 * (before.salience_anchor[i, k] - s), abs=1e-15)
    assert world.salience.sum(1) == pytest.approx(np.ones(8))
    assert not world.trust.diagonal().any()


def test_half_life_of_a_rupture():
    p = record(NO_LOBBY, {"drift.trust": 0.05})
    world = world_of(2)
    world.trust[0, 1] = 0.1
    for _ in range(20):
        drift(world, p)
    assert world.trust[0, 1] == pytest.approx(0.5 - 0.4 * 0.95**20)


def lobbyist(role, cause=-1, influence=0.5):
    world = world_of(3, issues=2)
    world.kind[2], world.role[2], world.influence[2], world.power[:] = Kind.NONSTATE, role, influence, [0.5, 0.5, 0]
    world.patron[2], world.cause[2] = 1, cause
    world.position[:] = world.anchor[:] = [[0.2, 0.2], [0.4, 0.4], [1.0, 0.0]]
    return world


def test_firms_pull_their_patron():
    p = record({"drift.lobby": 0.1})
    world = lobbyist(Role.FIRM)
    drift(world, p)
    assert world.position[1].tolist() == pytest.approx([0.4 + 0.05 * 0.6, 0.4 - 0.05 * 0.4])
    assert world.position[0].tolist() == [0.2, 0.2] and world.position[2].tolist() == [1.0, 0.0]
    world = lobbyist(Role.FIRM, cause=1)
    drift(world, p)
    assert world.position[1].tolist() == pytest.approx([0.4, 0.38])
    world.patron[2] = -1
    before = world.position.copy()
    drift(world, record({"drift.lobby": 0.1, "drift.position": 0.0}))
    assert (world.position == before).all()


def test_campaigns_raise_the_salience_of_their_cause():
    p = record({"drift.campaign": 0.2, "drift.salience": 0.0})
    world = lobbyist(Role.NGO, cause=1)
    drift(world, p)
    assert world.salience[0].tolist() == pytest.approx([0.45, 0.55])
    assert world.salience[2].tolist() == [0.5, 0.5]  # states alone listen
    assert (world.position == world.anchor).all()  # and nobody's position moves
    world = lobbyist(Role.NGO, cause=-1)
    drift(world, p)
    assert (world.salience == 0.5).all()


def test_experts_neither_pull_nor_campaign():
    world = lobbyist(Role.EPISTEMIC, cause=1)
    drift(world, record({"drift.campaign": 1.0, "drift.lobby": 1.0}))
    assert (world.salience == 0.5).all() and (world.position == world.anchor).all()


def test_forums_see_the_new_positions_and_trust():
    p = record({"drift.trust": 0.5, "drift.position": 0.5})
    world = world_of(3)
    world.anchor[:, 0] = [0.0, 0.5, 1.0]
    world.baseline[:] = 1.0
    np.fill_diagonal(world.baseline, 0.0)
    add_forum(world, 0, [0, 1, 2])
    ready(world, p)
    drift(world, p)
    renewed(world, p)
    assert world.distance[0].tolist() == [0.25, 0.0, 0.25]
    assert world.trust_in[0] == pytest.approx(np.full(3, 0.75 * 2 / 3))


def test_switched_off_nothing_drifts():
    world = random_world(4, 6, 2, 2)
    before = world.copy()
    drift(world, record({"rule.drift": False, "drift.trust": 1.0, "drift.position": 1.0}))
    assert (world.trust == before.trust).all() and (world.position == before.position).all()
