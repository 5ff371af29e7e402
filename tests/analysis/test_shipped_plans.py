"""The numbers of the report of every plan that is shipped, against plain pandas on the CSV of the plan, made short.

The plans keep their design, parts, twins, contrasts and recordings; they are run for fewer steps and replicates.
`page_numbers` reads the tables of the page and `page_reading` its sentences; what is held against them
(`plain_results`, `plain_models`) imports nothing of forumsim.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from page_numbers import check_tables
from page_reading import check_paragraphs, check_reading
from plain_results import Tables

from forumsim.analysis import load_results, report
from forumsim.analysis.report_page import build_page
from forumsim.analysis.style import Sheet
from forumsim.studies.sensitivity.analysis import analyse
from forumsim.sweeps import sweep

ROOT = Path(__file__).resolve().parents[2] / "experiments"
#: Not a plan of a sweep: what is claimed of the plans, and what `forumsim calibrate` takes.
OTHERS = ("claims", "calibration_example")
PLANS = sorted(path for path in ROOT.rglob("*.toml") if path.stem not in OTHERS)
#: Compared each time: parts with twins, contrasts and recorded events; a design over three factors, one of words; and
#: levels of one factor in parts.
FAST = ("nuclear", "open_doors", "h16_network")


def shortened(path: Path) -> dict[str, Any]:
    """A shipped plan with fewer steps, replicates and points; all kinds of things that it has stay."""
    plan = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = plan.get("part", [])
    acts = [act for where in (plan, *parts) for act in where.get("interventions", [])]
    steps = max([24, *(act["step"] + 8 for act in acts)])
    plan |= {"steps": steps, "replicates": 3}
    for part in parts:
        if "steps" in part:
            part["steps"] = steps
    record = plan.setdefault("record", {})
    record["every"] = min(record.get("every", 1), 4)
    if "snapshots" in record:
        record["snapshots"] = [0, steps]
    for name, given in plan.get("vary", {}).items():
        if isinstance(given, dict) and "n" in given:
            plan["vary"][name] = given | {"n": 3}
    design = plan.get("design", {})
    if "trajectories" in design:
        design["trajectories"] = 3
    if design.get("kind") == "saltelli":
        design["n"] = 4
        plan["replicates"] = 2
    return plan


def page_of(path: Path, folder: Path, drawn: bool) -> tuple[str, Tables]:
    """Run a plan; the page of its report, and its tables."""
    plan = shortened(path)
    sweep(plan, folder, plan_folder=path.parent, yes=True)
    if plan.get("design", {}).get("kind") == "morris":
        analyse(folder)  # its indices are a table of the report
    if drawn:
        return report(folder, sheet=Sheet(("png",), dpi=50)).read_text(encoding="utf-8"), Tables(folder, plan)
    return build_page(load_results(folder), []), Tables(folder, plan)


def check(page: str, own: Tables) -> int:
    """Hold all numbers of a page against the CSV; how many were compared."""
    return sum(check_tables(page, own).values()) + check_reading(page, own) + check_paragraphs(page, own)


@pytest.mark.filterwarnings("ignore::forumsim.running.notes.RunNote")  # what is dated after a shorter run's end
@pytest.mark.parametrize("name", FAST)
def test_the_report_of_a_shipped_plan_equals_plain_pandas(name, tmp_path):
    assert check(*page_of(next(path for path in PLANS if path.stem == name), tmp_path / "out", drawn=False)) > 400


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::forumsim.running.notes.RunNote")
@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_reports_of_all_shipped_plans_equal_plain_pandas(path, tmp_path):
    assert check(*page_of(path, tmp_path / "out", drawn=True)) > 200
