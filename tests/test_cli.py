"""The command line: exit statuses, messages, results, speed of the help."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pandas as pd
import pytest
from typer.testing import CliRunner

from forumsim.commands import reading as run_reading
from forumsim.commands import run as run_command
from forumsim.commands.cli import app, main
from forumsim.commands.fresh import sweep_fresh
from forumsim.plans import load_plan
from forumsim.results.results import Results
from forumsim.running.run import simulate
from forumsim.scenarios import load_scenario
from forumsim.sweeps.progress import Progress

PLAN = """scenario = "two_blocs"
steps = 12
replicates = 2
seed = 5
[vary]
"dialogue.level" = [0, 1]
[record]
series = ["fragmentation", "fragmentation_across", "enf", "trust_across"]
every = 2
detail = "first"
"""


@pytest.fixture
def call():
    """Call the command line in this process: ``call("run", "two_blocs")``."""

    def invoke(*words):
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def python(*words, **options):
    return subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False, **options)


# --- help, version, mistakes in the command itself ------------------------------------------------------------------


def test_help_names_the_commands(call):
    result = call("--help")
    assert result.exit_code == 0
    for command in ("scenarios", "run", "sweep", "report", "verify", "backtest", "plan", "rerun", "check",
                    "export", "sensitivity", "calibrate"):  # fmt: skip
        assert re.search(rf"^  {command}\b", result.stdout, re.MULTILINE)


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom forumsim.commands.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'numba', 'pandas', 'mesa', 'numpy', 'matplotlib', 'pydantic'} & set(sys.modules)))"
    )
    # typer may use pydantic itself; nothing of the model's own is loaded
    assert python("-c", code).stdout.splitlines()[-1] in ("[]", "['pydantic']")


def test_version(call):
    result = call("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"forumsim \d+\.\d+\.\d+\n", result.stdout)


@pytest.mark.parametrize(
    "words, part",
    [
        (["swep"], "swep"),
        (["run"], "scenario"),
        (["run", "two_blocs", "--stepz", "3"], "--stepz"),
        (["run", "two_blocs", "--steps", "many"], "--steps"),
        (["run", "two_blocs", "--steps", "0"], "--steps"),
        (["run", "two_blocs", "--seed", "-1"], "--seed"),
        (["sweep", "plan.toml", "--workers", "0"], "--workers"),
    ],
)
def test_mistakes_in_the_command(call, words, part):
    result = call(*words)
    assert result.exit_code == 2
    assert part in result.stderr
    assert "Traceback" not in result.stderr


# --- scenarios ------------------------------------------------------------------------------------------------------


def test_scenarios_are_listed(call):
    result = call("scenarios")
    assert result.exit_code == 0
    assert "two_blocs" in result.stdout


def test_one_scenario_in_detail(call):
    result = call("scenarios", "two_blocs")
    assert result.exit_code == 0
    for part in ("Issues", "Forums", "scenario.polarisation", "forumsim run two_blocs"):
        assert part in result.stdout


def test_copy_of_a_scenario_runs_the_same(call, tmp_path):
    folder = tmp_path / "my_case"
    assert call("scenarios", "two_blocs", "--copy", folder).exit_code == 0
    assert (folder / "scenario.toml").is_file()
    ours = call("run", folder, "--steps", 6)
    shipped = call("run", "two_blocs", "--steps", 6)
    assert ours.exit_code == 0
    assert ours.stdout.splitlines()[2:] == shipped.stdout.splitlines()[2:]


def test_copy_does_not_overwrite(call, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "scenario.toml").write_text("mine", encoding="utf-8")
    result = call("scenarios", "two_blocs", "--copy", folder)
    assert result.exit_code == 2
    assert str(folder) in result.stderr
    assert (folder / "scenario.toml").read_text(encoding="utf-8") == "mine"


def test_copy_of_nothing(call, tmp_path):
    result = call("scenarios", "--copy", tmp_path / "new")
    assert result.exit_code == 2
    assert "no scenario is named" in result.stderr


@pytest.mark.parametrize("command", ["scenarios", "run"])
def test_unknown_scenario(call, command):
    result = call(command, "two_blocks")
    assert result.exit_code == 2
    assert "two_blocks" in result.stderr
    assert "did you mean 'two_blocs'?" in result.stderr
    assert result.stdout == ""


# --- run ------------------------------------------------------------------------------------------------------------


def test_run_says_how_it_ended(call):
    result = call("run", "two_blocs", "--steps", 20, "--seed", 3, "--set", "dialogue.level=0.6")
    assert result.exit_code == 0
    expected = simulate("two_blocs", steps=20, seed=3, parameters={"dialogue.level": 0.6})
    for row in expected.verdict.itertuples(index=False):
        assert re.search(rf"^  {row.issue}\s+{row.state}\s+{row.tendency}\s", result.stdout, re.MULTILINE)
    # what decides: F across blocs over the last ten steps against the first ten, pooled the mean over the issues
    each = expected.series.query("issue != 'pooled' and step > 0")
    first, last = (each[each["step"].between(*span)]["fragmentation_across"].mean() for span in ((1, 10), (11, 20)))
    assert f"{first:.2f} -> {last:.2f}" in re.search(r"^  pooled .*$", result.stdout, re.MULTILINE).group()
    assert "forums alive at the end, by reach" in result.stdout
    assert "events: " in result.stdout


def test_the_time_of_a_run_is_without_that_of_compiling(call, monkeypatch):
    """The code is loaded, by this clock in a hundred seconds, before the time of the run begins."""
    now = [0.0]
    monkeypatch.setattr(run_command, "load_code", lambda extended: now.__setitem__(0, now[0] + 100))
    monkeypatch.setattr(run_command, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    assert "seed 1, 4 steps, 0.00 s" in call("run", "two_blocs", "--steps", 4).stdout


def test_mistakes_of_interventions_are_told_before_the_model_is_compiled(call, monkeypatch, tmp_path):
    monkeypatch.setattr(run_command, "load_code", lambda extended: pytest.fail("it has been compiled"))
    (tmp_path / "acts.toml").write_text(ACTS.replace("step = ", "step = 9"), encoding="utf-8")
    result = call("run", "two_blocs", "--steps", 6, "--interventions", tmp_path / "acts.toml")
    assert result.exit_code == 2
    assert "compiling" not in result.stderr


@pytest.mark.parametrize(
    ("value", "told"), [(1.9962, "1.996"), (1.99, "1.99"), (2.0, "2.00"), (2.004, "2.00"), (1.99999, "1.99999")]
)
def test_a_number_is_told_so_that_its_side_of_the_line_is_seen(value, told):
    """Below two effective forums is convergence: 1.996 may not be told as 2.00."""
    assert run_reading._telling(value, lambda number: "one" if number < 2 else "several") == told


def test_a_run_says_which_steps_decide_or_that_they_are_too_few(call):
    """Of 1, 3 and 5 steps, half of them, rounded down, lie in each window of the tendency."""
    for steps, words in (
        (1, "The run is too short for a tendency. Pooled"),
        (3, "From the first to the last step: means"),
        (5, "From the first to the last 2 steps: means"),
    ):
        assert words in " ".join(call("run", "two_blocs", "--steps", steps).stdout.split())


def test_run_against_its_twin(call, tmp_path):
    """The two end values are those of two runs of their own, whose tables are in the folder."""
    given = ["--steps", 24, "--set", "scenario.polarisation=0.6", "--set", "dialogue.level=1"]
    result = call("run", "two_blocs", *given, "--twin", "dialogue.level=0", "--out", tmp_path / "out")
    assert result.exit_code == 0
    ends = []
    for level in (0, 1):
        parameters = {"dialogue.level": level}
        alone = simulate(load_scenario("two_blocs", polarisation=0.6), steps=24, seed=1, parameters=parameters)
        late = alone.series.query("step > 4 and issue != 'pooled'")
        ends.append(late.groupby("issue")["fragmentation_across"].mean())
    written = Results(tmp_path / "out").twins.set_index("issue")
    for issue in ("civil", "military"):
        silent, talking = (end[issue] for end in ends)
        word = "converges" if talking - silent < -0.05 else "fragments" if talking - silent > 0.05 else "does nothing"
        pattern = rf"^  {issue}\s+{silent:.2f} -> {talking:.2f}\s+{talking - silent:.2f}\s+{word}$"
        assert re.search(pattern.replace("-0.00", "-?0.00"), result.stdout, re.MULTILINE)
        assert written.loc[issue, "difference"] == pytest.approx(talking - silent, abs=1e-6)
        assert written.loc[issue, "twin_verdict"] == word


def test_mistakes_in_the_twin_are_told(call):
    result = call("run", "two_blocs", "--twin", "dialog.level=0", "--twin", "scenario.polarisation=7", "--twin", "x")
    assert result.exit_code == 2
    for part in ("--twin dialog.level", "did you mean 'dialogue.level'?", "--twin scenario.polarisation: found 7"):
        assert part in result.stderr
    assert "--twin: found 'x'" in result.stderr


def test_run_is_repeatable(call):
    runs = [call("run", "two_blocs", "--steps", 10, "--seed", seed).stdout.splitlines() for seed in (4, 4, 5)]
    assert runs[0][2:] == runs[1][2:]
    assert runs[0][2:] != runs[2][2:]


def test_run_collects_the_mistakes(call):
    result = call("run", "two_blocs", "--set", "dialogue.levle=1", "--set", "dialogue.level=3", "--preset", "loud")
    assert result.exit_code == 2
    for part in ("dialogue.levle", "did you mean 'dialogue.level'?", "found 3", "0 to 1", "'loud'"):
        assert part in result.stderr
    assert len(result.stderr.splitlines()) <= 24


def test_run_names_an_unknown_field(call):
    result = call("run", "two_blocs", "--set", "scenario.polarization=0.5")
    assert result.exit_code == 2
    assert "did you mean 'polarisation'?" in result.stderr


def test_run_writes_a_results_folder(call, tmp_path):
    folder = tmp_path / "run"
    words = ("run", "two_blocs", "--steps", 12, "--seed", 9, "--every", 3, "--preset", "intense", "--out", folder)
    result = call(*words, "--set", "scenario.polarisation=0.7")
    assert result.exit_code == 0
    assert str(folder) in result.stdout
    names = {path.name for path in folder.iterdir()}
    assert {"runs.csv", "series.csv", "summary.csv", "events.csv", "forums.csv", "memberships.csv", "actors.csv",
            "manifest.json", "plan.toml"} <= names  # fmt: skip
    runs = pd.read_csv(folder / "runs.csv")
    assert runs["seed"].tolist() == [9]
    expected = simulate("two_blocs", steps=12, seed=9, every=3, parameters={"dialogue.level": 1.0},
                        fields={"polarisation": 0.7})  # fmt: skip
    series = pd.read_csv(folder / "series.csv")
    assert series["step"].unique().tolist() == [0, 3, 6, 9, 12]
    for name in ("fragmentation", "enf", "trust_across"):
        pd.testing.assert_series_equal(series[name], expected.series[name], rtol=1e-6)
    assert len(pd.read_csv(folder / "events.csv")) == len(expected.events)
    json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_run_does_not_touch_results_of_something_else(call, tmp_path):
    folder = tmp_path / "run"
    assert call("run", "two_blocs", "--steps", 6, "--out", folder).exit_code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    result = call("run", "two_blocs", "--steps", 7, "--out", folder)
    assert result.exit_code == 2
    assert str(folder) in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


ACTS = """[[interventions]]
step = 2
act = "leave"
actor = "west_major"
forum = "universal_civil"
[[interventions]]
step = 6
act = "shock"
kind = "red_line"
actor = "east_major"
size = 0.5
"""


def test_events_of_a_run_are_counted_without_history_and_nothings():
    """Of six sanctions count two: not the two of before the start, not the one of size 0, a pair once."""
    rows = [(0, "sanction", "a", "b", 0.5), (0, "sanction", "a", "c", 0.5), (0, "technology", "a", None, 0.1),
            (0, "intervention", "d", "e", 1.0), (0, "sanction", "d", "e", 0.3), (2, "sanction", "b", "c", 0.0),
            (3, "sanction", "b", "a", 0.2), (4, "sanction", "a", "b", 0.2), (5, "crisis", None, None, 0.1)]  # fmt: skip

    class Result:
        events = pd.DataFrame(rows, columns=["step", "event", "actor", "other", "value"])

    counts = run_reading.event_counts(Result)
    assert (counts["sanction"], counts["technology"], counts["crisis"]) == (2, 0, 1)


def test_a_run_says_what_comes_after_its_end(call):
    done = call("run", "ai_governance", "--steps", 1, "--set", "scenario.start=2024-Q1")
    assert "ai_governance dates some things after the end of the run (step 1, 2024-Q2)" in done.stderr
    assert "dates some things" not in call("run", "two_blocs", "--steps", 1).output


def test_run_with_interventions_and_with_those_of_its_results(call, tmp_path):
    acts, first, again = tmp_path / "acts.toml", tmp_path / "first", tmp_path / "again"
    acts.write_text(ACTS, encoding="utf-8")
    words = ("run", "two_blocs", "--steps", 6, "--seed", 2)
    plain, done = call(*words), call(*words, "--interventions", acts, "--out", first)
    assert (plain.exit_code, done.exit_code) == (0, 0)
    assert call(*words, "--interventions", first / "interventions.csv", "--out", again).exit_code == 0
    for name in ("events.csv", "series.csv", "interventions.csv", "actors.csv"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
    events = pd.read_csv(first / "events.csv")
    assert events.query("event == 'intervention'")["step"].tolist() == [2, 6]
    assert call("check", first).exit_code == 0


@pytest.mark.parametrize(
    "text, messages",
    [
        (None, ["no such file"]),
        ("[[interventions]\n", ["not TOML"]),
        ("title = 1\n", ["interventions", "is missing"]),
        (ACTS.replace("west_major", "west_mayor").replace("step = 6", "step = 7"),
         ["did you mean 'west_major'", "interventions 2, step", "0 to 6"]),
        (ACTS.replace('"leave"', '"leaf"'), ["no act 'leaf'", "did you mean 'leave'"]),
        (ACTS.replace("size = 0.5", "size = nan"), ["found nan"]),
    ],
)  # fmt: skip
def test_bad_interventions_leave_nothing_on_disk(call, tmp_path, text, messages):
    acts = tmp_path / "acts.toml"
    if text is not None:
        acts.write_text(text, encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    result = call("run", "two_blocs", "--steps", 6, "--interventions", acts, "--out", tmp_path / "run")
    assert result.exit_code == 2
    for message in messages:
        assert message in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_mistakes_of_interventions_are_told_with_those_of_settings(call, tmp_path):
    acts = tmp_path / "acts.toml"
    acts.write_text(ACTS.replace('"leave"', '"leaf"'), encoding="utf-8")
    said = call("run", "two_blocs", "--steps", 6, "--interventions", acts, "--set", "dialogue.level=9").stderr
    for message in ("--set dialogue.level: found 9", "no act 'leaf'"):
        assert message in said


def test_an_intervention_of_which_nothing_comes_is_told(call, tmp_path):
    """A major that has left leaves again."""
    act = '[[interventions]]\nstep = 1\nact = "leave"\nactor = "west_major"\nforum = "universal_civil"\n'
    (tmp_path / "acts.toml").write_text(2 * act, encoding="utf-8")
    result = call("run", "two_blocs", "--steps", 2, "--interventions", tmp_path / "acts.toml")
    assert result.exit_code == 0
    assert "intervention 2 (leave, step 1) had no effect" in result.stderr
    assert "intervention 1" not in result.stderr


# --- sweep and report -----------------------------------------------------------------------------------------------


def test_sweep_and_report(call, plan, tmp_path):
    folder = tmp_path / "out"
    result = call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    assert result.exit_code == 0
    assert str(folder) in result.stdout
    assert len(pd.read_csv(folder / "runs.csv")) == 4
    again = call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    assert again.exit_code == 0
    assert "complete" in again.stdout
    told = call("report", folder, "--measures", "enf", "--format", "svg", "--dpi", 50)
    assert told.exit_code == 0
    assert "report.html" in told.stdout
    assert (folder / "report.html").is_file()


def test_sweep_writes_beside_results_by_default(call, plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("sweep", plan, "--workers", 1, "--quiet").exit_code == 0
    assert (tmp_path / "results" / "small" / "runs.csv").is_file()


def test_sweep_refuses_the_folder_of_another_plan(call, plan, tmp_path):
    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    plan.write_text(PLAN.replace("seed = 5", "seed = 6"), encoding="utf-8")
    result = call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    assert result.exit_code == 2
    assert str(folder) in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_fresh_replaces_results_and_keeps_what_others_put_there(call, plan, tmp_path):
    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    plan.write_text(PLAN.replace("seed = 5", "seed = 6"), encoding="utf-8")
    before = (folder / "series.csv").read_bytes()
    result = call("sweep", plan, "--workers", 1, "--out", folder, "--fresh", "--quiet")
    assert result.exit_code == 0
    assert (folder / "series.csv").read_bytes() != before
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["out"]


def test_fresh_leaves_the_old_results_when_it_cannot_run(call, plan, tmp_path):
    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    plan.write_text(PLAN.replace("steps = 12", "steps = -12"), encoding="utf-8")
    result = call("sweep", plan, "--out", folder, "--fresh", "--quiet")
    assert result.exit_code == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_fresh_leaves_the_same_results_alone(call, plan, tmp_path):
    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    before = (folder / "manifest.json").stat().st_mtime_ns
    result = call("sweep", plan, "--workers", 1, "--out", folder, "--fresh", "--quiet")
    assert "complete" in result.stdout
    assert (folder / "manifest.json").stat().st_mtime_ns == before


def test_fresh_runs_where_tables_are_missing(call, plan, tmp_path):
    """As on a clean clone: manifest, summary and figures are in git, the large tables are not."""
    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    series = (folder / "series.csv").read_bytes()
    (folder / "series.csv").unlink()
    assert call("sweep", plan, "--workers", 1, "--out", folder, "--quiet").exit_code == 2
    assert call("sweep", plan, "--workers", 1, "--out", folder, "--fresh", "--quiet").exit_code == 0
    assert (folder / "series.csv").read_bytes() == series


def test_fresh_goes_on_after_an_interruption(call, plan, tmp_path):
    """The old results stay until the new are complete; what was done in the meantime is not done again."""

    class Interrupted(Progress):
        def advance(self, runs, failed):
            raise KeyboardInterrupt

    folder = tmp_path / "out"
    call("sweep", plan, "--workers", 1, "--out", folder, "--quiet")
    before = (folder / "series.csv").read_bytes()
    plan.write_text(PLAN.replace("seed = 5", "seed = 6"), encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        sweep_fresh(load_plan(plan), folder, Interrupted(shown=False))
    assert (folder / "series.csv").read_bytes() == before
    (beside,) = tmp_path.glob(".out.fresh-*")
    assert (beside / "sweep.sqlite").is_file()
    assert call("sweep", plan, "--workers", 1, "--out", folder, "--fresh", "--quiet").exit_code == 0
    assert not list(tmp_path.glob(".out.*"))
    whole = tmp_path / "whole"
    call("sweep", plan, "--workers", 1, "--out", whole, "--quiet")
    for name in ("runs.csv", "series.csv", "summary.csv", "events.csv"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes()


def test_fresh_does_not_replace_a_folder_that_holds_no_results(call, plan, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine", encoding="utf-8")
    result = call("sweep", plan, "--workers", 1, "--out", folder, "--fresh", "--quiet")
    assert result.exit_code == 2
    assert "thesis.txt" in {path.name for path in folder.iterdir()}
    assert str(folder) in result.stderr


def test_sweep_of_a_missing_plan(call, tmp_path):
    result = call("sweep", tmp_path / "none.toml", "--quiet")
    assert result.exit_code == 2
    assert "none.toml" in result.stderr


def test_report_of_a_folder_without_results(call, tmp_path):
    result = call("report", tmp_path)
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr


# --- the process ----------------------------------------------------------------------------------------------------


def test_no_traceback_from_the_process(tmp_path):
    ended = python("-m", "forumsim", "run", "nowhere", cwd=tmp_path)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "nowhere" in ended.stderr


def test_main_takes_arguments(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("forumsim ")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_interruption_ends_cleanly_and_resumes(call, tmp_path):
    plan = tmp_path / "long.toml"
    plan.write_text(PLAN.replace("replicates = 2", "replicates = 4000").replace('"first"', '"none"'), encoding="utf-8")
    command = [sys.executable, "-m", "forumsim", "sweep", str(plan), "--workers", "1", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (tmp_path / "out" / "sweep.sqlite").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
