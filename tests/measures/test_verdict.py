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
    rows = np.column_stack(np.broadcast_arrays(f, f if across is None else across, enf))
    return np.vstack([start, rows])[:, None, :]


@pytest.mark.parametrize(
    ("across", "enf", "state"),
    [
        (0.10, 1.2, "convergence"),
        (0.49, 1.4, "convergence"),
        (0.10, 2.1, "polycentric"),
        (0.49, 12.0, "polycentric"),
        (0.10, 2.0, "polycentric"),
        (0.50, 1.2, "mixed"),
        (0.60, 12.0, "mixed"),
        (0.67, 1.2, "mixed"),
        (0.68, 1.2, "fragmentation"),
        (0.68, 12.0, "fragmentation"),
        (1.00, 0.0, "fragmentation"),
    ],
)
def test_state_is_a_table_of_two_axes(across, enf, state):
    assert verdict(series([0.3] * 40, enf, across), RECORD) == [(state, "steady")], "F of all pairs does not matter"


@pytest.mark.parametrize(("f", "state"), [(0.1, "convergence"), (0.6, "mixed"), (0.9, "fragmentation")])
def test_state_without_pairs_across_blocs_is_that_of_all_pairs(f, state):
    assert verdict(series([f] * 40, across=np.nan), RECORD) == [(state, "steady")]


def test_state_without_any_pair_is_mixed():
    assert verdict(series([np.nan] * 40, 1.0, across=np.nan), RECORD) == [("mixed", "steady")]


def test_state_is_that_of_the_last_steps():
    assert verdict(series([0.9] * 20 + [0.0] * 20), RECORD)[0][0] == "convergence"
    assert verdict(series([0.9] * 21 + [0.0] * 19), RECORD)[0][0] == "convergence"
    assert verdict(series([0.9] * 32 + [0.0] * 8), RECORD)[0][0] == "mixed", "twelve of twenty: .54"
    assert verdict(series([0.9] * 36 + [0.0] * 4), RECORD)[0][0] == "fragmentation", "sixteen of twenty: .72"


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
    assert verdict(series([0.9, 0.3]), RECORD) == [("mixed", "converging")]
    assert verdict(series([1.0] * 5 + [0.5] * 5), RECORD) == [("fragmentation", "converging")]


def test_a_verdict_for_each_scope():
    rows = [series([0.05] * 30), series([0.8] * 30, 1.2), series([0.9] * 30, 9.0)]
    words = verdict(np.concatenate(rows, axis=1), RECORD)
    assert words[:2] == [("convergence", "steady"), ("fragmentation", "steady")]
    assert words[2] == ("convergence", "steady")  # mean F over the issues .425, mean effective number 1.1


def test_forums_on_different_issues_are_no_fragmentation():
    rows = [series([0.05] * 30), series([0.05] * 30), series([0.9] * 30, 2.0)]
    assert verdict(np.concatenate(rows, axis=1), RECORD)[-1] == ("convergence", "steady")


def test_thresholds_are_parameters():
    record = make_record({"measure.shared_f": 0.7, "measure.one_enf": 3.0, "measure.tendency": 0.5})
    assert verdict(series(np.linspace(0.3, 0.6, 30), 2.5), record) == [("convergence", "steady")]
    record = make_record({"measure.shared_f": 0.1, "measure.divided_f": 0.2})
    assert verdict(series([0.3] * 30), record) == [("fragmentation", "steady")]


def test_a_change_has_to_exceed_its_line_for_a_tendency():
    record = make_record({"measure.tendency": 0.25})
    for last, word in ((0.75, "steady"), (0.7501, "fragmenting"), (0.25, "steady"), (0.2499, "converging")):
        assert verdict(series([0.5] * 20 + [last] * 20), record)[0][1] == word


def plain_state(rows, record):
    """The state by the table of ODD 7.11, for one or several issues: steps of (F, F across, ENF) by issue, in loops."""
    missing = any(step[1] != step[1] for issue in rows for step in issue)
    f = [step[0 if missing else 1] for issue in rows for step in issue[-int(record["measure_state_steps"]) :]]
    enf = [step[2] for issue in rows for step in issue[-int(record["measure_state_steps"]) :]]
    f, forums = sum(f) / len(f), sum(enf) / len(enf)
    if f < record["measure_shared_f"]:
        return "polycentric" if forums >= record["measure_one_enf"] else "convergence"
    return "fragmentation" if f > record["measure_divided_f"] else "mixed"


def test_states_of_random_runs_are_those_of_the_text():
    rng, found = np.random.default_rng(5), set()
    for _ in range(300):
        steps, level = int(rng.integers(1, 40)), rng.random(3)
        rows = np.dstack([rng.uniform(0, 0.2, (steps + 1, 3)) + level, rng.uniform(0, 0.2, (steps + 1, 3)) + level[0],
                          rng.uniform(1, 1.8, (steps + 1, 3))])  # fmt: skip
        if rng.random() < 0.2:
            rows[:, 0, 1] = np.nan
        lines = {"measure.shared_f": rng.uniform(0.2, 0.5), "measure.divided_f": rng.uniform(0.5, 0.8)}
        record = make_record(lines | {"measure.one_enf": rng.uniform(1.3, 1.5), "measure.state_steps": 7})
        after = rows[1:].transpose(1, 0, 2).tolist()
        states = [plain_state([after[0]], record), plain_state([after[1]], record), plain_state(after[:2], record)]
        assert [state for state, _ in verdict(rows, record)] == states
        found |= set(states)
    assert found == {"convergence", "polycentric", "mixed", "fragmentation"}
