"""Identities, nulls and invariances at other values, and that what breaks them is found out."""

import numpy as np
import pytest

from forumsim.core.measures import MEASURES
from forumsim.core.terms import Event
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario
from forumsim.studies.verification.case import estimate
from forumsim.studies.verification.cases import CASES
from forumsim.studies.verification.identities import by_shares, partition
from forumsim.studies.verification.invariance import EXACT, change_of_measures, swapped_run
from forumsim.studies.verification.nulls import membership_chain, moved_trust, random_membership, realist_null
from forumsim.studies.verification.relabelling import differing, relabelled

LIVELY = {"founding.rate": 1, "founding.patience": 0}
BLOCS = {"polarisation": 0.8, "nonstate": 3}


# --- partition ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", range(10))
def test_partitions_of_random_actors(seed):
    rng = np.random.default_rng(4000 + seed)
    actors = int(rng.integers(6, 60))
    power, forum = rng.dirichlet(np.full(actors, 0.7)) + 1e-9, rng.integers(0, 6, actors)
    assert partition(power, forum) == pytest.approx(by_shares(power, forum), abs=1e-12)
    for found, other in zip(partition(power, forum), by_shares(power[::-1], forum), strict=True):
        assert abs(found - other) > 1e-9, "powers in another order are another partition"


def test_partition_by_hand():
    """Pairs of powers .4 .3 .2 .1: together .4 x .3 + .2 x .1 of the .35 that all pairs make."""
    assert partition([4, 3, 2, 1], [0, 0, 1, 1]) == pytest.approx((1 - 0.14 / 0.35, 1 / 0.58), abs=1e-12)
    assert partition([1, 1, 1], [2, 2, 2]) == pytest.approx((0, 1), abs=1e-12)
    assert partition([1, 1, 1], [0, 1, 2]) == pytest.approx((1, 3), abs=1e-12)


# --- nulls --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rate", "cost", "loyalty", "temperature", "members"),
    [(1.0, 0.4, 0.0, 1.0, True), (0.3, -0.5, 0.8, 2.0, False), (0.6, 0.0, 3.0, 1.5, True)],
)
def test_random_membership(rate, cost, loyalty, temperature, members):
    runs = np.array(
        [random_membership(rate, cost, loyalty, temperature, members, 12, seed, 30, 20) for seed in range(80, 92)]
    )
    wanted = membership_chain(rate, cost, loyalty, temperature, members, 12)
    assert runs[:, 0].tolist() == [float(members)] * 12
    for step in (1, 3, 12):
        assert estimate("share", wanted[step], runs[:, step], 0.05).holds
    disloyal = membership_chain(rate, cost, loyalty - 1.0, temperature, members, 12)
    assert not estimate("share", disloyal[12], runs[:, 12], 0.05).holds


def test_the_chain_step_by_step():
    share = 1.0
    joins, leaves = 0.4 / (1 + np.exp(0.3 / 0.7)), 0.4 / (1 + np.exp((1.2 - 0.3) / 0.7))
    for wanted in membership_chain(0.4, 0.3, 1.2, 0.7, True, 6):
        assert share == pytest.approx(wanted, abs=1e-12)
        share += (1 - share) * joins - share * leaves


@pytest.mark.parametrize("seed", [3, 4])
def test_realists_do_not_react_to_dialogue(seed):
    fields = {"polarisation": 0.4, "nonstate": 3}
    confident = {"confidence.on": True, "sincerity.level": 0.9}
    assert realist_null((0.0, 0.2, 0.9), steps=20, seed=seed, parameters=confident, fields=fields) == ()
    others = realist_null((0.0, 0.2), steps=20, seed=seed, realist=False, fields=fields)
    assert {"trust", "position", "meetings", "series"} <= set(others)
    assert realist_null((0.4, 0.4), steps=5, seed=seed, realist=False, fields=fields) == ()


def test_trust_moves_by_what_moves_it_alone():
    assert moved_trust(steps=15, seed=9) == 0
    for lifted in ({"rule.dialogue": True}, {"compliance.trust_gain": 0.02}):
        assert moved_trust(steps=15, seed=9, parameters=lifted) > 0
        # drift moves trust only where something else has moved it
        assert moved_trust(steps=15, seed=9, parameters={"drift.trust": 0.1}) == 0
    assert moved_trust(steps=15, seed=9, parameters={"rule.dialogue": True, "dialogue.level": 0}) == 0


# --- invariance ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def lively():
    case = load_scenario("two_blocs", **BLOCS)
    p = params_for(case, LIVELY)
    return run_arrays(case, p, 25, 3, every=25).world, p


def test_relabelling_there_and_back_changes_nothing(lively):
    world, _ = lively
    rng = np.random.default_rng(1)
    orders = {"actors": rng.permutation(world.actors), "forums": rng.permutation(world.slots), "issues": [1, 0]}
    for name, order in orders.items():
        other = relabelled(world, **{name: order})
        assert differing(world, relabelled(other, **{name: np.argsort(order)})) == ()
    everything = relabelled(world, **orders)
    assert {"power", "trust", "member", "mandate", "patron", "founder", "events"} <= set(differing(world, everything))


def test_relabelled_rows_name_what_they_named(lively):
    world, _ = lively
    actors, forums = np.roll(np.arange(world.actors), 1), np.roll(np.arange(world.slots), 2)
    other = relabelled(world, actors=actors, forums=forums, issues=[1, 0])
    for new, old in enumerate(actors):
        assert other.power[new] == world.power[old]
        assert (other.position[new] == world.position[old][::-1]).all()
        for name, order in (("patron", actors), ("focal", forums)):
            row = getattr(other, name)[new]
            assert (order[row] if row >= 0 else -1) == getattr(world, name)[old]
    was, now = world.log(), other.log()
    assert (was["kind"] == Event.COMPETITIVE_CREATION).any() and (was["kind"] == Event.DECLARATION).any()
    for before, after in zip(was, now, strict=True):
        forum = before["kind"] in (Event.MERGER, Event.REGIME_SHIFT, Event.COMPETITIVE_CREATION)
        for name, order in (("actor", actors), ("forum", forums), ("other", forums if forum else actors)):
            assert (order[after[name]] if after[name] >= 0 else -1) == before[name]
        assert after["issue"] == (1 - before["issue"] if before["issue"] >= 0 else -1)
        assert (after["step"], after["value"]) == (before["step"], before["value"])
    assert (other.tally == world.tally[[1, 0, 2]]).all()


@pytest.mark.parametrize("change", EXACT)
def test_measures_do_not_depend_on_how_a_world_is_written(change):
    for seed in (11, 12):
        gaps = change_of_measures(change, steps=15, seed=seed, factor=2.0**-5, parameters=LIVELY, fields=BLOCS)
        assert list(gaps) == [measure.name for measure in MEASURES]
        assert max(gaps.values()) <= 1e-12
        assert all(gaps[name] == 0 for name in EXACT[change])


def test_a_world_that_is_half_relabelled_is_found_out(lively):
    world, p = lively
    from forumsim.studies.verification.invariance import all_measures, gap_between

    half = world.copy()
    half.power[:] = np.roll(world.power, 1)
    gaps = gap_between(all_measures(world, p), all_measures(half, p)).max(axis=0)
    column = [measure.name for measure in MEASURES].index
    assert gaps[column("fragmentation")] > 1e-6 and gaps[column("trust_across")] > 1e-6 and gaps[column("joins")] == 0
    half.status[:] = 0
    gaps = gap_between(all_measures(world, p), all_measures(half, p)).max(axis=0)
    assert gaps[column("legalization")] == np.inf


@pytest.mark.parametrize("seed", [21, 22])
def test_runs_do_not_depend_on_which_issue_is_first(seed):
    assert swapped_run(steps=30, seed=seed, parameters=LIVELY | {"founding.all_issues": 1}, fields=BLOCS) == ()
    assert swapped_run(steps=30, seed=seed, equal_salience=False, parameters=LIVELY, fields=BLOCS) == ()


def test_ties_go_to_the_issue_that_is_first():
    """Equal salience and new forums on one issue: who has no forum founds on its first issue, in either world."""
    assert "mandate" in swapped_run(steps=5, seed=3, parameters=LIVELY, fields=BLOCS)


@pytest.mark.parametrize("name", ["invariance-measures", "invariance-runs"])
def test_the_invariances_hold(name):
    (case,) = (case for case in CASES if case.name == name)
    assert all(finding.holds for finding in case.check())
