"""Indices of sensitivity, computed by SALib: Morris' screening and Sobol' shares of variance, with intervals."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forumsim.plans.designs import unit_problem
from forumsim.plans.statistics import COVERAGE
from forumsim.studies.sensitivity.noise import change_noise, mean_absolute
from forumsim.studies.sensitivity.outcomes import Response
from forumsim.studies.sensitivity.sample import Sample

#: Resamples of the bootstrap, and its seed: never 0, which SALib takes for none.
RESAMPLES, SEED = 500, 1
COLUMNS = ("measure", "issue", "factor", "index", "estimate", "ci_low", "ci_high")
#: Between the names of a pair of factors.
PAIR = ":"


def indices(sample: Sample, outcome: Response) -> pd.DataFrame:
    """The indices of one outcome.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a factor and index. ``morris``: ``mu`` and ``mu_star``, the mean elementary effect and the
        mean of its absolute value, and ``sigma``, its standard deviation; an elementary effect is the change of the
        outcome over a step of the factor, scaled to its whole range (Morris 1991; Campolongo, Cariboni & Saltelli
        2007). ``saltelli``: ``S1`` and ``ST``, first-order and total shares of the variance (Saltelli et al. 2010),
        and ``S2`` of a pair of factors ``a:b`` where the design has second order (Saltelli 2002). ``mu_star_noise`` or
        ``ST_noise``: what replicate noise alone would make of mu_star or ST of a factor without effect. Then, without
        a factor, ``noise_share``: the part of the variance over the points that is replicate noise, at most.
    """
    rows = _morris(sample, outcome) if sample.kind == "morris" else _sobol(sample, outcome)
    index, floors = noise_floors(sample, outcome)
    rows += [(name, index, floor, np.nan, np.nan) for name, floor in zip(sample.names, floors, strict=True)]
    rows.append(("", "noise_share", outcome.noise_share, np.nan, np.nan))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[2:]))
    frame.insert(0, "issue", outcome.issue)
    frame.insert(0, "measure", outcome.measure)
    return frame


def _analyse(kind: str, sample: Sample, *arguments: Any, **options: Any) -> dict[str, Any]:
    from SALib.analyze import morris, sobol  # which is there, as the sample was made by it

    method = morris if kind == "morris" else sobol
    return dict(method.analyze(unit_problem(sample.names), *arguments, conf_level=COVERAGE, seed=SEED, **options))


def _morris(sample: Sample, outcome: Response) -> list[tuple[Any, ...]]:
    """Estimates by SALib; intervals are percentiles over resampled trajectories, which SALib has for mu_star alone."""
    found = _analyse("morris", sample, sample.unit, outcome.means, num_levels=int(sample.options["levels"]))
    effects = sample.changes(outcome.means) / sample.step
    drawn = np.random.default_rng(SEED).integers(len(effects), size=(RESAMPLES, len(effects)))
    many = effects[drawn]  # (resamples, trajectories, factors)
    resampled = {"mu_star": np.abs(many).mean(axis=1), "mu": many.mean(axis=1), "sigma": many.std(axis=1, ddof=1)}
    tail = 50.0 * (1.0 - COVERAGE)
    rows = []
    for index, values in resampled.items():
        low, high = np.percentile(values, [tail, 100.0 - tail], axis=0)
        estimates = np.asarray(found[index], dtype=float)
        rows += list(zip(sample.names, [index] * len(low), estimates, low, high, strict=True))
    return rows


def _sobol(sample: Sample, outcome: Response) -> list[tuple[Any, ...]]:
    """Estimates by SALib, with the normal intervals of its bootstrap."""
    second = sample.second_order
    found = _analyse("saltelli", sample, outcome.means, calc_second_order=second, num_resamples=RESAMPLES)
    rows = []
    for index in ("S1", "ST"):
        for name, value, half in zip(sample.names, found[index], found[f"{index}_conf"], strict=True):
            rows.append((name, index, value, value - half, value + half))
    for i, j in combinations(range(len(sample.names)), 2) if second else ():
        value, half = found["S2"][i, j], found["S2_conf"][i, j]
        pair = f"{sample.names[i]}{PAIR}{sample.names[j]}"
        rows.append((pair, "S2", value, value - half, value + half))
    return rows


def noise_floors(sample: Sample, outcome: Response) -> tuple[str, NDArray[np.float64]]:
    """What replicate noise alone would make of mu_star or ST of each factor: name of the index, values (factors,).

    A change of the outcome over a step has a mean absolute value and a mean square from noise alone: the first, over
    the step, is what mu_star would be; half of the second, over the variance, is by how much ST is too high. NaN where
    the noise is unknown.
    """
    variances = change_noise(sample, outcome.runs, outcome.noise)
    if sample.kind == "morris":
        replicates = None if outcome.runs is None else outcome.runs.shape[1]
        return "mu_star_noise", mean_absolute(variances, replicates) / sample.step
    factors = len(sample.factors)
    sets = outcome.means.reshape(-1, 2 * factors + 2 if sample.second_order else factors + 2)
    return "ST_noise", 0.5 * variances.mean(axis=0) / np.var(sets[:, [0, -1]])
