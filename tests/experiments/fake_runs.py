"""Runs that take no time: what they return depends on seed and parameters alone, as with the real ones.

Importable by name, so that spawned workers find them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np

from forumsim.core.measures import MEASURES
from forumsim.core.terms import Event, Status, Term
from forumsim.core.world import empty_world
from forumsim.running.outcome import Outcome


def fake_world(scenario, step):
    world = empty_world(len(scenario.actor_ids), len(scenario.forum_ids), len(scenario.issues))
    world.clock[0] = step
    world.status[:2] = Status.ALIVE
    world.mandate[0] = True
    world.mandate[1, 0] = True
    world.member[0, :3] = True
    world.member[1, 2:5] = True
    world.attention[0, :3] = 1.0 / 3.0
    world.founder[1] = 0
    world.events[0] = (1, Event.JOIN, 2, -1, 1, -1, 0.25, Term.TRUST)
    world.events[1] = (step, Event.DECLARATION, 0, 1, -1, 1, 0.125, 0)
    world.events[2] = (step, Event.REGIME_SHIFT, 3, 0, 1, -1, 0.5, 0)
    world.clock[1] = 3
    return world


def fake_run(scenario, record, steps, seed, every, snapshots=()):
    rng = np.random.default_rng([seed, int(1000 * record["dialogue_level"])])
    marks = np.arange(0, steps + 1, every)
    rows = len(scenario.issues) + 1
    series = rng.normal(size=(len(marks), rows, len(MEASURES)))
    series[:, :, 3] = np.nan
    judged = rng.uniform(size=(steps + 1, rows, 3))
    shots = {step: fake_world(scenario, step) for step in snapshots}
    return Outcome(marks, series, judged, fake_world(scenario, steps), shots, record)


def fails_at_full_level(scenario, record, steps, seed, every, snapshots=()):
    if record["dialogue_level"] == 1.0:
        raise ArithmeticError('dialogue, "too" much of it\nin two lines')
    return fake_run(scenario, record, steps, seed, every, snapshots)


def without_memory_at_full_level(scenario, record, steps, seed, every, snapshots=()):
    if record["dialogue_level"] == 1.0:
        raise MemoryError
    return fake_run(scenario, record, steps, seed, every, snapshots)


def noisy_at_full_level(scenario, record, steps, seed, every, snapshots=()):
    """Measures whose noise is a hundred times as large at the full level of dialogue."""
    outcome = fake_run(scenario, record, steps, seed, every, snapshots)
    outcome.series *= 10.0 if record["dialogue_level"] == 1.0 else 0.1
    return outcome


def shared_noise(scenario, record, steps, seed, every, snapshots=()):
    """Measures that are the level of dialogue plus noise that follows from the seed alone."""
    outcome = fake_run(scenario, record, steps, seed, every, snapshots)
    outcome.series[:] = np.random.default_rng(seed).normal(size=outcome.series.shape) + record["dialogue_level"]
    return outcome


def interrupts(scenario, record, steps, seed, every, snapshots=()):
    """Like Ctrl-C, when the file named in STOP_FILE counts down to nothing."""
    path = Path(os.environ["STOP_FILE"])
    left = int(path.read_text())
    path.write_text(str(left - 1))
    if left == 0:
        raise KeyboardInterrupt
    time.sleep(0.03)
    return fake_run(scenario, record, steps, seed, every, snapshots)


def dies_at_full_level(scenario, record, steps, seed, every, snapshots=()):
    if record["dialogue_level"] == 1.0:
        os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(scenario, record, steps, seed, every, snapshots)


def slow_run(scenario, record, steps, seed, every, snapshots=()):
    time.sleep(float(os.environ.get("SLOW_SECONDS", "0.05")))
    return fake_run(scenario, record, steps, seed, every, snapshots)


_runs = itertools.count(1)


def ends_its_job(scenario, record, steps, seed, every, snapshots=()):
    """At the fortieth run of a process all processes of its job end, as at a walltime; a file says so."""
    time.sleep(0.05)
    if next(_runs) == 40:
        Path(os.environ["SLURM_OF_TEST"], "ended", str(os.getpid())).touch()
        os.killpg(os.getpgrp(), signal.SIGKILL)
    return fake_run(scenario, record, steps, seed, every, snapshots)


def marked_run(scenario, record, steps, seed, every, snapshots=()):
    """While it goes on, a file named after its process lies in the folder MARKS."""
    mark = Path(os.environ["MARKS"], str(os.getpid()))
    mark.touch()
    time.sleep(0.1)
    mark.unlink()
    return fake_run(scenario, record, steps, seed, every, snapshots)


def not_to_be_called(*_):
    raise LookupError("not this way")


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tables_of(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_of(folder).items() if name.endswith((".csv", "datapackage.json"))}


def stored(folder: Path, what: str = "run_id, ok FROM runs") -> list[tuple]:
    """What is in the store of a sweep, which may have it just now: its locks are passed over."""
    path = Path(folder) / "sweep.sqlite"
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base,
    ):
        return base.execute(f"SELECT {what} ORDER BY number").fetchall()
    return []
