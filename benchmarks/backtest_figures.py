"""The tables behind docs/backtest.md, from what `forumsim backtest` writes, and without the chance of every state.

    forumsim backtest --out results/backtest.csv
    forumsim backtest --hindcast --out results/hindcast.csv
    python benchmarks/backtest_figures.py results docs

writes ``backtest.csv`` and ``hindcast.csv`` into the second folder. ``backtest_changes.csv`` and ``life_tuning.csv``
beside them are written by the scripts of these names. The tables of the page are made of all four by ``python
docs/make_tables.py docs/backtest.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd


def main() -> None:
    """Write both tables."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for name in ("backtest", "hindcast"):
        table = pd.read_csv(results / f"{name}.csv")
        table = table[table["part"] != "chance"].dropna(axis=1, how="all")
        table.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
