"""What was tried on the backtest of autumn 2024, each change beside what is done: the table of `docs/backtest.md`.

    python benchmarks/backtest_changes.py [REPLICATES] [FILE]

The last row chooses among the settings of `SETTINGS` for each forum by the Brier score of the other forums, as the
logits are fitted: nothing of the scored forum is in the choice. With 200 replicates (the default) it takes minutes.
``FILE`` (docs/backtest_changes.csv) gets the same as a table.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from forumsim.scenarios import Scenario, load_scenario
from forumsim.studies.backtest.compare import Comparison, compare
from forumsim.studies.backtest.losses import FAR_OFF, forums_of
from forumsim.studies.backtest.model_side import USUAL, Design
from forumsim.studies.backtest.scoring import MEAN, POWERFUL


@dataclass(frozen=True)
class Change:
    """One thing that is done differently."""

    name: str
    design: Design = USUAL
    parameters: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Any] = field(default_factory=dict)


#: Changes of the design and of the scenario.
CHANGES = (
    Change("as it is"),
    Change("spread of readiness as shipped (1)", Design(estimated=False)),
    Change("no readiness", parameters={"taste.readiness": 0}),
    Change("78/311 inherits from 78/265", cells={"forums.UNGA_78_311.predecessor": "UNGA_78_265"}),
    Change("charters of the given members", Design(own_charter=False)),
    Change("78/241: a vote costs .15 of a fee", cells={"forums.UNGA_LAWS.fee": 0.15}),
    Change("78/241: charter .5", cells={"forums.UNGA_LAWS.charter_military": 0.5}),
)
#: Settings of parameters within their plausible ranges, among which the last row chooses.
SETTINGS = (
    Change("as it is"),
    Change("utility.fit 1", parameters={"utility.fit": 1}),
    Change("membership.conflict 1", parameters={"membership.conflict": 1}),
    Change("membership.temperature .7", parameters={"membership.temperature": 0.7}),
    Change("membership.reciprocity 0", parameters={"membership.reciprocity": 0}),
    Change("fit 1, temperature .7", parameters={"utility.fit": 1, "membership.temperature": 0.7}),
)


def ask(case: Scenario, change: Change, replicates: int) -> Comparison:
    """The comparison with one change."""
    return compare(
        case.with_fields(**change.cells) if change.cells else case, replicates, 1, change.parameters, change.design
    )


def row(name: str, found: Comparison) -> tuple[Any, ...]:
    """Mean AUC with its noise, Brier score, AUC of the powerful, and number of forums within a factor of two."""
    inside = found.pairs.groupby("forum", sort=False)[["model", "member"]].sum()
    ratio = inside["model"] / inside["member"]
    near = int(((ratio > 1 / FAR_OFF) & (ratio < FAR_OFF)).sum())
    area, noise = (found.value(MEAN, "model", "auc", column) for column in ("value", "noise"))
    return name, area, noise, found.value(MEAN, "model", "brier"), found.value(POWERFUL, "model", "auc"), near


def chosen(settings: dict[str, Comparison]) -> tuple[Any, ...]:
    """What the setting scores that is best on the other forums, forum by forum."""
    names = list(settings)
    forums = forums_of(settings[names[0]])
    table = {
        quantity: np.array([[settings[name].value(f, "model", quantity) for f in forums] for name in names])
        for quantity in ("auc", "brier")
    }
    picked = [int(np.argmin(np.delete(table["brier"], k, axis=1).mean(axis=1))) for k in range(len(forums))]
    area, loss = (np.mean([table[q][p, k] for k, p in enumerate(picked)]) for q in ("auc", "brier"))
    return "chosen without the scored forum", area, None, loss, None, None


def main() -> None:
    """Print the table, and write it if a file is given."""
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    case = load_scenario("ai_governance")
    rows = [row(change.name, ask(case, change, replicates)) for change in CHANGES]
    settings = {change.name: ask(case, change, replicates) for change in SETTINGS}
    rows += [row(name, found) for name, found in settings.items() if name != CHANGES[0].name]
    table = pd.DataFrame([*rows, chosen(settings)], columns=["change", "auc", "noise", "brier", "powerful", "near"])
    print(table.to_string(index=False))
    if len(sys.argv) > 2:
        table.to_csv(sys.argv[2], index=False, float_format="%.6g", lineterminator="\n")


if __name__ == "__main__":
    main()
