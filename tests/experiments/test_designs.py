"""Designs: which points a plan has."""

import numpy as np
import pytest
from scipy.stats import qmc

from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.plans.designs import rows
from forumsim.plans.factors import Factor

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
    plan = planned({"kind": "morris", "trajectories": 6})
    assert len(plan.points) == 6 * 4
    unit = np.column_stack([values(plan, name) for name in ("dialogue.level", "utility.trust")])
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
