"""The golden runs, measures, rules and plans give what is stored, and what is stored can tell a change."""

from __future__ import annotations

import dataclasses

import golden_runs
import pytest
from golden_plans import PLANS, digests_of_plan
from golden_rules import RULES, digest_of_rule
from golden_runs import (
    CASES,
    Case,
    as_toml,
    differences,
    digest_of_measure,
    digests_of_measures,
    digests_of_run,
    outcome,
    rounded,
    stored,
)

from forumsim.core.measures import MEASURES
from forumsim.core.terms import Event
from forumsim.scenarios import list_scenarios

WHAT_TO_DO = """
The golden digests are no longer those in tests/golden/digests.toml. A digest changes only when results change.
If no result was meant to change, this is a bug. If it was: `make golden` renews the file and lists what changed;
say in the commit what changed these results and why.
"""
#: Logged by dated shocks and openings alone, which the shipped scenarios have at other times or not at all.
DATED = {Event.CRISIS, Event.SUMMIT, Event.RED_LINE, Event.OPENING}


def check(table, found):
    changes = differences({table: stored().get(table, {})}, {table: found})
    assert not changes, "\n".join([*changes, WHAT_TO_DO])


@pytest.mark.parametrize("name", CASES)
def test_golden_run(name):
    check(f"run.{name}", {"run": str(CASES[name])} | digests_of_run(outcome(name)))


def test_every_measure_over_all_golden_runs():
    check("measures", digests_of_measures())


@pytest.mark.parametrize("name", RULES)
def test_every_rule_alone(name):
    found = digest_of_rule(name)
    assert found == stored()["rules"].get(name), f"rule {name}: {WHAT_TO_DO}"
    assert found != digest_of_rule(None), f"the rule {name} does nothing to these worlds"


@pytest.mark.parametrize("name", PLANS)
def test_the_tables_of_a_plan(name):
    check(f"plan.{name}", digests_of_plan(name))


def test_the_file_holds_these_and_no_others():
    names = [*(f"run.{name}" for name in CASES), "measures", "rules", *(f"plan.{name}" for name in PLANS)]
    assert list(stored()) == names, "`make golden` renews tests/golden/digests.toml"
    assert list(stored()["rules"]) == list(RULES)
    assert list(stored()["measures"]) == [measure.name for measure in MEASURES]


def test_every_shipped_scenario_has_golden_runs():
    assert {case.scenario for case in CASES.values()} == set(list_scenarios())


def test_the_golden_runs_see_every_rule():
    """Each kind of event that a rule can log happens in some run, so that no rule may change unseen."""
    seen = {Event(kind) for name in CASES for kind in outcome(name).world.log()["kind"]}
    assert set(Event) - seen <= DATED


# --- a digest can change ----------------------------------------------------------------------------------------
SMALL = Case("two_blocs", 1, 8, {"dialogue.level": 0.6}, {"polarisation": 0.8})


@pytest.fixture
def run():
    return SMALL.simulate()


def test_the_same_run_has_the_same_digests(run):
    assert digests_of_run(run) == digests_of_run(SMALL.simulate())


@pytest.mark.parametrize("change", [{"seed": 2}, {"parameters": {"dialogue.level": 0.61}}, {"steps": 9}])
def test_another_run_has_others(run, change):
    other = dataclasses.replace(SMALL, **change).simulate()
    assert digest_of_measure("trust_across", [other]) != digest_of_measure("trust_across", [run])


@pytest.mark.parametrize("size, told", [(1e-6, True), (1e-15, False)])
def test_one_event_one_measure_one_membership_tell(run, size, told):
    before, trust, enf = digests_of_run(run), digest_of_measure("trust_across", [run]), digest_of_measure("enf", [run])
    run.world.log()["value"][3] += size
    run.series.loc[5, "trust_across"] += size
    after = digests_of_run(run)
    assert (after["events"] != before["events"], digest_of_measure("trust_across", [run]) != trust) == (told, told)
    assert digest_of_measure("enf", [run]) == enf  # of a changed measure only its own digest tells
    assert after["memberships"] == before["memberships"]
    run.memberships.loc[2, "actor"] = "nobody"
    run.world.log()["actor"][0] += 1
    assert digests_of_run(run)["memberships"] != before["memberships"]
    assert digests_of_run(run)["events"] != after["events"]


def test_rounding():
    assert [rounded(x) for x in (0.1 + 0.2, 1 / 3, -1e-17, 1e-17, float("nan"), 12345.678912345)] == [
        "0.3", "0.333333333", "0", "0", "nan", "12345.6789",
    ]  # fmt: skip


def test_what_changed_is_said():
    old = {"run.a": {"run": "r", "events": "e"}, "measures": {"enf": "m"}}
    new = {"run.a": {"run": "r", "events": "f"}, "measures": {"enf": "m", "trust": "t"}}
    assert differences(old, new) == ["run.a, events: e -> f", "measures, trust: new"]
    assert differences(new, old) == ["measures, trust: gone", "run.a, events: f -> e"]
    assert differences(old, old) == []


def test_the_file_reads_back(tmp_path, monkeypatch):
    monkeypatch.setattr(golden_runs, "FILE", tmp_path / "digests.toml")
    assert stored() == {}
    found = {"run.a": {"run": "r", "events": "e"}, "measures": {"enf": "m"}, "plan.b": {"runs": "3 rows x"}}
    golden_runs.FILE.write_text(as_toml(found), encoding="utf-8")
    assert stored() == found
