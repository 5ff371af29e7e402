"""Parts of a results folder: what runs may be compared, over which steps, and in which order levels stand.

The manifest says it (``comparison``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

UNSET = "unset"


@dataclass(frozen=True)
class ResultPart:
    """One part of a plan: the runs that share scenario and interventions."""

    name: str  #: empty in a folder without parts
    scenario: str = ""
    steps: int | None = None  #: length of a run that was not stopped; None where it is not known
    window: int | str = 20  #: steps of the end window, or the column of runs.csv that holds them
    #: value of each ``measure.`` parameter, or the column that holds it
    thresholds: dict[str, Any] = field(default_factory=dict)
    #: levels of each varied column in the order of the plan; empty for a range
    levels: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    interventions: int = 0  #: how many are made in every run
    #: what the scenario calls things, where it differs from the first
    labels: dict[str, Any] = field(default_factory=dict)


def read_parts(manifest: Mapping[str, Any], runs: pd.DataFrame) -> tuple[ResultPart, ...]:
    """The parts of a folder in the order of the plan; those that have no run are left out."""
    names = list(runs["part"].unique()) if "part" in runs else [""]
    said = manifest.get("comparison", {})
    entries = [entry for entry in said.get("parts", []) if isinstance(entry, dict)] if isinstance(said, dict) else []
    parts = [_as_said(entry) for entry in entries]
    if len(names) == len(parts) == 1:
        return tuple(parts)
    return tuple(part for part in parts if part.name in names) or tuple(ResultPart(name) for name in names)


def _as_said(entry: Mapping[str, Any]) -> ResultPart:
    levels = {column: tuple(some) for column, some in entry.get("levels", {}).items()}
    return ResultPart(
        str(entry.get("part", "")), str(entry.get("scenario", "")), entry.get("steps"), entry.get("window", 20),
        dict(entry.get("thresholds", {})), levels, int(entry.get("interventions", 0)), dict(entry.get("labels", {})),
    )  # fmt: skip


def level_key(value: Any) -> Any:
    """The same for a level in a plan and in a CSV: a number, or a word."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return UNSET
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def in_plan_order(found: Sequence[Any], planned: Sequence[Any]) -> list[Any]:
    """Levels in the order of the plan; those that it does not list after them, numbers before words.

    Examples
    --------
    >>> in_plan_order(["intense", "none"], ["none", "intense"]), in_plan_order([0.3, 0.1], [])
    (['none', 'intense'], [0.1, 0.3])
    """
    ranks = {level_key(level): rank for rank, level in reversed(list(enumerate(planned)))}

    def rank(level: Any) -> tuple[Any, ...]:
        key = level_key(level)
        if key in ranks:
            return 0, ranks[key], ""
        return (1, key, "") if isinstance(key, float) else (2, 0, key)

    return sorted(found, key=rank)


def settle_levels(runs: pd.DataFrame, columns: Sequence[str], parts: Sequence[ResultPart]) -> pd.DataFrame:
    """Runs with words for levels that are no numbers: a parameter that is unset, or has no limit.

    A column stays empty in parts that do not vary it; everything else that is empty is the level ``unset``.
    """
    varying = {column: [part.name for part in parts if column in part.levels] for column in columns}
    changed = {}
    for column in columns:
        own = runs["part"].isin(varying[column]) if "part" in runs and varying[column] else pd.Series(True, runs.index)
        values = runs.loc[own, column]
        numeric = pd.api.types.is_numeric_dtype(values)
        odd = values.isna().any() or (numeric and not np.isfinite(values.to_numpy(dtype=float)).all())
        if odd and values.notna().any():
            words = pd.Series(None, index=runs.index, dtype=object)
            words[own] = [_word(value) for value in values]
            changed[column] = words
    return runs.assign(**changed)


def _word(value: Any) -> str:
    if pd.isna(value):
        return UNSET
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)
