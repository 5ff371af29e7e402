"""The loss by hand, its standard error by simulation."""

import numpy as np
import pytest

from forumsim.studies.calibration import Target, fit

ONE = Target("enf", "pooled", None, 2.0, 0.5)
TWO = Target("coverage", "civil", 4, 0.3, 0.1)


def test_loss_is_the_mean_squared_distance_in_tolerances():
    values = np.array([[2.0, 0.4], [3.0, 0.6]])  # means 2.5 and .5: off by 1 and 2 tolerances
    found = fit(values, (ONE, TWO), 100.0)
    assert found.off == pytest.approx([1.0, 2.0])
    assert found.loss == pytest.approx(2.5)
    assert (found.n.tolist(), found.missing) == ([2, 2], 0.0)
    assert found.sd == pytest.approx([0.5**0.5, 0.02**0.5])
    assert found.high - found.mean == pytest.approx(12.7062047 * found.sd / 2**0.5)  # t with one degree of freedom
    assert found.noise == pytest.approx((0.25 / 0.25 + 0.01 / 0.01) / 2)  # squared standard errors, in tolerances


def test_missing_values_cost_their_share_of_the_penalty():
    values = np.array([[2.5, np.nan], [2.5, 0.3], [2.5, np.nan], [2.5, 0.3]])
    assert fit(values, (ONE, TWO), 100.0).loss == pytest.approx((1.0 + 0.0 + 50.0) / 2)
    gone = fit(np.full((4, 2), np.nan), (ONE, TWO), 100.0)
    assert (gone.loss, gone.missing) == (100.0, 1.0)
    assert np.isnan(gone.off).all() and gone.se == 0.0


def test_one_run_has_no_standard_error():
    found = fit(np.array([[2.5, 0.3]]), (ONE, TWO), 100.0)
    assert found.loss == pytest.approx(0.5)
    assert np.isnan([found.se, found.noise, found.low[0]]).all()


def test_standard_error_is_that_of_repeated_losses():
    """800 times the loss of 25 runs, correlated targets: its spread against the mean jackknife error."""
    rng = np.random.default_rng(5)
    losses, errors = [], []
    for _ in range(800):
        base = rng.normal(size=25)
        values = np.column_stack([2.4 + 0.5 * base, 0.36 + 0.1 * base + 0.05 * rng.normal(size=25)])
        found = fit(values, (ONE, TWO), 100.0)
        losses.append(found.loss)
        errors.append(found.se)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(losses), rel=0.1)


def test_noise_is_what_the_loss_of_the_truth_is_on_average():
    """Means of 16 runs around targets that are exactly right."""
    rng = np.random.default_rng(6)
    found = [
        fit(np.column_stack([rng.normal(2, 1, 16), rng.normal(0.3, 0.1, 16)]), (ONE, TWO), 100.0) for _ in range(800)
    ]
    exact = ((1 / 16) / 0.25 + (0.01 / 16) / 0.01) / 2
    assert np.mean([f.noise for f in found]) == pytest.approx(exact, rel=0.05)
    assert np.mean([f.loss for f in found]) == pytest.approx(exact, rel=0.05)
