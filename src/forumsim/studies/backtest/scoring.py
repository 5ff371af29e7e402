"""The score table of a comparison: every figure with its interval over states and forums, and the noise left in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from forumsim.core.world import Bools, Floats
from forumsim.studies.backtest.scores import BOOTSTRAP_SEED, auc, auc_draws, brier, brier_draws, percentiles, resampled

#: Rows of the score table that are not forums: all pairs together, the mean over forums, and the same mean among the
#: most powerful states alone.
POOLED, MEAN, POWERFUL = "pooled", "mean", "powerful"
#: The quantities, with the sign that makes a lead of the model positive.
SIGNS = {"auc": 1.0, "brier": -1.0}
COLUMNS = ["forum", "forecast", "quantity", "value", "low", "high", "noise"]

#: A figure of each quantity, and the same of each resample.
Draws = tuple[float, Floats]
Both = dict[str, Draws]


class Pairs(NamedTuple):
    """The pairs of a table as arrays."""

    names: list[str]  #: forums
    forum: np.ndarray  #: number of the forum of each pair
    member: Bools
    powerful: Bools
    by_state: Floats  #: how often each resample draws the state of each pair
    by_forum: Floats  #: how often each resample draws each forum


def score(pairs: pd.DataFrame, by_group: Floats, replicates: Floats, forecasts: Sequence[str]) -> pd.DataFrame:
    """The score table of a `Comparison`, with the columns `COLUMNS`.

    Parameters
    ----------
    pairs : DataFrame
        One row for each forum and state, see `Comparison`. A forecast may be missing (NaN) for whole forums: its means
        are then over the others, and so are the model's that it is compared with.
    by_group : float array (G, n)
        Chances by the model from each group of replicates.
    replicates : float array (G,)
        Sizes of the groups.
    forecasts : sequence of str
        Columns of ``pairs``, the model first.
    """
    known = _arrays(pairs)
    noise = _noise(known, by_group, replicates)
    rows: list[tuple[str, str, str, float, float, float, float]] = []
    figures = {name: _figures(known, pairs[name].to_numpy(float)) for name in forecasts}
    for forecast in forecasts:
        chance = pairs[forecast].to_numpy(float)
        has = [not np.isnan(chance[known.forum == k]).any() for k in range(len(known.names))]
        for k, name in enumerate(known.names):
            expected = float(chance[known.forum == k].sum()) if has[k] else np.nan
            rows.append((name, forecast, "expected", expected, np.nan, np.nan, np.nan))
        ours = figures["model"] if all(has) else _figures(known, np.where(np.isnan(chance), np.nan, pairs["model"]))
        for item, theirs in figures[forecast].items():
            for quantity, sign in SIGNS.items():
                value, draws = theirs[quantity]
                left = noise.get((item, quantity), np.nan)
                own = left if forecast == "model" else 0.0
                rows.append((item, forecast, quantity, value, *percentiles(draws), own))
                if forecast != "model":
                    mine, our_draws = ours[item][quantity]
                    lead = sign * (mine - value)
                    rows.append(
                        (item, forecast, f"{quantity}_lead", lead, *percentiles(sign * (our_draws - draws)), left)
                    )
    return pd.DataFrame(rows, columns=COLUMNS)


def _arrays(pairs: pd.DataFrame) -> Pairs:
    states, state = np.unique(pairs["state"], return_inverse=True)
    names = list(dict.fromkeys(pairs["forum"]))
    return Pairs(
        names,
        np.array([names.index(name) for name in pairs["forum"]]),
        pairs["member"].to_numpy(bool),
        pairs["powerful"].to_numpy(bool),
        resampled(len(states))[:, state],
        resampled(len(names), seed=BOOTSTRAP_SEED + 1),
    )


def _draws(chance: Floats, member: Bools, counts: Floats) -> Both:
    if not len(chance) or np.isnan(chance).any():
        nothing = (np.nan, np.full(len(counts), np.nan))
        return {"auc": nothing, "brier": nothing}
    return {
        "auc": (auc(chance, member), auc_draws(chance, member, counts)),
        "brier": (brier(chance, member), brier_draws(chance, member, counts)),
    }


def _figures(known: Pairs, chance: Floats) -> dict[str, Both]:
    """Figures of one forecast by forum, pooled, in the mean, and in the mean among the powerful."""
    found: dict[str, Both] = {}
    strong: list[Both] = []
    for k, name in enumerate(known.names):
        at = known.forum == k
        found[name] = _draws(chance[at], known.member[at], known.by_state[:, at])
        some = at & known.powerful
        strong.append(_draws(chance[some], known.member[some], known.by_state[:, some]))
    there = ~np.isnan(chance)
    counts = known.by_state * known.by_forum[:, known.forum]
    pooled = _draws(chance[there], known.member[there], counts[:, there])
    means = {q: _mean([found[name][q] for name in known.names], known.by_forum) for q in SIGNS}
    powerful = {q: _mean([parts[q] for parts in strong], known.by_forum) for q in SIGNS}
    return {**found, POOLED: pooled, MEAN: means, POWERFUL: powerful}


def _mean(parts: Sequence[Draws], counts: Floats) -> Draws:
    """Mean over forums, and over the forums drawn; a forum whose figure is undefined counts for nothing."""
    values = np.array([value for value, _ in parts])
    draws = np.column_stack([draws for _, draws in parts])
    weight = counts * ~np.isnan(draws)
    total = weight.sum(axis=1)
    sums = (np.nan_to_num(draws) * weight).sum(axis=1)
    means = np.divide(sums, total, out=np.full(len(draws), np.nan), where=total > 0)
    return float(np.nanmean(values)) if not np.isnan(values).all() else np.nan, means


def _noise(known: Pairs, by_group: Floats, replicates: Floats) -> dict[tuple[str, str], float]:
    """Standard error that the finite number of replicates leaves in each figure of the model.

    The jackknife over the groups: with theta_g the figure without group g, the variance is (G - 1) / G times the sum of
    the squared deviations of theta_g from their mean (Efron & Stein 1981).
    """
    groups = len(by_group)
    if groups < 2:
        return {}
    total = (by_group * replicates[:, None]).sum(axis=0)
    without: dict[tuple[str, str], list[float]] = {}
    none = np.ones((1, len(known.forum)))
    bare = known._replace(by_state=none, by_forum=np.ones((1, len(known.names))))
    for mine, size in zip(by_group, replicates, strict=True):
        chance = (total - mine * size) / (replicates.sum() - size)
        for item, both in _figures(bare, chance).items():
            for quantity, (value, _) in both.items():
                without.setdefault((item, quantity), []).append(value)
    return {key: float(np.sqrt((groups - 1) * np.var(values))) for key, values in without.items()}
