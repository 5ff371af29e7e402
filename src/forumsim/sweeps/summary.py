"""Summary over replicates: means of the runs' end values with t intervals, shares of verdicts with Wilson's.

Runs are added one at a time (Welford 1962), in the order of the plan, so that memory does not grow with their number
and the last bit does not depend on workers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from forumsim.core.measures import STATES, TENDENCIES
from forumsim.plans.intervals import COVERAGE, wilson
from forumsim.running.text import measured


class Summary:
    """Running moments by point, issue and measure, and counts of verdicts.

    Parameters
    ----------
    points : int
        Number of points of the design.
    scopes : sequence of str
        Issues, then pooled.
    measures : sequence of str
    """

    def __init__(self, points: int, scopes: Sequence[str], measures: Sequence[str]) -> None:
        self.scopes, self.measures = tuple(scopes), tuple(measures)
        shape = (points, len(scopes), len(measures))
        self.n = np.zeros(shape, dtype=np.int64)
        self.mean = np.zeros(shape)
        self.squares = np.zeros(shape)
        self.runs = np.zeros(points, dtype=np.int64)
        self.verdicts = np.zeros((points, len(scopes), len(STATES) + len(TENDENCIES)), dtype=np.int64)

    def add(self, point: int, tail: NDArray[np.float64], states: Sequence[str], tendencies: Sequence[str]) -> None:
        """Add one run.

        Parameters
        ----------
        point : int
        tail : array (scopes, measures)
            The run's means over its last steps, NaN missing.
        states, tendencies : sequence of str
            One word for each scope.
        """
        present = ~np.isnan(tail)
        self.n[point] += present
        change = np.where(present, tail - self.mean[point], 0.0)
        self.mean[point] += change / np.maximum(self.n[point], 1)
        self.squares[point] += change * np.where(present, tail - self.mean[point], 0.0)
        self.runs[point] += 1
        for scope, (state, tendency) in enumerate(zip(states, tendencies, strict=True)):
            self.verdicts[point, scope, STATES.index(state)] += 1
            self.verdicts[point, scope, len(STATES) + TENDENCIES.index(tendency)] += 1

    def rows(self, point: int) -> Iterator[list[str]]:
        """The rows of one point: issue, measure, n, mean, sd, ci_low, ci_high as text."""
        for scope, issue in enumerate(self.scopes):
            for column, measure in enumerate(self.measures):
                cell = (point, scope, column)
                moments = int(self.n[cell]), float(self.mean[cell]), float(self.squares[cell])
                yield [issue, measure, *_mean_cells(*moments)]
            for column, word in enumerate((*STATES, *TENDENCIES)):
                count, runs = int(self.verdicts[point, scope, column]), int(self.runs[point])
                share = count / runs if runs else math.nan
                low, high = wilson(count, runs)
                yield [issue, f"share_{word}", str(runs), measured(share), "", measured(low), measured(high)]


def _mean_cells(n: int, mean: float, squares: float) -> list[str]:
    """n, mean, sd, ci_low, ci_high; no interval of a single run, nothing of none."""
    if n == 0:
        return ["0", "", "", "", ""]
    if n == 1:
        return ["1", measured(mean), "", "", ""]
    sd = math.sqrt(squares / (n - 1))
    half = float(stdtrit(n - 1, 0.5 + COVERAGE / 2)) * sd / math.sqrt(n)
    return [str(n), measured(mean), measured(sd), measured(mean - half), measured(mean + half)]
