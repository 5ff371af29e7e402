"""Drift: trust and positions return to where they belong; hard law pulls outsiders, firms their patrons."""

import numpy as np
import pytest
from small_worlds import add_forum, random_world, ready, record, renewed, world_of

from forumsim.core.rules.drift import drift
from forumsim.core.terms import Kind, Mode, Role, Status

NO_LOBBY = {"drift.lobby": 0.0, "drift.brussels": 0.0}


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


@pytest.mark.parametrize("role", [Role.NGO, Role.EPISTEMIC])
def test_firms_alone_lobby(role):
    world = lobbyist(role)
    drift(world, record({"drift.lobby": 1.0}))
    assert (world.salience == 0.5).all() and (world.position == world.anchor).all()


def market(p, law=0.8, status=Status.ALIVE, **values):
    """Two members with .1 and .2 of the power, outside a state, a firm, an NGO and a third issue."""
    world = world_of(5, issues=2)
    world.power[:] = [0.1, 0.2, 0.7, 0.0, 0.0]
    world.kind[3:], world.role[3:] = Kind.NONSTATE, (Role.FIRM, Role.NGO)
    world.position[:] = world.anchor[:] = [0.3, 0.4]
    add_forum(world, 0, [0, 1], charter=[0.9, 0.1], mandate=[True, False], legalization=law, status=status, **values)
    return ready(world, p)


def test_hard_law_of_a_large_market_pulls_outsiders_on_its_mandate():
    """x += b H W (c - x), with b .5, H .8 and W .3, for states and firms that are no members."""
    p = record({"drift.brussels": 0.5})
    world = market(p)
    drift(world, p)
    pulled = 0.3 + 0.5 * 0.8 * 0.3 * (0.9 - 0.3)
    assert world.position[:, 0].tolist() == pytest.approx([0.3, 0.3, pulled, pulled, 0.3])
    assert (world.position[:, 1] == 0.4).all() and (world.anchor == [0.3, 0.4]).all()


@pytest.mark.parametrize(("change", "moves"), [
    ({"law": 0.5}, False), ({"law": 0.51}, True), ({"status": Status.DORMANT}, False), ({"mode": Mode.SERIES}, True),
])  # fmt: skip
def test_soft_law_and_sleeping_forums_pull_nobody(change, moves):
    p = record({"drift.brussels": 0.5})
    world = market(p, **change)
    drift(world, p)
    assert (world.position[2, 0] > 0.3) == moves


def test_firms_carry_hard_law_to_their_patrons():
    """The firm is pulled before it lobbies: its patron, a member, moves by its influence toward where it is then."""
    p = record({"drift.brussels": 0.5, "drift.lobby": 0.2, "drift.position": 0.0})
    world = market(p)
    world.patron[3], world.influence[3] = 0, 0.5
    drift(world, p)
    assert world.position[0, 0] == pytest.approx(0.3 + 0.1 * 0.12 * 0.6)


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
