"""Known results that the rule of membership must reproduce: bandwagons, tipping, landscapes."""

import csv
import math

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, ready, record, set_trust, tick, world_of

from forumsim.rules.membership import membership
from forumsim.rules.voice import voice

EXCLUSIVE = {**PLAIN, "membership.exclusive": True, "membership.outside": False}


def run(world, p, steps):
    return tick(world, p, membership, steps=steps)


@pytest.mark.parametrize(("changed", "joined"), [(None, 100), (1, 1), (50, 50)])
def test_bandwagon_of_granovetter(changed, joined):
    """Thresholds 0..99: all join; with the threshold k raised by one, only those below it do."""
    thresholds = np.arange(100.0)
    if changed is not None:
        thresholds[changed] += 1
    # u = members so far - own threshold; half a member off, because a tie does not move
    p = record(PLAIN, {"utility.network": 100.0, "utility.cost": -0.5, "membership.exit": False})
    world = world_of(100)
    add_forum(world, 0)
    world.reservation[:] = thresholds
    assert run(ready(world, p), p, 100).member.sum() == joined


@pytest.mark.parametrize(("strength", "larger"), [(1.0, 0.5), (2.5, 0.855), (3.0, 0.929)])
def test_tipping_of_two_identical_forums(strength, larger):
    """m = tanh(nu m / (2 theta)): Brock & Durlauf 2001; symmetric up to nu / theta = 2."""
    m = 2 * larger - 1
    assert math.tanh(strength * m / 2) == pytest.approx(m, abs=1e-3)
    p = record(EXCLUSIVE, {"utility.network": strength, "membership.temperature": 1.0})
    world = world_of(600, forums=2)
    add_forum(world, 0, range(400))
    add_forum(world, 1, range(400, 600))
    run(ready(world, p), p, 30)
    shares = []
    for _ in range(60):
        run(world, p, 1)
        shares.append(world.member[0].mean())
        assert (world.member.sum(0) == 1).all()
    assert np.mean(shares) == pytest.approx(larger, abs=0.015)


def landscape(sizes, propensity):
    """World and record of landscape theory: two forums, trust in the members weighted by their size, nothing else."""
    p = record(EXCLUSIVE, {"utility.trust": 1.0, "utility.trust_size": 1.0})
    world = world_of(len(sizes), forums=2)
    world.power[:] = np.asarray(sizes) / np.sum(sizes)
    set_trust(world, (np.asarray(propensity) / np.abs(propensity).max() + 1) / 2)
    add_forum(world, 0)
    add_forum(world, 1)
    return world, p


def energy(sizes, propensity, side):
    """E = sum over ordered pairs s_i s_j p_ij d_ij, d = 1 on different sides."""
    apart = side[:, None] != side[None, :]
    return float((np.outer(sizes, sizes) * propensity * apart).sum())


def minima(sizes, propensity):
    """Configurations (side of actor 0 fixed) in which no single move lowers the energy, by enumeration."""
    n = len(sizes)
    found = []
    for code in range(2 ** (n - 1)):
        side = np.array([0] + [(code >> k) & 1 for k in range(n - 1)])
        here = energy(sizes, propensity, side)
        others = []
        for k in range(n):
            moved = side.copy()
            moved[k] = 1 - moved[k]
            others.append(energy(sizes, propensity, moved))
        if min(others) >= here - 1e-9:
            found.append(tuple(int(s) for s in side))
    return found


def settle(world, p, sizes, propensity, side):
    """Let the rule run from a configuration; energy must never rise."""
    world.member[0], world.member[1] = side == 0, side == 1
    ready(world, p)
    last = energy(sizes, propensity, side)
    for _ in range(12):
        run(world, p, 1)
        now = energy(sizes, propensity, world.member[1].astype(int))
        assert now <= last + 1e-9
        last = now
    end = world.member[1].astype(int)
    return tuple(int(s) for s in (end if end[0] == 0 else 1 - end))


def test_random_landscapes_end_in_their_minima():
    rng = np.random.default_rng(7)
    for _ in range(4):
        sizes = rng.gamma(2.0, size=7)
        propensity = rng.uniform(-1, 1, (7, 7))
        propensity = (propensity + propensity.T) / 2
        np.fill_diagonal(propensity, 0.0)
        world, p = landscape(sizes, propensity)
        expected = set(minima(sizes, propensity))
        for code in range(0, 64, 7):
            side = np.array([0] + [(code >> k) & 1 for k in range(6)])
            assert settle(world, p, sizes, propensity, side) in expected


def test_unix_standards_of_1988(raw_data):
    """Axelrod & Bennett 1993: rivals of one type repel, exactly two minima at E = -3828.9."""
    with open(raw_data / "landscape" / "unix_1988_firms.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    firms = [row["firm"] for row in rows]
    sizes = np.array([float(row["size"]) for row in rows])
    types = np.array([row["type"] for row in rows])
    propensity = np.where(types[:, None] == types[None, :], -1.0, 0.0)
    np.fill_diagonal(propensity, 0.0)
    expected = minima(sizes, propensity)
    assert len(expected) == 2
    for side in expected:
        assert energy(sizes, propensity, np.array(side)) == pytest.approx(-3828.9, abs=0.1)
    groups = {
        frozenset(f for f, s in zip(firms, side, strict=True) if s == side[firms.index("Sun")]) for side in expected
    }
    assert {frozenset(g) for g in groups} == {
        frozenset({"Sun", "AT&T", "Prime", "IBM"}), frozenset({"Sun", "DEC", "HP", "Prime"}),
    }  # fmt: skip
    world, p = landscape(sizes, propensity)
    ends = [
        settle(world, p, sizes, propensity, np.array([0] + [(code >> k) & 1 for k in range(8)]))
        for code in range(0, 256, 5)
    ]
    assert set(ends) == set(expected)


def test_nearest_forums_with_the_mean_of_their_members_are_lloyds():
    """Laver & Sergenti's Aggregators in one dimension: (2i - 1) / (2k), mean squared distance 1 / (12 k^2)."""
    number = 3
    p = record(EXCLUSIVE, {"utility.fit": 1.0, "utility.fit_scale": 1.0, "utility.fit_law": 0.0,
                           "voice.aggregation": 1.0, "voice.rate": 0.0})  # fmt: skip
    world = world_of(300, forums=number)
    world.position[:, 0] = (np.arange(300) + 0.5) / 300
    for f, charter in enumerate((0.1, 0.2, 0.9)):
        add_forum(world, f, charter=charter)
    ready(world, p)
    tick(world, p, membership, voice, steps=60)
    assert np.sort(world.charter[:, 0]) == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=0.02)
    nearest = np.abs(world.position - world.charter[:, 0]).min(1)
    assert (nearest**2).mean() == pytest.approx(1 / (12 * number**2), rel=0.02)
    assert (world.member.argmax(0) == np.abs(world.position - world.charter[:, 0]).argmin(1)).mean() > 0.99
