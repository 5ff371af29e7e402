"""What the report compares, against plain pandas on the CSV: parts, scenarios, windows, stops, repeated points."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forumsim.analysis import level_means, load_results, paired_differences, reading
from forumsim.analysis.spans import end_span, stopped
from forumsim.core.measures import MEASURES
from forumsim.core.world import empty_world
from forumsim.running.run import Outcome
from forumsim.sweeps import sweep

ACT = {"step": 2, "act": "shock", "kind": "sanction", "actor": "west_major", "other": "east_major", "size": 0.9}


def noise_run(scenario, record, steps, seed, every, snapshots=(), stop=None, interventions=()):
    """Noise that follows from everything that decides a run; some runs fail, some stop."""
    salt = zlib.crc32(record.tobytes() + scenario.name.encode() + repr(interventions).encode())
    rng = np.random.default_rng([seed, salt])
    if rng.random() < 0.1:
        raise ArithmeticError("by chance")
    marks = np.arange(0, steps + 1, every)
    series = rng.normal(size=(len(marks), len(scenario.issues) + 1, len(MEASURES)))
    series[rng.random(series.shape) < 0.1] = np.nan
    last = steps
    if stop is not None:
        last = next((int(mark) for k, mark in enumerate(marks) if mark and stop(int(mark), series[k])), steps)
    kept = last // every + 1
    judged = rng.uniform(size=(last + 1, len(scenario.issues) + 1, 3))
    world = empty_world(len(scenario.actor_ids), len(scenario.forum_ids), len(scenario.issues))
    return Outcome(marks[:kept], series[:kept], judged, world, {}, record)


def random_plan(rng):
    """A plan with its windows by part; None where a column holds them."""
    vary = [("voice.rate", [0.8, 0.2, 0.5]), ("drift.trust", [0, 0.01]), ("preset", ["none", "intense"]),
            ("measure.state_steps", [2, 5, 30])]  # fmt: skip
    chosen = [vary[k] for k in sorted(rng.choice(len(vary), rng.integers(1, 3), replace=False))]
    plan = {"scenario": "two_blocs", "steps": int(rng.integers(3, 25)), "seed": int(rng.integers(99)),
            "replicates": int(rng.integers(1, 5)), "vary": dict(chosen),
            "record": {"series": ["fragmentation", "enf"], "every": int(rng.integers(1, 4))}}  # fmt: skip
    if rng.random() < 0.4:
        plan["design"] = {"kind": "lhs", "n": int(rng.integers(2, 9)), "seed": 1}
    if rng.random() < 0.4:
        plan["stop"] = {"when": "enf < -0.5"}
    window = int(rng.integers(1, 30))
    fixed = {} if "measure.state_steps" in plan["vary"] else {"measure.state_steps": window}
    kind = rng.integers(3)
    windows = {"": window}
    if kind == 1:
        plan["part"] = [{"name": "z", "parameters": fixed, "interventions": [ACT]}, {"name": "a"}]
        windows = {"z": window, "a": 20}
    elif kind == 2:
        plan["scenario"] = ["two_blocs", "ai_governance"]
        plan["parameters"] = fixed
        windows = {"two_blocs": window, "ai_governance": window}
    else:
        plan["parameters"] = fixed
    return plan, windows


def by_hand(folder, windows, settings):
    """End values per run, from the CSV alone."""
    options = {"keep_default_na": False, "na_values": [""]}
    runs, series = (pd.read_csv(folder / f"{name}.csv", **options) for name in ("runs", "series"))
    if "part" not in runs:
        runs["part"] = ""
    runs = runs.drop_duplicates(["part", *settings, "replicate"])
    wide = series.merge(runs, on="run_id")
    window = wide["measure_state_steps"] if "measure_state_steps" in wide else wide["part"].map(windows)
    late = wide[wide["step"] > wide["steps"] - window]
    return late.groupby(["part", *settings, "replicate", "issue"])[["fragmentation", "enf"]].mean().reset_index()


def check(seed: int, folder: Path) -> None:
    plan, windows = random_plan(np.random.default_rng(seed))
    sweep(plan, folder, run=noise_run)
    runs = pd.read_csv(folder / "runs.csv", keep_default_na=False)
    if runs.empty:  # every run failed: there is nothing to compare
        return
    results = load_results(folder)
    settings = [name.replace(".", "_") for name in plan["vary"]]
    ends = by_hand(folder, windows, settings)
    for measure in ("fragmentation", "enf"):
        found = level_means(results, [measure])
        keys = [*(["part"] if "part" in found else []), *results.varied, "issue"]
        hand = ends.groupby(keys)[measure].agg(["count", "mean"]).query("count > 0")
        same(found.set_index(keys)[["n", "mean"]], hand, plan)
        for parameter in results.varied:
            first = {}
            for part, own in runs.assign(part=runs.get("part", "")).groupby("part"):
                order = plan["vary"][next(n for n in plan["vary"] if n.replace(".", "_") == parameter)]
                first[part] = next(level for level in order if level in set(own[parameter]))
            base = ends[ends[parameter] == ends["part"].map(first)]
            others = [s for s in settings if s != parameter]
            on = ["part", *others, "replicate", "issue"]
            both = ends.merge(base[[*on, measure]], on=on, suffixes=("", "_base"))
            both = both[both[parameter] != both["part"].map(first)]
            both["change"] = both[measure] - both[f"{measure}_base"]
            hand = both.groupby(keys)["change"].agg(["count", "mean"]).query("count > 0")
            told = paired_differences(results, parameter, [measure])
            same(told.set_index(keys)[["n", "mean"]], hand, plan)


def same(found, hand, plan):
    both = found.sort_index().join(hand.add_prefix("hand_"), how="outer")
    assert len(both) == len(hand) == len(found), plan
    if len(both):
        assert (both["n"] == both["hand_count"]).all(), plan
        assert np.allclose(both["mean"].astype(float), both["hand_mean"].astype(float), atol=1e-6), plan


@pytest.mark.parametrize("seed", range(30))
def test_report_equals_plain_pandas(seed, tmp_path):
    check(seed, tmp_path / "out")


@pytest.mark.slow
def test_report_equals_plain_pandas_for_many_plans(tmp_path):
    for seed in range(1000, 1300):
        check(seed, tmp_path / str(seed))


# right numbers of plans with parts and with scenarios, computed apart from this package
PLANS = [
    ({"part": [{"name": "with", "interventions": [ACT]}, {"name": "without"}], "scenario": "two_blocs", "steps": 12,
      "replicates": 4}, 4, {"with": (-0.132, -0.277, 0.012), "without": (-0.050, -0.095, -0.006)}, 6e-4),
    ({"scenario": ["two_blocs", "ai_governance"], "steps": 4, "replicates": 3}, 3,
     {"two_blocs": (-0.0089, -0.0127, -0.0051), "ai_governance": (-0.0059, -0.0110, -0.0009)}, 6e-5),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "n", "right", "digits"), PLANS, ids=["interventions", "scenarios"])
def test_parts_and_scenarios_are_not_pooled(plan, n, right, digits, tmp_path):
    sweep({**plan, "seed": 1, "vary": {"dialogue.level": [0, 1]}}, tmp_path)
    results = load_results(tmp_path)
    table = paired_differences(results, "dialogue_level", ["fragmentation_across"]).query("issue == 'pooled'")
    assert list(table["part"]) == list(right)
    assert (table["n"] == n).all()
    assert np.allclose(table[["mean", "low", "high"]].to_numpy(dtype=float), list(right.values()), atol=digits)
    assert f"mean of the start and all {plan['steps']} steps" in reading(results)


def test_the_order_of_words_is_that_of_the_plan_and_none_is_highest(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 4, "replicates": 9, "vary": {"preset": ["none", "intense"]}}
    sweep(plan, tmp_path, run=noise_run)
    text = reading(tmp_path)
    assert "intense against none" in text
    assert "highest" not in text and "lowest" not in text


def test_runs_that_were_stopped_are_counted(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 30, "replicates": 9, "stop": {"when": "enf < -0.5"}}
    sweep(plan, tmp_path, run=noise_run)
    lengths = pd.read_csv(tmp_path / "runs.csv")["steps"]
    early = lengths[lengths < 30]
    results = load_results(tmp_path)
    assert f"{len(early)} of {len(lengths)} runs were stopped early" in stopped(results)
    assert f"{early.min()}" in stopped(results)
    assert " of 30 steps" not in end_span(results)
