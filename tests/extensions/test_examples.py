"""The worked examples do what their texts say: expected values are computed here by hand or by another way."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from forumsim import load_scenario, simulate
from forumsim.core.schedule import prepare
from forumsim.core.state.log import log
from forumsim.core.terms import STEP, Event
from forumsim.extensions import load_extensions
from forumsim.studies.verification.worlds import add_forum, record, states

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "extensions"
FILES = sorted(FOLDER.glob("*.py"))


def function(name):
    (found,) = [item.function for item in load_extensions(FOLDER / f"{name}.py").declared]
    return found


@pytest.fixture
def world():
    made = states(6, 3, 2, seed=1)
    made.power[:] = [0.4, 0.2, 0.1, 0.1, 0.1, 0.1]
    made.trust[:] = 0.8
    for f, (members, charter) in enumerate([([0, 1, 2], [0.1, 0.5]), ([3, 4, 5], [0.7, 0.5])]):
        add_forum(made, f, members, charter=charter)
    prepare(made, record({}))
    return made


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_is_short_and_runs_in_a_scenario(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) < 40
    run = simulate("two_blocs", steps=8, seed=2, fields={"polarisation": 0.6}, with_=file)
    assert run.series["step"].max() == 8


def test_leavers_lose_trust_in_proportion_to_trade(world):
    world.member[0] = [True, True, False, False, False, False]
    world.position[:] = 0.5  # no distance: trade is the product of the powers
    world.clock[STEP] = 1
    log(world, Event.EXIT, 2, -1, 0, -1, 0.0)
    before = world.trust.copy()
    function("trade_linkage")(world, None, price=0.5, distance=2.0)
    expected = before.copy()
    expected[0, 2] *= 1 - 0.5 * 1.0  # the strongest is the closest partner
    expected[1, 2] *= 1 - 0.5 * 0.2 / 0.4
    assert world.trust == pytest.approx(expected)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 1.6])
def test_two_equal_groups_have_the_polarisation_of_the_formula(world, alpha):
    world.power[:] = 1 / 6
    world.attention[:] = 0.0
    world.attention[0, :3] = world.attention[1, 3:] = 1.0
    found = function("esteban_ray")(world, None, alpha=alpha)
    assert found == pytest.approx([0.6 * 2 ** -(1 + alpha), 0.0, 0.3 * 2 ** -(1 + alpha)])


def test_polarisation_against_the_sum_over_pairs(world):
    rng = np.random.default_rng(5)
    world.attention[:2] = rng.random((2, 6))
    weight = [sum(world.attention[f, i] * world.power[i] for i in range(6)) for f in range(2)]
    share = [w / sum(weight) for w in weight]
    expected = sum(share[f] ** 2.3 * share[g] * abs(world.charter[f, 0] - world.charter[g, 0])
                   for f, g in product(range(2), repeat=2))  # fmt: skip
    assert function("esteban_ray")(world, None, alpha=1.3)[0] == pytest.approx(expected)


def test_the_ladder(world):
    world.capacity[:] = [2, 0.5, 1, 1, 1, 1]
    passes = [bool(function("ladder_gate")(world, None, 1, i, floor=1.0)) for i in range(6)]
    assert passes == [True, False, True, False, False, False]  # 0 to 2 are in the other forum, 1 cannot staff it


@pytest.mark.parametrize(
    ("yes", "passed"),
    [
        ([0, 1, 2, 3], True),  # 67 % of the states with 80 % of power
        ([0, 1, 2], False),  # 50 % of the states
        ([1, 2, 3, 4, 5], True),  # 60 % of power, but one state alone does not block
        ([2, 3, 4, 5], True),  # two do not block either
        ([0, 1], False),
    ],
)
def test_double_majority(world, yes, passed):
    support = np.isin(np.arange(6), yes)
    voters = np.ones(6, dtype=bool)
    found = function("double_majority")(world, None, 0, support, voters, states=0.55, power=0.65, blocking=4)
    assert bool(found) == passed


def test_all_at_once():
    case = load_scenario("two_blocs", with_=FILES)
    assert {item.name for item in case.extensions.declared} >= {
        "trade_linkage",
        "esteban_ray",
        "ladder",
        "double_majority",
    }
    assert len(case.extensions.parameters) == 8
