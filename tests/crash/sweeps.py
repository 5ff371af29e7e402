"""A sweep in a process group of its own, that tests end in every way."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

#: About ten seconds of work for one process.
PLAN = """
scenario = "two_blocs"
steps = 30
replicates = 150
seed = 7
[fields]
actors = 20
[vary]
"dialogue.level" = [0, 0.5, 1]
"scenario.polarisation" = [0.2, 0.8]
[record]
every = 3
detail = "first"
"""


def tables(folder):
    """Bytes of what must be the same: every CSV, and what describes them."""
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*"))
            if path.suffix == ".csv" or path.name == "datapackage.json"}  # fmt: skip


class Share:
    """What share of a core one more process gets meanwhile, as ``share``: 1 where nothing else runs.

    Seconds times this share do not depend on who else uses the machine.
    """

    def __enter__(self):
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()
        return self

    def _work(self):
        began, used = time.monotonic(), time.thread_time()
        while not self.over.is_set():
            sum(range(10_000))
        self.share = min(1.0, (time.thread_time() - used) / (time.monotonic() - began))

    def __exit__(self, *error):
        self.over.set()
        self.thread.join()


class Sweep:
    """`forumsim sweep` of the plan into a folder."""

    def __init__(self, plan, folder, workers):
        """``workers``: a number, or the address of a cluster."""
        command = [sys.executable, "-m", "forumsim", "sweep", str(plan), "--out", str(folder), "--quiet"]
        self.folder = Path(folder)
        self.process = subprocess.Popen(
            [*command, "--workers" if isinstance(workers, int) else "--cluster", str(workers)],
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    @property
    def done(self):
        """Runs in the store, whose locks are passed over."""
        path = f"{(self.folder / 'sweep.sqlite').absolute().as_uri()}?mode=ro&immutable=1"
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(path, uri=True)) as base:
            return base.execute("SELECT count(*) FROM runs").fetchone()[0]
        return -1

    def wait_for(self, condition, seconds=120):
        """Whether a condition came true before the sweep ended."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            if condition():
                return True
            time.sleep(0.01)
        return False

    def signal(self, number):
        """To the whole process group, as a terminal does."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def end(self, seconds=300):
        """Wait for the end: status, what was said."""
        said = self.process.communicate(timeout=seconds)[1].decode()
        return self.process.returncode, said

    def workers(self):
        """Ids of its worker processes."""
        import psutil

        found = []
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):  # it is just ending
                    if "resource_tracker" not in " ".join(child.cmdline()):
                        found.append(child.pid)
        return found
