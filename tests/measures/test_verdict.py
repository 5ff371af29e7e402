"""The verdict: two words for each issue."""

from __future__ import annotations

import numpy as np
import pytest

from forumsim.core.measures import verdict
from forumsim.core.parameters import make_record

RECORD = make_record({})


def series(f, enf=1.0, across=None, start=(9.0, 9.0, 9.0)):
    """(S + 1, 1, 3) from steps' values, after a start that no verdict may look at."""
    f = np.asarray(f, dtype=float)
    rows = np.column_stack([f, f if across is None else across, np.broadcast_to(enf, f.shape)])
    return np.vstack([start, rows])[:, None, :]


@pytest.mark.parametrize(
    ("f", "enf", "state"),
    [
        (0.10, 1.2, "convergence"),
        (0.10, 1.6, "mixed"),
        (0.20, 1.2, "mixed"),
        (0.41, 1.2, "fragmentation"),
        (0.10, 2.1, "fragmentation"),
        (1.00, 0.0, "fragmentation"),
        (0.15, 1.2, "mixed"),
        (0.40, 2.0, "mixed"),
        (np.nan, 1.0, "mixed"),
        (np.nan, 2.5, "fragmentation"),
    ],
)
def test_state(f, enf, state):
    assert verdict(series([f] * 40, enf), RECORD) == [(state, "steady")]


def test_state_is_that_of_the_last_steps():
    assert verdict(series([0.9] * 20 + [0.0] * 20), RECORD)[0][0] == "convergence"
    assert verdict(series([0.9] * 21 + [0.0] * 19), RECORD)[0][0] == "convergence"
    assert verdict(series([0.9] * 24 + [0.0] * 16), RECORD)[0][0] == "mixed"


@pytest.mark.parametrize(("change", "word"), [(-0.06, "converging"), (0.06, "fragmenting"), (0.04, "steady")])
def test_tendency(change, word):
    assert verdict(series([0.5] * 10 + [0.9] * 5 + [0.5 + change] * 10), RECORD)[0][1] == word


def test_tendency_follows_f_across_blocs():
    across = np.linspace(0.9, 0.3, 40)
    assert verdict(series([0.5] * 40, across=across), RECORD)[0][1] == "converging"
    assert verdict(series(across, across=np.full(40, np.nan)), RECORD)[0][1] == "converging"


def test_short_runs():
    start = np.array([[[0.1, 0.1, 1.0]]])
    assert verdict(start, RECORD) == [("convergence", "steady")], "nothing but the start"
    assert verdict(series([0.1]), RECORD) == [("convergence", "steady")]
    assert verdict(series([0.5, 0.1]), RECORD) == [("mixed", "converging")]
    assert verdict(series([0.9] * 5 + [0.1] * 5), RECORD) == [("fragmentation", "converging")]


def test_a_verdict_for_each_scope():
    rows = [series([0.05] * 30), series([0.8] * 30, 1.2), series([0.9] * 30, 9.0)]
    words = verdict(np.concatenate(rows, axis=1), RECORD)
    assert words[:2] == [("convergence", "steady"), ("fragmentation", "steady")]
    assert words[2] == ("fragmentation", "steady")  # mean F over the issues .425, mean effective number 1.1


def test_forums_on_different_issues_are_no_fragmentation():
    rows = [series([0.05] * 30), series([0.05] * 30), series([0.3] * 30, 2.0)]
    assert verdict(np.concatenate(rows, axis=1), RECORD)[-1] == ("convergence", "steady")


def test_thresholds_are_parameters():
    record = make_record({"measure.converged_f": 0.5, "measure.converged_enf": 3.0, "measure.tendency": 0.5})
    assert verdict(series(np.linspace(0.3, 0.5, 30), 2.5), record) == [("convergence", "steady")]


def test_a_change_has_to_exceed_its_line_for_a_tendency():
    record = make_record({"measure.tendency": 0.25})
    for last, word in ((0.75, "steady"), (0.7501, "fragmenting"), (0.25, "steady"), (0.2499, "converging")):
        assert verdict(series([0.5] * 20 + [last] * 20), record)[0][1] == word
