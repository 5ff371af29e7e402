"""Reads the original data sets behind the state table of ``ai_governance`` (a user downloads them; see the README).

Every reader gives a pandas object indexed by ISO 3166-1 alpha-3 codes of the 193 members of the United Nations, in
alphabetical order. Averages are over the years named; a state without a value in them gets its nearest earlier year.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError, Problem
from state_formulas import pair_matrix

#: The originals by short name: path under the data folder, and what to download.
ORIGINALS: dict[str, tuple[str, str]] = {
    "ideal": ("unga/unga_ideal_points_1946_2023.csv", "Bailey, Strezhnev & Voeten ideal points, Dataverse LEJUQZ"),
    "nuclear": ("unga/unga_ideal_points_nuclear_issue.csv", "the same on nuclear votes, Dataverse LEJUQZ"),
    "agreement": ("unga/unga_dyadic_agreement_2015_2019_pooled.csv", "pairwise agreement from UN roll calls 2015-19"),
    "cinc": ("cow/cow_nmc_1930_2022.csv", "Correlates of War, National Material Capabilities 7"),
    "alliances": ("cow/atop_alliances_latest_year.csv", "ATOP 5.1 (Leeds et al.)"),
    "igos": ("cow/cow_shared_igos_dyad_2014.csv", "Correlates of War IGO v3 (Pevehouse et al. 2020)"),
    "rivalries": ("cow/tss_rivalries.csv", "Thompson, Sakuwa & Suhas, strategic rivalries"),
    "democracy": ("vdem_gdp/democracy_1930_2025.csv", "V-Dem polyarchy and extended Unified Democracy Scores"),
    "gdp": ("vdem_gdp/gdp_pop_1945_2019.csv", "Maddison GDP per head, Penn World Table GDP"),
    "models": ("ai_capability/epoch_notable_models_by_country_year.csv", "Epoch AI, notable models"),
}

#: The code of today of each state that a source carries under another code, or a name.
SAME = {"YUG": "SRB", "Yugoslavia": "SRB"}

#: Names as the UN uses them where the source has older or shorter ones.
NAMES = {
    "CPV": "Cabo Verde", "SRB": "Serbia", "MKD": "North Macedonia", "SWZ": "Eswatini", "TUR": "Türkiye",
    "CZE": "Czechia", "CIV": "Côte d'Ivoire", "MMR": "Myanmar", "COD": "DR Congo", "COG": "Congo",
    "KOR": "Republic of Korea", "PRK": "DPR Korea", "TLS": "Timor-Leste", "VNM": "Viet Nam",
}  # fmt: skip

#: Countries of the Epoch table that are members of the UN, or part of one (Hong Kong); the rest is left out.
MODEL_COUNTRIES = {
    "Argentina": "ARG", "Australia": "AUS", "Austria": "AUT", "Belgium": "BEL", "Brazil": "BRA", "Canada": "CAN",
    "China": "CHN", "Czechia": "CZE", "Denmark": "DNK", "Finland": "FIN", "France": "FRA", "Germany": "DEU",
    "Greece": "GRC", "Hong Kong": "CHN", "Hungary": "HUN", "India": "IND", "Iran (Islamic Republic of)": "IRN",
    "Ireland": "IRL", "Israel": "ISR", "Italy": "ITA", "Japan": "JPN", "Korea (Republic of)": "KOR",
    "Netherlands": "NLD", "Norway": "NOR", "Poland": "POL", "Portugal": "PRT", "Russia": "RUS",
    "Saudi Arabia": "SAU", "Singapore": "SGP", "Spain": "ESP", "Sweden": "SWE", "Switzerland": "CHE",
    "United Arab Emirates": "ARE", "United Kingdom of Great Britain and Northern Ireland": "GBR",
    "United States of America": "USA", "Viet Nam": "VNM",
}  # fmt: skip


class Originals:
    """The original data sets of a folder.

    Parameters
    ----------
    folder : path
        Holds the files of `ORIGINALS`.

    Raises
    ------
    InputError
        Naming every file that is missing, with what to download.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        missing = [
            Problem(str(self.folder / path), "no such file", hint=f"download {what}")
            for path, what in ORIGINALS.values()
            if not (self.folder / path).is_file()
        ]
        if missing:
            raise InputError(missing, f"{len(missing)} of the {len(ORIGINALS)} original data sets are missing")
        ideal = self._read("ideal")
        ideal = ideal[ideal["year"].between(2015, 2023)]
        self.states: list[str] = sorted(set(ideal["iso3c"]))
        self.names = ideal.sort_values("year").groupby("iso3c")["Countryname"].last().to_dict() | NAMES

    def _read(self, name: str) -> pd.DataFrame:
        frame = pd.read_csv(self.folder / ORIGINALS[name][0])
        for column in ("iso3", "iso3c", "iso3_a", "iso3_b", "a", "b"):
            if column in frame:
                frame[column] = frame[column].replace(SAME)
        return frame

    def mean(self, name: str, code: str, column: str, first: int, last: int) -> pd.Series:
        """Mean of a column over the years ``first`` to ``last`` by state (NaN where it has none)."""
        frame = self._read(name)
        chosen = frame[frame["year"].between(first, last)]
        return chosen.groupby(code)[column].mean().reindex(self.states)

    def latest(self, name: str, column: str, last: int) -> pd.Series:
        """The last known value of a column up to the year ``last`` by state."""
        frame = self._read(name).dropna(subset=[column])
        chosen = frame[frame["year"] <= last].sort_values("year")
        return chosen.groupby("iso3")[column].last().reindex(self.states)

    def notable_models(self, first: int = 2018, last: int = 2023) -> pd.Series:
        """Number of notable AI models by state."""
        frame = self._read("models")
        frame = frame[frame["year"].between(first, last)].assign(iso3=frame["country"].map(MODEL_COUNTRIES))
        return frame.groupby("iso3")["n_notable_models"].sum().reindex(self.states).fillna(0.0)

    def agreement(self) -> np.ndarray:
        """Voting agreement of each pair, 2015-19 (N, N), the diagonal NaN."""
        frame = self._read("agreement")
        return self._matrix(zip(frame["a"], frame["b"], frame["agree_lijphart"], strict=True), np.nan)

    def shared_igos(self) -> np.ndarray:
        """Number of intergovernmental organisations that each pair shared in 2014 (N, N)."""
        frame = self._read("igos")
        return self._matrix(zip(frame["iso3_a"], frame["iso3_b"], frame["dyadigos"], strict=True), 0.0)

    def defence_pacts(self) -> np.ndarray:
        """1 for pairs with a defence pact in 2018 (N, N)."""
        frame = self._read("alliances")
        frame = frame[frame["atop_defense"] == 1]
        return self._matrix(((a, b, 1.0) for a, b in zip(frame["iso3_a"], frame["iso3_b"], strict=True)), 0.0)

    def rivalries(self, since: int = 2020) -> np.ndarray:
        """1 for pairs with a strategic rivalry that had not ended by ``since``, the last year of the source (N, N)."""
        frame = self._read("rivalries")
        frame = frame[frame["end"] >= since]
        codes = self._read("cinc").drop_duplicates("ccode").set_index("ccode")["iso3"]
        pairs = zip(frame["ccode1"].map(codes), frame["ccode2"].map(codes), strict=True)
        return self._matrix(((a, b, 1.0) for a, b in pairs), 0.0)

    def _matrix(self, pairs: Iterable[tuple[str, str, float]], empty: float) -> np.ndarray:
        return pair_matrix(self.states, pairs, empty)
