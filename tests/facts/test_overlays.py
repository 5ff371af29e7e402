"""The overlays of the case do what they say, in the event log of runs that a user makes with one command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from told import TO_2024, Told, run_case
from typer.testing import CliRunner

from forumsim.commands.cli import app
from forumsim.commands.settings import load_case
from forumsim.core.errors import InputError
from forumsim.core.parameters import make_record
from forumsim.running.run import simulate
from forumsim.scenarios import copy_scenario, load_scenario
from forumsim.scenarios.overlays import list_overlays, read_overlay

SEEDS = range(1, 5)
NAMES = ["forums_of_2019", "hard_law_first", "majors_sign", "no_export_controls", "red_lines_lifted",
         "second_geneva", "silence_since_2019", "track2_only"]  # fmt: skip
TALK = ("meeting", "declaration", "words", "deeds", "summit")
CONTROLS = ("USA", "JPN", "NLD")
FORUMS_OF_2019 = {"WAIC", "OECD_AIP", "G20_AIP"}


def with_overlay(name: str, *settings: str, steps: int = TO_2024) -> list[Told]:
    """Runs with an overlay, loaded as the command line does."""
    case, parameters, _ = load_case("ai_governance", settings, overlay=name)
    return [Told(simulate(case, steps, seed, parameters, every=steps, snapshots=[])) for seed in SEEDS]


def test_all_are_listed_and_say_what_they_are() -> None:
    assert list_overlays("ai_governance") == NAMES
    assert all(len(read_overlay("ai_governance", name).title) > 20 for name in NAMES)


def test_silence_since_2019() -> None:
    for told in with_overlay("silence_since_2019"):
        assert told.run.scenario.start == "2018-Q4"
        assert not told.log["event"].isin(TALK).any()
        assert told.dates("opening", forum="US_CHN_GOV") == ["2024-Q2"]  # history goes on
        assert told.run.series["genuine_share"].isna().all()


@pytest.mark.parametrize("start", ["2018-Q1", "2024-Q4"])
def test_track_2_alone(start: str) -> None:
    usual = run_case(TO_2024, 1, {"start": start})
    assert {track for _, track, _ in usual.meetings("CHN")} > {"2"}
    for told in with_overlay("track2_only", f"scenario.start={start}", "dialogue.track2=1"):
        assert {track for name in ("CHN", "USA") for _, track, _ in told.meetings(name)} == {"2"}
        assert not len(told.events("summit")) and not len(told.events("declaration"))


@pytest.mark.parametrize("start", ["2018-Q1", "2024-Q4"])
def test_no_export_controls(start: str) -> None:
    setting = f"scenario.start={start}"
    usual = run_case(TO_2024, 1, {"start": start})
    assert {row.actor for row in usual.events("sanction", other="CHN").itertuples()} == set(CONTROLS)
    first, *_ = runs = with_overlay("no_export_controls", setting)
    assert first.run.world.baseline[_pair(first)] > usual.run.world.baseline[_pair(usual)]
    for told in runs:
        assert not len(told.events("sanction", other="CHN"))
        assert len(told.events("sanction", actor="RUS"))


def _pair(told: Told) -> tuple[int, int]:
    i = told.run.scenario.actor_ids.index
    return i("USA"), i("CHN")


def test_a_second_geneva() -> None:
    """One more meeting on Track 1 in the second quarter of 2025, and all others as they were up to then."""
    for start in ("2018-Q1", "2024-Q4"):
        steps = 29 if start == "2018-Q1" else 2
        setting = f"scenario.start={start}"
        for seed, told in zip(
            SEEDS, with_overlay("second_geneva", setting, "dialogue.track1=0", steps=steps), strict=True
        ):
            usual = run_case(steps, seed, {"start": start}, {"dialogue.track1": 0})
            assert not [m for m in usual.meetings("USA", "CHN", "2025-Q1") if m[1] == "1"]
            assert [m[0] for m in told.meetings("USA", "CHN", "2025-Q1") if m[1] == "1"] == ["2025-Q2"]
            before = [t.log[t.log["date"] < "2025-Q2"] for t in (usual, told)]
            assert before[0].equals(before[1])


def test_red_lines_lifted() -> None:
    """China, India and Russia may sign what their lines keep them from: some do in some run, and none without it."""
    signed: set[str] = set()
    for told in with_overlay("red_lines_lifted", "scenario.start=2018-Q1"):
        assert np.isinf(told.run.world.red_line).all()
        assert "red_line" not in set(told.log["term"])
        for forum in ("US_POLDEC_MIL", "REAIM", "UNGA_LAWS"):
            signed |= told.joined(forum) & {"BLR", "IND", "RUS"}
    assert signed
    for seed in SEEDS:
        usual = run_case(TO_2024, seed, {"start": "2018-Q1"})
        assert not any(usual.joined(f) & {"BLR", "IND", "RUS"} for f in ("US_POLDEC_MIL", "REAIM", "UNGA_LAWS"))


def test_hard_law_first() -> None:
    """Texts for all open at .8, so that non-state actors stay out of them, and the power bound by hard law is more."""
    asked = ["OECD_AIP", "UNESCO_AI", "US_POLDEC_MIL", "REAIM", "GAIGI", "AI_SUMMIT", "UNGA_LAWS", "UNGA_78_265",
             "UNGA_78_311", "UN_GDC"]  # fmt: skip
    for seed, told in zip(SEEDS, with_overlay("hard_law_first"), strict=True):
        opening = told.events("opening").set_index("forum")["value"]
        assert (opening[asked] == 0.8).all() and (opening[["WAIC", "GPAI", "BRICS_AI"]] < 0.3).all()
        assert not [a for a in told.joined("AI_SUMMIT") if len(a) > 3]  # ids of states have three letters
        usual = run_case(TO_2024, seed, {"start": "2018-Q1"})
        bound = [t.run.series.query("issue == 'pooled'")["hard_law_power"].iloc[-1] for t in (usual, told)]
        assert bound[0] < bound[1]


def test_only_the_forums_of_2019() -> None:
    """The three stand at the start; after that nothing opens by its date, and what there is actors have founded."""
    case = load_scenario("ai_governance")
    shipped = {forum.id for forum in case.tables.forums}
    founded = 0
    start, _, _ = load_case("ai_governance", [], overlay="forums_of_2019")
    live = start.build(1, make_record(start.parameters)).live()
    assert {start.forum_ids[f] for f in live.nonzero()[0]} == FORUMS_OF_2019
    for told in with_overlay("forums_of_2019", steps=60):
        assert told.run.scenario.start == "2019-Q4"
        assert not len(told.events("opening"))
        named = set(told.log["forum"].dropna()) & shipped
        assert named <= FORUMS_OF_2019
        founded += len(told.events("founding"))
        assert len(told.meetings("USA", "CHN")) and len(told.events("sanction", other="CHN")) == 3
    assert founded > len(SEEDS)


def test_majors_sign() -> None:
    for told in with_overlay("majors_sign"):
        assert told.joined("REAIM", "dated") == {"NLD", "KOR", "USA", "CHN"}
        assert told.joined("AI_SUMMIT", "dated") == {"GBR", "KOR", "USA", "CHN"}
        assert told.joined("UNGA_78_265", "dated") == {"USA", "CHN"}
        assert told.joined("UNGA_78_311", "dated") == {"CHN", "USA"}
        assert told.ledger("USA", "CHN") > 0.15 and told.ledger("CHN", "USA") > 0.15
        assert told.dates("exit", forum="REAIM", actor="CHN", term="dated") == ["2024-Q3"]


# --- the mechanism --------------------------------------------------------------------------------------------------


def test_one_command_runs_one_and_says_its_title(tmp_path: Path) -> None:
    command = ["run", "ai_governance", "--steps", "2", "--out", str(tmp_path / "out"), "--overlay", "second_geneva"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "overlay second_geneva: The United States and China meet a second time on AI" in done.stdout
    plan = (tmp_path / "out" / "plan.toml").read_text(encoding="utf-8")
    assert '"channels.geneva_second.on" = 1' in plan  # so that the results can be run again


def test_what_is_set_wins_over_it_and_it_wins_over_the_preset(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "mine"\n[fields]\nstart = "2020-Q1"\n"forums.GPAI.on" = 0\n[parameters]\n"dialogue.track2" = 0.5\n'
    )
    case, parameters, fields = load_case("ai_governance", [], "track2", overlay=str(file))
    assert (case.start, parameters["dialogue.track2"], fields["forums.GPAI.on"]) == ("2020-Q1", 0.5, 0)
    case, parameters, _ = load_case(
        "ai_governance", ["dialogue.track2=0.1", "scenario.start=2021-Q1"], "track2", overlay=str(file)
    )
    assert (case.start, parameters["dialogue.track2"]) == ("2021-Q1", 0.1)


def test_a_copy_of_the_scenario_has_them(tmp_path: Path) -> None:
    folder = copy_scenario("ai_governance", tmp_path / "mine")
    assert list_overlays(folder) == NAMES
    case, _, _ = load_case(str(folder), [], overlay="second_geneva")
    assert case.data == {"channels.geneva_second.on": 1}


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["the file is empty"]),
        ("title = 3\n[fields]\n", ["title: found 3; allowed: text", "changes nothing"]),
        ('titel = "x"\n[fields]\nstart = "2018-Q1"\n', ["titel: no such key", "did you mean 'title'?"]),
        ('parameters = 3\n[fields]\nstart = "2018-Q1"\n', ["parameters: found 3; allowed: a table [parameters]"]),
        ('[parameters]\n"dialog.level" = 1\n', ["[parameters] dialog.level: no such parameter", "'dialogue.level'"]),
        ("[fields]\nactors.USA.power = 1\n", ["put dotted names in quotes"]),
        ('[fields]\n"forums.GPAI.on" = 3\n', ["[fields] forums.GPAI.on: found 3; allowed: 0, 1"]),
        ('[fields]\n"forums.GPAY.on" = 0\n', ["no row 'GPAY' in forums", "did you mean 'GPAI'?"]),
        ('[fields]\nstarts = "2018-Q1"\n', ["starts", "did you mean 'start'?"]),
    ],
)
def test_mistakes_are_told_all_at_once(tmp_path: Path, text: str, messages: list[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_case("ai_governance", ["dialogue.levle=1"], overlay=str(file))
    for message in [*messages, "dialogue.levle"]:
        assert message in str(caught.value)


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no overlay and no file 'second_genva'.*did you mean 'second_geneva'"):
        read_overlay("ai_governance", "second_genva")


# --- rows that are left out -----------------------------------------------------------------------------------------


def test_what_is_left_out_leaves_everything_else_to_the_bit() -> None:
    """A forum that would open, a channel and a shock after the end of a run change nothing when they are left out."""
    late = {"forums.UN_GDC.on": 0, "channels.geneva.on": 0, "shocks.summit_of_the_future.on": 0}
    usual, without = (run_case(20, 3, {"start": "2018-Q1"} | fields) for fields in ({}, late))
    assert usual.log.equals(without.log)


def test_a_forum_of_before_the_start_that_is_left_out_is_not_there() -> None:
    """Its members, what it is the parent of and those who leave it find nothing."""
    told = run_case(8, 1, {"forums.G7_HAIP.on": 0, "forums.AI_SUMMIT.on": 0, "start": "2023-Q3"})
    assert not told.members("G7_HAIP") and not told.members("AI_SUMMIT")
    assert not len(told.events("competitive_creation", forum="GAIGI"))
    assert not len(told.log[told.log["forum"].isin(["G7_HAIP", "AI_SUMMIT"])])


def test_departures_of_before_the_start_that_are_left_out_did_not_happen() -> None:
    told = run_case(1, 1, {"shocks.china_leaves_summit.on": 0})
    assert "CHN" in told.members("AI_SUMMIT")


def test_left_out_rows_are_listed_as_such() -> None:
    done = CliRunner().invoke(app, ["scenarios", "ai_governance"]).stdout
    row = next(line for line in done.splitlines() if line.strip().startswith("geneva_second"))
    assert row.endswith("left out")
    assert all(name in done for name in NAMES)
