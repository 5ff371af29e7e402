"""Extensions in plans and sweeps: who gives them, what tables hold, what is refused, what a results folder needs."""

from __future__ import annotations

import json
import math
import zipfile

import numpy as np
import pandas as pd
import pytest

from forumsim import InputError, load_scenario, simulate, sweep
from forumsim.plans import make_plan, run_seed
from forumsim.results.export import export
from forumsim.results.folder import load_results
from forumsim.results.package import write_package
from forumsim.results.validation import check_results
from forumsim.sweeps.rerun import rerun
from forumsim.sweeps.rerun_plan import rerun_plan


def start_of(seed):
    """Mean trust of the world that a run of this seed starts with."""
    trust = load_scenario("two_blocs", actors=8, nonstate=0).build(seed).trust
    return trust[~np.eye(len(trust), dtype=bool)].mean()


@pytest.fixture
def done(plan, own, tmp_path):
    """The results of the plan."""
    return sweep(plan(), tmp_path / "out", with_=own)


# --- what it computes -------------------------------------------------------------------------------------------------


def test_series_summary_and_contrasts_hold_what_follows_by_hand(done):
    """Trust after n steps is that of the start times (1 - loss)^n, in every run."""
    seeds = [run_seed(5, replicate) for replicate in range(3)]
    starts = np.array([start_of(seed) for seed in seeds])
    runs = done.runs.merge(done.series[done.series["issue"] == "pooled"], on="run_id")
    for row in runs.to_dict("records"):
        expected = start_of(row["seed"]) * (1 - row["fatigue_loss"]) ** row["step"]
        assert row["mean_trust"] == pytest.approx(expected, rel=1e-7)
    ends = {loss: starts * np.mean([(1 - loss) ** n for n in (0, 4, 8)]) for loss in (0, 0.25)}
    summary = done.summary.query("measure == 'mean_trust' and issue == 'pooled'").set_index("fatigue_loss")
    for loss, values in ends.items():
        assert summary.loc[loss, "mean"] == pytest.approx(values.mean(), rel=1e-7)
    found = done.contrasts.query("measure == 'mean_trust' and issue == 'pooled'").iloc[0]
    assert found["difference"] == pytest.approx((ends[0.25] - ends[0]).mean(), rel=1e-6)


def test_runs_are_those_of_simulate(plan, own, tmp_path):
    """Also with all rules on, and own parameters set where the plan fixes them or the scenario does."""
    given = plan(parameters={"fatigue.loss": 0.1}, vary={"dialogue.level": [0, 1]}, contrasts={})
    results = sweep(given, tmp_path / "out", with_=own)
    for row in results.runs.to_dict("records"):
        run = simulate("two_blocs", steps=8, seed=row["seed"], fields=given["fields"], every=4, with_=own,
                       parameters={"fatigue.loss": 0.1, "dialogue.level": row["dialogue_level"]})  # fmt: skip
        there = results.series[results.series["run_id"] == row["run_id"]]
        assert there["mean_trust"].to_numpy() == pytest.approx(
            run.series["mean_trust"].to_numpy(), rel=1e-7, nan_ok=True
        )


def test_a_condition_of_stopping_reads_own_measures(plan, own, tmp_path):
    given = plan(stop={"when": "mean_trust < 0.2"}, parameters={f"rule.{r}": False for r in ("drift", "shocks")},
                 record={"series": ["mean_trust"], "every": 1}, contrasts={})  # fmt: skip
    results = sweep(given, tmp_path / "out", with_=own)
    ends = results.runs.merge(results.series[results.series["issue"] == "pooled"], on="run_id")
    last = ends[ends["step"] == ends["steps"]]
    tired = last[last["fatigue_loss"] == 0.25]
    assert (tired["mean_trust"] < 0.2).all() and (tired["steps"] < 8).all()
    assert (last[last["fatigue_loss"] == 0]["steps"] == 8).all()


# --- who gives it -----------------------------------------------------------------------------------------------------


def test_nothing_runs_that_only_the_plan_names(plan, tmp_path, monkeypatch):
    (tmp_path / "my_rules.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"needs the extension 'my_rules.py', which is not given.*--with my_rules.py"):
        sweep(plan(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_key_need_not_be_there_and_must_be_a_list_of_names(plan, own):
    given = plan()
    del given["with"]
    assert make_plan(given, with_=own).extensions.digests.keys() == {"my_rules.py"}
    with pytest.raises(InputError, match=r"with: found 3; allowed: a list of names"):
        make_plan(plan() | {"with": 3}, with_=own)


def test_the_order_in_which_a_user_gives_them_does_not_matter(plan, own, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("from forumsim.extensions import measure\n@measure()\ndef half(world, p): return 0.5", "utf-8")
    given = plan() | {"with": ["my_rules.py", "other.py"]}
    one, two = (make_plan(given, with_=files) for files in ([own, other], [other, own]))
    assert [p.key for p in one.points] == [p.key for p in two.points]


def test_names_are_checked_with_those_of_the_model(plan, own):
    given = plan(vary={"fatigue.los": [0, 1], "fatigue.loss": [0, 7]}, parameters={"fatigue.loos": 1},
                 record={"series": ["mean_trusst"]}, stop={"when": "mean_trist < 1"}, contrasts={})  # fmt: skip
    with pytest.raises(InputError) as error:
        make_plan(given, with_=own)
    text = str(error.value)
    for part in ("fatigue.los: no such parameter (did you mean 'fatigue.loss'?)", "[vary] fatigue.loss: found 7",
                 "fatigue.loos: no such parameter (did you mean 'fatigue.loss'?)",
                 "mean_trusst: no such measure (did you mean 'mean_trust'?)",
                 "mean_trist: no such measure (did you mean 'mean_trust'?)"):  # fmt: skip
        assert part in text


def test_plausible_ranges_of_own_parameters(plan, own):
    own.write_text(own.read_text().replace('unit="share"', 'unit="share", range=(0.1, 0.3)'))
    given = plan(vary={"fatigue.loss": "plausible"}, design={"kind": "lhs", "n": 4}, contrasts={})
    values = [point.values["fatigue.loss"] for point in make_plan(given, with_=own).points]
    assert 0.1 <= min(values) < max(values) <= 0.3


# --- identity and what the folder holds -------------------------------------------------------------------------------


def test_ids_of_runs_and_the_manifest_hold_the_extension(plan, own, done, tmp_path):
    manifest = done.manifest
    assert manifest["extensions"] == {"my_rules.py": load_scenario("two_blocs", with_=own).extensions.sources[0].digest}
    assert (done.folder / "inputs/extensions/my_rules.py").read_bytes() == own.read_bytes()
    own.write_text(own.read_text().replace("0.01", "0.02"))
    with pytest.raises(InputError, match=r"extension my_rules.py: has changed since"):
        sweep(plan(), done.folder, with_=own)
    with pytest.raises(InputError, match="has changed since"):
        sweep(plan(replicates=4), done.folder, with_=own, extend=True)
    other = sweep(plan(), tmp_path / "other", with_=own)
    assert not set(other.runs["run_id"]) & set(done.runs["run_id"])


def test_the_codebook_knows_own_parameters_and_measures(done):
    package = json.loads((done.folder / "datapackage.json").read_text())
    tables = {item["name"]: {f["name"]: f for f in item["schema"]["fields"]} for item in package["resources"]}
    loss, trust = tables["runs"]["fatigue_loss"], tables["series"]["mean_trust"]
    assert loss["unit"] == "share" and loss["constraints"] == {"minimum": 0, "maximum": 1}
    assert "Share of trust that everybody loses in a step." in loss["description"]
    assert trust["unit"] == "trust" and trust["description"] == "Mean trust: Over all pairs."
    assert trust["constraints"] == {"minimum": 0, "maximum": 1}


def test_a_folder_is_read_without_running_any_code(done, own, tmp_path, monkeypatch):
    """Check, export, package and report work from the description in the manifest."""
    own.unlink()
    monkeypatch.setattr("forumsim.extensions.extensions.module_of", lambda *_: pytest.fail("code has run"))
    found = check_results(done.folder)
    assert not found.problems and not found.left_out
    export(done.folder, ["dta"])
    assert (done.folder / "export/series.dta").is_file()
    package, _ = write_package(done.folder, tmp_path / "out.zip")
    with zipfile.ZipFile(package) as archive:
        (readme,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("README.md")]
    assert "rerun results --with results/inputs/extensions/my_rules.py" in readme
    assert load_results(done.folder).ends["mean_trust"].notna().any()
    from forumsim.analysis import report

    page = report(load_results(done.folder), tmp_path / "drawn", measures=["mean_trust"])
    assert "Mean trust" in page.read_text(encoding="utf-8")


def test_a_damaged_description_is_a_damaged_folder(done):
    path = done.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["declared"]["functions"][0]["parameters"][0].pop("low")
    path.write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="declared"):
        load_results(done.folder)


def test_reruns_ask_for_it_and_compare_digests(done, own):
    run_id = done.runs["run_id"][0]
    kept = done.folder / "inputs/extensions/my_rules.py"
    with pytest.raises(InputError, match=r"needs the extension 'my_rules.py', which is not given") as told:
        rerun(done.folder, run_id)
    assert f"--with {kept}, or with_={str(kept)!r}" in str(told.value)  # the copy in the folder, which was used
    run = rerun(done.folder, run_id, with_=kept)
    there = done.series[(done.series["run_id"] == run_id) & (done.series["issue"] == "pooled")]
    again = run.series[(run.series["issue"] == "pooled") & (run.series["step"] % 4 == 0)]
    assert again["mean_trust"].to_numpy() == pytest.approx(there["mean_trust"].to_numpy(), rel=1e-7)
    assert not rerun_plan(done.folder, with_=kept).differences
    own.write_text(own.read_text().replace("0.01", "0.02"))
    with pytest.raises(InputError, match=r"(?s)has changed since.*inputs/extensions/my_rules.py in the folder"):
        rerun(done.folder, run_id, with_=own)


def test_what_an_extension_may_not_do_is_a_failure_with_its_name(plan, tmp_path):
    path = tmp_path / "my_rules.py"
    path.write_text("""
from forumsim.extensions import measure, parameter, rule

@rule(after="voice", size=parameter(0, 0, 9))
def wild(world, p, size):
    if size == 1:
        1 / 0
    if size:
        world.trust[2, 1] = size

@measure()
def mean_trust(world, p): return 0.5
""")
    given = plan(vary={"wild.size": [0, 1, 7]}, contrasts={})
    results = sweep(given, tmp_path / "out", with_=path)
    assert len(results.runs) == 3 and len(results.failures) == 6
    told = dict(zip(results.failures["wild_size"], results.failures["message"], strict=True))
    assert "rule 'wild', step 1" in told[7] and "is 7; allowed: 0 to 1" in told[7]
    assert "rule 'wild', step 1 (my_rules.py, line 7): ZeroDivisionError" in told[1]
    assert (results.failures["stage"] == "run").all()


def test_workers_that_cannot_run_it_are_no_failure_of_the_runs():
    from forumsim.extensions.sources import Source
    from forumsim.sweeps.versions import OtherVersions, checked, versions
    from forumsim.sweeps.work import run_chunk

    class Job:
        digest, sources = "one that no desk knows", (Source("absent", "0" * 64),)

    found = checked(versions(), run_chunk, Job, [])
    assert isinstance(found, OtherVersions) and "is not installed here" in str(found)


# --- sensitivity and calibration --------------------------------------------------------------------------------------


def test_sensitivity_of_an_own_measure_to_an_own_parameter(plan, own, tmp_path):
    """Dialogue does nothing here, so that all variance is due to the own parameter."""
    pytest.importorskip("SALib")
    from forumsim.studies.sensitivity import analyse

    given = plan(
        vary={"fatigue.loss": {"from": 0, "to": 0.2}, "dialogue.level": {"from": 0, "to": 1}},
        design={"kind": "morris", "trajectories": 4}, replicates=1, contrasts={},
    )  # fmt: skip
    results = sweep(given, tmp_path / "out", with_=own)
    found = analyse(results.folder, measures=["mean_trust"])
    table = found.table if hasattr(found, "table") else found
    star = pd.DataFrame(table).query("index == 'mu_star'").set_index("factor")["estimate"]
    assert star["fatigue.loss"] > 0.05 and star["dialogue.level"] == pytest.approx(0, abs=1e-9)


def test_calibration_finds_an_own_parameter(plan, own, tmp_path):
    """The target is the trust that a loss of .1 leaves after 8 steps, by the formula."""
    pytest.importorskip("optuna")
    from forumsim.studies.calibration import calibrate, make_calibration

    target = np.mean([start_of(run_seed(5, r)) for r in range(2)]) * 0.9**8
    (tmp_path / "targets.csv").write_text(f"measure,issue,step,target,tolerance\nmean_trust,pooled,8,{target},0.01\n")
    given = {key: value for key, value in plan().items() if key not in ("contrasts", "record")} | {
        "vary": {"fatigue.loss": {"from": 0, "to": 0.3}}, "replicates": 2,
        "target": {"file": "targets.csv", "trials": 25, "best": 1, "check": 2},
    }  # fmt: skip
    with pytest.raises(InputError, match="needs the extension"):
        make_calibration(given, folder=tmp_path)
    found = calibrate(make_calibration(given, folder=tmp_path, with_=own), tmp_path / "cal")
    assert found.best.values["fatigue.loss"] == pytest.approx(0.1, abs=0.03)
    manifest = json.loads((tmp_path / "cal/manifest.json").read_text())
    assert manifest["extensions"].keys() == {"my_rules.py"} and (tmp_path / "cal/my_rules.py").is_file()
    assert math.isfinite(found.best.fit.loss)
