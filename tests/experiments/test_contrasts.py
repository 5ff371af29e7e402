"""Contrasts: differences on common random numbers."""

import numpy as np
import pytest
from fake_runs import fails_at_full_level, fake_run, shared_noise
from scipy import stats

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.plans import make_plan

GIVEN = {
    "scenario": "two_blocs", "steps": 4, "replicates": 6, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0, 0.5, 1], "scenario.polarisation": [0.2, 0.8]},
    "record": {"series": ["fragmentation", "enf"], "every": 2},
    "contrasts": {"dialogue": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}},
}  # fmt: skip


def ends(results, measure="enf", issue="pooled"):
    """End values by replicate (rows) and point (columns)."""
    series = results.series[results.series["issue"] == issue].merge(results.runs[["run_id", "point", "replicate"]])
    return series.groupby(["replicate", "point"])[measure].mean().unstack()


def test_a_contrast_is_the_mean_difference_of_pairs(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fake_run)
    rows = results.contrasts.query("issue == 'pooled' and measure == 'enf'")
    assert rows[["point_from", "point_to"]].to_numpy().tolist() == [["p0001", "p0005"], ["p0002", "p0006"]]
    values = ends(results)
    for row in rows.itertuples():
        difference = (values[row.point_to] - values[row.point_from]).to_numpy()
        low, high = stats.t.interval(0.95, 5, difference.mean(), stats.sem(difference))
        assert (row.n, row.difference) == (6, pytest.approx(difference.mean(), rel=1e-6))
        assert (row.sd, row.ci_low, row.ci_high) == pytest.approx((difference.std(ddof=1), low, high), rel=1e-5)
        apart = values[row.point_to].var() + values[row.point_from].var()
        assert row.se_ratio == pytest.approx(np.sqrt(difference.var(ddof=1) / apart), rel=1e-6)


def test_shared_noise_cancels(tmp_path):
    """Runs whose noise depends on the seed alone: the difference is exact, and the ratio of errors is 0."""
    results = sweep(GIVEN, tmp_path / "out", run=shared_noise)
    rows = results.contrasts.query("measure == 'enf'")
    assert rows["difference"].to_numpy() == pytest.approx(1.0)
    assert rows["se_ratio"].to_numpy() == pytest.approx(0.0, abs=1e-7)


def test_pairs_with_a_failed_run_are_left_out(tmp_path):
    results = sweep(GIVEN, tmp_path / "out", run=fails_at_full_level)
    assert set(results.contrasts["n"]) == {0}
    assert results.contrasts["difference"].isna().all()


def test_parts_and_unset_can_be_compared():
    plan = make_plan({
        "scenario": "two_blocs", "steps": 4, "replicates": 1,
        "part": [{"name": "a", "vary": {"dialogue.track1": ["unset", 0.5]}},
                 {"name": "b", "vary": {"dialogue.track1": ["unset", 0.5]}}],
        "contrasts": {"parts": {"from": {"part": "a"}, "to": {"part": "b"}},
                      "track": {"from": {"dialogue.track1": "unset"}, "to": {"dialogue_track1": 0.5}}},
    })  # fmt: skip
    pairs = [[(low.name, high.name) for low, high in c.pairs(plan.points, plan.parts)] for c in plan.contrasts]
    assert pairs == [[("p0001", "p0003"), ("p0002", "p0004")], [("p0001", "p0002"), ("p0003", "p0004")]]


@pytest.mark.parametrize(
    ("contrast", "message"),
    [
        (3, "[contrasts.x]: found 3"),
        ({"from": {"dialogue.level": 0}}, "[contrasts.x] to: is missing"),
        ({"from": {"dialogue.level": 0}, "to": {"dialogue.level": 2}}, "found 2; allowed: 0.0, 0.5, 1.0"),
        ({"from": {"dialogue.level": 0}, "to": {"scenario.polarisation": 0.2}}, "name different things"),
        ({"from": {"founding.rate": 0}, "to": {"founding.rate": 1}}, "is not varied by the plan"),
        ({"from": {"part": "b"}, "to": {"part": "a"}}, "[contrasts.x] from, part"),
        ({"form": {}, "to": {}}, "did you mean 'from'"),
    ],
)
def test_mistakes(contrast, message):
    with pytest.raises(InputError) as caught:
        make_plan(GIVEN | {"contrasts": {"x": contrast}})
    assert message in str(caught.value)
