from dataclasses import replace

import pytest
from synthetic_results import write_results

from forumsim.analysis import load_results, reading
from forumsim.analysis.effects import effect_words
from forumsim.core.errors import InputError
from signed import sign


def row(mean, low, high, n=60, before=0.3, after=0.4):
    return {"mean": mean, "low": low, "high": high, "n": n, "before": before, "after": after}


def test_words_for_a_clear_rise_and_fall():
    assert effect_words(row(0.1, 0.05, 0.15)) == "rises by 0.100 (0.050 to 0.150), 0.300 to 0.400"
    assert effect_words(row(-0.1, -0.15, -0.05)).startswith("falls by 0.100 (0.050 to 0.150)")


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.02), (0.0, 0.02), (-0.02, 0.0)])
def test_an_interval_that_covers_zero_is_no_clear_effect(low, high):
    assert effect_words(row(0.005, low, high)).startswith("no clear effect")


def test_identical_pairs_and_single_pairs():
    assert "the same in all 60 pairs" in effect_words(row(0.0, 0.0, 0.0))
    assert "nothing can be said" in effect_words(row(0.1, float("nan"), float("nan"), n=1))


def test_a_small_clear_effect_keeps_its_figures():
    assert "rises by 0.00020 (0.00010 to 0.00030)" in effect_words(row(0.0002, 0.0001, 0.0003))


def test_the_number_of_pairs_is_that_of_the_lines_that_are_told(sweep_folder):
    results = load_results(sweep_folder)
    run = results.runs["run_id"].iloc[0]
    untold = (results.series["run_id"] == run) & (results.series["issue"] == "order")
    series = results.series.copy()
    series.loc[untold, "legalization"] = float("nan")  # of which the reading tells the pooled row alone
    text = reading(replace(results, series=series))
    assert "n = 5 pairs" in text
    assert "[n =" not in text
    series.loc[untold, "fragmentation_across"] = float("nan")  # of which it tells every issue
    text = reading(replace(results, series=series))
    assert "n = 4 to 5 pairs" in text
    assert "[n = 4]" in text


def test_the_sign_turns_with_sincerity(sweep_folder):
    # the made-up effect on trust across blocs is -.09 at .2, +.075 at .5, +.24 at .8; none on F within blocs
    text = reading(sweep_folder)
    assert "trust across blocs falls at 0.2, rises at 0.5 and 0.8 (sincerity level): the sign turns." in text
    low, middle, high = text.split("Sincerity level ")[1:]
    assert "Trust across blocs: falls by" in low
    assert "Trust across blocs: rises by" in middle
    assert "Trust across blocs: rises by" in high
    assert "n = 5 pairs" in text
    assert "not a forecast" in text
    assert text.isascii()


def test_a_measure_undefined_without_dialogue_is_compared_with_the_lowest_level_that_has_it(tmp_path):
    folder = write_results(tmp_path, replicates=4, detail=False)
    results = load_results(folder)
    silent = results.runs.loc[results.runs["dialogue_level"] == 0, "run_id"]
    series = results.series
    series.loc[series["run_id"].isin(silent), "words_without_deeds"] = None
    series.to_csv(folder / "series.csv", index=False)
    assert "Words without deeds (against level 0.25, the lowest with a value): " in reading(sign(folder))


def test_one_replicate_says_nothing(tmp_path):
    text = reading(write_results(tmp_path, replicates=1, detail=False))
    assert "nothing can be said" in text
    assert "rises by" not in text
    assert "falls by" not in text


def test_nothing_varied_tells_end_values(tmp_path):
    text = reading(write_results(tmp_path, vary={}, replicates=3, detail=False))
    assert "nothing was varied" in text
    assert "Fragmentation across blocs: values" in text


def test_a_measure_undefined_in_some_runs_tells_of_how_many_it_is(tmp_path):
    folder = write_results(tmp_path, vary={}, replicates=3, detail=False)
    results = load_results(folder)
    series = results.series
    second = results.runs["run_id"].iloc[1]
    series.loc[series["run_id"] == second, "words_without_deeds"] = None
    series.to_csv(folder / "series.csv", index=False)
    text = reading(sign(folder))
    ends = results.ends.query("run_id != @second and issue == 'pooled'")
    assert f"Words without deeds: all issues pooled {ends['words_without_deeds'].mean():.3f} [n = 2]" in text


def test_other_designs(tmp_path):
    vary = {"membership_rate": [0.1, 0.2], "voice_rate": [0.2, 0.6], "drift_trust": [0.0, 0.01]}
    assert "8 points over" in reading(write_results(tmp_path, vary=vary, replicates=2, detail=False))


def test_not_a_results_folder(tmp_path):
    with pytest.raises(InputError):
        reading(tmp_path)
