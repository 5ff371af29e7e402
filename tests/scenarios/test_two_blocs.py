"""The synthetic world: who is in it, what is drawn, and that only what should change changes."""

from __future__ import annotations

import pickle
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forumsim.core.errors import InputError
from forumsim.core.parameters import make_record
from forumsim.core.terms import SLOTS, Admission, Decision, Kind, Mode, Role, Status
from forumsim.core.world import World
from forumsim.scenarios import Scenario, copy_scenario, load_scenario
from forumsim.scenarios.two_blocs import EAST, NONALIGNED, WEST

SEEDS = range(200)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("two_blocs")


@pytest.fixture(scope="module")
def worlds(scenario) -> list[World]:
    return [scenario.build(seed) for seed in SEEDS]


def test_who_is_there(scenario):
    ids = scenario.actor_ids
    assert ids[:3] == ("west_major", "east_major", "west_01")
    assert ids[-6:] == ("firm_01", "ngo_01", "epistemic_01", "firm_02", "ngo_02", "epistemic_02")
    world = scenario.build(1)
    states = world.kind == Kind.STATE
    assert states.sum() == 60
    assert np.bincount(world.bloc[states]).tolist() == [24, 24, 12]
    assert (world.role == Role.MAJOR).sum() == 2
    firms = world.role == Role.FIRM
    assert world.patron[firms].tolist() == [0, 1]
    assert world.bloc[firms].tolist() == [WEST, EAST]
    assert world.cause[world.role == Role.NGO].tolist() == [0, 1]
    assert (world.power[~states] == 0).all()
    assert (world.influence[~states] > 0).all()
    assert (world.influence[states] == 0).all()
    assert (world.capacity[~states] == 0.5).all()


def test_forums_at_the_start(scenario):
    assert scenario.forum_ids[:3] == ("universal_civil", "universal_military", "founded_01")
    assert len(scenario.forum_ids) == 24
    world = scenario.build(1)
    assert world.clock[SLOTS] == 2
    assert world.status[:3].tolist() == [Status.ALIVE, Status.ALIVE, Status.EMPTY]
    assert world.mandate[:2].tolist() == [[True, False], [False, True]]
    assert (world.charter[:2] == 0.5).all()
    assert (world.legalization[:2] == 0.3).all()
    assert (world.mode[:2] == Mode.STANDING).all()
    assert (world.admission[:2] == Admission.OPEN).all()
    assert (world.decision[:2] == Decision.WEIGHTED).all()
    assert (world.founder[:2] == 0).all()
    np.testing.assert_array_equal(world.member[0], world.kind == Kind.STATE)
    np.testing.assert_array_equal(world.member[1], world.kind == Kind.STATE)
    assert not world.member[2:].any()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**63),
    actors=st.integers(4, 90),
    polarisation=st.floats(0, 1),
    nonaligned=st.floats(0, 1),
    nonstate=st.integers(0, 9),
    majors_power=st.floats(0.01, 0.45),
)
def test_what_holds_for_every_world(seed, **fields):
    scenario = load_scenario("two_blocs", **fields)
    world = scenario.build(seed)
    assert world.actors == len(scenario.actor_ids) == fields["actors"] + fields["nonstate"]
    assert len(set(scenario.actor_ids)) == world.actors
    states = world.kind == Kind.STATE
    assert world.power.sum() == pytest.approx(1, abs=1e-12)
    assert (world.power[states] > 0).all()
    np.testing.assert_allclose(world.power[:2], fields["majors_power"])
    assert world.capacity[states].mean() == pytest.approx(1)
    assert (world.capacity > 0).all()
    assert (world.position >= 0).all()
    assert (world.position <= 1).all()
    np.testing.assert_allclose(world.salience.sum(axis=1), 1)
    np.testing.assert_array_equal(world.position, world.anchor)
    np.testing.assert_array_equal(world.salience, world.salience_anchor)
    distance = np.sqrt(((world.position[:, None] - world.position[None]) ** 2).mean(axis=2))
    expected = np.clip(0.85 - 1.2 * distance, 0.02, 0.98)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(world.trust, expected, atol=1e-12)
    np.testing.assert_array_equal(world.trust, world.baseline)
    assert np.isinf(world.red_line).all()


def test_positions_have_the_moments_that_the_docstring_names(worlds):
    positions = np.array([world.position for world in worlds])
    bloc, states = worlds[0].bloc, worlds[0].kind == Kind.STATE
    for number, centre, spread in ((WEST, 0.2525, 0.04), (EAST, 0.7475, 0.04), (NONALIGNED, 0.5, 0.10)):
        drawn = positions[:, states & (bloc == number)].reshape(-1)
        # 4 standard errors of the mean and of the standard deviation
        assert abs(drawn.mean() - centre) < 4 * spread / np.sqrt(drawn.size)
        assert abs(drawn.std() - spread) < 4 * spread / np.sqrt(2 * drawn.size)
    flat = positions[:, :60].reshape(len(positions), -1)
    assert abs(np.corrcoef(flat[:-1, 0], flat[1:, 0])[0, 1]) < 4 / np.sqrt(len(flat))
    assert abs(np.corrcoef(flat[:, 0], flat[:, 1])[0, 1]) < 4 / np.sqrt(len(flat))


def test_power_is_lognormal(worlds):
    parts = np.log(np.array([world.power[2:60] for world in worlds]))
    parts -= parts.mean(axis=1, keepdims=True)
    assert abs(parts.std() - np.sqrt(57 / 58)) < 4 / np.sqrt(2 * parts.size)
    skewness = (parts**3).mean() / parts.std() ** 3
    assert abs(skewness) < 4 * np.sqrt(6 / parts.size)


def test_capacity_follows_the_rank_of_power(worlds):
    for world in worlds[:5]:
        order = np.argsort(world.power[:60], kind="stable")
        assert (np.diff(world.capacity[:60][order]) >= 0).all()
        assert world.capacity[0] == world.capacity[1] == world.capacity.max()


def test_firms_stand_near_their_patron(worlds):
    world = worlds[0]
    for firm in np.flatnonzero(world.role == Role.FIRM):
        assert np.abs(world.position[firm] - world.position[world.patron[firm]]).max() < 0.2


def test_seed_decides_all(scenario):
    one, again, other = scenario.build(5), scenario.build(5), scenario.build(6)
    for (name, a), (_, b) in zip(one.arrays(), again.arrays(), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)
    assert (one.position[:60] != other.position[:60]).all()
    assert (one.power[2:60] != other.power[2:60]).all()


def test_polarisation_moves_the_blocs_and_no_draw(scenario):
    low, high = (load_scenario(scenario, polarisation=value).build(9) for value in (0.4, 0.6))
    np.testing.assert_array_equal(low.power, high.power)
    np.testing.assert_array_equal(low.salience, high.salience)
    between = (low.bloc == NONALIGNED) & (low.kind == Kind.STATE)
    np.testing.assert_array_equal(low.position[between], high.position[between])
    west = (low.bloc == WEST) & (low.kind == Kind.STATE)
    np.testing.assert_allclose(low.position[west] - high.position[west], 0.2 * 0.45)


def test_red_line_is_that_of_the_blocs_on_the_military_issue():
    scenario = load_scenario("two_blocs", red_line_military=0.3)
    world = scenario.build(1, make_record({"redline.scale": 0.5}))
    bound = (world.kind == Kind.STATE) & (world.bloc != NONALIGNED)
    np.testing.assert_allclose(world.red_line[bound, 1], 0.15)
    assert np.isinf(world.red_line[~bound]).all()
    assert np.isinf(world.red_line[:, 0]).all()
    free = load_scenario("two_blocs", red_line_military=float("inf")).build(1, make_record({"redline.scale": 0.5}))
    assert np.isinf(free.red_line).all()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"polarization": 0.4}, "scenario.polarization: no such field of the scenario; allowed: actors, polarisation,"),
        ({"polarization": 0.4}, "did you mean 'polarisation'?"),
        ({"polarisation": 1.5}, "scenario.polarisation: found 1.5; allowed: a number from 0 to 1"),
        ({"polarisation": "high"}, "scenario.polarisation: found 'high'; allowed: a number from 0 to 1"),
        ({"polarisation": True}, "scenario.polarisation: found true; allowed: a number from 0 to 1"),
        ({"polarisation": float("nan")}, "scenario.polarisation: found nan; allowed: a number from 0 to 1"),
        ({"nonaligned": float("inf")}, "scenario.nonaligned: found inf; allowed: a number from 0 to 1"),
        ({"actors": 60.5}, "scenario.actors: found 60.5; allowed: a whole number from 4 to 1000"),
        ({"actors": 3}, "scenario.actors: found 3; allowed: a whole number from 4 to 1000"),
        ({"red_line_military": 0}, "scenario.red_line_military: found 0; allowed: a number from 0.01 to inf"),
    ],
)
def test_field_mistakes(scenario, fields, message):
    for load in (lambda: load_scenario("two_blocs", **fields), lambda: load_scenario(scenario, **fields)):
        with pytest.raises(InputError) as caught:
            load()
        assert message in str(caught.value)


def test_all_field_mistakes_at_once():
    with pytest.raises(InputError) as caught:
        load_scenario("two_blocs", polarisation=2, actors="many", firms=3)
    assert len(caught.value.problems) == 3


def test_fields_take_numbers_of_numpy_and_whole_floats():
    scenario = load_scenario("two_blocs", actors=np.float64(20), nonstate=np.int64(3), polarisation=1)
    assert scenario.fields["actors"] == 20
    assert isinstance(scenario.fields["actors"], int)
    assert isinstance(scenario.fields["polarisation"], float)


def test_digest_tells_fields_apart(scenario):
    assert load_scenario("two_blocs", polarisation=0.55) == scenario
    assert load_scenario("two_blocs", polarisation=0.6) != scenario
    assert pickle.loads(pickle.dumps(scenario)).digest == scenario.digest


def test_own_two_blocs(tmp_path):
    folder = copy_scenario("two_blocs", tmp_path / "own")
    (folder / "shocks.csv").write_text(
        "date,kind,actor,other,size\n10,sanction,bloc:west,east_major,0.5\n20,summit,west_major,east_major,1\n"
    )
    (folder / "memberships.csv").write_text("forum,actor\nuniversal_civil,west_major\nuniversal_civil,east_major\n")
    world = load_scenario(folder, actors=10, nonaligned=0).build(1)
    assert world.shocks["step"].tolist() == [10] * 5 + [20]
    assert world.member.sum() == 2
    with pytest.raises(InputError, match="no actor 'east_major_2'"):
        (folder / "memberships.csv").write_text("forum,actor\nuniversal_civil,east_major_2\n")
        load_scenario(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "civil"', 'id = "civic"', "scenario.toml, [[issues]]: found civic, military; allowed: civil, military"),
        ("[fields.nonstate]", "[fields.nonstates]", "scenario.toml, [fields.nonstate]: is missing; two_blocs needs it"),
        ("[fields.nonstate]", "[fields.nonstates]", "[fields.nonstates]: no such field; allowed: start, actors,"),
        ("low = 4", "low = 1", "scenario.toml, [fields.actors], key 'low': found 1; allowed: from 4 to 1000"),
        ('type = "int"\ndefault = 60', 'type = "float"\ndefault = 60', "[fields.actors], key 'type': found 'float'"),
    ],
)
def test_mistakes_in_a_folder_of_ones_own(tmp_path, old, new, message):
    folder = copy_scenario("two_blocs", tmp_path / "own")
    text = (folder / "scenario.toml").read_text()
    assert old in text
    (folder / "scenario.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_scenario(folder)
    assert message in str(caught.value)


def test_tables_that_are_drawn_have_no_file(tmp_path):
    folder = copy_scenario("two_blocs", tmp_path / "own")
    (folder / "actors.csv").write_text("id,power,position_civil,position_military\nX,1,0,0\n")
    with pytest.raises(InputError) as caught:
        load_scenario(folder)
    messages = [str(problem) for problem in caught.value.problems]
    assert messages == ["actors.csv: the generator two_blocs draws this table; allowed: no such file"]


def test_it_is_built_fast(scenario):
    record = make_record({})
    scenario.build(1, record)
    times = []
    for seed in range(100):
        begun = time.perf_counter()
        scenario.build(seed, record)
        times.append(time.perf_counter() - begun)
    assert min(times) < 5e-4
