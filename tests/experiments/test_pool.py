"""Spawned workers: slow to start, so few tests."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from fake_runs import (
    dies_at_full_level,
    fails_at_full_level,
    fake_run,
    stored,
    tables_of,
    without_memory_at_full_level,
)

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.sweeps.versions import versions

SCRIPT = """
import json, sys
from fake_runs import slow_run
from any_runs import sweep
try:
    sweep(json.loads(sys.argv[1]), sys.argv[2], workers=2, run=slow_run)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_two_workers_give_the_same_bytes_and_failures(given, tmp_path):
    one = sweep(given, tmp_path / "one", run=fails_at_full_level)
    two = sweep(given, tmp_path / "two", workers=2, run=fails_at_full_level)
    assert len(two.failures) == 6 and len(two.runs) == 12
    assert tables_of(one.folder) == tables_of(two.folder)
    assert two.manifest["times"]["workers"] == 2


def test_a_run_that_kills_its_worker_is_a_failure_and_the_rest_goes_on(given, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.runner.TRIES", 2)  # each of them starts workers anew
    given |= {"replicates": 1, "vary": {"dialogue.level": [0, 0.25, 0.5, 0.75, 1]}}
    results = sweep(given, tmp_path / "out", workers=2, run=dies_at_full_level)
    assert results.failures["point"].tolist() == ["p0005"]
    assert results.failures["stage"].tolist() == ["worker"]
    killed = results.failures["message"].str.contains("killed (SIGKILL), as the system does when memory", regex=False)
    assert killed.all()
    assert results.runs["point"].tolist() == ["p0001", "p0002", "p0003", "p0004"]


def test_a_run_without_memory_is_a_failure_with_its_reason(given, tmp_path):
    given |= {"replicates": 1, "vary": {"dialogue.level": [0, 1]}}
    results = sweep(given, tmp_path / "out", run=without_memory_at_full_level)
    assert results.failures[["point", "stage", "error"]].to_numpy().tolist() == [["p0002", "run", "MemoryError"]]
    assert results.runs["point"].tolist() == ["p0001"]


@pytest.mark.parametrize(
    ("guard", "environment", "message"),
    [("if True:", {}, "has to do so below if __name__ == '__main__':"),
     ("if __name__ == '__main__':", {"DIES": "1"}, "a worker process was killed (SIGKILL)"),
     ("if __name__ == '__main__':", {"ENDS": "1"}, "a worker process ended with status 3")],
)  # fmt: skip
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_that_cannot_start_say_the_true_cause(given, tmp_path, guard, environment, message):
    script = tmp_path / "script.py"
    script.write_text(
        f"import json, os, signal, sys\n"
        f"if __name__ == '__mp_main__' and 'DIES' in os.environ: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"if __name__ == '__mp_main__' and 'ENDS' in os.environ: os._exit(3)\n"
        f"from forumsim import sweep\n"
        f"{guard}\n    sweep(json.loads(sys.argv[1]), sys.argv[2], workers=2)\n"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    shown = subprocess.run(
        [sys.executable, str(script), json.dumps(given), str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": paths, **environment}, capture_output=True, text=True,
    )  # fmt: skip
    assert shown.returncode == 1
    assert shown.stderr.splitlines()[-2:] == [
        "forumsim.core.errors.InputError: the workers cannot start", shown.stderr.splitlines()[-1]
    ]  # fmt: skip
    assert message in shown.stderr.splitlines()[-1]
    assert shown.stderr.count("__main__") == message.count("__main__")


def test_a_program_from_standard_input_hears_that_workers_cannot_read_it(given, tmp_path):
    program = f"import forumsim\nforumsim.sweep({given!r}, {str(tmp_path / 'out')!r}, workers=2)\n"
    shown = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True)
    assert shown.returncode == 1
    told = "  workers: they cannot read a program that comes from standard input: save it as a file, or take 1 worker"
    assert shown.stderr.splitlines()[-2:] == ["forumsim.core.errors.InputError: the workers cannot start", told]


def test_a_script_without_a_guard_that_calls_the_command_line_hears_of_it(tmp_path):
    script = tmp_path / "script.py"
    (tmp_path / "plan.toml").write_text('scenario = "two_blocs"\nsteps = 2\nreplicates = 2\n', encoding="utf-8")
    words = ["sweep", str(tmp_path / "plan.toml"), "--workers", "2", "--out", str(tmp_path / "out"), "--fresh"]
    script.write_text(f"from forumsim.commands.cli import app\napp({words!r})\n", encoding="utf-8")
    shown = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert shown.returncode == 2
    assert shown.stderr.splitlines()[-2:] == [
        "forumsim: the workers cannot start",
        "  workers: a script that starts a sweep with several workers has to do so below if __name__ == '__main__':",
    ]
    assert shown.stderr.count("forumsim:") == 1, "its workers say nothing"


def test_another_model_in_a_worker_ends_the_sweep(given, tmp_path, monkeypatch):
    """Sources that are edited, or a package that is renewed, while workers start."""
    mine = dict(versions()) | {"the model of forumsim": "as it was"}
    monkeypatch.setattr("forumsim.sweeps.runner.versions", lambda: mine)
    with pytest.raises(InputError, match=r"the workers differ.*\n.*the model of forumsim \w{12} \(here as it was\)"):
        sweep(given, tmp_path / "out", workers=2, run=fake_run)


def hearing():
    """Tests that are themselves run under nohup would hand on that a closed terminal is not heard."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def started(given, folder):
    """A sweep in a process group of its own, stopped in the middle of its work."""
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, json.dumps(given), str(folder)],
        env={**os.environ, "PYTHONPATH": paths}, start_new_session=True, stderr=subprocess.PIPE, preexec_fn=hearing,
    )  # fmt: skip
    for _ in range(600):
        time.sleep(0.1)
        if len(stored(folder)) > 8:
            return process
    process.kill()
    raise AssertionError(f"no runs were finished: {process.communicate()[1]!r}")


@pytest.mark.skipif(sys.platform == "win32", reason="signals to process groups")
def test_stopped_by_ctrl_c_and_by_a_kill_then_resumed(given, tmp_path):
    given |= {"replicates": 40}
    whole = sweep(given, tmp_path / "whole", run=fake_run)
    process = started(given, tmp_path / "stopped")
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    assert process.wait(timeout=30) == 130
    assert time.monotonic() - began < 5
    assert process.communicate()[1] == b""  # no traceback of a worker
    done = len(stored(tmp_path / "stopped"))
    assert 8 <= done < 240
    process = started(given, tmp_path / "killed")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    for name in ("stopped", "killed"):
        sweep(given, tmp_path / name, run=fake_run)
        assert tables_of(tmp_path / name) == tables_of(whole.folder)


def alive(pids):
    """Those of some processes that have not ended."""
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 130), pytest.param(signal.SIGHUP, 130, marks=pytest.mark.slow), (signal.SIGKILL, -9)],
)
def test_workers_do_not_outlive_a_main_process_that_is_ended(given, tmp_path, number, status):
    """The signal goes to the main process alone, as from a batch system, `docker stop` or a closed terminal."""
    given |= {"replicates": 40}
    process = started(given, tmp_path / "out")
    below = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    assert len(below) >= 2
    process.send_signal(number)
    assert process.wait(timeout=10) == status
    until = time.monotonic() + 3
    while alive(below) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(below)
    said = process.communicate()[1]
    assert said == b"" or number == signal.SIGKILL  # then Python's own tracker speaks of what was left behind
    kept = len(stored(tmp_path / "out"))
    assert 8 <= kept < 240
