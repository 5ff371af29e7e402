"""Command lines that cannot be understood: each mistake that people make is told with what to type instead."""

from __future__ import annotations

import shlex

import pytest
from typer.testing import CliRunner

from forumsim.commands.cli import app


def told(line):
    result = CliRunner().invoke(app, shlex.split(line))
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.output.startswith("forumsim: ")
    return " ".join(result.output.split())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("run two_blocs --set dialogue.level 0.8", "write it without spaces: --set dialogue.level=0.8"),
        ("run two_blocs --set dialogue.level = 0.8", "write it without spaces: --set dialogue.level=0.8"),
        ("run two_blocs --set dialogue.level= 0.8", "write it without spaces: --set dialogue.level=0.8"),
        ("run two_blocs --set dialogue.level =0.8", "write it without spaces: --set dialogue.level=0.8"),
        ("run two_blocs --twin dialogue.level 0", "write it without spaces: --twin dialogue.level=0"),
        ("run two_blocs --set realist=1 dialogue.level=1", "a --set of its own: --set dialogue.level=1"),
        ("run two blocs", "'blocs': belongs to no option and to no argument (put a name with spaces in quotes"),
        ("run", "scenario: is missing; allowed: a shipped scenario or a folder of your own"),
        ("run two_blocs --seed abc", "--seed: found 'abc'; allowed: a whole number from 0 to 2147483647"),
        ("run two_blocs --seed=1.5", "--seed: found '1.5'; allowed: a whole number from 0 to 2147483647"),
        ("run two_blocs --steps 0", "--steps: found '0'; allowed: a whole number from 1 to 100000"),
        ("run two_blocs --steps", "--steps: its value is missing; allowed: a whole number from 1 to 100000"),
        ("run two_blocs --set", "--set: its value is missing; allowed: --set NAME=VALUE"),
        ("run two_blocs --step 10", "--step: no such option; allowed: --seed, --steps,"),
        ("run two_blocs --step 10", "did you mean '--steps'?"),
        ("sweep a.toml --worker 2", "did you mean '--workers'?"),
        ("rum two_blocs", "rum: no such command; allowed: scenarios, run, sweep,"),
        ("rum two_blocs", "did you mean 'run'?"),
        ("two_blocs", "is it a scenario? forumsim run two_blocs"),
        ("talk.toml", "is it a plan? forumsim sweep talk.toml"),
        ("help", "forumsim -h shows what there is"),
        ("-v", "-v: no such option; allowed: --version"),
        ("package x --most-mb much", "--most-mb: found 'much'; allowed: a number, 0 or more"),
    ],
)
def test_words_that_cannot_be_understood(line, words):
    assert words in told(line)


def test_the_help_that_is_named_is_that_of_the_command():
    assert told("run two_blocs --step 3").endswith("forumsim run -h says what it takes")
    assert told("rum").endswith("forumsim -h says what it takes")
    assert CliRunner().invoke(app, ["run", "-h"]).exit_code == 0


def test_folders_that_were_named_without_a_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, file, words in (
        ("mine", "scenario.toml", "is it a scenario? forumsim run mine"),
        ("out", "manifest.json", "is it a results folder? forumsim report out"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).touch()
        assert words in told(folder)


def test_files_and_folders_that_are_nearly_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("talks.toml", "case/scenario.toml", "results/talks/manifest.json", "results/talks/plan.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}" if name.endswith("json") else "")
    for line, words in (
        ("plan talks", "talks: no such file;"),
        ("plan talks", "did you mean talks.toml?"),
        ("plan talk.toml", "did you mean talks.toml?"),
        ("plan Talks.TOML", "did you mean talks.toml?"),
        ("plan case", "it is a scenario: forumsim run case"),
        ("plan results/talks", "it holds results; their plan is results/talks/plan.toml"),
        ("run talks.toml", "if it is a plan: forumsim sweep talks.toml"),
        ("run cases", "did you mean case?"),
        ("report results", "did you mean results/talks?"),
        ("report results/talk", "did you mean results/talks?"),
    ):
        assert words in told(line)
    assert "did you mean" not in told("plan nothing_like_it.toml")


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("True", "TOML writes true and false in small letters"),
        ("[1, .5]", "write a zero before the point: 0.5"),
        ("-.25", "write a zero before the point: 0.25"),
        ("0,5", "write the decimals after a point: 0.5"),
        ("None", "TOML has no missing value: leave the key out"),
        ("two_blocs", 'put a text in quotes: "two_blocs"'),
        ("\u201ctwo_blocs\u201d", 'write straight quotes: "..."'),
    ],
)
def test_values_that_are_no_toml(tmp_path, value, hint):
    path = tmp_path / "plan.toml"
    path.write_text(f'scenario = "two_blocs"\nx = {value}\n', encoding="utf-8")
    text = told(f"plan {path}")
    assert "line 2" in text
    assert hint in text
