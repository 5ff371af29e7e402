"""What the report compares, against plain pandas on the CSV: parts, scenarios, windows, stops, ranges, contrasts."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text
from scipy import stats

from any_runs import sweep
from forumsim.analysis import labels, level_means, load_results, paired_differences, reading, report, verdict_shares
from forumsim.analysis.axes import assign_roles
from forumsim.analysis.contrasts import read_contrasts
from forumsim.analysis.figures import _sketches
from forumsim.analysis.spans import end_span, stopped
from forumsim.analysis.style import Sheet
from forumsim.analysis.sweeps import measure_figure
from forumsim.core.measures import MEASURES
from forumsim.core.world import empty_world
from forumsim.running.run import Outcome

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
    judged = rng.uniform(size=(last + 1, len(scenario.issues) + 1, 3)) * rng.choice([0.1, 1, 6])  # all verdicts
    world = empty_world(len(scenario.actor_ids), len(scenario.forum_ids), len(scenario.issues))
    return Outcome(marks[:kept], series[:kept], judged, world, {}, record)


LISTED = [("voice.rate", [0.8, 0.2, 0.5]), ("drift.trust", [0, 0.01]), ("preset", ["none", "intense"]),
          ("measure.state_steps", [2, 5, 30])]  # fmt: skip
RANGES = [("dialogue.level", {"from": 0, "to": 1}), ("compliance.fit", "plausible"),
          ("measure.state_steps", {"from": 3, "to": 6})]  # fmt: skip


def random_plan(rng):
    """A plan with its windows by part; None where a column holds them."""
    kind = rng.choice(["grid", "lhs", "ranges", "sobol", "morris"], p=[0.5, 0.15, 0.15, 0.1, 0.1])
    vary = [*LISTED[:3], *RANGES[2:]] if kind in ("ranges", "sobol") else RANGES if kind == "morris" else LISTED
    if kind in ("ranges", "sobol"):
        vary = [*vary, *RANGES[1:2]]
    chosen = [
        vary[k] for k in sorted(rng.choice(len(vary), 2 if kind == "morris" else rng.integers(1, 3), replace=False))
    ]
    plan = {"scenario": "two_blocs", "steps": int(rng.integers(3, 25)), "seed": int(rng.integers(99)),
            "replicates": int(rng.integers(1, 5)), "vary": dict(chosen),
            "record": {"series": ["fragmentation", "enf"], "every": int(rng.integers(1, 4))}}  # fmt: skip
    if kind in ("lhs", "ranges"):
        plan["design"] = {"kind": "lhs", "n": int(rng.integers(2, 9)), "seed": 1}
    elif kind == "sobol":
        plan["design"] = {"kind": "sobol", "n": int(rng.integers(2, 9)), "seed": 2}
    elif kind == "morris":
        plan["design"] = {"kind": "morris", "trajectories": 2, "seed": 3}
    if rng.random() < 0.4:
        plan["stop"] = {"when": "enf < -0.5"}
    window = int(rng.integers(1, 30))
    fixed = {} if "measure.state_steps" in plan["vary"] else {"measure.state_steps": window}
    parts = rng.integers(3)
    windows = {"": window}
    if parts == 1:
        plan["part"] = [{"name": "z", "parameters": fixed, "interventions": [ACT]}, {"name": "a"}]
        windows = {"z": window, "a": 20}
    elif parts == 2:
        plan["scenario"] = ["two_blocs", "ai_governance"]
        plan["parameters"] = fixed
        windows = {"two_blocs": window, "ai_governance": window}
    else:
        plan["parameters"] = fixed
    listed = {name: levels for name, levels in chosen if isinstance(levels, list)}
    contrasts = {f"by {name}": {"from": {name: levels[0]}, "to": {name: levels[-1]}} for name, levels in listed.items()}
    if parts == 1:
        contrasts["by part"] = {"from": {"part": "z"}, "to": {"part": "a"}}
    if contrasts and rng.random() < 0.7:
        plan["contrasts"] = contrasts
    return plan, windows


def by_hand(folder, windows, settings, measures=("fragmentation", "enf")):
    """End values per run, from the CSV alone."""
    runs, series = (pd.read_csv(folder / f"{name}.csv", **PLAIN) for name in ("runs", "series"))
    if "part" not in runs:
        runs["part"] = ""
    wide = series.merge(runs, on="run_id")
    window = wide["measure_state_steps"] if "measure_state_steps" in wide else wide["part"].map(windows)
    late = wide[wide["step"] > wide["steps"] - window]
    keys = ["point", "part", "scenario", *settings, "replicate", "issue"]
    return late.groupby(keys)[list(measures)].mean().reset_index()


PLAIN = {"keep_default_na": False, "na_values": [""]}


def check(seed: int, folder: Path) -> None:
    plan, windows = random_plan(np.random.default_rng(seed))
    sweep(plan, folder, run=noise_run)
    runs = pd.read_csv(folder / "runs.csv", **PLAIN)
    if runs.empty:  # every run failed: there is nothing to compare
        return
    results = load_results(folder)
    settings = [name.replace(".", "_") for name in plan["vary"]]
    ends = by_hand(folder, windows, settings)
    check_verdicts(results, runs, plan)
    check_contrasts(results, ends, settings, plan)
    for measure in ("fragmentation", "enf"):
        found = level_means(results, [measure])
        keys = [*(["part"] if "part" in found else []), *results.varied, "issue"]
        hand = ends.groupby(keys)[measure].agg(["count", "mean"]).query("count > 0")
        same(found.set_index(keys)[["n", "mean"]], hand, plan)
        for parameter in results.varied:
            first = {}
            for part, own in runs.assign(part=runs.get("part", "")).groupby("part"):
                order = plan["vary"][next(n for n in plan["vary"] if n.replace(".", "_") == parameter)]
                order = order if isinstance(order, list) else sorted(own[parameter])  # of a range from low to high
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


def check_verdicts(results, runs, plan):
    """Shares of verdicts, in the report and in summary.csv, with Wilson's interval as Newcombe 1998 writes it."""
    parts = ["part"] if "part" in runs and runs["part"].nunique() > 1 else []
    summary = pd.read_csv(results.folder / "summary.csv", **PLAIN).set_index(["point", "issue", "measure"])
    keys = [*parts, *results.varied, "scenario"]
    point_of = {tuple(row[key] for key in keys): row["point"] for row in runs[[*keys, "point"]].to_dict("records")}
    for kind in ("state", "tendency"):
        table = verdict_shares(results, kind)
        for issue in results.scopes:
            for key, own in runs.groupby(keys):
                words = own[f"{kind}_{issue}"].dropna() if f"{kind}_{issue}" in own else own["run_id"][:0]
                where = (table[[*parts, *results.varied]] == list(key[:-1])).all(axis=1) & (table["issue"] == issue)
                told = table[where].set_index("verdict")
                assert set(words) <= set(told.index) and told["count"].sum() == len(words), plan
                for verdict, count in words.value_counts().items():
                    n, share, z = len(words), count / len(words), stats.norm.ppf(0.975)
                    root = z * np.sqrt(z**2 + 4 * n * share * (1 - share))
                    ends = [(2 * n * share + z**2 + side * root) / (2 * (n + z**2)) for side in (-1, 1)]
                    right = [count, n, share, *ends]
                    assert np.allclose(told.loc[verdict, ["count", "n", "share", "low", "high"]].astype(float), right)
                    row = summary.loc[(point_of[key], issue, f"share_{verdict}")]
                    assert np.allclose(row[["n", "mean", "ci_low", "ci_high"]].astype(float), right[1:], atol=1e-6)


def check_contrasts(results, ends, settings, plan):
    """contrasts.csv, and the two means that the report adds, pair by pair."""
    found = read_contrasts(results)
    seen = 0
    for name, sides in plan.get("contrasts", {}).items():
        own = ends.rename(columns={column: dotted for dotted, column in zip(plan["vary"], settings, strict=True)})
        named = list(sides["from"])
        rest = [c for c in ("part", "scenario", *plan["vary"]) if c not in named] + ["replicate", "issue"]
        low, high = (own[(own[named] == list(sides[side].values())).all(axis=1)] for side in ("from", "to"))
        both = low.merge(high, on=rest, suffixes=("_from", "_to"))
        for measure in ("fragmentation", "enf"):
            pairs = both[["point_from", "point_to", "issue", f"{measure}_from", f"{measure}_to"]].dropna()
            for (start, end, issue), group in pairs.groupby(["point_from", "point_to", "issue"]):
                change = group[f"{measure}_to"] - group[f"{measure}_from"]
                chosen = (found[["contrast", "point_from", "point_to", "issue", "measure"]] ==
                          [name, start, end, issue, measure]).all(axis=1)  # fmt: skip
                assert chosen.sum() == 1, plan
                row, n, seen = found[chosen].iloc[0], len(group), seen + 1
                assert row["n"] == n, plan
                means = [change.mean(), group[f"{measure}_from"].mean(), group[f"{measure}_to"].mean()]
                assert np.allclose(row[["mean", "before", "after"]].astype(float), means, atol=1e-6), plan
                span = stats.t.interval(0.95, n - 1, change.mean(), stats.sem(change)) if n > 1 else (np.nan, np.nan)
                right = [change.std() if n > 1 else np.nan, *span]
                assert np.allclose(row[["sd", "low", "high"]].astype(float), right, atol=1e-5, equal_nan=True), plan
    assert found.empty or seen == (found["n"] > 0).sum(), plan


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


# plans with parts and with scenarios, and the pairs of each
PLANS = [
    ({"part": [{"name": "with", "interventions": [ACT]}, {"name": "without"}], "scenario": "two_blocs", "steps": 12,
      "replicates": 4}, 4, ["with", "without"]),
    ({"scenario": ["two_blocs", "ai_governance"], "steps": 4, "replicates": 3}, 3, ["two_blocs", "ai_governance"]),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "n", "parts"), PLANS, ids=["interventions", "scenarios"])
def test_parts_and_scenarios_are_not_pooled(plan, n, parts, tmp_path):
    """Pairs by replicate within each part, means over all steps of a run, by plain pandas from the CSV."""
    sweep({**plan, "seed": 1, "vary": {"dialogue.level": [0, 1]}}, tmp_path)
    results = load_results(tmp_path)
    table = paired_differences(results, "dialogue_level", ["fragmentation_across"]).query("issue == 'pooled'")
    assert list(table["part"]) == parts
    assert (table["n"] == n).all()
    series = pd.read_csv(tmp_path / "series.csv").query("issue == 'pooled'")
    runs = pd.read_csv(tmp_path / "runs.csv").set_index("run_id")
    runs["mean"] = series.groupby("run_id")["fragmentation_across"].mean()
    for part, row in table.set_index("part").iterrows():
        by_level = runs[runs["part"] == part].pivot(index="replicate", columns="dialogue_level", values="mean")
        pairs = by_level[1] - by_level[0]
        half = stats.t.ppf(0.975, n - 1) * pairs.std() / np.sqrt(n)
        expected = [pairs.mean(), pairs.mean() - half, pairs.mean() + half]
        assert row[["mean", "low", "high"]].tolist() == pytest.approx(expected, abs=1e-7)
    means = table["mean"].to_numpy(dtype=float)
    assert abs(means[0] - means[1]) > 1e-4, "the parts differ, or the test would see nothing"
    assert f"mean of the start and all {plan['steps']} steps" in reading(results)


def test_the_order_of_words_is_that_of_the_plan_and_none_is_highest(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 4, "replicates": 9, "vary": {"preset": ["none", "intense"]}}
    sweep(plan, tmp_path, run=noise_run)
    text = reading(tmp_path)
    assert "intense against none" in text
    assert "highest" not in text and "lowest" not in text


@pytest.mark.parametrize("design", [{"kind": "lhs", "n": 20}, {"kind": "morris", "trajectories": 3}])
def test_a_design_over_ranges_is_read_by_its_lowest_and_highest_point(design, tmp_path):
    plan = {"scenario": "two_blocs", "steps": 8, "replicates": 3, "design": design, "record": {"series": ["enf"]},
            "vary": {"dialogue.level": {"from": 0, "to": 1}, "sincerity.level": {"from": 0, "to": 1}}}  # fmt: skip
    sweep(plan, tmp_path, run=noise_run)
    text = " ".join(reading(tmp_path).split())
    settings = ["dialogue_level", "sincerity_level"]
    ends = by_hand(tmp_path, {"": 20}, settings, ["enf"]).query("issue == 'pooled'")
    points = ends.groupby(settings)["enf"].agg(["mean", "count"]).reset_index().query("count > 0").sort_values("mean")
    for word, row in (("lowest", points.iloc[0]), ("highest", points.iloc[-1])):
        at = f"at dialogue level {row['dialogue_level']:g}, sincerity level {row['sincerity_level']:g}"
        assert f"{word} {row['mean']:.3f} [n = {row['count']:.0f}] {at}" in text
    assert "no pair of runs" not in text and "changes in this model" not in text


def test_runs_that_were_stopped_are_counted(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 30, "replicates": 9, "stop": {"when": "enf < -0.5"}}
    sweep(plan, tmp_path, run=noise_run)
    lengths = pd.read_csv(tmp_path / "runs.csv")["steps"]
    early = lengths[lengths < 30]
    results = load_results(tmp_path)
    assert f"{len(early)} of {len(lengths)} runs were stopped early" in stopped(results)
    assert f"{early.min()}" in stopped(results)
    assert " of 30 steps" not in end_span(results)


def test_parts_that_vary_nothing_are_compared_by_the_contrasts_of_the_plan(tmp_path):
    parts = [{"name": "without"}, {"name": "with", "interventions": [ACT]}]
    contrasts = {"a sanction": {"from": {"part": "without"}, "to": {"part": "with"}}}
    plan = {"scenario": "two_blocs", "steps": 12, "replicates": 9, "part": parts, "contrasts": contrasts}
    sweep(plan | {"record": {"series": ["fragmentation_across"]}}, tmp_path, run=noise_run)
    wide = by_hand(tmp_path, {"with": 20, "without": 20}, [], ["fragmentation_across"]).query("issue == 'pooled'")
    wide = wide.pivot(index="replicate", columns="part", values="fragmentation_across").dropna()
    mean, n = (wide["with"] - wide["without"]).mean(), len(wide)
    text, page = " ".join(reading(tmp_path).split()), report(tmp_path, sheet=Sheet(("png",), dpi=50)).read_text()
    assert "Part without" in text and "Part with " in text
    assert "a sanction" in text and f"{abs(mean):.3f}" in text and f"[n = {n}]" in text
    rows = re.findall(r"<tr><t[dh]>a sanction</t[dh]>.*?</tr>", page, re.DOTALL)
    assert any(f">{labels.number(mean)}<" in row and f">{n}<" in row for row in rows)


def test_each_figure_says_which_part_it_shows(tmp_path):
    """The part stands in the legend, on an axis or in the title, and never two parts in one mark."""
    level = {"dialogue.level": [0, 1]}
    for k, parts in enumerate([[{"vary": level}, {"vary": level}], [{}, {}], [{"vary": level}, {}]]):
        named = [{"name": name, **own} for name, own in zip(("early", "late"), parts, strict=True)]
        plan = {"scenario": "two_blocs", "steps": 6, "replicates": 3, "part": named}
        results = load_results(sweep(plan, tmp_path / str(k), run=noise_run).folder)
        for sketch in _sketches(results):
            figure = sketch.draw()
            if figure is not None:
                shown = " ".join(text.get_text() for text in figure.findobj(Text)).lower() + sketch.caption
                assert "early" in shown or "late" in shown, (k, sketch.name)


def test_words_are_not_joined_by_lines_and_numbers_are(tmp_path):
    for vary, joined in (({"preset": ["none", "track2", "intense"]}, False), ({"dialogue.level": [0, 0.5, 1]}, True)):
        plan = {"scenario": "two_blocs", "steps": 6, "replicates": 4, "vary": vary}
        results = load_results(sweep(plan, tmp_path / str(joined), run=noise_run).folder)
        figure = measure_figure(results, assign_roles(results), ["enf"], False)
        lines = [
            line for line in figure.findobj(Line2D) if len(line.get_xdata()) == 3 and line.get_linestyle() != "None"
        ]
        assert bool(lines) == joined
