"""Reads the original data sets for a period of years: the states that voted in the UN, and what is known of them.

Every source covers its own years, and several come in two files. `ORIGINALS` says which file serves which years; a
period must lie within one file of every source. Values are means over the years of the period in which they are known;
where a file ends before the years that it serves, its last year stands for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from forumsim.core.errors import InputError, Problem
from state_formulas import pair_matrix
from state_sources import SAME


class Original(NamedTuple):
    """A file, the years that it serves, and what to download."""

    path: str
    first: int
    last: int
    what: str


_VOETEN = "Bailey, Strezhnev & Voeten, Harvard Dataverse LEJUQZ"
#: The files of each source, in the order of their years.
ORIGINALS: dict[str, tuple[Original, ...]] = {
    "ideal points": (Original("unga/unga_ideal_points_1946_2023.csv", 1946, 2023, f"ideal points: {_VOETEN}"),),
    "agreement": (
        Original("unga/unga_dyadic_agreement_nuclearcase_1946_1974.csv", 1946, 1975, f"roll calls: {_VOETEN}"),
        Original("unga/unga_dyadic_agreement_2015_2019_pooled.csv", 2015, 2023, f"roll calls: {_VOETEN}"),
    ),
    "capability": (Original("cow/cow_nmc_1930_2022.csv", 1930, 2022, "Correlates of War, NMC"),),
    "pacts": (
        Original("cow/atop_defence_pacts_1945_1975.csv", 1945, 1975, "ATOP 5.1 (Leeds et al.), years of defence pacts"),
        Original("cow/atop_alliances_latest_year.csv", 2015, 2023, "ATOP 5.1 (Leeds et al.), alliances of 2018"),
    ),
    "organisations": (
        Original("cow/cow_igo_v3_membership_spells.csv", 1816, 2014, "Correlates of War IGO v3, spells of membership"),
        Original("cow/cow_shared_igos_dyad_2014.csv", 2015, 2023, "Correlates of War IGO v3, pairs of 2014"),
    ),
    "rivalries": (Original("cow/tss_rivalries.csv", 1816, 2023, "Thompson, Sakuwa & Suhas, strategic rivalries"),),
    "democracy": (Original("vdem_gdp/democracy_1930_2025.csv", 1930, 2025, "V-Dem, polyarchy"),),
    "GDP": (Original("vdem_gdp/gdp_pop_1945_2019.csv", 1945, 2023, "Maddison Project; Penn World Table"),),
}
#: Last year of the sources of rivalries and of GDP; later years take what held then.
_RIVALRIES_END, _GDP_END = 2020, 2019
#: Democratic Yemen, which the sources put under the code of its northern neighbour.
_SOUTH_YEMEN = 680
#: Columns with codes or names of states; from this year on Yugoslavia is Serbia, as in ``state_sources``.
_CODES = ("iso3", "iso3c", "iso3_a", "iso3_b", "a", "b")
_NO_MORE_YUGOSLAVIA = 1992


def files_for(first: int, last: int) -> dict[str, Original]:
    """The file of each source that serves all years from ``first`` to ``last``.

    Raises
    ------
    InputError
        Naming every source that has none, with its years.
    """
    if last < first:
        raise InputError([Problem("--to", f"found {last}", f"a year from {first} on, which --year names")])
    chosen: dict[str, Original] = {}
    problems = []
    for source, originals in ORIGINALS.items():
        fitting = [each for each in originals if each.first <= first and last <= each.last]
        if fitting:
            chosen[source] = fitting[0]
        else:
            years = " or ".join(f"{each.first} to {each.last}" for each in originals)
            what = f"no file on {source} serves {first}" + (f" to {last}" if last > first else "")
            problems.append(Problem("--year", what, f"within {years}"))
    if problems:
        raise InputError(problems, "the state table of these years cannot be made")
    return chosen


class Period:
    """The original data sets of a folder, for the years from ``first`` to ``last``.

    Parameters
    ----------
    folder : path
        Holds the files of `ORIGINALS` that serve these years.
    first, last : int

    Attributes
    ----------
    states : list of str
        ISO 3166-1 alpha-3 codes (of the time: CSK, DDR, YUG) of those that voted in the period, in alphabetical order.
    names : dict
        Their names.

    Raises
    ------
    InputError
        If a source does not serve these years, or naming every file that is missing, with what to download.
    """

    def __init__(self, folder: str | Path, first: int, last: int) -> None:
        self.folder, self.first, self.last = Path(folder), first, last
        self.files = files_for(first, last)
        missing = [
            Problem(str(self.folder / each.path), "no such file", hint=f"download {each.what}")
            for each in self.files.values()
            if not (self.folder / each.path).is_file()
        ]
        if missing:
            raise InputError(missing, f"{len(missing)} of the {len(self.files)} original data sets are missing")
        self._ideal = self._in_period(self._read("ideal points"))
        self.states: list[str] = sorted(set(self._ideal["iso3c"]))
        latest = self._ideal.sort_values("year").groupby("iso3c")["Countryname"].last()
        self.names = {str(code): str(name) for code, name in latest.items()}

    def ideal_points(self) -> pd.Series:
        """Mean ideal point: high is the West."""
        return self._mean(self._ideal, "iso3c", "ideal_point")

    def capability(self) -> pd.Series:
        """Mean CINC: share of the world's material capability."""
        return self._mean(self._in_period(self._read("capability")), "iso3", "cinc")

    def energy_per_head(self) -> pd.Series:
        """Mean primary energy consumption per head, tons of coal equivalent (NMC: pec / tpop)."""
        frame = self._in_period(self._read("capability"))
        return self._mean(frame.assign(energy=frame["pec"] / frame["tpop"]), "iso3", "energy")

    def polyarchy(self) -> pd.Series:
        """Mean polyarchy."""
        return self._mean(self._in_period(self._read("democracy")), "iso3", "v2x_polyarchy")

    def gdp(self) -> pd.Series:
        """Mean GDP, millions of international dollars (Penn World Table)."""
        return self._mean(self._in_period(self._read("GDP"), _GDP_END), "iso3", "pwtrgdp")

    def gdp_per_head(self) -> pd.Series:
        """Mean GDP per head, international dollars (Maddison Project)."""
        return self._mean(self._in_period(self._read("GDP"), _GDP_END), "iso3", "mrgdppc")

    def agreement(self) -> np.ndarray:
        """Mean voting agreement of each pair, by years weighted with their votes (N, N); NaN where none is known."""
        frame = self._read("agreement")
        if "year" in frame:
            frame = self._in_period(frame, int(frame["year"].max()))
            codes = {name: code for code, name in self.names.items()}
            frame = frame.assign(a=frame["a"].map(codes), b=frame["b"].map(codes))
        frame = frame.assign(weighted=frame["agree_lijphart"] * frame["n_votes"])
        sums = frame.groupby(["a", "b"], as_index=False)[["weighted", "n_votes"]].sum()
        return self._matrix(zip(sums["a"], sums["b"], sums["weighted"] / sums["n_votes"], strict=True), np.nan)

    def pacts(self) -> np.ndarray:
        """Share of the years of the period with a defence pact, for each pair (N, N)."""
        frame = self._read("pacts")
        if "min" in frame:
            return self._share_of_years(frame["iso3_a"], frame["iso3_b"], frame["min"], frame["max"])
        frame = frame[frame["atop_defense"] == 1]
        return self._matrix(((a, b, 1.0) for a, b in zip(frame["iso3_a"], frame["iso3_b"], strict=True)), 0.0)

    def rivalries(self) -> np.ndarray:
        """Share of the years of the period with a strategic rivalry, for each pair (N, N)."""
        frame = self._read("rivalries")
        codes = self._read("capability").drop_duplicates("ccode").set_index("ccode")["iso3"]
        lasting = frame["end"].where(frame["end"] < _RIVALRIES_END, np.inf)
        return self._share_of_years(frame["ccode1"].map(codes), frame["ccode2"].map(codes), frame["start"], lasting)

    def shared_organisations(self) -> np.ndarray:
        """Number of organisations of which both are full members, for each pair (N, N).

        The mean is over the years of the period in which both are in any.
        """
        frame = self._read("organisations")
        if "dyadigos" in frame:
            return self._matrix(zip(frame["iso3_a"], frame["iso3_b"], frame["dyadigos"], strict=True), 0.0)
        frame = frame[frame["iso3"].isin(self.states)]
        rows, columns = pd.Index(self.states).get_indexer(pd.Index(frame["iso3"])), pd.factorize(frame["igo"])[0]
        shared = np.zeros((len(self.states), len(self.states)))
        years = np.zeros_like(shared)
        for year in self._years():
            now = ((frame["start"] <= year) & (year <= frame["end"])).to_numpy()
            member = np.zeros((len(self.states), int(columns.max()) + 1))
            member[rows[now], columns[now]] = 1.0
            there = member.any(axis=1)
            shared += member @ member.T
            years += np.outer(there, there)
        np.fill_diagonal(shared, 0.0)
        return shared / np.maximum(years, 1.0)

    def members_of_system(self, year: int) -> set[str]:
        """Codes of the states that were members of the state system in a year, by the Correlates of War."""
        frame = self._read("capability")
        return set(frame.loc[frame["year"] == year, "iso3"])

    def _years(self) -> range:
        return range(self.first, self.last + 1)

    def _read(self, source: str) -> pd.DataFrame:
        frame = pd.read_csv(self.folder / self.files[source].path)
        for column in [name for name in _CODES if name in frame]:
            if self.first >= _NO_MORE_YUGOSLAVIA:
                frame[column] = frame[column].replace(SAME)
            if "ccode" in frame:
                frame.loc[frame["ccode"] == _SOUTH_YEMEN, column] = "YMD"
        return frame

    def _in_period(self, frame: pd.DataFrame, end: int | None = None) -> pd.DataFrame:
        """Rows of the period's years; where the source ends before it begins, those of its last year."""
        first, last = self.first, self.last
        if end is not None:
            first, last = min(first, end), min(last, end)
        return frame[frame["year"].between(first, last)]

    def _mean(self, frame: pd.DataFrame, code: str, column: str) -> pd.Series:
        return frame.groupby(code)[column].mean().reindex(self.states)

    def _share_of_years(self, a: pd.Series, b: pd.Series, start: pd.Series, end: pd.Series) -> np.ndarray:
        """Share of the period's years within any of a pair's spells."""
        held: dict[tuple[str, str], set[int]] = {}
        for one, other, since, until in zip(a, b, start, end, strict=True):
            years = {year for year in self._years() if since <= year <= until}
            held.setdefault((min(str(one), str(other)), max(str(one), str(other))), set()).update(years)
        return self._matrix(((one, other, len(v) / len(self._years())) for (one, other), v in held.items()), 0.0)

    def _matrix(self, pairs: Iterable[tuple[str, str, float]], empty: float) -> np.ndarray:
        return pair_matrix(self.states, pairs, empty)
