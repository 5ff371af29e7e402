"""Landscapes to try: the UNIX standards of 1988, Europe 1936-39 (reconstructed), random ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.studies.verification.landscape_energy import Floats

DATA = Path(__file__).resolve().parent / "data"

#: Years for which there are data on Europe, and the reconstruction of propensities that belongs to them.
EUROPE = {1936: "1936_37", 1937: "1936_37", 1938: "1938_39", 1939: "1938_39"}


@dataclass(frozen=True)
class Landscape:
    """Actors with their sizes and propensities, and which side they took in fact."""

    names: tuple[str, ...]
    sizes: Floats  #: (n,), > 0
    propensity: Floats  #: (n, n), symmetric
    history: tuple[str, ...] = ()  #: label of the side taken, where there is a history

    def of(self, *labels: str) -> frozenset[str]:
        """Names of those who in history were on a side of one of these labels."""
        return frozenset(name for name, side in zip(self.names, self.history, strict=True) if side in labels)


def _table(name: str) -> pd.DataFrame:
    """A table of this package as text, without the remarks on its source."""
    return pd.read_csv(DATA / name, comment="#", keep_default_na=False, dtype=str)


def unix_1988(between: float = 0.0, within: float = -1.0) -> Landscape:
    """Nine firms that chose between two alliances for a UNIX standard.

    Parameters
    ----------
    between, within : float
        Propensity of firms of different and of the same type, specialists (S) or generalists (G): close rivals repel.

    References
    ----------
    Axelrod & Bennett 1993; Axelrod et al. 1995 (sizes and types).
    """
    table = _table("unix_1988.csv")
    names, sizes, types, history = (tuple(table[column]) for column in table.columns[:4])
    alike = np.array(types)[:, None] == np.array(types)[None, :]
    propensity = np.where(alike, within, between).astype(float)
    np.fill_diagonal(propensity, 0.0)
    return Landscape(names, np.array(sizes, dtype=float), propensity, history)


def europe(year: int) -> Landscape:
    """Seventeen European states of 1936 to 1939, with *reconstructed* propensities.

    The paper prints no matrix: what comes of this one is consistent with the paper or not, it replicates nothing.
    """
    table, propensity = _table("europe_sizes.csv"), _table(f"europe_propensity_{EUROPE[year]}.csv")
    names = tuple(table.iloc[:, 0])
    if tuple(propensity.columns) != names:
        raise ValueError("the tables of Europe list the states in different orders")
    sizes = np.array(table[f"size_{year}"], dtype=float)
    return Landscape(names, sizes, propensity.astype(float).to_numpy(), tuple(table["side"]))


def random_landscape(actors: int, seed: int = 1) -> Landscape:
    """Sizes from a gamma distribution of shape 2, propensities uniform between -1 and 1."""
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.uniform(-1, 1, (actors, actors)), 1)
    return Landscape(tuple(f"A{i}" for i in range(actors)), rng.gamma(2.0, size=actors), upper + upper.T)
