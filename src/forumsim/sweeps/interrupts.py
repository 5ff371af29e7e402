"""Ctrl-C that is never lost, and SIGTERM and SIGHUP that do the same: what Python swallows is raised again at once."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any

#: What stops a sweep: Ctrl-C, the end of a batch job or of a container, a terminal that is closed.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
AGAIN_AFTER = 0.05
"""Seconds until a swallowed interruption is tried again."""


class Interrupts:
    """Within ``with Interrupts() as interrupts``, remember that one of `SIGNALS` came, and raise KeyboardInterrupt.

    Where an exception cannot travel (a finaliser, or a callback from compiled code, of which the compiler makes many)
    Python prints it and goes on. Here it is not printed, and the interruption comes again a moment later, until it
    arrives where somebody can act on it.

    Outside the main thread, where handlers cannot be set, it changes nothing; nor does it change signals that are
    ignored (as nohup does) or have another handler than the usual one.
    """

    def __init__(self) -> None:
        self.asked = False
        self._raised = False
        self._repeating = False
        self._before: dict[int, Any] = {}
        self._hook: Any = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            usual = (signal.default_int_handler, signal.SIG_DFL)
            for number in SIGNALS:
                if signal.getsignal(number) in usual:
                    self._before[number] = signal.signal(number, self._heed)
            if self._before:
                self._hook, sys.unraisablehook = sys.unraisablehook, self._swallowed
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        if not self._before:
            return
        self._raised = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        sys.unraisablehook = self._hook
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _heed(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self._repeating:
            self._repeating = False
            if self._raised:
                return
        raise KeyboardInterrupt

    def _swallowed(self, unraisable: Any) -> None:
        """Take the place of ``sys.unraisablehook``: a lost interruption is sent again, the rest goes the usual way."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._hook(unraisable)
            return
        self.asked = True
        if not self._raised:
            self._timer = threading.Timer(AGAIN_AFTER, self._repeat)
            self._timer.daemon = True
            self._timer.start()

    def _repeat(self) -> None:
        self._repeating = True
        if hasattr(signal, "pthread_kill"):  # a true signal, which also wakes a main thread that waits for something
            signal.pthread_kill(threading.main_thread().ident or 0, next(iter(self._before)))
        else:
            _thread.interrupt_main()

    def check(self) -> None:
        """Raise if an interruption came that nobody has acted on.

        Raises
        ------
        KeyboardInterrupt
        """
        if self.asked:
            self._raised = True
            raise KeyboardInterrupt
