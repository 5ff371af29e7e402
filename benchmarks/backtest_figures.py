"""The tables behind docs/backtest.md, from what `forumsim backtest` writes, and without the chance of every state.

    forumsim backtest --out results/backtest.csv
    forumsim backtest --hindcast --out results/hindcast.csv
    python benchmarks/backtest_figures.py results docs

writes ``backtest.csv`` and ``hindcast.csv`` into the second folder, and ``backtest_coded.csv``: the scores without the
states whose military position or red line was coded from what they did. ``backtest_changes.csv`` and
``life_tuning.csv`` beside them are written by the scripts of these names. The tables of the page are made of all of
them by ``python docs/make_tables.py docs/backtest.md``.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from forumsim.studies.backtest.scoring import MEAN, score

#: Forums on military use, whose texts the military positions and red lines were coded from.
MILITARY = ("US_POLDEC_MIL", "REAIM", "UNGA_LAWS")
FORECASTS = ("model", "logit", "relational", "share")


def coded_states() -> set[str]:
    """States with a military position from a vote or an act of their own, or with a red line (`state_priors.csv`)."""
    priors = pd.read_csv(str(files("forumsim") / "scenarios" / "ai_governance" / "state_priors.csv"))
    from_acts = priors["variable"].isin(["position_military", "red_line_military"])
    abstained = (priors["variable"] == "military_shift") & (priors["value"] < 0)
    return set(priors.loc[from_acts | abstained, "actor"])


def without_coded(table: pd.DataFrame) -> pd.DataFrame:
    """Scores of the military forums and of the mean, all states and without those that are coded."""
    chances = table[table["part"] == "chance"]
    pairs = chances.pivot(index=["item", "quantity"], columns="forecast", values="value").reset_index()
    pairs = pairs.rename(columns={"item": "forum", "quantity": "state", "fact": "member"})
    order = list(dict.fromkeys(chances["item"]))  # the bootstrap over forums goes by their order
    pairs = pairs.sort_values("forum", key=lambda names: names.map(order.index), kind="stable")
    pairs["member"], pairs["powerful"] = pairs["member"] > 0.5, False
    parts = []
    out = pairs["forum"].isin(MILITARY) & pairs["state"].isin(coded_states())
    for states, some in (("all", pairs), ("without coded", pairs[~out])):
        some = some.assign(share=some.groupby("forum")["member"].transform("mean"))
        twice = np.array([some["model"], some["model"]])  # chance between replicates is in the table of all states
        found = score(some, twice, np.ones(2), FORECASTS)
        sizes = some.groupby("forum").size()
        found = found[found["forum"].isin([*MILITARY, MEAN]) & (found["quantity"] != "expected")]
        parts.append(found.assign(states=states, n=found["forum"].map(sizes)).drop(columns="noise"))
    return pd.concat(parts)


def main() -> None:
    """Write the tables."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    tables = {name: pd.read_csv(results / f"{name}.csv", low_memory=False) for name in ("backtest", "hindcast")}
    coded = without_coded(tables["backtest"])
    for name, table in tables.items():
        tables[name] = table[table["part"] != "chance"].dropna(axis=1, how="all")
    for name, table in {**tables, "backtest_coded": coded}.items():
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
