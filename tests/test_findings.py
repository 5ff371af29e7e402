"""The judge of the hypotheses: pairs, intervals and verdicts by hand; every claim names runs that its plan makes."""

import tomllib

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

import findings
import findings_curves
import findings_each
import findings_figure
from forumsim.core.measures import MEASURES
from forumsim.plans.plan import load_plan

CLAIMS = tomllib.loads((findings.PLANS / "claims.toml").read_text(encoding="utf-8"))["claim"]
#: Six runs of a plan with two levels and two parts; the values are chosen by hand.
RUNS = pd.DataFrame(
    [(f"{part}{level}{r}", part, level, r) for part in "mn" for level in (0, 1) for r in range(3)],
    columns=["run_id", "part", "dialogue_level", "replicate"],
)
VALUES = pd.Series(
    {
        "m00": 0.5, "m01": 0.6, "m02": 0.7, "m10": 0.1, "m11": 0.3, "m12": 0.5,
        "n00": 0.5, "n01": 0.5, "n02": 0.5, "n10": 0.4, "n11": 0.5, "n12": np.nan,
    }
)  # fmt: skip
TALK = {"from": {"part": "m", "dialogue.level": 0}, "to": {"part": "m", "dialogue.level": 1}}


def test_runs_are_paired_by_replicate():
    assert findings.effect_of(TALK, RUNS, VALUES).to_numpy() == pytest.approx([-0.4, -0.3, -0.2])
    against = {**TALK, "against": {"part": "n"}}
    assert findings.effect_of(against, RUNS, VALUES).to_numpy() == pytest.approx([-0.3, -0.3]), "a pair is missing"
    other = {**TALK, "against": {"from": {"part": "n", "dialogue.level": 1}, "to": {"part": "n", "dialogue.level": 0}}}
    assert findings.effect_of(other, RUNS, VALUES).to_numpy() == pytest.approx([-0.5, -0.3])


def test_the_part_of_settings_that_name_none_and_the_parts_of_realists():
    plain = {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}
    back = {"against": {"from": {"dialogue.level": 1}, "to": {"dialogue.level": 0}}}
    assert findings.effect_of(plain, RUNS, VALUES, part="m").to_numpy() == pytest.approx([-0.4, -0.3, -0.2])
    assert findings.effect_of(plain | back, RUNS, VALUES, part="n").to_numpy() == pytest.approx([-0.2, 0.0])
    longer = RUNS.assign(part=RUNS["part"].replace({"n": "realists, m"}))
    assert findings.effect_of(TALK, longer, VALUES, prefix="realists, ").to_numpy() == pytest.approx([-0.1, 0.0])


def test_settings_that_name_no_run_or_several_are_refused():
    for selector in ({"dialogue.level": 0.5}, {"dialogue.level": 1}):
        with pytest.raises(ValueError, match="do not name one run each"):
            findings.effect_of({"from": {"part": "m", "dialogue.level": 0}, "to": selector}, RUNS, VALUES)


def test_an_effect_has_a_t_interval():
    mean, low, high = findings.interval(pd.Series([-0.4, -0.3, -0.2]))
    half = 4.302653 * 0.1 / np.sqrt(3)  # the quantile of t with two degrees of freedom
    assert (mean, low, high) == pytest.approx((-0.3, -0.3 - half, -0.3 + half), abs=1e-6)
    assert np.isnan(findings.interval(pd.Series([0.1]))).all()


@pytest.mark.parametrize(("expected", "within", "low", "high", "word"), [
    ("higher", 0, 0.01, 0.03, "supported"), ("higher", 0, -0.01, 0.03, "not supported"),
    ("higher", 0, -0.03, -0.01, "reversed"), ("lower", 0, -0.03, -0.01, "supported"),
    ("lower", 0, 0.01, 0.03, "reversed"), ("lower", 0, -0.03, 0.0, "not supported"),
    ("the same", 0.05, -0.04, 0.05, "supported"), ("the same", 0.05, -0.04, 0.06, "not supported"),
    ("not lower", 0.02, -0.02, 0.5, "supported"), ("not lower", 0.02, -0.03, 0.5, "not supported"),
    ("not lower", 0.02, -0.5, -0.03, "reversed"),
])  # fmt: skip
def test_what_an_interval_says(expected, within, low, high, word):
    claim = {"expected": expected, "within": within}
    assert findings.verdict(claim, (low + high) / 2, low, high) == word
    assert findings.verdict(claim, np.nan, np.nan, np.nan) == "no pairs"


def test_windows_are_means_over_their_recorded_steps():
    series = pd.DataFrame({"run_id": ["a"] * 4 + ["b"], "step": [0, 4, 8, 8, 8], "issue": ["x", "x", "x", "y", "x"]})
    series["enf"] = [1.0, 2.0, 4.0, 9.0, 5.0]
    assert findings.window_means(series, "enf", "x", (4, 8)).to_dict() == {"a": 3.0, "b": 5.0}
    assert findings.window_of({}, 120) == (101, 120)
    assert findings.window_of({"window": [21, 40]}, 120) == (21, 40)


def test_pairs_without_what_a_claim_needs_are_left_out():
    """Of three pairs what is needed comes about in the first; among realists in none."""
    parts = ("a", "b", "realists, a", "realists, b")
    runs = pd.DataFrame(
        [(f"{part}{r}", part, r) for part in parts for r in range(3)], columns=["run_id", "part", "replicate"]
    )
    series = runs[["run_id"]].assign(step=20, issue="civil", joins=1.0)
    series.loc[series["run_id"] == "b0", "joins"] = 2.0
    series.loc[series["run_id"] == "b1", "joins"] = 0.0
    earlier = series.assign(step=16, joins=series["joins"] + [0, 0, 0, 9, 9, 9, 0, 0, 0, 9, 9, 9])
    claim = {"from": {"part": "a"}, "to": {"part": "b"}, "issue": "civil", "needs": {"measure": "joins", "step": 20}}
    kept = findings.with_what_it_needs(claim, runs, pd.concat([series, earlier]))
    assert sorted(kept["run_id"]) == ["a0", "b0"]
    assert findings.with_what_it_needs({"from": {}, "to": {}}, runs, series) is runs


@pytest.mark.parametrize("name", sorted({claim["plan"] for claim in CLAIMS}))
def test_claims_name_what_their_plan_makes(name):
    plan = load_plan(findings.PLANS / f"{name}.toml")
    settings = [{"part": plan.parts[point.part].name, **point.values} for point in plan.points]
    plain = {each["part"] for each in settings} == {"model", findings.NULL}
    for claim in (each for each in CLAIMS if each["plan"] == name):
        measures = {claim["measure"], *([claim["needs"]["measure"]] if "needs" in claim else [])}
        assert measures <= set(plan.recording.series) and measures <= {item.name for item in MEASURES}
        sides = [claim["from"], claim["to"]]
        against = claim.get("against", {})
        sides += [against["from"], against["to"]] if "from" in against else [side | against for side in sides]
        for side in sides:
            wanted = {"part": "model", **side} if plain else side
            fits = [each for each in settings if wanted.items() <= each.items()]
            assert len(fits) == 1, (claim["says"], wanted)


def test_every_hypothesis_has_a_claim_and_a_plan():
    assert sorted({claim["hypothesis"] for claim in CLAIMS}, key=lambda h: int(h[1:])) == [
        f"H{k}" for k in range(1, 19)
    ]
    plans = {path.stem for path in findings.PLANS.glob("h*.toml")}
    assert plans == {claim["plan"] for claim in CLAIMS}


def test_the_same_parameter_sets_are_drawn_each_time_within_the_plausible_ranges():
    one, again = findings.parameter_sets(50), findings.parameter_sets(50)
    assert one.equals(again) and len(one) == 50 and not any(name.startswith(findings.KEPT) for name in one)
    ranges = {item.name: item.range for item in findings.PARAMETERS}
    for name in one:
        low, high = ranges[name]
        assert one[name].between(low, high).all()
        middle = np.searchsorted(np.sort(one[name]), (low + high) / 2) / 50
        assert 0.3 < middle < 0.7, f"{name} is spread over its range"


def test_the_figure_shows_every_claim_with_its_interval_and_its_sets():
    table = pd.read_csv(findings.TABLE)
    left, middle, right = findings_figure.draw(table).axes
    assert [label.get_text().split()[0] for label in left.get_yticklabels()] == table["hypothesis"].tolist()
    counts = table["measure"].isin(findings_figure.COUNTS)
    for axes, rows in ((left, table[~counts]), (middle, table[counts])):
        drawn = {tuple(np.round(line.get_xdata(), 4)) for line in axes.lines}
        assert {(row.ci_low, row.ci_high) for row in rows.itertuples()} <= drawn
        assert {(row.effect,) for row in rows.itertuples()} <= drawn
    shares = [line.get_xdata()[0] for line in right.lines if len(line.get_xdata()) == 1]
    assert shares == pytest.approx((table["sets_holding"] / table["sets"]).tolist())


# --- a figure for each hypothesis -------------------------------------------------------------------------------------

CURVES = pd.read_csv(findings_each.CURVES, dtype={"x": str})
NAMES = list(dict.fromkeys(claim["hypothesis"] for claim in CLAIMS))


def test_curves_are_means_over_runs_and_their_differences_pair_by_pair(tmp_path, monkeypatch):
    """Two parts, three replicates, two records: all values by hand."""
    (tmp_path / "h.toml").write_text("[vary]\n")
    monkeypatch.setattr(findings_curves.findings_claims, "PLANS", tmp_path)
    runs = RUNS[RUNS["dialogue_level"] == 0].assign(steps=4, part=lambda rows: rows["part"].map({"m": "a", "n": "b"}))
    runs.to_csv(tmp_path / "runs.csv", index=False)
    values = {"m00": 1.0, "m01": 2.0, "m02": 3.0, "n00": 2.0, "n01": 4.0, "n02": 6.0}
    rows = [(run, step, "pooled", value * (step == 4)) for run, value in values.items() for step in (0, 4)]
    pd.DataFrame(rows, columns=["run_id", "step", "issue", "enf"]).to_csv(tmp_path / "series.csv", index=False)
    claim = {"hypothesis": "H0", "plan": "h", "from": {"part": "a"}, "to": {"part": "b"}, "measure": "enf"}
    table = pd.DataFrame(findings_curves.curves([claim], tmp_path)).query("x == '4'").set_index(["kind", "line"])
    half = 4.302653 / np.sqrt(3)  # t with two degrees of freedom, of a standard deviation of 1
    for key, mean, deviation in ((("value", "a"), 2, 1), (("value", "b"), 4, 2), (("difference", ""), 2, 1)):
        found = table.loc[key, ["n", "mean", "ci_low", "ci_high"]].astype(float).tolist()
        assert found == pytest.approx([3, mean, mean - half * deviation, mean + half * deviation], abs=1e-6), key


@pytest.mark.parametrize("name", NAMES)
def test_the_curves_end_in_the_effects_that_are_judged(name):
    """Where the curve goes over levels, the difference at the level of the claim is the effect in the table."""
    table = pd.read_csv(findings.TABLE)
    own = CURVES[(CURVES["hypothesis"] == name) & (CURVES["world"] == "model") & (CURVES["kind"] == "difference")]
    claims = [claim for claim in CLAIMS if claim["hypothesis"] == name]
    rows = findings_curves.rows_of(claims)
    assert sorted(place for places in rows for place in places) == list(range(len(claims)))
    for number, places in enumerate(rows, start=1):
        axis = own.loc[own["row"] == number, "axis"].iloc[0]
        for place in places:
            claim = claims[place]
            if axis == "step" or "against" in claim:
                continue
            (mean,) = own.loc[(own["row"] == number) & (own["x"] == f"{claim['to'][axis]:g}"), "mean"]
            (effect,) = table.loc[(table["hypothesis"] == name) & (table["says"] == claim["says"]), "effect"]
            assert mean == pytest.approx(effect, abs=1.1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_each_hypothesis_has_a_figure_of_its_curves_and_effects(name):
    claims = [claim for claim in CLAIMS if claim["hypothesis"] == name]
    table = pd.read_csv(findings.TABLE)
    figure = findings_each.draw(name, claims, table, CURVES)
    lines = [line.get_xydata() for axes in figure.findobj(Axes) for line in axes.lines]
    for _, curve in CURVES[CURVES["hypothesis"] == name].groupby(["row", "world", "kind", "line"], dropna=False):
        assert any(len(line) == len(curve) and np.allclose(line[:, 1], curve["mean"]) for line in lines)
    own = table[table["hypothesis"] == name]
    assert {(row.ci_low, row.ci_high) for row in own.itertuples()} <= {tuple(line[:, 0]) for line in lines}
    shown = " ".join(" ".join(text.get_text() for text in figure.findobj(Text)).split())
    assert all(" ".join(row.says.split()) in shown and f"n = {row.n} pairs" in shown for row in own.itertuples())
    path = findings_each.FOLDER / f"h{int(name[1:]):02d}.png"
    assert path.stat().st_size < 60_000
    assert f"](hypotheses/{path.name})" in (path.parents[1] / "findings.md").read_text(encoding="utf-8")
