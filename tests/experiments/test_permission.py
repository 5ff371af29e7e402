"""Very large plans are asked about before anything is run or written."""

import os
import shutil

import pytest
from fake_runs import fake_run
from typer.testing import CliRunner

from any_runs import sweep
from forumsim.commands.cli import app
from forumsim.core.errors import InputError
from forumsim.plans import make_plan
from forumsim.sweeps.permission import TooLarge, rough_steps

PLAN = """\
scenario = "two_blocs"
steps = 2
replicates = 1000000000
[fields]
actors = 6
nonstate = 0
[vary]
"dialogue.level" = {from = 0, to = 1, n = 10000}
[record]
series = ["fragmentation"]
every = 2
"""


def test_ten_million_million_runs_are_refused_with_their_size_and_time(tmp_path):
    (tmp_path / "big.toml").write_text(PLAN, encoding="utf-8")
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["sweep", str(tmp_path / "big.toml"), "--out", str(out), "--workers", "2"])
    assert done.exit_code == 2 and not out.exists()
    assert "big: 10000000000000 runs, about " in done.output and " PB on the disk" in done.output
    assert " days with 2 workers" in done.output
    assert "without asking up to 1000000 runs, 10.0 GB and 24.0 h" in done.output
    assert "--yes, or yes=True in Python" in done.output


@pytest.fixture
def small_limits(monkeypatch):
    """A plan of more than 10 runs is a large one."""
    monkeypatch.setattr("forumsim.sweeps.permission.ASK_RUNS", 10)


def test_what_is_meant_so_is_run(given, tmp_path, small_limits):
    with pytest.raises(TooLarge, match="18 runs") as caught:
        sweep(given, tmp_path / "out", run=fake_run)
    assert isinstance(caught.value, InputError) and not (tmp_path / "out").exists()
    assert len(sweep(given, tmp_path / "out", run=fake_run, yes=True).runs) == 18
    assert len(sweep(given, tmp_path / "out", run=fake_run).runs) == 18, "complete results are never asked about"


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 2)])
def test_on_a_terminal_it_is_asked(tmp_path, monkeypatch, small_limits, answer, status):
    text = PLAN.replace("replicates = 1000000000", "replicates = 2").replace("n = 10000", "n = 6")
    (tmp_path / "some.toml").write_text(text, encoding="utf-8")

    class Terminal:
        def isatty(self):
            return True

    class System:
        stdin = stderr = Terminal()

    monkeypatch.setattr("forumsim.commands.sweep.sys", System)
    out = tmp_path / "out"
    words = ["sweep", str(tmp_path / "some.toml"), "--out", str(out), "--workers", "1"]
    done = CliRunner().invoke(app, words, input=answer)
    assert done.exit_code == status and "Run it all the same?" in done.output
    assert (out / "manifest.json").exists() == (status == 0)


def test_a_full_disk_is_told_before(given, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.permission._SMALL_STEPS", 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(100, 90, 10))
    with pytest.raises(TooLarge, match="has 10 bytes free, and"):
        sweep(given, tmp_path / "out", run=fake_run)
    assert os.listdir(tmp_path) == []


def test_long_runs_are_asked_about_by_their_time(given, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.permission._SMALL_STEPS", 0)
    monkeypatch.setattr("forumsim.sweeps.permission.ASK_SECONDS", 1e-9)
    with pytest.raises(TooLarge, match="18 runs"):
        sweep(given, tmp_path / "out", run=fake_run)


def test_rough_steps_by_hand(given):
    """Six points, three replicates of six steps: 108 steps."""
    assert rough_steps(make_plan(given)) == 6 * 3 * 6
