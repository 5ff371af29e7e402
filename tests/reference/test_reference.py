"""The compiled kernel does what the text says: the same events and state as the reference, after every step.

Every run of the same worlds also has to contain every kind of event and every branch a few times, so that agreement
means something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from forumsim.core.terms import PENDING_SLOTS, Event
from forumsim.running.run import params_for
from forumsim.scenarios import load_scenario
from forumsim.studies.verification.worlds import add_forum, record, set_trust, states

from .close_calls import CLOSE_CALLS
from .compare import Differ, Pair, compare
from .worlds import BRANCHES, RULES, random_case

STEPS = 20
NAMES = {*BRANCHES, "even", *(f"no {name}" for name in RULES)}

#: Kinds of event that rules log; the last is a user's.
RULES_KINDS = [kind for kind in Event if kind != Event.INTERVENTION]


def run_all(seeds: Iterable[int]) -> tuple[list[str], Counter[Event], Counter[str]]:
    """Compare worlds: what differs, how often each event occurred, how often each branch was on."""
    failures: list[str] = []
    events: Counter[Event] = Counter()
    branches: Counter[str] = Counter()
    for seed in seeds:
        world, values, names = random_case(seed)
        branches.update(names)
        try:
            events += compare(world, record(values), STEPS)
        except Differ as difference:
            failures.append(f"random_case({seed}), {world}, {sorted(names)}, {difference}")
    return failures, events, branches


@pytest.fixture(scope="module")
def few():
    return run_all(range(40))


@pytest.fixture(scope="module")
def many():
    return run_all(range(40, 360))


def test_random_worlds_have_the_same_events_and_state_after_every_step(few):
    failures, _, _ = few
    assert not failures, "\n".join(failures)


def test_every_kind_of_event_and_every_branch_occurs(few):
    _, events, branches = few
    assert {kind.name: events[kind] for kind in RULES_KINDS if events[kind] < 3} == {}
    assert NAMES - branches.keys() == set()


@pytest.mark.slow
def test_many_random_worlds_have_the_same_events_and_state_after_every_step(many):
    failures, _, _ = many
    assert not failures, "\n".join(failures)


@pytest.mark.slow
def test_every_kind_of_event_and_every_branch_occurs_often(many):
    _, events, branches = many
    assert {kind.name: events[kind] for kind in RULES_KINDS if events[kind] < 50} == {}
    assert {name: branches[name] for name in NAMES if branches[name] < 10} == {}


def test_declarations_beyond_the_room_for_them_are_logged_and_never_settled():
    world = states(24, 1, 2, seed=5)
    set_trust(world, 0.9)
    # no forum is founded, in which deeds could follow
    talks = record({"dialogue.level": 1, "track1.rate": 20, "track1.base": 50, "dialogue.declaration": 1,
                    "rule.founding": False})  # fmt: skip
    pair = Pair(world, talks)
    for _ in range(4):
        pair.step()
        assert pair.differences() == []
    made = sum(row.kind == Event.DECLARATION for row in pair.model.log)
    assert len(pair.model.pending) == PENDING_SLOTS < made


@pytest.mark.parametrize("case", CLOSE_CALLS)
def test_close_calls_are_decided_alike(case):
    for seed in range(10, 20):
        world, values = case(seed)
        assert compare(world, record(values), 8)


def test_a_single_power_finds_nobody_to_talk_to():
    world = states(4, 2, 2, seed=9)
    world.power[:] = [1, 0, 0, 0]
    set_trust(world, 0.6)
    add_forum(world, 0, [0, 1, 2])
    talks = record({"dialogue.level": 1, "dialogue.bridging": 0.5, "confidence.on": True, "confidence.rate": 1})
    assert compare(world, talks, STEPS)[Event.CONFIDENCE_BUILDING] > 0


@pytest.mark.parametrize(
    ("name", "factor", "field"),
    [("drift_trust", 1.01, "trust["), ("membership_rate", 0.5, "event"), ("lifecycle_rate", 1.01, "vitality[")],
)
def test_another_parameter_is_seen(name, factor, field):
    world, values, _ = random_case(38)
    pair = Pair(world, record(values))
    setattr(pair.model.p, name, factor * getattr(pair.model.p, name))
    pair.step()
    assert any(text.startswith(field) for text in pair.differences())


def test_the_first_rule_that_differs_is_named(monkeypatch):
    world, values, _ = random_case(38)
    monkeypatch.setattr("reference.lifecycle.toward", lambda x, goal, share: x + 1.001 * share * (goal - x))
    with pytest.raises(Differ, match=r"(?s)step 1, lifecycle:.*vitality\["):
        compare(world, record(values), STEPS)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "steps"), [("two_blocs", 40), ("ai_governance", 8)])
def test_shipped_scenarios_have_the_same_events_and_state(name, steps):
    scenario = load_scenario(name)
    parameters = params_for(scenario, {"dialogue.level": 0.5})
    world = scenario.build(3, parameters)
    assert compare(world, parameters, steps)[Event.JOIN] > 0
