"""A metamodel of a design over many factors: a polynomial through the means of the points, with its cross-validation.

It says what each factor does on average over the others where no two points differ in one factor alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from forumsim.analysis.axes import assign_roles, is_grid, is_numeric, recorded
from forumsim.plans.statistics import COVERAGE
from forumsim.results.folder import ResultTables
from forumsim.results.kept import kept

Array = NDArray[np.float64]
#: Share of the variance between points left out that a fit must predict, to be read.
READABLE = 0.5
#: Points for each coefficient at least.
POINTS = 2.0
#: Kinds of polynomial, the simplest first: with squares, with products of two factors.
KINDS = {"linear": (False, False), "with squares": (True, False), "quadratic": (True, True)}
#: Places of a curve.
PLACES = 25


@dataclass(frozen=True)
class Factors:
    """The factors of a design as numbers: those on a scale from -1 to 1 over their range, others as 0 or 1 per level.

    Attributes
    ----------
    names : tuple of str
        Varied columns.
    levels : dict
        Of each factor that is no number on a scale, all its levels; the first one is the base.
    ranges : dict
        Lowest and highest value of each of the others.
    bent : frozenset of str
        Those of the others with three values or more, which may have a square.
    """

    names: tuple[str, ...]
    levels: dict[str, list[Any]]
    ranges: dict[str, tuple[float, float]]
    bent: frozenset[str]

    def coded(self, name: str, values: pd.Series[Any]) -> Array:
        """Columns (values, 1), or one for each level but the first."""
        if name in self.levels:
            return np.column_stack([(values == level).to_numpy(dtype=float) for level in self.levels[name][1:]])
        low, high = self.ranges[name]
        return ((2.0 * values.to_numpy(dtype=float) - low - high) / (high - low))[:, None]

    def matrix(self, table: pd.DataFrame, kind: str) -> Array:
        """The terms of a polynomial at the settings of a table, (rows, coefficients)."""
        squares, products = KINDS[kind]
        blocks = {name: self.coded(name, table[name]) for name in self.names}
        terms = [np.ones((len(table), 1)), *blocks.values()]
        if squares:
            terms += [blocks[name] ** 2 for name in self.names if name in self.bent]
        if products:
            terms += [
                (one[:, :, None] * two[:, None, :]).reshape(len(table), -1)
                for one, two in combinations(blocks.values(), 2)
            ]
        return np.hstack(terms)


@dataclass(frozen=True)
class Metamodel:
    """A polynomial fitted to the points of a design by least squares.

    Attributes
    ----------
    factors : Factors
    kind : str
        One of `KINDS`.
    points : DataFrame
        Settings of the points and ``mean``, that of a measure over the runs of each.
    q2 : float
        Cross-validated R^2: 1 - sum (y - y_left_out)^2 / sum (y - mean)^2, each point predicted by the fit to all
        others (Allen 1974). It is below 0 where the mean of all points predicts better.
    r2 : float
        The same for points that the fit has seen.
    coefficients, covariance : array
        With the variance of the residuals.
    """

    factors: Factors
    kind: str
    points: pd.DataFrame
    q2: float
    r2: float
    coefficients: Array
    covariance: Array

    @property
    def readable(self) -> bool:
        """Whether the fit predicts enough for its effects to be read."""
        return self.q2 >= READABLE

    def effect(self, name: str, values: list[Any]) -> pd.DataFrame:
        """Main effect of a factor: the mean prediction over all points, with this factor set to each of the values.

        Returns
        -------
        DataFrame
            ``value, mean, low, high``: 95 % t interval of the mean prediction.
        """
        mean, rows = self._rows(name, values)
        half = self._quantile() * np.sqrt(np.einsum("ij,jk,ik->i", rows, self.covariance, rows))
        return pd.DataFrame({"value": values, "mean": mean, "low": mean - half, "high": mean + half})

    def change(self, name: str, start: Any, end: Any) -> tuple[float, float, float]:
        """Difference of the main effect between two values, with its 95 % t interval."""
        mean, rows = self._rows(name, [start, end])
        apart, difference = rows[1] - rows[0], float(mean[1] - mean[0])
        half = float(self._quantile() * np.sqrt(apart @ self.covariance @ apart))
        return difference, difference - half, difference + half

    def share(self, name: str) -> float:
        """Variance of the main effect over the points, as a share of the variance of their means."""
        found = self.points[name].drop_duplicates()
        at = dict(zip(found, self._rows(name, list(found))[0], strict=True))
        return float(self.points[name].map(at).astype(float).var() / self.points["mean"].var())

    def _rows(self, name: str, values: list[Any]) -> tuple[Array, Array]:
        """Mean predictions, and the mean terms behind them, with a factor set to each of the values."""
        at = list(values) if name in self.factors.levels else list(np.linspace(*self.factors.ranges[name], 3))
        rows = np.vstack([self.factors.matrix(self.points.assign(**{name: one}), self.kind).mean(axis=0) for one in at])
        if name in self.factors.ranges:  # a polynomial of second degree is known from three places
            z = self.factors.coded(name, pd.Series(values, dtype=float))
            rows = np.hstack([z * (z - 1) / 2, 1 - z**2, z * (z + 1) / 2]) @ rows
        return rows @ self.coefficients, rows

    def _quantile(self) -> float:
        return float(stdtrit(len(self.points) - len(self.coefficients), 0.5 + COVERAGE / 2))


def needs_metamodel(results: ResultTables) -> bool:
    """Whether levels cannot be held against each other one by one: a design that is no grid of one or two factors."""
    roles = assign_roles(results)
    return bool(results.varied) and roles is not None and not is_grid(results, roles)


def modelled_measures(results: ResultTables) -> list[str]:
    """Measures that get a metamodel: those that were chosen, else the usual ones of designs."""
    usual = recorded(results, ("fragmentation_across", "enf", "trust_across", "legalization"))
    return list(results.chosen) or usual or recorded(results, results.measures)[:4]


def factors_of(results: ResultTables, points: pd.DataFrame) -> Factors:
    """The factors of some points; one with a single value among them is none."""
    names = tuple(name for name in results.varied if points[name].nunique() > 1)
    numbers = [name for name in names if is_numeric(results, name)]
    levels = {
        name: [level for level in results.levels(name) if (points[name] == level).any()]
        for name in names
        if name not in numbers
    }
    ranges = {name: (float(points[name].min()), float(points[name].max())) for name in numbers}
    return Factors(names, levels, ranges, frozenset(name for name in numbers if points[name].nunique() > 2))


def fit(results: ResultTables, measure: str) -> Metamodel | None:
    """The polynomial that predicts points left out best; None where there are too few points, or nothing varies.

    The means over the runs of a point, all issues together, are fitted. Of `KINDS` those are tried for which there are
    at least `POINTS` points a coefficient; of equal ones the simplest is taken.

    Parameters
    ----------
    results : ResultTables
        One part.
    measure : str
    """
    ends = results.ends[results.ends["issue"] == results.scopes[-1]]
    points = ends.groupby(["point", *results.varied], sort=True)[measure].mean().rename("mean").dropna().reset_index()
    factors = factors_of(results, points)
    if not factors.names or not points["mean"].var() > 0:
        return None
    fitted = [model for kind in KINDS if (model := _fit(factors, points, kind)) is not None]
    return max(fitted, key=lambda model: round(model.q2, 9), default=None)


def _fit(factors: Factors, points: pd.DataFrame, kind: str) -> Metamodel | None:
    """Least squares; the residuals of points left out follow from the diagonal of the projection."""
    x, y = factors.matrix(points, kind), points["mean"].to_numpy(dtype=float)
    n, terms = x.shape
    if n < POINTS * terms or np.linalg.matrix_rank(x) < terms:
        return None
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.T @ y)
    residuals = y - x @ coefficients
    leverage = (q**2).sum(axis=1)
    around = float(((y - y.mean()) ** 2).sum())
    # a point that alone fixes a coefficient cannot be predicted by the others
    left_out = np.divide(residuals, 1.0 - leverage, out=np.full(n, np.inf), where=leverage < 1.0 - 1e-9)
    inverse = np.linalg.inv(r)
    variance = float((residuals**2).sum()) / (n - terms)
    return Metamodel(
        factors,
        kind,
        points,
        1.0 - float((left_out**2).sum()) / around,
        1.0 - float((residuals**2).sum()) / around,
        coefficients,
        variance * (inverse @ inverse.T),
    )


@kept
def models(results: ResultTables) -> dict[str, Metamodel | None]:
    """The metamodels of one part by measure; empty where its levels can be compared one by one."""
    return {name: fit(results, name) for name in modelled_measures(results)} if needs_metamodel(results) else {}
