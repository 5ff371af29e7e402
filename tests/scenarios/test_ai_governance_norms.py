"""Law and the life of forums in the shipped case: the Brussels effect of the EU AI Act, the dialogue of two powers."""

import numpy as np
import pytest

from forumsim.core.rules.drift import drift
from forumsim.core.schedule import prepare
from forumsim.core.terms import Kind, Role, Status
from forumsim.running.run import params_for, run_arrays
from forumsim.scenarios import load_scenario

ALONE = {"drift.brussels": 0.02, "drift.position": 0.0, "drift.salience": 0.0, "drift.trust": 0.0, "drift.lobby": 0.0}


@pytest.fixture(scope="module")
def case():
    return load_scenario("ai_governance")


def test_outsiders_positions_move_toward_the_hard_law_of_europe(case):
    """The AI Act and the Framework Convention, .9 and .8 of law: x += b H W (c - x) on values, one after the other."""
    p = params_for(case, ALONE)
    world = case.build(1, p)
    prepare(world, p)
    values = case.issues.index("values")
    laws = [case.forum_ids.index(name) for name in ("EU_AI_ACT", "COE_AI_CONV")]
    assert np.flatnonzero(world.live() & (world.legalization > 0.5)).tolist() == laws
    expected = world.position.copy()
    for f in laws:
        outside = ~world.member[f] & ((world.kind == Kind.STATE) | (world.role == Role.FIRM))
        pull = 0.02 * world.legalization[f] * world.power[world.member[f]].sum()
        assert 0.001 < pull < 0.02
        expected[outside, values] += pull * (world.charter[f, values] - expected[outside, values])
    before = world.position.copy()
    drift(world, p)
    assert world.position == pytest.approx(expected)
    for name in ("CHN", "USA", "GBR", "OPENAI"):
        i, charter = case.actor_ids.index(name), world.charter[laws[0], values]
        assert abs(world.position[i, values] - charter) < abs(before[i, values] - charter)
    assert (world.position[:, 1:] == before[:, 1:]).all()


def test_the_dialogue_of_the_united_states_and_china_lives_through_its_first_five_years(case):
    """Founded in May 2024, two quarters before the start: five years end with step 18. Nobody else joins."""
    p, seeds = params_for(case, {}), range(1, 13)
    f = case.forum_ids.index("US_CHN_GOV")
    lives = 0
    for seed in seeds:
        world = run_arrays(case, p, 18, seed, every=18).world
        assert world.founded[f] == -2
        lives += world.status[f] in (Status.ALIVE, Status.DORMANT)
        assert set(np.flatnonzero(world.member[f])) <= {case.actor_ids.index("USA"), case.actor_ids.index("CHN")}
    assert lives > len(seeds) / 2
