"""Known parameters are found, and an interruption leaves no trace."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from known_runs import GIVEN, TARGETS, failing_run, interrupted_run, known_run

from any_runs import calibrate, sweep
from forumsim.commands.calibrate import calibrate as command
from forumsim.core.errors import InputError
from forumsim.plans import make_plan, run_seed
from forumsim.studies.calibration import make_calibration

TABLES = ("trials.csv", "fit.csv", "best.toml", "calibration.toml")


def made(given, folder):
    return make_calibration(given, "known", folder)


def bytes_of(folder, names=TABLES):
    return {name: (folder / name).read_bytes() for name in names}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A calibration without interruption."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "targets.csv").write_text(TARGETS, encoding="utf-8")
    return calibrate(made(GIVEN, folder), folder / "out", run=known_run)


def test_known_parameters_are_recovered(given, tmp_path):
    given["target"] |= {"trials": 60}
    given["replicates"] = 20
    found = calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    assert found.best.values["dialogue.level"] == pytest.approx(0.4, abs=0.05)
    assert found.best.values["founding.patience"] == pytest.approx(12, abs=1)
    assert found.best.fresh.loss < 1.0
    table = pd.read_csv(tmp_path / "out" / "trials.csv")
    assert len(table) == 60
    assert table["loss"][30:].median() < table["loss"][:10].median() / 4  # the search does search
    assert table["founding_patience"].dtype == int and table["founding_patience"].between(0, 20).all()


def test_all_trials_share_their_seeds_and_the_check_has_others(whole):
    seeds = whole.folder / "manifest.json"
    manifest = json.loads(seeds.read_text(encoding="utf-8"))
    assert manifest["seeds"]["trials"] == [run_seed(11, r) for r in range(6)]
    assert manifest["seeds"]["fresh"] == [run_seed(11, r) for r in range(6, 12)]
    assert len(manifest["checked"]["trials"]) == 3
    assert manifest["best_trial"] == whole.best.number


def test_fits_are_the_means_of_these_seeds(whole):
    """By hand: luck of the seed plus the known function, against fit.csv."""
    table = pd.read_csv(whole.folder / "fit.csv")
    assert set(table["seeds"]) == {"trials", "fresh"} and len(table) == 3 * 2 * 3
    for seeds, replicates in (("trials", range(6)), ("fresh", range(6, 12))):
        rows = table[(table["trial"] == whole.best.number) & (table["seeds"] == seeds)].set_index(["measure", "step"])
        luck = np.array([np.random.default_rng(run_seed(11, r)).normal(scale=0.05, size=2) for r in replicates])
        level, patience = whole.best.values["dialogue.level"], whole.best.values["founding.patience"]
        assert rows.loc[("enf", "end"), "mean"] == pytest.approx(1 + 2 * level + luck[:, 0].mean(), abs=1e-6)
        assert rows.loc[("enf", "4"), "mean"] == pytest.approx(1 + level + luck[:, 0].mean(), abs=1e-6)
        assert rows.loc[("fragmentation", "end"), "mean"] == pytest.approx(patience / 40 + luck[:, 1].mean(), abs=1e-6)
        assert rows.loc[("enf", "end"), "sd"] == pytest.approx(luck[:, 0].std(ddof=1), rel=1e-6)


def test_trials_have_the_loss_of_their_values(whole):
    table = pd.read_csv(whole.folder / "trials.csv")
    luck = np.array([np.random.default_rng(run_seed(11, r)).normal(scale=0.05, size=2) for r in range(6)]).mean(axis=0)
    ends = 1 + 2 * table["dialogue_level"] + luck[0], 1 + table["dialogue_level"] + luck[0]
    off = [(ends[0] - 1.8) / 0.05, (ends[1] - 1.4) / 0.05, (table["founding_patience"] / 40 + luck[1] - 0.3) / 0.02]
    assert table["loss"].to_numpy() == pytest.approx(np.mean(np.square(off), axis=0), rel=1e-4)
    best = table.nsmallest(3, "loss")["trial"]
    assert set(table["trial"][table["fresh_loss"].notna()]) == set(best)
    assert whole.best.number == table.loc[table["fresh_loss"].idxmin(), "trial"]


def test_the_best_parameters_make_a_plan(whole, given):
    text = (whole.folder / "best.toml").read_text(encoding="utf-8")
    plan = make_plan({"scenario": "two_blocs", "steps": 8, "replicates": 2} | tomllib.loads(text))
    part = plan.parts[0]
    values = part.settings({}, {})
    assert values["dialogue.level"] == whole.best.values["dialogue.level"]
    assert values["founding.patience"] == whole.best.values["founding.patience"]
    assert values["measure.state_steps"] == 1.0
    assert part.fields == given["fields"]


@pytest.mark.parametrize("after", [0, 3, 47, 179, 185])
def test_an_interrupted_calibration_goes_on_to_the_same_bytes(given, tmp_path, monkeypatch, whole, after):
    """In the first trial, between two, in the search, at its last run, on the fresh seeds."""
    (tmp_path / "stop").write_text(str(after))
    monkeypatch.setenv("STOP_FILE", str(tmp_path / "stop"))
    mine = made(given, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        calibrate(mine, tmp_path / "out", run=interrupted_run)
    assert not (tmp_path / "out" / "trials.csv").exists()
    calibrate(mine, tmp_path / "out", run=known_run)
    assert bytes_of(tmp_path / "out") == bytes_of(whole.folder)


KILLED = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from known_runs import GIVEN, killed_run
from forumsim.studies.calibration import make_calibration
from any_runs import calibrate
calibrate(make_calibration(GIVEN, "known", Path({folder!r})), Path({folder!r}) / "out", run=killed_run)
"""


def test_a_killed_calibration_goes_on_to_the_same_bytes(given, tmp_path, whole):
    """SIGKILL in a trial."""
    (tmp_path / "stop").write_text("100")
    code = KILLED.format(path=[str(Path(__file__).parent), str(Path(__file__).parent.parent)], folder=str(tmp_path))
    environment = os.environ | {"STOP_FILE": str(tmp_path / "stop")}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == -9
    calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    assert bytes_of(tmp_path / "out") == bytes_of(whole.folder)


def test_workers_do_not_matter(given, tmp_path):
    given["target"] |= {"trials": 4, "best": 1}
    mine = made(given, tmp_path)
    for workers in (1, 2):
        calibrate(mine, tmp_path / str(workers), workers=workers, run=known_run)
    assert bytes_of(tmp_path / "2") == bytes_of(tmp_path / "1")


def test_more_trials_go_on_from_the_earlier_ones(given, tmp_path, whole):
    given["target"]["trials"] = 12
    calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    first = (tmp_path / "out" / "trials.csv").read_bytes()
    assert len(first.splitlines()) == 13
    given["target"]["trials"] = 30
    calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    names = ("trials.csv", "fit.csv", "best.toml")
    assert bytes_of(tmp_path / "out", names) == bytes_of(whole.folder, names)


def test_the_same_command_again_does_nothing(given, tmp_path):
    given["target"] |= {"trials": 4}
    mine = made(given, tmp_path)
    first = calibrate(mine, tmp_path / "out", run=known_run)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    again = calibrate(mine, tmp_path / "out", run=failing_run)  # nothing is run
    assert again.done_before and not first.done_before
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_a_table_that_was_edited_is_named(given, tmp_path):
    given["target"] |= {"trials": 2, "best": 1}
    mine = made(given, tmp_path)
    calibrate(mine, tmp_path / "out", run=known_run)
    good = bytes_of(tmp_path / "out")
    (tmp_path / "out" / "fit.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"fit\.csv: has changed since it was written .*take it away"):
        calibrate(mine, tmp_path / "out", run=failing_run)
    assert (tmp_path / "out" / "fit.csv").read_text(encoding="utf-8") == "mine\n"
    (tmp_path / "out" / "fit.csv").unlink()
    calibrate(mine, tmp_path / "out", run=failing_run)
    assert bytes_of(tmp_path / "out") == good


def test_trials_are_made_again_from_the_runs(given, tmp_path, whole):
    mine = made(given, tmp_path)
    calibrate(mine, tmp_path / "out", run=known_run)
    (tmp_path / "out" / "trials.csv").unlink()
    calibrate(mine, tmp_path / "out", run=failing_run)
    assert bytes_of(tmp_path / "out") == bytes_of(whole.folder)


def test_lost_runs_are_run_again(given, tmp_path, whole):
    mine = made(given, tmp_path)
    calibrate(mine, tmp_path / "out", run=known_run)
    with contextlib.closing(sqlite3.connect(tmp_path / "out" / "sweep.sqlite")) as base, base:
        base.execute("DELETE FROM runs WHERE number > 50")
    (tmp_path / "out" / "manifest.json").unlink()
    calibrate(mine, tmp_path / "out", run=known_run)
    assert bytes_of(tmp_path / "out") == bytes_of(whole.folder)


@pytest.mark.parametrize("change", [{"seed": 12}, {"replicates": 7}, {"steps": 10}])
def test_another_calibration_is_refused(given, tmp_path, change):
    given["target"] |= {"trials": 2, "best": 1}
    calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    before = bytes_of(tmp_path / "out")
    with pytest.raises(InputError, match=f"{next(iter(change))}: .* there"):
        calibrate(made(given | change, tmp_path), tmp_path / "out", run=known_run)
    assert bytes_of(tmp_path / "out") == before


def test_folders_of_others_are_left_alone(given, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="holds files, but no calibration"):
        calibrate(made(given, tmp_path), tmp_path / "mine", run=known_run)
    with pytest.raises(InputError, match="is a file"):
        calibrate(made(given, tmp_path), tmp_path / "mine" / "letter.txt", run=known_run)


def test_runs_that_fail_count_as_missing(given, tmp_path):
    given["target"]["trials"] = 12
    found = calibrate(made(given, tmp_path), tmp_path / "out", run=failing_run)
    table = pd.read_csv(tmp_path / "out" / "trials.csv")
    high = table["dialogue_level"] > 0.8
    assert high.any() and (table["missing"][high] == 1).all() and (table["loss"][high] == 100).all()
    failures = pd.read_csv(tmp_path / "out" / "failures.csv")
    assert len(failures) == 6 * high.sum() and set(failures["error"]) == {"ArithmeticError"}
    assert found.best.values["dialogue.level"] <= 0.8


def test_words_and_levels_may_be_sought(given, tmp_path):
    given["vary"] = {"preset": ["none", "intense"], "founding.patience": {"from": 0, "to": 20}}
    given["target"]["trials"] = 25
    found = calibrate(made(given, tmp_path), tmp_path / "out", run=known_run)
    assert found.best.values["preset"] == "none"  # level 0 or 1: .4 is nearer to 0
    assert tomllib.loads((tmp_path / "out" / "best.toml").read_text(encoding="utf-8"))["preset"] == "none"


def test_a_real_run_is_calibrated(given, tmp_path):
    """The model itself, two trials: values are those of a sweep of best.toml with the same seed."""
    rows = ["polarization,military,4,0.5,0.1", "polarization,civil,end,0.3,0.1", "trust_across,pooled,end,0.5,0.1"]
    (tmp_path / "targets.csv").write_text("\n".join(["measure,issue,step,target,tolerance", *rows]), encoding="utf-8")
    given["target"] |= {"trials": 2, "best": 1, "check": 2}
    given["replicates"] = 2
    given["vary"] = {"dialogue.level": {"from": 0, "to": 1}, "scenario.polarisation": {"from": 0.3, "to": 0.7}}
    best = calibrate(made(given, tmp_path), tmp_path / "out").best
    plan = tomllib.loads((tmp_path / "out" / "best.toml").read_text(encoding="utf-8"))
    assert plan["fields"] == {"actors": 8, "nonstate": 1, "polarisation": best.values["scenario.polarisation"]}
    plan |= {"scenario": "two_blocs", "steps": 8, "replicates": 2, "seed": 11, "record": {"every": 2}}
    results = sweep(plan, tmp_path / "sweep")
    series = results.series[results.series["step"] == 4].groupby("issue")["polarization"].mean()
    ends = results.summary.set_index(["measure", "issue"])["mean"]
    expected = [series["military"], ends["polarization", "civil"], ends["trust_across", "pooled"]]
    assert best.fit.mean == pytest.approx(expected, rel=1e-7)
    others = [series["civil"], ends["polarization", "military"], ends["trust_within", "pooled"]]
    assert np.abs(best.fit.mean - others).min() > 1e-4  # rows or columns that are mixed up would be seen


def test_what_is_said(tmp_path, capsys):
    (tmp_path / "targets.csv").write_text(TARGETS, encoding="utf-8")
    from forumsim.plans.plan import as_toml

    given = GIVEN | {"replicates": 2, "target": {"file": "targets.csv", "trials": 3, "best": 2, "check": 3}}
    (tmp_path / "mine.toml").write_text(as_toml(given), encoding="utf-8")
    command(tmp_path / "mine.toml", tmp_path / "out", 1, True)
    said = capsys.readouterr().out
    assert "on 3 fresh seeds" in said and "fragmentation" in said and "best.toml" in said
    assert "dialogue.level" in said and "±" in said
    command(tmp_path / "mine.toml", tmp_path / "out", 1, True)
    assert "nothing to do" in capsys.readouterr().out
