"""Plans with several scenarios and parts, presets, and the ids of runs."""

import pytest
from fake_runs import fake_run, tables_of

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.plans import make_plan

BASE = {"scenario": "two_blocs", "steps": 4, "replicates": 2, "fields": {"actors": 8, "nonstate": 1},
        "record": {"series": ["fragmentation"], "every": 2}}  # fmt: skip


def test_several_scenarios_are_parts_and_share_the_design(tmp_path):
    given = {**BASE, "scenario": ["two_blocs", "ai_governance"], "fields": {}, "vary": {"dialogue.level": [0, 1]}}
    results = sweep(given, tmp_path / "out", run=fake_run)
    runs = results.runs
    assert runs["part"].tolist() == ["two_blocs", "two_blocs", "ai_governance", "ai_governance"] * 2
    assert runs["scenario"].tolist() == runs["part"].tolist()
    assert runs["dialogue_level"].tolist() == [0, 1, 0, 1] * 2
    # a verdict for each issue of its own scenario, none for the others'
    assert runs["state_civil"].notna().tolist() == [True, True, False, False] * 2
    assert runs["state_values"].notna().tolist() == [False, False, True, True] * 2
    assert set(results.series["issue"]) == {"civil", "military", "pooled", "values", "order"}
    assert set(results.summary["point"]) == {"p0001", "p0002", "p0003", "p0004"}


def test_parts_inherit_and_replace():
    plan = make_plan({
        **BASE, "parameters": {"founding.rate": 0.1}, "vary": {"dialogue.level": [0, 1]},
        "part": [{"name": "soft"}, {"name": "hard", "parameters": {"founding.legalization": 0.8}, "steps": 8,
                                    "vary": {"redline.scale": [1, 0.5, 2]}}],
    })  # fmt: skip
    soft, hard = plan.parts
    assert soft.parameters == {"founding.rate": 0.1}
    assert hard.parameters == {"founding.rate": 0.1, "founding.legalization": 0.8}
    assert (soft.steps, hard.steps) == (4, 8)
    assert soft.varied == ("dialogue.level",) and hard.varied == ("redline.scale",)
    assert [point.part for point in plan.points] == [0, 0, 1, 1, 1]
    assert plan.varied == ("dialogue.level", "redline.scale")


def test_a_part_leaves_the_columns_of_others_empty(tmp_path):
    given = {**BASE, "part": [{"name": "a", "vary": {"dialogue.level": [0, 1]}}, {"name": "b"}]}
    runs = sweep(given, tmp_path / "out", run=fake_run).runs
    assert runs["dialogue_level"].isna().tolist() == [False, False, True] * 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"part": 3}, "lines [[part]]"),
        ({"part": [{"nme": "a"}]}, "did you mean 'name'?"),
        ({"part": [{"name": "a"}, {"name": "a"}]}, "'a' stands twice"),
        ({"part": [{"name": "a", "vary": {"dialogue.levl": [1]}}]}, "[[part]] a: [vary] dialogue.levl"),
        ({"scenario": []}, "the list is empty"),
        ({"scenario": ["two_blocs", "two_block"]}, "did you mean 'two_blocs'?"),
        ({"preset": "intens"}, "did you mean 'intense'?"),
    ],
)
def test_mistakes_in_parts(change, message):
    with pytest.raises(InputError) as caught:
        make_plan({**BASE, **change})
    assert message in str(caught.value)


def test_presets_may_be_fixed_or_varied():
    plan = make_plan({**BASE, "preset": "track2", "vary": {"redline.scale": [1, 2]}})
    settings = plan.parts[0].settings(plan.points[1].values, {"dialogue.level": 0.7})
    assert settings == {"dialogue.level": 0.0, "dialogue.track2": 0.5, "redline.scale": 2.0}
    plan = make_plan({**BASE, "vary": {"preset": ["none", "intense"]}})
    part = plan.parts[0]
    assert [part.settings(point.values, {})["dialogue.level"] for point in plan.points] == [0.0, 1.0]


def test_ids_follow_from_content():
    vary = {"dialogue.level": [0, 1]}
    plan = make_plan({**BASE, "vary": vary})
    longer = make_plan({**BASE, "replicates": 5, "vary": {"dialogue.level": [0.5, 0, 1]}})

    def ids(some, level):
        return [point.run_id(r) for r, point in some.runs() if point.values["dialogue.level"] == level]

    assert ids(longer, 0)[:2] == ids(plan, 0) and ids(longer, 1)[:2] == ids(plan, 1)
    everything = [point.run_id(r) for r, point in longer.runs()]
    assert len(set(everything)) == 15
    for change in ({"seed": 9}, {"steps": 5}, {"parameters": {"founding.rate": 0.2}}, {"fields": {"actors": 9}},
                   {"stop": {"when": "enf < 1"}}):  # fmt: skip
        other = make_plan({**BASE, "vary": vary, **change})
        assert not set(ids(other, 0)) & set(everything), change


def test_the_same_point_in_two_parts_has_two_ids():
    plan = make_plan({**BASE, "replicates": 1, "part": [{"name": "a"}, {"name": "b"}]})
    assert plan.points[0].run_id(0) != plan.points[1].run_id(0)


def test_parts_are_the_same_whatever_the_workers(tmp_path):
    given = {**BASE, "part": [{"name": "a", "vary": {"dialogue.level": [0, 1]}}, {"name": "b"}]}
    one = sweep(given, tmp_path / "one", run=fake_run)
    two = sweep(given, tmp_path / "two", workers=2, run=fake_run)
    assert tables_of(one.folder) == tables_of(two.folder)
