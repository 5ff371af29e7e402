"""Killed, interrupted, out of room: the same command goes on, and the tables are the same to the byte."""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest
from sweeps import Share, tables

pytestmark = pytest.mark.slow


def moments(number, seed):
    """Conditions for a moment of a sweep: after some time, at some number of runs, while tables are written."""
    draw = random.Random(seed)
    kinds = []
    for k in range(number):
        if k % 4 == 3:
            kinds.append(("assembly", draw.uniform(0.0, 0.2)))
        elif k % 4 == 2:
            kinds.append(("start", draw.uniform(0.5, 6.0)))
        else:
            kinds.append(("runs", draw.randrange(1, 120)))
    return kinds


def strike(sweep, kind, number, what):
    """Send a signal at such a moment; whether the sweep was still there."""
    if kind == "start":
        time.sleep(number)
    elif kind == "runs":
        before = max(0, sweep.done)
        sweep.wait_for(lambda: sweep.done >= before + number)
    else:
        sweep.wait_for(lambda: any(sweep.folder.glob(".*.partial")))
        time.sleep(number)
    there = sweep.process.poll() is None
    sweep.signal(what)
    return there


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_thirty_moments_and_resumed(start, whole, tmp_path, workers):
    folder, struck, finished = tmp_path / "out", 0, 0
    for kind, number in moments(30, seed=workers):
        sweep = start(folder, workers)
        struck += strike(sweep, kind, number, signal.SIGKILL)
        status, _ = sweep.end()
        if status == 0:  # it was done before the blow: assemble it anew, so that later blows find something to hit
            finished += 1
            assert tables(folder) == whole
            shutil.rmtree(folder)
    assert struck >= 15
    status, said = start(folder, workers).end()
    assert status == 0, said
    assert tables(folder) == whole
    assert not list(folder.glob(".*.partial"))


@pytest.mark.parametrize(("workers", "times"), [(1, 12), (2, 12), ("local:2", 8)])
def test_interrupted_at_many_moments_it_stops_within_two_seconds(start, whole, tmp_path, workers, times):
    if workers == "local:2":
        pytest.importorskip("dask.distributed")
    folder, took = tmp_path / "out", []
    for kind, number in moments(times, seed=10 + int(str(workers)[-1])):
        sweep = start(folder, workers)
        there = strike(sweep, kind, number, signal.SIGINT)
        began = time.monotonic()
        with Share() as machine:
            status, said = sweep.end()
        if there and status != 0:
            took.append((time.monotonic() - began) * machine.share)
            assert status in (130, -signal.SIGINT), (kind, number, said)  # the latter: before Python itself was up
            assert "Traceback" not in said, (kind, number, said[:3000])
        if status == 0:
            assert tables(folder) == whole
            shutil.rmtree(folder)
    assert len(took) >= times // 2 and max(took) < 2.0, took
    status, said = start(folder, workers).end()
    assert status == 0, said
    assert tables(folder) == whole


def test_workers_killed_one_by_one(start, whole, tmp_path):
    sweep = start(tmp_path / "out", 2)
    killed = 0
    for target in (30, 150, 300, 450, 600, 750):
        if not sweep.wait_for(lambda target=target: sweep.done >= target and len(sweep.workers()) == 2):
            break
        os.kill(random.Random(target).choice(sweep.workers()), signal.SIGKILL)
        killed += 1
    status, said = sweep.end()
    assert status == 0, said
    assert killed >= 4
    assert tables(tmp_path / "out") == whole, "no run is a failure because its worker was killed from outside"


@pytest.fixture
def disk(tmp_path):
    """A small disk, whose size can be changed."""
    place = tmp_path / "disk"
    place.mkdir()

    def resize(kilobytes, again=True):
        option = f"remount,size={kilobytes}k" if again else f"size={kilobytes}k"
        subprocess.run(["mount", "-t", "tmpfs", "-o", option, "tmpfs", str(place)], check=True, capture_output=True)

    try:
        resize(300, again=False)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk is not permitted here")
    yield place, resize
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_a_message_and_nothing_is_lost(start, whole, disk, workers):
    place, resize = disk
    need = sum(len(content) for content in whole.values()) // 1024
    for share in (0.1, 0.4, 0.9, 1.1, 1.6):  # in the store, and in the tables beside it
        resize(max(60, int(share * need)))
        status, said = start(place / "out", workers).end()
        if status == 0:
            break
        assert status == 2, said
        assert "No space left on device" in said and "Traceback" not in said
    resize(8 * need)
    status, said = start(place / "out", workers).end()
    assert status == 0, said
    assert tables(place / "out") == whole
