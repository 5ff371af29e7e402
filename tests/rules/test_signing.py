"""Texts: who signs a declaration when it opens, an edition of a series, a text that is adopted without a vote."""

import numpy as np
import pytest
from small_worlds import PLAIN, add_forum, draw, events_of, events_with, logit, ready, record, sig, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.membership import membership
from forumsim.core.terms import Admission, Event, Mode, Term

TOLD = ("actor", "value", "term")


def run(world, p, steps=1):
    return tick(world, p, membership, steps=steps)


def opening(n, members=(), **values):
    """A world in which a declaration opens in step 1."""
    world = world_of(n)
    add_forum(world, 0, members, **{"mode": Mode.DECLARATION, "edition": 1, "founded": 1, **values})
    return world


# --- declarations -------------------------------------------------------------------------------------------------


def test_declarations_are_signed_when_they_open_and_are_history_then():
    p = record(PLAIN, {"utility.cost": -1.0, "membership.co_sponsor": 0.1})
    world = opening(4, [0], founder=0)
    world.reservation[:] = [5, 0, 5, 0.5]
    run(ready(world, p), p)
    assert world.member[0].tolist() == [True, True, False, True]  # the host stays whatever it is worth
    assert events_with(world, Event.JOIN, *TOLD) == [(1, 1.0, Term.COST), (3, 0.5, Term.COST)]
    assert world.ledger[0].tolist() == pytest.approx([0, 0.1, 0, 0.1]) and not world.ledger[1:].any()
    world.reservation[:] = -world.reservation
    run(world, p, steps=5)
    assert world.member[0].tolist() == [True, True, False, True]
    assert not events_of(world, Event.EXIT, Event.NOT_RENEWED)


def test_a_series_owes_its_host_no_thanks():
    """What is entered in the ledger is support of a declaration; taking part in a meeting is none."""
    p = record(PLAIN, {"utility.cost": -1.0, "membership.co_sponsor": 0.1})
    world = opening(3, [0], founder=0, mode=Mode.SERIES, period=2)
    run(ready(world, p), p, steps=4)
    assert world.member[0].all() and len(events_of(world, Event.EDITION)) > 0 and not world.ledger.any()


def test_a_text_is_decided_in_waves():
    """A chain in which each signs only after the one before: a wave moves at least one further."""
    signed = []
    for waves in (1, 2, 20):
        p = record(PLAIN, {"utility.network": 40.0, "utility.cost": -0.5, "membership.waves": waves})
        world = opening(40)
        world.reservation[:] = np.arange(40)
        signed.append(int(run(ready(world, p), p).member.sum()))
    assert 0 < signed[0] < signed[1] < signed[2] == 40


def test_an_actor_has_one_taste_for_all_waves():
    """Without a bandwagon later waves change nothing: who signs is told by its taste for the text."""
    p = record(PLAIN, {"utility.cost": 0.5, "membership.temperature": 1.0, "membership.waves": 10, "taste.renewal": 1})
    world = run(ready(opening(40), p), p)
    tastes = [draw(world, draws.TASTE, 0, i) for i in range(40)]
    signs = [u < sig(-0.5) for u in tastes]
    assert world.member[0].tolist() == signs and 5 < sum(signs) < 30
    told = events_with(world, Event.JOIN, *TOLD)
    assert [value for _, value, _ in told] == pytest.approx([-0.5 - logit(tastes[i]) for i, _, _ in told])
    assert {term for _, _, term in told} == {Term.TASTE}


def test_events_tell_what_a_text_was_worth_when_it_was_signed():
    """Each signature makes it worth 1 less to the others: three sign, at 2.5, 1.5 and .5."""
    p = record(PLAIN, {"utility.network": -20.0, "utility.cost": -2.5})
    world = run(ready(opening(20), p), p)
    assert sorted(value for _, value, _ in events_with(world, Event.JOIN, *TOLD)) == pytest.approx([0.5, 1.5, 2.5])


@pytest.mark.parametrize(("ledger", "signs"), [(0.35, True), (0.3, False)])
def test_past_support_of_a_founder_speaks_for_signing_its_text(ledger, signs):
    p = record(PLAIN, {"utility.cost": 1.0, "membership.reciprocity": 3.0})
    for mode in Mode:
        world = opening(3, [0], founder=0, mode=mode)
        world.ledger[1, 0], world.ledger[0, 1], world.ledger[2, 1] = ledger, 1.0, 1.0
        run(ready(world, p), p)
        expected = signs and mode != Mode.STANDING  # standing forums are no text of anybody
        assert world.member[0, 1:].tolist() == [expected, False]
        if expected:
            assert events_with(world, Event.JOIN, *TOLD) == [(1, pytest.approx(3 * ledger - 1.0), Term.RECIPROCITY)]


def test_nobody_owes_itself_thanks():
    p = record(PLAIN, {"utility.cost": 1.0, "membership.reciprocity": 3.0})
    world = world_of(2)
    add_forum(world, 0, [0, 1], mode=Mode.SERIES, period=1, founder=0)
    world.ledger[:] = 1.0
    assert run(ready(world, p), p).member[0].tolist() == [False, True]


# --- series -------------------------------------------------------------------------------------------------------


def test_a_series_decides_anew_at_each_edition_with_habit():
    p = record(PLAIN, {"membership.habit": 2.0})
    world = world_of(4)
    add_forum(world, 0, [0, 1, 2], mode=Mode.SERIES, period=3, edition=0, founder=0)
    world.tenure[0, :3] = 7
    world.reservation[:] = [9, 1.5, 2.5, 0.5]
    run(ready(world, p), p, steps=2)
    assert world.member[0].tolist() == [True, True, True, False]
    run(world, p)
    # 1 comes back by habit; 0, its founder, and 2 are lost in spite of it; 3 has none
    assert world.member[0].tolist() == [False, True, False, False]
    assert events_of(world, Event.EDITION) == [(0, -1, 0)]
    assert events_with(world, Event.NOT_RENEWED, *TOLD) == [(0, -7.0, Term.COST), (2, -0.5, Term.COST)]
    assert not events_of(world, Event.JOIN, Event.EXIT) and world.tenure[0].tolist() == [0, 10, 0, 0]
    assert world.habit[0].tolist() == [True, True, True, False] and world.edition[0] == 3
    world.reservation[2:] = [1.0, -1.0]
    run(world, p, steps=3)
    assert world.member[0].tolist() == [False, True, False, True]  # the habit of 2 is gone
    assert events_of(world, Event.JOIN) == [(3, -1, 0)] and world.tenure[0].tolist() == [0, 13, 0, 1]


def test_at_an_edition_members_count_until_they_do_not_renew():
    """z is the reach of the others less .5: all ten stay, each for the others' sake. None would sign alone."""
    p = record(PLAIN, {"utility.network": 1.0, "utility.cost": 0.5, "membership.waves": 10})
    world = world_of(10)
    add_forum(world, 0, range(10), mode=Mode.SERIES, period=1)
    run(ready(world, p), p)
    assert world.member[0].all() and not events_of(world, Event.NOT_RENEWED)
    world.reservation[:] = np.linspace(0.401, 0.0, 10)  # the first leaves, so the second does, and so on
    run(world, p)
    assert not world.member[0].any() and len(events_of(world, Event.NOT_RENEWED)) == 10


def test_a_change_of_mind_within_an_edition_is_no_event():
    """Alone, 0 would not renew; when 1 and 2 have signed, it does. In some of these worlds it has to decide first."""
    p = record(PLAIN, {"utility.network": 3.0, "utility.cost": 1.5, "membership.waves": 2})
    for seed in range(12):
        world = world_of(3)
        world.seed[0], world.tenure[0, 0], world.reservation[1:] = seed, 7, -5.0
        add_forum(world, 0, [0], mode=Mode.SERIES, period=1)
        run(ready(world, p), p)
        assert world.tenure[0].tolist() == [8, 1, 1]
        assert {i for i, _, _ in events_of(world, Event.JOIN)} == {1, 2} and not events_of(world, Event.NOT_RENEWED)


def test_who_does_not_renew_attends_elsewhere():
    p = record(PLAIN, {"membership.waves": 1})
    world = world_of(1, forums=2)
    add_forum(world, 0, [0], mode=Mode.SERIES, period=1)
    add_forum(world, 1, [0], mode=Mode.DECLARATION, edition=-1)
    world.attention[:, 0] = [0.75, 0.25]
    world.reservation[0] = 1.0
    run(ready(world, p), p)
    assert world.member[:, 0].tolist() == [False, True] and world.attention[:, 0].tolist() == [0.0, 1.0]
    assert world.weight_in.tolist() == [0.0, 1.0]


def test_those_who_open_a_series_are_its_first_signatories():
    p = record({"membership.temperature": 0.0, "utility.cost": 50.0})  # nobody would join of its own accord
    world = world_of(3, 1)
    add_forum(world, 0, [0, 1], mode=Mode.SERIES, period=4, founder=0, founded=1, edition=1)
    run(ready(world, p), p)  # the step of its founding
    assert world.member[0].tolist() == [True, True, False]
    assert not events_of(world, Event.EDITION, Event.EXIT, Event.NOT_RENEWED)
    run(world, p, steps=4)
    assert not world.member[0].any()
    assert events_of(world, Event.EDITION) == [(0, -1, 0)]
    assert events_of(world, Event.NOT_RENEWED) == [(0, -1, 0), (1, -1, 0)]


def test_who_is_not_admitted_to_an_edition_stays_out_and_members_need_no_admission():
    p = record(PLAIN, {"utility.cost": -1.0})
    world = world_of(3)
    add_forum(world, 0, [0], mode=Mode.SERIES, period=1, admission=Admission.INVITATION)
    world.listed[0] = [False, False, True]
    assert run(ready(world, p), p).member[0].tolist() == [True, False, True]


# --- adoption without a vote --------------------------------------------------------------------------------------


def test_a_text_adopted_without_a_vote_binds_all_who_do_not_object():
    p = record(PLAIN, {"membership.objection": 2.0})
    world = opening(5, [0], founder=0, adopted=True)
    world.reservation[:] = [9.0, -1.0, 1.99, 2.0, 0.0]
    world.red_line[4] = 0.1
    world.charter[0] = 0.7
    run(ready(world, p), p)
    assert world.member[0].tolist() == [True, True, True, False, False]
    assert events_with(world, Event.JOIN, *TOLD) == [
        (i, pytest.approx(-world.reservation[i]), Term.ADOPTION) for i, _, _ in events_of(world, Event.JOIN)
    ]
    assert {i for i, _, _ in events_of(world, Event.JOIN)} == {1, 2}
    assert not world.ledger.any()  # nobody has signed


def test_a_taste_may_object():
    """u = sig(-1): a dislike of 1 beside the reservation of 1.5 makes 2.5."""
    p = record(PLAIN, {"membership.objection": 2.0, "membership.temperature": 1.0})
    world = opening(2, adopted=True)
    world.reservation[:] = 1.5
    world.taste[0] = [sig(1.0), sig(-1.0)]
    assert run(ready(world, p), p).member[0].tolist() == [False, True]
    assert events_with(world, Event.JOIN, *TOLD) == [(1, pytest.approx(-0.5), Term.ADOPTION)]


def test_who_would_not_be_admitted_is_not_bound():
    p = record(PLAIN)
    world = opening(3, [0], adopted=True, admission=Admission.APPROVAL, approval=0.6)
    world.trust[0, 1] = 0.7
    assert run(ready(world, p), p).member[0].tolist() == [True, True, False]


def test_later_editions_are_signed_like_any():
    p = record(PLAIN)
    world = world_of(2)
    add_forum(world, 0, [0, 1], mode=Mode.SERIES, period=1, adopted=True)
    world.reservation[:] = [1.0, -1.0]  # both within what is borne without an objection
    assert run(ready(world, p), p).member[0].tolist() == [False, True]
