"""A small plan for the runner."""

from __future__ import annotations

import copy

import pytest

PLAN = {
    "scenario": "two_blocs",
    "steps": 6,
    "replicates": 3,
    "seed": 5,
    "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0, 0.5, 1], "scenario.polarisation": [0.2, 0.8]},
    "record": {"series": ["fragmentation", "enf", "coverage"], "every": 2, "detail": "first", "snapshots": [0, 6]},
}


@pytest.fixture
def given():
    return copy.deepcopy(PLAN)


@pytest.fixture(autouse=True)
def one_run_for_another(request, monkeypatch):
    """Runs of `fake_runs` stand for the shipped one that fails, is interrupted, is mended: they count as the same."""
    if request.module.__name__ != "test_functions":
        monkeypatch.setattr("forumsim.sweeps.functions.own_functions", lambda load, run: {})
