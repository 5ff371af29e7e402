"""Replicate noise beside the indices: from the summary, and from single runs with what is common taken out."""

import numpy as np
import pandas as pd
import pytest
from fake_results import write_results

from any_runs import sweep
from forumsim.core.measures import MEASURES, column_index
from forumsim.plans import run_seed
from forumsim.running.outcome import Outcome
from forumsim.studies.sensitivity import analyse, read_sample
from forumsim.studies.sensitivity.noise import change_noise, mean_absolute

UNIT = {f"x{k}": (0, 1) for k in (1, 2, 3)}


def test_noise_share_is_that_of_the_variances(tmp_path):
    """Over the grid of a Morris design x has variance 5/36; four runs with sd .4 have means with variance .04."""
    design = {"kind": "morris", "trajectories": 250, "levels": 4, "seed": 0}
    folder = write_results(tmp_path / "out", UNIT, design, lambda x: x[:, 0], noise=0.4, replicates=4)
    (outcome,) = analyse(folder).outcomes
    assert outcome.noise == pytest.approx(0.04, rel=0.1)
    assert outcome.noise_share == pytest.approx(0.04 / (0.04 + 5 / 36), rel=0.15)
    assert outcome.runs is None  # there are no single runs in this folder


def test_noise_gives_an_idle_factor_what_it_says(tmp_path):
    design = {"kind": "morris", "trajectories": 400, "levels": 4, "seed": 0}
    folder = write_results(tmp_path / "out", UNIT, design, lambda x: x[:, 0], noise=0.4, replicates=4)
    rows = analyse(folder).table.set_index(["index", "factor"])["estimate"]
    assert rows["mu_star_noise", "x3"] == pytest.approx(rows["mu_star", "x3"], rel=0.1)
    design = {"kind": "saltelli", "n": 512, "second_order": False, "seed": 0}
    found = analyse(write_results(tmp_path / "s", UNIT, design, lambda x: x[:, 0], noise=0.4, replicates=4))
    exact = 0.04 / (0.04 + 1 / 12)  # a uniform x has variance 1/12
    rows = found.table.set_index(["index", "factor"])
    assert rows.loc[("ST_noise", "x3"), "estimate"] == pytest.approx(exact, rel=0.05)
    assert rows.loc[("ST", "x3"), "ci_low"] < exact < rows.loc[("ST", "x3"), "ci_high"]


def test_one_run_a_point_leaves_the_noise_unknown(tmp_path):
    design = {"kind": "morris", "trajectories": 10, "levels": 4, "seed": 0}
    found = analyse(write_results(tmp_path / "out", UNIT, design, lambda x: x[:, 0]))
    assert np.isnan(found.outcomes[0].noise_share)
    assert found.table["estimate"][found.table["index"].str.contains("noise")].isna().all()


def test_the_noise_of_a_share_is_binomial(tmp_path):
    design = {"kind": "morris", "trajectories": 10, "levels": 4, "seed": 0}
    folder = write_results(tmp_path / "out", UNIT, design, lambda x: x[:, 0])
    (outcome,) = analyse(folder, verdicts=["fragmentation"]).outcomes
    assert outcome.noise == pytest.approx(np.mean(outcome.means * (1 - outcome.means) / 9))


@pytest.mark.parametrize(
    "design",
    [{"kind": "morris", "trajectories": 300}, {"kind": "saltelli", "n": 256}, {"kind": "saltelli", "n": 256,
                                                                              "second_order": True}],
)  # fmt: skip
def test_what_runs_of_one_seed_share_is_no_noise_in_a_change(tmp_path, design):
    """Luck with sd 5 that is the same at all points, and .3 of their own: changes have twice the variance of this."""
    options = {"morris": {"levels": 4, "seed": 0}, "saltelli": {"second_order": False, "seed": 0}}[design["kind"]]
    sample = read_sample(write_results(tmp_path / "out", UNIT, options | design, lambda x: x[:, 0]))
    rng = np.random.default_rng(1)
    replicates = 6
    runs = rng.normal(scale=0.3, size=(len(sample.unit), replicates)) + rng.normal(scale=5.0, size=replicates)
    assert change_noise(sample, runs, 0.0).mean(axis=0) == pytest.approx(2 * 0.09 / replicates, rel=0.1)
    assert change_noise(sample, None, 0.25).tolist() == [[0.5, 0.5, 0.5]]
    means = runs.mean(axis=1)
    per_step = np.abs(sample.changes(means)).mean(axis=0)
    assert mean_absolute(change_noise(sample, runs, 0.0), replicates) == pytest.approx(per_step, rel=0.12)


@pytest.mark.parametrize("replicates", [2, 3, 10])
def test_mean_absolute_noise_from_few_replicates(replicates):
    """Of standard normal noise it is sqrt(2 / pi), though roots of estimated variances are too low."""
    variances = np.random.default_rng(2).normal(size=(40_000, 1, replicates)).var(axis=2, ddof=1)
    assert mean_absolute(variances, replicates) == pytest.approx(np.sqrt(2 / np.pi), rel=0.02)
    assert mean_absolute(np.ones((1, 1)), None) == pytest.approx(np.sqrt(2 / np.pi))


def test_changes_are_those_of_the_factor_that_moves(tmp_path):
    """Of a linear function the change over a step is its weight times the step, whichever way it goes."""
    design = {"kind": "morris", "trajectories": 9, "levels": 4, "seed": 0}
    sample = read_sample(write_results(tmp_path / "m", UNIT, design, lambda x: x[:, 0]))
    weights = np.array([1.0, -2.0, 5.0])
    assert sample.changes(sample.unit @ weights) == pytest.approx(np.tile(weights * 2 / 3, (9, 1)))
    design = {"kind": "saltelli", "n": 8, "second_order": True, "seed": 0}
    sample = read_sample(write_results(tmp_path / "s", UNIT, design, lambda x: x[:, 0]))
    first, last = sample.unit[::8], sample.unit[7::8]  # the two samples: A first, B last of each set of 2 * 3 + 2
    assert sample.changes(sample.unit @ weights) == pytest.approx((last - first) * weights)


def noisy_run(scenario, record, steps, seed, every, snapshots=()):
    """A linear measure with luck that all points share, and some of their own."""
    level, trust = record["dialogue_level"], record["utility_trust"]
    common = np.random.default_rng(seed).normal(scale=0.5)
    own = np.random.default_rng([seed, int(1e6 * level), int(1e6 * trust)]).normal(scale=0.05)
    marks = np.arange(0, steps + 1, every)
    series = np.full((len(marks), len(scenario.issues) + 1, len(MEASURES)), 0.5)
    series[:, :, column_index("enf")] = 1.0 + 2.0 * level + 0.1 * trust + common + own
    judged = np.full((steps + 1, len(scenario.issues) + 1, 3), level)
    return Outcome(marks, series, judged, None, {}, record)


def test_a_sweep_is_analysed_with_the_noise_of_its_runs(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 2, "replicates": 8, "fields": {"actors": 8, "nonstate": 1},
            "vary": {"dialogue.level": {"from": 0, "to": 1}, "utility.trust": {"from": 1, "to": 2}},
            "design": {"kind": "morris", "trajectories": 30},
            "record": {"series": ["fragmentation", "enf"]}}  # fmt: skip
    folder = sweep(plan, tmp_path / "out", run=noisy_run).folder
    found = analyse(folder, ["enf"], verdicts=["fragmentation"], issues=["pooled", "civil"])
    assert [(o.measure, o.issue) for o in found.outcomes] == [
        ("enf", "pooled"), ("share_fragmentation", "pooled"), ("enf", "civil"), ("share_fragmentation", "civil"),
    ]  # fmt: skip
    enf, share = found.outcomes[:2]
    common = [np.random.default_rng(run_seed(1, r)).normal(scale=0.5) for r in range(8)]
    assert enf.noise == pytest.approx((np.var(common, ddof=1) + 0.05**2) / 8, rel=0.1)
    assert enf.runs.shape == (90, 8)
    assert change_noise(found.sample, enf.runs, 0.0).mean() == pytest.approx(2 * 0.05**2 / 8, rel=0.2)
    assert share.noise == 0.0  # the verdict follows from the level alone
    assert (share.runs == share.means[:, None]).all()
    rows = found.of(enf).set_index(["index", "factor"])["estimate"]
    assert rows["mu_star", "dialogue.level"] == pytest.approx(2.0, abs=0.05)
    assert rows["mu_star", "utility.trust"] == pytest.approx(0.1, abs=0.03)
    assert {path.name for path in found.figures} == {
        "sensitivity_enf.png", "sensitivity_enf_civil.png", "sensitivity_share_fragmentation.png",
        "sensitivity_share_fragmentation_civil.png",
    }  # fmt: skip


def test_parts_are_analysed_one_at_a_time(tmp_path):
    from forumsim.core.errors import InputError

    plan = {"scenario": "two_blocs", "steps": 2, "replicates": 2, "fields": {"actors": 8, "nonstate": 1},
            "design": {"kind": "morris", "trajectories": 4}, "record": {"series": ["enf"]},
            "part": [{"name": "low", "vary": {"dialogue.level": {"from": 0, "to": 0.5},
                                              "utility.trust": {"from": 1, "to": 2}}},
                     {"name": "high", "vary": {"dialogue.level": {"from": 0.5, "to": 1},
                                               "utility.trust": {"from": 1, "to": 2}}},
                     {"name": "one", "design": {"kind": "grid"}}]}  # fmt: skip
    folder = sweep(plan, tmp_path / "out", run=noisy_run).folder
    with pytest.raises(InputError, match="2 parts could be analysed; allowed: low, high"):
        analyse(folder)
    with pytest.raises(InputError, match="the design is grid"):
        analyse(folder, part="one")
    with pytest.raises(InputError, match="did you mean 'high'"):
        analyse(folder, part="hgh")
    found = analyse(folder, part="high")
    rows = found.table.set_index(["index", "factor"])["estimate"]
    assert rows["mu_star", "dialogue.level"] == pytest.approx(1.0, abs=0.3)
    assert found.outcomes[0].runs.shape == (12, 2)


def test_the_difference_from_a_twin_is_an_outcome_with_the_single_pairs_behind_it(tmp_path):
    """Means and noise of differences and words are those of twins.csv; the silent twins are no points of the design."""
    sweep({"scenario": "two_blocs", "steps": 12, "replicates": 3, "seed": 5, "fields": {"actors": 12},
           "vary": {"dialogue.level": {"from": 0.2, "to": 1}, "sincerity.level": {"from": 0.2, "to": 0.9}},
           "twins": {"dialogue.level": 0}, "parameters": {"measure.twin": 0.001, "track2.move": 0.05},
           "design": {"kind": "saltelli", "n": 4},
           "record": {"series": ["fragmentation_across"], "every": 1}}, tmp_path / "out", workers=1)  # fmt: skip
    twins = pd.read_csv(tmp_path / "out" / "twins.csv")
    sample = read_sample(tmp_path / "out")
    found = analyse(tmp_path / "out", measures=["twin_difference"], verdicts=["converges", "does nothing"],
                    issues=["civil", "pooled"])  # fmt: skip
    seen = set()
    for outcome in found.outcomes:
        chosen = twins[twins["issue"] == outcome.issue].copy()
        word = {"share_converges": "converges", "share_does_nothing": "does nothing"}.get(outcome.measure)
        chosen["value"] = chosen["difference"] if word is None else (chosen["twin_verdict"] == word).astype(float)
        wide = chosen.pivot(index="point", columns="replicate", values="value").loc[sample.points["point"]]
        assert outcome.means == pytest.approx(wide.mean(axis=1).to_numpy(), abs=1e-7)
        assert outcome.runs == pytest.approx(wide.to_numpy(), abs=1e-7)
        seen.add((outcome.measure, outcome.issue))
    assert {measure for measure, _ in seen} >= {"twin_difference", "share_converges"}
    assert len(sample.points) == 4 * (2 + 2)
