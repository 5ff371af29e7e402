"""Landscape theory: the enumeration against itself, the rule against the enumeration, the data that are shipped."""

from itertools import product

import numpy as np
import pytest

from forumsim.studies.verification import landscape
from forumsim.studies.verification.landscape import run_findings, settle
from forumsim.studies.verification.landscape_data import DATA, Landscape, europe, random_landscape, unix_1988
from forumsim.studies.verification.landscape_energy import (
    across,
    basins,
    configurations,
    energies,
    energy,
    minima,
    neighbours,
    weights,
)


def plain_energy(sizes, propensity, side):
    """The definition, loop by loop: every ordered pair on different sides."""
    n = len(sizes)
    return sum(
        sizes[i] * sizes[j] * propensity[i][j] for i in range(n) for j in range(n) if i != j and side[i] != side[j]
    )


def frustration(sizes, propensity, side):
    return across(weights(sizes, propensity), np.asarray(side)) / sizes


def plain_minima(sizes, propensity):
    found = set()
    for rest in product((0, 1), repeat=len(sizes) - 1):
        side = (0, *rest)
        moved = [[s ^ (k == i) for i, s in enumerate(side)] for k in range(len(sizes))]
        if min(plain_energy(sizes, propensity, other) for other in moved) >= plain_energy(sizes, propensity, side):
            found.add(side)
    return found


def test_energy_and_minima_are_the_definition():
    for seed in range(5):
        land = random_landscape(6, seed)
        every = configurations(6)
        level = energies(land.sizes, land.propensity)
        assert len({tuple(side) for side in every.tolist()}) == 32
        for code, side in enumerate(every):
            expected = plain_energy(land.sizes, land.propensity, side)
            assert level[code] == pytest.approx(expected)
            assert energy(land.sizes, land.propensity, 1 - side) == pytest.approx(expected)
            assert land.sizes @ frustration(land.sizes, land.propensity, side) == pytest.approx(expected)
            for k, other in enumerate(neighbours(6)[code]):
                moved = side.copy()
                moved[k] ^= 1
                assert (every[other] == (moved ^ moved[0])).all()
        found = minima(land.sizes, land.propensity)
        assert {tuple(side) for side in found.tolist()} == plain_minima(land.sizes, land.propensity)
        lowest = [energy(land.sizes, land.propensity, side) for side in found]
        assert lowest == sorted(lowest) and lowest[0] == pytest.approx(level.min())
        assert basins(land.sizes, land.propensity).sum() == 32


def test_one_move_changes_the_energy_by_twice_the_mover_s():
    land = random_landscape(7, 3)
    side = np.array([0, 1, 0, 0, 1, 1, 0])
    for k in range(1, 7):
        moved = side.copy()
        moved[k] ^= 1
        felt = (frustration(*of(land), moved) - frustration(*of(land), side))[k]
        assert energy(*of(land), moved) - energy(*of(land), side) == pytest.approx(2 * land.sizes[k] * felt)


def of(land):
    return land.sizes, land.propensity


@pytest.mark.parametrize("actors", [2, 5, 9])
def test_the_rule_ends_in_enumerated_minima(actors):
    land = random_landscape(actors, 40 + actors)
    findings = list(run_findings([(land, configurations(actors)[::5], seed) for seed in (1, 2)]))
    assert all(finding.holds for finding in findings), findings


def test_scale_of_propensity_does_not_matter_and_order_of_actors_does():
    land, start = random_landscape(8, 4), np.array([0, 1, 0, 1, 0, 1, 0, 1])
    usual = settle(*of(land), start, seed=3)
    scaled = settle(10 * land.sizes, land.propensity / 7, start, seed=3)
    assert (scaled.side == usual.side).all() and [m.actor for m in scaled.moves] == [m.actor for m in usual.moves]
    together = np.zeros(8, dtype=int)
    orders = {tuple(move.actor for move in settle(*of(land), together, seed=seed).moves) for seed in range(10)}
    assert len(orders) > 1


def test_who_only_attracts_ends_together_and_a_pair_of_rivals_apart():
    friends = np.ones((5, 5))
    assert (settle(np.arange(1, 6), friends, [0, 1, 0, 1, 1]).side == 0).all()
    assert settle([3, 1], [[0, -1], [-1, 0]], [0, 0]).side.tolist() == [0, 1]
    assert minima([3, 1], [[0, -1], [-1, 0]]).tolist() == [[0, 1]]


@pytest.mark.parametrize("change", [
    {"utility.trust_size": 0.0},  # mean trust rather than the sum over members
    {"utility.network": 3.0},  # size attracts as well
    {"utility.trust": 0.0},  # trust does not count: nobody moves
])  # fmt: skip
def test_another_setting_of_the_rule_fails(monkeypatch, change):
    layers = landscape.record
    monkeypatch.setattr(landscape, "record", lambda *given: layers(*given, change))
    land = random_landscape(9, 2)
    assert not all(finding.holds for finding in run_findings([(land, configurations(9)[::8], 1)]))


def test_unix_1988():
    land = unix_1988()
    assert len(land.names) == 9 and land.of("UI") == {"Sun", "AT&T", "Prime"}
    found = minima(*of(land))
    assert [round(energy(*of(land), side), 1) for side in found] == [-3828.9, -3828.9]
    assert basins(*of(land)).tolist() == [128, 128]
    ends = {tuple(settle(*of(land), side).side.tolist()) for side in configurations(9)[::20]}
    assert ends == {tuple(side) for side in found.tolist()}
    # only the ratio of the two propensities counts; types that attract each other, without rivals, stay together
    assert (minima(*of(unix_1988(within=-3.0))) == found).all()
    assert minima(*of(unix_1988(between=1.0, within=0.0))).tolist() == [[0] * 9]


@pytest.mark.parametrize(("year", "number"), [(1936, 2), (1938, 1)])
def test_europe_is_consistent_with_the_paper(year, number):
    land = europe(year)
    found = minima(*of(land))
    assert len(found) == number
    assert {name for name, side in zip(land.names, found[0], strict=True) if not side} == {
        "GBR", "FRA", "CZE", "DNK", "SUN", "YUG", "GRC",
    }  # fmt: skip
    starts = np.random.default_rng(year).integers(0, 2, (5, 17))
    assert all(finding.holds for finding in run_findings([(land, starts, 1)]))


def test_a_reconstruction_says_so():
    for name in ("europe_propensity_1936_37.csv", "europe_propensity_1938_39.csv"):
        assert (DATA / name).read_text(encoding="utf-8").startswith("# RECONSTRUCTION")


def test_the_shipped_tables_are_those_of_the_sources(raw_data):
    rows = (raw_data / "landscape" / "unix_1988_firms.csv").read_text(encoding="utf-8").splitlines()[1:]
    land = unix_1988()
    shipped = zip(land.names, land.sizes, land.history, strict=True)
    assert [(r.split(",")[0], float(r.split(",")[1]), r.split(",")[3]) for r in rows] == list(shipped)
    for year, name in ((1937, "1936_37"), (1939, "1938_39")):
        path = raw_data / "landscape" / f"europe_propensity_matrix_{name}_RECONSTRUCTED.csv"
        assert (np.genfromtxt(path, delimiter=",", skip_header=1) == europe(year).propensity).all()


def test_who_cannot_settle_says_so():
    land = random_landscape(9, 1)
    with pytest.raises(RuntimeError, match="still moving after 1 steps"):
        settle(*of(land), np.zeros(9, dtype=int), steps=1)


def test_a_landscape_without_history_has_no_sides():
    assert Landscape(("A", "B"), np.ones(2), np.zeros((2, 2)), ("x", "y")).of("y") == {"B"}
