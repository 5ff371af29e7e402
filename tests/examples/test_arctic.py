"""The example case of docs/own_case.md: computed cells follow from their formulas, and the facts take place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forumsim.running.run import simulate
from forumsim.scenarios import load_scenario
from forumsim.scenarios.loader import SHIPPED

COAST = ["CAN", "DNK", "NOR", "RUS", "USA"]


@pytest.fixture(scope="module")
def folder(root):
    return root / "examples" / "arctic"


@pytest.fixture(scope="module")
def run(folder):
    return simulate(folder, seed=1)


@pytest.fixture(scope="module")
def actors(folder):
    return pd.read_csv(folder / "actors.csv", index_col="id")


def test_power_is_half_capability_and_half_coast(actors):
    states = actors[actors["kind"] == "state"]
    table = pd.read_csv(SHIPPED / "ai_governance" / "actors.csv", index_col="id").loc[states.index]
    expected = table["power"] / table["power"].sum() / 2 + states.index.isin(COAST) / 5 / 2
    np.testing.assert_allclose(states["power"], expected, atol=5.1e-7)
    assert (states["capacity"] == table["capacity"]).all()
    assert (states["sincerity"] == table["sincerity"]).all()


def test_charters_are_means_of_the_founders_where_the_file_says_so(folder, actors):
    forums = pd.read_csv(folder / "forums.csv", index_col="id")
    means = forums[forums["note"].str.contains("power-weighted mean")]
    assert list(means.index) == ["BEAC", "AC", "ACGF"]
    for forum in means.itertuples():
        founders = forum.founder.split(";")
        for issue in forum.mandate.split(";"):
            mean = np.average(actors[f"position_{issue}"][founders], weights=actors["power"][founders])
            assert getattr(forum, f"charter_{issue}") == pytest.approx(mean, abs=0.0051)


def test_every_row_has_its_source(folder):
    for table in ("actors", "forums", "memberships", "shocks", "channels"):
        assert pd.read_csv(folder / f"{table}.csv")["source"].notna().all(), table


def test_what_is_dated_takes_place_at_its_quarter(run):
    log = run.events.set_index("event")
    assert set(log.loc[["opening"], "forum"]) == {"POLAR_CODE", "CAOFA"}
    assert log.loc[["opening"]].set_index("forum")["date"].to_dict() == {"POLAR_CODE": "2017-Q1", "CAOFA": "2018-Q4"}
    assert log.loc["summit", ["actor", "other", "date"]].tolist() == ["USA", "RUS", "2021-Q2"]
    assert log.loc["leadership", ["actor", "date"]].tolist() == ["USA", "2021-Q1"]
    broken = log.loc["sanction"].query("step > 0")
    assert set(broken["date"]) == {"2022-Q1"}
    assert len(broken) == 7
    gone = run.events.query("event == 'exit' and forum == 'BEAC' and actor == 'RUS'")
    assert gone["date"].tolist() == ["2023-Q3"]


def test_the_agreement_opens_with_the_five_and_the_others_decide(run):
    joined = run.events.query("event == 'join' and forum == 'CAOFA' and date == '2018-Q4'")
    given = joined[joined["term"] == "dated"]["actor"]
    assert sorted(given) == sorted(COAST)
    assert set(joined["actor"]) - set(COAST) <= {"CHN", "EUU", "ISL", "JPN", "KOR"}


def test_overlays_do_what_they_say(folder):
    calm = simulate(load_scenario(folder, **{"shocks.invasion.on": 0, "shocks.beac_exit.on": 0}), seed=1)
    assert not len(calm.events.query("event == 'sanction' and step > 0"))
    from forumsim.scenarios.overlays import list_overlays, read_overlay

    assert list_overlays(folder) == ["five_alone", "no_invasion"]
    assert read_overlay(folder, "no_invasion").fields == {"shocks.invasion.on": 0, "shocks.beac_exit.on": 0}
    alone = simulate(load_scenario(folder, **read_overlay(folder, "five_alone").fields), seed=1)
    members = alone.events.query("event == 'join' and forum == 'CAOFA'")["actor"]
    assert set(members) <= set(COAST)
