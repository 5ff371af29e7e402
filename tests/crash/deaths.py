"""Sweeps that die at one call after the other that changes their folder, and go on. Started by `test_deaths`.

    python deaths.py LIBRARY FOLDER KIND EVERY

``LIBRARY`` is deaths.c, loaded by LD_PRELOAD as well. For n = 1, 1 + EVERY, ... a sweep of the kind (fresh, extend,
retry, replace) is killed at its n-th write, sync, renaming or removal, until it ends by itself. After each death the
folder must say that it is not complete, or hold tables that belong together; the same command must give all bytes of an
undisturbed sweep. Prints the number of deaths.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "experiments"))
from fake_runs import fails_at_full_level, fake_run, tables_of

from any_runs import sweep, sweep_fresh
from forumsim.plans import make_plan
from forumsim.results import store
from forumsim.results.opening import FolderState, folder_state

GIVEN = {
    "scenario": "two_blocs", "steps": 2, "replicates": 2, "seed": 5, "fields": {"actors": 6, "nonstate": 1},
    "vary": {"dialogue.level": [0, 1]}, "record": {"series": ["fragmentation", "enf"], "every": 2, "detail": "first"},
}  # fmt: skip
SMALL, LARGE = make_plan(GIVEN), make_plan(GIVEN | {"replicates": 3})
OTHER = make_plan(GIVEN | {"seed": 6})


def command(kind, out):
    """The sweep of a kind."""
    if kind == "fresh":
        sweep(SMALL, out, run=fake_run)
    elif kind == "extend":
        sweep(LARGE, out, extend=True, run=fake_run)
    elif kind == "retry":
        sweep(SMALL, out, retry_failed=True, run=fake_run)
    else:
        sweep_fresh(OTHER, out, False, run=fake_run)


def before(kind, out):
    """What is there before it."""
    if kind == "fresh":
        return
    sweep(SMALL, out, run=fails_at_full_level if kind == "retry" else fake_run)
    if kind == "replace":
        (out / "notes.txt").write_text("mine", encoding="utf-8")
        (out / "figures").mkdir()
        (out / "figures" / "old.png").write_bytes(b"old")


def killed(library, kind, out, number):
    """Run it in a process that dies at a call; whether it did."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            library.arm(number, str(out.parent).encode())
            command(kind, out)
            status = 0
        finally:
            library.arm(0, b"")
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert status in (0, 9), (kind, number, status)
    return status == 9


def consistent(out):
    """Complete results have just the files that their manifest names."""
    if folder_state(out) is FolderState.COMPLETE:
        files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
        return all(hashlib.sha256((out / name).read_bytes()).hexdigest() == digest for name, digest in files.items())
    return folder_state(out) is not FolderState.OTHER


def main(library, folder, kind, every):
    """All deaths of a kind of sweep."""
    store.COMMIT_SECONDS = 0.0  # every chunk is a transaction
    whole, start, place = folder / "whole", folder / "start", folder / "place"
    plan = {"extend": LARGE, "replace": OTHER}.get(kind, SMALL)
    sweep(plan, whole, run=fake_run)
    start.mkdir()
    before(kind, start / "out")
    deaths, number = 0, 1
    while True:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(start, place)
        if not killed(library, kind, place / "out", number):
            break
        deaths += 1
        where = (kind, number)
        assert consistent(place / "out"), where
        # a complete folder: the store was not closed, and is not opened again
        done = folder_state(place / "out") is FolderState.COMPLETE
        command(kind, place / "out")
        assert tables_of(place / "out") == tables_of(whole), where
        left = sorted(path.name for path in place.rglob(".*"))
        assert left == [], (where, left)
        extra = {path.name for path in (place / "out").iterdir()} - {path.name for path in whole.iterdir()}
        extra -= {"notes.txt"} if kind == "replace" else set()
        assert extra <= ({"sweep.sqlite-journal"} if done else set()), (where, extra)
        if kind == "replace":
            assert (place / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"
        number += every
    print(deaths)


if __name__ == "__main__":
    main(ctypes.CDLL(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
