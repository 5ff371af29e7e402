"""How far the replicate means of a point are from the targets, and how well that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forumsim.plans.statistics import t_half_width
from forumsim.studies.calibration.targets import Target


@dataclass(frozen=True)
class Fit:
    """A point against the targets."""

    n: NDArray[np.int64]  #: (targets,): runs that have the value
    #: (targets,): mean over these, standard deviation, 95 % t interval of the mean; NaN where there are too few
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    off: NDArray[np.float64]  #: (targets,): (mean - target) / tolerance, NaN where it is missing in all runs
    #: mean over the targets of off squared, plus the penalty for the share of runs in which a target is missing
    loss: float
    se: float  #: standard error of the loss, by jackknife over the replicates; NaN for one run
    #: What replicate noise adds to the loss on average: the mean over the targets of the squared standard error of the
    #: mean in tolerances. A loss that is no higher cannot be told from a perfect one.
    noise: float
    missing: float  #: share of values that are missing, over targets and runs


def fit(values: NDArray[np.float64], targets: Sequence[Target], penalty: float) -> Fit:
    """Compare the values of the runs of one point with the targets.

    Parameters
    ----------
    values : array (runs, targets)
        NaN missing; a run that failed is a row of NaN.
    targets : sequence of Target
    penalty : float
        For a target that is missing in all runs, in squared tolerances; in proportion where it is missing in some.
    """
    runs = len(values)
    present = ~np.isnan(values)
    filled = np.where(present, values, 0.0)
    n, total = present.sum(axis=0), filled.sum(axis=0)
    mean = _ratio(total, n)
    squares = np.where(present, (filled - mean) ** 2, 0.0).sum(axis=0)
    sd = np.sqrt(_ratio(squares, np.where(n > 1, n - 1, 0)))
    error = sd / np.sqrt(np.maximum(n, 1))
    half = t_half_width(n, sd)
    scale = np.array([target.tolerance for target in targets])
    off, loss = _loss(total, n, runs, targets, penalty)
    se = np.nan
    if runs > 1:  # each replicate left out once (Efron & Stein 1981)
        rows = zip(filled, present, strict=True)
        others = np.array([_loss(total - f, n - p, runs - 1, targets, penalty)[1] for f, p in rows])
        se = float(np.sqrt((runs - 1) / runs * ((others - others.mean()) ** 2).sum()))
    noise = float(np.nansum((error / scale) ** 2) / len(targets)) if runs > 1 else np.nan
    return Fit(n, mean, sd, mean - half, mean + half, off, loss, se, noise, float(1.0 - present.mean()))


def _ratio(above: NDArray[np.float64], below: NDArray[np.int64]) -> NDArray[np.float64]:
    """Quotients, NaN where there is nothing below."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def _loss(
    total: NDArray[np.float64], n: NDArray[np.int64], runs: int, targets: Sequence[Target], penalty: float
) -> tuple[NDArray[np.float64], float]:
    """Distances from the targets in tolerances, and the loss."""
    aim = np.array([target.target for target in targets])
    off = (_ratio(total, n) - aim) / np.array([target.tolerance for target in targets])
    parts = np.where(n > 0, np.nan_to_num(off) ** 2, 0.0) + penalty * (1.0 - n / runs)
    return off, float(parts.mean())


class Reader:
    """Takes the values that the targets are about from the pieces of a run (see `forumsim.sweeps.work`).

    Parameters
    ----------
    targets : sequence of Target
    scopes : sequence of str
        Issues, then pooled: the rows of a record.
    measures : sequence of str
        What is recorded, in order.
    every : int
        Steps between records.
    """

    def __init__(self, targets: Sequence[Target], scopes: Sequence[str], measures: Sequence[str], every: int) -> None:
        self.shape = len(scopes), len(measures)
        self.places = [(target.step, scopes.index(target.issue), measures.index(target.measure)) for target in targets]
        self.every = every

    def values(self, pieces: Mapping[str, bytes]) -> NDArray[np.float64]:
        """The values of one run (targets,), NaN missing."""
        if "tail" not in pieces or not pieces["tail"]:  # the run failed
            return np.full(len(self.places), np.nan)
        tail = np.frombuffer(pieces["tail"]).reshape(self.shape)
        lines = pieces["series"].split(b"\n") if any(step is not None for step, _, _ in self.places) else []
        found = []
        for step, scope, column in self.places:
            if step is None:
                found.append(float(tail[scope, column]))
            else:  # run_id, step, date, issue, then the measures
                cell = lines[step // self.every * self.shape[0] + scope].split(b",")[4 + column]
                found.append(float(cell) if cell else np.nan)
        return np.array(found)
