"""The sections of the report on time, typical runs and actors: their numbers against plain pandas on the CSV."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation
from page_tables import table
from scipy import stats
from synthetic_results import write_results
from test_comparisons import noise_run
from test_report_options import overlaps

from any_runs import sweep
from forumsim.analysis import load_results
from forumsim.analysis.convergence_time import convergence_figure, convergence_times
from forumsim.analysis.report_page import build_page
from forumsim.analysis.sections import section_sketches
from forumsim.analysis.style import Sheet, styled
from forumsim.analysis.typical import distances, typical_figure

PLAIN = {"keep_default_na": False, "na_values": [""]}
LEVELS = [0, 0.5, 1]


def read(folder, name):
    return pd.read_csv(folder / f"{name}.csv", **PLAIN)


def page_of(folder):
    """The page, without its figures."""
    return build_page(load_results(folder), [])


# --- time to convergence ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """Runs of noise of which some fail and some stop."""
    plan = {
        "scenario": "two_blocs",
        "steps": 20,
        "seed": 4,
        "replicates": 30,
        "vary": {"dialogue.level": LEVELS},
        "stop": {"when": "enf > 1.6"},
        "record": {"series": ["fragmentation_across", "enf"], "every": 3},
        "parameters": {"measure.shared_f": 0.3, "measure.one_enf": 1.2, "measure.state_steps": 6},
    }
    return sweep(plan, tmp_path_factory.mktemp("noisy") / "out", run=noise_run).folder


def first_convergence(folder):
    """First step of a convergence of 6 steps, or the last at which one could begin, and whether it came, by run."""
    series = read(folder, "series").query("issue != 'pooled' and step > 0")
    means = series.groupby(["run_id", "step"])[["fragmentation_across", "enf"]].mean().reset_index()
    means["held"] = (means["fragmentation_across"] < 0.3) & (means["enf"] < 1.2)
    rows = []
    for run_id, own in means.groupby("run_id"):
        held = dict(zip(own["step"], own["held"], strict=True))
        first = [step for step in held if all(held.get(later, False) for later in range(step, step + 7, 3))]
        last = max((step for step in held if step <= max(held) - 6), default=0)
        rows.append((run_id, first[0] if first else last, bool(first)))
    return read(folder, "runs").merge(pd.DataFrame(rows, columns=["run_id", "time", "came"]), on="run_id")


def product_limit(own):
    """Kaplan and Meier by their definition: step, and the share without it from then on."""
    share, steps = 1.0, []
    for time in sorted(own.loc[own["came"], "time"].unique()):
        share *= 1 - ((own["time"] == time) & own["came"]).sum() / (own["time"] >= time).sum()
        steps.append((time, share))
    return steps


def test_the_table_of_times_is_that_of_the_product_limit(noisy):
    runs = first_convergence(noisy)
    assert 0 < runs["came"].sum() < len(runs) and (runs["steps"] < 20).any()
    heads, rows = table(page_of(noisy), "Time to convergence")
    assert heads[0] == "dialogue level" and [row[0] for row in rows] == ["0", "0.5", "1"]
    for level, row in zip(LEVELS, rows, strict=True):
        own = runs[runs["dialogue_level"] == level]
        curve = product_limit(own)
        half = next((f"{time:g}" for time, share in curve if share <= 0.5 + 1e-12), "not reached")
        at_end = (own["came"] & (own["state_pooled"] == "convergence")).sum()
        assert row[1:7] == [
            half,
            str(own["came"].sum()),
            str((~own["came"]).sum()),
            str(at_end),
            str(len(own)),
            f"{1 - curve[-1][1]:.2f}",
        ]


def test_the_figure_says_how_many_runs_are_at_risk(noisy):
    runs = first_convergence(noisy)
    (times,) = convergence_times(load_results(noisy))
    figure = convergence_figure(times)
    said = [text for text in figure.axes[0].findobj(Annotation) if text.xycoords == ("data", "axes fraction")]
    ticks = figure.axes[0].get_xticks()
    by_row = {
        y: [int(text.get_text()) for text in said if text.xyann[1] == y] for y in {text.xyann[1] for text in said}
    }
    expected = [
        [int((runs.loc[runs["dialogue_level"] == level, "time"] >= tick).sum()) for tick in ticks] for level in LEVELS
    ]
    assert [by_row[y] for y in sorted(by_row, reverse=True)] == expected
    note = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert f"{runs['came'].sum()} of n = {len(runs)} runs" in note and "were stopped early" in note


def test_where_none_converges_a_sentence_says_so_and_nothing_is_drawn(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=12, detail=False)  # F of all pairs is about 0.9
    page = page_of(folder)
    # Wilson's interval of 0 in n: from 0 to z^2 / (n + z^2)
    assert (
        f"None of the n = 12 runs was in convergence for 20 steps (95 % interval of the share, Wilson: 0.00 to "
        f"{1.959964**2 / (12 + 1.959964**2):.2f})" in page
    )
    assert "time_to_convergence" not in {sketch.name for sketch in section_sketches(load_results(folder))}


def test_without_the_measures_of_the_verdict_a_sentence_says_what_to_record(tmp_path):
    plan = {"scenario": "two_blocs", "steps": 8, "replicates": 3, "record": {"series": ["trust_across"]}}
    page = page_of(sweep(plan, tmp_path / "out", run=noise_run).folder)
    assert "record the measures enf and fragmentation_across" in page


# --- typical runs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [False, True])
def test_the_typical_run_is_the_nearest_to_the_median_of_its_state(tmp_path, parts):
    plan = {
        "scenario": "two_blocs",
        "steps": 12,
        "replicates": 25,
        "vary": {"dialogue.level": [0, 1]},
        "parameters": {"measure.state_steps": 5},
    }
    if parts:
        plan["part"] = [{"name": "one"}, {"name": "two", "vary": {"dialogue.level": [0.5]}}]
    folder = sweep(plan, tmp_path / "out", run=noise_run).folder
    runs, series = read(folder, "runs").set_index("run_id"), read(folder, "series").query("issue == 'pooled'")
    measures = [name for name in series if name not in ("run_id", "step", "date", "issue")]
    ends = series[series["step"] > 12 - 5].groupby("run_id")[measures].mean()
    runs["part"] = runs["part"] if parts else ""
    _, rows = table(page_of(folder), "The run that is nearest")
    for part, own in runs.groupby("part", sort=False):
        spread = ends.loc[own.index].std()
        for state, inside in own.groupby("state_pooled"):
            middle = ends.loc[inside.index].median()
            away = {
                run: np.sqrt(
                    np.nanmean([((ends.loc[run, name] - middle[name]) / spread[name]) ** 2 for name in measures])
                )
                for run in inside.index
            }
            best = min(away, key=lambda run: (round(away[run], 9), run))
            (row,) = [row for row in rows if row[0] == state and (not parts or row[2] == part)]
            assert row[1] == best
            assert row[-2:] == [str(len(inside)), f"{away[best]:.2f}"]
    assert len(rows) == runs.groupby(["part", "state_pooled"]).ngroups


def test_of_runs_that_are_equally_near_the_first_id_is_taken(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=2, steps=20, every=5, detail=False)
    found = distances(load_results(folder))
    both = read(folder, "runs")["state_pooled"].nunique() == 1  # of two runs both are as far from their median
    assert both and found["distance"].nunique() == 1 and found["run_id"].tolist() == ["r000001", "r000002"]


def test_one_run_is_typical_of_itself_and_the_commands_are_told(tmp_path):
    folder = write_results(tmp_path / "a b", vary={}, replicates=1, detail=False)
    page = page_of(folder)
    _, rows = table(page, "The run that is nearest")
    assert [row[1] for row in rows] == ["r000001"] and rows[0][-2:] == ["1", "0.00"]
    assert f"forumsim replay &#x27;{folder}&#x27; r000001 -o r000001.html" in page
    assert f"forumsim view &#x27;{folder}&#x27; r000001" in page


# --- who founded, left, shifted ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lively(tmp_path_factory):
    plan = {
        "scenario": "two_blocs",
        "steps": 30,
        "seed": 2,
        "replicates": 4,
        "fields": {"actors": 14},
        "vary": {"dialogue.level": [0, 1]},
        "record": {"every": 5, "detail": "all"},
    }
    return sweep(plan, tmp_path_factory.mktemp("lively") / "out").folder


@pytest.fixture(scope="module")
def lively_page(lively):
    return page_of(lively)


KINDS = {"founded": ["founding"], "left": ["exit", "not_renewed"], "shifted": ["regime_shift"]}


def interval(values):
    """Mean and t interval, cut at 0, as the page writes them."""
    if values.std() == 0:
        low = high = values.mean()
    else:
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    return f"{values.mean():.2f} ({max(low, 0):.2f} to {high:.2f})"


def test_counts_of_all_actors_by_the_first_factor(lively, lively_page):
    events, runs = read(lively, "events"), read(lively, "runs")
    heads, rows = table(lively_page, "Events a run of all actors together")
    assert heads == ["dialogue level", "founded", "left", "shifted", "runs n"] and len(rows) == 2
    for level, row in zip([0, 1], rows, strict=True):
        ids = runs.loc[runs["dialogue_level"] == level, "run_id"]
        for cell, kinds in zip(row[1:4], KINDS.values(), strict=True):
            per_run = np.array([((events["run_id"] == one) & events["event"].isin(kinds)).sum() for one in ids])
            assert cell == interval(per_run)
        assert row[4] == "4"
    assert sum(events["event"].isin(kinds).sum() > 0 for kinds in KINDS.values()) == 3


@pytest.mark.parametrize("side", ["actors", "forums"])
def test_counts_of_each_actor_and_forum(lively, lively_page, side):
    events, runs = read(lively, "events"), read(lively, "runs")["run_id"]
    names = read(lively, side).drop_duplicates(side[:-1]).set_index(side[:-1])["name"]
    columns = [KINDS["founded"], KINDS["left"], KINDS["shifted"]]
    where = ["actor"] * 3
    if side == "forums":
        columns, where = [KINDS["left"], KINDS["shifted"], KINDS["shifted"]], ["forum", "forum", "other"]
    heads, rows = table(lively_page, f"Events a run of the {side}")
    assert heads[-1] == "runs n" and rows
    ids = {name[:1].upper() + name[1:]: one for one, name in names.items() if not one.startswith("founded_")}
    for row in rows:
        for cell, kinds, column in zip(row[1:4], columns, where, strict=True):
            own = events[events["event"].isin(kinds)]
            who = own[column].fillna("")
            hit = who.str.startswith("founded_") if row[0] == "Forums founded in the run" else who == ids[row[0]]
            per_run = np.array([(hit & (own["run_id"] == one)).sum() for one in runs])
            assert cell == (interval(per_run) if len(own) and per_run.any() else "0"), (row[0], column)
        assert row[4] == "8"


def test_without_events_one_sentence_says_how_to_record_them(tmp_path):
    page = page_of(write_results(tmp_path, vary={}, replicates=2, detail=False))
    assert "No events were recorded" in page and 'detail = "first"' in page.replace("&quot;", '"')


def test_one_recorded_run_has_no_interval(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=3)
    events = read(folder, "events")
    _, rows = table(page_of(folder), "Events a run of all actors together")
    assert rows == [["all runs", *(f"{events['event'].isin(kinds).sum():.2f}" for kinds in KINDS.values()), "1"]]


# --- how they look ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [3.5, 5.0, 8.27, 12.0])
def test_no_text_of_the_new_figures_covers_another_or_leaves_the_page(lively, noisy, width):
    seen = set()
    with styled(Sheet(width=width)):
        for folder in (lively, noisy):
            for sketch in section_sketches(load_results(folder)):
                figure = sketch.draw()
                seen.add(sketch.name)
                assert overlaps(figure) == [], sketch.name
                if sketch.name == "time_to_convergence":
                    drawn = FigureCanvasAgg(figure).get_renderer()
                    boxes = [text.get_window_extent(drawn) for text in figure.axes[0].texts]
                    assert not [1 for k, one in enumerate(boxes) for two in boxes[:k] if one.overlaps(two)]
    assert seen == {"time_to_convergence", "typical_runs", "typical_network", "who"}


@pytest.mark.parametrize("every", [1, 8])
def test_the_legend_of_typical_runs_shows_the_lines_as_they_are(every, tmp_path):
    """With marks where they have marks (six records of a run), without where they have none (41)."""
    folder = write_results(tmp_path, vary={}, replicates=6, steps=40, every=every, detail=False)
    with styled(Sheet()):
        figure = typical_figure(load_results(folder))
    drawn = {(line.get_color(), line.get_marker()) for ax in figure.axes for line in ax.lines}
    assert {(entry.get_color(), entry.get_marker()) for entry in figure.legends[0].get_lines()} == drawn
    assert all((marker == "None") == (every == 1) for _, marker in drawn)
