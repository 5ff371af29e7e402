"""The sweep that the tests here end, and what it gives when nobody ends it."""

from __future__ import annotations

import signal

import pytest
from sweeps import PLAN, Sweep, tables


@pytest.fixture(scope="session")
def plan(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def whole(plan, tmp_path_factory):
    """The tables of an uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    status, said = Sweep(plan, folder, 1).end()
    assert status == 0, said
    return tables(folder)


@pytest.fixture
def start(plan):
    """Start a sweep; what still runs at the end of a test is ended."""
    begun = []

    def go(folder, workers, plan=plan):
        begun.append(Sweep(plan, folder, workers))
        return begun[-1]

    yield go
    for sweep in begun:
        sweep.signal(signal.SIGKILL)
        sweep.process.communicate()
