"""Holds every table of a report against plain pandas on the CSV; nothing of forumsim is imported here."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
from page_parts import Page, Rows, near
from page_runs import check_events, check_times, check_typical, check_who
from page_values import (
    check_contrasts,
    check_differences,
    check_effects,
    check_fits,
    check_means,
    check_twins,
    check_verdicts,
)
from plain_results import Tables


def check_tables(text: str, own: Tables) -> dict[str, int]:
    """Hold all tables of a page against the CSV.

    Returns
    -------
    dict
        How many numbers of each kind of table were compared.

    Raises
    ------
    AssertionError
        A number differs, a row is missing or too many, or there is a table that nothing here knows.
    """
    page = Page(text, own)
    found: dict[str, int] = {}
    for begins, check in CHECKS.items():
        for caption, rows in page.rows(begins):
            check(page, caption, rows)
            found[begins] = found.get(begins, 0) + sum(
                len(re.findall(r"\d+(?:[.,]\d+)*", cell)) for row in rows for cell in row.values()
            )
    unknown = [
        caption or heads for caption, heads, _ in page.tables if caption and not caption.startswith(tuple(CHECKS))
    ]
    assert not unknown, f"tables that no check knows: {unknown}"
    return found


def check_indices(page: Page, caption: str, rows: Rows) -> None:
    """Those that `forumsim sensitivity` computed, as its table has them."""
    table = pd.read_csv(page.own.folder / "sensitivity.csv", keep_default_na=False)
    assert len(table) == len(rows)
    for row, hand in zip(rows, table.to_dict("records"), strict=True):
        assert (page.issue(row["issue"]), row["factor"], row["index"]) == (hand["issue"], hand["factor"], hand["index"])
        for head, column in (("estimate", "estimate"), ("95 % from", "ci_low"), ("95 % to", "ci_high")):
            near(row[head], float(hand[column] or "nan"), 3, row)


def check_thresholds(page: Page, caption: str, rows: Rows) -> None:
    """No shipped plan sets one: they are those of the ODD."""
    values = {row["threshold"]: row["value"] for row in rows}
    right = {
        "measure.state_steps": "20",
        "measure.shared_f": "0.5",
        "measure.divided_f": "0.67",
        "measure.one_enf": "2",
        "measure.twin": "0.05",
    }
    assert right.items() <= values.items()


#: What holds a table against the CSV, by how its caption begins.
CHECKS: dict[str, Callable[[Page, str, Rows], None]] = {
    "End values:": check_means,
    "Paired differences of end values:": check_differences,
    "Contrasts of the plan;": check_contrasts,
    "Runs against their twins": check_twins,
    "Verdicts on the state": check_verdicts,
    "Verdicts on the tendency": check_verdicts,
    "Time to convergence": check_times,
    "The run that is nearest to the median": check_typical,
    "Events a run of all actors together": check_events,
    "Events a run of the actors": check_who,
    "Events a run of the forums": check_who,
    "Metamodels:": check_fits,
    "Main effects by the metamodels:": check_effects,
    "Indices of sensitivity": check_indices,
    "Thresholds of the verdicts": check_thresholds,
}
