"""A metamodel of the points of a design by plain numpy: each point is left out in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from plain_results import Tables
from scipy import stats


def models_of(own: Tables, part: str) -> Callable[[str], Polynomial]:
    """Makes the polynomial of a measure through the points of a part: means over runs, all issues together."""

    @cache
    def model(measure: str) -> Polynomial:
        ends = own.ends[(own.ends["part"] == part) & (own.ends["issue"] == own.scopes[-1])]
        means = ends.groupby(["point", *own.varied])[measure].mean().dropna()
        points = means.rename("mean").reset_index()
        names = [name for name in own.varied if points[name].nunique() > 1]
        words = {name: None if own.is_number(name) else own.levels(name, points) for name in names}
        return Polynomial(points, words)

    return model


class Polynomial:
    """A polynomial through the means of points by least squares, of the kind that predicts points left out best."""

    def __init__(self, points: pd.DataFrame, factors: Mapping[str, list[Any] | None]) -> None:
        self.points, self.factors = points, factors
        self.y = points["mean"].to_numpy(dtype=float)
        fits = [
            (round(self._left_out(kind), 9), kind)
            for kind in ("linear", "with squares", "quadratic")
            if self._possible(kind)
        ]
        best = max((q2 for q2, _ in fits), default=np.nan)
        self.kind = next((kind for q2, kind in fits if q2 == best), "")
        if self.kind:
            self.q2 = self._left_out(self.kind)
            x = self.terms(points, self.kind)
            self.beta = np.linalg.lstsq(x, self.y, rcond=None)[0]
            self.spare = len(x) - x.shape[1]
            rest = self.y - x @ self.beta
            self.r2 = 1 - (rest**2).sum() / ((self.y - self.y.mean()) ** 2).sum()
            self.covariance = (rest**2).sum() / self.spare * np.linalg.inv(x.T @ x)

    def terms(self, table: pd.DataFrame, kind: str) -> np.ndarray:
        """Columns: 1, each factor between -1 and 1 or a 0/1 for each word but the first, squares, products."""
        blocks: dict[str, list[np.ndarray]] = {}
        for name, words in self.factors.items():
            values = table[name]
            if words is None:
                own = self.points[name].astype(float)
                blocks[name] = [2 * (values.to_numpy(dtype=float) - own.min()) / (own.max() - own.min()) - 1]
            else:
                blocks[name] = [(values == word).to_numpy(dtype=float) for word in words[1:]]
        columns = [np.ones(len(table)), *(column for block in blocks.values() for column in block)]
        if kind != "linear":
            columns += [
                blocks[name][0] ** 2
                for name, words in self.factors.items()
                if words is None and self.points[name].nunique() > 2
            ]
        if kind == "quadratic":
            columns += [a * b for one, two in combinations(blocks.values(), 2) for a in one for b in two]
        return np.column_stack(columns)

    def _possible(self, kind: str) -> bool:
        x = self.terms(self.points, kind)
        return len(x) >= 2 * x.shape[1] and np.linalg.matrix_rank(x) == x.shape[1]

    def _left_out(self, kind: str) -> float:
        """1 - sum of squared errors of points predicted by a fit to all others / that of their mean."""
        x, errors = self.terms(self.points, kind), []
        for k in range(len(x)):
            rest = np.delete(x, k, axis=0)
            if np.linalg.matrix_rank(rest) < x.shape[1]:
                return -np.inf
            errors.append(self.y[k] - x[k] @ np.linalg.lstsq(rest, np.delete(self.y, k), rcond=None)[0])
        return 1 - float(np.square(errors).sum() / ((self.y - self.y.mean()) ** 2).sum())

    def _mean_terms(self, name: str, value: Any) -> np.ndarray:
        return self.terms(self.points.assign(**{name: value}), self.kind).mean(axis=0)

    def change(self, name: str, start: Any, end: Any) -> tuple[float, float, float]:
        """Difference of the mean prediction over all points between two values of a factor, with its t interval."""
        apart = self._mean_terms(name, end) - self._mean_terms(name, start)
        half = stats.t.ppf(0.975, self.spare) * np.sqrt(apart @ self.covariance @ apart)
        return apart @ self.beta, apart @ self.beta - half, apart @ self.beta + half

    def share(self, name: str) -> float:
        """Variance of the main effect over the points, as a share of that of their means."""
        at = {value: self._mean_terms(name, value) @ self.beta for value in self.points[name].unique()}
        return float(self.points[name].map(at).astype(float).var() / self.points["mean"].var())
