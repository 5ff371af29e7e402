"""Extensions on the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from forumsim import simulate
from forumsim.commands.cli import app
from forumsim.results.results import Results
from forumsim.studies.verification.verify import verify

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


def test_a_file_that_is_not_there_is_refused(tmp_path):
    result = run("--with", tmp_path / "absent.py", "--out", tmp_path / "out")
    assert result.exit_code == 2 and "no such file" in result.output
    assert not (tmp_path / "out").exists()


def test_a_run_with_out_writes_tables_that_check_and_rerun_read(tmp_path, file):
    out = tmp_path / "out"
    assert run("--with", file, "--set", "fatigue.loss=0.2", "--out", out).exit_code == 0
    series = simulate("two_blocs", steps=6, with_=file, parameters={"fatigue.loss": 0.2}).series
    there = Results(out).series
    assert there["mean_trust"].to_numpy() == pytest.approx(series["mean_trust"].to_numpy(), rel=1e-7, nan_ok=True)
    assert CliRunner().invoke(app, ["check", str(out)]).exit_code == 0
    run_id = there["run_id"][0]
    refused = CliRunner().invoke(app, ["rerun", str(out), run_id])
    assert refused.exit_code == 2 and "needs the extension 'my_rules.py'" in refused.output
    again = CliRunner().invoke(app, ["rerun", str(out), run_id, "--with", str(file)])
    assert again.exit_code == 0 and "identical" in again.output and "--with my_rules.py" in again.output


def test_scenarios_shows_what_an_extension_adds(file):
    result = CliRunner().invoke(app, ["scenarios", "two_blocs", "--with", str(file)])
    assert result.exit_code == 0
    for part in (
        "fatigue.loss  0.01     0 to 1",
        "Share of trust that everybody loses",
        "mean_trust",
        "after dialogue",
    ):
        assert part in result.output


def test_a_plan_is_looked_at_and_swept_with_it(tmp_path, file):
    plan = tmp_path / "plan.toml"
    plan.write_text('scenario = "two_blocs"\nwith = ["my_rules.py"]\nsteps = 4\nreplicates = 1\n'
                    '[fields]\nactors = 6\n[vary]\n"fatigue.loss" = [0, 0.5]\n', encoding="utf-8")  # fmt: skip
    out = tmp_path / "out"
    for words in (["plan", plan, "--no-try"], ["sweep", plan, "--out", out, "--workers", 1, "-q"]):
        refused = CliRunner().invoke(app, list(map(str, words)))
        assert refused.exit_code == 2 and "needs the extension 'my_rules.py'" in refused.output
        assert CliRunner().invoke(app, [*map(str, words), "--with", str(file)]).exit_code == 0
    assert list(Results(out).runs["fatigue_loss"]) == [0, 0.5]


def test_verify_tries_each_function(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("""
from forumsim.extensions import decision_rule, measure

@measure(high=2)
def of_the_first(world, p):
    return world.power[0]

@measure(high=2)
def of_all(world, p):
    return world.power.sum()

@decision_rule()
def minority(world, p, forum, support, voters):
    return support[voters].sum() < voters.sum() / 2
""")
    found = {result.case.name: result for result in verify(workers=1, with_=bad)}
    wrong = {name: [f.what for f in result.findings if not f.holds] for name, result in found.items()}
    assert wrong["of_all"] == []
    assert wrong["of_the_first"] == ["the same whatever the order of actors"]
    assert len(wrong["minority"]) == 1 and "more support" in wrong["minority"][0]
