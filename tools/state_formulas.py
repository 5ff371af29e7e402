"""Formulas that state tables share: gaps filled from a line, structural trust, cells as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

_NORMAL = NormalDist()
#: Distribution function of the standard normal, and its inverse.
phi = np.vectorize(_NORMAL.cdf, otypes=[float])
quantile = np.vectorize(_NORMAL.inv_cdf, otypes=[float])


def standardise(values: pd.Series) -> pd.Series:
    """Values less their mean, over their standard deviation (population form)."""
    return (values - values.mean()) / values.std(ddof=0)


def from_line(known: pd.Series, proxy: pd.Series) -> pd.Series:
    """``known`` with its gaps filled from the least-squares line on ``proxy``, kept within the known range."""
    both = known.notna() & proxy.notna()
    slope, level = np.polyfit(proxy[both], known[both], 1)
    return known.fillna((level + slope * proxy).clip(known.min(), known.max()))


def double_centred(matrix: np.ndarray) -> np.ndarray:
    """Off-diagonal entries less both row means plus the grand mean, in units of their standard deviation.

    Takes out how agreeable (or how organised) each of the two is in general; what is left is particular to the pair.
    """
    pairs = matrix.copy()
    np.fill_diagonal(pairs, np.nan)
    rows = np.nanmean(pairs, axis=1)
    centred = pairs - rows[:, None] - rows[None, :] + np.nanmean(pairs)
    return centred / np.nanstd(centred)


def structural_trust(
    agreement: np.ndarray, pacts: np.ndarray, organisations: np.ndarray, rivalries: np.ndarray
) -> np.ndarray:
    """Structural trust T* of each pair of states (N, N), symmetric, the diagonal 1.

    q = agreement + .7 pact + .5 igos - rivalry, agreement and log(1 + shared organisations) double-centred; then
    T* = Phi(.7 invPhi(clip(Phi(q / 1.118), .05, .95))), 1.118 being the spread of agreement + .5 igos.

    Parameters
    ----------
    agreement : (N, N)
        In votes, 0 to 1; the diagonal is not read.
    pacts, rivalries : (N, N)
        1 for a pair that has one, or the share of time for which it has.
    organisations : (N, N)
        Number that each pair shares.
    """
    q = double_centred(agreement) + 0.7 * pacts + 0.5 * double_centred(np.log1p(organisations)) - rivalries
    np.fill_diagonal(q, 0.0)
    trust = phi(0.7 * quantile(np.clip(phi(q / 1.118), 0.05, 0.95)))
    np.fill_diagonal(trust, 1.0)
    return trust


def rounded_power(power: pd.Series) -> pd.Series:
    """Power to six decimals; the rounding error goes to the largest, so that the written values sum to 1."""
    written = power.to_numpy().round(6)
    written[written.argmax()] += 1.0 - written.sum()
    return pd.Series(written.round(6), index=power.index)


def cell(value: Any, digits: int) -> str:
    """A table cell: numbers rounded and without trailing zeros, missing ones empty."""
    if isinstance(value, str):
        return value
    number = round(float(value), digits) + 0.0
    return "" if np.isnan(number) else f"{number:.{digits}f}".rstrip("0").rstrip(".")


def pair_matrix(states: Sequence[str], pairs: Iterable[tuple[str, str, float]], empty: float) -> np.ndarray:
    """Symmetric matrix of what is known of pairs of states (N, N), ``empty`` elsewhere; other states are left out."""
    place = {state: i for i, state in enumerate(states)}
    matrix = np.full((len(place), len(place)), empty)
    for a, b, value in pairs:
        if a in place and b in place and a != b:
            matrix[place[a], place[b]] = matrix[place[b], place[a]] = value
    return matrix
