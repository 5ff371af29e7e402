"""What two findings hang on: docs/assumptions.csv, from the tables of the experiments that take an assumption away.

    forumsim sweep experiments/assumptions_candour.toml
    forumsim sweep experiments/assumptions_crisis.toml
    python benchmarks/assumptions.py results docs

The first holds insincere dialogue against silent twins, with allies who deceive each other less and without; the second
a crisis among those who talk against none, with crisis talks that are meant the more and without. Effects are
differences of F across blocs at the end, with 95 % t intervals over pairs of runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

COLUMNS = ["experiment", "setting", "issue", "n", "effect", "ci_low", "ci_high"]


def main() -> None:
    """Write the table."""
    results, folder = Path(sys.argv[1]), Path(sys.argv[2])
    talks = pd.read_csv(results / "assumptions_candour" / "summary.csv").query("measure == 'twin_difference'")
    talks = talks.rename(columns={"mean": "effect"}).assign(experiment="insincere dialogue")
    talks["setting"] = "dialogue.candour = " + talks["dialogue_candour"].map("{:g}".format)
    crisis = pd.read_csv(results / "assumptions_crisis" / "contrasts.csv").query(
        "measure == 'fragmentation_across' and issue == 'pooled'"
    )
    crisis = crisis.rename(columns={"difference": "effect", "contrast": "setting"}).assign(experiment="crisis")
    table = pd.concat([talks, crisis])[COLUMNS]
    table.to_csv(folder / "assumptions.csv", index=False, float_format="%.4f", lineterminator="\n")


if __name__ == "__main__":
    main()
