import math

import numpy as np
import pytest
from scipy import stats

from forumsim.sweeps.summary import Summary


def rows_of(summary, point=0):
    return {(row[0], row[1]): row[2:] for row in summary.rows(point)}


def filled(values, states=None):
    summary = Summary(2, ("civil", "pooled"), ("fragmentation", "enf"))
    for k, value in enumerate(values):
        tail = np.array([[value, math.nan], [value * 2, 1.0]])
        state = states[k] if states else "mixed"
        summary.add(0, tail, [state, "mixed"], ["steady", "converging"])
    return summary


def test_means_have_students_interval():
    values = np.random.default_rng(3).normal(0.4, 0.1, 12)
    n, mean, sd, low, high = (float(cell) for cell in rows_of(filled(values))["civil", "fragmentation"])
    expected = stats.t.interval(0.95, 11, loc=values.mean(), scale=stats.sem(values))
    assert n == 12
    assert (mean, sd) == pytest.approx((values.mean(), values.std(ddof=1)), rel=1e-7)
    assert (low, high) == pytest.approx(expected, rel=1e-7)


def test_missing_values_are_left_out_and_counted():
    rows = rows_of(filled([0.1, math.nan, 0.3]))
    assert rows["civil", "fragmentation"][:2] == ["2", "0.2"]
    assert rows["civil", "enf"] == ["0", "", "", "", ""]
    assert rows["pooled", "enf"] == ["3", "1", "0", "1", "1"]


def test_a_single_run_has_no_interval():
    assert rows_of(filled([0.25]))["civil", "fragmentation"] == ["1", "0.25", "", "", ""]


def test_shares_of_verdicts_have_wilsons_interval():
    rows = rows_of(filled([0.1] * 10, ["convergence"] * 3 + ["mixed"] * 7))
    share = stats.binomtest(3, 10).proportion_ci(method="wilson")
    cells = rows["civil", "share_convergence"]
    assert cells[:3] == ["10", "0.3", ""]
    assert [float(cell) for cell in cells[3:]] == pytest.approx([share.low, share.high], rel=1e-6)
    assert rows["civil", "share_fragmentation"][1] == "0"
    assert rows["pooled", "share_converging"][1] == "1"


def test_a_point_without_runs_is_missing_not_zero():
    rows = rows_of(filled([0.1]), point=1)
    assert rows["civil", "fragmentation"] == ["0", "", "", "", ""]
    assert rows["civil", "share_mixed"] == ["0", "", "", "", ""]


def test_large_offsets_do_not_cancel():
    values = 1e9 + np.arange(5.0)
    assert float(rows_of(filled(values))["civil", "fragmentation"][2]) == pytest.approx(np.std(np.arange(5.0), ddof=1))
