"""Ten bad runs among a thousand: 990 results, ten rows of failures."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "experiments"))
from fake_runs import fake_run

from any_runs import sweep
from forumsim.plans.seeds import run_seed

SEED, REPLICATES = 3, 500
GIVEN = {
    "scenario": "two_blocs", "steps": 6, "replicates": REPLICATES, "seed": SEED, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0, 1]}, "record": {"series": ["fragmentation", "enf"], "every": 3},
}  # fmt: skip
RAISING = {run_seed(SEED, r) for r in (3, 57, 111, 222, 345, 401, 480)}
DYING = {run_seed(SEED, r) for r in (90, 300, 499)}


def bad_run(scenario, record, steps, seed, every, snapshots=()):
    """At the full level of dialogue some raise an error, and some end their worker."""
    if record["dialogue_level"] == 1.0 and not os.environ.get("MENDED"):
        if seed in RAISING:
            raise ArithmeticError(f"seed {seed}")
        if seed in DYING:
            os._exit(7)
    return fake_run(scenario, record, steps, seed, every, snapshots)


@pytest.mark.slow
def test_ten_of_a_thousand(tmp_path, monkeypatch):
    paths = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "experiments"), *sys.path]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    results = sweep(GIVEN, tmp_path / "out", workers=2, run=bad_run)
    assert len(results.runs) == 990
    assert len(results.failures) == 10
    stages = results.failures.set_index("seed")["stage"]
    assert {seed for seed, stage in stages.items() if stage == "run"} == RAISING
    assert {seed for seed, stage in stages.items() if stage == "worker"} == DYING
    assert not set(results.runs["run_id"]) & set(results.failures["run_id"])
    monkeypatch.setenv("MENDED", "1")
    again = sweep(GIVEN, tmp_path / "out", workers=2, run=bad_run, retry_failed=True)
    assert len(again.runs) == 1000 and again.failures.empty
