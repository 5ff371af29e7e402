"""Twins in plans and in results: which points there are, what is compared, and what is left out."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from fake_runs import fails_at_full_level, fake_run, interrupts, shared_noise, tables_of
from scipy import stats

from any_runs import open_past, rerun_plan, sweep
from forumsim.core.errors import InputError
from forumsim.core.measures import column_index
from forumsim.plans import make_plan
from forumsim.results.export import export
from forumsim.results.folder import load_results
from forumsim.results.validation import check_results
from forumsim.sweeps.rerun import find, repeat
from forumsim.sweeps.single import plan_of_run

GIVEN = {
    "scenario": "two_blocs", "steps": 6, "replicates": 5, "seed": 3, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0.5, 1], "sincerity.level": [0.2, 0.8]},
    "twins": {"dialogue.level": 0, "sincerity.level": 0.5},
    "record": {"series": ["fragmentation_across", "enf"], "every": 2, "detail": "first", "snapshots": [0, 6]},
}  # fmt: skip


def plan_of(**changes):
    return make_plan(GIVEN | changes)


def pairs_of(plan):
    """Values of the twin by values of the point."""
    return [(point.values, plan.points[point.twin].values) for point in plan.points if not point.extra]


def bounded(scenario, record, steps, seed, every, snapshots=(), **more):
    """Fragmentation that falls by a fifth of the level of dialogue, on some issues and seeds by nothing."""
    outcome = fake_run(scenario, record, steps, seed, every, snapshots)
    rng = np.random.default_rng(seed)
    column = outcome.series[:, :, column_index("fragmentation_across")]
    column[:] = rng.uniform(0.3, 0.9, column.shape[1]) - 0.2 * record["dialogue_level"] * rng.integers(0, 2, 3)
    outcome.series[:, :, column_index("enf")] = 2.0
    return outcome


# --- plans --------------------------------------------------------------------------------------------------------


def test_points_that_become_the_same_share_a_twin():
    plan = plan_of()
    assert [point.extra for point in plan.points] == [False] * 4 + [True]
    assert {point.twin for point in plan.points[:4]} == {4} and plan.points[4].twin is None
    assert plan.points[4].values == {"dialogue.level": 0, "sincerity.level": 0.5}
    assert plan.most_runs == 5 * 5


def test_a_twin_that_is_a_point_of_the_plan_is_that_point_and_its_own_twin():
    plan = plan_of(vary={"dialogue.level": [0, 1], "sincerity.level": [0.2, 0.8]}, twins={"dialogue.level": 0})
    assert [(point.twin, point.extra) for point in plan.points] == [(0, False), (1, False), (0, False), (1, False)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"vary": {}, "parameters": {"dialogue.level": 0.0}, "twins": {"dialogue.level": 0}}, [0]),
        ({"vary": {}, "twins": {"realist": False}}, [0]),  # the default
        ({"vary": {}, "twins": {"utility.trust": 1.0}}, [0]),  # what the scenario sets
        ({"vary": {"scenario.polarisation": [0.5, 0.6]}, "twins": {"scenario.polarisation": 0.6}}, [1, 1]),
    ],
)
def test_a_point_that_has_the_settings_already_needs_no_twin(changes, found):
    assert [point.twin for point in plan_of(**changes).points] == found


def test_twins_have_settings_that_are_not_varied_or_are_fixed_otherwise():
    plan = plan_of(vary={"sincerity.level": [0.2, 0.8]}, parameters={"dialogue.level": 0.7},
                   twins={"realist": True, "dialogue.level": 0, "scenario.polarisation": 0.9})  # fmt: skip
    silent = {"realist": 1.0, "dialogue.level": 0.0, "scenario.polarisation": 0.9}
    assert pairs_of(plan) == [({"sincerity.level": h}, {"sincerity.level": h} | silent) for h in (0.2, 0.8)]
    part = plan.parts[0]
    assert part.settings(plan.points[2].values, {})["dialogue.level"] == 0.0


def test_presets_of_twins_take_the_place_of_others():
    levels = ["none", "track2", "intense"]
    varied = plan_of(vary={"preset": levels}, twins={"preset": "none"})
    assert [point.twin for point in varied.points] == [0, 0, 0]
    # track2 has a track of its own, which a level alone does not silence
    own = plan_of(vary={"preset": levels}, twins={"dialogue.level": 0})
    assert [point.twin for point in own.points] == [0, 1, 0]
    fixed = plan_of(preset="track2", vary={}, twins={"preset": "none"})
    settings = fixed.parts[0].settings(fixed.points[1].values, {})
    assert settings["dialogue.level"] == 0.0 and np.isnan(settings["dialogue.track2"])


def test_runs_keep_their_ids_when_a_plan_gets_twins_and_a_twin_keeps_its_own_as_a_point():
    without = {point.key for point in make_plan({k: v for k, v in GIVEN.items() if k != "twins"}).points}
    plan = plan_of()
    assert {point.key for point in plan.points if not point.extra} == without
    wider = plan_of(vary={"dialogue.level": [0, 0.5, 1], "sincerity.level": [0.2, 0.5, 0.8]})
    assert plan.points[4].key in {point.key for point in wider.points if not point.extra}
    assert plan_of(twins={"dialogue.level": 0}).digest != plan.digest


def test_contrasts_do_not_look_at_twins():
    sides = {"from": {"sincerity.level": 0.2}, "to": {"sincerity.level": 0.8}}
    plan = plan_of(contrasts={"meant": sides}, twins={"dialogue.level": 0})
    assert [point.extra for point in plan.points] == [False] * 4 + [True] * 2
    (contrast,) = plan.contrasts
    assert len(contrast.pairs(plan.points, plan.parts)) == 2, "not the two in silence"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"twins": {"dialog.level": 0}}, "[twins] dialog.level: no such parameter (did you mean 'dialogue.level'?)"),
        ({"twins": {"dialogue.level": 2}}, "[twins] dialogue.level: found 2; allowed: 0 to 1"),
        ({"twins": {"preset": "nothing"}}, "[twins] preset: found 'nothing'; allowed: none, track2"),
        ({"twins": {"scenario.polarisation": 7}}, "[twins] scenario.polarisation: found 7; allowed: a number"),
        ({"twins": {"scenario.polarization": 0.5}}, "[twins] scenario.polarization"),
        ({"twins": {"dialogue.level": 0, "dialogue_level": 1}}, "is the same parameter as 'dialogue.level'"),
        ({"twins": {}}, "[twins]: is empty"),
        ({"twins": 3}, "twins: found 3; allowed: a table: a line [twins]"),
        ({"record": {"series": ["enf"]}}, "compares fragmentation_across, which is not recorded"),
    ],
)
def test_mistakes_in_twins_are_told(changes, words):
    with pytest.raises(InputError) as caught:
        plan_of(**changes)
    assert len([problem for problem in caught.value.problems if words in str(problem)]) == 1


# --- results ------------------------------------------------------------------------------------------------------


def ends_of(results):
    """End values of F across blocs by run and issue, from series.csv; pooled is the mean over the issues."""
    late = results.series[results.series["step"] > 6 - 20]
    wide = late.groupby(["run_id", "issue"])["fragmentation_across"].mean().unstack()
    return wide.assign(pooled=wide[["civil", "military"]].mean(axis=1))


def test_rows_are_the_differences_of_runs_with_the_same_seed(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fake_run)
    runs, ends = results.runs.set_index("run_id"), ends_of(results)
    twins = results.twins
    assert len(twins) == 4 * 5 * 3 and set(twins["run_id"]) == set(runs.index[runs["twin"] == 0])
    assert set(twins["twin_run_id"]) == set(runs.index[runs["twin"] == 1]) and (runs["twin"] == 1).sum() == 5
    for row in twins.itertuples():
        assert runs.loc[row.run_id, "seed"] == runs.loc[row.twin_run_id, "seed"]
        mine, other = ends.loc[row.run_id, row.issue], ends.loc[row.twin_run_id, row.issue]
        assert row.difference == pytest.approx(mine - other, abs=1e-6)
        assert (row.fragmentation_across, row.twin_fragmentation_across) == pytest.approx((mine, other), abs=1e-6)
        words = {-1: "converges", 0: "does nothing", 1: "fragments"}
        assert row.twin_verdict == words[int(mine - other > 0.05) - int(mine - other < -0.05)]


@pytest.mark.parametrize(
    ("silence", "line", "word"),
    [(1, 0.05, "converges"), (0, 0.05, "fragments"), (0, 0.6, "does nothing"), (1, 0.6, "does nothing")],
)
def test_the_word_follows_the_sign_and_the_line(tmp_path, silence, line, word):
    """Measures that are the level of dialogue plus what the seed alone decides: half a level makes .5 exactly."""
    given = GIVEN | {"vary": {"dialogue.level": [0.5]}, "twins": {"dialogue.level": silence},
                     "parameters": {"measure.twin": line}}  # fmt: skip
    results = sweep(given, tmp_path / "out", run=shared_noise)
    assert results.twins["difference"].to_numpy() == pytest.approx(0.5 - silence)
    assert set(results.twins["twin_verdict"]) == {word}


def test_summary_has_means_and_shares_with_intervals(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fake_run)
    rows = results.summary.set_index(["point", "issue", "measure"])
    by_point = results.twins.groupby(["point", "issue"])
    assert len(by_point) == 4 * 3
    for (point, issue), group in by_point:
        low, high = stats.t.interval(0.95, 4, group["difference"].mean(), stats.sem(group["difference"]))
        found = rows.loc[(point, issue, "twin_difference")]
        assert found[["n", "mean", "ci_low", "ci_high"]].tolist() == pytest.approx(
            [5, group["difference"].mean(), low, high], abs=1e-6
        )
        for word in ("converges", "does nothing", "fragments"):
            count = int((group["twin_verdict"] == word).sum())
            low, high = stats.binomtest(count, 5).proportion_ci(method="wilson")
            found = rows.loc[(point, issue, f"share_{word.replace(' ', '_')}")]
            assert found[["n", "mean", "ci_low", "ci_high"]].tolist() == pytest.approx([5, count / 5, low, high])
    extra = results.summary[results.summary["twin"] == 1]
    assert set(extra["point"]) == {"p0005"} and not extra["measure"].str.contains("twin_difference").any()
    assert results.points["twin_point"].tolist()[:4] == ["p0005"] * 4 and results.points["twin_point"].isna()[4]


def test_pairs_with_a_failed_twin_are_left_out_and_n_says_so(tmp_path):
    """The twin of the first replicate fails, all else ends."""
    first = make_plan(GIVEN).points[4]

    def fails_once(scenario, record, steps, seed, every, snapshots=()):
        if record["dialogue_level"] == 0.0 and seed == 3:
            raise ArithmeticError
        return fake_run(scenario, record, steps, seed, every, snapshots)

    results = sweep(GIVEN, tmp_path / "out", run=fails_once)
    assert results.failures[["run_id", "twin"]].to_numpy().tolist() == [[first.run_id(0), 1]]
    assert sorted(results.twins["replicate"].unique()) == [1, 2, 3, 4]
    rows = results.summary[results.summary["measure"].isin(["twin_difference", "share_converges"])]
    assert set(rows["n"]) == {4}
    everything = sweep(GIVEN, tmp_path / "whole", run=fake_run)
    again = sweep(GIVEN, tmp_path / "out", run=fake_run, retry_failed=True)
    assert tables_of(again.folder) == tables_of(everything.folder)


def test_runs_that_fail_have_no_pair(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fails_at_full_level)
    assert set(results.twins["point"]) == {"p0001", "p0002"}
    rows = results.summary.set_index(["point", "issue", "measure"]).sort_index()
    assert rows.loc[("p0003", "civil", "share_converges"), "n"] == 0
    assert np.isnan(rows.loc[("p0003", "civil", "share_converges"), "mean"])


def test_runs_that_ended_at_another_step_than_their_twins_have_no_pair(tmp_path):
    def stops_at_full_level(scenario, record, steps, seed, every, snapshots=(), stop=None):
        last = 4 if record["dialogue_level"] == 1.0 else steps
        return fake_run(scenario, record, last, seed, every, ())

    given = GIVEN | {"stop": {"when": "enf < 0"}}
    results = sweep(given, tmp_path / "out", run=stops_at_full_level)
    assert set(results.twins["point"]) == {"p0001", "p0002"} and len(results.twins) == 2 * 5 * 3


def test_twins_are_run_as_often_as_their_pairs_need(tmp_path):
    """The line of precision is met by some points early, by the noisy ones late: their twin goes on with these."""

    def noisy(scenario, record, steps, seed, every, snapshots=()):
        outcome = fake_run(scenario, record, steps, seed, every, snapshots)
        outcome.series *= 10.0 if record["dialogue_level"] == 1.0 else 0.01
        return outcome

    rule = {"minimum": 4, "maximum": 12, "ahead": 2, "precision": {"enf": 0.5}}
    given = {k: v for k, v in GIVEN.items() if k != "replicates"} | {"replication": rule}
    results = sweep(given, tmp_path / "out", run=noisy)
    points = results.points.set_index("point")
    assert points["replicates"].tolist() == [6, 6, 12, 12, 12]
    assert points["stopped"].tolist() == ["precision", "precision", "maximum", "maximum", "twin"]
    pairs = results.twins[results.twins["issue"] == "pooled"].groupby("point").size()
    assert pairs.to_dict() == {"p0001": 6, "p0002": 6, "p0003": 12, "p0004": 12}
    # a point of the plan that others have as their twin goes on with them, too
    given |= {"vary": {"dialogue.level": [0, 1]}, "twins": {"dialogue.level": 0}}
    results = sweep(given, tmp_path / "grid", run=noisy)
    assert results.points["replicates"].tolist() == [12, 12]
    assert results.points["stopped"].tolist() == ["precision", "maximum"]


def test_interrupted_sweeps_go_on_and_results_are_extended_by_twins(tmp_path, monkeypatch):
    whole = sweep(GIVEN, tmp_path / "whole", run=fake_run)
    without = {key: value for key, value in GIVEN.items() if key != "twins"} | {"replicates": 3}
    sweep(without, tmp_path / "grown", run=fake_run)
    (tmp_path / "stop").write_text("4", encoding="utf-8")
    monkeypatch.setenv("STOP_FILE", str(tmp_path / "stop"))
    with pytest.raises(KeyboardInterrupt):
        sweep(GIVEN, tmp_path / "grown", run=interrupts, extend=True)
    grown = sweep(GIVEN, tmp_path / "grown", run=fake_run, extend=True)
    assert tables_of(grown.folder) == tables_of(whole.folder)
    assert tables_of(sweep(GIVEN, tmp_path / "two", workers=2, run=fake_run).folder) == tables_of(whole.folder)
    with pytest.raises(InputError, match="do not belong to the plan any more"):
        sweep(without | {"replicates": 5}, tmp_path / "grown", run=fake_run, extend=True)


def test_a_twin_is_run_again_alone_under_its_id(tmp_path):
    given = GIVEN | {"parameters": {"dialogue.track2": 0.3}, "twins": {"dialogue.level": 0, "dialogue.track2": "unset"}}
    results = sweep(given, tmp_path / "out", run=fake_run)
    past = open_past(results.folder, run=fake_run)
    runs = results.runs
    for run_id in (runs["run_id"][0], runs["run_id"][runs["twin"] == 1].iloc[0]):
        recorded = find(past, run_id)
        assert repeat(past, recorded).differences == ()
        plan = plan_of_run(past, recorded)
        assert [point.run_id(recorded.spec.replicate) for point in plan.points] == [run_id]
    assert rerun_plan(results.folder, run=fake_run).differences == ()


def test_folders_with_twins_are_checked_and_read_and_exported(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=bounded)
    assert check_results(results.folder).problems == []
    assert {"twins.csv", "runs.csv"} <= set(results.manifest["files"])
    said = results.manifest["comparison"]["twins"]
    assert said["settings"] == {"dialogue.level": 0, "sincerity.level": 0.5}
    assert said["measure"] == "fragmentation_across" and said["threshold"] == "measure.twin"
    loaded = load_results(results.folder)
    assert set(loaded.runs["point"]) == {"p0001", "p0002", "p0003", "p0004"}
    assert loaded.varied == ("dialogue_level", "sincerity_level") and 0 not in loaded.levels("dialogue_level")
    wide = results.twins.pivot(index="run_id", columns="issue", values="twin_verdict")
    for issue in ("civil", "military", "pooled"):
        assert loaded.runs.set_index("run_id")[f"twin_{issue}"].to_dict() == wide[issue].to_dict()
    assert not set(loaded.series["run_id"]) - set(loaded.runs["run_id"])
    export(results.folder, ["dta"])
    stata = pd.read_stata(results.folder / "export" / "twins.dta")
    assert stata["twin_verdict"].tolist() == results.twins["twin_verdict"].tolist()


def test_a_check_sees_pairs_that_are_none(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=bounded)
    path = results.folder / "twins.csv"
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][4] = rows[-1][4]
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    said = "\n".join(map(str, check_results(results.folder).problems))
    assert f"{rows[1][0]} and its twin {rows[1][4]} do not have the same seed" in said


def test_the_codebook_describes_every_column(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fake_run)
    package = json.loads((results.folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        header = (results.folder / resource["path"]).read_text(encoding="utf-8").split("\n")[0].split(",")
        assert header == [column["name"] for column in resource["schema"]["fields"]]
