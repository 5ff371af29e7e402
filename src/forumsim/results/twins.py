"""The twin verdict: what a run has and its twin has not converges, does nothing, or fragments.

A run and its twin have the same part and replicate, so that they share all draws; which point is whose twin is said by
the plan (`forumsim.plans.twins`), and over which steps they are compared by `forumsim.results.ends`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forumsim.plans.twins import COMPARED

CONVERGES, NOTHING, FRAGMENTS = "converges", "does nothing", "fragments"
#: From together to apart.
WORDS = (CONVERGES, NOTHING, FRAGMENTS)
#: The parameter that decides from which difference on a twin verdict is not "does nothing".
LINE = "measure.twin"
#: Measure of summary.csv that holds the mean difference, and of the shares of the words.
DIFFERENCE = "twin_difference"
SHARES = tuple(f"share_{word.replace(' ', '_')}" for word in WORDS)
#: The rule for a reader of a results folder.
RULE = (
    "The twin of a run is the run of the same part and replicate at the point that points.csv calls its twin_point. "
    f"Their difference is the end value of {COMPARED} of the run less that of its twin, for each issue, and pooled of "
    "the means over the issues. Runs of which the twin failed, or ended at another step, have no pair; those of points "
    "that are their own twins need none."
)


def word_of(difference: float, line: float) -> str:
    """The twin verdict on a difference of fragmentation across blocs; empty where it is missing.

    Examples
    --------
    >>> [word_of(d, 0.05) for d in (-0.2, -0.05, 0.05, 0.06)]
    ['converges', 'does nothing', 'does nothing', 'fragments']
    """
    if math.isnan(difference):
        return ""
    if difference < -line:
        return CONVERGES
    return FRAGMENTS if difference > line else NOTHING


def compared_values(ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is compared of a run, for each issue and then pooled.

    Parameters
    ----------
    ends : array (issues + 1,)
        End values of fragmentation across blocs. The pooled one is replaced by the mean over the issues, as in the
        verdict: two forums on two issues are a division of labour.
    """
    issues: Any = ends[:-1]
    present = issues[~np.isnan(issues)]
    pooled = math.fsum(present) / present.size if present.size else math.nan
    return np.append(issues, pooled) if len(issues) else ends
