"""What a plan will take: counted, tried, scaled up."""

import shutil
from pathlib import Path

import pytest
import typer
from fake_runs import fails_at_full_level, fake_run

from any_runs import expect, sweep
from forumsim.commands.plan import plan
from forumsim.plans import make_plan
from forumsim.plans.plan import as_toml


class Spy:
    """Counts the runs; each moves the clock by a given time."""

    def __init__(self, seconds=0.0, warm=0.0):
        self.calls, self.seconds, self.warm, self.now = [], seconds, warm, 100.0

    def __call__(self, scenario, record, steps, seed, every, snapshots=(), stop=None):
        self.calls.append((steps, seed, float(record["dialogue_level"]), tuple(snapshots)))
        self.now += self.warm if steps == 1 else self.seconds
        return fake_run(scenario, record, steps, seed, every, snapshots)

    def perf_counter(self):
        return self.now

    thread_time = perf_counter


@pytest.fixture
def clock(monkeypatch):
    """A spy whose clock is the only one: ``clock(seconds=0.5)``."""

    def make(**times):
        spy = Spy(**times)
        for module in ("expectation", "work"):
            monkeypatch.setattr(f"forumsim.sweeps.{module}.time", spy)
        return spy

    return make


ADAPTIVE = {"minimum": 4, "maximum": 40, "precision": {"fragmentation": 0.1}}


def test_counts_without_running_anything(given):
    spy = Spy()
    found = expect(make_plan(given), trying=False, run=spy)
    assert (found.least_runs, found.most_runs, found.trials, found.seconds, found.size) == (18, 18, (), 0, 0)
    del given["replicates"]
    found = expect(make_plan({**given, "replication": ADAPTIVE}), trying=False, run=spy)
    assert (found.least_runs, found.most_runs) == (24, 240)
    assert not spy.calls


def test_pairs_of_contrasts(given):
    given["contrasts"] = {
        "talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}},
        "one": {"from": {"dialogue.level": 0, "scenario.polarisation": 0.2},
                "to": {"dialogue.level": 0.5, "scenario.polarisation": 0.8}},
    }  # fmt: skip
    assert expect(make_plan(given), trying=False).pairs == {"talk": 2, "one": 1}


def test_first_last_and_middle_point_are_tried_after_one_step_of_each(given):
    spy = Spy()
    plan = make_plan(given)
    found = expect(plan, run=spy)
    assert [call[0] for call in spy.calls] == [1, 1, 1, 6, 6, 6, 6, 6, 6]
    assert [(trial.point, trial.replicate, trial.detailed) for trial in found.trials] == [
        (0, 0, True), (0, 1, False), (5, 0, True), (5, 1, False), (3, 0, True), (3, 1, False),
    ]  # fmt: skip
    assert [call[3] for call in spy.calls[3:]] == [(0, 6), ()] * 3
    assert {call[2] for call in spy.calls[3:5]} == {0.0}


def test_every_part_is_tried(given):
    del given["vary"]
    given["part"] = [{"name": "a"}, {"name": "b", "steps": 4, "vary": {"dialogue.level": [0, 1]}}]
    found = expect(make_plan(given), seconds=0.0, run=fake_run)
    assert [trial.part for trial in found.trials] == [0, 1]


def test_time_is_that_of_the_runs_and_the_warming_up_is_not_counted(given, clock):
    given["record"]["detail"] = "none"
    found = expect(make_plan(given), seconds=9.0, run=clock(seconds=0.5, warm=60.0))
    assert [trial.seconds for trial in found.trials] == [0.5] * 3
    assert found.seconds == pytest.approx(9.0)
    assert found.shared(3) == pytest.approx(3.0)
    assert found.shared(100) == pytest.approx(0.5)


def test_runs_with_and_without_detail_count_as_often_as_they_are(given):
    """Six points, detail of the first of three replicates: 6 runs with it and 12 without."""
    found = expect(make_plan(given), run=fake_run)
    ours = [[t.seconds for t in found.trials if t.detailed == kind] for kind in (True, False)]
    assert found.seconds == pytest.approx(6 * sum(ours[0]) / 3 + 12 * sum(ours[1]) / 3)


def test_trying_ends_when_the_time_is_up(given, clock):
    assert len(expect(make_plan(given), seconds=0.7, run=clock(seconds=0.5)).trials) == 2


@pytest.mark.parametrize("detail", ["none", "first", "all"])
def test_disk_is_that_of_the_results(given, tmp_path, detail):
    given["record"]["detail"] = detail
    given["contrasts"] = {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}}
    given["replicates"] = 12
    found = expect(make_plan(given, name="disk"), run=fake_run)
    folder = sweep(make_plan(given, name="disk"), tmp_path / "out", run=fake_run).folder
    made = sum(path.stat().st_size for path in folder.iterdir() if path.suffix in (".csv", ".sqlite"))
    assert found.size == pytest.approx(made, rel=0.15)


def test_runs_that_fail_are_told_and_do_not_count(given):
    found = expect(make_plan(given), run=fails_at_full_level)
    assert [trial.point for trial in found.failed] == [5, 5]
    assert found.failed[0].error.startswith('ArithmeticError: dialogue, "too" much')
    assert len(found.trials) == 6
    assert found.seconds
    given["vary"]["dialogue.level"] = [1]
    found = expect(make_plan(given), run=fails_at_full_level)
    assert len(found.failed) == len(found.trials) > 0
    assert (found.seconds, found.size) == (0, 0)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def file(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("mine.toml")
    path.write_text(as_toml(given), encoding="utf-8")
    return path


def test_command_says_size_time_and_disk_and_writes_nothing(file, capsys):
    plan(file, workers=2)
    said = " ".join(capsys.readouterr().out.split())
    assert "mine: 6 points x 3 replicates = 18 runs" in said
    assert "dialogue.level: 3 levels: 0, 0.5, 1" in said
    assert "scenario.actors = 8" in said
    assert "3 measures every 2 steps; events and snapshots (at 0, 6) of the first replicate of each point" in said
    assert "with 2 workers" in said
    assert "an estimate: 6 runs of 3 points took" in said
    assert "disk" in said
    assert [path.name for path in Path().iterdir()] == ["mine.toml"]


def test_command_puts_rules_into_words(given, file, capsys):
    del given["replicates"]
    given |= {
        "replication": ADAPTIVE,
        "stop": {"when": "fragmentation < 0.1", "for": 2, "after": 1},
        "contrasts": {"talk": {"from": {"dialogue.level": 0}, "to": {"dialogue.level": 1}}},
        "parameters": {"realist": True},
    }
    file.write_text(as_toml({k: v for k, v in given.items() if k != "contrasts"}), encoding="utf-8")
    with open(file, "a", encoding="utf-8") as more:
        more.write('[contrasts.talk]\nfrom = {"dialogue.level" = 0}\nto = {"dialogue.level" = 1}\n')
    plan(file, no_try=True)
    said = " ".join(capsys.readouterr().out.split())
    assert "6 points, 24 to 240 runs (4 to 40 of each)" in said
    assert (
        "of each point 4, then 5 at a time, until its 95 % intervals (pooled) are no wider than fragmentation" in said
    )
    assert "ends early when fragmentation < 0.1 (pooled) has held for 2 steps at a record, not before step 1" in said
    assert "talk: dialogue.level = 1 less dialogue.level = 0, 2 pairs of points" in said
    assert "realist = true" in said
    assert "not known: no run was tried" in said


def test_command_warns(given, file, capsys, monkeypatch):
    text = as_toml({**given, "vary": {}, "part": [{"name": "a", "vary": {"dialogue.level": [0]}},
                                                  {"name": "b", "vary": {"dialogue.level": [1]}}]})  # fmt: skip
    text += '[contrasts.none]\nfrom = {part = "a"}\nto = {part = "b"}\n'
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(100, 90, 10))
    plan(file)
    told = capsys.readouterr().err
    assert "contrast none compares no points" in told
    assert "has 10 bytes free, and" in told


def test_command_fails_when_a_tried_run_does(file, capsys, monkeypatch):
    found = expect(make_plan({"scenario": "two_blocs", "replicates": 2, "parameters": {"dialogue.level": 1}}),
                   run=fails_at_full_level)  # fmt: skip
    monkeypatch.setattr("forumsim.sweeps.expectation.expect", lambda *_: found)
    with pytest.raises(typer.Exit) as ended:
        plan(file)
    assert ended.value.exit_code == 1
    said = capsys.readouterr()
    assert "1 of 1 tried runs failed: ArithmeticError" in said.err
    assert "not known: the tried runs failed" in said.out
