"""Replicate noise in sensitivity indices: what they would show of a factor that has no effect.

Replicate r has the same draws at every point, so that luck cancels in part when two points are compared; how much of
it is left in a difference is seen from the single runs, pair by pair.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from forumsim.results.store_rows import stored_runs
from forumsim.results.twins import DIFFERENCE, SHARES, WORDS
from forumsim.studies.sensitivity.sample import Sample
from forumsim.sweeps.work import PIECES

#: The tables have eight digits: means of the runs that differ by more are not those of the summary.
_SAME = 1e-6
#: Prefix of the shares of runs with a verdict in summary.csv.
SHARE = "share_"


class SingleRuns:
    """The single runs behind a sample: end values from the store of the sweep, verdicts from runs.csv and twins.csv.

    Parameters
    ----------
    sample : Sample
    """

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        path = sample.folder / "runs.csv"
        runs = pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file() else pd.DataFrame()
        if runs.empty:
            runs = pd.DataFrame(columns=["run_id", "point", "replicate"])
        runs = runs[runs["point"].isin(set(sample.points["point"]))].set_index("run_id")
        self.runs = runs.assign(replicate=runs["replicate"].astype(int))
        self.measures: list[str] = sample.manifest["plan"].get("record", {}).get("series", [])
        self.tails = self._tails() if len(runs) else {}
        twins, columns = sample.folder / "twins.csv", ["run_id", "issue", "difference", "twin_verdict"]
        self.twins = pd.read_csv(twins, usecols=columns) if twins.is_file() else pd.DataFrame(columns=columns)

    def _tails(self) -> dict[str, NDArray[np.float64]]:
        """End values (issues, measures) by run."""
        shape = len(self.sample.issues), len(self.measures)
        wanted, tails = set(self.runs.index), {}
        for run, ok, pieces in stored_runs(self.sample.folder, PIECES):
            if ok and run in wanted and len(pieces["tail"]) == 8 * shape[0] * shape[1]:
                tails[run] = np.frombuffer(pieces["tail"]).reshape(shape)
        return tails

    def values(self, measure: str, issue: str) -> NDArray[np.float64] | None:
        """End values (points, replicates) in the order of the sample, NaN missing; None if they cannot be known."""
        word = measure.removeprefix(SHARE)
        value: pd.Series
        if measure == DIFFERENCE or measure in SHARES:
            mine = self.twins[self.twins["issue"] == issue].set_index("run_id")
            value = mine["difference"]
            if measure in SHARES:  # a run without a pair has no verdict
                verdict = mine["twin_verdict"]
                value = (verdict == WORDS[SHARES.index(measure)]).astype(float).where(verdict.notna())
        elif measure.startswith(SHARE):
            kinds = [column for kind in ("state", "tendency") if (column := f"{kind}_{issue}") in self.runs]
            if not kinds:
                return None
            value = (self.runs[kinds] == word).any(axis=1).astype(float)
        elif self.tails and measure in self.measures:
            place = self.sample.issues.index(issue), self.measures.index(measure)
            value = pd.Series({run: tail[place] for run, tail in self.tails.items()})
        else:
            return None
        wide = self.runs.assign(value=value).pivot(index="point", columns="replicate", values="value")
        return wide.reindex(self.sample.points["point"]).to_numpy(dtype=float)

    def complete(self, measure: str, issue: str, means: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The same, if every point has the same two or more replicates, and they have the means of the summary."""
        values = self.values(measure, issue)
        if values is None or values.shape[1] < 2 or np.isnan(values).any():
            return None
        return values if np.allclose(values.mean(axis=1), means, rtol=_SAME, atol=_SAME) else None


def change_noise(sample: Sample, runs: NDArray[np.float64] | None, noise: float) -> NDArray[np.float64]:
    """Variance, from replicate noise, of the changes of a mean over the steps of each factor: (repeats, factors).

    Parameters
    ----------
    sample : Sample
    runs : array (points, replicates) or None
        Single runs: the variance is that of the differences between runs of one seed. Without them
    noise : float
        The variance of a mean, which counts twice in a difference; too high, as it ignores what the runs share.
    """
    if runs is None:
        return np.full((1, len(sample.factors)), 2.0 * noise)
    return sample.changes(runs).var(axis=2, ddof=1) / runs.shape[1]


def mean_absolute(variances: NDArray[np.float64], replicates: int | None) -> NDArray[np.float64]:
    """Mean absolute value of normal noise with these variances, averaged over the first axis.

    It is sqrt(2 v / pi); where v is an estimate from some ``replicates``, its root is too low by the factor c4
    (Kenney & Keeping 1951, Mathematics of Statistics).
    """
    c4 = 1.0
    if replicates is not None:
        c4 = np.sqrt(2.0 / (replicates - 1)) * np.exp(gammaln(replicates / 2) - gammaln((replicates - 1) / 2))
    return np.sqrt(2.0 * variances / np.pi).mean(axis=0) / c4
