"""How good a forecast of who is in was: area under the ROC curve and Brier score, with intervals over states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forumsim.core.world import Bools, Floats
from forumsim.plans.statistics import COVERAGE

#: Draws of the bootstrap, and the seed of its generator.
DRAWS, BOOTSTRAP_SEED = 1000, 20240930


def auc(forecast: Floats, member: Bools) -> float:
    """Chance that a member drawn at random was given more than an outsider drawn at random (ties count half).

    It is U / (n1 n0) with the U of Mann & Whitney (1947), and the area under the ROC curve (Hanley & McNeil 1982).

    Parameters
    ----------
    forecast : float array (n,)
        Only its order matters.
    member : bool array (n,)

    Returns
    -------
    float
        0 .. 1; NaN without members or without outsiders.
    """
    return float(auc_draws(forecast, member, np.ones((1, len(forecast))))[0])


def brier(forecast: Floats, member: Bools) -> float:
    """Mean squared difference of a forecast chance and what came about (Brier 1950): 0 best, 1 worst."""
    return float(np.mean((forecast - member) ** 2))


def auc_draws(forecast: Floats, member: Bools, counts: NDArray[np.floating]) -> Floats:
    """`auc` of resampled observations: row b of ``counts`` (B, n) says how often each one was drawn.

    Returns
    -------
    float array (B,)
        NaN for a draw without members or without outsiders.
    """
    inside, outside = forecast[member][:, None], forecast[~member][None, :]
    above = (inside > outside) + 0.5 * (inside == outside)
    ours, theirs = counts[:, member], counts[:, ~member]
    pairs = ours.sum(axis=1) * theirs.sum(axis=1)
    won = ((ours @ above) * theirs).sum(axis=1)
    return np.divide(won, pairs, out=np.full(len(counts), np.nan), where=pairs > 0)


def brier_draws(forecast: Floats, member: Bools, counts: NDArray[np.floating]) -> Floats:
    """`brier` of resampled observations, NaN for a draw without any."""
    return mean_draws((forecast - member) ** 2, counts)


def mean_draws(values: Floats, counts: NDArray[np.floating]) -> Floats:
    """Means of resampled values, NaN for a draw without any."""
    total = counts.sum(axis=1)
    return np.divide(counts @ values, total, out=np.full(len(counts), np.nan), where=total > 0)


def resampled(units: int, draws: int = DRAWS, seed: int = BOOTSTRAP_SEED) -> Floats:
    """Counts (draws, units) of a bootstrap: each row draws as many units, with replacement, as there are."""
    generator = np.random.default_rng(seed)
    return generator.multinomial(units, np.full(units, 1.0 / units), size=draws).astype(float)


def percentiles(values: Floats) -> tuple[float, float]:
    """Percentile interval of bootstrap draws, those that are not defined (NaN) left out."""
    known = values[~np.isnan(values)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.quantile(known, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(low), float(high)
