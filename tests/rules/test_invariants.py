"""What must hold after every rule, in random worlds under random parameters."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_worlds import beyond_red_line, random_world, ready, record, renewed

from forumsim.core.parameters import PARAMETERS
from forumsim.core.schedule import SCHEDULE, make_room, prepare, room_needed
from forumsim.core.terms import (
    CHANNEL_DTYPE,
    EVENTS,
    NO_HOST,
    PENDING,
    SHOCK_DTYPE,
    SLOTS,
    STEP,
    Event,
    Kind,
    Mode,
    Shock,
    Status,
    Term,
)

#: Parameters that are drawn now and then from their plausible range, or from their bounds where they have none.
FREE = [p for p in PARAMETERS if not p.name.startswith(("rule.", "measure.")) and p.name != "founding.poisson"]
SLACK = 1e-12


def random_parameters(seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    chosen = {}
    for p in FREE:
        if rng.random() < 0.3:
            if p.is_switch:
                chosen[p.name] = float(rng.random() < 0.5)
            else:
                low, high = p.range or (p.low, min(p.high, 1.0))
                value = float(rng.uniform(low, high))
                chosen[p.name] = round(value) if p.is_whole else value
    return chosen


def with_history(world, seed: int):
    """Dated shocks of every kind, and channels."""
    rng = np.random.default_rng(seed)
    n, slots, issues = world.actors, int(world.clock[SLOTS]), world.issues
    rows = [
        (rng.integers(-1, 5), kind, *rng.choice(n, 2, replace=False), rng.integers(slots), rng.integers(-1, issues),
         rng.uniform(0.05, 0.8), rng.integers(6), 0.0)
        for kind in Shock
        if rng.random() < 0.6
    ]  # fmt: skip
    rows = [row for row in rows if row[0] >= 0 or row[1] not in (Shock.OPENING, Shock.CLOSING, Shock.CRISIS)]
    world.shocks = np.array(sorted(rows), dtype=SHOCK_DTYPE)
    world.channels = np.array([(0, 3, track, 0, 1, 0, rng.uniform(0, 3), NO_HOST) for track in (2, 15, 1)],
                              dtype=CHANNEL_DTYPE)  # fmt: skip
    return world


SEEDS = st.integers(0, 2**31 - 1)
RULES_OFF = st.sets(st.sampled_from([rule.__name__ for rule in SCHEDULE]), max_size=3)


def within(array, low, high, name):
    assert np.isfinite(array).all(), name
    assert array.min(initial=low) >= low and array.max(initial=high) <= high, name


def check_ranges(world):
    for name in (
        "trust",
        "baseline",
        "position",
        "anchor",
        "charter",
        "status_quo",
        "legalization",
        "reputation",
        "attention",
    ):
        within(getattr(world, name), 0.0, 1.0, name)
    within(world.ledger, -1.0, 1.0, "ledger")
    within(world.taste, 0.0, 1.0 - 2.0**-53, "taste")
    within(world.outside, 0.0, 1.0 - 2.0**-53, "outside")
    within(world.vitality, 0.0, world.slots + SLACK, "vitality")  # all attention of members that are in all forums
    assert not world.trust.diagonal().any() and not world.ledger.diagonal().any()
    assert np.abs(world.salience.sum(1) - 1).max() < 1e-9 and world.salience.min() >= 0
    assert abs(world.power.sum() - 1) < 1e-9 and not world.power[world.kind == Kind.NONSTATE].any()
    assert 0 <= world.clock[PENDING] <= world.pending.shape[0]


def check_memberships(world):
    live = world.live()
    assert not world.member[~live].any()
    assert not world.attention[~(world.member & live[:, None])].any()
    total = world.attention.sum(0)
    assert (np.abs(total - 1) < SLACK)[total > 0].all()
    assert (live[world.focal[world.focal >= 0]]).all()


def check_derived(world, p):
    """What the next rule would read agrees with a rebuild from the state."""
    live = world.live()
    current, rebuilt = renewed(world.copy(), p), world.copy()
    ready(rebuilt, p)
    assert (current.beyond == rebuilt.beyond)[live].all()
    names = ["weight_in", "trust_in", "distance", "conflict"] + (["gain_in"] if p["realist"] else [])
    for name in names:
        assert np.abs(getattr(current, name)[live] - getattr(rebuilt, name)[live]).max(initial=0.0) < 1e-11, name
    assert np.abs(current.weight_in - world.member @ world.power).max() < SLACK
    assert not current.trust_in[~live].any() and not current.conflict[~live].any()


def check_joins(world, first):
    """Nobody has just joined a forum beyond its red line."""
    for e in world.events[first : world.clock[EVENTS]]:
        f, i = int(e["forum"]), int(e["actor"])
        if e["kind"] == Event.JOIN and world.member[f, i]:
            assert not beyond_red_line(world, f, i), (f, i)


def check_reasons(world, p, first):
    """Whoever comes or goes by its own choice does so for a reason, and its value says the same."""
    for e in world.events[first : world.clock[EVENTS]]:
        if e["kind"] in (Event.JOIN, Event.EXIT, Event.NOT_RENEWED):
            assert e["term"] != Term.NONE or p["membership_exclusive"], e
            if e["term"] == Term.ADOPTION:
                assert e["value"] > -p["membership_objection"]
            elif e["term"] in (Term.DATED, Term.MERGED):
                assert e["value"] == 0.0
            elif not p["membership_exclusive"]:
                assert e["value"] > -SLACK if e["kind"] == Event.JOIN else e["value"] < SLACK, e


def replay(member, events):
    """Memberships after the events, from those before them."""
    member = member.copy()
    for e in events:
        f, i, kind = int(e["forum"]), int(e["actor"]), int(e["kind"])
        if kind == Event.JOIN:
            assert not member[f, i], "joined twice"
            member[f, i] = True
        elif kind in (Event.EXIT, Event.NOT_RENEWED):
            assert member[f, i], "left what it was not in"
            member[f, i] = False
        elif kind in (Event.DISSOLUTION, Event.MERGER):
            member[f] = False
    return member


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS, SEEDS, st.integers(2, 14), st.integers(1, 6), st.integers(1, 3), RULES_OFF, st.booleans(),
       st.integers(1, 5))  # fmt: skip
def test_after_every_rule_the_state_is_in_order(seed, other_seed, actors, forums, issues, off, dated, steps):
    world = random_world(seed, actors, forums, issues)
    p = record(random_parameters(other_seed), {f"rule.{name}": False for name in off})
    if dated:
        with_history(world, seed)
    world.red_line[:] *= p["redline_scale"]
    make_room(world)
    prepare(world, p)
    for _ in range(steps):
        make_room(world)
        world.clock[STEP] += 1
        start = int(world.clock[EVENTS])
        for rule in SCHEDULE:
            first, before, status = int(world.clock[EVENTS]), world.member.copy(), world.status.copy()
            rule(world, p)
            check_ranges(world)
            check_memberships(world)
            check_derived(world, p)
            if rule.__name__ != "shocks":  # founding members of an opening are facts
                check_joins(world, first)
            check_reasons(world, p, first)
            assert (replay(before, world.events[first : world.clock[EVENTS]]) == world.member).all(), rule.__name__
            gone = np.isin(status, (Status.DISSOLVED, Status.MERGED))
            assert (world.status[gone] == status[gone]).all()  # no forum rises from the dead
        assert world.clock[EVENTS] - start <= room_needed(world)
    pooled = np.bincount(world.log()["kind"], minlength=len(Event))
    assert (world.tally[-1] == pooled).all()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS, st.integers(3, 12))
def test_exclusive_members_are_in_one_standing_forum_at_most(seed, actors):
    world = random_world(seed, actors, 4, 2, spare=6)
    world.mode[:] = Mode.STANDING
    for i in range(actors):
        world.member[np.flatnonzero(world.member[:, i])[1:], i] = False
    p = record(random_parameters(seed), {
        "membership.exclusive": True, "founding.rate": 6.0, "founding.invite_trust": 0.0, "utility.cost": -2.0,
        "membership.exit": True,
    })  # fmt: skip
    prepare(world, p)
    for _ in range(5):
        make_room(world)
        world.clock[STEP] += 1
        for rule in SCHEDULE:
            rule(world, p)
            assert world.member.sum(0).max() <= 1, rule.__name__
