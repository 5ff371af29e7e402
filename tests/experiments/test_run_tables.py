import numpy as np
import pytest
from fake_runs import fake_run

from forumsim.core.measures import MEASURES
from forumsim.results.codebook_tables import results_tables
from forumsim.running import tables
from forumsim.running.run import params_for
from forumsim.scenarios import load_scenario

MAKERS = {
    "series": tables.series_frame, "events": tables.events_frame, "forums": tables.forums_frame,
    "memberships": tables.memberships_frame, "actors": tables.actors_frame,
}  # fmt: skip


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("two_blocs", actors=8, nonstate=1)


@pytest.fixture(scope="module")
def outcome(scenario):
    return fake_run(scenario, params_for(scenario), 6, 1, 2, snapshots=(0, 6))


@pytest.mark.parametrize("name", MAKERS)
def test_columns_are_those_of_the_codebook(scenario, outcome, name):
    described = results_tables(scenario.issues, MEASURES)[name].header
    assert ("run_id", *MAKERS[name](scenario, outcome).columns) == described


def test_events_are_in_words(scenario, outcome):
    events = tables.events_frame(scenario, outcome)
    join, declaration, shift = events.to_dict("records")
    assert (join["event"], join["actor"], join["forum"]) == ("join", scenario.actor_ids[2], scenario.forum_ids[1])
    assert join["other"] is None or join["other"] != join["other"]
    assert (declaration["other"], declaration["issue"]) == (scenario.actor_ids[1], "military")
    assert (shift["forum"], shift["other"]) == (scenario.forum_ids[1], scenario.forum_ids[0])


def test_every_event_has_its_words():
    from forumsim.core.terms import Event
    from forumsim.running.events import EVENT_WORDS

    assert list(EVENT_WORDS) == list(Event)
    assert all(words.meaning and words.value and words.sentence for words in EVENT_WORDS.values())


def test_forums_show_mandate_and_charter(scenario, outcome):
    forums = tables.forums_frame(scenario, outcome)
    assert forums["step"].tolist() == [0, 0, 6, 6]
    assert forums["mandate_military"].tolist() == [1, 0, 1, 0]
    assert np.isnan(forums["charter_military"][1])
    assert forums["members"].tolist() == [3, 3, 3, 3]
    assert forums["status"].tolist() == ["alive"] * 4


def test_memberships_are_those_of_live_forums(scenario, outcome):
    rows = tables.memberships_frame(scenario, outcome)
    assert len(rows) == 2 * 6
    assert rows["actor"][:3].tolist() == list(scenario.actor_ids[:3])


def test_some_measures_only(scenario, outcome):
    frame = tables.series_frame(scenario, outcome, ["enf", "fragmentation"])
    assert list(frame.columns) == ["step", "date", "issue", "fragmentation", "enf"]
    assert frame["issue"].tolist()[:3] == ["civil", "military", "pooled"]


def test_without_snapshots_the_tables_have_columns_and_no_rows(scenario):
    bare = fake_run(scenario, params_for(scenario), 6, 1, 2)
    full = fake_run(scenario, params_for(scenario), 6, 1, 2, snapshots=(0,))
    for make in (tables.forums_frame, tables.memberships_frame, tables.actors_frame):
        assert make(scenario, bare).empty
        assert list(make(scenario, bare).columns) == list(make(scenario, full).columns)
