"""Runs that take no time, whose measures are known functions of the parameters plus luck that depends on the seed.

Importable by name, so that other processes find them.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np

from forumsim.core.measures import MEASURES, column_index
from forumsim.running.outcome import Outcome

GIVEN = {
    "scenario": "two_blocs",
    "steps": 8,
    "replicates": 6,
    "seed": 11,
    "fields": {"actors": 8, "nonstate": 1},
    "parameters": {"measure.state_steps": 1},
    "vary": {"dialogue.level": {"from": 0, "to": 1}, "founding.patience": {"from": 0, "to": 20}},
    "record": {"every": 2},
    "target": {"file": "targets.csv", "trials": 30, "best": 3},
}
#: What `known_run` gives at dialogue.level .4 and founding.patience 12, without luck.
TARGETS = """measure,issue,step,target,tolerance,source
enf,pooled,end,1.8,0.05,known
enf,military,4,1.4,0.05,known
fragmentation,civil,end,0.3,0.02,known
"""

ENF, FRAGMENTATION, TRUST = (column_index(name) for name in ("enf", "fragmentation", "trust_across"))


def known_run(scenario, record, steps, seed, every, snapshots=()):
    """enf = 1 + 2 level + luck at the end, half of the level at half time; fragmentation = patience / 40 + luck."""
    level, patience = record["dialogue_level"], record["founding_patience"]
    luck = np.random.default_rng(seed).normal(scale=0.05, size=2)
    marks = np.arange(0, steps + 1, every)
    series = np.full((len(marks), len(scenario.issues) + 1, len(MEASURES)), np.nan)
    series[:, :, ENF] = (1.0 + 2.0 * level * marks / steps + luck[0])[:, None]
    series[:, :, FRAGMENTATION] = patience / 40.0 + luck[1]
    if seed % 2:
        series[:, :, TRUST] = 0.5
    judged = np.full((steps + 1, len(scenario.issues) + 1, 3), 0.5)
    return Outcome(marks, series, judged, None, {}, record)


def _countdown() -> bool:
    path = Path(os.environ["STOP_FILE"])
    left = int(path.read_text())
    path.write_text(str(left - 1))
    return left == 0


def interrupted_run(scenario, record, steps, seed, every, snapshots=()):
    """Like Ctrl-C when the file named in STOP_FILE has counted down."""
    if _countdown():
        raise KeyboardInterrupt
    return known_run(scenario, record, steps, seed, every, snapshots)


def killed_run(scenario, record, steps, seed, every, snapshots=()):
    """Likewise, but killed."""
    if _countdown():
        os.kill(os.getpid(), signal.SIGKILL)
    return known_run(scenario, record, steps, seed, every, snapshots)


def failing_run(scenario, record, steps, seed, every, snapshots=()):
    """High levels of dialogue raise an error."""
    if record["dialogue_level"] > 0.8:
        raise ArithmeticError("too much")
    return known_run(scenario, record, steps, seed, every, snapshots)
