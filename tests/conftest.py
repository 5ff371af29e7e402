"""What all tests share: the root of the project, and the raw data where it is at hand."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in a script's background; programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


#: Files that take longest. They come first, so that no worker is left with one of them when the others are done.
LONGEST = ("test_pool.py", "test_everywhere.py", "test_docs.py", "test_deaths.py", "test_rerun.py", "test_backtest.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files of `LONGEST` first, the longest of them at the beginning."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Nothing here cuts the power, so that nothing has to be on the disk; sweeps that are killed wait as ever."""
    from forumsim.results import store

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda number: None)
        patch.setattr(store, "SYNCHRONOUS", "OFF")
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def raw_data() -> Path:
    """Folder of the original data sets; they are large and no part of the project."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the original data sets are not beside the project (../shared/data)")
    return folder
