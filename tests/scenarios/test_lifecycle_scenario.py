"""The synthetic century of organisations: who is in it, what is drawn, and that a run has room for what it founds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forumsim.core.errors import InputError
from forumsim.core.parameters import BY_NAME
from forumsim.core.terms import SLOTS, Event, Kind, Mode, Role, Status
from forumsim.core.world import World
from forumsim.running.run import simulate
from forumsim.scenarios import Scenario, copy_scenario, load_scenario
from forumsim.scenarios.lifecycle import BLOCS, REGIONS
from forumsim.scenarios.overlays import read_overlay
from forumsim.studies.face_checks import face_checks

SEEDS = range(100)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("lifecycle")


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    """Regions in the middle half, so that next to nothing is clipped."""
    case = load_scenario("lifecycle", apart=0.5)
    return [case.build(seed) for seed in SEEDS]


def test_who_is_there(scenario):
    world = scenario.build(1)
    assert (scenario.actor_ids[0], scenario.actor_ids[-1]) == ("state_001", "state_080")
    assert (world.kind == Kind.STATE).all()
    assert (world.role == Role.STATE).all()
    assert np.bincount(world.bloc).tolist() == [10] * 8
    assert scenario.blocs == BLOCS
    assert np.isinf(world.red_line).all()


def test_an_assembly_of_all_on_each_issue_at_the_start_and_nothing_dated(scenario):
    world = scenario.build(1)
    assert world.clock[SLOTS] == 4
    assert (world.status == Status.ALIVE).sum() == 4
    assert (world.mode[:4] == Mode.STANDING).all()
    np.testing.assert_array_equal(world.mandate[:4], np.eye(4, dtype=bool))
    assert (world.charter[:4][world.mandate[:4]] == 0.5).all()
    assert world.member[:4].all()
    assert (world.fee[:4] == 0).all()
    assert (world.founder[:4] == -1).all()
    assert not len(world.shocks)
    assert not len(world.channels)


def test_it_is_a_century_of_quarters_with_the_parameters_of_the_real_case(scenario):
    """The size of the system is its own: every state tries to found once in its patience."""
    assert scenario.steps == 100 * 4
    each = len(scenario.actor_ids) / BY_NAME["founding.patience"].default
    assert scenario.parameters == {**load_scenario("ai_governance").parameters, "founding.rate": each}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**63), actors=st.integers(8, 60), apart=st.floats(0, 1))
def test_what_holds_for_every_world(seed, actors, apart):
    world = load_scenario("lifecycle", actors=actors, apart=apart).build(seed)
    assert world.actors == actors
    assert np.ptp(np.bincount(world.bloc, minlength=REGIONS)) <= 1
    assert world.power.sum() == pytest.approx(1, abs=1e-12)
    assert (world.power > 0).all()
    np.testing.assert_allclose(np.sort(world.capacity), np.linspace(0.5, 1.5, actors))
    assert (np.argsort(world.capacity) == np.argsort(world.power)).all()
    assert world.position.min() >= 0
    assert world.position.max() <= 1
    np.testing.assert_allclose(world.salience.sum(axis=1), 1)
    np.testing.assert_array_equal(world.position, world.anchor)
    np.testing.assert_array_equal(world.salience, world.salience_anchor)
    distance = np.sqrt(((world.position[:, None] - world.position[None]) ** 2).mean(axis=2))
    expected = np.clip(0.85 - 1.2 * distance, 0.02, 0.98)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(world.trust, expected, atol=1e-12)
    np.testing.assert_array_equal(world.trust, world.baseline)


def test_positions_have_the_moments_that_the_docstring_names(worlds):
    by_region = np.array([[world.position[world.bloc == r] for r in range(REGIONS)] for world in worlds])
    centres = by_region.mean(axis=2)  # worlds, regions, issues
    around = by_region - centres[:, :, None]
    within = np.sqrt((around**2).sum() / (around.size * 9 / 10))  # one degree of freedom of ten went to the mean
    assert within == pytest.approx(0.08, abs=4 * 0.08 / np.sqrt(2 * around.size * 9 / 10))
    assert centres.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(12 * centres.size))
    assert centres.var() == pytest.approx(0.5**2 / 12 + 0.08**2 / 10, rel=4 * np.sqrt(2 / centres.size))
    assert centres.min() > 0.25 - 0.15
    assert centres.max() < 0.75 + 0.15
    flat = centres.reshape(-1, 4)
    assert np.abs(np.corrcoef(flat.T) - np.eye(4)).max() < 4 / np.sqrt(len(flat))  # issue by issue anew


def test_power_and_salience_are_lognormal(worlds):
    power = np.log(np.array([world.power for world in worlds]))
    power -= power.mean(axis=1, keepdims=True)
    assert power.std() == pytest.approx(np.sqrt(79 / 80), abs=4 / np.sqrt(2 * power.size))
    assert abs((power**3).mean() / power.std() ** 3) < 4 * np.sqrt(6 / power.size)
    ratio = np.log(np.array([world.salience[:, 0] / world.salience[:, 1] for world in worlds]))
    assert ratio.std() == pytest.approx(0.15 * np.sqrt(2), abs=4 * 0.15 * np.sqrt(2) / np.sqrt(2 * ratio.size))
    assert ratio.mean() == pytest.approx(0, abs=4 * 0.15 * np.sqrt(2 / ratio.size))


def test_neighbours_trust_each_other_more_than_the_line_of_invitations(scenario):
    """States of one region lie .08 sqrt(2) apart in the mean square, so that trust is .71: above .5 for nearly all."""
    world = scenario.build(3)
    same = (world.bloc[:, None] == world.bloc) & ~np.eye(80, dtype=bool)
    assert (world.trust[same] > 0.5).all()
    assert world.trust[same].mean() > world.trust[~same].mean() + 0.15


def test_seed_decides_all(scenario):
    one, again, other = scenario.build(5), scenario.build(5), scenario.build(6)
    for (name, a), (_, b) in zip(one.arrays(), again.arrays(), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)
    assert (one.position != other.position).all()
    assert (one.power != other.power).all()


def test_apart_moves_the_regions_and_no_draw():
    low, high = (load_scenario("lifecycle", apart=value).build(9) for value in (0.2, 0.4))
    np.testing.assert_array_equal(low.power, high.power)
    np.testing.assert_array_equal(low.salience, high.salience)
    moved = high.position - low.position
    for region in range(REGIONS):
        ours = moved[low.bloc == region]
        assert np.ptp(ours, axis=0).max() < 1e-12  # all states of a region alike
    middle = load_scenario("lifecycle", apart=0.0).build(9)
    np.testing.assert_allclose(2 * low.position - high.position, middle.position, atol=1e-12)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"apart": 1.5}, "scenario.apart: found 1.5; allowed: a number from 0 to 1"),
        ({"actors": 4}, "scenario.actors: found 4; allowed: a whole number from 8 to 500"),
        ({"polarisation": 0.4}, "scenario.polarisation: no such field of the scenario; allowed: actors, apart"),
        ({"actors.state_001.power": 0.4}, "vary fields of the scenario, such as scenario.apart"),
    ],
)
def test_field_mistakes(fields, message):
    with pytest.raises(InputError) as caught:
        load_scenario("lifecycle", **fields)
    assert message in str(caught.value)


def test_a_copy_of_ones_own(tmp_path):
    folder = copy_scenario("lifecycle", tmp_path / "own")
    members = "forum,actor\nassembly_welfare,state_001\nassembly_welfare,state_002\n"
    (folder / "memberships.csv").write_text(members, encoding="utf-8")
    assert load_scenario(folder).build(1).member.sum() == 2


def test_face_checks_ask_for_two_looks(scenario):
    """There are many foundings, by the size of the system, and some of them die young: that is what it is for."""
    unusual = [check.what for check in face_checks(scenario) if check.unusual]
    assert [what.partition(",")[0] for what in unusual] == [
        "forums that die within 8 steps of their founding",
        "forums founded",
    ]


def test_a_century_has_births_dormancy_deaths_and_room_to_spare(scenario):
    run = simulate(scenario, seed=1)
    kinds = run.world.log()["kind"]
    counts = {kind: int((kinds == kind).sum()) for kind in (Event.FOUNDING, Event.DORMANCY, Event.DISSOLUTION)}
    assert min(counts.values()) > 10
    assert counts[Event.FOUNDING] + 4 == run.world.clock[SLOTS] < len(scenario.forum_ids) / 2


def test_without_founding_there_are_the_assemblies_alone(scenario):
    run = simulate(scenario, seed=1, steps=40, parameters={"rule.founding": False})
    assert run.world.clock[SLOTS] == 4


def test_the_overlay_leaves_out_the_assemblies_and_moves_no_draw(scenario):
    overlay = read_overlay("lifecycle", "no_assemblies")
    assert set(overlay.fields) == {f"forums.{name}.on" for name in scenario.forum_ids[:4]}
    world, other = load_scenario("lifecycle", **overlay.fields).build(1), scenario.build(1)
    assert not world.live().any()
    assert world.clock[SLOTS] == 4
    np.testing.assert_array_equal(world.position, other.position)
