"""Batch systems: scripts that take the place of Slurm's commands start the job as a process of this machine."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from any_runs import sweep
from forumsim.core.errors import InputError
from forumsim.sweeps import batch
from forumsim.sweeps.batch import batch_cluster

pytest.importorskip("dask_jobqueue")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "experiments"))
from fake_runs import ends_its_job, fake_run, tables_of  # noqa: E402

GIVEN = {
    "scenario": "two_blocs", "steps": 6, "replicates": 20, "seed": 5, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0, 0.5, 1], "scenario.polarisation": [0.2, 0.8]},
    "record": {"series": ["fragmentation", "enf"], "every": 2},
}  # fmt: skip
PROFILE = 'jobs = {jobs}\n[cluster]\ncores = {cores}\nmemory = "2GB"\nwalltime = "00:01:00"\ninterface = "lo"\n'
SBATCH = """#!/bin/sh
cd "$SLURM_OF_TEST" || exit 3
if [ -e refuse ]; then echo "sbatch: error: invalid partition specified: none" >&2; exit 1; fi
number=1
until mkdir numbers/$number 2> /dev/null; do number=$((number + 1)); done
cp "$1" jobs/$number
if [ ! -e pending ]; then
  setsid sh jobs/$number > $number.out 2>&1 < /dev/null &
  echo $! > pids/$number
fi
echo "Submitted batch job $number"
"""
SCANCEL = """#!/bin/sh
cd "$SLURM_OF_TEST" || exit 3
[ -e pids/$1 ] && kill -KILL -- -$(cat pids/$1) 2> /dev/null
echo $1 >> cancelled
"""

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(sys.platform == "win32", reason="scripts of a shell"),
]


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A folder in which the batch system is told what to do, and says what it did."""
    folder = tmp_path / "slurm"
    for name in ("bin", "jobs", "numbers", "pids"):
        (folder / name).mkdir(parents=True)
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    (folder / "ended").mkdir()
    monkeypatch.setenv("SLURM_OF_TEST", str(folder))
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent / "experiments"), *sys.path]))
    yield folder
    for path in (folder / "pids").iterdir():
        try:
            os.killpg(int(path.read_text()), signal.SIGKILL)
        except ProcessLookupError:
            continue


def profile(folder, jobs=1, cores=1):
    path = folder / "profile.toml"
    path.write_text(PROFILE.format(jobs=jobs, cores=cores), encoding="utf-8")
    return f"slurm:{path}"


@pytest.mark.slow
@pytest.mark.parametrize("cores", [1, 2])
def test_a_job_at_its_walltime_is_submitted_again(slurm, tmp_path, monkeypatch, cores):
    """A job is killed at the fortieth run of a worker: one cannot do all 120, and each that ended gives one new job."""
    monkeypatch.setattr(batch, "GONE_SECONDS", 3.0)
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr("forumsim.sweeps.runner.MOST_IN_CHUNK", 4)  # no time of a processor would make them large
    one = sweep(GIVEN, tmp_path / "one", run=fake_run)
    many = sweep(GIVEN, tmp_path / "many", cluster=profile(slurm, cores=cores), run=ends_its_job)
    jobs, ended = (len(list((slurm / name).iterdir())) for name in ("jobs", "ended"))
    assert 2 <= jobs <= ended + 1
    assert many.failures.empty
    assert tables_of(many.folder) == tables_of(one.folder)


def test_a_batch_system_that_takes_no_jobs_is_a_message(slurm, tmp_path):
    (slurm / "refuse").touch()
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"takes no jobs\n.*sbatch: error: invalid partition specified") as caught:
        sweep(GIVEN, tmp_path / "out", cluster=profile(slurm, jobs=3), run=fake_run)
    assert time.monotonic() - begun < 15
    assert len(caught.value.problems) == 1
    assert str(caught.value).count("\n") == 1


def test_without_the_commands_of_the_batch_system_there_is_a_message(slurm, tmp_path):
    (slurm / "bin" / "sbatch").unlink()
    with pytest.raises(InputError, match=r"the command sbatch is not on this machine"):
        sweep(GIVEN, tmp_path / "out", cluster=profile(slurm), run=fake_run)


@pytest.mark.slow
def test_jobs_that_wait_in_the_queue_are_spoken_of(slurm, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("forumsim.sweeps.runner.PATIENCE_SECONDS", 1.0)
    (slurm / "pending").touch()

    def stop(_number, _frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(12)
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep(GIVEN, tmp_path / "out", cluster=profile(slurm, jobs=2), run=fake_run, progress=True)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert "no job has started yet; 2 pending, or unable to start a worker: " in capsys.readouterr().err
    assert sorted((slurm / "cancelled").read_text().split()) == ["1", "2"]  # nothing is left in the queue


def test_profiles_of_batch_systems(slurm):
    (slurm / "pending").touch()
    path = slurm / "profile.toml"
    path.write_text(
        'jobs = 1\n[cluster]\ncores = 2\nmemory = "4GB"\nqueue = "short"\nwalltime = "00:30:00"\ninterface = "lo"\n',
        encoding="utf-8",
    )
    with batch_cluster("slurm", path):
        script = (slurm / "jobs" / "1").read_text()
    assert "#SBATCH -p short" in script and "#SBATCH -t 00:30:00" in script and "--cpus-per-task=2" in script
    assert (slurm / "cancelled").read_text().split() == ["1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("jobs = [", "profile.toml"), ("job = 3", "no such key"), ("jobs = -1", "found -1"),
     ("cluster = 3", r"a table \[cluster\]"), ('[cluster]\ncoers = 2\nmemory = "4GB"', "profile.toml")],
)  # fmt: skip
def test_profiles_that_are_none(tmp_path, text, message):
    path = tmp_path / "profile.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message), batch_cluster("slurm", path):
        pass
    with pytest.raises(InputError, match=r"none\.toml"), batch_cluster("slurm", tmp_path / "none.toml"):
        pass
