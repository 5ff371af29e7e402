"""Ctrl-C that is never lost, and SIGTERM and SIGHUP that do the same."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any

#: What stops a sweep: Ctrl-C, the end of a batch job or of a container, a terminal that is closed.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupts:
    """Within ``with Interrupts() as interrupts``, remember that one of `SIGNALS` came, and raise KeyboardInterrupt.

    Where an exception cannot travel (a finaliser, or a callback from compiled code, of which the compiler makes many)
    Python prints it and goes on. Here it is not printed, and the next `check` raises it again.

    Outside the main thread, where handlers cannot be set, it changes nothing; nor does it change signals that are
    ignored (as nohup does) or have another handler than the usual one.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}
        self._hook: Any = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            usual = (signal.default_int_handler, signal.SIG_DFL)
            for number in SIGNALS:
                if signal.getsignal(number) in usual:
                    self._before[number] = signal.signal(number, self._heed)
            self._hook, sys.unraisablehook = sys.unraisablehook, self._swallowed
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        if self._hook is not None:
            sys.unraisablehook = self._hook
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _heed(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt

    def _swallowed(self, unraisable: Any) -> None:
        """Take the place of ``sys.unraisablehook``: a lost interruption is not printed, the rest goes the usual way."""
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            self._hook(unraisable)

    def check(self) -> None:
        """Raise if an interruption came.

        Raises
        ------
        KeyboardInterrupt
        """
        if self.asked:
            raise KeyboardInterrupt
