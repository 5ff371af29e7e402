"""What the figure of each hypothesis shows, from the tables of its plan: rows of docs/hypotheses_curves.csv.

A claim holds runs with one setting against runs of the same seeds with another. Where its plan varies what the claim
is about over three levels or more, the curve goes over these levels; else over time. Each curve is there twice: the
measure under both settings (``value``), and the mean of the differences pair by pair (``difference``), in the model and
among realists. Intervals are 95 % t intervals over runs, or pairs of runs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import findings_claims

COLUMNS = (
    "hypothesis",
    "row",
    "measure",
    "issue",
    "axis",
    "world",
    "kind",
    "line",
    "x",
    "n",
    "mean",
    "ci_low",
    "ci_high",
)
Settings = Mapping[str, Any]


def text_of(value: float) -> str:
    """A place on an axis; what has no limit is none."""
    return "none" if value == float("inf") else f"{value:g}"


def words(settings: Settings) -> str:
    """Settings as the legend has them: ``dialogue level 0``; parts by their names."""
    told = []
    for name, value in settings.items():
        if name == "part":
            told.append(f"{value} it" if value in ("with", "without") else str(value))
        elif isinstance(value, bool):
            told.append(f"{name}: {'yes' if value else 'no'}")
        else:
            told.append(f"{name.removeprefix('scenario.').replace('.', ' ').replace('_', ' ')} {text_of(value)}")
    return ", ".join(told)


def rows_of(claims: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Claims of a hypothesis that share a row of its figure, by their places: one measure under the same settings."""
    found: dict[str, list[int]] = {}
    for place, claim in enumerate(claims):
        levels = {} if axis_of(claim) else {"from": claim["from"], "to": claim["to"]}
        found.setdefault(repr((claim["measure"], claim.get("issue", "pooled"), levels)), []).append(place)
    return list(found.values())


def axis_of(claim: Mapping[str, Any]) -> str:
    """The setting that the curve goes over: one that the plan varies over three levels or more; empty for time."""
    plan = tomllib.loads((findings_claims.PLANS / f"{claim['plan']}.toml").read_text(encoding="utf-8"))
    named = dict.fromkeys(name for side in (claim["from"], claim["to"]) for name in side if name != "part")
    return next((name for name in named if len(plan.get("vary", {}).get(name, ())) > 2), "")


def _ids(runs: pd.DataFrame, settings: Settings) -> pd.Series:
    """Run of each replicate under some settings."""
    return findings_claims.chosen(runs, settings).set_index("replicate")["run_id"]


def _stated(values: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Mean and interval of each column of a table with a row for each run, or pair."""
    for x in values:
        present = values[x].dropna()
        if len(present) > 1:
            mean, low, high = findings_claims.interval(present)
            yield {"x": text_of(float(str(x))), "n": len(present), "mean": mean, "ci_low": low, "ci_high": high}


def _compared(claim: Mapping[str, Any], axis: str) -> list[tuple[Settings, Settings]]:
    """Pairs of settings that are drawn: those of the claim, and those that it is held against."""
    pairs = [(claim["from"], claim["to"])]
    against = claim.get("against")
    if against and "from" not in against and axis not in against:
        pairs.append((claim["from"] | against, claim["to"] | against))
    return pairs


def _curves(
    claim: Mapping[str, Any], axis: str, runs: pd.DataFrame, series: pd.DataFrame, world: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """All curves of a claim in one world."""

    def named(settings: Settings, **more: Any) -> dict[str, Any]:
        part = world["prefix"] + settings["part"] if "part" in settings else world["part"]
        return {**settings, **more} | ({"part": part} if part else {})

    def table(settings: Settings) -> pd.DataFrame:
        """Values by replicate (rows) and place on the axis."""
        if not axis:
            ids = _ids(runs, named(settings))
            return wide.loc[ids].set_index(ids.index)
        columns = {}
        for level in levels:
            ids = _ids(runs, named(settings, **{axis: level}))
            columns[level] = ids.map(ends)
        return pd.DataFrame(columns)

    if axis:
        window = findings_claims.window_of(claim, int(runs["steps"].max()))
        ends = findings_claims.window_means(series, claim["measure"], claim.get("issue", "pooled"), window)
        levels = list(runs[axis.replace(".", "_")].unique())
    else:
        rows = series[series["issue"] == claim.get("issue", "pooled")]
        wide = rows.pivot(index="run_id", columns="step", values=claim["measure"])
    for before, after in _compared(claim, axis):
        plain = [{name: value for name, value in side.items() if name != axis} for side in (before, after)]
        if plain[0] == plain[1]:  # one curve, and its differences to where the claim begins
            values = table(plain[0])
            lines = {("value", words(plain[0])): values}
            common = f"to {words({axis: before[axis]})}"
            difference: pd.DataFrame = values.drop(columns=before[axis]).sub(values[before[axis]], axis=0)
        else:
            sides = [table(side) for side in plain]
            lines = {("value", words(side)): values for side, values in zip(plain, sides, strict=True)}
            common = words({name: value for name, value in plain[0].items() if plain[1].get(name) == value})
            difference = sides[1] - sides[0]
        lines["difference", common] = difference
        for (kind, line), values in lines.items():
            for row in _stated(values):
                yield {"kind": kind, "line": line, **row}


def curves(claims: Sequence[Mapping[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The curves of one hypothesis.

    Parameters
    ----------
    claims : sequence of mapping
        All claims of the hypothesis; they are of one plan.
    folder : path
        The results of the plan.
    """
    runs, series = (pd.read_csv(folder / f"{name}.csv", low_memory=False) for name in ("runs", "series"))
    parts = set(runs["part"])
    plain = parts == {"model", findings_claims.NULL}
    worlds = {"model": {"part": "model" if plain else "", "prefix": ""}}
    if plain or any(part.startswith(f"{findings_claims.NULL}, ") for part in parts):
        worlds["realists"] = {"part": findings_claims.NULL if plain else "", "prefix": f"{findings_claims.NULL}, "}
    found = []
    for number, places in enumerate(rows_of(claims), start=1):
        claim = claims[places[0]]
        axis = axis_of(claim)
        chosen = findings_claims.with_what_it_needs(claim, runs, series)
        for world, names in worlds.items():
            for row in _curves(claim, axis, chosen, series, names):
                found.append(
                    {
                        "hypothesis": claim["hypothesis"],
                        "row": number,
                        "measure": claim["measure"],
                        "issue": claim.get("issue", "pooled"),
                        "axis": axis or "step",
                        "world": world,
                        **row,
                    }
                )
    return found
