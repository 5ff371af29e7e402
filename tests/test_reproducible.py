"""The same bits from the same seed by every path; two levels of dialogue share all other draws."""

from __future__ import annotations

import numpy as np
import pytest

from forumsim import ForumModel, load_scenario, simulate
from forumsim.core.measures import column_index
from forumsim.core.terms import Event, Tally
from forumsim.plans import run_seed
from forumsim.running.model.choices import RULES
from forumsim.running.run import params_for, run_arrays

CASES = [("two_blocs", {"polarisation": 0.7}), ("ai_governance", {})]


def state(world):
    """A world's arrays as bytes, of the event log its filled part."""
    arrays = {name: array.tobytes() for name, array in world.arrays() if name != "events"}
    return arrays | {"events": world.log().tobytes()}


@pytest.mark.parametrize("name, fields", CASES)
def test_steps_and_simulate_give_the_same_bits(name, fields):
    model = ForumModel(name, steps=60, rng=17, dialogue_level=0.6, **fields)
    by_list = ForumModel(name, steps=60, rng=17, dialogue_level=0.6, schedule=list(RULES), **fields)
    for _ in range(60):
        model.step()
        by_list.step()
    scenario = load_scenario(name, **fields)
    outcome = run_arrays(scenario, params_for(scenario, {"dialogue.level": 0.6}), 60, 17)
    assert state(model.world) == state(outcome.world)
    assert state(by_list.world) == state(outcome.world)
    assert model.outcome().series.tobytes() == outcome.series.tobytes()
    assert model.outcome().verdict_series.tobytes() == outcome.verdict_series.tobytes()
    run = simulate(name, steps=60, seed=17, parameters={"dialogue.level": 0.6}, fields=fields)
    assert state(run.world) == state(model.world)
    collected = model.datacollector.get_model_vars_dataframe()
    pooled = run.series[run.series["issue"] == "pooled"].reset_index(drop=True)
    for measure in ("fragmentation", "enf", "trust_across", "joins"):
        assert np.array_equal(collected[measure], pooled[measure], equal_nan=True)


def test_how_often_is_recorded_changes_nothing():
    scenario = load_scenario("two_blocs")
    record = params_for(scenario)
    often, seldom = run_arrays(scenario, record, 30, 4), run_arrays(scenario, record, 30, 4, every=10, snapshots=[7])
    assert state(often.world) == state(seldom.world)
    assert often.series[::10].tobytes() == seldom.series.tobytes()


@pytest.mark.parametrize("name, fields", CASES)
def test_same_seed_same_bits_other_seed_other_bits(name, fields):
    scenario = load_scenario(name, **fields)
    record = params_for(scenario)
    first, again, other = (run_arrays(scenario, record, 20, seed).world for seed in (1, 1, 2))
    assert state(first) == state(again)
    assert not np.array_equal(first.trust, other.trust)
    assert not np.array_equal(first.log(), other.log())


@pytest.mark.parametrize("name, fields", CASES)
def test_meetings_that_change_nothing_leave_all_bits_alone(name, fields):
    """Without effect of a meeting, talks at full level take no draw from anything else; dated ones are logged."""
    vain = {f"track{track}.{effect}": 0 for track in ("2", "15", "1") for effect in ("trust_gain", "move")}
    vain |= {"dialogue.declaration": 0, "confidence.on": 0}
    scenario = load_scenario(name, **fields)
    silent, talking = (
        run_arrays(scenario, params_for(scenario, vain | {"dialogue.level": level}), 30, 3).world for level in (0, 1)
    )
    left, right = state(silent), state(talking)
    logged = {"events", "tally", "clock"} if name == "ai_governance" else set()
    assert {key for key in left if left[key] != right[key]} - logged == {"meetings"}
    assert Event.MEETING not in silent.log()["kind"]
    assert talking.meetings[Tally.MEETINGS] > silent.meetings[Tally.MEETINGS]


def values(scenario, level, measures, seeds, steps=60):
    """Measures of runs at a level of dialogue, means of their last 20 steps, shape (runs, measures)."""
    record = params_for(scenario, {"dialogue.level": level})
    columns = [column_index(measure) for measure in measures]
    return np.array(
        [run_arrays(scenario, record, steps, seed).series[-20:, -1, columns].mean(axis=0) for seed in seeds]
    )


def standard_error_ratios(scenario, low, high, measures, replicates):
    """Standard error of the difference of two levels with paired seeds, over that with independent seeds."""
    seeds, others = ([run_seed(plan, r) for r in range(replicates)] for plan in (1, 2))
    before, after = values(scenario, low, measures, seeds), values(scenario, high, measures, seeds)
    apart = values(scenario, low, measures, others)
    independent = np.sqrt(apart.var(axis=0, ddof=1) + after.var(axis=0, ddof=1))
    return (after - before).std(axis=0, ddof=1) / independent


@pytest.mark.parametrize("polarisation", [0.2, 0.8])
def test_common_random_numbers_halve_the_error_of_a_difference(polarisation):
    """Neighbouring levels of the shipped design: what is left is how much more or less worlds respond to dialogue.

    Between the ends (0 and 1) the ratio is greater, because the meetings themselves are a source of chance that
    silence has not.
    """
    scenario = load_scenario("two_blocs", polarisation=polarisation)
    ratios = standard_error_ratios(scenario, 0.25, 0.5, ("trust_across", "fragmentation"), 60)
    assert (ratios <= 0.5).all(), ratios
