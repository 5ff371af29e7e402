"""The golden runs give what is stored, and what is stored can tell a change."""

from __future__ import annotations

import dataclasses

import golden_runs
import pytest
from golden_runs import CASES, Case, as_toml, differences, digests_of_run, outcome, rounded, stored

from forumsim.core.terms import Event
from forumsim.scenarios import list_scenarios

WHAT_TO_DO = """
The golden runs no longer give what tests/golden/digests.toml has. A digest changes only when results change.
If no result was meant to change, this is a bug. If it was: `make golden` renews the file and lists what changed;
say in the commit what changed these results and why.
"""
#: Logged by dated shocks and openings alone, which the shipped scenarios have at other times or not at all.
DATED = {Event.CRISIS, Event.SUMMIT, Event.RED_LINE, Event.OPENING}


@pytest.mark.parametrize("name", CASES)
def test_golden_run(name):
    found = {"run": str(CASES[name])} | digests_of_run(outcome(name))
    kept = {key: value for key, value in stored().items() if key == name}
    changes = differences(kept, {name: found})
    assert not changes, "\n".join([*changes, WHAT_TO_DO])


def test_the_file_holds_these_cases_and_no_others():
    assert list(stored()) == list(CASES), "`make golden` renews tests/golden/digests.toml"


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
    other = digests_of_run(dataclasses.replace(SMALL, **change).simulate())
    assert other["measures"] != digests_of_run(run)["measures"]


@pytest.mark.parametrize("size, told", [(1e-6, True), (1e-15, False)])
def test_one_event_one_measure_one_membership_tell(run, size, told):
    before = digests_of_run(run)
    run.world.log()["value"][3] += size
    run.series.loc[5, "trust_across"] += size
    after = digests_of_run(run)
    assert (after["events"] != before["events"], after["measures"] != before["measures"]) == (told, told)
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
    old = {"run": "r", "events": "e", "measures": "m", "memberships": "s"}
    new = old | {"measures": "n"}
    assert differences({"a": old, "b": old}, {"a": old, "b": new}) == ["b: measures changed", "    measures: m -> n"]
    assert differences({"gone": old}, {"new": old}) == ["new: new", "gone: gone"]
    assert differences({"a": old}, {"a": old}) == []


def test_the_file_reads_back(tmp_path, monkeypatch):
    monkeypatch.setattr(golden_runs, "FILE", tmp_path / "digests.toml")
    assert stored() == {}
    found = {"a": {"run": "r", "events": "e", "measures": "m", "memberships": "s"}}
    golden_runs.FILE.write_text(as_toml(found | {"b": found["a"]}), encoding="utf-8")
    assert stored() == found | {"b": found["a"]}
