import datetime
import json
import sys

import numpy as np
import pandas as pd
import pytest
from fake_runs import fails_at_full_level, fake_run, files_of, interrupts, stored, tables_of

from any_runs import sweep
from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError
from forumsim.plans import make_plan, run_seed
from forumsim.plans.plan import as_toml

DETAILS = {"events.csv", "forums.csv", "memberships.csv", "actors.csv"}


@pytest.fixture
def results(given, tmp_path):
    return sweep(given, tmp_path / "out", run=fake_run)


def test_the_folder_holds_what_it_should(results):
    always = {"runs.csv", "series.csv", "summary.csv", "points.csv", "failures.csv"}
    described = {"manifest.json", "plan.toml", "datapackage.json"}
    scenario = {f"inputs/scenarios/two_blocs/{name}" for name in ("scenario.toml", "forums.csv")}
    inputs = {"inputs/environment.txt"} | scenario
    assert set(files_of(results.folder)) == always | DETAILS | described | {"sweep.sqlite"} | inputs


def test_without_detail_there_are_no_detail_tables(given, tmp_path):
    given["record"]["detail"] = "none"
    assert not DETAILS & set(files_of(sweep(given, tmp_path / "out", run=fake_run).folder))


def test_runs_are_replicate_major_with_paired_seeds(results):
    runs = results.runs
    assert list(runs.columns) == [
        "run_id", "point", "replicate", "seed", "scenario", "steps", "dialogue_level", "scenario_polarisation",
        "state_civil", "state_military", "state_pooled", "tendency_civil", "tendency_military", "tendency_pooled",
    ]  # fmt: skip
    assert runs["run_id"].is_unique and runs["run_id"].str.fullmatch("r[0-9a-f]{12}").all()
    assert runs["point"].tolist() == [f"p{k:04d}" for k in range(1, 7)] * 3
    assert runs["replicate"].tolist() == [0] * 6 + [1] * 6 + [2] * 6
    assert runs["seed"].tolist() == [run_seed(5, r) for r in (0, 1, 2) for _ in range(6)]
    assert set(runs["state_civil"]) <= {"convergence", "polycentric", "mixed", "fragmentation"}


def test_series_hold_what_the_runs_gave(results):
    series = results.series
    assert list(series.columns) == ["run_id", "step", "date", "issue", "fragmentation", "enf", "coverage"]
    assert len(series) == 18 * 4 * 3
    first = series[series["run_id"] == results.runs["run_id"][0]]
    assert first["step"].tolist() == [0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6]
    assert first["issue"].tolist() == ["civil", "military", "pooled"] * 4
    expected = np.random.default_rng([run_seed(5, 0), 0])
    from forumsim.core.measures import MEASURES, column_index

    values = expected.normal(size=(4, 3, len(MEASURES)))
    assert first["fragmentation"].to_numpy() == pytest.approx(values[:, :, 0].ravel(), rel=1e-7)
    assert first["coverage"].to_numpy() == pytest.approx(values[:, :, column_index("coverage")].ravel(), rel=1e-7)


def test_summary_is_that_of_the_runs_last_steps(given, tmp_path):
    given["parameters"] = {"measure.state_steps": 4}  # steps 3 .. 6: recorded are 4 and 6
    results = sweep(given, tmp_path / "out", run=fake_run)
    series = results.series.merge(results.runs[["run_id", "point"]])
    late = series[series["step"] > 2].groupby(["point", "issue", "run_id"])["fragmentation"].mean()
    expected = late.groupby(["point", "issue"]).agg(["mean", "std", "count"])
    rows = results.summary[results.summary["measure"] == "fragmentation"].set_index(["point", "issue"])
    assert rows["mean"].to_numpy() == pytest.approx(expected["mean"].to_numpy(), rel=1e-6)
    assert rows["sd"].to_numpy() == pytest.approx(expected["std"].to_numpy(), rel=1e-6)
    assert set(rows["n"]) == {3}


def test_details_are_those_of_the_first_replicate(results):
    for name in ("events", "forums", "memberships", "actors"):
        assert results.table(name)["run_id"].unique().tolist() == results.runs["run_id"][:6].tolist()
    assert results.table("actors")["step"].unique().tolist() == [0, 6]


def test_detail_of_all_runs(given, tmp_path):
    given["record"]["detail"] = "all"
    results = sweep(given, tmp_path / "out", run=fake_run)
    assert results.table("events")["run_id"].nunique() == 18


def test_manifest_says_what_was_run(results, given):
    manifest = results.manifest
    assert manifest["model_digest"] == MODEL_DIGEST
    assert manifest["plan"] == json.loads(json.dumps(make_plan(given).content()))
    assert manifest["runs"] == {"planned": 18, "points": 6, "ended": 18, "failed": 0}
    assert manifest["seeds"]["first_replicates"] == [run_seed(5, r) for r in range(3)]
    assert {"python", "numpy", "numba"} <= set(manifest["software"])
    assert {"started", "finished", "seconds"} <= set(manifest["times"])


def test_manifest_has_the_digest_of_each_file(results):
    import hashlib

    files = {
        name: content for name, content in files_of(results.folder).items()
        if name not in ("manifest.json", "sweep.sqlite")
    }  # fmt: skip
    assert results.manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_the_plan_is_kept_as_given(given, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("# my question\n" + as_toml(given), encoding="utf-8")
    results = sweep(path, tmp_path / "out", run=fake_run)
    assert (results.folder / "plan.toml").read_bytes() == path.read_bytes()
    again = sweep(results.folder / "plan.toml", tmp_path / "again", run=fake_run)
    assert tables_of(again.folder) | {"datapackage.json": b""} == tables_of(results.folder) | {"datapackage.json": b""}


def test_the_folder_is_named_after_the_plan(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(as_toml(given), encoding="utf-8")
    assert sweep("mine.toml", run=fake_run).folder.resolve() == tmp_path / "results" / "mine"


def test_the_same_command_again_does_nothing(results, given):
    before = files_of(results.folder)
    again = sweep(given, results.folder, run=fails_at_full_level)
    assert files_of(again.folder) == before


def test_a_run_that_raises_is_a_row_and_the_rest_goes_on(given, tmp_path, results):
    partial = sweep(given, tmp_path / "failing", run=fails_at_full_level)
    failures = partial.failures
    assert failures["point"].tolist() == ["p0005", "p0006"] * 3
    assert set(failures["run_id"]) == set(results.runs["run_id"]) - set(partial.runs["run_id"])
    assert set(failures["stage"]) == {"run"}
    assert set(failures["error"]) == {"ArithmeticError"}
    assert failures["message"][0] == 'dialogue, "too" much of it\nin two lines'
    assert "fails_at_full_level" in failures["traceback"][0]
    good = results.runs[results.runs["dialogue_level"] < 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(partial.runs, good)
    assert partial.manifest["runs"] == {"planned": 18, "points": 6, "ended": 12, "failed": 6}
    missing = partial.summary[partial.summary["dialogue_level"] == 1]
    assert set(missing["n"]) == {0}
    assert missing["mean"].isna().all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"replicates": 4}, "replicates: 3 there, 4 now"),
        ({"seed": 6}, "seed: 5 there, 6 now"),
        ({"parameters": {"founding.rate": 0.1}}, "parameters"),
        ({"vary": {"dialogue.level": [0, 1]}}, "vary.dialogue.level"),
        ({"fields": {"actors": 9, "nonstate": 1}}, "scenario two_blocs has changed since"),
    ],
)
@pytest.mark.parametrize("state", ["complete", "interrupted"])
def test_results_of_another_plan_are_refused_and_not_touched(given, tmp_path, monkeypatch, change, words, state):
    folder = tmp_path / "out"
    if state == "complete":
        sweep(given, folder, run=fake_run)
    else:
        interrupted(given, folder, tmp_path, monkeypatch, after=7)
    before = files_of(folder)
    with pytest.raises(InputError) as caught:
        sweep({**given, **change}, folder, run=fake_run)
    assert words in str(caught.value)
    assert "nothing was touched" in str(caught.value)
    assert files_of(folder) == before


def test_the_order_of_varied_names_counts(given, results):
    given["vary"] = dict(reversed(given["vary"].items()))
    with pytest.raises(InputError, match="another order"):
        sweep(given, results.folder, run=fake_run)


def test_another_version_of_the_model_is_refused(given, results, monkeypatch):
    monkeypatch.setattr("forumsim.results.manifest.MODEL_DIGEST", "0" * 64)
    with pytest.raises(InputError, match="model has changed since"):
        sweep(given, results.folder, run=fake_run)


@pytest.mark.parametrize("same", [True, False])
def test_a_sweep_that_ends_between_the_look_at_the_folder_and_its_lock(given, tmp_path, monkeypatch, same):
    """What another sweep has written meanwhile stays, and is taken or refused as if it had been there before."""
    module, folder, there = sys.modules["forumsim.sweeps.sweep"], tmp_path / "out", {}
    store = module.Store

    def after_the_other(*arguments):
        monkeypatch.setattr(module, "Store", store)
        sweep(given if same else given | {"seed": 6}, folder, run=fake_run)
        there.update(files_of(folder))
        return store(*arguments)

    monkeypatch.setattr(module, "Store", after_the_other)
    if same:
        assert sweep(given, folder, run=fails_at_full_level).failures.empty
    else:
        with pytest.raises(InputError, match="seed: 6 there, 5 now"):
            sweep(given, folder, run=fake_run)
    assert there and files_of(folder) == there


def test_a_folder_of_other_things_is_refused(given, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="holds files"):
        sweep(given, tmp_path, run=fake_run)
    with pytest.raises(InputError, match="is a file"):
        sweep(given, tmp_path / "thesis.tex", run=fake_run)
    assert files_of(tmp_path) == {"thesis.tex": b"years of work"}


def test_complete_results_with_a_lost_file_are_refused(given, results):
    (results.folder / "series.csv").unlink()
    with pytest.raises(InputError, match=r"series\.csv missing"):
        sweep(given, results.folder, run=fake_run)


def interrupted(given, folder, tmp_path, monkeypatch, after):
    stop = tmp_path / "stop"
    stop.write_text(str(after), encoding="utf-8")
    monkeypatch.setenv("STOP_FILE", str(stop))
    with pytest.raises(KeyboardInterrupt):
        sweep(given, folder, run=interrupts)


@pytest.mark.parametrize("after", [0, 1, 7, 17])
def test_after_an_interruption_the_bytes_are_the_same(given, results, tmp_path, monkeypatch, after):
    folder = tmp_path / "stopped"
    interrupted(given, folder, tmp_path, monkeypatch, after)
    assert not (folder / "manifest.json").exists()
    assert not list(folder.glob("*.csv"))
    sweep(given, folder, run=fake_run)
    assert tables_of(folder) == tables_of(results.folder)


def test_an_interrupted_sweep_keeps_what_was_finished(given, tmp_path, monkeypatch):
    folder = tmp_path / "stopped"
    interrupted(given, folder, tmp_path, monkeypatch, after=9)
    done = [run for run, _ in stored(folder)]
    plan = make_plan(given)
    assert done == [point.run_id(replicate) for replicate, point in plan.runs()][: len(done)]
    assert len(done) >= 3  # chunks of a fifth of a second: little is lost


def test_a_failed_assembly_leaves_no_half_results(given, tmp_path, monkeypatch, results):
    folder = tmp_path / "full_disk"
    with monkeypatch.context() as patch:
        patch.setattr("forumsim.sweeps.assembly.Summary.rows", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweep(given, folder, run=fake_run)
    assert set(files_of(folder)) == {"sweep.sqlite"}
    sweep(given, folder, run=fails_at_full_level)  # nothing is left to run
    assert tables_of(folder) == tables_of(results.folder)


def test_bad_number_of_workers(given, tmp_path):
    with pytest.raises(InputError, match="workers"):
        sweep(given, tmp_path / "out", workers=0, run=fake_run)


def test_the_time_of_a_sweep_is_not_negative_when_the_clock_is_set_back(given, tmp_path, monkeypatch):
    module = sys.modules["forumsim.sweeps.sweep"]

    class Clock(datetime.datetime):
        hours = 12

        @classmethod
        def now(cls, zone=None):
            cls.hours -= 1
            return datetime.datetime(2026, 1, 1, cls.hours, tzinfo=zone)

    monkeypatch.setattr(module, "datetime", Clock)
    manifest = sweep(given, tmp_path / "out", run=fake_run).manifest
    assert manifest["times"]["finished"] < manifest["times"]["started"], "the clock was set back"
    assert 0 <= manifest["times"]["seconds"] < 60
