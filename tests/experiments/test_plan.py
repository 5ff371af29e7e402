import os
import pickle

import pytest

from forumsim.core.errors import InputError
from forumsim.core.measures import MEASURES
from forumsim.core.values import parse_value
from forumsim.plans import load_plan, make_plan
from forumsim.plans.factors import spread
from forumsim.plans.plan import as_toml


def mistakes(given):
    with pytest.raises(InputError) as caught:
        make_plan(given)
    return [str(problem) for problem in caught.value.problems]


def test_a_small_plan_has_its_size_and_defaults():
    plan = make_plan({"scenario": "two_blocs", "replicates": 4})
    assert (len(plan.points), plan.most_runs, plan.parts[0].steps) == (1, 4, 120)
    assert (plan.recording.every, plan.recording.detail) == (1, "none")
    assert plan.recording.series == tuple(measure.name for measure in MEASURES)


def test_grid_is_the_product_and_the_last_name_varies_fastest(given):
    plan = make_plan(given)
    points = plan.points
    assert (len(points), plan.most_runs) == (6, 18)
    assert [point.name for point in points] == ["p0001", "p0002", "p0003", "p0004", "p0005", "p0006"]
    levels = [tuple(point.values.values()) for point in points]
    assert levels == [(0.0, 0.2), (0.0, 0.8), (0.5, 0.2), (0.5, 0.8), (1.0, 0.2), (1.0, 0.8)]


def test_from_to_n_spreads_evenly_without_rounding_noise():
    assert spread(0, 1, 4) == (0.0, 0.333333333333, 0.666666666667, 1.0)
    assert spread(0.1, 0.7, 7) == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    assert spread(4, 8, 3) == (4, 6, 8)
    assert all(isinstance(value, int) for value in spread(4, 8, 3))
    vary = {"scenario.actors": {"from": 4, "to": 8, "n": 3}}
    plan = make_plan({"scenario": "two_blocs", "replicates": 1, "vary": vary})
    assert [factor.levels for factor in plan.parts[0].factors] == [(4, 6, 8)]


def test_field_names_and_unset_are_understood():
    plan = make_plan({"scenario": "two_blocs", "replicates": 1, "vary": {"dialogue_track2": ["unset", 0.5]},
                      "parameters": {"sincerity.level": "unset"}})  # fmt: skip
    assert plan.varied == ("dialogue.track2",)
    assert plan.content()["vary"] == {"dialogue.track2": ["unset", 0.5]}
    assert plan.content()["parameters"] == {"sincerity.level": "unset"}


def test_measures_are_recorded_in_the_order_of_the_registry(given):
    given["record"]["series"] = ["enf", "fragmentation"]
    assert make_plan(given).recording.series == ("fragmentation", "enf")


def test_detailed_runs_have_snapshots_by_default():
    plan = make_plan({"scenario": "two_blocs", "steps": 60, "replicates": 2, "record": {"detail": "first"}})
    assert plan.recording.snapshots == (0, 20, 40, 60)
    assert plan.recording.detailed(0)
    assert not plan.recording.detailed(1)


def test_plans_travel_to_workers(given):
    plan = make_plan(given)
    assert pickle.loads(pickle.dumps(plan)) == plan


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenario": None}, "scenario: is missing"),
        ({"scenario": 3}, "scenario: found 3"),
        ({"scenario": "two_bloc"}, "did you mean 'two_blocs'?"),
        ({"steps": 0}, "steps: found 0; allowed: a whole number, 1 to 100000"),
        ({"steps": 2.5}, "steps: found 2.5"),
        ({"replicates": "ten"}, "replicates: found 'ten'"),
        ({"replicates": True}, "replicates: found true"),
        ({"seed": -1}, "seed: found -1"),
        ({"replicate": 3}, "replicate: no such key"),
        ({"vary": 3}, "vary: found 3; allowed: a table"),
        ({"vary": {"dialogue.levle": [0, 1]}}, "no such parameter (did you mean 'dialogue.level'?)"),
        ({"vary": {"dialogue.level": [0, 1.5]}}, "[vary] dialogue.level: found 1.5; allowed: 0 to 1"),
        ({"vary": {"dialogue.level": ["much"]}}, "found 'much', a number is needed"),
        ({"vary": {"dialogue.level": 0.5}}, "a list of values, or {from"),
        ({"vary": {"dialogue.level": []}}, "the list is empty"),
        ({"vary": {"dialogue.level": [0.5, 0.5]}}, "0.5 stands twice"),
        ({"vary": {"dialogue.level": [0, 1], "dialogue_level": [0, 1]}}, "is the same parameter as 'dialogue.level'"),
        ({"vary": {"dialogue.level": {"from": 0, "to": 1}}}, "n missing"),
        ({"vary": {"dialogue.level": {"from": 0, "to": 1, "n": 1}}}, "[vary] dialogue.level, n: found 1"),
        ({"vary": {"dialogue.level": {"from": 0, "to": float("inf"), "n": 3}}}, "finite numbers"),
        ({"vary": {"dialogue.level": {"from": 0, "to": 1, "steps": 3}}}, "steps: no such key"),
        ({"vary": {"scenario.polarization": [0.2]}}, "did you mean 'polarisation'?"),
        ({"vary": {"scenario.polarisation": [0.2, 1.5]}}, "scenario.polarisation: found 1.5"),
        ({"vary": {"scenario.actors": [8, 9]}}, "[vary] scenario.actors: is also fixed in [fields]"),
        ({"fields": {"actors": 2}}, "[fields] actors: found 2"),
        ({"parameters": {"founding.rate": float("nan")}}, "[parameters] founding.rate: found NaN"),
        ({"parameters": {"dialogue.level": 0.5}}, "[vary] dialogue.level: is also fixed in [parameters]"),
        ({"parameters": {"scenario.actors": 8}}, "write it as 'actors' in [fields]"),
        ({"design": {"kind": "gird"}}, "did you mean 'grid'?"),
        ({"design": {"sort": "grid"}}, "[design] sort: no such key"),
        ({"record": {"series": ["fragmentaton"]}}, "did you mean 'fragmentation'?"),
        ({"record": {"series": "some"}}, "a list of measures"),
        ({"record": {"series": []}}, "a list of measures"),
        ({"record": {"every": 7}}, "[record] every: found 7; allowed: a whole number, 1 to 6"),
        ({"record": {"detail": "firts"}}, "did you mean 'first'?"),
        ({"record": {"snapshots": [0, 7]}}, "[record] snapshots: found 7; allowed: a whole number, 0 to 6"),
        ({"record": {"snapshots": 3}}, "a list of steps, 0 to 6"),
        ({"record": {"serie": "all"}}, "[record] serie: no such key"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(given, change, message):
    found = mistakes({**given, **change})
    assert any(message in problem for problem in found), found


def test_a_good_plan_with_one_mistake_has_one_problem(given):
    assert len(mistakes({**given, "seed": -1})) == 1


def test_all_mistakes_come_at_once(given):
    given |= {"steps": 0, "replicates": 0, "sed": 1, "fields": {"actor": 8}}
    given["vary"] = {"dialogue.levl": [0], "redline.scale": [0]}
    given["record"] = {"series": ["enff"], "detail": "al"}
    found = "\n".join(mistakes(given))
    for word in ("steps", "replicates", "sed", "actor", "dialogue.levl", "redline.scale", "enff", "detail"):
        assert word in found


def test_a_number_that_is_too_large_is_told_the_largest(given):
    (told,) = mistakes({**given, "replicates": 10**13})
    assert str(10**13) in told and "1 to 2147483647" in told  # the largest number of 32 bits with a sign


def test_missing_keys_are_named():
    found = "\n".join(mistakes({"steps": 3}))
    assert "scenario: is missing" in found
    assert "replicates: is missing" in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"scenario = two_blocs\n", "not TOML"),
        ("scenario = 'zwei Blöcke'".encode("latin-1"), "not UTF-8"),
    ],
)
def test_files_that_are_no_plans(tmp_path, content, message):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load_plan(path)
    assert "mine.toml" in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_plan(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a folder"):
        load_plan(tmp_path)


def test_file_and_mapping_give_the_same_plan(given, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(as_toml(given), encoding="utf-8")
    plan = load_plan(path)
    assert plan.name == "mine"
    assert plan.content() == make_plan(given).content()
    assert plan.digest == make_plan(given).digest


def test_a_relative_scenario_folder_is_looked_for_beside_the_plan(tmp_path):
    from forumsim.scenarios import copy_scenario

    copy_scenario("two_blocs", tmp_path / "mine")
    path = tmp_path / "plan.toml"
    path.write_text('scenario = "mine"\nreplicates = 1\n', encoding="utf-8")
    plan = load_plan(path)
    assert plan.parts[0].scenario == "mine"
    assert plan.parts[0].source == str((tmp_path / "mine").resolve())


def test_the_shipped_plans_are_what_they_say(root):
    plan = load_plan(root / "experiments" / "dialogue.toml")
    assert [part.steps for part in plan.parts] == [60, 120] and len(plan.points) == 18
    for part in plan.parts:
        levels = {factor.name: factor.levels for factor in part.factors}
        assert levels == {"dialogue.level": (0.0, 0.5, 1.0), "sincerity.level": (0.2, 0.5, 0.8)}
    for point in plan.points:  # each has its silent twin among the points of its part
        twin = plan.points[point.twin]
        assert not point.extra and twin.part == point.part and twin.values == {**point.values, "dialogue.level": 0.0}
    regimes = load_plan(root / "experiments" / "regimes.toml")
    assert (len(regimes.points), regimes.most_runs) == (84, 1680)
    assert set(regimes.varied) == {"scenario.polarisation", "dialogue.level", "sincerity.level"}


def test_every_shipped_plan_is_valid_and_listed(root):
    listed = (root / "experiments" / "README.md").read_text(encoding="utf-8")
    for path in (root / "experiments").glob("*.toml"):
        load_plan(path)
        assert f"({path.name})" in listed


def test_pipes_and_devices_are_not_waited_for(given, tmp_path):
    """A plan, its table of points, its interventions: each read in an instant, or refused."""
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is a pipe or a device, not a file on a disk"):
        load_plan(tmp_path / "pipe.toml")
    for name in ("pipe.toml", "zero.csv"):
        table = {key: value for key, value in given.items() if key != "vary"}
        table["design"] = {"kind": "table", "file": name}
        for change in (table, {**given, "interventions": name}):
            with pytest.raises(InputError, match="is a pipe or a device, not a file on a disk"):
                make_plan(change, folder=tmp_path)


def test_digits_of_other_scripts_are_no_numbers():
    assert [parse_value(text) for text in ("4", " 0.5", "1e-3", "true")] == [4, 0.5, 1e-3, True]
    for text in ("\uff14", "\uff10.\uff15", "\u0664", "\u00b2", "0_5", "1_000.5"):
        assert parse_value(text) == text


def test_what_a_scenario_dates_after_the_end_is_a_note_of_the_plan():
    """Ai_governance from 2019 dates openings up to 2024: a run of a year does not see them, one of six years does."""
    plan = {"scenario": "ai_governance", "replicates": 1, "fields": {"start": "2019-Q4"}}
    (note,) = make_plan({**plan, "steps": 4}).notes
    assert note.startswith("ai_governance dates some things after the end of the run (step 4, 2020-Q4)")
    assert make_plan({**plan, "steps": 24}).notes == ()
