"""Adaptive replication: when a point has been run often enough."""

import json
import sys

import numpy as np
import pytest
from fake_runs import fake_run, noisy_at_full_level, stored, tables_of
from scipy import stats

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.plans.replication import Precision, Replication


def given(**replication):
    rule = {"minimum": 4, "maximum": 40, "ahead": 3, "precision": {"enf": 0.5}} | replication
    return {"scenario": "two_blocs", "steps": 4, "fields": {"actors": 8, "nonstate": 1}, "replication": rule,
            "vary": {"dialogue.level": [0, 1]}, "record": {"series": ["fragmentation", "enf"], "every": 2}}  # fmt: skip


def filled(rule, values):
    precision = Precision(rule)
    for value in values:
        precision.add((value,))
    return precision


def test_half_width_is_that_of_students_interval():
    values = np.random.default_rng(1).normal(size=12)
    known = filled(Replication(2, 99, 0, "pooled", {"enf": 1.0}), values)
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert known.half_widths(12)[0] == pytest.approx((high - low) / 2)
    assert filled(known.rule, [1.0, np.nan]).half_widths(2) == (np.inf,)


def test_a_lucky_narrow_moment_does_not_end_it():
    rule = Replication(2, 99, 2, "pooled", {"enf": 0.1})
    assert not filled(rule, [1.0, 1.0, 5.0]).reached()  # narrow at two, wide at three
    assert not filled(rule, [1.0, 1.0, 1.0]).reached()  # narrow at two and three: one more is needed
    assert filled(rule, [1.0, 1.0, 1.0, 1.0]).reached()


def test_all_measures_must_be_narrow():
    rule = Replication(2, 99, 0, "pooled", {"enf": 0.1, "fragmentation": 0.1})
    precision = Precision(rule)
    for wide in (0.0, 1.0):
        precision.add((1.0, wide))
    assert not precision.reached()


def test_rounds_are_the_minimum_and_then_looks_ahead():
    rounds = list(Replication(4, 12, 3, precision={"enf": 1}).rounds())
    assert rounds == [range(4), range(4, 7), range(7, 10), range(10, 12)]
    assert list(Replication(5, 5).rounds()) == [range(5)]
    huge = Replication(4, 2**31 - 1, 1, precision={"enf": 1}).rounds()
    assert next(huge) == range(4) and next(huge) == range(4, 5), "made one by one: no list of two thousand millions"


def test_noisy_points_are_run_more_often_and_the_table_says_why(tmp_path):
    results = sweep(given(), tmp_path / "out", run=noisy_at_full_level)
    points = results.points.set_index("dialogue_level")
    assert points["stopped"].tolist() == ["precision", "maximum"]
    assert points.loc[0, "replicates"] < 20 and points.loc[1, "replicates"] == 40
    assert points.loc[0, "half_enf"] <= 0.5 < points.loc[1, "half_enf"]
    runs = results.runs.groupby("dialogue_level").size()
    assert runs.to_dict() == points["replicates"].to_dict()
    assert results.manifest["runs"]["planned"] == len(results.runs)
    # the stated half-width is that of the summary
    rows = results.summary.query("issue == 'pooled' and measure == 'enf'").set_index("dialogue_level")
    assert ((rows["ci_high"] - rows["ci_low"]) / 2).to_numpy() == pytest.approx(points["half_enf"].to_numpy(), rel=1e-6)


def test_the_store_says_why_each_point_stopped(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["forumsim.sweeps.sweep"], "assemble", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(given(), tmp_path / "out", run=noisy_at_full_level)
    notes = [json.loads(value) for kind, value in stored(tmp_path / "out", "kind, value FROM facts") if kind == "note"]
    assert [(note["point"], note["stopped"].split(":")[0]) for note in notes] == [
        ("p0001", "precision"), ("p0002", "maximum")]  # fmt: skip
    assert "enf +-" in notes[0]["stopped"]


def test_decisions_do_not_depend_on_workers_or_interruptions(tmp_path):
    one = sweep(given(), tmp_path / "one", run=noisy_at_full_level)
    two = sweep(given(), tmp_path / "two", workers=2, run=noisy_at_full_level)
    assert tables_of(one.folder) == tables_of(two.folder)
    again = sweep(given(), tmp_path / "one", run=fake_run)  # nothing is left to run
    assert again.manifest == one.manifest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"precision": {}}, "[replication] precision: found {}"),
        ({"precision": {"enff": 1}}, "did you mean 'enf'"),
        ({"precision": {"enf": 0}}, "a number above 0"),
        ({"minimum": 1}, "[replication] minimum: found 1"),
        ({"maximum": 3}, "[replication] maximum: found 3"),
        ({"issue": "militray"}, "did you mean 'military'"),
        ({"look": 3}, "[replication] look: no such key"),
    ],
)
def test_mistakes(change, message):
    with pytest.raises(InputError) as caught:
        make_plan(given(**change))
    assert message in str(caught.value)


def test_measures_that_decide_must_be_recorded():
    plan = given() | {"record": {"series": ["fragmentation"]}}
    with pytest.raises(InputError, match="enf is not recorded"):
        make_plan(plan)


def test_not_both():
    with pytest.raises(InputError, match="stands beside"):
        make_plan(given() | {"replicates": 3})


# --- a part of the replicates ---------------------------------------------------------------------------------------


def test_runs_shared_out_are_those_of_the_whole_plan(given, tmp_path):
    whole = sweep(given, tmp_path / "whole", run=fake_run)
    given |= {"first_replicate": 1, "replicates": 2}
    part = sweep(given, tmp_path / "part", run=fake_run)
    assert part.runs.equals(whole.runs[whole.runs["replicate"] >= 1].reset_index(drop=True))
    assert set(part.table("events")["run_id"]) == set(part.runs.query("replicate == 1")["run_id"])  # detail = "first"
    assert (part.points["replicates"] == 2).all()
    assert part.manifest["seeds"]["first_replicates"] == part.runs["seed"].unique().tolist()


def test_rounds_begin_with_the_first_replicate():
    rule = Replication(3, 8, ahead=2, precision={"enf": 0.1}, first=10)
    assert list(rule.rounds()) == [range(10, 13), range(13, 15), range(15, 17), range(17, 18)]
    assert rule.numbers == range(10, 18)


def test_precision_decides_from_the_first_replicate_on(tmp_path):
    plan = given(minimum=4, maximum=9) | {"first_replicate": 20}
    results = sweep(plan, tmp_path / "out", run=noisy_at_full_level)
    count = results.runs.groupby("point")["replicate"].agg(["min", "max", "size"])
    assert (count["min"] == 20).all()
    assert (count["max"] - 19 == count["size"]).all()
    assert results.points["replicates"].tolist() == count["size"].tolist()
    assert results.points["stopped"].tolist() == ["precision", "maximum"]


def test_the_first_replicate_is_a_whole_number(given):
    with pytest.raises(InputError, match=r"first_replicate: found -1; allowed: a whole number, 0 to"):
        make_plan({**given, "first_replicate": -1})
