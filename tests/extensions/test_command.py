"""Extensions on the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from forumsim import simulate
from forumsim.commands.cli import app

TEXT = """
from forumsim.extensions import measure, parameter, rule

@rule(after="dialogue", loss=parameter(0.01, 0, 1, "Share of trust that everybody loses in a step."))
def fatigue(world, p, loss):
    world.trust *= 1 - loss

@measure(label="Mean trust", per_issue=False)
def mean_trust(world, p):
    n = world.actors
    return world.trust.sum() / (n * (n - 1))
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_rules.py"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*words):
    return CliRunner().invoke(app, ["run", "two_blocs", "--steps", "6", *map(str, words)])


def test_a_run_has_the_rule_its_parameter_and_its_measure(file):
    result = run("--with", file, "--set", "fatigue.loss=0.2")
    assert result.exit_code == 0, result.output
    series = simulate("two_blocs", steps=6, with_=file, parameters={"fatigue.loss": 0.2}).series
    pooled = series.loc[series["issue"] == "pooled", "mean_trust"]
    assert f"{pooled.iloc[0]:.2f} -> {pooled.iloc[-1]:.2f}" in result.output
    assert "Mean trust" in result.output


def test_its_parameter_is_unknown_without_it_and_checked_with_it(file):
    assert "fatigue.loss: no such parameter" in run("--set", "fatigue.loss=0.2").output
    result = run("--with", file, "--set", "fatigue.loss=2", "--set", "fatigue.los=1")
    assert result.exit_code == 2
    assert "found 2; allowed: 0 to 1" in result.output and "did you mean 'fatigue.loss'" in result.output


def test_a_file_that_is_not_there_and_tables_are_refused(tmp_path, file):
    assert run("--with", tmp_path / "absent.py").exit_code == 2
    result = run("--with", file, "--out", tmp_path / "out")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    assert "cannot be written yet" in result.output
