"""docs/extending.md as a reader follows it: its files, commands and programs run, and do what the text says."""

from __future__ import annotations

import re
import shlex

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from forumsim import InputError, simulate
from forumsim.commands.cli import app
from forumsim.core.schedule import SCHEDULE
from forumsim.plans import load_plan


@pytest.fixture(scope="module")
def guide(root):
    return (root / "docs" / "extending.md").read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def program(guide, function):
    """The file of the guide that has a function of this name."""
    (found,) = [block for block in blocks(guide, "python") if f"def {function}(" in block]
    return found


@pytest.fixture
def desk(guide, tmp_path, monkeypatch):
    """An empty folder with the files that the guide says to save."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    plan, *_ = blocks(guide, "toml")
    files = {
        "my_rules.py": program(guide, "fatigue"),
        "my_world.py": program(guide, "two_sizes"),
        "my_plan.toml": plan,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def call(line):
    result = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
    assert result.exit_code == 0, f"{line}\n{result.output}"
    return result.output


def commands(text):
    lines = [line for block in blocks(text, "sh") for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith("forumsim ")]


def test_the_commands_of_the_guide_run(guide, desk, root):
    """All of them, in their order; the sweep with one worker."""
    (desk / "examples").symlink_to(root / "examples")
    lines = commands(guide)
    assert {line.split()[1] for line in lines} == {"run", "plan", "sweep", "report", "verify", "scenarios"}
    for line in lines:
        told = call(line + " --workers 1 --quiet" if line.startswith("forumsim sweep") else line)
        if "fatigue.loss=0.05" in line:
            assert "Mean trust" in told
    results = desk / "results" / "my_plan"
    assert "fatigue_loss" in pd.read_csv(results / "runs.csv")
    assert "mean_trust" in pd.read_csv(results / "series.csv")
    assert "mean_trust" in set(pd.read_csv(results / "summary.csv")["measure"])
    assert "Mean trust" in (results / "report.html").read_text(encoding="utf-8")


def test_the_programs_of_the_guide_run(guide, desk):
    """Also the one that calls forumsim from Python, and the compiled rule."""
    (calls,) = [block for block in blocks(guide, "python") if "simulate(" in block]
    exec(compile(calls, "extending.md", "exec"), {"__name__": "extending"})
    (desk / "fast.py").write_text(program(guide, "toward_half"), encoding="utf-8")
    off = {f"rule.{rule.__name__}": False for rule in SCHEDULE}
    run = simulate("two_blocs", steps=2, with_="fast.py", parameters={**off, "toward_half.pace": 1.0})
    assert run.series["trust_across"].iloc[-1] == pytest.approx(0.5)


def test_the_climate_club_tips(guide, root):
    """As the guide says: next to nobody, few, all or a third at most, all; of 30 countries after 40 steps."""
    assert "At a rate of 12 all are in it." in guide

    def members(rate, seed):
        run = simulate("climate_clubs", seed=seed, with_=root / "examples/extensions/climate_clubs.py",
                       parameters={"carbon_tariff.rate": rate})  # fmt: skip
        return (run.memberships["step"] == 40).sum()

    sizes = {rate: [members(rate, seed) for seed in range(1, 9)] for rate in (0, 4, 8, 12)}
    assert 6 <= np.mean(sizes[0]) < 7.5 <= np.mean(sizes[4]) < 13
    assert all(size >= 28 or size <= 11 for size in sizes[8]) and min(sizes[8]) <= 11 < 28 <= max(sizes[8])
    assert set(sizes[12]) == {30}


def test_the_message_of_the_guide_is_the_one_that_is_given(guide, desk):
    (shown,) = re.findall(r"```\n(forumsim: an extension is needed.*?)```", guide, re.DOTALL)
    with pytest.raises(InputError) as caught:
        load_plan("my_plan.toml")
    assert " ".join(str(caught.value).split()) == " ".join(shown.removeprefix("forumsim: ").split())


def test_the_commands_that_take_extensions_are_those_of_the_guide(guide):
    table = guide.partition("| command | with an extension |")[2].partition("\n\n")[0]
    take, rerun, need_nothing = ([*re.findall(r"`([a-z]+)`", row.split("|")[1])] for row in table.splitlines()[2:])
    for command in (*take, *rerun):
        assert "--with" in call(f"forumsim {command} --help"), command
    for command in need_nothing:
        assert "--with" not in call(f"forumsim {command} --help"), command
    told = call("forumsim --help")
    known = set(re.findall(r"^\s+([a-z]+)\s{2,}", told, re.MULTILINE))
    takers = {command for command in known if "--with" in call(f"forumsim {command} --help")}
    assert takers == {*take, *rerun}
