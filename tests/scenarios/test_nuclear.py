"""The scenario ``nuclear``: complete, consistent, and each of its facts happens in a run at its date."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from forumsim.core.terms import Event
from forumsim.running.run import Run, simulate
from forumsim.scenarios import load_scenario
from forumsim.scenarios.loader import SHIPPED
from forumsim.studies.face_checks import face_checks

FOLDER = SHIPPED / "nuclear"
ISSUES = ("control", "peaceful")
SUMMITS = (
    "geneva_1955", "camp_david_1959", "vienna_1961", "glassboro_1967", "moscow_1972", "washington_1973", "moscow_1974",
    "vladivostok_1974",
)  # fmt: skip
AFTER = "1999-Q4"  # what is dated after the end does not take place


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False, na_values=[""])


@cache
def run(seed: int = 1, steps: int = 119, **fields: object) -> Run:
    return simulate("nuclear", steps=steps, seed=seed, fields=fields)


def log(found: Run, event: Event) -> pd.DataFrame:
    return found.events[found.events["event"] == event.name.lower()]


# --- the tables -----------------------------------------------------------------------------------------------------


def test_the_states_are_those_of_1957_that_voted() -> None:
    states = read("actors").set_index("id")
    assert len(states) == 84
    assert list(states.index[states["role"] == "major"]) == ["RUS", "USA"]
    assert states["power"].sum() == pytest.approx(1.0, abs=1e-9)
    columns = ["bloc", "power", "sincerity", "capacity", "reputation", "position_control", "position_peaceful"]
    assert not states[columns].isna().any().any()
    assert not {"NGA", "DZA", "CHE", "KOR", "UKR", "BLR"} & set(states.index)  # later, never voted, part of another
    east = {"ALB", "BGR", "CHN", "CSK", "DDR", "HUN", "MNG", "POL", "ROU", "RUS"}
    assert set(states.index[states["bloc"] == "east"]) == east
    assert {"USA", "GBR", "DEU", "JPN", "MEX"} <= set(states.index[states["bloc"] == "west"])
    assert {"IND", "YUG", "EGY", "SWE", "FIN", "CUB"} <= set(states.index[states["bloc"] == "nonaligned"])


def test_every_pair_of_states_has_a_trust_and_rivals_have_little() -> None:
    trust = read("trust").set_index(["a", "b"])["trust"]
    assert len(trust) == 84 * 83 // 2
    least = 0.1248  # Phi(.7 invPhi(.05)), the lowest that the formula gives
    assert trust.min() == pytest.approx(least, abs=1e-4)
    assert trust["RUS", "USA"] == pytest.approx(least, abs=1e-4)
    assert trust["GBR", "USA"] > 0.85
    assert trust["CHN", "RUS"] > 0.8


def test_charters_are_the_power_weighted_mean_of_the_founders() -> None:
    """The plans have the position of their author. Nothing is left to choose."""
    actors = read("actors").set_index("id")
    for forum in read("forums").itertuples():
        founders = forum.founder.split(";")
        weights = actors["power"][founders] / actors["power"][founders].sum()
        for issue in ISSUES:
            charter = getattr(forum, f"charter_{issue}")
            assert (issue in forum.mandate.split(";")) == pd.notna(charter), forum.id
            if pd.notna(charter):
                assert charter == pytest.approx((weights * actors[f"position_{issue}"][founders]).sum(), abs=0.0051)


def test_no_prior_of_a_state_or_parameter_is_of_this_case_alone() -> None:
    """Parameters are those of ai_governance, sincerity and reputation too; nobody has a red line of its own."""
    other = pd.read_csv(SHIPPED / "ai_governance" / "actors.csv").set_index("id")
    actors = read("actors").set_index("id")
    shared = [state for state in actors.index if state in other.index]
    assert load_scenario("nuclear").parameters == load_scenario("ai_governance").parameters
    for column in ("sincerity", "reputation"):
        assert (actors[column][shared] == other[column][shared]).all()
    assert not [column for column in actors.columns if column.startswith(("red_line", "salience", "engagement"))]


def test_facts_carry_their_sources() -> None:
    for table in ("forums", "memberships", "gates", "shocks", "channels"):
        assert read(table)["source"].notna().all(), table
    members = read("memberships")
    assert set(members["confidence"]) == {"A", "C"}
    assert not members.duplicated(["forum", "actor"]).any()


@pytest.mark.parametrize(
    ("forum", "size", "inside", "outside"),
    [
        ("BARUCH", 10, ("USA", "CAN"), ("RUS", "POL")),  # adopted by 10-0-2
        ("EURATOM", 9, ("DEU", "FRA", "GBR", "DNK"), ("NOR", "USA")),  # six, and three in 1973
        ("LTBT", 78, ("USA", "RUS", "IND", "ISR"), ("FRA", "CHN", "CUB")),
        ("NPT", 69, ("USA", "RUS", "JPN"), ("FRA", "CHN", "IND", "PAK", "ISR", "BRA")),
        ("TLATELOLCO", 18, ("MEX", "BRA"), ("ARG", "CUB")),
        ("LONDON_CLUB", 7, ("USA", "RUS", "FRA", "JPN"), ("CHN",)),
        ("HOTLINE", 2, ("USA", "RUS"), ()),
    ],
)
def test_rosters(forum: str, size: int, inside: tuple[str, ...], outside: tuple[str, ...]) -> None:
    members = read("memberships")
    names = set(members.loc[members["forum"] == forum, "actor"])
    assert len(names) == size
    assert set(inside) <= names
    assert not names & set(outside)


def test_face_checks_ask_for_one_look() -> None:
    """The UN Atomic Energy Commission holds foes: most of its members are there by their seat."""
    unusual = [check.what for check in face_checks(load_scenario("nuclear")) if check.unusual]
    assert [what.startswith("memberships at the start whose worth is negative") for what in unusual] == [True]


# --- what happens in a run ------------------------------------------------------------------------------------------
OPENINGS = {
    "BARUCH": "1946-Q2", "GROMYKO": "1946-Q2", "UNDC": "1952-Q1", "ATOMS_FOR_PEACE": "1953-Q4", "CERN": "1954-Q3",
    "JINR": "1956-Q1", "EURATOM": "1957-Q1", "IAEA": "1957-Q3", "ENDC": "1962-Q1", "HOTLINE": "1963-Q2",
    "LTBT": "1963-Q3", "TLATELOLCO": "1967-Q1", "NPT": "1968-Q3", "SALT": "1969-Q4", "ABM_SALT_I": "1972-Q2",
    "LONDON_CLUB": "1975-Q2",
}  # fmt: skip


def test_forums_open_at_their_dates() -> None:
    found = log(run(), Event.OPENING)
    assert dict(zip(found["forum"], found["date"], strict=True)) == OPENINGS


def test_the_soviet_plan_is_founded_against_the_american_one() -> None:
    found = log(run(), Event.COMPETITIVE_CREATION)
    first = found[found["forum"] == "GROMYKO"].iloc[0]
    assert (first["date"], first["actor"], first["other"]) == ("1946-Q2", "RUS", "BARUCH")


def test_the_commission_ends_when_the_assembly_dissolves_it() -> None:
    ends = log(run(), Event.DISSOLUTION)
    assert list(ends.loc[ends["forum"] == "UNAEC", "date"]) == ["1952-Q1"]


def test_tests_crisis_and_summits_take_place_at_their_dates() -> None:
    tests = log(run(), Event.TECHNOLOGY)
    assert list(zip(tests["date"], tests["actor"], strict=True)) == [
        ("1949-Q3", "RUS"), ("1952-Q4", "GBR"), ("1960-Q1", "FRA"), ("1964-Q4", "CHN"), ("1974-Q2", "IND"),
    ]  # fmt: skip
    crisis = log(run(), Event.CRISIS)
    assert list(zip(crisis["date"], crisis["actor"], crisis["other"], crisis["issue"], strict=True)) == [
        ("1962-Q4", "USA", "RUS", "control")
    ]
    summits = log(run(), Event.SUMMIT)
    bilateral = summits[(summits["actor"] == "USA") & (summits["other"] == "RUS")]
    assert list(bilateral["date"]) == [
        "1955-Q3", "1959-Q3", "1961-Q2", "1967-Q2", "1972-Q2", "1973-Q2", "1974-Q2", "1974-Q4",
    ]  # fmt: skip
    assert set(summits.loc[summits["date"] == "1955-Q3", "actor"]) == {"USA", "GBR", "FRA"}
    declared = log(run(), Event.DECLARATION)
    declared = declared[(declared["actor"] == "USA") & (declared["other"] == "RUS") & (declared["issue"] == "control")]
    assert {"1972-Q2", "1973-Q2", "1974-Q2", "1974-Q4"} <= set(declared["date"])  # the signed texts of the summits


def meetings(found: Run, track: int, actor: str = "USA", other: str = "RUS") -> pd.DataFrame:
    rows = log(found, Event.MEETING)
    return rows[(rows["actor"] == actor) & (rows["other"] == other) & (rows["value"] // 100 == track)]


def test_dialogues_are_held_while_they_were() -> None:
    """Pugwash from July 1957 and not before, at 24 conferences in 74 quarters; talks in the UNAEC until July 1949."""
    runs = [run(seed) for seed in range(1, 6)]
    pugwash = [meetings(found, 2, "GBR") for found in runs]
    assert min(found["step"].min() for found in pugwash) >= 46
    a_run = np.mean([len(found) for found in pugwash])
    assert a_run == pytest.approx(24, abs=4 * np.sqrt(24 * 0.68 / 5))  # floor(.32 + draw) a quarter: binomial
    for found in runs:
        first = meetings(found, 1)
        commission = first[first["step"] < 24]
        assert list(commission["date"]) == [f"{y}-Q{q}" for y in range(1946, 1950) for q in (1, 2, 3, 4)][1:15]
        assert not len(first[(first["step"] > 14) & (first["step"] < 33)])  # nothing from 1949-Q4 to 1954-Q1
        assert {f"{y}-Q4" for y in range(1969, 1976)} <= set(first["date"])  # SALT
    assert all(len(meetings(found, 15)[lambda rows: rows["date"] == "1955-Q3"]) == 1 for found in runs)


def test_the_talks_of_1946_are_propaganda_more_often_than_not() -> None:
    """By the ODD, 7.4: sig(-.5 + 3 (T - .5)) at a trust of .12 to .25 is .16 to .22 for sincerity .5."""
    sides = []
    for seed in range(1, 11):
        found = meetings(run(seed, 14), 1)
        sides += [int(value // 10 % 10) == 2 for value in found["value"]]
        sides += [int(value % 10) == 2 for value in found["value"]]
    assert len(sides) == 10 * 14 * 2
    assert 0.1 < np.mean(sides) < 0.35


def test_each_counterfactual_takes_out_what_it_names_and_nothing_else() -> None:
    without = {f"shocks.{name}.date": AFTER for name in SUMMITS}
    assert log(run(**without), Event.SUMMIT).empty
    assert len(log(run(**without), Event.CRISIS)) == 1
    quiet = run(**{"shocks.cuba_1962.date": AFTER})
    assert log(quiet, Event.CRISIS).empty
    assert len(log(quiet, Event.SUMMIT)) == 10
    assert meetings(run(**{"channels.pugwash_others.rate": 0}), 2, "GBR").empty
    before = [found.events[found.events["step"] < 67] for found in (run(), quiet)]  # until the crisis, to the bit
    pd.testing.assert_frame_equal(*before)


def test_a_crisis_brings_talks_at_once() -> None:
    """Crisis talks up to four quarters later (shock.window), so that more is said in 1963 than without it."""
    with_it = sum(len(meetings(run(s), 1)[lambda rows: rows["step"].between(67, 71)]) for s in range(1, 6))
    fields = {"shocks.cuba_1962.date": AFTER}
    without = sum(len(meetings(run(s, **fields), 1)[lambda rows: rows["step"].between(67, 71)]) for s in range(1, 6))
    assert without == 5 * 5  # one a quarter, of the co-chairmen of the committee in Geneva
    # floor(2 x .3 + draw) more in each of five quarters: shock.crisis_talks times the level of dialogue
    assert with_it - without == pytest.approx(5 * 5 * 0.6, abs=4 * np.sqrt(25 * 0.6 * 0.4))


def test_a_later_start_takes_the_rosters_of_its_date() -> None:
    scenario = load_scenario("nuclear", start="1963-Q1")
    found = simulate(scenario, steps=1, seed=1)
    world = found.world
    f, i = scenario.forum_ids.index, scenario.actor_ids.index
    assert world.member[f("IAEA"), i("IND")]
    assert not world.member[f("IAEA"), i("MEX")]  # 1965 in the source
    assert not world.live()[f("NPT")]
