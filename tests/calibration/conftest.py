"""A small calibration with a known optimum; optuna comes with the extra ``sensitivity``."""

from __future__ import annotations

import copy

import pytest
from known_runs import GIVEN, TARGETS

pytest.importorskip("optuna", reason="pip install 'forumsim[sensitivity]'")


@pytest.fixture
def given(tmp_path):
    (tmp_path / "targets.csv").write_text(TARGETS, encoding="utf-8")
    return copy.deepcopy(GIVEN)
