"""A Dask cluster gives the same bytes as this process, also when it loses a worker."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from forumsim.errors import InputError
from forumsim.experiments import sweep
from forumsim.experiments.executors import Cluster, batch_cluster

distributed = pytest.importorskip("dask.distributed")

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "experiments"))
from fake_runs import dies_at_full_level, fake_run, slow_run, tables_of  # noqa: E402

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
def cluster(monkeypatch):
    """Three worker processes on loopback that know the functions of these tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent / "experiments"), *sys.path]))
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.mark.slow
def test_the_bytes_are_the_same_when_a_worker_is_killed(cluster, tmp_path):
    one = sweep(GIVEN, tmp_path / "one", run=fake_run)
    killed = []

    def kill():
        lines = tmp_path / "many" / "journal" / "runs.jsonl"
        for _ in range(600):
            if lines.is_file() and len(lines.read_bytes().splitlines()) > 10:
                break
            time.sleep(0.02)
        with distributed.Client(cluster.scheduler_address) as client:
            pids = client.run(os.getpid)
        pid = sorted(pids.values())[0]
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)

    thread = threading.Thread(target=kill)
    thread.start()
    many = sweep(GIVEN, tmp_path / "many", cluster=cluster.scheduler_address, run=slow_run)
    thread.join()
    assert killed
    assert tables_of(many.folder) == tables_of(one.folder)
    assert many.manifest["times"]["workers"] == cluster.scheduler_address


@pytest.mark.slow
def test_a_run_that_kills_every_worker_is_a_failure_and_the_rest_goes_on(cluster, tmp_path):
    given = GIVEN | {"replicates": 1, "vary": {"dialogue.level": [0, 0.5, 1]}}
    results = sweep(given, tmp_path / "out", cluster=cluster.scheduler_address, run=dies_at_full_level)
    assert results.failures["point"].tolist() == ["p0003"]
    assert results.failures["stage"].tolist() == ["worker"]
    assert results.runs["point"].tolist() == ["p0001", "p0002"]


@pytest.mark.slow
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "local:none", "local:0"])
def test_a_cluster_that_cannot_be_reached_is_a_message(address, tmp_path, monkeypatch):
    monkeypatch.setattr("forumsim.experiments.executors.PATIENCE", 1)
    with pytest.raises(InputError, match="--cluster"):
        sweep(GIVEN, tmp_path / "out", cluster=address, run=fake_run)


def test_profiles_of_batch_systems(tmp_path):
    pytest.importorskip("dask_jobqueue")
    profile = tmp_path / "profile.toml"
    profile.write_text(
        'jobs = 0\n[cluster]\ncores = 2\nmemory = "4GB"\nqueue = "short"\nwalltime = "00:30:00"\ninterface = "lo"\n',
        encoding="utf-8",
    )
    cluster = batch_cluster("slurm", profile)
    try:
        script = cluster.job_script()
        assert "#SBATCH -p short" in script and "#SBATCH -t 00:30:00" in script and "--cpus-per-task=2" in script
    finally:
        cluster.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [("jobs = [", "profile.toml"), ("job = 3", "no such key"), ("jobs = -1", "found -1"),
     ('[cluster]\ncoers = 2\nmemory = "4GB"', "profile.toml")],
)  # fmt: skip
def test_profiles_that_are_none(tmp_path, text, message):
    pytest.importorskip("dask_jobqueue")
    profile = tmp_path / "profile.toml"
    profile.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        batch_cluster("slurm", profile)
    with pytest.raises(InputError, match=r"none\.toml"):
        batch_cluster("slurm", tmp_path / "none.toml")


def test_without_dask_there_is_a_message(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(InputError, match=r"forumsim\[cluster\]"), Cluster("tcp://127.0.0.1:1").open():
        pass
