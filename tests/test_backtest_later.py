"""Rosters of later years that a user brings: reading, mistakes, no leakage, lineage, benchmarks, the command."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pandas as pd
import pytest

from forumsim.commands.backtest import backtest
from forumsim.core.errors import InputError
from forumsim.scenarios import load_scenario
from forumsim.studies.backtest.later import compare_later, frozen_world, later_rosters
from forumsim.studies.backtest.later_files import read_later

FORUMS = """\
id,name,form,mode,founded,founder,predecessor,admission,fee,mandate,charter_values,charter_order,charter_military
PARIS,A summit,summit,declaration,2025-02-11,FRA;IND,AI_SUMMIT,open,,values;order,.6,.45,
DELHI,The next,summit,declaration,2026-02-16,IND,PARIS,open,,values;order,.55,.5,
LIST,Sponsors,declaration,declaration,2025-12-05,AUT,UNGA_LAWS,open,1,military,,,.7
VOTE,A vote,universal,declaration,2025-12-05,AUT,UNGA_LAWS,open,,military,,,.7
CLUB,A club,club,standing,2025-03-01,JPN;USA,,open,,values,.8,,
OLD,Of 2023,declaration,declaration,2023-12-22,AUT,,open,1,military,,,.7
"""
MEMBERS = {
    "PARIS": "FRA IND CHN DEU CAN JPN KEN BRA KOR VAT",
    "DELHI": "IND USA GBR FRA JPN DEU",
    "LIST": "AUT CHE MEX PHL NZL",
    "VOTE": "AUT CHE MEX PHL NZL USA GBR",
    "CLUB": "JPN USA GBR FRA KOR CAN",
    "OLD": "AUT MEX CHL CRI",
}


def table(members=MEMBERS, quarter="2026-Q1"):
    rows = [
        f"{forum},{actor},{quarter if forum != 'OLD' else '2023-Q4'},member,B"
        for forum, actors in members.items()
        for actor in actors.split()
    ]
    return "\n".join(["forum,actor,date,role,confidence", *rows]) + "\n"


def written(folder, forums=FORUMS, rosters=None):
    """The two files in a folder: rosters, forums."""
    paths = folder / "r.csv", folder / "f.csv"
    paths[0].write_text(table() if rosters is None else rosters, encoding="utf-8")
    paths[1].write_text(forums, encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def case():
    return load_scenario("ai_governance")


@pytest.fixture(scope="module")
def files(case, tmp_path_factory):
    return read_later(case, *written(tmp_path_factory.mktemp("later")))


def ids(case, rows):
    return {case.actor_ids[i] for i in rows}


# --- reading --------------------------------------------------------------------------------------------------------


def test_who_is_scored_and_who_was_in(case, files):
    """Hosts of texts and founders of standing forums are given; all other states of the United Nations are scored."""
    assert files.new == list(MEMBERS)
    scored = {r.forum: r for r in later_rosters(case, files, frozen_world(case, files)[0])[0]}
    assert set(scored) == set(files.new)
    hosts = {
        "PARIS": {"FRA"},
        "DELHI": {"IND"},
        "LIST": {"AUT"},
        "VOTE": {"AUT"},
        "CLUB": {"JPN", "USA"},
        "OLD": {"AUT"},
    }
    for forum, given in hosts.items():
        roster = scored[forum]
        assert ids(case, roster.founders) == given
        assert len(roster.states) == 193 - len(given)
        assert ids(case, roster.states[roster.member]) == set(MEMBERS[forum].split()) - given - {"VAT"}


def test_the_world_is_that_of_autumn_2024_and_knows_no_later_roster(case, files):
    world, _ = frozen_world(case, files)
    shipped = case.with_fields(start="2024-Q3").build(0)
    known = len(case.tables.forums)
    assert np.array_equal(world.member[:known], shipped.member[:known])
    old = len(files.tables.forums) - 1
    assert ids(case, np.flatnonzero(world.member[old])) == set(MEMBERS["OLD"].split())  # a forum of 2023 is known
    assert not world.member[known:old].any()


def test_lineage_leads_to_the_last_edition_known_and_stays_within_a_kind_of_act(case, files):
    world, notes = frozen_world(case, files)
    number = {forum.id: f for f, forum in enumerate(files.tables.forums)}
    assert world.predecessor[number["DELHI"]] == number["AI_SUMMIT"] == world.predecessor[number["PARIS"]]
    assert any("DELHI" in note and "AI_SUMMIT" in note for note in notes)
    assert any("LIST" in note and "another kind" in note for note in notes)
    assert world.fee[number["VOTE"]] == 0
    assert any("VOTE" in note and "vote" in note for note in files.notes)
    scored = {r.forum: r for r in later_rosters(case, files, world)[0]}
    assert scored["CLUB"].last is None
    gone = {actor for row in case.tables.shocks if row.forum == "AI_SUMMIT" for actor in row.actor}
    signed = {row.actor for row in case.tables.memberships if row.forum == "AI_SUMMIT"} - gone
    asked = ids(case, scored["PARIS"].states)
    assert ids(case, scored["PARIS"].states[scored["PARIS"].last]) == signed & asked
    assert len(signed & asked) > 20
    assert any("Holy See" in note for note in files.notes)


# --- forecasts ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_later_rosters_do_not_reach_the_forecast_of_the_model_and_the_logits(case, files, tmp_path):
    """Other members of every later forum: all forecasts but the share stay the same to the bit."""
    turned = {f: m if f == "OLD" else f"{m.split()[0]} EGY VNM PER FIN NGA" for f, m in MEMBERS.items()}
    turned["CLUB"] += " USA"
    other = read_later(case, *written(tmp_path, rosters=table(turned)))
    turned["OLD"] = "AUT EGY VNM PER"  # known to all others, but not to itself
    older = read_later(case, *written(tmp_path, rosters=table(turned)))
    before, after, last = (compare_later(case, some, 4).pairs for some in (files, other, older))
    own = before["forum"] == "OLD"
    for name in ("model", "logit", "relational", "last"):
        assert before[name].equals(after[name]), name
        assert before.loc[own, name].equals(last.loc[own, name]), name
    assert not before["member"].equals(after["member"])
    assert not before["model"].equals(last["model"])
    assert before["model"].between(0, 1).all()


@pytest.mark.slow
def test_who_signed_the_last_edition_has_the_taste_for_the_next(case, files):
    """Handed on whole or not at all: those who signed are given more, those who stayed out less."""
    chance = {}
    for lineage in (0.0, 1.0):
        pairs = compare_later(case, files, 40, parameters={"taste.lineage": lineage}).pairs
        chance[lineage] = pairs[pairs["forum"] == "PARIS"]
    last = chance[1.0]["last"] == 1
    change = chance[1.0]["model"] - chance[0.0]["model"]
    assert change[last].mean() > 0.1
    assert change[~last].mean() < -0.005


def test_scores_of_the_last_edition_follow_from_its_roster(case, files):
    """Of a forecast of 0 and 1 the Brier score is the share of those that it has wrong; no edition, no score."""
    found = compare_later(case, files, 4)
    paris = found.pairs[found.pairs["forum"] == "PARIS"]
    assert found.value("PARIS", "last", "brier") == pytest.approx((paris["last"] != paris["member"]).mean())
    assert np.isnan(found.value("CLUB", "last", "auc"))
    with_one = ["PARIS", "DELHI", "VOTE", "LIST"]
    mean = np.mean([found.value(f, "last", "auc") for f in with_one])
    assert found.value("mean", "last", "auc") == pytest.approx(mean)
    model = np.mean([found.value(f, "model", "auc") for f in with_one])  # the lead is over the same forums
    assert found.value("mean", "last", "auc_lead") == pytest.approx(model - mean)


# --- mistakes -------------------------------------------------------------------------------------------------------


def told(case, folder, forums=FORUMS, rosters=None):
    with pytest.raises(InputError) as caught:
        read_later(case, *written(folder, forums, rosters))
    return str(caught.value)


def test_all_mistakes_of_both_files_are_told_at_once_with_place_and_nearest_name(case, tmp_path):
    forums = FORUMS.replace("FRA;IND,AI_SUMMIT,open", "FRX;IND,AI_SUMMITS,opne").replace(
        "CLUB,A club,club", "CLUB,A,klub"
    )
    members = (
        table()
        .replace("PARIS,DEU", "PARIS,Germany")
        .replace("DELHI,USA", "DELHY,USA")
        .replace("LIST,CHE,2026-Q1", "LIST,CHE,2024-13-01")
        + "CLUB,JPN,2026-Q1,member,B\n"
    )
    text = told(case, tmp_path, forums, members)
    for part in (
        "f.csv, row 2, column 'admission'",
        "'open'",
        "f.csv, row 6, column 'form'",
        "'club'",
        "r.csv, row 5, column 'actor'",
        "did you mean 'DEU'?",
        "r.csv, row 19, column 'date'",
    ):
        assert part in text, part
    forums = FORUMS.replace("FRA;IND,AI_SUMMIT,", "FRX;IND,AI_SUMMITS,")
    text = told(case, tmp_path, forums, table().replace("DELHI,USA", "DELHY,USA") + "CLUB,JPN,2026-Q1,member,B\n")
    for part in (
        "no forum 'AI_SUMMITS'",
        "did you mean 'AI_SUMMIT'?",
        "no actor 'FRX'",
        "did you mean 'DELHI'?",
        "'JPN' is in 'CLUB' again",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("forums", "rosters", "parts"),
    [
        (
            FORUMS.replace("PARIS,A summit", "AI_SUMMIT,A summit").replace("AI_SUMMIT,open", ",open"),
            None,
            ["AI_SUMMIT", "2023-Q4", "predecessor"],
        ),
        (FORUMS.replace(",2025-02-11,", ",,"), None, ["row 2", "'founded'", "empty"]),
        (FORUMS.replace("mandate", "mandat"), None, ["'mandat'", "did you mean 'mandate'?"]),
        (
            FORUMS.splitlines()[0] + "\nGPAI,,club,standing,2020-06-15,CAN,,open,,values,.8,,\n",
            "forum,actor\nGPAI,CRI\n",
            ["all forums are forums of ai_governance"],
        ),
        (FORUMS, "forum,actor\n", ["no row below the header"]),
        (FORUMS, "", ["empty"]),
        (FORUMS, table().replace(",", ";"), ["semicolons"]),
        (FORUMS, table(quarter="2025-Q1"), ["'DELHI'", "before"]),
    ],
)
def test_a_bad_file_is_told_with_its_place(case, tmp_path, forums, rosters, parts):
    text = told(case, tmp_path, forums, rosters)
    for part in parts:
        assert part in text, (part, text)


def test_forums_of_the_scenario_and_rows_of_theirs_are_left_as_they_are(case, tmp_path):
    forums = FORUMS + "GPAI,GPAI,club,standing,2020-06-15,CAN,,open,,values,.8,,\n"
    files = read_later(
        case, *written(tmp_path, forums, table() + "GPAI,CRI,2025-Q2,member,B\nREAIM,PER,2025-Q1,member,B\n")
    )
    assert [forum.id for forum in files.tables.forums][-6:] == list(MEMBERS)
    assert sum("GPAI" in note for note in files.notes) == sum("REAIM" in note for note in files.notes) == 1


def test_files_that_are_not_there_and_options_that_do_not_go_together(tmp_path):
    rosters, forums = written(tmp_path)
    with pytest.raises(InputError, match="no such file") as caught:
        backtest(5, rosters=tmp_path / "no.csv", forums=tmp_path / "nor.csv")
    assert "no.csv" in str(caught.value)
    assert "nor.csv" in str(caught.value)
    with pytest.raises(InputError, match="--forums"):
        backtest(5, rosters=rosters)
    with pytest.raises(InputError, match="--hindcast"):
        backtest(5, hindcast=True, rosters=rosters, forums=forums)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_prints_and_writes_what_was_found(case, files, tmp_path):
    rosters, forums = written(tmp_path)
    out, text = tmp_path / "out.csv", io.StringIO()
    with contextlib.redirect_stdout(text):
        backtest(4, rosters=rosters, forums=forums, out=out)
    scores = pd.read_csv(out).query("part == 'rosters'").set_index(["item", "forecast", "quantity"])["value"]
    found = compare_later(case, files, 4)
    for forum in ("PARIS", "LIST", "mean"):
        assert scores[forum, "model", "auc"] == pytest.approx(found.value(forum, "model", "auc"))
    said = " ".join(text.getvalue().split())
    for part in ("last edition's roster", "the Holy See", "DELHI has its lineage from AI_SUMMIT"):
        assert part in said
