"""The event log replays to who is in which forum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forumsim import ForumModel, load_scenario
from forumsim.core.replay import Replay, replay
from forumsim.core.terms import Event
from forumsim.running.run import params_for, run_arrays

LIVELY = {
    "polarisation": 0.7,
    "founding_rate": 10.0,
    "taste_renewal": 0.1,
    "founding_patience": 0,
    "founding_room": 40,
    "lifecycle_hazard": 0.03,
    "lifecycle_merge": 0.5,
    "lifecycle_merge_overlap": 0.2,
    "membership_temperature": 1.0,
}


def run(scenario="two_blocs", steps=40, **settings):
    """A start, and a model that has run from it."""
    model = ForumModel(scenario, steps=steps, **settings)
    start = model.world.copy()
    model.run_model()
    return start, model


@pytest.mark.parametrize(
    "scenario, settings",
    [
        ("two_blocs", {}),
        ("two_blocs", LIVELY),
        ("two_blocs", {"membership_exclusive": 1, "polarisation": 0.8, "founding_rate": 5.0}),
        ("two_blocs", {"founding_poisson": 1.0, "lifecycle_hazard": 0.1, "rule_membership": 0}),
        ("ai_governance", {}),
        ("ai_governance", {"start": "2018-Q1", "dialogue_level": 1, "lifecycle_hazard": 0.02}),
    ],
)
def test_a_run_replays_to_its_end(scenario, settings):
    start, model = run(scenario, rng=3, **settings)
    assert replay(start, model.world.log()).agrees_with(model.world) == []


def test_the_lively_run_has_every_kind_of_turn():
    kinds = {int(kind) for seed in range(4) for kind in run(rng=seed, **LIVELY)[1].world.log()["kind"]}
    wanted = {Event.JOIN, Event.EXIT, Event.FOUNDING, Event.DISSOLUTION, Event.MERGER, Event.COMPETITIVE_CREATION}
    assert wanted <= kinds


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**31 - 1),
    polarisation=st.floats(0, 1),
    level=st.floats(0, 1),
    temperature=st.floats(0, 3),
    hazard=st.floats(0, 0.1),
    founding=st.floats(0, 10),
    renewal=st.floats(0, 0.3),
    exclusive=st.booleans(),
)
def test_any_run_replays_to_its_end(seed, polarisation, level, temperature, hazard, founding, renewal, exclusive):
    start, model = run(
        steps=15,
        rng=seed,
        polarisation=polarisation,
        dialogue_level=level,
        membership_temperature=temperature,
        lifecycle_hazard=hazard,
        founding_rate=founding,
        founding_patience=0,
        taste_renewal=renewal,
        membership_exclusive=exclusive,
    )
    assert replay(start, model.world.log()).agrees_with(model.world) == []


def test_the_log_of_the_batch_path_replays():
    scenario = load_scenario("ai_governance")
    record = params_for(scenario)
    outcome = run_arrays(scenario, record, 30, 5, snapshots=[0, 10, 20])
    start = outcome.snapshots[0]
    for step in (10, 20):
        assert replay(start, outcome.events, until=step).agrees_with(outcome.snapshots[step]) == []
    assert replay(start, outcome.events).agrees_with(outcome.world) == []
    assert replay(outcome.snapshots[20], outcome.events).agrees_with(outcome.world) == []


def test_a_replay_may_go_on_from_where_it_was():
    start, model = run(rng=1, **LIVELY)
    log = model.world.log()
    first = replay(start, log, until=20)
    kept = first.member.copy()
    assert replay(first, log[log["step"] > 20]).agrees_with(model.world) == []
    assert np.array_equal(first.member, kept), "what it started from is not changed"


def test_interventions_are_in_the_log():
    model = ForumModel("two_blocs", steps=30, rng=8)
    start = model.world.copy()
    model.step()
    state = model.actors[4]
    state.leave(state.memberships[0])
    model.shock("closing", forum=model.forums[-1])
    state.found("civil")
    for _ in range(5):
        model.step()
    for forum in model.forums:
        state.join(forum)
    assert replay(start, model.world.log()).agrees_with(model.world) == []


def test_foundings_are_told_with_founder_and_rival():
    start, model = run(rng=2, **LIVELY)
    told = replay(start, model.world.log()).foundings
    log = model.world.log()
    assert [f.forum for f in told] == log["forum"][log["kind"] == Event.FOUNDING].tolist()
    for founding in told:
        assert founding.step == model.world.founded[founding.forum]
        assert founding.founder == model.world.founder[founding.forum]
    rivals = log[log["kind"] == Event.COMPETITIVE_CREATION]
    assert {(f.forum, f.rival) for f in told if f.rival >= 0} == set(zip(rivals["forum"], rivals["other"], strict=True))


def test_dated_openings_are_foundings_too():
    start, model = run("ai_governance", start="2018-Q1", rng=1)
    told = replay(start, model.world.log()).foundings
    assert sum(founding.dated for founding in told) == (model.world.log()["kind"] == Event.OPENING).sum() > 0


def test_disagreement_is_named():
    start, model = run(rng=3)
    told = replay(start, model.world.log())
    told.member[0, 0] ^= True
    told.status[1] = 2
    assert told.agrees_with(model.world) == ["member", "status"]
    assert Replay.at(model.world).agrees_with(model.world) == []
