"""The document of the case names rows, parameters, events and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forumsim.core.parameters import find_parameter
from forumsim.scenarios import load_scenario
from forumsim.scenarios.overlays import list_overlays

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "cases" / "ai_governance.md"


@pytest.fixture(scope="module")
def facts() -> list[list[str]]:
    """The cells of the table of facts: fact, row, acts as, in the log, test, source."""
    text = DOCUMENT.read_text(encoding="utf-8").split("## The facts")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return rows[2:]


def test_each_fact_has_a_row_of_the_tables_or_a_parameter(facts: list[list[str]]) -> None:
    tables = load_scenario("ai_governance").tables
    ids = {name: {row.id for row in getattr(tables, name)} for name in ("actors", "forums", "shocks", "channels")}
    ids |= {name: {row.forum for row in getattr(tables, name)} for name in ("memberships", "gates")}
    assert len(facts) >= 34  # those that the case is described by
    for fact, rows, *_ in facts:
        names = re.findall(r"`([^`]+)`", rows)
        assert names, fact
        for name in names:
            table, _, row = name.partition(".")
            assert row in ids.get(table, ()) or find_parameter(name) is not None, (fact, name)


def test_each_fact_has_a_test(facts: list[list[str]]) -> None:
    tests = set(
        re.findall(
            r"^def (test_\w+)", "".join(p.read_text() for p in DOCUMENT.parents[2].glob("tests/facts/test_*.py")), re.M
        )
    )
    for fact, _, acts, log, named, _ in facts:
        found = re.findall(r"`(test_\w+)`", named)
        assert found and set(found) <= tests, fact
        assert acts and log


def test_each_forum_shock_and_held_dialogue_of_the_case_is_in_the_table(facts: list[list[str]]) -> None:
    """Nothing of the scenario stands outside the facts, but for what this names."""
    said = {name for _, rows, *_ in facts for name in re.findall(r"`([^`]+)`", rows)}
    tables = load_scenario("ai_governance").tables
    ours = {f"forums.{row.id}" for row in tables.forums} | {f"shocks.{row.id}" for row in tables.shocks}
    assert ours - said == {"forums.G20_AIP", "shocks.ukraine_sanctions"}


def test_each_overlay_is_documented_with_its_command() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in list_overlays("ai_governance"):
        assert f"`forumsim run ai_governance --overlay {name}`" in text
