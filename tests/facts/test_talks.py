"""Dialogues of the case: who meets whom on which track, when, how often, convened by whom, and how the sides behave."""

from __future__ import annotations

from math import sqrt

import pytest
from told import SEEDS, Told, from_2018, run_case

from forumsim.core.terms import Conduct

WEST_SOUTH = {"USA", "GBR", "FRA", "DEU", "JPN", "EUU"}, {"CHN", "RUS", "IND", "BRA", "ZAF"}


def on_track(meetings: list, track: str) -> list:
    return [meeting for meeting in meetings if meeting[1] == track]


# --- Track 1 --------------------------------------------------------------------------------------------------------


def test_woodside_is_a_summit_of_the_two_and_they_meet(early: list[Told]) -> None:
    """They agree on talks about the military risks."""
    for told in early:
        summit = told.events("summit", date="2023-Q4")
        assert list(summit[["actor", "other"]].itertuples(index=False, name=None)) == [("USA", "CHN")]
        assert len(on_track(told.meetings("USA", "CHN", "2023-Q4", "2023-Q4"), "1")) == 1
        assert "2023-Q4" in told.dates("declaration", actor="USA", other="CHN", issue="military")


def test_geneva_is_one_meeting_with_a_readout_of_each_side(early: list[Told]) -> None:
    """The log says of each side how it met the other; over the runs the two readouts often differ."""
    differ = 0
    for told in early:
        ((date, track, (american, chinese)),) = on_track(told.meetings("USA", "CHN", "2024-Q1", "2024-Q2"), "1")
        assert (date, track) == ("2024-Q2", "1")
        assert {american, chinese} <= set(Conduct)
        differ += american != chinese
    assert differ > len(early) / 4


def test_geneva_and_woodside_are_all_that_the_two_governments_hold_before_autumn_2024(early: list[Told]) -> None:
    for told in early:
        quarters = [date for date, _, _ in on_track(told.meetings("USA", "CHN", last="2024-Q2"), "1")]
        assert quarters == ["2023-Q4", "2024-Q2"]


def test_their_dialogue_has_two_members_for_ever(early: list[Told], late: list[Told], at_2024: Told) -> None:
    assert at_2024.members("US_CHN_GOV") == {"USA", "CHN"}
    assert all(told.members("US_CHN_GOV") <= {"USA", "CHN"} for told in (*early, *late))


def test_france_and_china_meet_when_they_make_their_statement(early: list[Told], at_2024: Told) -> None:
    assert at_2024.members("CHN_FRA") == {"CHN", "FRA"}
    for told in early:
        assert told.dates("summit", actor="FRA", other="CHN") == ["2024-Q2", "2024-Q3"]  # Paris, New York
        assert on_track(told.meetings("FRA", "CHN", "2024-Q2", "2024-Q2"), "1")
        assert "2024-Q2" in told.dates("declaration", actor="FRA", other="CHN", issue="order")


def test_west_and_south_meet_at_the_summit_of_the_future(early: list[Told]) -> None:
    """Each of six with each of five, in the quarter in which the Compact opens."""
    west, south = WEST_SOUTH
    for told in early:
        summit = told.events("summit", date="2024-Q3")
        met = set(summit[["actor", "other"]].itertuples(index=False, name=None))
        assert met == {(a, b) for a in west for b in south}
        assert told.dates("opening", forum="UN_GDC") == ["2024-Q3"]


def test_the_trade_and_technology_council_meets_six_times(early: list[Told]) -> None:
    """Half a meeting a quarter in twelve quarters: 6, within three standard errors of the mean over the runs."""
    found = [len(told.meetings("USA", "EUU", "2021-Q3", "2024-Q2")) for told in early]
    assert sum(found) / len(found) == pytest.approx(6, abs=3 * sqrt(12 * 0.25 / len(found)))


# --- Tracks 1.5 and 2 -----------------------------------------------------------------------------------------------


def test_ciss_and_brookings_meet_twice_a_year_from_october_2019(early: list[Told]) -> None:
    """Nine rounds by February 2024: half a round in each of 18 quarters, within three standard errors."""
    found = []
    for told in early:
        assert not told.meetings("USA", "CHN", last="2019-Q3")
        found.append(len(on_track(told.meetings("USA", "CHN", "2019-Q4", "2024-Q1"), "2")))
    assert sum(found) / len(found) == pytest.approx(9, abs=3 * sqrt(18 * 0.25 / len(found)))


def test_china_and_the_west_talk_unofficially_at_the_known_rate(early: list[Told]) -> None:
    """Nine tenths of a meeting a quarter in the three years from 2022, whose variance is at most .61."""
    found = [sum(track != "1" for _, track, _ in told.meetings("CHN", "", "2022-Q1", "2024-Q4")) for told in early]
    quarters = 12 * len(found)
    assert sum(found) / quarters == pytest.approx(0.9, abs=3 * sqrt(0.61 / quarters))


def test_what_was_held_does_not_depend_on_the_level_of_dialogue(early: list[Told]) -> None:
    """What was held is history; only from 2025 on do channels follow the level."""
    for seed, usual in zip(list(SEEDS)[:3], early, strict=False):
        silent = from_2018(seed, parameters={"dialogue.level": 0.0})
        held = [told.meetings("CHN", "", last="2024-Q2") for told in (usual, silent)]
        dated = [[(date, track) for date, track, _ in meetings] for meetings in held]
        assert dated[0] == dated[1] and len(dated[0]) > 5
    assert not run_case(12, 1, parameters={"dialogue.level": 0.0}).log["event"].eq("meeting").any()


HOSTED = [
    (("TSINGHUA_CISS", "BROOKINGS", "BERGGRUEN", "MINDEROO"), "USA", "2"),
    (("CONCORDIA_AI",), "USA", "1.5"),
    (("TSINGHUA_CISS",), "EUU", "2"),
]


@pytest.mark.parametrize(("hosts", "west", "track"), HOSTED)
def test_without_those_who_convene_it_a_series_is_not_held(hosts: tuple[str, ...], west: str, track: str) -> None:
    """In runs from 2018, and in runs from the end of 2024 at full level."""
    fields = {f"actors.{host}.influence": 0.0 for host in hosts}
    runs = [
        [from_2018(seed, given) for seed in range(1, 9)]
        + [run_case(12, seed, given, {"dialogue.level": 1.0}) for seed in range(1, 5)]
        for given in ({}, fields)
    ]
    convened, alone = (sum(len(on_track(told.meetings(west, "CHN"), track)) for told in some) for some in runs)
    assert convened > 0
    assert alone == 0


def test_berggruen_and_minderoo_convene_as_well(early: list[Told]) -> None:
    """Alone they hold .6 of the rounds: their influence sums to .3 + .3."""
    fields = {"actors.TSINGHUA_CISS.influence": 0.0, "actors.BROOKINGS.influence": 0.0}
    found = [len(on_track(from_2018(seed, fields).meetings("USA", "CHN", last="2024-Q1"), "2")) for seed in SEEDS]
    variance = 18 * 0.3 * 0.7 / len(found)
    assert sum(found) / len(found) == pytest.approx(0.6 * 9, abs=3 * sqrt(variance))


def test_scientists_meet_at_ditchley_beijing_and_venice(early: list[Told]) -> None:
    """Three meetings in the four quarters from 2023-Q4, within three standard errors."""
    found = [len(told.meetings("IDAIS", "BAAI", "2023-Q4", "2024-Q3")) for told in early]
    assert sum(found) / len(found) == pytest.approx(3, abs=3 * sqrt(4 * 0.75 * 0.25 / len(found)))


# --- sincerity ------------------------------------------------------------------------------------------------------


def test_propaganda_and_words_without_deeds_are_in_the_log(early: list[Told]) -> None:
    """At full sincerity more of the dated meetings of the majors are genuine than at none."""
    assert any(len(told.events("words")) for told in early) and any(len(told.events("deeds")) for told in early)
    genuine = []
    for level in (0.0, 1.0):
        runs = [from_2018(seed, parameters={"sincerity.level": level}) for seed in range(1, 9)]
        sides = [side for told in runs for _, _, how in told.meetings("USA", "CHN", last="2024-Q1") for side in how]
        assert {Conduct.GENUINE, Conduct.SEEN_THROUGH} <= set(sides)
        genuine.append(sum(side == Conduct.GENUINE for side in sides) / len(sides))
    assert genuine[0] + 0.2 < genuine[1]


def test_realists_hold_no_talks() -> None:
    for told in (from_2018(parameters={"realist": True}), run_case(8, 1, parameters={"realist": True})):
        assert not told.log["event"].isin(["meeting", "declaration", "words", "deeds"]).any()
        assert len(told.log)
