"""What a claim of `experiments/hypotheses/claims.toml` compares: pairs of runs, effects, intervals and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forumsim.plans.statistics import t_half_width

PLANS = Path(__file__).resolve().parents[1] / "experiments" / "hypotheses"
#: Parts of the realist null are called like those of the model, with this before the name.
NULL = "realists"


def window_means(series: pd.DataFrame, measure: str, issue: str, window: Sequence[int]) -> pd.Series:
    """Mean of a measure over the recorded steps of a window, bounds included, by run."""
    first, last = window
    rows = series[(series["issue"] == issue) & series["step"].between(first, last)]
    return rows.groupby("run_id")[measure].mean()


def chosen(runs: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """The runs with these settings; dots of names are underscores in the tables."""
    mask = np.ones(len(runs), dtype=bool)
    for name, value in settings.items():
        column = runs[name.replace(".", "_")]
        if isinstance(value, bool):
            mask &= column.astype(float).to_numpy() == float(value)
        elif isinstance(value, str):
            mask &= (column == value).to_numpy()
        else:
            mask &= np.isclose(column.astype(float), value) | (column.astype(float) == value).to_numpy()
    return runs[mask]


def differences(runs: pd.DataFrame, values: pd.Series, before: Mapping[str, Any], after: Mapping[str, Any],
                by: Sequence[str] = ("replicate",)) -> pd.Series:  # fmt: skip
    """What each pair of runs, alike in ``by``, differs by: ``after`` less ``before``; missing values are left out."""
    sides = [
        chosen(runs, settings)[["run_id", *by]].set_index(list(by))["run_id"].map(values)
        for settings in (before, after)
    ]
    if not all(side.index.is_unique and len(side) for side in sides):
        raise ValueError(f"{dict(before)} and {dict(after)} do not name one run each for every replicate")
    return (sides[1] - sides[0]).dropna()


def effect_of(claim: Mapping[str, Any], runs: pd.DataFrame, values: pd.Series, by: Sequence[str] = ("replicate",),
              part: str = "", prefix: str = "") -> pd.Series:  # fmt: skip
    """Effects of a claim by replicate.

    ``part`` is the part of settings that name none; ``prefix`` goes before the names of those that do.
    """

    def named(settings: Mapping[str, Any]) -> dict[str, Any]:
        if "part" in settings:
            return {**settings, "part": f"{prefix}{settings['part']}"}
        return {**settings, "part": part} if part else dict(settings)

    before, after = claim["from"], claim["to"]
    effect = differences(runs, values, named(before), named(after), by)
    against = claim.get("against")
    if against:
        other = (against["from"], against["to"]) if "from" in against else (before | against, after | against)
        effect = (effect - differences(runs, values, named(other[0]), named(other[1]), by)).dropna()
    return effect


def with_what_it_needs(
    claim: Mapping[str, Any], runs: pd.DataFrame, series: pd.DataFrame, by: Sequence[str] = ("replicate",)
) -> pd.DataFrame:
    """The runs of the pairs in which what the claim is about came about; all of them if it needs nothing.

    ``needs`` names a measure and a step: at that step the run as in ``to`` has more of it than the run as in ``from``.
    The two are the same up to the act that is tried, so that this chooses among worlds and not among outcomes.
    """
    needs = claim.get("needs")
    if not needs:
        return runs
    values = window_means(series, needs["measure"], claim.get("issue", "pooled"), (needs["step"], needs["step"]))
    kept = []
    for prefix in ("", f"{NULL}, "):
        before, after = ({"part": prefix + claim[side]["part"]} for side in ("from", "to"))
        own = runs[runs["part"].isin([before["part"], after["part"]])]
        if len(own):
            more = differences(own, values, before, after, by)
            kept.append(own[own.set_index(list(by)).index.isin(more.index[more > 0])])
    return pd.concat(kept)


def interval(effects: pd.Series) -> tuple[float, float, float]:
    """Mean and 95 % t interval; NaN without two effects."""
    if len(effects) < 2:
        return np.nan, np.nan, np.nan
    mean, half = float(effects.mean()), float(t_half_width(len(effects), effects.std(ddof=1)))
    return mean, mean - half, mean + half


def verdict(claim: Mapping[str, Any], mean: float, low: float, high: float) -> str:
    """What an interval says of a claim: supported, reversed, or not supported."""
    within = float(claim.get("within", 0.0))
    expected = claim["expected"]
    if np.isnan(mean):
        return "no pairs"
    if expected == "the same":
        return "supported" if -within <= low and high <= within else "not supported"
    if expected == "not lower":
        return "supported" if low >= -within else "reversed" if high < -within else "not supported"
    signed = (low, high) if expected == "higher" else (-high, -low)
    return "supported" if signed[0] > 0 else "reversed" if signed[1] < 0 else "not supported"


def holds(claim: Mapping[str, Any], effects: pd.Series) -> pd.Series:
    """Whether each of many mean effects has the expected sign, or size."""
    within, expected = float(claim.get("within", 0.0)), claim["expected"]
    if expected == "the same":
        return effects.abs() <= within
    if expected == "not lower":
        return effects >= -within
    return effects > 0 if expected == "higher" else effects < 0


def window_of(claim: Mapping[str, Any], steps: int) -> tuple[int, int]:
    """Steps over which a claim is judged: its own window, or the last 20 steps."""
    first, last = claim.get("window", (steps - 19, steps))
    return int(first), int(last)
