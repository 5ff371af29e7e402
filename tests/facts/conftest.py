"""Runs of the shipped case that start in 2018 and at the end of 2024."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told import SEEDS, TWO_YEARS, Told, from_2018, run_case

from forumsim.core.parameters import make_record
from forumsim.core.schedule import prepare


@pytest.fixture(scope="session")
def early() -> list[Told]:
    """Runs from 2018 to the end of 2024."""
    return [from_2018(seed) for seed in SEEDS]


@pytest.fixture(scope="session")
def late() -> list[Told]:
    """Runs of two years from the end of 2024."""
    return [run_case(TWO_YEARS, seed) for seed in list(SEEDS)[:8]]


@pytest.fixture(scope="session")
def at_2024(late: list[Told]) -> Told:
    """The case at the end of 2024, before the first step; its log is that of a run of two years."""
    case = late[0].run.scenario
    record = make_record(case.parameters)
    world = case.build(1, record)
    prepare(world, record)
    return Told(replace(late[0].run, world=world))
