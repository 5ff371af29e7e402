import pandas as pd
import pytest
from synthetic_results import write_results

from forumsim.analysis import load_results
from forumsim.analysis.story import NO_BLOC, detailed_runs, live_forums, reach_by_bloc, read_story, strip_events


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    results = load_results(write_results(tmp_path_factory.mktemp("story"), vary={}, replicates=1))
    return read_story(results, detailed_runs(results)[0])


def test_the_story_has_what_a_reader_needs(story):
    assert story.shots == (0, 20, 40, 60)
    assert story.dates[60] == "2039-Q4"
    assert list(story.letters.values()) == list("ABCDEF")
    assert set(story.blocs) == {"west", "east", "south"}


def test_letters_go_by_power_weighted_attention(story):
    ties = story.memberships.merge(story.actors[["step", "actor", "power"]], on=["step", "actor"])
    weight = (ties["attention"] * ties["power"]).groupby(ties["forum"]).sum().sort_values(ascending=False)
    assert list(story.letters) == list(weight.index[:6])


def test_the_event_log_replays_to_the_snapshots(story):
    # played forward from the first snapshot alone, without the truth of the later ones
    first = story.memberships[story.memberships["step"] == 0]
    late = pd.concat([first, story.memberships[story.memberships["step"] == 60]])
    blind = type(story)(**{**vars(story), "memberships": first, "actors": story.actors[story.actors["step"] == 0]})
    for forum, table in reach_by_bloc(blind).items():
        assert table["members"].iloc[-1] == (late[late["step"] == 60]["forum"] == forum).sum()


def test_live_forums_and_events(story):
    live = live_forums(story)
    assert (live[0], live[5], live[19], live[40], live[60]) == (7, 8, 9, 8, 8)
    strip = strip_events(story)
    assert list(strip["starts"][strip["starts"] > 0].index) == [5, 19]
    assert list(strip["ends"][strip["ends"] > 0].index) == [40]
    assert strip["competitive_creation"].sum() == 1


def test_reach_is_the_members_power(story):
    power = story.at(story.actors, 0).set_index("actor")["power"]
    for forum, table in reach_by_bloc(story).items():
        ties = story.at(story.memberships, 0)
        held = ties.loc[ties["forum"] == forum, "actor"]
        assert table[list(story.blocs)].iloc[0].sum() == pytest.approx(power[held].sum())


def test_actors_without_a_bloc_count_all_the_same(tmp_path):
    """As non-state actors often are, and all actors of a scenario without blocs."""
    results = load_results(write_results(tmp_path, vary={}, replicates=1))
    run_id = detailed_runs(results)[0]
    actors = results.detail("actors")
    actors.loc[actors["bloc"] == "south", "bloc"] = float("nan")
    power = actors[actors["step"] == 0].set_index("actor")["power"]
    found = read_story(results, run_id)
    assert set(found.blocs) == {"west", "east", NO_BLOC}
    for forum, table in reach_by_bloc(found).items():
        ties = found.at(found.memberships, 0)
        held = ties.loc[ties["forum"] == forum, "actor"]
        assert table[list(found.blocs)].iloc[0].sum() == pytest.approx(power[held].sum())
