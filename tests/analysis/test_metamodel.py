"""Metamodels of designs: known polynomials come back, their cross-validation is that of a loop, poor fits say so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from page_tables import table
from scipy import stats
from synthetic_results import write_results
from test_comparisons import noise_run
from test_report_options import overlaps

from any_runs import sweep
from forumsim.analysis import load_results, report
from forumsim.analysis.metamodel import fit, models, needs_metamodel
from forumsim.analysis.metamodel_section import metamodel_figure
from forumsim.analysis.style import Sheet, styled
from signed import sign

QUICK = Sheet(("png",), dpi=40)


def design(folder, rng, n, outcome, words=()):
    """Results of n points, two runs each, whose pooled fragmentation across blocs is a function of the settings."""
    points = pd.DataFrame({"dialogue_level": rng.uniform(0, 1, n), "sincerity_level": rng.uniform(0.2, 0.8, n)})
    if words:
        points["preset"] = [words[k % len(words)] for k in range(n)]
    value = outcome(points)
    write_results(folder, vary={"dialogue_level": list(range(n))}, replicates=2, steps=8, every=4, detail=False)
    runs, series = (pd.read_csv(folder / f"{name}.csv") for name in ("runs", "series"))
    index = runs["dialogue_level"].to_numpy(dtype=int)
    for name in points:
        runs[name] = points[name].to_numpy()[index]
    runs.to_csv(folder / "runs.csv", index=False)
    by_run = dict(zip(runs["run_id"], np.asarray(value)[index], strict=True))
    series["fragmentation_across"] = series["run_id"].map(by_run)
    keep = ["run_id", "step", "date", "issue", "fragmentation_across"]
    series[keep].to_csv(folder / "series.csv", index=False)
    sign(folder)
    return load_results(folder), points.assign(y=np.asarray(value))


def terms(a, b):
    """All terms of a quadratic in two variables."""
    return np.column_stack([np.ones(len(a)), a, b, a**2, b**2, a * b])


def test_a_quadratic_is_found_without_error(tmp_path):
    """y = 0.2 + 0.3 a + 0.1 a b + 0.2 b^2: the main effect of a is the mean over the points of what does not hold a."""
    rng = np.random.default_rng(1)
    results, points = design(
        tmp_path,
        rng,
        30,
        lambda p: (
            0.2 + 0.3 * p.dialogue_level + 0.1 * p.dialogue_level * p.sincerity_level + 0.2 * p.sincerity_level**2
        ),
    )
    found = fit(results, "fragmentation_across")
    assert found.kind == "quadratic" and found.q2 == pytest.approx(1) and found.readable
    b = points["sincerity_level"]
    for a, row in zip(
        [0.1, 0.55, 0.9], found.effect("dialogue_level", [0.1, 0.55, 0.9]).to_dict("records"), strict=True
    ):
        expected = (0.2 + 0.3 * a + 0.1 * a * b + 0.2 * b**2).mean()
        assert [row["mean"], row["low"], row["high"]] == pytest.approx([expected] * 3, abs=1e-6)
    low, high = points["dialogue_level"].min(), points["dialogue_level"].max()
    assert found.change("dialogue_level", low, high)[0] == pytest.approx((0.3 + 0.1 * b.mean()) * (high - low))
    effect = (0.3 + 0.1 * b.mean()) * points["dialogue_level"]
    assert found.share("dialogue_level") == pytest.approx(effect.var() / points["y"].var())


def test_cross_validation_and_intervals_are_those_of_plain_least_squares(tmp_path):
    rng = np.random.default_rng(2)
    results, points = design(
        tmp_path,
        rng,
        40,
        lambda p: (
            0.5
            + 0.3 * (p.dialogue_level - 0.3) ** 2
            + 0.8 * p.sincerity_level * p.dialogue_level
            + rng.normal(0, 0.02, len(p))
        ),
    )
    found = fit(results, "fragmentation_across")
    assert found.kind == "quadratic"
    x, y = terms(points["dialogue_level"].to_numpy(), points["sincerity_level"].to_numpy()), points["y"].to_numpy()
    left_out = []
    for k in range(len(y)):
        others = np.arange(len(y)) != k
        left_out.append(y[k] - x[k] @ np.linalg.lstsq(x[others], y[others], rcond=None)[0])
    assert found.q2 == pytest.approx(1 - np.square(left_out).sum() / np.square(y - y.mean()).sum(), abs=1e-5)
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ beta
    assert found.r2 == pytest.approx(1 - (rest @ rest) / np.square(y - y.mean()).sum(), abs=1e-5)
    covariance = rest @ rest / (len(y) - 6) * np.linalg.inv(x.T @ x)
    for a in (0.2, 0.8):
        at = terms(np.full(len(y), a), points["sincerity_level"].to_numpy()).mean(axis=0)
        half = stats.t.ppf(0.975, len(y) - 6) * np.sqrt(at @ covariance @ at)
        row = found.effect("dialogue_level", [a]).iloc[0]
        assert row[["mean", "low", "high"]].tolist() == pytest.approx(
            [at @ beta, at @ beta - half, at @ beta + half], abs=1e-5
        )


def test_words_have_an_effect_for_each_level(tmp_path):
    shift = {"none": 0.0, "track1": 0.1, "intense": 0.3}
    results, _ = design(
        tmp_path,
        np.random.default_rng(3),
        60,
        lambda p: 0.3 + p.preset.map(shift) + 0.2 * p.dialogue_level,
        words=tuple(shift),
    )
    found = fit(results, "fragmentation_across")
    first = results.levels("preset")[0]
    for level in results.levels("preset"):
        assert found.change("preset", first, level)[0] == pytest.approx(shift[level] - shift[first], abs=1e-6)


def test_noise_is_too_poor_to_read_and_the_page_says_so(tmp_path):
    rng = np.random.default_rng(4)
    results, _ = design(tmp_path, rng, 60, lambda p: rng.uniform(0.3, 0.9, len(p)))
    found = fit(results, "fragmentation_across")
    assert found.q2 < 0.3 and not found.readable
    page = report(tmp_path, sheet=QUICK).read_text(encoding="utf-8")
    _, rows = table(page, "Metamodels: ")
    assert rows[0][-1] == "no: too poor" and "Main effects by the metamodels" not in page
    assert not (tmp_path / "figures" / "metamodel.png").exists()


def test_the_page_has_the_effects_of_a_good_fit(tmp_path):
    _, points = design(tmp_path, np.random.default_rng(5), 50, lambda p: 0.2 + 0.4 * p.dialogue_level)
    page = report(tmp_path, sheet=QUICK).read_text(encoding="utf-8")
    low, high = points["dialogue_level"].min(), points["dialogue_level"].max()
    _, rows = table(page, "Main effects by the metamodels")
    change = f"{0.4 * (high - low):.3f}"
    assert rows[0][1:] == ["dialogue level", f"{low:.3g}", f"{high:.3g}", change, f"{change} to {change}", "1.00"]
    assert rows[1][4] == "0.000" and (tmp_path / "figures" / "metamodel.png").exists()
    for width in (3.5, 8.27, 12.0):
        with styled(Sheet(width=width)):
            assert overlaps(metamodel_figure(load_results(tmp_path))) == []
    _, fits = table(page, "Metamodels: ")
    assert fits[0][1:] == ["linear", "50", "1.00", "1.00", "yes"]


def test_too_few_points_have_no_metamodel(tmp_path):
    results, _ = design(tmp_path, np.random.default_rng(6), 5, lambda p: 0.2 + 0.4 * p.dialogue_level)
    assert fit(results, "fragmentation_across") is None
    assert "none: too few points" in report(tmp_path, sheet=QUICK).read_text(encoding="utf-8")


def test_grids_of_two_factors_need_none(tmp_path):
    results = load_results(write_results(tmp_path, replicates=2, steps=8, detail=False))
    assert not needs_metamodel(results) and models(results) == {}


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_a_sweep_of_200_points_has_a_report(tmp_path, kind):
    plan = {
        "scenario": "two_blocs",
        "steps": 4,
        "replicates": 1,
        "design": {"kind": kind, "n": 200},
        "record": {"series": ["fragmentation_across", "enf"]},
        "vary": {
            "dialogue.level": {"from": 0, "to": 1},
            "realist": [False, True],
            "sincerity.level": {"from": 0, "to": 1},
            "voice.rate": "plausible",
        },
    }
    folder = sweep(plan, tmp_path / "out", run=noise_run).folder
    page = report(folder, sheet=QUICK).read_text(encoding="utf-8")
    _, rows = table(page, "Metamodels: ")
    done = pd.read_csv(folder / "points.csv")
    assert [row[-1] for row in rows] == ["no: too poor"] * 2  # noise
    ends = load_results(folder).ends.query("issue == 'pooled'").dropna(subset=["enf"])
    assert rows[1][2] == str(ends["point"].nunique()) and len(done) == 200
