"""Maps and networks of the typical runs: what they show is what the snapshots hold, and no map without countries."""

from __future__ import annotations

import pandas as pd
import pytest
from synthetic_results import write_results
from test_report_options import overlaps

from forumsim.analysis import load_results
from forumsim.analysis.end_map import commonest, drawn_as_map, first_forums, map_figure
from forumsim.analysis.end_network import overlap, states_of
from forumsim.analysis.end_state import end_states
from forumsim.analysis.palette import LOOKS
from forumsim.analysis.report_page import build_page
from forumsim.analysis.sections import section_sketches
from forumsim.analysis.style import Sheet, styled
from forumsim.analysis.typical import typical_runs
from forumsim.sweeps import sweep

QUICK = Sheet(("png",), dpi=40)
PLAIN = {"keep_default_na": False, "na_values": [""]}


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    plan = {
        "scenario": "ai_governance",
        "steps": 4,
        "replicates": 3,
        "seed": 5,
        "record": {"detail": "first"},
        "vary": {"dialogue.level": [0, 1]},
    }
    return sweep(plan, tmp_path_factory.mktemp("case") / "out").folder


def test_the_run_shown_is_the_nearest_of_those_with_snapshots(case):
    results = load_results(case)
    found = {one.state: one for one in end_states(results)}
    assert found
    runs = pd.read_csv(case / "runs.csv", **PLAIN).set_index("run_id")
    for state, one in found.items():
        assert runs.loc[one.run_id, "replicate"] == 0 and runs.loc[one.run_id, "state_pooled"] == state
    table = typical_runs(results).set_index("state")
    assert all(one.is_typical == (table.loc[state, "run_id"] == one.run_id) for state, one in found.items())


def test_countries_have_the_forum_that_they_attend_to_most(case):
    results = load_results(case)
    (one, *_), ties = end_states(results), pd.read_csv(case / "memberships.csv", **PLAIN)
    names = (
        pd.read_csv(case / "forums.csv", **PLAIN)
        .drop_duplicates(["run_id", "forum"])
        .set_index(["run_id", "forum"])["name"]
    )
    own = ties[(ties["run_id"] == one.run_id) & (ties["step"] == 4)]
    shown = first_forums(one)
    for actor in one.actors.loc[one.actors["kind"] == "state", "actor"]:
        given = own[own["actor"] == actor].set_index("forum")["attention"]
        best = {names[one.run_id, forum] for forum in given[given == given.max()].index}
        assert shown[actor] in best if best else shown[actor] == ""


def test_each_country_on_the_map_has_the_colour_of_its_forum(case):
    found = drawn_as_map(end_states(load_results(case)))
    assert found
    with styled(QUICK):
        figure = map_figure(found)
    every = commonest(found)
    for ax, one in zip(figure.axes, found, strict=False):
        shown = first_forums(one)
        drawn = sum(len(part.get_paths()) for part in ax.collections)
        dots = sum(len(line.get_xdata()) for line in ax.lines)
        assert drawn > 170 and dots > 10
        if every[0] in set(shown):
            colours = {tuple(round(v, 4) for v in part.get_facecolor()[0][:3]) for part in ax.collections}
            first = tuple(round(int(LOOKS[0].colour[k : k + 2], 16) / 255, 4) for k in (1, 3, 5))
            assert first in colours


def test_ties_are_the_attention_that_two_give_to_the_same_forums(case):
    one = end_states(load_results(case))[0]
    ties = pd.read_csv(case / "memberships.csv", **PLAIN)
    ties = ties[(ties["run_id"] == one.run_id) & (ties["step"] == 4)]
    given = {actor: own.set_index("forum")["attention"].to_dict() for actor, own in ties.groupby("actor")}
    actors = ["USA", "CHN", "IND", "FRA"]
    found = overlap(one, actors)
    for i, a in enumerate(actors):
        for j, b in enumerate(actors):
            both = set(given.get(a, {})) & set(given.get(b, {}))
            assert found[i, j] == pytest.approx(0 if i == j else sum(min(given[a][f], given[b][f]) for f in both))


def test_the_strongest_states_stand_bloc_by_bloc(case):
    one = end_states(load_results(case))[0]
    table = states_of(one)
    states = one.actors[one.actors["kind"] == "state"]
    assert set(table["actor"]) == set(states.nlargest(40, "power")["actor"])
    blocs = list(dict.fromkeys(table["bloc"]))
    weights = states.groupby("bloc")["power"].sum()
    assert [weights[bloc] for bloc in blocs] == sorted((weights[bloc] for bloc in blocs), reverse=True)
    assert sum(a != b for a, b in zip(table["bloc"], table["bloc"][1:], strict=False)) == len(blocs) - 1


def test_countries_have_a_map_and_drawn_worlds_have_none(case, tmp_path):
    plan = {"scenario": "two_blocs", "steps": 4, "replicates": 2, "record": {"detail": "all"}}
    blocs = sweep(plan, tmp_path / "blocs").folder
    for folder, there in ((case, True), (blocs, False)):
        results = load_results(folder)
        sketches = {sketch.name: sketch for sketch in section_sketches(results)}
        assert "typical_network" in sketches and ("typical_map" in sketches) == there
        with styled(QUICK):
            assert sketches["typical_network"].draw().axes
        assert "No run has a snapshot" not in build_page(results, [])


def test_without_snapshots_one_sentence_says_how_to_take_them(tmp_path):
    results = load_results(write_results(tmp_path, vary={}, replicates=2, detail=False))
    assert "No run has a snapshot" in build_page(results, [])


@pytest.mark.parametrize("width", [3.5, 8.27, 12.0])
def test_no_text_of_the_map_covers_another_or_leaves_the_page(case, width):
    found = drawn_as_map(end_states(load_results(case)))
    with styled(Sheet(width=width)):
        assert overlaps(map_figure(found)) == []
