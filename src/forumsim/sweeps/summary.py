"""Summary over replicates: means of the runs' end values with t intervals, shares of verdicts with Wilson's.

Runs are added one at a time, in the order of the plan, so that memory does not grow with their number and the last bit
does not depend on workers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from forumsim.core.measures import STATES, TENDENCIES
from forumsim.plans.statistics import Moments, wilson
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
        self.moments = Moments((points, len(scopes), len(measures)))
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
        self.moments.add(tail, point)
        self.runs[point] += 1
        for scope, (state, tendency) in enumerate(zip(states, tendencies, strict=True)):
            self.verdicts[point, scope, STATES.index(state)] += 1
            self.verdicts[point, scope, len(STATES) + TENDENCIES.index(tendency)] += 1

    def rows(self, point: int) -> Iterator[list[str]]:
        """The rows of one point: issue, measure, n, mean, sd, ci_low, ci_high as text."""
        for scope, issue in enumerate(self.scopes):
            for column, measure in enumerate(self.measures):
                yield [issue, measure, *self.moments.cells((point, scope, column))]
            for column, word in enumerate((*STATES, *TENDENCIES)):
                count, runs = int(self.verdicts[point, scope, column]), int(self.runs[point])
                share = count / runs if runs else math.nan
                low, high = wilson(count, runs)
                yield [issue, f"share_{word}", str(runs), measured(share), "", measured(low), measured(high)]
