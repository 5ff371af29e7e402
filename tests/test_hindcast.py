"""The hindcast: facts from the tables, nothing of the answer in the runs, scores by their formulas, the command."""

from __future__ import annotations

import contextlib
import io
import shutil

import numpy as np
import pandas as pd
import pytest

from forumsim.commands.backtest import backtest
from forumsim.core.terms import Shock
from forumsim.scenarios import load_scenario
from forumsim.scenarios.loader import SHIPPED
from forumsim.studies.backtest.hindcast import ASKED, COLUMNS, _let_decide, hindcast

FOLDER = SHIPPED / "ai_governance"


@pytest.fixture(scope="module")
def case():
    return load_scenario("ai_governance")


@pytest.fixture(scope="module")
def found(case):
    return hindcast(case, 4)


def fact(found, kind, actor, item, quarter=None):
    rows = found.facts.query("kind == @kind and actor == @actor and item == @item")
    rows = rows if quarter is None else rows[rows["quarter"] == quarter]
    assert len(rows) == 1
    return rows.iloc[0]


def test_facts_are_those_of_the_tables(found):
    """Signed, stayed out and left again: as the rosters and the dated departures have it."""
    assert found.facts["actor"].nunique() == ASKED + 2  # the pairs that met
    for actor, item, quarter, was in [
        ("CHN", "UNGA_78_265", "2024-Q3", 1),
        ("USA", "UNGA_78_311", "2024-Q3", 1),
        ("CHN", "US_POLDEC_MIL", "2024-Q3", 0),
        ("GBR", "US_POLDEC_MIL", "2024-Q3", 1),
        ("CHN", "AI_SUMMIT", "2024-Q1", 1),
        ("CHN", "AI_SUMMIT", "2024-Q3", 0),
        ("CHN", "REAIM", "2024-Q2", 1),
        ("CHN", "REAIM", "2024-Q3", 0),
        ("RUS", "UNGA_LAWS", "2024-Q3", 0),
    ]:
        assert fact(found, "signed", actor, item, quarter)["fact"] == was, (actor, item, quarter)
    given = found.facts.query("kind == 'signed'").set_index(["actor", "item"]).index
    assert not {("USA", "UNGA_78_265"), ("CHN", "UNGA_78_311"), ("GBR", "AI_SUMMIT"), ("USA", "AI_PFD")} & set(given)
    for actor, issue, was in [
        ("USA", "military", 1),
        ("CHN", "order", 1),
        ("GBR", "values", 1),
        ("CHN", "military", 0),
        ("IND", "values", 0),
    ]:
        assert fact(found, "founded", actor, issue)["fact"] == was, (actor, issue)


def test_base_rates_by_hand(found):
    """78/311: sponsors among the other states; India: its other forums."""
    members = pd.read_csv(FOLDER / "memberships.csv", keep_default_na=False)
    sponsors = set(members.loc[members["forum"] == "UNGA_78_311", "actor"]) - {"CHN"}  # its host
    row = fact(found, "signed", "USA", "UNGA_78_311")
    assert row["by_text"] == pytest.approx(len(sponsors - {"USA"}) / 191)
    signed = found.facts.query("kind == 'signed' and actor == 'IND'")
    others = signed[signed["item"] != "GPAI"]
    assert fact(found, "signed", "IND", "OECD_AIP")["by_actor"] == pytest.approx(
        signed[signed["item"] != "OECD_AIP"]["fact"].mean()
    )
    assert len(others) == len(signed)  # a founder of GPAI, and not asked


def test_nothing_of_the_answer_is_in_the_runs(case, found, tmp_path):
    """Other rosters after 2018: the same runs. And when nobody decides or founds, nobody is in, also not by date."""
    folder = tmp_path / "ai_governance"
    shutil.copytree(FOLDER, folder)
    members = pd.read_csv(folder / "memberships.csv", keep_default_na=False)
    gone = members["forum"].isin(["UNGA_78_265", "UNGA_78_311", "OECD_AIP"]) & members["actor"].isin(["CAN", "FRA"])
    members[~gone].to_csv(folder / "memberships.csv", index=False)
    other = hindcast(load_scenario(folder), 4).facts
    assert other["model"].equals(found.facts["model"])
    assert not other["fact"].equals(found.facts["fact"])
    still = hindcast(case, 2, parameters={"rule.membership": False, "rule.founding": False}).facts
    assert (still.loc[still["kind"] != "met", "model"] == 0).all()


def test_texts_open_with_their_hosts_and_nobody_leaves_by_date(case):
    world = case.with_fields(start="2018-Q1").build(0)
    _let_decide(world, case)
    assert Shock.LEAVE not in world.shocks["kind"]
    first = {forum.id: forum.founder for forum in case.tables.forums}
    for forum, hosts in (("REAIM", 1), ("AI_SUMMIT", 1), ("UNGA_78_311", 1), ("AI_PFD", None)):
        row = world.habit[case.forum_ids.index(forum)]
        assert [case.actor_ids[i] for i in np.flatnonzero(row)] == sorted(first[forum][:hosts])


def test_dated_talks_take_place(found):
    for name, pair in (("Woodside", "USA-CHN"), ("Paris", "FRA-CHN")):
        assert fact(found, "met", pair, f"{name}: times")["model"] >= 1
    rounds = fact(found, "met", "USA-CHN", "CISS-Brookings rounds: times")
    assert rounds["fact"] == 9
    assert rounds["low"] <= rounds["model"] <= rounds["high"]


def test_scores_follow_from_the_facts(found):
    facts, scores = found.facts, found.scores.set_index(["kind", "actors", "forecast", "quantity"])
    for kind in ("signed", "founded"):
        for who in ("all", "USA, CHN"):
            some = facts[(facts["kind"] == kind) & ((who == "all") | facts["actor"].isin(["USA", "CHN"]))]
            loss = {name: ((some[name] - some["fact"]) ** 2).mean() for name in ("model", "by_text", "by_actor")}
            for name, value in loss.items():
                assert scores.loc[(kind, who, name, "brier"), "value"] == pytest.approx(value)
            for name in ("by_text", "by_actor"):
                row = scores.loc[(kind, who, name, "brier_lead")]
                assert row["value"] == pytest.approx(loss[name] - loss["model"])
                assert row["low"] <= row["value"] <= row["high"]
                assert row["n"] == len(some)


def test_the_command_prints_and_writes_every_fact(found, tmp_path):
    out, text = tmp_path / "facts.csv", io.StringIO()
    with contextlib.redirect_stdout(text):
        backtest(1, runs=4, hindcast=True, out=out)
    written = pd.read_csv(out).query("part == 'facts'")
    assert len(written) == len(found.facts)
    for column in COLUMNS[4:]:
        assert np.allclose(written[column].astype(float), found.facts[column].astype(float), equal_nan=True)
    said = " ".join(text.getvalue().split())
    for part in ("Against base rates", "Signed, the ten", "Founded, USA, CHN", "given least chance"):
        assert part in said
