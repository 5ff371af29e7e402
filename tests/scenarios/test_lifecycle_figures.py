"""The figures of docs/cases/lifecycle.md: those of real organisations from the originals, and how runs are read."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forumsim.analysis import load
from forumsim.analysis.survival import kaplan_meier
from forumsim.sweeps import sweep

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "tools")]

import lifecycle as figures  # noqa: E402 - a script outside of the package

import organisation_figures  # noqa: E402


def test_aggregates_of_real_organisations_follow_from_the_originals(raw_data, tmp_path):
    organisation_figures.main(["--data", str(raw_data), "--out", str(tmp_path / "again.csv")])
    made = (tmp_path / "again.csv").read_text(encoding="utf-8")
    assert made == (ROOT / "docs" / "cases" / "organisations.csv").read_text(encoding="utf-8")


def test_aggregates_of_a_few_organisations():
    """By hand: three die at 4, 20 and 60 years, one lives at 10."""
    lives = pd.DataFrame(
        {
            "born": [1950, 1950, 1950, 1990],
            "years": [4.0, 20.0, 60.0, 10.0],
            "died": [True, True, True, False],
            "founders": [3.0, 10.0, 40.0, np.nan],
        }
    )
    value = organisation_figures.figures(lives, pd.Series({1950: 100})).set_index("quantity")["value"]
    assert value["survival to 5 years"] == pytest.approx(3 / 4)
    assert value["survival to 20 years"] == pytest.approx(3 / 4 * 1 / 2)
    assert value["deaths a year at age 0 to 5, %"] == pytest.approx(100 * 1 / (4 + 5 + 5 + 5))
    assert value["deaths a year at age 5 to 30, %"] == pytest.approx(100 * 1 / (15 + 25 + 5))
    assert value["age at death, median"] == 20
    assert value["founding members, median % of all states"] == pytest.approx(10)


def organisations() -> pd.DataFrame:
    """Two hundred lives in three runs, of a seed."""
    rng = np.random.default_rng(1)
    age = rng.integers(0, 400, 200)
    return pd.DataFrame(
        {
            "run_id": rng.choice(["a", "b", "c"], 200),
            "age": age,
            "died": rng.random(200) < 0.6,
            "founders": rng.integers(3, 40, 200),
        }
    )


def test_survival_over_runs_is_that_of_kaplan_and_meier():
    rows = organisations()
    curve = figures.Runs(rows, ["a", "b", "c"], 80).survival(rows)[0]
    expected = kaplan_meier(rows["age"], rows["died"])
    for age in (0, 20, 100, 250, 380):
        assert curve[age] == pytest.approx(expected[expected["time"] <= age].iloc[-1]["survival"], abs=1e-12)


def test_quantiles_and_quotients_over_runs():
    rows = organisations()
    runs = figures.Runs(rows, ["a", "b", "c"], 80)
    assert runs.quantile(rows, "founders", 0.5)[0] == np.quantile(rows["founders"], 0.5, method="inverted_cdf")
    assert runs.quotient(rows["died"], rows["age"])[0] == pytest.approx(rows["died"].sum() / rows["age"].sum())
    only = rows["run_id"] == "a"  # a draw of one run three times is that run alone
    runs.draws[1] = [3, 0, 0]
    assert runs.quotient(rows["died"], rows["age"])[1] == pytest.approx(
        rows["died"][only].sum() / rows["age"][only].sum()
    )


def test_lives_of_a_sweep_agree_with_its_memberships(tmp_path):
    """Members at the end follow from founders, joins and exits, and years within and without are those of its life."""
    plan = {
        "scenario": "lifecycle",
        "steps": 60,
        "replicates": 2,
        "seed": 1,
        "record": {"every": 20, "detail": "all", "snapshots": [60]},
        "part": [{"name": "as it is"}, {"name": "tastes", "parameters": {"taste.renewal": 0.05}}],
    }
    sweep(plan, out=tmp_path / "out", workers=1)
    experiment = load(tmp_path / "out")
    rows = figures.lives(experiment).query("not died").set_index(["run_id", "forum"])
    held = experiment.detail("memberships").query("step == 60").groupby(["run_id", "forum"], observed=True).size()
    assert len(rows) > 10
    assert rows["exits"].sum() > 0
    np.testing.assert_array_equal(rows["founders"] + rows["joins"] - rows["exits"], held.loc[rows.index])
    assert (rows["member_years"] > 0).sum() == (rows["age"] > 0).sum()
    np.testing.assert_allclose(rows["member_years"] + rows["pair_years"], 80 * rows["age"] / 4)
