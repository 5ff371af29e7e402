"""The state table of the scenario ``nuclear``, from the original data sets of 1946 to 1975.

The formulas are those of the scenario's README.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.scenarios.loader import SHIPPED
from period_sources import Period
from period_table import period_trust
from state_formulas import cell, from_line, phi, rounded_power, standardise

FOLDER = SHIPPED / "nuclear"
FIRST, LAST = 1946, 1975
#: States of the system by this year are actors; those that became independent later are left out.
SYSTEM_OF = 1957
MAJORS = ("RUS", "USA")
#: Years with a defence pact with a major from which a state that votes on its side belongs to its bloc.
ALLIED_YEARS = 10
#: Priors, those of ai_governance: inclination to genuine talk, of the majors and China and of all others; reputation.
SINCERITY_OF_POWERS, SINCERITY, REPUTATION = 0.5, 0.7, 0.6


def state_frame(period: Period, states: list[str]) -> pd.DataFrame:
    """The columns of the states, unrounded."""
    ideal = period.ideal_points()[states]
    capability = period.capability()[states]
    size = from_line(np.log(period.gdp()[states]), np.log(capability))
    wealth = from_line(np.log(period.gdp_per_head()[states]), size)
    energy = np.log1p(period.energy_per_head()[states])

    frame = pd.DataFrame({"id": states, "name": [period.names[state] for state in states]}, index=states)
    frame["role"] = "state"
    frame.loc[list(MAJORS), "role"] = "major"
    frame["bloc"] = blocs(period, states, ideal)
    frame["power"] = rounded_power(capability / capability.sum())
    frame["sincerity"] = SINCERITY
    frame.loc[[*MAJORS, "CHN"], "sincerity"] = SINCERITY_OF_POWERS
    frame["capacity"] = np.exp(0.6 * standardise(standardise(size) + 0.5 * standardise(wealth)))
    frame["reputation"] = REPUTATION
    frame["position_control"] = phi(standardise(ideal))
    frame["position_peaceful"] = phi(standardise(energy))
    return frame


def blocs(period: Period, states: list[str], ideal: pd.Series) -> pd.Series:
    """Label of each state: an ally of a major for `ALLIED_YEARS` that votes on its side, or of neither."""
    years = pd.DataFrame(period.pacts() * (LAST - FIRST + 1), index=period.states, columns=period.states).loc[states]
    allied = {major: (years[major].to_numpy() >= ALLIED_YEARS - 1e-9) for major in MAJORS}
    side = ideal.to_numpy()
    west = (allied["USA"] & (side > 0.0)) | (ideal.index == "USA")
    east = (allied["RUS"] & (side < 0.0)) | (ideal.index == "RUS")
    return pd.Series(np.where(west, "west", np.where(east, "east", "nonaligned")), index=states)


def build(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The tables ``actors`` and ``trust`` from the originals in ``folder``.

    Raises
    ------
    InputError
        Naming every original that is missing.
    """
    period = Period(folder, FIRST, LAST)
    system = period.members_of_system(SYSTEM_OF)
    states = [state for state in period.states if state in system]
    frame = state_frame(period, states)
    digits = {column: 6 if column == "power" else 4 for column in frame}
    actors = pd.DataFrame({column: [cell(value, digits[column]) for value in frame[column]] for column in frame})

    trust = period_trust(period, states)
    first, second = np.triu_indices(len(states), 1)
    pairs = pd.DataFrame({"a": [states[i] for i in first], "b": [states[j] for j in second]})
    pairs["trust"] = [cell(value, 4) for value in trust[first, second]]
    return {"actors": actors, "trust": pairs}
