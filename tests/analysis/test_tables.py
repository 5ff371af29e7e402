import math
import shutil

import numpy as np
import pandas as pd
import pytest
from synthetic_results import write_results

from forumsim.analysis import end_values, level_means, load_results, paired_differences, verdict_shares
from forumsim.core.errors import InputError
from forumsim.plans.statistics import mean_intervals, wilson
from signed import sign


def tiny(folder, values):
    """Runs of two levels and given end values {(level, replicate): value}; ten steps earlier the value was 100."""
    runs, series = [], []
    for k, ((level, replicate), value) in enumerate(values.items()):
        run_id = f"r{k + 1:06d}"
        runs.append({"run_id": run_id, "point": f"p{level}", "replicate": replicate, "seed": replicate,
                     "scenario": "x", "steps": 40, "dialogue_level": level})  # fmt: skip
        for step, shown in ((0, 100.0), (20, 100.0), (21, value - 1), (30, value), (40, value + 1)):
            series.append({"run_id": run_id, "step": step, "date": "", "issue": "pooled", "enf": shown})
    folder.mkdir(exist_ok=True)
    pd.DataFrame(runs).to_csv(folder / "runs.csv", index=False)
    pd.DataFrame(series).to_csv(folder / "series.csv", index=False)
    return load_results(sign(folder))


def test_end_values_are_means_of_the_last_twenty_steps(tmp_path):
    ends = end_values(tiny(tmp_path, {(0, 0): 3.0, (1, 0): 5.0}))
    # steps 21, 30, 40 lie within the last 20 of 40 steps, step 20 does not
    assert list(ends["enf"]) == [3.0, 5.0]


def test_the_window_is_that_of_the_manifest(tmp_path):
    tiny(tmp_path, {(0, 0): 3.0, (1, 0): 5.0})
    results = load_results(sign(tmp_path, comparison={"parts": [{"part": "", "window": 5}]}))
    assert set(results.windows) == {5}
    assert list(results.ends["enf"]) == [4.0, 6.0]


def test_paired_differences_by_hand(tmp_path):
    # differences by replicate: 1, 2, 6 -> mean 3, sd sqrt(7), t(2; .975) = 4.302653 (any table of Student's t)
    values = {(0, 0): 1.0, (1, 0): 2.0, (0, 1): 10.0, (1, 1): 12.0, (0, 2): 4.0, (1, 2): 10.0}
    table = paired_differences(tiny(tmp_path, values), "dialogue_level", ["enf"])
    assert len(table) == 1
    row = table.iloc[0]
    half = 4.302653 * math.sqrt(7) / math.sqrt(3)
    assert (row["n"], row["mean"], row["before"], row["after"]) == (3, 3.0, 5.0, 8.0)
    assert row["sd"] == pytest.approx(math.sqrt(7))
    assert (row["low"], row["high"]) == pytest.approx((3 - half, 3 + half), rel=1e-6)


def test_pairs_with_a_missing_side_are_left_out_of_all_numbers(tmp_path):
    values = {(0, 0): 1.0, (1, 0): 2.0, (0, 1): math.nan, (1, 1): 12.0, (0, 2): 4.0, (1, 2): 7.0}
    row = paired_differences(tiny(tmp_path, values), "dialogue_level", ["enf"]).iloc[0]
    assert (row["n"], row["mean"], row["before"], row["after"]) == (2, 2.0, 2.5, 4.5)


def test_one_pair_has_no_interval(tmp_path):
    row = paired_differences(tiny(tmp_path, {(0, 0): 1.0, (1, 0): 2.0}), "dialogue_level", ["enf"]).iloc[0]
    assert row["n"] == 1
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])


def test_reference_level_can_be_chosen(tmp_path):
    results = tiny(tmp_path, {(0, 0): 1.0, (1, 0): 2.0, (0, 1): 1.0, (1, 1): 2.0})
    row = paired_differences(results, "dialogue_level", ["enf"], reference=1).iloc[0]
    assert row["mean"] == -1.0


@pytest.mark.parametrize(("parameter", "reference"), [("sincerity_level", None), ("dialogue_level", 0.3)])
def test_unknown_parameter_or_level_is_an_input_error(tmp_path, parameter, reference):
    results = tiny(tmp_path, {(0, 0): 1.0, (1, 0): 2.0})
    with pytest.raises(InputError):
        paired_differences(results, parameter, ["enf"], reference=reference)


def test_pairing_removes_what_runs_share(sweep_folder):
    # all runs of a replicate share noise of sd .05; the differences have a quarter of it twice
    results = load_results(sweep_folder)
    pairs = paired_differences(results, "dialogue_level", ["trust_across"])
    means = level_means(results, ["trust_across"])
    assert pairs["sd"].mean() < 0.6 * means["sd"].mean()


def test_an_unset_level_is_a_level(tmp_path):
    tiny(tmp_path, {(0, 0): 1.0, (1, 0): 2.0})
    runs = pd.read_csv(tmp_path / "runs.csv")
    runs["dialogue_level"] = [0.5, None]
    runs.to_csv(tmp_path / "runs.csv", index=False)
    results = load_results(sign(tmp_path))
    assert list(results.runs["dialogue_level"]) == ["0.5", "unset"]
    assert len(level_means(results, ["enf"])) == 2


def test_verdict_shares_add_up(sweep_folder):
    table = verdict_shares(load_results(sweep_folder))
    sums = table.groupby(["dialogue_level", "sincerity_level", "issue"])["share"].sum()
    assert np.allclose(sums, 1.0)
    assert (table["n"] == 5).all()
    assert table["low"].between(0, table["share"]).all()


def test_wilson_by_the_textbook():
    # Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert all(math.isnan(bound) for bound in wilson(0, 0))


def test_groups_without_a_value_are_absent():
    table = pd.DataFrame({"g": ["a", "a", "b"], "value": [1.0, 3.0, math.nan]})
    result = mean_intervals(table, ["g"])
    assert list(result["g"]) == ["a"]
    assert result.loc[0, "n"] == 2


def messages(error):
    return "\n".join(str(problem) for problem in error.value.problems)


def test_no_such_folder(tmp_path):
    with pytest.raises(InputError) as error:
        load_results(tmp_path / "nowhere")
    assert "no such folder" in messages(error)


def test_a_folder_of_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InputError) as error:
        load_results(tmp_path)
    assert "holds no manifest.json; allowed: a results folder" in messages(error)


def test_all_mistakes_of_a_folder_at_once(tmp_path):
    (tmp_path / "runs.csv").write_text("run_id,points,replicate\nr1,p1,0\n")
    (tmp_path / "series.csv").write_text("run_id,stepp,issue,enf\nr1,0,pooled,1\n")
    with pytest.raises(InputError) as error:
        load_results(sign(tmp_path))
    assert len(error.value.problems) == 2
    assert "did you mean 'points'" in messages(error)
    assert "did you mean 'stepp'" in messages(error)


@pytest.mark.parametrize(
    ("table", "content", "says"),
    [
        ("series", "", "not a table"),
        ("series", "run_id,step,issue,enf\n", "no rows"),
        ("series", "run_id,step,issue,enf\nr000001,0,pooled,many\n", "'many'"),
        ("series", "run_id,step,issue,enf\nr999999,0,pooled,1\n", "not in runs.csv"),
        ("series", "run_id,step,issue\nr000001,0,pooled\n", "no column of a measure"),
        ("runs", "run_id,point,replicate\nr000001,p1,0\nr000001,p1,1\n", "stands twice"),
    ],
)
def test_mistakes_inside_tables(tmp_path, table, content, says):
    tiny(tmp_path, {(0, 0): 1.0, (1, 0): 2.0})
    (tmp_path / f"{table}.csv").write_text(content)
    with pytest.raises(InputError, match=rf"{table}\.csv: has changed since it was written\n.*--anyway"):
        load_results(tmp_path)
    with pytest.raises(InputError) as error:
        load_results(tmp_path, anyway=True)
    assert says in messages(error)


def test_wrong_encoding_and_broken_manifest(tmp_path):
    tiny(tmp_path / "a", {(0, 0): 1.0, (1, 0): 2.0})
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (tmp_path / "a" / "runs.csv").write_bytes(b"run_id,point,replicate\nr\xe9,p,0\n")
    sign(tmp_path / "a")
    (tmp_path / "b" / "manifest.json").write_text("{")
    for name, says in (("a", "UTF-8"), ("b", "cannot be read: ")):
        with pytest.raises(InputError) as error:
            load_results(tmp_path / name)
        assert says in messages(error)


def test_series_file_missing(tmp_path):
    write_results(tmp_path, replicates=1, detail=False)
    (tmp_path / "series.csv").unlink()
    with pytest.raises(InputError) as error:
        load_results(tmp_path)
    assert "series.csv" in messages(error)
