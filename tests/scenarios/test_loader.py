"""What a folder becomes: a scenario, and the World of a run."""

from __future__ import annotations

import pickle
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from forumsim.core.errors import InputError
from forumsim.core.parameters import make_record
from forumsim.core.terms import SLOTS, Admission, Decision, Kind, Mode, Role, Shock, Status
from forumsim.core.world import World
from forumsim.scenarios import Scenario, copy_scenario, list_scenarios, load_scenario
from forumsim.scenarios.dated import FOREVER

A, B, C, D, ACME, WATCH = range(6)
ASSEMBLY, CLUB, SUMMIT, TREATY = range(4)


@pytest.fixture
def scenario(little) -> Scenario:
    return load_scenario(little.folder)


@pytest.fixture
def world(scenario) -> World:
    return scenario.build(7, make_record({}))


def same(one: World, other: World) -> bool:
    pairs = zip(one.arrays(), other.arrays(), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for (_, a), (_, b) in pairs)


def test_scenario_says_what_the_files_say(scenario):
    assert (scenario.name, scenario.title, scenario.steps, scenario.start) == (
        "little",
        "A little world",
        20,
        "2024-Q4",
    )
    assert scenario.issues == ("rights", "arms")
    assert scenario.issue_labels == ("Rights", "Arms")
    assert scenario.issue_ends == (("none", "all"), ("", ""))
    assert scenario.blocs == ("north", "south")
    assert scenario.actor_ids == ("AAA", "BBB", "CCC", "DDD", "ACME", "WATCH")
    assert scenario.actor_names[0] == "Aland"
    assert scenario.forum_ids == ("assembly", "club", "summit", "treaty", "founded_01", "founded_02")
    assert scenario.parameters == {"dialogue.level": 0.5}
    assert scenario.fields == {"start": "2024-Q4", "spread": 1, "spread.rights": 1, "spread.arms": 1}
    assert scenario.priors["sincerity"].high == 0.9


@pytest.mark.parametrize(("step", "date"), [(0, "2024-Q4"), (1, "2025-Q1"), (6, "2026-Q2"), (-4, "2023-Q4")])
def test_dates_of_steps(scenario, step, date):
    assert scenario.date_of(step) == date


def test_actors(world):
    assert world.kind.tolist() == [Kind.STATE] * 4 + [Kind.NONSTATE] * 2
    assert world.role.tolist() == [Role.MAJOR, Role.STATE, Role.MAJOR, Role.STATE, Role.FIRM, Role.NGO]
    np.testing.assert_allclose(world.power, [0.4, 0.2, 0.3, 0.1, 0, 0])
    assert world.power.sum() == pytest.approx(1, abs=1e-15)
    np.testing.assert_allclose(world.sincerity, [0.5, 0.7, 0.7, 0.7, 0.7, 0.7])
    assert world.bloc.tolist() == [0, 0, 1, 1, 0, -1]
    assert world.patron.tolist() == [-1, -1, -1, -1, A, -1]
    assert world.cause.tolist() == [-1, -1, -1, -1, -1, 1]
    np.testing.assert_array_equal(world.position, world.anchor)
    np.testing.assert_array_equal(world.salience, world.salience_anchor)
    np.testing.assert_allclose(world.salience[B], [0.25, 0.75])
    assert world.red_line[B].tolist() == [np.inf, 0.2]
    assert np.isinf(world.red_line[[A, C, D]]).all()


def test_trust_is_the_table_then_the_distance(world):
    trust = world.trust
    assert (trust[A, B], trust[B, A]) == (0.9, 0.9)  # one direction given: both
    assert (trust[A, C], trust[C, A]) == (0.3, 0.2)  # both directions given
    distance = np.sqrt(((0.8 - 0.2) ** 2 + (0.3 - 0.7) ** 2) / 2)
    assert trust[B, D] == trust[D, B] == pytest.approx(0.85 - 1.2 * distance)
    assert trust[A, ACME] == 0.85
    np.testing.assert_array_equal(trust, world.baseline)
    assert trust.flags.f_contiguous
    assert world.baseline.flags.f_contiguous


def test_forums_take_the_defaults_of_their_form(world):
    assert world.status[:5].tolist() == [Status.ALIVE] * 3 + [Status.EMPTY] * 2
    assert world.clock[SLOTS] == 4
    assert world.mode[:4].tolist() == [Mode.STANDING, Mode.STANDING, Mode.SERIES, Mode.STANDING]
    assert world.admission[ASSEMBLY] == Admission.OPEN
    assert world.approval[ASSEMBLY] == 0
    assert world.admission[CLUB] == Admission.INVITATION
    assert world.approval[CLUB] == 0.6
    assert world.decision[[CLUB, TREATY]].tolist() == [Decision.CONSENSUS, Decision.VETO]
    assert world.quota[[ASSEMBLY, CLUB, TREATY]].tolist() == [2 / 3, 1, 0.6]
    assert world.legalization[TREATY] == 0.8
    assert world.mandate[:4].tolist() == [[True, True], [True, False], [False, True], [False, True]]
    assert world.charter[CLUB].tolist() == [0.85, 0.5]
    np.testing.assert_array_equal(world.charter, world.status_quo)
    assert world.founder[:4].tolist() == [-1, A, A, C]
    assert world.parent[:4].tolist() == [-1, ASSEMBLY, -1, CLUB]
    assert (world.gate_forum[CLUB], world.gate_issue[CLUB], world.gate_power[CLUB]) == (ASSEMBLY, 0, 0.1)
    assert (world.gate_low[CLUB], world.gate_high[CLUB]) == (0.5, 1)


def test_dates_of_forums_become_steps(world):
    # 1990-Q2, 2020-Q1, 2023-Q4, 2026-Q1 seen from 2024-Q4
    assert world.founded[:4].tolist() == [-138, -19, -4, 5]
    assert (world.period[SUMMIT], world.edition[SUMMIT]) == (2, 0)  # editions at -4, -2, 0
    assert world.habit[TREATY].tolist() == [False, False, True, True, False, False]  # founders wait for the opening


def test_members_at_the_start(world):
    assert world.member[ASSEMBLY].tolist() == [True, True, True, False, False, False]  # DDD joins in 2025 only
    assert world.member[CLUB].tolist() == [True, True, False, False, False, False]  # up to the end of the quarter
    assert world.member[SUMMIT].tolist() == [True, False, False, False, False, False]  # CCC left in June 2024
    assert world.tenure[ASSEMBLY, :3].tolist() == [138, 135, 138]
    assert world.veto[ASSEMBLY].tolist() == [False, False, True, False, False, False]
    assert world.habit[SUMMIT, A]
    assert not world.habit[CLUB].any()
    assert not world.attention.any()


def test_gates_close_a_forum_to_the_others(world):
    assert world.listed[TREATY].tolist() == [False, False, True, True, False, False]
    assert world.listed[[ASSEMBLY, CLUB, SUMMIT]].all()


def test_shocks(world):
    shocks = world.shocks
    assert shocks["step"].tolist() == [-1, -1, 1, 2, 5, 5]
    kinds = [Shock.SANCTION, Shock.SANCTION, Shock.SUMMIT, Shock.CRISIS, Shock.OPENING, Shock.CLOSING]
    assert shocks["kind"].tolist() == kinds
    assert shocks["actor"].tolist() == [A, B, A, -1, C, -1]
    assert shocks["other"].tolist() == [C, C, C, -1, -1, -1]
    assert shocks["forum"].tolist() == [-1, -1, -1, -1, TREATY, CLUB]
    assert shocks["issue"].tolist() == [-1, -1, -1, 1, -1, -1]
    np.testing.assert_allclose(shocks["size"], [0.2, 0.2, 1, 0.5, 1, 1])


@pytest.mark.parametrize(("rows", "found"), [
    ("2022-10-07,sanction,AAA,CCC,\n", [(-1, -8 + 40)]),  # ten years where the row does not say
    ("2022-10-07,sanction,AAA,CCC,2025-03-01\n", [(-1, 1)]),
    ("2022-10-07,sanction,AAA,CCC,2024-12-31\n", []),  # over by the end of the starting quarter
    ("3,sanction,AAA,CCC,9\n", [(3, 9)]),
])  # fmt: skip
def test_sanctions_end(little, rows, found):
    (little.folder / "shocks.csv").write_text("date,kind,actor,other,until\n" + rows, encoding="utf-8")
    shocks = load_scenario(little.folder).build(1).shocks
    sanctions = shocks[shocks["kind"] == Shock.SANCTION]
    assert list(zip(sanctions["step"].tolist(), sanctions["until"].tolist(), strict=True)) == found
    assert not shocks["left"].any()


@pytest.mark.parametrize(("row", "message"), [
    ("4,summit,AAA,CCC,6", "a summit shock has no end"), ("4,sanction,AAA,CCC,4", "it is lifted before it has begun"),
])  # fmt: skip
def test_ends_that_cannot_be(little, row, message):
    (little.folder / "shocks.csv").write_text(f"date,kind,actor,other,until\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_scenario(little.folder)


def test_channels_share_their_rate_among_their_pairs(world):
    channels = world.channels
    assert channels["track"].tolist() == [2, 15, 15, 15, 15]
    assert list(zip(channels["actor"].tolist(), channels["other"].tolist(), strict=True)) == [
        (A, C), (A, C), (A, D), (B, C), (B, D),
    ]  # fmt: skip
    np.testing.assert_allclose(channels["rate"], [0.5, 0.2, 0.2, 0.2, 0.2])
    assert channels["first"].tolist() == [-20] + [-2] * 4
    assert channels["last"].tolist() == [FOREVER] + [4] * 4
    assert channels["scaled"].tolist() == [1, 0, 0, 0, 0]


def channels_of(little, host):
    text = f"track,actor,other,rate,host\n2,AAA,CCC,0.5,{host}\n1,AAA,BBB,1,\n"
    (little.folder / "channels.csv").write_text(text, encoding="utf-8")
    return load_scenario(little.folder)


def test_hosts_of_channels(little):
    scenario = channels_of(little, "ACME")
    hosts = scenario.build(1).channels["host"]
    assert hosts.tolist() == [[scenario.actor_ids.index("ACME"), -1, -1, -1], [-1] * 4]


@pytest.mark.parametrize(("host", "message"), [
    ("BBB", "'BBB' is a state; allowed: non-state actors"), ("ACME;ACME", "found 'ACME' again"),
    ("ACNE", "no actor 'ACNE'"), ("ACME;A;B;C;D", "at most 4"),
])  # fmt: skip
def test_hosts_that_cannot_be(little, host, message):
    with pytest.raises(InputError, match=message):
        channels_of(little, host)


def test_an_earlier_start_opens_later_what_was_open(little):
    scenario = load_scenario(little.folder, start="2019-Q4")
    world = scenario.build(1)
    assert scenario.start == "2019-Q4"
    assert scenario.date_of(0) == "2019-Q4"
    assert world.status[:4].tolist() == [Status.ALIVE] + [Status.EMPTY] * 3
    assert world.member.sum() == 3
    opened = world.shocks[world.shocks["kind"] == Shock.OPENING]
    assert opened["forum"].tolist() == [CLUB, SUMMIT, TREATY]
    assert opened["step"].tolist() == [1, 16, 25]  # the last one after the end of a run of the usual length


def test_a_forum_closed_before_the_start_is_history(little):
    little.change("shocks.csv", "2026-01-01,closing", "2024-01-01,closing")
    world = load_scenario(little.folder).build(1)
    assert world.status[CLUB] == Status.DISSOLVED
    assert not world.member[CLUB].any()
    assert Shock.CLOSING not in world.shocks["kind"]


def test_red_lines_are_scaled(scenario):
    world = scenario.build(1, make_record({"redline.scale": 0.5}))
    assert world.red_line[B].tolist() == [np.inf, 0.1]
    assert scenario.build(1, make_record({})).red_line[B, 1] == 0.2


def test_every_build_is_independent_and_the_same(scenario):
    one, other = scenario.build(3), scenario.build(3)
    assert same(one, other)
    for _, array in one.arrays():
        array.fill(array.dtype.type(0) if array.dtype.names is None else np.zeros((), array.dtype))
    assert same(other, scenario.build(3))
    assert scenario.build(2**31 - 1).seed[0] == 2**31 - 1


def test_scenario_travels(scenario):
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert hash(copy) == hash(scenario)
    assert same(copy.build(5), scenario.build(5))


def test_a_scenario_travels_to_where_the_folder_is_not(scenario, little):
    from forumsim.scenarios import content
    from forumsim.scenarios import scenario as module

    packed = pickle.dumps(scenario)
    shutil.rmtree(little.folder)
    content._KNOWN.clear()
    module._TEMPLATES.clear()
    assert pickle.loads(packed).build(1).actors == 6


def test_digest_covers_files_and_fields(little, scenario):
    assert load_scenario(little.folder).digest == scenario.digest
    assert len(scenario.digest) == 64
    assert load_scenario(little.folder, start="2024-Q3").digest != scenario.digest
    little.change("actors.csv", "Aland", "Oland")
    assert load_scenario(little.folder).digest != scenario.digest


def test_line_ends_and_byte_order_mark_make_no_difference(little, scenario):
    for path in little.folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" * (path.suffix == ".csv") + path.read_bytes().replace(b"\n", b"\r\n"))
    assert same(load_scenario(little.folder).build(1), scenario.build(1))


def test_a_scenario_can_be_given_again_with_other_fields(scenario):
    assert load_scenario(scenario) is scenario
    changed = load_scenario(scenario, start="2024-Q2")
    assert (changed.start, scenario.start) == ("2024-Q2", "2024-Q4")
    assert load_scenario(changed, **{"scenario.start": "2024-Q4"}) == scenario
    with pytest.raises(InputError, match="did you mean 'start'"):
        load_scenario(scenario, strat="2024-Q2")


def test_synthetic_time(little):
    little.change("scenario.toml", 'start = "2024-Q4"\n', "")
    text = little.folder.joinpath("scenario.toml").read_text()
    head, _, rest = text.partition("[fields.start]")
    little.folder.joinpath("scenario.toml").write_text(head + "[priors" + rest.partition("[priors")[2])
    for name in ("memberships.csv", "shocks.csv", "channels.csv"):
        little.folder.joinpath(name).unlink()
    little.folder.joinpath("memberships.csv").write_text("forum,actor,date\nassembly,AAA,-3\nassembly,BBB,\n")
    for date, step in (("1990-05-01", "-9"), ("2020-02-01", ""), ("2023-11-01", "-1"), ("2026-03-01", "8")):
        little.change("forums.csv", date, step)
    scenario = load_scenario(little.folder)
    world = scenario.build(1)
    assert scenario.start is None
    assert scenario.date_of(12) == "12"
    assert world.founded[:4].tolist() == [-9, 0, -1, 8]
    assert world.tenure[ASSEMBLY, :2].tolist() == [3, 9]
    assert (world.shocks["step"].tolist(), len(world.channels)) == ([8], 0)


def test_the_least_that_a_folder_needs(tmp_path):
    (tmp_path / "scenario.toml").write_text(
        'name = "least"\ntitle = "Least"\nsteps = 5\nforum_slots = 2\n[[issues]]\nid = "one"\nlabel = "One"\n'
    )
    (tmp_path / "actors.csv").write_text("id,power,position_one\nX,0.5,0\nY,0.5,1\n")
    (tmp_path / "forums.csv").write_text("id,mandate,charter_one\n")
    (tmp_path / "memberships.csv").write_text("forum,actor\n")
    scenario = load_scenario(tmp_path)
    world = scenario.build(1)
    assert scenario.blocs == ()
    assert scenario.forum_ids == ("founded_01", "founded_02")
    assert world.salience.tolist() == [[1], [1]]
    assert world.role.tolist() == [Role.STATE] * 2
    assert world.trust[0, 1] == 0.02  # 0.85 - 1.2 is clipped


def test_shipped_scenarios_load():
    assert {"ai_governance", "two_blocs"} <= set(list_scenarios())
    for name in list_scenarios():
        scenario = load_scenario(name)
        assert scenario.name == name
        assert scenario.build(1).actors == len(scenario.actor_ids)


def test_real_scenario_is_built_fast():
    scenario = load_scenario("ai_governance")
    record = make_record({})
    scenario.build(1, record)
    times = []
    for seed in range(40):
        begun = time.perf_counter()
        scenario.build(seed, record)
        times.append(time.perf_counter() - begun)
    assert min(times) < 1e-3


def test_copy_starts_a_scenario_of_ones_own(tmp_path):
    target = copy_scenario("two_blocs", tmp_path / "mine")
    assert isinstance(target, Path)
    scenario = load_scenario(str(target))
    assert scenario.name == "mine"
    assert same(scenario.build(4), load_scenario("two_blocs").build(4))
    again = copy_scenario(target, tmp_path / "a second one!")
    assert load_scenario(again).name == "a_second_one_"


def test_a_copy_of_a_read_only_folder_can_be_edited(tmp_path):
    """As that of a shipped scenario in an installation whose files and folders nobody may write."""
    source = copy_scenario("ai_governance", tmp_path / "installed")
    paths = [source, *source.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    target = copy_scenario(source, tmp_path / "mine")
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    copied = [target, *target.rglob("*")]
    assert len(copied) == len(paths)
    assert all(path.stat().st_mode & 0o700 == (0o700 if path.is_dir() else 0o600) for path in copied)


def test_copy_leaves_alone_what_is_there(little, tmp_path):
    before = {path.name: path.read_bytes() for path in little.folder.iterdir()}
    with pytest.raises(InputError, match="it is there already, and is not touched"):
        copy_scenario("two_blocs", little.folder)
    assert {path.name: path.read_bytes() for path in little.folder.iterdir()} == before
    with pytest.raises(InputError, match="did you mean 'two_blocs'"):
        copy_scenario("two_bloc", tmp_path / "new")
    assert not (tmp_path / "new").exists()
