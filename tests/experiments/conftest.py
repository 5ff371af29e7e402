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
