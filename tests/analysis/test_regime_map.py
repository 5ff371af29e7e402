"""The regime map, and twins in reading and report, from results whose every state and difference is known."""

import numpy as np
import pytest
from synthetic_results import QUICK

from any_runs import sweep
from forumsim.analysis import draw_figures, load_results, reading, report
from forumsim.analysis.regime_map import Factors, regime_factors, regime_map
from forumsim.analysis.tables import twin_differences, verdict_shares
from forumsim.core.measures import MEASURES, column_index
from forumsim.core.world import empty_world
from forumsim.running.outcome import Outcome

F_ACROSS, ENF = column_index("fragmentation_across"), column_index("enf")
GIVEN = {
    "scenario": "two_blocs", "steps": 8, "replicates": 4, "seed": 3, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"sincerity.level": [0.2, 0.8], "utility.trust": [1, 2, 3], "dialogue.level": [0, 0.5]},
    "record": {"series": ["fragmentation_across", "enf"], "every": 2},
}  # fmt: skip


def known(scenario, record, steps, seed, every, snapshots=()):
    """F across is .2 of the weight of trust, .4 more without dialogue, .2 more on seeds that end in 1, never above 1.

    One forum where the sincerity is high, two where it is low.
    """
    f = 0.2 * record["utility_trust"] + (0.4 if record["dialogue_level"] == 0 else 0.0) + 0.2 * (seed % 10 == 1)
    scopes, marks = len(scenario.issues) + 1, np.arange(0, steps + 1, every)
    series = np.zeros((len(marks), scopes, len(MEASURES)))
    series[:, :, F_ACROSS] = min(f, 1.0)
    series[:, :, ENF] = 1.0 if record["sincerity_level"] == 0.8 else 2.0
    judged = np.zeros((steps + 1, scopes, 3))
    judged[:, :, 0] = judged[:, :, 1] = min(f, 1.0)
    judged[:, :, 2] = series[0, 0, ENF]
    return Outcome(marks, series, judged, empty_world(8, 3, 2), {}, record)


def expected_state(trust, level, sincerity):
    f = 0.2 * trust + (0.4 if level == 0 else 0.0)
    if f < 0.5:
        return "convergence" if sincerity == 0.8 else "polycentric"
    return "fragmentation" if f > 0.67 else "mixed"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return sweep(GIVEN, tmp_path_factory.mktemp("map") / "out", run=known).folder


def texts(figure):
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


def test_cells_have_the_shares_of_the_states_and_the_number_of_the_commonest(folder):
    results = load_results(folder)
    assert regime_factors(results) == Factors("dialogue_level", "utility_trust", "sincerity_level")
    figure = regime_map(results, "pooled")
    assert "n = 4 runs" in texts(figure)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Sincerity level 0.2", "Sincerity level 0.8"]
    for ax, sincerity in zip(figure.axes, (0.2, 0.8), strict=True):
        written = {tuple(round(v) for v in text.get_position()): text.get_text() for text in ax.texts}
        assert len(written) == 6
        said = {line for text in written.values() for line in text.split("\n") if not line.isdigit()}
        states = {expected_state(trust, level, sincerity) for trust in (1, 2, 3) for level in (0, 0.5)}
        assert said == states, "every state that is the commonest somewhere is named"
        own = results.runs[results.runs["sincerity_level"] == sincerity]
        for (j, i), text in written.items():
            cell = own[(own["dialogue_level"] == [0, 0.5][j]) & (own["utility_trust"] == [1, 2, 3][i])]
            assert text.split("\n")[-1] == str(cell["state_pooled"].value_counts().iloc[0])
            tiles = [p for p in ax.patches if abs(p.get_y() + 0.5 - i) < 1e-9 and j - 0.5 <= p.get_x() < j + 0.5]
            assert sum(p.get_width() for p in tiles) == pytest.approx(1.0)


def test_each_state_has_a_colour_and_a_hatch_of_its_own(folder):
    (legend,) = regime_map(load_results(folder), "civil").legends
    looks = [(patch.get_facecolor(), patch.get_hatch() or "") for patch in legend.get_patches()]
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["convergence", "polycentric", "mixed", "fragmentation"]
    assert len({colour for colour, _ in looks}) == len({hatch for _, hatch in looks}) == 4


def test_maps_are_drawn_of_grids_of_two_or_three_factors_alone(folder, tmp_path):
    drawn = [picture.path.stem for picture in draw_figures(folder, tmp_path / "figures", sheet=QUICK)]
    assert drawn[:4] == ["regime_map", "regime_map_civil", "regime_map_military", "design"]
    assert not [name for name in drawn[4:] if "map" in name]

    def factors(name, vary, **more):
        return regime_factors(load_results(sweep(GIVEN | {"vary": vary, **more}, tmp_path / name, run=known).folder))

    levels = {"dialogue.level": [0, 0.5]}
    assert factors("two", levels | {"utility.trust": [1, 2]}) == Factors("dialogue_level", "utility_trust", None)
    assert factors("one", levels) is None
    assert factors("switch", {"realist": [False, True], **levels}) is None
    drawn_at_random = {"design": {"kind": "lhs", "n": 6}}
    assert factors("lhs", {"dialogue.level": {"from": 0, "to": 1}, "utility.trust": [1, 2]}, **drawn_at_random) is None


def test_the_reading_says_where_the_states_change(folder):
    lines = reading(folder).splitlines()
    runs = load_results(folder).runs
    some = runs[(runs["sincerity_level"] == 0.8) & (runs["utility_trust"] == 2)]
    counts = [int((some[some["dialogue_level"] == level]["state_pooled"] == state).sum())
              for level, state in ((0, "fragmentation"), (0.5, "convergence"))]  # fmt: skip
    expected = f"    Utility trust 2: fragmentation {counts[0]} of 4 at 0, convergence {counts[1]} of 4 at 0.5"
    assert expected in lines[lines.index("  Sincerity level 0.8") :]


# --- twins --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twinned(tmp_path_factory):
    """Dialogue brings F across down by .4, where it is not above 1 without."""
    vary = {"utility.trust": [1, 3, 5], "dialogue.level": [0, 0.5, 1]}
    given = GIVEN | {"vary": vary, "twins": {"dialogue.level": 0}}
    return sweep(given, tmp_path_factory.mktemp("twins") / "out", run=known).folder


def test_shares_and_differences_of_twins(twinned):
    results = load_results(twinned)
    shares = verdict_shares(results, "twin")
    assert set(shares["dialogue_level"]) == {0.5, 1.0}, "silence is its own twin"
    found = shares[(shares["count"] > 0) & (shares["issue"] == "pooled")]
    by_trust = found.groupby("utility_trust")[["verdict", "count", "n"]].agg(lambda v: v.tolist()).to_dict("index")
    assert by_trust[1.0] == by_trust[3.0] == {"verdict": ["converges"] * 2, "count": [4] * 2, "n": [4] * 2}
    assert by_trust[5.0]["verdict"] == ["does nothing"] * 2
    means = twin_differences(results).set_index(["utility_trust", "dialogue_level", "issue"])["mean"]
    assert means.loc[(1.0, 0.5, "civil")] == pytest.approx(-0.4) and means.loc[(5.0, 1.0, "civil")] == 0.0


def test_twins_in_figures_report_and_reading(twinned, tmp_path):
    drawn = [picture.path.stem for picture in draw_figures(twinned, tmp_path, sheet=QUICK)]
    assert "verdict_twin" in drawn and "regime_map" in drawn
    page = report(twinned, tmp_path / "report", sheet=QUICK).read_text(encoding="utf-8")
    assert "Runs against their twins (dialogue level 0, same seed): mean difference" in page
    said = reading(twinned)
    assert "Runs against their twins (dialogue level 0, same seed):" in said
    low, high = said.split("Utility trust 1\n")[1], said.split("Utility trust 5\n")[1]
    assert "Civil use, at 1: converges 4 of 4" in low and "Military use, at 1: does nothing 4 of 4" in high


def test_extra_twins_are_in_no_figure_and_no_mean(tmp_path):
    vary = {"utility.trust": [1, 3], "dialogue.level": [0.5, 1]}
    with_extra = GIVEN | {"vary": vary, "twins": {"dialogue.level": 0, "sincerity.level": 0.8}}
    results = load_results(sweep(with_extra, tmp_path / "with", run=known).folder)
    without = load_results(sweep(GIVEN | {"vary": vary}, tmp_path / "without", run=known).folder)
    assert results.ends.equals(without.ends) and results.levels("dialogue_level") == [0.5, 1.0]
