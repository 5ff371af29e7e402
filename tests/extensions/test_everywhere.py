"""The five examples in single runs, sweeps, reruns, on the page, with two workers, on Dask, killed and resumed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forumsim import copy_scenario, simulate, sweep
from forumsim.app.session import Session, Setup
from forumsim.extensions import load_extensions
from forumsim.plans import make_plan, run_seed
from forumsim.sweeps.rerun_plan import rerun_plan

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "extensions"
#: What each example is tried with: cells of the last forum of two_blocs, its own parameter and a value that differs.
EXAMPLES = {
    "trade_linkage": ({}, "trade_linkage.price", 0.9),
    "esteban_ray": ({}, "esteban_ray.alpha", 0.0),
    "ladder_gate": ({"own_gate": "ladder", "admission": ""}, "ladder.floor", 0.1),
    "double_majority": ({"own_decision": "double_majority"}, "double_majority.states", 1.0),
    "climate_clubs": (None, "carbon_tariff.rate", 8.0),
}
FIELDS = {"actors": 12, "nonstate": 1, "polarisation": 0.6}
LIVELY = {
    "voice.rate": 1.0,
    "voice.acceptance": 0,
    "voice.dilution_quota": 0,
    "aspiration.tolerance": 0.0,
    "founding.rate": 0.5,
    "founding.patience": 0,
}


def world(name, folder):
    """The scenario that an example is tried in: its own, or a copy of two_blocs with some cells changed."""
    cells = EXAMPLES[name][0]
    if cells is None:
        return name
    target = copy_scenario("two_blocs", folder / name)
    table = pd.read_csv(target / "forums.csv", dtype=str, keep_default_na=False)
    for column, value in cells.items():
        table.loc[table.index[-1], column] = value
    table.fillna("").to_csv(target / "forums.csv", index=False)
    return str(target)


def plan_of(name, folder, steps=12, replicates=2):
    """A plan that varies the example's own parameter between its default and another value."""
    _, parameter, value = EXAMPLES[name]
    extensions = load_extensions(FOLDER / f"{name}.py")
    default = extensions.find_parameter(parameter).default
    own = {} if EXAMPLES[name][0] is None else {"fields": FIELDS, "parameters": LIVELY}
    return {
        "scenario": world(name, folder), "with": [f"{name}.py"], "steps": steps, "replicates": replicates, "seed": 2,
        "vary": {parameter: [default, value]}, "record": {"series": "all", "every": 4, "detail": "all"}, **own,
    }  # fmt: skip


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


@pytest.mark.parametrize("name", EXAMPLES)
def test_run_sweep_rerun_and_page_give_the_same(name, tmp_path):
    """A run of the sweep is that of `simulate`, is repeated to the bit, and is what the page shows."""
    file, given = FOLDER / f"{name}.py", plan_of(name, tmp_path)
    assert len(file.read_text(encoding="utf-8").splitlines()) < 40
    results = sweep(given, tmp_path / "out", with_=file)
    _, parameter, value = EXAMPLES[name]
    column, seed = parameter.replace(".", "_"), run_seed(2, 0)
    fixed = given.get("parameters", {})
    run = simulate(given["scenario"], steps=12, seed=seed, fields=given.get("fields"), every=4, with_=file,
                   parameters=fixed | {parameter: value})  # fmt: skip
    row = results.runs.query(f"replicate == 0 and {column} == {value}").iloc[0]
    there = results.series[results.series["run_id"] == row["run_id"]].reset_index(drop=True)
    measures = list(run.series.columns[3:])
    assert set(load_extensions(file).all_measures) == set(measures)
    again = run.series[measures].to_numpy(float)
    assert np.allclose(there[measures].to_numpy(float), again, rtol=1e-7, equal_nan=True)
    assert not rerun_plan(results.folder, with_=results.folder / "inputs/extensions" / file.name).differences
    setup = Setup(given["scenario"], seed, 12, "", fixed | {parameter: value}, given.get("fields", {}),
                  extensions=load_extensions(file))  # fmt: skip
    session = Session(setup)
    session.step(12)
    frame, pooled = session.frames[0], run.series[run.series["issue"] == "pooled"]
    for name in measures:
        assert np.array_equal(frame.course(name)[::4], pooled[name].to_numpy(float), equal_nan=True), name


@pytest.mark.parametrize("name", ["trade_linkage", "esteban_ray", "double_majority", "climate_clubs"])
def test_its_own_parameter_changes_what_comes_out(name, tmp_path):
    """So that the tests here compare something; the gate's is tested with its text."""
    results = sweep(plan_of(name, tmp_path, steps=24), tmp_path / "out", with_=FOLDER / f"{name}.py")
    series = results.series.merge(results.runs[["run_id", "point"]], on="run_id")
    one, two = (series[series["point"] == point].drop(columns=["run_id", "point"]) for point in ("p0001", "p0002"))
    assert not one.reset_index(drop=True).equals(two.reset_index(drop=True))


# --- all of them together ---------------------------------------------------------------------------------------------


def together(folder, replicates=4):
    """A plan with a part for each example, that needs all of them."""
    parts = []
    for name in EXAMPLES:
        one = plan_of(name, folder)
        parts.append({"name": name} | {key: one[key] for key in ("scenario", "steps", "vary", "fields", "parameters")
                                       if key in one})  # fmt: skip
    record = {"series": "all", "every": 4, "detail": "first"}
    return {"with": [f"{name}.py" for name in EXAMPLES], "replicates": replicates, "seed": 2, "part": parts,
            "record": record}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The plan as a file, and the tables of an undisturbed sweep in this process."""
    folder = tmp_path_factory.mktemp("together")
    plan = make_plan(together(folder), "plan", with_=sorted(FOLDER.glob("*.py")))
    (folder / "plan.toml").write_text(plan.text, encoding="utf-8")
    return folder / "plan.toml", tables(sweep(plan, folder / "whole").folder)


def command(plan, out, *more):
    """The command line of a sweep of it."""
    files = [word for name in EXAMPLES for word in ("--with", str(FOLDER / f"{name}.py"))]
    return [sys.executable, "-m", "forumsim", "sweep", str(plan), "--out", str(out), "--quiet", *files, *more]


@pytest.mark.parametrize("place", [("--workers", "2"), ("--cluster", "local:2")], ids=["two workers", "Dask"])
def test_other_places_give_the_same_bytes(written, tmp_path, place):
    if place[0] == "--cluster":
        pytest.importorskip("dask.distributed")
    plan, whole = written
    ended = subprocess.run(command(plan, tmp_path / "out", *place), capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    assert tables(tmp_path / "out") == whole


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_killed_and_resumed_it_gives_the_same_bytes(written, tmp_path, workers):
    plan, whole = written
    out, store = tmp_path / "out", tmp_path / "out" / "sweep.sqlite"
    words = command(plan, out, "--workers", workers)
    process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 200
    while (
        process.poll() is None and time.monotonic() < until and not (store.is_file() and store.stat().st_size > 40_000)
    ):
        time.sleep(0.005)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    ended = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    assert tables(out) == whole
