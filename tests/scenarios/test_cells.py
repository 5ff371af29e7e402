"""A cell that is changed by its name gives the world of the edited file; mistakes are told with the right name."""

from __future__ import annotations

import csv
import io
import math
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forumsim import ForumModel, simulate
from forumsim.core.errors import InputError
from forumsim.scenarios import copy_scenario, load_scenario
from forumsim.scenarios.schema import ID_ALLOWED

SHARES = st.floats(0, 1).map(lambda x: round(x, 6))
POSITIVE = st.floats(0.01, 5).map(lambda x: round(x, 6))
#: Values that fit each of some cells of the little scenario, whatever the others are.
VALUES = {
    "actors.AAA.sincerity": SHARES,
    "actors.BBB.position_rights": SHARES,
    "actors.CCC.position_arms": SHARES,
    "actors.DDD.red_line_arms": st.one_of(POSITIVE, st.sampled_from([math.inf, "unset"])),
    "actors.BBB.capacity": POSITIVE,
    "actors.BBB.loyalty": POSITIVE,
    "actors.CCC.engagement": st.floats(-3, 3),
    "actors.ACME.influence": SHARES,
    "actors.ACME.patron": st.sampled_from(["AAA", "CCC", "unset"]),
    "actors.WATCH.cause": st.sampled_from(["rights", "arms", "unset"]),
    "actors.AAA.role": st.sampled_from(["major", "state"]),
    "actors.DDD.bloc": st.sampled_from(["north", "south"]),
    "actors.CCC.reputation": SHARES,
    "forums.club.admission": st.sampled_from(["open", "approval", "invitation", "unset"]),
    "forums.club.approval": SHARES,
    "forums.club.gate_low": st.floats(0, 0.9),
    "forums.club.quota": SHARES,
    "forums.assembly.decision": st.sampled_from(["consensus", "majority", "weighted", "veto"]),
    "forums.assembly.charter_arms": SHARES,
    "forums.summit.period": st.integers(1, 9),
    "forums.treaty.founder": st.sampled_from(["CCC;DDD", "AAA", "unset"]),
    "forums.treaty.founded": st.one_of(st.integers(1, 20), st.sampled_from(["2025-05-01", "2026-Q3"])),
    "forums.treaty.legalization": SHARES,
    "forums.club.form": st.sampled_from(["club", "alliance", "law"]),
    "shocks.sanction_2022-Q4.size": SHARES,
    "shocks.crisis_2025-Q2.issue": st.sampled_from(["rights", "arms"]),
    "shocks.closing_2026-Q1.date": st.sampled_from(["2025-02-01", "2027-Q1", 7]),
    "shocks.summit_2024-Q4.actor": st.sampled_from(["AAA", "BBB", "AAA;BBB"]),
    "channels.track2_2019-Q4.rate": st.floats(0, 10),
    "channels.track2_2019-Q4.scaled": st.sampled_from([0, 1]),
    "channels.track1.5_2024-Q2.track": st.sampled_from([1, 1.5, 2]),
    "channels.track1.5_2024-Q2.last": st.sampled_from(["2026-Q1", "unset", 9]),
}
#: Rows of the dated tables, from 0: their ids are in no file.
ROWS = {
    "sanction_2022-Q4": 0,
    "crisis_2025-Q2": 4,
    "closing_2026-Q1": 5,
    "summit_2024-Q4": 2,
    "track2_2019-Q4": 0,
    "track1.5_2024-Q2": 1,
}


def edited(folder, name, value):
    """Write a value into the cell of a file, as a person would."""
    table, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    path = folder / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    found = ROWS[row] if row in ROWS else [entry["id"] for entry in rows].index(row)
    header = list(rows[0]) + [column] * (column not in rows[0])
    rows[found][column] = "" if value == "unset" else str(value)
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def same(one, other):
    pairs = zip(one.arrays(), other.arrays(), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for (_, a), (_, b) in pairs)


@pytest.mark.parametrize("name", VALUES)
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_cell_is_an_edited_file(little, tmp_path_factory, name, data):
    value = data.draw(VALUES[name])
    folder = copy_scenario(little.folder, tmp_path_factory.mktemp("edited") / "little")
    edited(folder, name, value)
    by_name, by_file = load_scenario(little.folder, **{name: value}), load_scenario(folder)
    assert same(by_name.build(3), by_file.build(3))


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_several_changed_cells_are_an_edited_file(little, tmp_path_factory, data):
    names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=2, max_size=6, unique=True))
    cells = {name: data.draw(VALUES[name]) for name in names}
    folder = copy_scenario(little.folder, tmp_path_factory.mktemp("edited") / "little")
    for name, value in cells.items():
        edited(folder, name, value)
    assert same(load_scenario(little.folder, **cells).build(3), load_scenario(folder).build(3))


def test_a_run_with_a_changed_cell_is_a_run_of_the_edited_file(little, tmp_path):
    cells = {"actors.AAA.sincerity": 0.1, "forums.club.admission": "open", "shocks.crisis_2025-Q2.size": 0.9}
    folder = copy_scenario(little.folder, tmp_path / "edited")
    for name, value in cells.items():
        edited(folder, name, value)
    by_name, by_file = (
        simulate(source, 12, 5, fields=given) for source, given in ((little.folder, cells), (folder, {}))
    )
    assert by_name.series.equals(by_file.series)
    assert by_name.events.equals(by_file.events)
    assert not by_name.series.equals(simulate(little.folder, 12, 5).series)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actors.USA.position_military", 0.7),
        ("forums.GPAI.admission", "open"),
        ("shocks.woodside.size", 0.5),
        ("shocks.chip_controls.size", 0.6),
        ("channels.geneva.rate", 0.5),
    ],
)
def test_a_changed_cell_of_the_shipped_case_is_an_edited_file(tmp_path, name, value):
    folder = copy_scenario("ai_governance", tmp_path / "case")
    edited(folder, name, value)
    assert same(load_scenario("ai_governance", **{name: value}).build(1), load_scenario(folder).build(1))


def test_power_stays_shares_of_one(little):
    world = load_scenario(little.folder, **{"actors.AAA.power": 0.7}).build(1)
    # 0.4, 0.2, 0.3, 0.1: the others had .6 in all and have .3 now
    np.testing.assert_allclose(world.power, [0.7, 0.1, 0.15, 0.05, 0.0, 0.0], rtol=1e-12)
    cells = {"actors.AAA.power": 0.5, "actors.BBB.power": 0.3}
    np.testing.assert_allclose(
        load_scenario(little.folder, **cells).build(1).power, [0.5, 0.3, 0.15, 0.05, 0, 0], rtol=1e-12
    )


def test_salience_stays_shares_of_one(little):
    world = load_scenario(little.folder, **{"actors.BBB.salience_rights": 0.4}).build(1)
    np.testing.assert_allclose(world.salience[1], [0.4, 0.6], rtol=1e-12)
    np.testing.assert_allclose(world.salience[0], [0.5, 0.5], rtol=1e-12)


def test_salience_of_an_actor_that_had_none(little):
    little.change("actors.csv", "0.2,0.7,0.6,0.4,", "0.2,0.7,,,")
    world = load_scenario(little.folder, **{"actors.DDD.salience_arms": 0.8}).build(1)
    np.testing.assert_allclose(world.salience[3], [0.2, 0.8], rtol=1e-12)


def test_shares_above_one(little):
    assert little.mistakes(**{"actors.AAA.power": 0.8, "actors.CCC.power": 0.7}) == [
        "actors.AAA.power, actors.CCC.power: the given shares sum to 1.5; allowed: at most 1 in all"
    ]


MISTAKES = {
    "actors.AAB.power": (0.1, "no row 'AAB' in actors; allowed: AAA, BBB, CCC, DDD, ACME, WATCH (did you mean 'AAA'?)"),
    "actors.AAA.sincerty": (0.1, "no column 'sincerty' in actors; allowed: kind, role,"),
    "actors.AAA.position_arm": (0.1, "(did you mean 'position_arms'?)"),
    "actors.AAA.id": ("ZZZ", "an id names the row, so that it cannot be varied"),
    "forums.club.name": ("x", "it is text for readers, which no run reads, so that it cannot be varied"),
    "actors.AAA.sincerity": (1.5, "found 1.5; allowed: a number from 0 to 1"),
    "forums.club.admission": ("opn", "found 'opn'; allowed: open, approval, invitation (did you mean 'open'?)"),
    "actors.CCC.sincerity": ("0,5", "(write the decimals after a point: 0.5)"),
    "actors.CCC.reputation": (math.nan, "found nan"),
    "actors.BBB.power": ("unset", "the cell is empty; allowed: a number, 0 or more"),
    "forums.treaty.charter_arms": ("unset", "the cell is empty although 'arms' is in the mandate"),
    "forums.summit.mandate": ("unset", "the cell is empty"),
    "forums.club.gate_high": (0.2, "forums.club.gate_low: found 0.5; allowed: at most gate_high, 0.2"),
    "forums.treaty.founder": ("AAA;ZZ", "no actor 'ZZ'"),
    "shocks.sanction_2022-Q4.size": (2, "found 2; allowed: a number from 0 to 1: the share of trust that is lost"),
    "shocks.sanction_2022-Q4.other": ("unset", "the cell is empty; a sanction shock needs it"),
    "channels.track2_2019-Q4.rate": (900, "found 900; allowed: at most 20, 20 for each pair of actors"),
    "actors.AAA": (1, "names no cell of a table; allowed: actors.ID.COLUMN"),
    "actors.ACME.patron": ("WATCH", "'WATCH' is no state"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(little, name):
    value, expected = MISTAKES[name]
    (message,) = little.mistakes(**{name: value})
    assert expected in message
    assert message.startswith(expected.partition(":")[0] if expected.startswith("forums.") else name)


def test_all_mistakes_at_once(little):
    alone = ["actors.AAB.power", "actors.AAA.id", "actors.AAA.sincerity", "forums.club.admission"]
    found = little.mistakes(**{name: MISTAKES[name][0] for name in alone}, stat="2024-Q4")
    assert [message.partition(":")[0] for message in found] == ["scenario.stat", *alone]


def test_mistakes_of_files_and_cells_at_once(little):
    little.change("forums.csv", "AAA;BBB", "AAA;XXX")
    found = little.mistakes(**{"actors.AAA.sincerity": 7})
    assert [message.partition(":")[0] for message in found] == [
        "forums.csv, row 3, column 'founder'",
        "actors.AAA.sincerity",
    ]


def test_a_table_that_is_not_there(little):
    (little.folder / "channels.csv").unlink()
    assert little.mistakes(**{"channels.x.rate": 1}) == ["channels.x.rate: the scenario has no rows of channels"]


def test_what_is_the_same_has_the_same_digest(little):
    texts = load_scenario(little.folder, **{"actors.AAA.sincerity": "0.10", "forums.club.admission": "Open"})
    values = load_scenario(little.folder, **{"actors.AAA.sincerity": 0.1, "forums.club.admission": "open"})
    assert (
        texts
        == values
        == load_scenario(
            little.folder, **{"actors.AAA.sincerity": np.float64(0.1), "forums.club.admission": np.str_("open")}
        )
    )
    assert texts != load_scenario(little.folder)
    assert pickle.loads(pickle.dumps(values)).build(1).sincerity[0] == 0.1
    assert values.with_fields(start="2024-Q3").build(1).sincerity[0] == 0.1
    assert load_scenario(little.folder).build(1).sincerity[0] == 0.5, "the files' own values are as they were"


def test_ids_of_shocks_and_channels(little):
    little.add("shocks.csv", "2022-11-01,sanction,AAA,CCC,,,0.1,again,\n")
    tables = load_scenario(little.folder).tables
    assert [row.id for row in tables.shocks] == [
        "sanction_2022-Q4",
        "crisis_2019-Q1",
        "summit_2024-Q4",
        "leave_2024-Q2",
        "crisis_2025-Q2",
        "closing_2026-Q1",
        "sanction_2022-Q4_2",
    ]
    assert [row.id for row in tables.channels] == ["track2_2019-Q4", "track1.5_2024-Q2", "track1_2019-Q1"]


def test_ids_of_ones_own(little):
    little.change("channels.csv", "first,", "id,first,")
    little.change("channels.csv", "\n2019-10-01", "\ninstitutes,2019-10-01")
    little.change("channels.csv", "\n2024-05-14", "\ntrack1_2019-Q1,2024-05-14")
    little.change("channels.csv", "\n2019-01-01", "\n,2019-01-01")
    assert [row.id for row in load_scenario(little.folder).tables.channels] == [
        "institutes",
        "track1_2019-Q1",
        "track1_2019-Q1_2",
    ]
    little.change("channels.csv", "\ninstitutes", "\ntrack1_2019-Q1")
    assert little.mistakes() == [
        "channels.csv, row 3, column 'id': found 'track1_2019-Q1' again, first in row 2; allowed: each id once"
    ]
    little.change("channels.csv", "\ntrack1_2019-Q1", "\n-x")
    assert little.mistakes() == [f"channels.csv, row 2, column 'id': found '-x'; allowed: {ID_ALLOWED}"]


def test_generated_actors():
    case = load_scenario(
        "two_blocs", **{"actors.west_major.sincerity": 0.05, "forums.universal_civil.decision": "majority"}
    )
    one, two = case.build(1), case.build(2)
    assert one.sincerity[0] == two.sincerity[0] == 0.05
    assert not np.array_equal(one.position, two.position)
    with pytest.raises(InputError) as caught:
        load_scenario("two_blocs", **{"actors.west_major.power": 0.3, "actors.west_99.sincerity": 0.3, "actors": 8})
    first, second = map(str, caught.value.problems)
    assert first.startswith("actors.west_major.power: the generator two_blocs makes it")
    assert "scenario.polarisation and scenario.spread" in first and "influence, sincerity" in first
    assert second.startswith("actors.west_99.sincerity: no row 'west_99'")


def test_the_mesa_model_takes_cells(little):
    model = ForumModel(little.folder, rng=1, **{"actors.AAA.sincerity": 0.1, "scenario_spread": 0})
    assert model.world.sincerity[0] == 0.1
    assert np.ptp(model.world.position) < 1
    with pytest.raises(InputError, match="did you mean 'sincerity'"):
        ForumModel(little.folder, **{"actors.AAA.sincerit": 0.1})
