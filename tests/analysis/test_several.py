"""Figures that copies of the process draw are those that it draws itself."""

import os
import signal
import subprocess
import sys
import time

import pytest
from synthetic_results import write_results

from forumsim.analysis import draw_figures
from forumsim.analysis.several import done_in_turn
from forumsim.analysis.style import Sheet

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is copied")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """As in a process without other threads: the tests before these may have left some that rest."""
    monkeypatch.setattr("forumsim.analysis.several.threading.active_count", lambda: 1)


@linux
def test_what_is_returned_comes_in_order_from_several_processes():
    large = 300_000  # more than a pipe holds
    done = list(done_in_turn([lambda k=k: (k, os.getpid(), b"x" * large) for k in range(12)], 3))
    assert [(k, len(text)) for k, _, text in done] == [(k, large) for k in range(12)]
    makers = [maker for _, maker, _ in done]
    assert len(set(makers)) == 3 and os.getpid() not in makers
    for maker in makers:  # ended, and waited for
        with pytest.raises(ChildProcessError):
            os.waitpid(maker, os.WNOHANG)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_is_raised_as_it_is(workers):
    def wrong():
        raise ArithmeticError("too much")

    done = done_in_turn([lambda: 1, wrong, lambda: 3, lambda: 4, lambda: 5, lambda: 6], workers)
    assert next(done) == 1
    with pytest.raises(ArithmeticError, match="too much"):
        next(done)


@linux
def test_the_jobs_of_a_copy_that_is_killed_are_done_here():
    here = os.getpid()

    def deadly():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return 3

    assert list(done_in_turn([lambda: 1, deadly, lambda: 2, lambda: 4, lambda: 5, lambda: 6], 2)) == [1, 3, 2, 4, 5, 6]


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_copies_do_not_outlive_the_process(how, tmp_path):
    code = (
        "import os, sys, time; from forumsim.analysis.several import done_in_turn\n"
        "def job():\n"
        f"    open({str(tmp_path)!r} + f'/{{os.getpid()}}', 'w').close(); time.sleep(.1); return b'x' * 300_000\n"
        "for _ in done_in_turn([job] * 400, 2): time.sleep(.05)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    until(lambda: len(list(tmp_path.iterdir())) == 2)
    process.send_signal(how)
    process.wait(60)
    until(lambda: not any(os.path.exists(f"/proc/{path.name}") for path in tmp_path.iterdir()))


def until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_figures_are_the_same_to_the_byte(tmp_path):
    folder = write_results(tmp_path / "made", replicates=2, detail=False)
    drawn = {}
    for workers in (1, 3):
        out = tmp_path / str(workers)
        pictures = draw_figures(folder, out, measures=["enf"], sheet=Sheet(("svg",), dpi=50), workers=workers)
        drawn[workers] = (
            [(p.path.name, p.caption, p.png) for p in pictures],
            {path.name: path.read_bytes() for path in (out / "figures").iterdir()},
        )
    assert drawn[1] == drawn[3]
    assert len(drawn[1][1]) == len(drawn[1][0]) >= 6, "two processes at least have three figures each"
