"""Compliance: who keeps its word, who sees it, what trust and the waiting declarations make of it."""

import numpy as np
import pytest
from small_worlds import (
    add_forum,
    events_of,
    plain_distance,
    plain_others,
    ready,
    record,
    renewed,
    set_trust,
    sig,
    tick,
    world_of,
)

from forumsim.core import draws
from forumsim.core.rules.compliance import chance_kept, compliance, observer_key, visibility
from forumsim.core.terms import PENDING, STEP, Event, Kind, Mode, Status, Tally

KEEP = {"compliance.base": 50.0}
BREAK = {"compliance.base": -50.0}
ALL_SEE = {"compliance.visibility": 1.0}
NONE_SEE = {"compliance.visibility": 0.0, "compliance.visibility_law": 0.0}


def club(p, members=(0, 1, 2), actors=4, **values):
    world = world_of(actors)
    add_forum(world, 0, members, **values)
    return ready(world, p)


def test_chance_to_keep_commitments():
    p = record({"compliance.base": 0.3, "compliance.fit": 0.7, "compliance.law": 1.1, "compliance.trust": 2.2,
                "compliance.misfit": 0.9})  # fmt: skip
    expected = sig(0.3 + 0.7 * -0.4 + 1.1 * 0.6 + 2.2 * (0.8 - 0.5) - 0.9 * 0.6 * 1.4)
    assert chance_kept(p, -0.4, 0.6, 0.8) == pytest.approx(expected)


@pytest.mark.parametrize(("realist", "moves"), [(False, True), (True, False)])
def test_what_realists_see_of_others_does_not_move_their_trust(realist, moves):
    p = record(ALL_SEE, KEEP, {"realist": realist})
    world = club(p)
    before = world.trust.copy()
    tick(world, p, compliance)
    assert (world.trust != before).any() == moves and world.meetings[Tally.KEPT] == 3


def test_each_member_reads_its_own_fit_law_and_trust():
    p = record(NONE_SEE, {"compliance.base": -1.0})
    world = world_of(3, forums=300)
    rng = np.random.default_rng(0)
    set_trust(world, rng.random((3, 3)))
    world.power[:] = [0.2, 0.3, 0.5]
    world.position[:, 0] = [0.3, 0.5, 0.8]
    for f in range(300):
        add_forum(world, f, [0, 1, 2], charter=0.5, legalization=0.6)
    ready(world, p)
    kept = np.zeros(3)
    for _ in range(20):
        tick(world, p, compliance)
        kept += world.kept.mean(0)
    for i in range(3):
        fit = 1 - plain_distance(world, 0, i) / 0.25
        expected = chance_kept(p, fit, 0.6, plain_others(world, 0, i)[1])
        assert kept[i] / 20 == pytest.approx(expected, abs=0.025)


def test_realists_keep_their_word_to_those_they_trust_and_learn_nothing():
    """Keeping follows trust as it does for others, sig(20 (T - 1/2)); what they see of it moves no trust."""
    for trust, kept in ((0.0, 0), (1.0, 200)):
        world = club(record(), members=range(4))
        set_trust(world, trust)
        p = record(ALL_SEE, {"realist": True, "compliance.trust": 20.0, "compliance.base": 0.0, "compliance.fit": 0.0})
        before = ready(world, p).trust.copy()
        for step in range(50):
            world.clock[STEP] = step
            compliance(world, p)
        assert world.meetings[Tally.KEPT] == pytest.approx(kept, abs=2)  # sig(-10) = .00005
        assert np.array_equal(world.trust, before)


@pytest.mark.parametrize(("word", "expected"), [(KEEP, 0.5 + 0.01 * 0.5), (BREAK, 0.5 - 2 * 0.01 * 0.5)])
def test_co_members_who_see_it_change_their_trust(word, expected):
    p = record(word, ALL_SEE)
    world = club(p)
    compliance(world, p)
    for i in range(4):
        for j in range(4):
            inside = i != j and i < 3 and j < 3
            assert world.trust[i, j] == pytest.approx(expected if inside else 0.5 * (i != j), abs=1e-15)
    step = 1.0 if word is KEEP else 0.0
    assert world.reputation.tolist() == pytest.approx([0.5 + 0.02 * (step - 0.5)] * 3 + [0.5])
    assert world.meetings[Tally.KEPT if word is KEEP else Tally.BROKEN] == 3
    rebuilt = ready(world.copy(), p)
    renewed(world, p)
    assert (world.trust_in == rebuilt.trust_in).all()


@pytest.mark.parametrize(("broken", "expected"), [(0.0, 0.5), (3.0, 0.5 - 3 * 0.01 * 0.5), (20.0, 0.5 - 0.2 * 0.5)])
def test_broken_commitments_have_a_penalty_of_their_own(broken, expected):
    p = record(BREAK, ALL_SEE, {"compliance.penalty": broken, "dialogue.penalty": 7.0})
    world = club(p)
    compliance(world, p)
    assert world.trust[0, 1] == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("law", [0.0, 0.5, 1.0])
def test_hard_law_is_seen_by_more(law):
    p = record(KEEP)
    world = club(p, members=range(90), actors=90, legalization=law)
    assert visibility(world, p, 0) == pytest.approx(0.2 + 0.8 * law)
    compliance(world, p)
    seen = (world.trust > 0.5).sum() / (90 * 89)
    assert seen == pytest.approx(0.2 + 0.8 * law, abs=0.02)


def test_the_chances_to_see_are_the_keyed_draws():
    """Four observers share a word; the vector code reads the same sixteen bits as `draws.quarter`."""
    p = record(KEEP)
    world = club(p, members=range(11), actors=13, legalization=0.4)
    world.clock[STEP] = 5
    compliance(world, p)
    key = np.uint64(draws.stream(world.seed[0], draws.SEEN, 5))
    threshold = draws.share16(0.2 + 0.8 * 0.4)
    for i in range(11):
        sees = [j for j in range(11) if j != i and draws.quarter(np.uint64(observer_key(key, 0, i)), 0, j) < threshold]
        assert np.flatnonzero(world.trust[:, i] > 0.5).tolist() == sees


def test_who_is_no_state_or_no_member_keeps_nothing_but_may_see():
    p = record(KEEP, ALL_SEE)
    world = world_of(3)
    world.kind[2] = Kind.NONSTATE
    world.power[:] = [0.5, 0.5, 0.0]
    add_forum(world, 0, [0, 2])
    ready(world, p)
    compliance(world, p)
    assert world.kept[0].tolist() == [True, False, False]
    assert world.trust[2, 0] > 0.5 and world.trust[0, 2] == 0.5 and world.trust[1, 0] == 0.5


def test_dormant_forums_bind_nobody_and_old_texts_are_forgotten():
    p = record(KEEP, ALL_SEE, {"attention.half_life": 4})
    world = club(p)
    world.status[0] = Status.DORMANT
    compliance(world, p)
    assert not world.meetings.any() and (world.trust <= 0.5).all()
    world.status[0], world.mode[0], world.clock[STEP] = Status.ALIVE, Mode.DECLARATION, 8
    assert visibility(world, p, 0) == pytest.approx(1 / 4)


def test_general_obligation_counts_the_unwilling():
    p = record(KEEP, {"utility.fit": 20.0})
    world = world_of(3)
    world.position[:, 0] = [0.5, 0.5, 1.0]  # the third is badly served
    add_forum(world, 0, [0, 1, 2], charter=0.5)
    ready(world, p)
    compliance(world, p)
    assert world.meetings[Tally.UNWILLING] == world.meetings[Tally.KEPT_UNWILLINGLY] == 1
    compliance(world, record(BREAK, {"utility.fit": 20.0}))
    assert world.meetings[Tally.UNWILLING] == 2 and world.meetings[Tally.KEPT_UNWILLINGLY] == 1


def pending(world, since=0, pair=(0, 1), issue=0):
    row = world.pending[world.clock[PENDING]]
    row["step"], row["actor"], row["other"], row["issue"], row["seen"] = since, *pair, issue, 0
    world.clock[PENDING] += 1


def test_words_with_deeds_and_without():
    for word, kind in ((KEEP, Event.DEEDS), (BREAK, Event.WORDS)):
        p = record(word, ALL_SEE, {"dialogue.deeds_within": 4})
        world = club(p)
        pending(world)
        settled = None
        for step in range(0, 7):
            world.clock[STEP] = step
            compliance(world, p)
            if settled is None and world.clock[PENDING] == 0:
                settled = step
        assert events_of(world, Event.DEEDS, Event.WORDS) == [(0, 1, -1)]
        assert world.log()["kind"].tolist() == [kind]
        assert settled == (0 if kind == Event.DEEDS else 4)


def test_deeds_need_a_common_forum_on_the_issue_and_both_sides():
    p = record(KEEP, ALL_SEE, {"dialogue.deeds_within": 2})
    world = world_of(4, forums=2, issues=2)
    add_forum(world, 0, [0, 1], mandate=[True, False])
    add_forum(world, 1, [2, 3], mandate=[False, True])
    ready(world, p)
    pending(world, pair=(0, 1), issue=1)  # no forum of theirs covers it
    pending(world, pair=(0, 2), issue=0)  # no forum of both
    pending(world, pair=(0, 1), issue=0)
    compliance(world, p)
    assert events_of(world, Event.DEEDS) == [(0, 1, -1)] and world.clock[PENDING] == 2
    assert world.pending[1]["other"] == 2  # the others wait in their order
    world.clock[STEP] = 2
    compliance(world, p)
    assert events_of(world, Event.WORDS) == [(0, 1, -1), (0, 2, -1)] and world.clock[PENDING] == 0


def test_switched_off_nothing_happens():
    p = record(KEEP, ALL_SEE, {"rule.compliance": False})
    world = club(p)
    compliance(world, p)
    assert not world.meetings.any() and not world.kept.any() and (world.reputation == 0.5).all()


def test_visibility_is_bounded_before_the_text_ages():
    p = record({"compliance.visibility": 0.6, "compliance.visibility_law": 0.8, "attention.half_life": 8})
    world = club(p, legalization=1.0, mode=Mode.DECLARATION, edition=0)
    world.clock[STEP] = 8
    assert visibility(world, p, 0) == pytest.approx(min(1.0, 0.6 + 0.8) / 2)


def sights(world, step, i, j):
    """The 16-bit draw that decides whether j sees member i of forum 0 (section 7.1)."""
    key = draws.stream(world.seed[0], draws.SEEN, step)
    return int(draws.quarter(np.uint64(observer_key(np.uint64(key), 0, i)), 0, j))


@pytest.mark.parametrize("more", [0, 1])
def test_a_draw_has_to_be_below_the_chance_to_see(more):
    world = world_of(2)
    add_forum(world, 0, [0, 1])
    draw = sights(world, 1, 0, 1)
    p = record(KEEP, {"compliance.visibility": (draw + more) / 65536, "compliance.visibility_law": 0.0})
    tick(ready(world, p), p, compliance)
    assert (world.trust[1, 0] > 0.5) == (more == 1)


def test_each_side_has_to_see_the_others_deed_once():
    """With draws of sight below 1/2; what has been seen is remembered, by bit 1 for the first and 2 for the other."""
    p = record(KEEP, {"compliance.visibility": 0.5, "compliance.visibility_law": 0.0})
    lasted = []
    for seed in range(40):
        world = world_of(2, seed=seed)
        add_forum(world, 0, [0, 1])
        pending(ready(world, p))
        seen, step = 0, 0
        while seen != 3:
            step += 1
            seen |= (sights(world, step, 0, 1) < 32768) + 2 * (sights(world, step, 1, 0) < 32768)
            tick(world, p, compliance)
            assert world.clock[PENDING] == (seen != 3)
            assert seen == 3 or world.pending[0]["seen"] == seen
        lasted.append(step)
        assert events_of(world, Event.DEEDS) == [(0, 1, -1)] and world.log()["value"].tolist() == [step]
    assert max(lasted) > 3
