import gc
import hashlib

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from synthetic_results import QUICK, write_results

from forumsim.analysis import draw_figures, load_results, reading
from forumsim.analysis.axes import assign_roles, families
from forumsim.analysis.labels import counted
from forumsim.analysis.palette import LOOKS
from forumsim.analysis.style import Sheet
from forumsim.analysis.sweeps import course_figure, effect_figure, measure_figure


def names(folder):
    pictures = draw_figures(folder, sheet=QUICK)
    for picture in pictures:
        assert picture.caption
        assert imread(picture.path).std() > 0.01, f"{picture.path.name} is blank"
    return [picture.path.stem for picture in pictures]


def words(figure):
    """Title and note without the line breaks that wrapping puts in."""
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


GRID = ["measures_issues", "effects_issues", "measures_overall", "effects_overall", "verdict_state",
        "verdict_tendency", "courses"]  # fmt: skip


def test_one_varied_parameter_and_words_as_levels(tmp_path):
    folder = write_results(tmp_path, vary={"scenario_start": ["2020-Q1", "2024-Q4"]}, replicates=2, detail=False)
    assert names(folder) == [*GRID, "typical_runs"]


def test_nothing_varied(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=3)
    expected = ["verdict_state", "verdict_tendency", "courses", "run_r000001", "typical_runs", "typical_network", "who"]
    assert names(folder) == expected


def test_one_run_has_no_bars_of_one_state_and_the_reading_says_how_it_ended(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=1, detail=False)
    assert names(folder) == ["courses"]
    state = load_results(folder).runs["state_pooled"].iloc[0]
    assert f"Runs that end in (judged on the mean over the issues): {state} 1 of 1" in reading(folder)


def test_a_level_has_one_look_in_all_figures(tmp_path):
    """Courses show the lowest and the highest of three levels: those have the first and the third look."""
    results = load_results(write_results(tmp_path, {"dialogue_level": [0.0, 0.5, 1.0]}, replicates=2, detail=False))
    (legend,) = course_figure(results, assign_roles(results)).legends
    assert [line.get_color() for line in legend.get_lines()] == [LOOKS[0].colour, LOOKS[2].colour]


def test_n_is_counted_in_words():
    assert counted([1, 1], "run") == "n = 1 run" and counted([3, 5], "pair") == "n = 3–5 pairs"


def test_one_replicate_has_no_interval(tmp_path):
    results = load_results(write_results(tmp_path, replicates=1, detail=False))
    roles = assign_roles(results)
    for part, by_issue in zip(families(results), (True, False), strict=True):
        for draw, says in ((measure_figure, "One run: no interval"), (effect_figure, "One pair: no interval")):
            assert says in words(draw(results, roles, part, by_issue))


def test_missing_values(tmp_path):
    folder = write_results(tmp_path, replicates=3, missing=0.5, detail=False)
    assert names(folder) == [*GRID[:4], "regime_map", *GRID[4:], "typical_runs"]


def test_many_parameters(tmp_path):
    vary = {"membership_rate": [0.1, 0.2], "voice_rate": [0.2, 0.6], "drift_trust": [0.0, 0.01]}
    assert names(write_results(tmp_path, vary=vary, replicates=1, detail=False)) == [
        *(f"regime_map{scope}" for scope in ("", "_values", "_order", "_military")), "design", "metamodel",
        "typical_runs",
    ]  # fmt: skip


def test_many_levels(tmp_path):
    vary = {"voice_rate": list(np.linspace(0, 1, 40))}
    folder = write_results(tmp_path, vary=vary, replicates=1, detail=False)
    assert names(folder) == ["design", "metamodel", "typical_runs"]


def test_n_and_interval_stand_on_every_sweep_figure(sweep_folder):
    results = load_results(sweep_folder)
    roles = assign_roles(results)
    for draw in (measure_figure, effect_figure):
        for part, by_issue in zip(families(results), (True, False), strict=True):
            said = words(draw(results, roles, part, by_issue))
            assert "95 % interval" in said
            assert "n = 5" in said


def test_measures_without_a_value_at_the_reference_have_no_effect_panel(tmp_path):
    folder = write_results(tmp_path, replicates=2, detail=False)
    results = load_results(folder)
    silent = results.runs.loc[results.runs["dialogue_level"] == 0, "run_id"]
    results.series.loc[results.series["run_id"].isin(silent), "genuine_share"] = np.nan
    roles = assign_roles(results)
    assert effect_figure(results, roles, ["genuine_share"], False) is None
    figure = effect_figure(results, roles, ["genuine_share", "trust_across"], False)
    assert "Not defined at level 0" in words(figure)


@pytest.mark.parametrize(("levels", "lines"), [([0.0, 0.5, 1.0], [0.2, 0.5, 0.8]), ([0.0, 1.0], [1, 2, 3, 4, 5, 6])])
def test_every_mark_lies_within_its_panel(tmp_path, levels, lines):
    """Marks of several lines stand side by side at one level; those at the ends are not cut off."""
    vary = {"dialogue_level": levels, "sincerity_level": lines}
    results = load_results(write_results(tmp_path, vary=vary, replicates=3, detail=False))
    figure = effect_figure(results, assign_roles(results), ["fragmentation_across", "enf"], True)
    seen = 0
    for ax in figure.axes:
        low, high = ax.get_xlim()
        width = high - low
        for bars in ax.containers:
            x = bars[0].get_xdata()
            seen += len(x)
            assert (x > low + 0.01 * width).all() and (x < high - 0.01 * width).all(), (low, high, x)
    assert seen > len(figure.axes)


def test_bytes_are_the_same_each_time(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=2)

    def digest():
        return [
            hashlib.sha256(picture.path.read_bytes()).hexdigest()
            for picture in draw_figures(folder, sheet=Sheet(dpi=50))
        ]

    assert digest() == digest()


def figures_in_memory():
    # by type: a proxy of something dead raises at isinstance
    return {id(thing) for thing in gc.get_objects() if issubclass(type(thing), Figure)}


def test_no_figure_stays_in_memory_and_settings_come_back(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=2, detail=False)
    gc.collect()
    before, earlier = dict(mpl.rcParams), figures_in_memory()  # other tests of this process may have left some
    draw_figures(folder, sheet=QUICK)
    gc.collect()
    assert dict(mpl.rcParams) == before
    assert figures_in_memory() <= earlier


@pytest.mark.parametrize("lost", ["events", "forums"])
def test_single_runs_are_drawn_where_all_of_them_is_known(tmp_path, lost):
    """Without events nobody would seem to join or leave between two snapshots."""
    folder = write_results(tmp_path, vary={}, replicates=1)
    assert "run_r000001" in [picture.path.stem for picture in draw_figures(folder, sheet=QUICK)]
    (folder / f"{lost}.csv").unlink()
    drawn = [picture.path.stem for picture in draw_figures(load_results(folder, anyway=True), sheet=QUICK)]
    assert drawn and "run_r000001" not in drawn
