"""The command, its table, and what it does with cases that fail."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.studies.verification import verify as module
from forumsim.studies.verification.case import Case, claim, estimate, exactly, mean_interval, mean_within, near
from forumsim.studies.verification.cases import CASES
from forumsim.studies.verification.verify import choose, table, verify


def broken():
    yield exactly("two and two", 4, 5)


def raises():
    yield exactly("two and two", 4, 4)
    raise ArithmeticError("no more figures")


FINE = Case("fine", "A case that holds", "arithmetic", lambda: [exactly("two and two", 4, 4)])
BROKEN = Case("broken", "A case that fails", "arithmetic", broken)
RAISES = Case("raises", "A check with a defect", "arithmetic", raises)
EMPTY = Case("empty", "A check that finds nothing", "nothing", lambda: [])


@pytest.fixture
def cases(monkeypatch):
    monkeypatch.setattr(module, "CASES", (FINE, BROKEN, RAISES, EMPTY))
    monkeypatch.setattr("forumsim.studies.verification.cases.CASES", (FINE, BROKEN, RAISES, EMPTY))


def call(*words):
    return CliRunner().invoke(app, ["verify", "--workers", "1", *words])


def test_names_are_unique_and_each_case_says_where_it_comes_from():
    assert len({case.name for case in CASES}) == len(CASES) >= 15
    assert all(case.title and case.source for case in CASES)


def test_a_case_that_fails_raises_or_finds_nothing_does_not_hold(cases):
    assert [result.holds for result in verify(workers=1)] == [True, False, False, False]


def test_the_command_prints_target_and_obtained_and_ends_with_1_when_one_fails(cases, tmp_path):
    result = call("--out", str(tmp_path / "table.csv"))
    assert result.exit_code == 1
    assert "FAILS  two and two  4" in result.output and "ArithmeticError" in result.output
    assert "1 of 4 cases hold" in result.output and "broken, raises, empty failed" in result.output
    written = pd.read_csv(tmp_path / "table.csv", dtype=str, keep_default_na=False)
    assert written.columns.tolist() == [
        "case", "title", "source", "finding", "target", "obtained", "interval", "verdict"]  # fmt: skip
    assert written["verdict"].tolist() == ["holds", "fails", "fails", "fails"]
    assert call("fine").exit_code == 0


def test_unknown_names_are_a_mistake(cases):
    result = call("fien", "fine", "x")
    assert result.exit_code == 2
    assert "fien: no such case" in result.output and "did you mean 'fine'" in result.output and "x: no" in result.output
    with pytest.raises(InputError):
        choose(["fien"])


def test_the_list_names_cases_and_sources():
    result = CliRunner().invoke(app, ["verify", "--list"])
    assert result.exit_code == 0
    assert all(case.name in result.output for case in CASES)


def test_real_cases_in_two_processes_give_the_same_table():
    names = ["bandwagon", "partition"]
    pd.testing.assert_frame_equal(table(verify(names, workers=2)), table(verify(names, workers=1)))


def test_findings_at_their_edges():
    assert near("x", 1.0, 1.1, 0.1 + 1e-12).holds and not near("x", 1.0, 1.11, 0.1).holds
    assert not near("x", 1.0, float("nan"), 0.1).holds
    assert claim("x", True, "yes").holds and not claim("x", False, "no").holds


def test_an_estimate_has_to_be_near_and_narrow():
    values = [0.9, 1.1] * 50
    mean, low, high = mean_interval(values)
    assert mean == pytest.approx(1.0) and low < 1.0 < high
    assert high - mean == pytest.approx(mean - low) == pytest.approx(3.391 * 0.1005 / 10, rel=1e-3)  # t of 99.9 %
    assert estimate("x", 1.0, values, tolerance=0.05).holds
    assert not estimate("x", 1.0, values, tolerance=0.01).holds  # too wide to say
    assert not estimate("x", 1.2, values, tolerance=0.5).holds  # narrow, and elsewhere
    assert not estimate("x", 1.0, [1.0], tolerance=1.0).holds  # one observation says nothing
    assert mean_within("x", 0.9, 1.1, values).holds and not mean_within("x", 0.99, 1.1, values).holds


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_known_result(case):
    findings = list(case.check())
    assert findings
    assert all(finding.holds for finding in findings), [finding for finding in findings if not finding.holds]
