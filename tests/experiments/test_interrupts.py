"""An interruption that is swallowed on the way is heeded at the next chance."""

import contextlib
import ctypes
import os
import signal
import sys
import threading

import pytest

from forumsim.sweeps.interrupts import Interrupts

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def pythons_own_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_swallowed_interruption_is_raised_at_the_next_check():
    with Interrupts() as interrupts:
        interrupts.check()
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(1)
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interruption_within_a_callback_is_heeded_at_the_next_check_and_prints_nothing(capfd):
    """Within a callback from compiled code an exception cannot travel; Python would print it and go on."""
    before = sys.unraisablehook

    @ctypes.CFUNCTYPE(None)
    def callback():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

    with Interrupts() as interrupts:
        callback()
        with pytest.raises(KeyboardInterrupt):
            interrupts.check()
    assert sys.unraisablehook is before
    assert capfd.readouterr().err == ""


def test_other_lost_errors_are_reported_as_before(monkeypatch):
    class Bad:
        def __del__(self):
            raise ValueError("lost on the way")

    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: reported.append(str(lost.exc_value)))
    with Interrupts() as interrupts:
        Bad()
        assert not interrupts.asked
    assert reported == ["lost on the way"]


def test_handlers_of_others_and_other_threads_are_left_alone():
    def mine(_number, _frame):
        """Another's handler."""

    signal.signal(signal.SIGINT, mine)
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is mine
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seen = []

    def elsewhere():
        with Interrupts() as interrupts:
            interrupts.check()
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
