"""Designs: which points a plan has."""

import time

import numpy as np
import pandas as pd
import pytest
from fake_runs import fake_run
from scipy.stats import qmc

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.plans.designs import DESIGNS, rows, size
from forumsim.plans.factors import MOST_POINTS, Factor

RANGES = {"dialogue.level": {"from": 0, "to": 1}, "utility.trust": "plausible", "founding.patience": "plausible"}


def planned(design, vary=RANGES, **more):
    return make_plan({"scenario": "two_blocs", "steps": 6, "replicates": 1, "vary": vary, "design": design, **more})


def values(plan, name):
    return np.array([point.values[name] for point in plan.points])


def problems(design, vary=RANGES, **more):
    with pytest.raises(InputError) as caught:
        planned(design, vary, **more)
    return str(caught.value)


def test_latin_hypercube_has_one_point_in_each_stratum_of_each_factor():
    plan = planned({"kind": "lhs", "n": 20})
    level, trust = values(plan, "dialogue.level"), values(plan, "utility.trust")
    assert sorted(np.floor(level * 20)) == list(range(20))
    assert sorted(np.floor((trust - 1.4) / 1.3 * 20)) == list(range(20))
    assert all(float(v).is_integer() and 0 <= v <= 20 for v in values(plan, "founding.patience"))


def test_sobol_points_are_more_even_than_chance_and_any_number_may_be_asked_for():
    plan = planned({"kind": "sobol", "n": 100})
    points = np.column_stack([values(plan, "dialogue.level"), (values(plan, "utility.trust") - 1.4) / 1.3])
    chance = np.random.default_rng(0).random((100, 2))
    assert len(plan.points) == 100
    assert qmc.discrepancy(points) < qmc.discrepancy(chance) / 3


def test_the_seed_of_a_design_makes_other_points_and_the_same_seed_the_same():
    first, again = planned({"kind": "lhs", "n": 9}), planned({"kind": "lhs", "n": 9})
    other = planned({"kind": "lhs", "n": 9, "seed": 3})
    assert [p.values for p in first.points] == [p.values for p in again.points]
    assert [p.values for p in first.points] != [p.values for p in other.points]


def test_morris_changes_one_factor_at_a_time():
    pytest.importorskip("SALib")
    factors = [Factor(name, (), 0.0, 1.0) for name in "abc"]
    unit = np.array(rows("morris", factors, {"trajectories": 6, "levels": 4}))
    assert len(unit) == 6 * 4 == size("morris", factors, {"trajectories": 6})
    for start in range(0, 24, 4):
        steps = np.diff(unit[start : start + 4], axis=0)
        assert ((steps != 0).sum(axis=1) <= 1).all()


@pytest.mark.parametrize(("second", "each"), [(False, 5), (True, 8)])
def test_saltelli_has_the_points_that_sobol_indices_need(second, each):
    """n (k + 2) points, n (2 k + 2) with second order, k = 3 factors (Saltelli et al. 2010)."""
    pytest.importorskip("SALib")
    assert len(planned({"kind": "saltelli", "n": 8, "second_order": second}).points) == 8 * each


def test_lists_are_drawn_from_with_equal_shares():
    levels = Factor("preset", ("none", "track1", "intense"))
    drawn = [row[0] for row in rows("lhs", [levels, Factor("x", (), 0.0, 1.0)], {"n": 300})]
    assert [drawn.count(level) for level in levels.levels] == [100, 100, 100]


def test_a_table_of_points_is_read_beside_the_plan(tmp_path):
    (tmp_path / "points.csv").write_text(
        "dialogue.level,scenario.polarisation,preset\n0.25,0.3,\n1,0.8,\n", encoding="utf-8"
    )
    text = 'scenario = "two_blocs"\nreplicates = 1\n[design]\nkind = "table"\nfile = "points.csv"\n'
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    from forumsim.plans import load_plan

    with pytest.raises(InputError, match="no preset ''"):
        load_plan(tmp_path / "plan.toml")
    (tmp_path / "points.csv").write_text("dialogue.level,scenario.polarisation\n0.25,0.3\n1,0.8\n", encoding="utf-8")
    plan = load_plan(tmp_path / "plan.toml")
    assert [point.values for point in plan.points] == [
        {"dialogue.level": 0.25, "scenario.polarisation": 0.3}, {"dialogue.level": 1.0, "scenario.polarisation": 0.8},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"), ("", "the file is empty"), ("dialogue.level\n", "no row of values"),
        ("dialogue.levle\n1\n", "did you mean 'dialogue.level'"), ("dialogue.level\n2\n", "found 2"),
        ("dialogue.level,redline.scale\n0.5\n", "row 2: found 1 cells"),
    ],
)  # fmt: skip
def test_tables_that_are_none(tmp_path, content, message):
    if content is not None:
        (tmp_path / "points.csv").write_text(content, encoding="utf-8")
    given = {"scenario": "two_blocs", "replicates": 1, "design": {"kind": "table", "file": "points.csv"}}
    with pytest.raises(InputError, match=message):
        make_plan(given, folder=tmp_path)


@pytest.mark.parametrize(
    ("design", "vary", "message"),
    [
        ({"kind": "lhs"}, RANGES, "[design] n: is missing"),
        ({"kind": "lhs", "n": 1}, RANGES, "[design] n: found 1"),
        ({"kind": "lhs", "n": 9, "levels": 4}, RANGES, "[design] levels: no such key"),
        ({"kind": "lhs", "n": 9}, {}, "[vary]: names 0"),
        ({"kind": "saltelli", "n": 9}, RANGES, "a power of two"),
        ({"kind": "morris", "trajectories": 4, "levels": 5}, RANGES, "an even number"),
        ({"kind": "morris", "trajectories": 4, "levels": 10**9}, RANGES, "a whole number, 2 to 1000"),
        ({"kind": "morris", "trajectories": 4}, {"dialogue.level": [0, 1], "utility.trust": "plausible"}, "is a list"),
        ({"kind": "lhs", "n": 9}, {"confidence.on": {"from": 0, "to": 1}}, "is a switch"),
        ({"kind": "lhs", "n": 9}, {"dialogue.level": {"from": 1, "to": 0}}, "from below to"),
        ({"kind": "lhs", "n": 9}, {"dialogue.level": {"from": 0, "to": 3}}, "found 3"),
        ({"kind": "lhs", "n": 9}, {"lifecycle.hazard": "plausible"}, "has no plausible range"),
        ({"kind": "grid"}, {"dialogue.level": {"from": 0, "to": 1}}, "n missing"),
        ({"kind": "grid"}, {"preset": ["none"], "dialogue.level": [0, 1]}, "also set by the varied preset"),
        ({"kind": "grid"}, {"preset": ["nine"]}, "no preset 'nine'"),
    ],
)  # fmt: skip
def test_each_mistake_of_a_design_has_its_message(design, vary, message):
    assert message in problems(design, vary)


# --- points that are the same -----------------------------------------------------------------------------------------


def test_a_hypercube_over_two_levels_has_two_points_and_a_pair_for_each_replicate(tmp_path):
    """Six rows over a list of two values are two points; with four replicates eight runs, and four pairs."""
    given = {
        "scenario": "two_blocs", "steps": 4, "replicates": 4, "fields": {"actors": 8, "nonstate": 1},
        "vary": {"dialogue.level": [0, 1]}, "design": {"kind": "lhs", "n": 6}, "record": {"series": ["fragmentation"]},
        "contrasts": {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}},
    }  # fmt: skip
    plan = make_plan(given)
    assert sorted(point.values["dialogue.level"] for point in plan.points) == [0, 1]
    assert (len(plan.points), plan.most_runs) == (2, 8)
    (sentence,) = plan.notes
    found = "the design lhs gives 6 points, of which 2 are different"
    assert sentence == f"{found}; points that are the same are run once and counted once"
    results = sweep(given, tmp_path / "out", run=fake_run)
    assert len(results.runs) == 8 and results.runs["run_id"].is_unique
    contrasts = pd.read_csv(results.folder / "contrasts.csv")
    assert set(contrasts["n"]) == {4} and len(contrasts) == 3, "one pair of points; two issues and pooled"
    assert set(results.summary["n"]) == {4}
    assert results.manifest["notes"] == [sentence]
    assert results.manifest["runs"]["planned"] == 8


def test_the_points_of_a_list_are_those_of_the_grid_with_the_same_ids():
    vary = {"dialogue.level": [0, 1], "redline.scale": [1, 2]}
    grid, drawn = planned({"kind": "grid"}, vary), planned({"kind": "lhs", "n": 64}, vary)
    assert {point.key for point in grid.points} == {point.key for point in drawn.points}
    assert not grid.notes and not planned({"kind": "lhs", "n": 20}).notes


@pytest.mark.parametrize(("kind", "options"), [("sobol", {"n": 64}), ("lhs", {"n": 64})])
def test_designs_over_whole_numbers_merge_what_is_the_same(kind, options):
    plan = planned({"kind": kind, **options}, {"founding.patience": {"from": 0, "to": 3}})
    assert sorted(values(plan, "founding.patience")) == [0, 1, 2, 3]


def test_rows_of_a_table_that_are_the_same_are_one_point(tmp_path):
    (tmp_path / "points.csv").write_text("dialogue.level\n0\n1\n0.0\n1\n0\n", encoding="utf-8")
    given = {"scenario": "two_blocs", "replicates": 3, "design": {"kind": "table", "file": "points.csv"}}
    plan = make_plan(given, folder=tmp_path)
    assert [point.values["dialogue.level"] for point in plan.points] == [0, 1]
    assert plan.most_runs == 6
    assert plan.notes[0].startswith("the table points.csv gives 5 points, of which 2 are different")


def test_parts_are_kept_apart_though_their_points_are_the_same():
    given = {
        "scenario": "two_blocs",
        "replicates": 1,
        "design": {"kind": "lhs", "n": 4},
        "vary": {"redline.scale": [1]},
    }
    plan = make_plan({**given, "part": [{"name": "a"}, {"name": "b"}]})
    assert [(point.part, point.name) for point in plan.points] == [(0, "p0001"), (1, "p0002")]
    assert [note.partition(":")[0] for note in plan.notes] == ["part a", "part b"]


@pytest.mark.parametrize(
    "vary",
    [
        {"dialogue.level": {"from": 0.5, "to": 0.5, "n": 3}},
        {"scenario.polarisation": {"from": 0.5, "to": 0.5, "n": 3}},
        {"scenario.polarisation": {"from": 0.5, "to": 0.5 + 1e-14, "n": 3}},
    ],
)
def test_equal_ends_are_refused(vary):
    assert "different values of 3" in problems({"kind": "grid"}, vary)
    assert "from below to" in problems({"kind": "lhs", "n": 3}, {name: {"from": 1, "to": 1} for name in vary})


# --- sizes are known before anything is built -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "number"),
    [
        ("lhs", {"n": 7}, 7), ("sobol", {"n": 7}, 7), ("morris", {"trajectories": 5, "levels": 4}, 20),
        ("saltelli", {"n": 8, "second_order": False}, 40), ("saltelli", {"n": 8, "second_order": True}, 64),
    ],
)  # fmt: skip
def test_the_size_of_a_design_is_the_number_of_its_rows(kind, options, number):
    if kind in ("morris", "saltelli"):
        pytest.importorskip("SALib")
    factors = [Factor(name, (), 0.0, 1.0) for name in "abc"]
    assert size(kind, factors, options) == len(rows(kind, factors, DESIGNS[kind] | options)) == number


LEVELS = {"from": 0, "to": 1, "n": 3000}


@pytest.mark.parametrize(
    ("design", "vary", "number"),
    [
        ({"kind": "grid"}, {"dialogue.level": LEVELS, "sincerity.scale": LEVELS}, 9_000_000),
        ({"kind": "lhs", "n": 20_000_000}, RANGES, 20_000_000),
        ({"kind": "lhs", "n": 1_000_000_000}, RANGES, 1_000_000_000),
        ({"kind": "sobol", "n": 1_000_000_000}, RANGES, 1_000_000_000),
        ({"kind": "morris", "trajectories": 10_000_000}, RANGES, 40_000_000),
        ({"kind": "saltelli", "n": 2**28}, RANGES, 5 * 2**28),
    ],
)
def test_designs_beyond_all_measure_are_refused_at_once(design, vary, number):
    start = time.perf_counter()
    assert f"{number} points; allowed: at most {MOST_POINTS} points in a plan" in problems(design, vary)
    assert time.perf_counter() - start < 5.0


def test_the_points_of_all_parts_together_count():
    third = {"kind": "lhs", "n": MOST_POINTS // 2}
    found = problems(third, {"dialogue.level": [0, 1]}, part=[{"name": "a"}, {"name": "b"}, {"name": "c"}])
    assert "[[part]] c: [design]: 100000 points" in found and "of which the parts before leave 0" in found


def test_many_values_of_one_name_are_read_in_seconds():
    start = time.perf_counter()
    assert len(planned({"kind": "grid"}, {"dialogue.level": {"from": 0, "to": 1, "n": 20_000}}).points) == 20_000
    many = {"scenario.polarisation": {"from": 0, "to": 1, "n": 20_000}}
    assert len(planned({"kind": "grid"}, many).points) == 20_000
    assert time.perf_counter() - start < 10.0


def test_many_wrong_values_of_one_name_are_told_in_a_few_lines():
    """Of 101 values from 0 to 2 in steps of .02, the 50 above 1 are wrong."""
    found = problems({"kind": "grid"}, {"dialogue.level": {"from": 0, "to": 2, "n": 101}})
    assert "46 more of its 101 values are wrong" in found and len(found.splitlines()) < 8
    found = problems({"kind": "grid"}, {"scenario.polarisation": {"from": 0, "to": 2, "n": 101}})
    assert "scenario.polarisation: found 1.02" in found and len(found.splitlines()) < 25
