"""The life of organisations, tuned on half of the figures, and what becomes of the half that is held out.

    python benchmarks/life_tuning.py [RUNS] [FILE]

Tries all settings of `GRID` in `ai_governance` (12 runs each unless said otherwise), takes the one that comes nearest
to the figures for tuning (`forumsim.studies.backtest.lives`), and prints it with the figures of 40 runs at another
seed. The figures that are held out are not looked at before. ``FILE`` (docs/life_tuning.csv) gets the latter as a
table. It takes some minutes; nothing that ships is set by it.
"""

from __future__ import annotations

import itertools
import sys

import numpy as np
import pandas as pd

from forumsim.scenarios import load_scenario
from forumsim.studies.backtest.lives import HALVES, lives
from forumsim.studies.backtest.losses import life_losses, verdict

#: Parameters and the values tried: what makes forums dormant and kills them, and what moves members.
GRID = {
    "lifecycle.dormant": (0.5, 0.8, 1.0),
    "lifecycle.death": (0.007, 0.014, 0.02),
    "taste.renewal": (0.0, 0.01, 0.015),
    "membership.loyalty": (6, 7),
}
#: A rate of 0 counts as this: so far off that the logarithm is still finite.
LEAST = 0.005


def distance(table: pd.DataFrame) -> float:
    """Mean absolute log ratio of the figures for tuning to the nearest end of what they are in the world."""
    some = table[table["half"] == HALVES[0]]
    value = np.maximum(some["value"].to_numpy(float), LEAST)
    nearest = np.clip(value, some["figure_low"].to_numpy(float), some["figure_high"].to_numpy(float))
    return float(np.mean(np.abs(np.log(value / nearest))))


def main() -> None:
    """Print every setting with its distance, then the best with all figures."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    case = load_scenario("ai_governance")
    found = []
    for values in itertools.product(*GRID.values()):
        given = dict(zip(GRID, values, strict=True))
        off = distance(lives(case, runs, parameters=given))
        found.append((off, given))
        print(f"{off:.3f} {given}", flush=True)
    best = min(found, key=lambda entry: entry[0])[1]
    table = lives(case, 40, seed=2, parameters=best)
    print("best", best)
    print(table.assign(verdict=table.apply(verdict, axis=1)).drop(columns=["above", "below", "source"]).to_string())
    for sentence in life_losses(table, case.steps / 4):
        print(sentence)
    if len(sys.argv) > 2:
        told = table[["quantity", "value", "low", "high"]]
        told.to_csv(sys.argv[2], index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
