"""The step: the order of the rules, how a world is made ready, which row a record goes to."""

import numpy as np
import pytest
from small_worlds import (
    PLAIN,
    add_forum,
    draw,
    events_of,
    plain_worth,
    random_world,
    ready,
    record,
    set_trust,
    sig,
    world_of,
)

from forumsim.core import draws
from forumsim.core.measures import MEASURES, measure, verdict_measures
from forumsim.core.schedule import SCHEDULE, advance, make_room, prepare, room_needed, step, step_by
from forumsim.core.state.sums import ALL, mark_stale
from forumsim.core.terms import SHOCK_DTYPE, STEP, Event, Mode, Shock

#: Section 3 of the model's description.
ORDER = ["shocks", "dialogue", "compliance", "voice", "membership", "founding", "lifecycle", "drift"]
RULES_OFF = {f"rule.{name}": False for name in ORDER}


def test_the_order_of_the_rules_is_that_of_the_description():
    assert [rule.__name__ for rule in SCHEDULE] == ORDER


def test_the_clock_advances_before_the_shocks():
    """What is dated for step 1 is felt in the first step, what is dated for step 0 no more."""
    world = world_of(3)
    world.shocks = np.array(
        [(when, Shock.SANCTION, 0, 1, -1, -1, size, 99, 0.0) for when, size in ((0, 0.9), (1, 0.2), (2, 0.5))],
        dtype=SHOCK_DTYPE,
    )
    step(world, record(RULES_OFF, {"rule.shocks": True}))
    assert world.clock[STEP] == 1 and world.trust[0, 1] == pytest.approx(0.5 * 0.8)


def test_a_forum_ages_in_the_step_of_its_founding():
    """Founding comes before lifecycle: V = 1 and then V += rate (0 - V), since attention begins in the next step."""
    p = record(RULES_OFF, {
        "rule.founding": True, "rule.lifecycle": True, "founding.rate": 20.0, "founding.patience": 0,
        "founding.invite_trust": 0.0, "founding.cost": 0.0, "utility.cost": -5.0, "lifecycle.rate": 0.25,
        "membership.temperature": 0.0,
    })  # fmt: skip
    world = world_of(4)
    step(ready(world, p), p)
    assert len(events_of(world, Event.FOUNDING)) == 1 and world.member[0].all()
    assert world.vitality[0] == pytest.approx(1.0 + 0.25 * (0.0 - 1.0))


def test_after_a_rule_of_ones_own_everything_derived_is_rebuilt():
    """A rule that moves a charter and trust: compliance, which reads distances and sums, sees both."""

    def own(world, p):
        world.charter[0] = 0.1
        set_trust(world, 1.0)

    p = record({"compliance.trust_gain": 0.0})
    world = world_of(2)
    add_forum(world, 0, [0, 1])
    step_by(ready(world, p), p, [own, SCHEDULE[ORDER.index("compliance")]])
    assert world.distance[0] == pytest.approx([0.4, 0.4])
    assert world.trust_in[0] == pytest.approx([0.5, 0.5])  # the other holds half of the power


def started(changes=None):
    """Three states, all in forum 0 of the last one, two under a declaration in slot 1; a sanction of before."""
    p = record(PLAIN, {"utility.fit": 1.0, "membership.co_sponsor": 0.2, "attention.temperature": 1.0}, changes or {})
    world = world_of(3, 3)
    world.power[:] = [0.5, 0.3, 0.2]
    world.trust[:], world.baseline[:] = 0.8, 0.8
    add_forum(world, 0, range(3), charter=0.5, founder=2)
    add_forum(world, 1, [0, 1], charter=0.625, mode=Mode.DECLARATION, founder=1, edition=-8)
    world.shocks = np.array([(-1, Shock.SANCTION, 0, 1, -1, -1, 0.5, 99, 0.0)], dtype=SHOCK_DTYPE)
    prepare(world, p)
    return world


def test_prepare_applies_history_and_nobody_trusts_itself():
    world = started()
    for name in ("trust", "baseline"):
        assert getattr(world, name).tolist() == [[0.0, 0.4, 0.8], [0.4, 0.0, 0.8], [0.8, 0.8, 0.0]], name
    assert world.log()["step"].tolist() == [0] and events_of(world, Event.SANCTION) == [(0, 1, -1)]
    # sums see what history has changed: in forum 0 actor 0 has the others 1 (w .3, T .4) and 2 (w .2, T .8)
    assert world.trust_in[0] == pytest.approx([0.3 * 0.4 + 0.2 * 0.8, 0.5 * 0.4 + 0.2 * 0.8, 0.8 * 0.8])
    later = started({"rule.shocks": False})
    assert later.trust[0, 1] == 0.8 and len(later.log()) == 0


def test_prepare_gives_attention_aspiration_and_vitality():
    """u is a fit b0: a b0 in forum 0, at d = d0 / 2 half of it in the declaration, whose text is one half-life old."""
    world = started()
    high, low = 0.6, 0.3  # utility.fit 1, utility.fit_base .6, no law
    text = 0.5 * np.exp(low - high)  # attention.half_life 8, temperature 1
    share = text / (1 + text)
    assert world.attention[0] == pytest.approx([1 - share, 1 - share, 1])
    assert world.attention[1] == pytest.approx([share, share, 0])
    assert world.satisfaction == pytest.approx([high] * 3)
    assert world.aspiration == pytest.approx(world.satisfaction) and world.focal.tolist() == [0, 0, 0]
    # actors 0 and 1, with .8 of the power, are in both (fair: 1/2 each), actor 2 in the first alone
    assert world.vitality == pytest.approx([(0.8 * (1 - share) + 0.2) / (0.4 + 0.2), 0.8 * share / 0.4, 0.0])
    hopeful = started({"aspiration.start": 2.5})
    assert hopeful.aspiration.tolist() == [2.5] * 3


def test_prepare_thanks_the_signatories_of_a_declaration():
    world = started()
    expected = np.zeros((3, 3))
    expected[1, 0] = 0.2  # the host 1 is supported by 0; 2 did not sign, and forum 0 is no declaration
    assert world.ledger.tolist() == expected.tolist()


def test_prepare_reads_the_rosters_once_and_last():
    """What a roster tells of tastes is told in the light of history and of signatures, from tastes just drawn."""
    p = record(PLAIN, {
        "utility.trust": 1.0, "membership.co_sponsor": 0.6, "membership.reciprocity": 2.0,
        "membership.temperature": 1.0, "taste.settled": 0, "taste.readiness": 0,
    })  # fmt: skip
    world = world_of(3, 4)
    add_forum(world, 0, range(3))
    add_forum(world, 1, [0, 1], mode=Mode.DECLARATION, founder=1)
    add_forum(world, 2, [0, 1], mode=Mode.DECLARATION, founder=0)
    world.shocks = np.array([(-1, Shock.SANCTION, 0, 1, -1, -1, 0.9, 99, 0.0)], dtype=SHOCK_DTYPE)
    prepare(world, p)
    assert world.trust[0, 1] == pytest.approx(0.05) and world.ledger[0, 1] == world.ledger[1, 0] == 0.6
    for i in range(3):
        for f in range(3):
            u, chance = draw(world, draws.TASTE, f, i, step=0), sig(plain_worth(world, p, f, i))
            expected = u * chance if world.member[f, i] else chance + u * (1 - chance)
            assert world.taste[f, i] == pytest.approx(expected, rel=1e-12), (f, i)
        assert world.taste[3, i] == draw(world, draws.TASTE, 3, i, step=0)  # an empty slot tells nothing
        assert world.outside[i] == draw(world, draws.TASTE, world.slots, i, step=0)


def test_each_record_stands_in_the_row_of_its_step():
    world, p = random_world(4, 9, 4, 2), record({"dialogue.level": 0.5})
    prepare(world, p)
    plain = world.copy()
    rows = (world.issues + 1, len(MEASURES))
    series, verdicts = np.full((4, *rows), -1.0), np.full((7, rows[0], 3), -1.0)
    make_room(world)
    reached = 0
    while reached < 6:
        make_room(world)
        reached = advance(world, p, 6, 2, room_needed(world), series, verdicts)
    assert (series[0] == -1).all() and (verdicts[0] == -1).all()  # the start is not advance's
    for now in range(1, 7):
        make_room(plain)
        step(plain, p)
        expected = np.empty((rows[0], 3))
        verdict_measures(plain, p, expected)
        assert np.array_equal(verdicts[now], expected, equal_nan=True), now
        if now % 2 == 0:
            expected = np.empty(rows)
            measure(plain, p, expected)
            assert np.array_equal(series[now // 2], expected, equal_nan=True), now


READS = ["compliance", "voice", "membership", "founding", "lifecycle"]


@pytest.mark.parametrize("name", READS)
def test_a_rule_rebuilds_what_is_stale_before_it_reads(name):
    """Someone has moved a charter and trust and said so; sums and distances follow, whatever the rule then does."""
    quiet = {"membership.rate": 0.0, "compliance.trust_gain": 0.0, "voice.rate": 0.0, "lifecycle.merge": 0.0}
    p = record(PLAIN, quiet)
    world = world_of(4, forums=2)
    for f in (0, 1):
        add_forum(world, f, range(4), vitality=0.5)
    world.attention[:] = 0.5
    ready(world, p)
    world.charter[0], world.trust[0, 1] = 0.25, 0.9
    mark_stale(world, ALL)
    SCHEDULE[ORDER.index(name)](world, p)
    assert world.distance[0].tolist() == [0.25] * 4 and world.conflict[0, 1] == 0.25 / 2
    assert world.trust_in[1] == pytest.approx([(0.9 + 0.5 + 0.5) / 4, 1.5 / 4, 1.5 / 4, 1.5 / 4])
