"""The state table of a year or a period, from the original data sets: one row a state, one row a pair of states.

``states.csv`` has the values as they are in the sources, an empty cell where nothing is known. ``pairs.csv`` has what
structural trust is made of, and the trust itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from period_sources import Period
from state_formulas import cell, structural_trust

#: Decimals of each column.
_STATE_DIGITS = {"ideal_point": 4, "power": 6, "polyarchy": 4, "gdp": 0, "gdp_per_head": 0, "energy_per_head": 4}
_PAIR_DIGITS = {"agreement": 4, "pact": 4, "organisations": 2, "rivalry": 4, "trust": 4}


def agreement_with_line(agreement: np.ndarray, ideal: np.ndarray) -> np.ndarray:
    """Voting agreement with its gaps filled from the least-squares line on the distance of ideal points (N, N).

    Filled values are kept within the known range. The diagonal is NaN.
    """
    distance = np.abs(ideal[:, None] - ideal[None, :])
    known = np.isfinite(agreement)
    np.fill_diagonal(known, False)
    slope, level = np.polyfit(distance[known], agreement[known], 1)
    line = np.clip(level + slope * distance, agreement[known].min(), agreement[known].max())
    filled = np.where(known, agreement, line)
    np.fill_diagonal(filled, np.nan)
    return filled


def period_trust(period: Period, states: list[str]) -> np.ndarray:
    """Structural trust of some states of a period (N, N); gaps of the agreement are filled from the line."""
    at = np.ix_(*[[period.states.index(state) for state in states]] * 2)
    ideal = period.ideal_points()[states].to_numpy(dtype=float)
    agreement = agreement_with_line(period.agreement()[at], ideal)
    return structural_trust(agreement, period.pacts()[at], period.shared_organisations()[at], period.rivalries()[at])


def period_tables(period: Period) -> dict[str, pd.DataFrame]:
    """The tables ``states`` and ``pairs`` of a period, as they are written."""
    capability = period.capability()
    columns = {
        "ideal_point": period.ideal_points(),
        "power": capability / capability.sum(),
        "polyarchy": period.polyarchy(),
        "gdp": period.gdp(),
        "gdp_per_head": period.gdp_per_head(),
        "energy_per_head": period.energy_per_head(),
    }
    states = pd.DataFrame({"id": period.states, "name": [period.names[state] for state in period.states]})
    for name, values in columns.items():
        states[name] = [cell(value, _STATE_DIGITS[name]) for value in values]

    first, second = np.triu_indices(len(period.states), 1)
    matrices = {
        "agreement": period.agreement(),
        "pact": period.pacts(),
        "organisations": period.shared_organisations(),
        "rivalry": period.rivalries(),
        "trust": period_trust(period, period.states),
    }
    pairs = pd.DataFrame({"a": [period.states[i] for i in first], "b": [period.states[j] for j in second]})
    for name, matrix in matrices.items():
        pairs[name] = [cell(value, _PAIR_DIGITS[name]) for value in matrix[first, second]]
    return {"states": states, "pairs": pairs}
