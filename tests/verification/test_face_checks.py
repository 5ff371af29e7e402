"""Face checks: what they count is there, and an odd world is told."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from forumsim import load_scenario
from forumsim.commands.cli import app
from forumsim.scenarios import copy_scenario
from forumsim.studies.face_checks import face_checks


@pytest.fixture(scope="module")
def found():
    return face_checks(load_scenario("two_blocs"))


def figure(checks, start):
    (one,) = [check for check in checks if check.what.startswith(start)]
    return one


def test_every_check_has_a_figure_and_advice(found):
    assert len(found) == 9 and all(check.found and check.advice.endswith(".") for check in found)
    assert len({check.what for check in found}) == len(found)


def test_red_lines_that_members_cross_are_told():
    tight = load_scenario("two_blocs", red_line_military=0.02, polarisation=0.9)
    crossed = figure(face_checks(tight), "memberships at the start beyond")
    assert crossed.unusual and not crossed.found.startswith("0 of")


def test_a_fee_that_nobody_can_pay_is_told():
    dear = face_checks(load_scenario("two_blocs"), {"membership.fee": 40})
    held = figure(dear, "memberships at the start whose worth")
    assert held.unusual and "(100 %)" in held.found


def test_the_real_case_is_at_rest():
    checks = face_checks(load_scenario("ai_governance"))
    still = figure(checks, "memberships of standing forums")
    assert not still.unusual, still.found
    assert figure(checks, "memberships at the start beyond").found.startswith("0 of")


def test_the_command_prints_them(tmp_path):
    copy_scenario("two_blocs", tmp_path / "mine")
    for name in ("two_blocs", str(tmp_path / "mine")):
        said = CliRunner().invoke(app, ["scenarios", name, "--check"])
        first = [line.split()[0] for line in said.output.splitlines() if line]
        assert said.exit_code == 0 and first.count("ok") + first.count("look") == 9


def test_the_command_needs_a_name():
    said = CliRunner().invoke(app, ["scenarios", "--check"])
    assert said.exit_code == 2 and "no scenario is named" in said.output
