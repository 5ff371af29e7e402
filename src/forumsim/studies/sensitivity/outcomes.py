"""Outcomes of a sensitivity analysis: replicate means of measures, or shares of runs with a verdict, at every point.

Indices of a stochastic model are those of its replicate means, as far as these are known: what noise is left in them
looks like an effect of every factor at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forumsim.analysis.axes import BY_ISSUE, OVERALL
from forumsim.core.errors import InputError, Problem, nearest
from forumsim.core.measures import STATES, TENDENCIES
from forumsim.results.twins import WORDS
from forumsim.studies.sensitivity.noise import SHARE, SingleRuns
from forumsim.studies.sensitivity.sample import Sample

VERDICTS = (*STATES, *TENDENCIES, *WORDS)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Response:
    """What is analysed: one number at every point of the sample."""

    #: as in summary.csv; the share of a verdict is ``share_convergence`` and so on
    measure: str
    issue: str
    means: NDArray[np.float64]  #: (points,): means over replicates, or shares of runs
    #: variance of a mean over replicates, averaged over the points; NaN where no point has two runs
    noise: float = math.nan
    counts: tuple[int, int] = (1, 1)  #: least and most runs behind a mean
    short: int = 0  #: points at which the measure is missing in some of the runs
    #: (points, replicates): the single runs behind the means, where they can be read and none is missing
    runs: NDArray[np.float64] | None = field(default=None, repr=False)

    @property
    def variance(self) -> float:
        """Variance of the means over the points."""
        return float(np.var(self.means, ddof=1))

    @property
    def constant(self) -> bool:
        """Whether the outcome is the same at all points (up to the digits of the tables)."""
        return bool(np.ptp(self.means) <= 1e-7 * np.abs(self.means).max(initial=0.0))

    @property
    def noise_share(self) -> float:
        """The part of the variance over the points that is replicate noise at most, 0..1; NaN where it is unknown.

        At most, because runs of one seed share draws at all points, and what they share is no difference.
        """
        if math.isnan(self.noise) or self.constant:
            return math.nan
        return min(1.0, self.noise / self.variance)


def choose_outcomes(
    sample: Sample, measures: Sequence[str] = (), verdicts: Sequence[str] = (), issues: Sequence[str] = ("pooled",)
) -> tuple[list[Response], list[str]]:
    """The outcomes asked for, without missing values; or, if none is named, the usual measures that have none.

    Parameters
    ----------
    sample : Sample
    measures : sequence of str
        Measures of summary.csv.
    verdicts : sequence of str
        Words of the verdict, or of the twin verdict: the share of runs with it is an outcome.
    issues : sequence of str
        Issues, or ``pooled``.

    Returns
    -------
    outcomes : list of Response
    left_out : list of str
        Usual measures that are not analysed, with the reason; empty when measures were named.

    Raises
    ------
    InputError
        Unknown names, values missing at some points, or the same value at all of them: all at once.
    """
    recorded = [name for name in sample.summary["measure"].unique() if not str(name).startswith(SHARE)]
    problems = _unknown("--measure", measures, recorded) + _unknown("--verdict", verdicts, VERDICTS)
    problems += _unknown("--issue", issues, sample.issues)
    if problems:
        raise InputError(problems, "the outcomes cannot be analysed")
    asked = [*measures, *(SHARE + word.replace(" ", "_") for word in verdicts)]
    usual = [name for name in (*BY_ISSUE, *OVERALL) if name in recorded] or recorded
    runs = SingleRuns(sample)
    outcomes, left_out = [], []
    for issue in dict.fromkeys(issues):
        for measure in dict.fromkeys(asked or usual):
            outcome = _outcome(sample, measure, issue, runs)
            problem = _reason(sample, outcome)
            if problem is None:
                outcomes.append(outcome)
            elif asked:
                problems.append(problem)
            else:
                left_out.append(f"{problem.where}: {problem.found}")
    if problems:
        raise InputError(problems, "the outcomes cannot be analysed")
    if not outcomes:
        hint = "name a measure with --measure, or a verdict with --verdict"
        raise InputError([Problem("measures", line, "", hint) for line in left_out], "there is nothing to analyse")
    return outcomes, left_out


def _unknown(option: str, names: Sequence[str], known: Sequence[str]) -> list[Problem]:
    return [
        Problem(option, f"no {option[2:]} {name!r} in the results", ", ".join(known), nearest(name, known))
        for name in names if name not in known
    ]  # fmt: skip


def _outcome(sample: Sample, measure: str, issue: str, runs: SingleRuns) -> Response:
    """The rows of one measure and issue, in the order of the sample."""
    table = sample.summary
    chosen = table[(table["measure"] == measure) & (table["issue"] == issue)].set_index("point")
    chosen = chosen.reindex(sample.points["point"])
    means, n = chosen["mean"].to_numpy(dtype=float), chosen["n"].fillna(0).to_numpy(dtype=float)
    many = n > 1
    if measure.startswith(SHARE):
        variances = means[many] * (1.0 - means[many]) / (n[many] - 1.0)  # unbiased for a share of n runs
    else:
        variances = chosen["sd"].to_numpy(dtype=float)[many] ** 2 / n[many]
    noise = float(np.mean(variances)) if many.any() else math.nan
    ended = (sample.points["replicates"] - sample.points["failed"]).to_numpy(dtype=float)
    counts = (int(n.min()), int(n.max())) if n.size else (0, 0)
    single = runs.complete(measure, issue, means)
    return Response(measure, issue, means, noise, counts, int((n < ended).sum()), single)


def _reason(sample: Sample, outcome: Response) -> Problem | None:
    """Why an outcome cannot be analysed: SALib would return indices of nothing without a word."""
    where = f"{outcome.measure}, {outcome.issue}"
    missing = sample.points["point"][np.isnan(outcome.means)].unique().tolist()
    if missing:
        named = ", ".join(missing[:_MOST_NAMED]) + (" ..." if len(missing) > _MOST_NAMED else "")
        found = f"missing at {len(missing)} of {sample.points['point'].nunique()} points ({named})"
        hint = "take another measure, or the share of runs with a verdict: --verdict fragmentation"
        return Problem(where, found, "a value at every point", hint)
    if outcome.constant:
        return Problem(where, f"{outcome.means[0]:.6g} at all points", "an outcome that varies")
    return None
