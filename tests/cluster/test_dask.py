"""A Dask cluster gives the same bytes as this process, also when it loses a worker."""

import os
import pickle
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import forumsim
from any_runs import sweep
from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError
from forumsim.sweeps.cluster import Cluster
from forumsim.sweeps.versions import OtherVersions, checked, versions

distributed = pytest.importorskip("dask.distributed")

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "experiments"))
from fake_runs import dies_at_full_level, fake_run, marked_run, not_to_be_called, slow_run, stored, tables_of  # noqa: E402

GIVEN = {
    "scenario": "two_blocs", "steps": 6, "replicates": 12, "seed": 5, "fields": {"actors": 8, "nonstate": 1},
    "vary": {"dialogue.level": [0, 0.5, 1], "scenario.polarisation": [0.2, 0.8]},
    "record": {"series": ["fragmentation", "enf"], "every": 2},
}  # fmt: skip

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # those of Dask when a worker dies are its own
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


@pytest.fixture
def cluster(monkeypatch, tmp_path):
    """Three worker processes on loopback that know the functions of these tests."""
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv("MARKS", str(marks))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent / "experiments"), *sys.path]))
    import dask

    monkeypatch.setitem(dask.config.config["distributed"]["deploy"], "lost-worker-timeout", "1 hour")
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


def in_the_middle(folder, act):
    """A thread that acts once some runs are in the store, and the list of what ``act`` gave."""
    given = []

    def go():
        for _ in range(1500):
            if len(stored(folder)) > 10:
                given.append(act())
                return
            time.sleep(0.02)

    thread = threading.Thread(target=go)
    thread.start()
    return thread, given


def kill_one_at_work(marks):
    """Kill a worker within a run, not between two: its id."""
    for _ in range(1500):
        for mark in marks.iterdir():
            pid = int(mark.name)
            os.kill(pid, signal.SIGSTOP)
            if mark.exists():
                os.kill(pid, signal.SIGKILL)
                return pid
            os.kill(pid, signal.SIGCONT)
        time.sleep(0.002)
    raise AssertionError("no worker was at work")


@pytest.mark.slow
def test_the_bytes_are_the_same_when_a_worker_is_killed(cluster, tmp_path):
    one = sweep(GIVEN, tmp_path / "one", run=fake_run)
    thread, killed = in_the_middle(tmp_path / "many", lambda: kill_one_at_work(tmp_path / "marks"))
    many = sweep(GIVEN, tmp_path / "many", cluster=cluster.scheduler_address, run=marked_run)
    thread.join()
    assert [path.name for path in (tmp_path / "marks").iterdir()] == [str(pid) for pid in killed] != []
    assert many.failures.empty
    assert tables_of(many.folder) == tables_of(one.folder)
    assert many.manifest["times"]["workers"] == cluster.scheduler_address


@pytest.mark.slow
def test_a_run_that_kills_every_worker_is_a_failure_and_the_rest_goes_on(cluster, tmp_path):
    levels = [0, 1, *(level / 20 for level in range(1, 20))]  # those that wait beside it lose their workers as well
    results = sweep(
        GIVEN | {"replicates": 1, "vary": {"dialogue.level": levels}}, tmp_path / "out",
        cluster=cluster.scheduler_address, run=dies_at_full_level,
    )  # fmt: skip
    assert results.failures["point"].tolist() == ["p0002"]
    assert results.failures["stage"].tolist() == ["worker"]
    assert results.runs["point"].tolist() == [f"p{number:04}" for number in range(1, 22) if number != 2]


@pytest.mark.slow
def test_a_scheduler_that_ends_is_a_message_and_the_same_sweep_goes_on(cluster, tmp_path, caplog):
    one = sweep(GIVEN, tmp_path / "one", run=fake_run)
    thread, ended = in_the_middle(tmp_path / "many", cluster.close)
    with pytest.raises(InputError, match=r"what was finished is kept.*\n.*its scheduler has ended"):
        sweep(GIVEN, tmp_path / "many", cluster=cluster.scheduler_address, run=slow_run)
    thread.join()
    assert ended
    assert not [record for record in caplog.records if record.name == "distributed.client"]
    kept = len(stored(tmp_path / "many"))
    assert 10 <= kept < len(one.runs)
    assert tables_of(sweep(GIVEN, tmp_path / "many", run=fake_run).folder) == tables_of(one.folder)


@pytest.mark.slow
def test_workers_without_the_package_are_no_failures_of_runs(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.cluster.WORK", "known_to_nobody")
    with pytest.raises(InputError, match=r"on a worker, No module named 'known_to_nobody' \(.*same packages"):
        sweep(GIVEN, tmp_path / "out", cluster=cluster.scheduler_address, run=fake_run)
    assert not list(tmp_path.glob("out/failures.csv"))


@pytest.mark.slow
def test_a_worker_with_another_model_computes_nothing(tmp_path):
    """It joins in the middle of the work; what it has is another source, with the same version of the package."""
    one = sweep(GIVEN, tmp_path / "one", run=fake_run)
    source = Path(forumsim.__file__).parent
    other = tmp_path / "other" / "forumsim"
    shutil.copytree(source, other, ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "core" / "rules" / "dialogue.py").open("a") as text:
        text.write("# another rule\n")
    paths = [str(other.parent), str(HERE.parent / "experiments"), *(p for p in sys.path if p != str(source.parent))]
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", cluster.scheduler_address, "--no-dashboard"]
        with subprocess.Popen(
            [*worker, "--nthreads", "1"], env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                begun = time.monotonic()
                with pytest.raises(InputError) as caught:
                    sweep(GIVEN, tmp_path / "many", cluster=cluster.scheduler_address, run=fake_run)
                assert time.monotonic() - begun < 60
            finally:
                os.killpg(process.pid, signal.SIGKILL)
    said = str(caught.value)
    assert "what was finished is kept" in said
    assert f"the worker on {platform.node()} (process " in said
    assert re.search(rf"the model of forumsim \w{{12}} \(here {MODEL_DIGEST[:12]}\)", said)
    assert MODEL_DIGEST[:12] not in re.findall(r"forumsim (\w{12}) ", said)
    assert "numba" not in said
    assert tables_of(sweep(GIVEN, tmp_path / "many", run=fake_run).folder) == tables_of(one.folder)


def test_what_decides_the_bits_is_compared_where_the_chunk_runs():
    assert checked(versions(), sum, [1, 2]) == 3
    for name in versions():
        refused = checked(versions() | {name: "another"}, pytest.fail)
        assert isinstance(refused, OtherVersions)
        assert re.fullmatch(rf"the worker on .* has {name} \S+ \(here another\)", str(refused))
        assert str(pickle.loads(pickle.dumps(refused))) == str(refused)


@pytest.mark.slow
def test_a_chunk_that_no_worker_takes_up_is_no_failure_of_runs(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.runner.run_chunk", not_to_be_called)
    with pytest.raises(InputError, match=r"what was finished is kept.*\n.*LookupError: not this way"):
        sweep(GIVEN, tmp_path / "out", cluster=cluster.scheduler_address, run=fake_run)
    assert stored(tmp_path / "out") == []


@pytest.mark.slow
def test_without_workers_it_is_said_what_is_waited_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("forumsim.sweeps.runner.PATIENCE_SECONDS", 0.5)
    given = GIVEN | {"replicates": 1}
    with distributed.LocalCluster(
        n_workers=0, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        timer = threading.Timer(3.0, cluster.scale, [1])
        timer.start()
        results = sweep(given, tmp_path / "out", cluster=cluster.scheduler_address, run=fake_run, progress=True)
        timer.join()
    assert len(results.runs) == 6
    assert capsys.readouterr().err.count("has no workers: waiting for some to join") == 1


@pytest.mark.slow
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "local:none", "local:0"])
def test_a_cluster_that_cannot_be_reached_is_a_message(address, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.sweeps.cluster.PATIENCE", 1)
    with pytest.raises(InputError, match="--cluster"):
        sweep(GIVEN, tmp_path / "out", cluster=address, run=fake_run)


def test_without_dask_there_is_a_message(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(InputError, match=r"forumsim\[cluster\]"), Cluster("tcp://127.0.0.1:1").open():
        pass
