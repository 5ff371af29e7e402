"""Indices of functions whose exact values are known, through a results folder."""

import math

import numpy as np
import pytest
from fake_results import write_results
from SALib.test_functions import Ishigami, Sobol_G

from forumsim.studies.sensitivity import analyse, read_sample

A, B = 7.0, 0.1


def ishigami_shares():
    """First-order, total and pair shares of variance (Ishigami & Homma 1990)."""
    first = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, 0.0
    pair = B**2 * math.pi**8 * (1 / 18 - 1 / 50)
    total = sum(first) + pair
    exact = {("x1", "S1"): first[0], ("x2", "S1"): first[1], ("x3", "S1"): 0.0, ("x1", "ST"): first[0] + pair,
             ("x2", "ST"): first[1], ("x3", "ST"): pair, ("x1:x2", "S2"): 0.0, ("x1:x3", "S2"): pair,
             ("x2:x3", "S2"): 0.0}  # fmt: skip
    return {key: value / total for key, value in exact.items()}


def g_shares(weights):
    """First-order and total shares of Sobol's g-function (Saltelli et al. 2010)."""
    parts = 1 / (3 * (1 + np.asarray(weights, dtype=float)) ** 2)
    variance = np.prod(1 + parts) - 1
    names = [f"x{k + 1}" for k in range(len(parts))]
    total = parts * np.prod(1 + parts) / (1 + parts) / variance
    return {(n, "S1"): v for n, v in zip(names, parts / variance, strict=True)} | {
        (n, "ST"): v for n, v in zip(names, total, strict=True)
    }


def assert_within(found, exact, slack=0.0):
    """Of 95 % intervals of so many values one in ten may miss; none may by more than half its width (3 sd)."""
    rows = found.table[found.table["factor"] != ""].set_index(["factor", "index"])
    missed = []
    for key, value in exact.items():
        estimate, low, high = rows.loc[key, ["estimate", "ci_low", "ci_high"]].astype(float)
        off, side = abs(value - estimate), high - estimate if value > estimate else estimate - low
        assert off <= 1.5 * side + slack, (key, value, estimate, low, high)
        if off > side + slack:
            missed.append(key)
    assert len(missed) <= max(1, len(exact) // 10), missed


def test_ishigami_with_pairs(tmp_path):
    ranges = {f"x{k}": (-math.pi, math.pi) for k in (1, 2, 3)}
    design = {"kind": "saltelli", "n": 512, "second_order": True, "seed": 0}
    found = analyse(write_results(tmp_path / "out", ranges, design, Ishigami.evaluate))
    exact = ishigami_shares()
    assert exact["x1", "S1"] == pytest.approx(0.3139, abs=1e-4)  # as SALib states it
    assert set(exact) == set(zip(found.table["factor"], found.table["index"], strict=True)) - {
        ("", "noise_share"), ("x1", "ST_noise"), ("x2", "ST_noise"), ("x3", "ST_noise"),
    }  # fmt: skip
    assert_within(found, exact)


def test_g_function_first_order_and_total(tmp_path):
    ranges = {f"x{k}": (0, 1) for k in range(1, 9)}
    design = {"kind": "saltelli", "n": 512, "second_order": False, "seed": 1}
    found = analyse(write_results(tmp_path / "out", ranges, design, Sobol_G.evaluate))
    assert_within(found, g_shares([0, 1, 4.5, 9, 99, 99, 99, 99]), slack=1e-5)
    assert "S2" not in set(found.table["index"])


def test_intervals_cover_the_exact_values_about_as_often_as_they_say(tmp_path):
    """Over 20 designs: of 95 % intervals of three indices at least 80 % hold the exact value, not all are huge."""
    ranges = {f"x{k}": (0, 1) for k in (1, 2, 3)}
    exact, inside, widths = g_shares([0, 1, 4.5]), [], []
    for seed in range(20):
        design = {"kind": "saltelli", "n": 128, "second_order": False, "seed": seed}
        folder = write_results(
            tmp_path / str(seed), ranges, design, lambda x: Sobol_G.evaluate(x, np.array([0, 1, 4.5]))
        )
        from forumsim.studies.sensitivity.indices import indices
        from forumsim.studies.sensitivity.outcomes import choose_outcomes

        sample = read_sample(folder)
        rows = indices(sample, choose_outcomes(sample)[0][0]).set_index(["factor", "index"])
        for key, value in exact.items():
            inside.append(rows.loc[key]["ci_low"] <= value <= rows.loc[key]["ci_high"])
            widths.append(rows.loc[key]["ci_high"] - rows.loc[key]["ci_low"])
    assert np.mean(inside) >= 0.8
    assert max(widths) < 0.7


def known(x):
    return 2.0 * x[:, 0] + 3.0 * x[:, 1] * x[:, 2]


def test_morris_of_a_linear_factor_a_pair_and_an_idle_one(tmp_path):
    """On a grid of four levels x has mean 1/2 and variance 5/36: so have the effects of its partner, times 3."""
    ranges = {f"x{k}": (0, 1) for k in (1, 2, 3, 4)}
    design = {"kind": "morris", "trajectories": 60, "levels": 4, "seed": 0}
    found = analyse(write_results(tmp_path / "out", ranges, design, known))
    spread = 3 * math.sqrt(5 / 36)
    exact = {("x1", "mu_star"): 2, ("x2", "mu_star"): 1.5, ("x3", "mu_star"): 1.5, ("x4", "mu_star"): 0,
             ("x1", "sigma"): 0, ("x2", "sigma"): spread, ("x3", "sigma"): spread, ("x4", "sigma"): 0}  # fmt: skip
    assert_within(found, exact, slack=1e-9)


def test_elementary_effects_have_the_moments_that_salib_gives(tmp_path):
    ranges = {f"x{k}": (0, 1) for k in (1, 2, 3)}
    design = {"kind": "morris", "trajectories": 12, "levels": 6, "seed": 4}
    found = analyse(write_results(tmp_path / "out", ranges, design, known))
    effects = found.sample.changes(found.outcomes[0].means) / found.sample.step
    rows = found.table.set_index(["index", "factor"])["estimate"]
    assert rows["mu_star"].to_numpy() == pytest.approx(np.abs(effects).mean(axis=0), abs=1e-12)
    assert rows["mu"].to_numpy() == pytest.approx(effects.mean(axis=0), abs=1e-12)
    assert rows["sigma"].to_numpy() == pytest.approx(effects.std(axis=0, ddof=1), abs=1e-12)
    assert effects[:, 0] == pytest.approx(2.0)


def test_ranges_do_not_matter_but_for_what_they_span(tmp_path):
    """Effects are per whole range: a factor from 10 to 30 of which a half is added has an effect of 10."""
    design = {"kind": "morris", "trajectories": 8, "levels": 4, "seed": 0}
    ranges = {"x1": (10, 30), "x2": (-1, 1)}
    found = analyse(write_results(tmp_path / "out", ranges, design, lambda x: 0.5 * x[:, 0] - x[:, 1]))
    rows = found.table.set_index(["index", "factor"])["estimate"]
    assert rows["mu", "x1"] == pytest.approx(10.0)
    assert rows["mu", "x2"] == pytest.approx(-2.0)
    assert rows["mu_star", "x2"] == pytest.approx(2.0)


def test_whole_numbers_are_analysed_by_the_sample_as_designed(tmp_path):
    """Floored values are not the sample: of the levels 0, 1/3, 2/3, 1 of the range 0..10 come 0, 3, 7 and 10."""
    design = {"kind": "morris", "trajectories": 20, "levels": 4, "seed": 0}
    ranges = {"founding.patience": (0, 10), "x2": (0, 1)}
    folder = write_results(tmp_path / "out", ranges, design, lambda x: x[:, 0], whole=("founding.patience",))
    found = analyse(folder)
    assert [factor.whole for factor in found.sample.factors] == [True, False]
    rows = found.table.set_index(["index", "factor"])["estimate"]
    assert rows["mu_star", "founding.patience"] == pytest.approx(10.5)  # 7 over a step of 2/3
    assert rows["sigma", "founding.patience"] == pytest.approx(0.0, abs=1e-9)
    assert rows["mu_star", "x2"] == 0.0


@pytest.mark.parametrize("whole", [(), ("b",)])
def test_points_that_a_design_has_twice_stand_for_all_their_rows(tmp_path, whole):
    """Twenty trajectories on 4 x 4 points meet again and again; f = 2 a + b / 3 changes by 2 and by 1."""
    ranges, design = {"a": (0, 1), "b": (0, 3)}, {"kind": "morris", "trajectories": 20, "levels": 4, "seed": 0}

    def linear(values):
        return 2 * values[:, 0] + values[:, 1] / 3

    folder = write_results(tmp_path / "out", ranges, design, linear, whole=whole, merged=True)
    sample = read_sample(folder)
    assert sample.points["point"].nunique() <= 16 < len(sample.points) == len(sample.unit) == 60
    named = dict(zip(sample.points["point"], sample.points[["a", "b"]].to_numpy().tolist(), strict=True))
    again = [named[point] for point in sample.points["point"]]
    assert again == sample.points[["a", "b"]].to_numpy().tolist()
    if not whole:
        np.testing.assert_allclose(np.array(again), sample.unit * [1, 3], atol=1e-9)
        rows = analyse(folder).table.set_index(["factor", "index"])["estimate"].astype(float)
        assert rows["a", "mu_star"] == pytest.approx(2) and rows["b", "mu_star"] == pytest.approx(1)
        assert rows["a", "sigma"] == pytest.approx(0, abs=1e-9)
