"""Dialogue: who meets, what a meeting does to trust and positions, declarations."""

import numpy as np
import pytest
from small_worlds import add_forum, events_of, forget_events, ready, record, renewed, set_trust, sig, tick, world_of

from forumsim.core import draws
from forumsim.core.rules.dialogue import dialogue, judge, meet, persuade, track_opens
from forumsim.core.state.partners import choose_partner, draw_partner, partners_of, weigh_partners
from forumsim.core.state.sincerity import chance_genuine
from forumsim.core.terms import (
    CHANNEL_DTYPE,
    MOST_HOSTS,
    NO_HOST,
    PENDING,
    PENDING_SLOTS,
    SHOCK_DTYPE,
    STEP,
    Event,
    Kind,
    Role,
    Shock,
    Tally,
)

KEY = draws.stream(np.uint64(5), draws.CHANNEL, 1)
SURE = {f"track{t}.base": 50.0 for t in ("2", "15", "1")}  # everybody is genuine
FALSE = {f"track{t}.base": -50.0 for t in ("2", "15", "1")}  # nobody is
SILENT = {"dialogue.level": 0.0}


def one_track(track: str, **values):
    """Only this track, at full level."""
    off = {f"dialogue.track{t}": 0.0 for t in ("2", "15", "1")}
    return record(off, {f"dialogue.track{track}": 1.0, "dialogue.bridging": 0.0}, values)


def channel(world, track=2, rate=1.0, first=0, last=10_000, scaled=0, actor=0, other=1, host=()):
    hosts = (*host, *NO_HOST)[:MOST_HOSTS]
    world.channels = np.array([(first, last, track, actor, other, scaled, rate, hosts)], dtype=CHANNEL_DTYPE)


@pytest.mark.parametrize(("track", "base"), [(2, 0.8), (15, 0.4), (1, 0.0)])
def test_chance_to_be_genuine(track, base):
    p = record({"dialogue.audience": 0.3})
    world = world_of(2)
    set_trust(world, 0.7)
    world.sincerity[:] = [0.9, 0.2]
    expected = sig(base + 3 * (0.7 - 0.5) + 1.5 * (2 * 0.9 - 1))
    assert chance_genuine(world, p, 0, 1, base) == pytest.approx(expected)
    public = 0.3 if track == 1 else 0.0
    trials = 20_000
    set_trust(world, 0.7)
    for m in range(trials):
        world.trust[0, 1] = world.trust[1, 0] = 0.7
        meet(world, p, 0, 1, track, KEY, m, 0)
    share = world.meetings[Tally.GENUINE] / trials
    mean = sum(sig(base - public + 0.6 + 1.5 * (2 * h - 1)) for h in (0.9, 0.2))
    assert world.meetings[Tally.SIDES] == 2 * trials
    assert share == pytest.approx(mean, abs=0.02)


def test_sincerity_may_be_scaled_or_set():
    world = world_of(2)
    world.sincerity[:] = 0.8
    base = record({"dialogue.trust_weight": 0.0})
    halved = record({"dialogue.trust_weight": 0.0, "sincerity.scale": 0.5})
    doubled = record({"dialogue.trust_weight": 0.0, "sincerity.scale": 2.0})
    level = record({"dialogue.trust_weight": 0.0, "sincerity.level": 0.1, "sincerity.scale": 0.5})
    chances = [chance_genuine(world, p, 0, 1, 0.0) for p in (base, halved, doubled, level)]
    assert chances == pytest.approx([sig(1.5 * 0.6), sig(1.5 * -0.2), sig(1.5), sig(1.5 * -0.8)])


@pytest.mark.parametrize("candour", [0.0, 0.4, 1.0])
def test_allies_deceive_each_other_less(candour):
    """h_ij = 1 - (1 - h_i) (1 - c (2 T* - 1)) above T* = 1/2, by the structural trust and not by the trust of now."""
    p = record({"dialogue.trust_weight": 0.0, "dialogue.candour": candour})
    world = world_of(4)
    world.sincerity[:] = [0.3, 0.6, 0.6, 0.6]
    set_trust(world, 0.1)
    world.baseline[0] = [0.0, 0.9, 0.5, 0.2]
    world.baseline[1:, 0] = 0.7
    h = [1 - 0.7 * (1 - candour * 0.8), 0.3, 0.3]
    expected = [sig(1.5 * (2 * toward - 1)) for toward in h]
    assert [chance_genuine(world, p, 0, j, 0.0) for j in (1, 2, 3)] == pytest.approx(expected)
    back = 1 - 0.4 * (1 - candour * 0.4)
    assert chance_genuine(world, p, 2, 0, 0.0) == pytest.approx(sig(1.5 * (2 * back - 1)))


def test_what_a_meeting_does_to_trust():
    p = record({"dialogue.penalty": 2.5, "dialogue.bubble": 0.3})
    world = world_of(2)
    for genuine, seen, expected in [
        (True, True, 0.4 + 0.1 * 0.6), (True, False, 0.4 + 0.1 * 0.6), (False, True, 0.4 - 2.5 * 0.1 * 0.4),
        (False, False, 0.4 + 0.3 * 0.1 * 0.6),
    ]:  # fmt: skip
        world.trust[0, 1], world.trust[1, 0] = 0.4, 0.9
        judge(world, p, 0, 1, genuine, 0.1, seen)
        assert world.trust[0, 1] == pytest.approx(expected, abs=1e-15)
        assert world.trust[1, 0] == 0.9
    world.trust[0, 1] = 0.4
    judge(world, record({"dialogue.penalty": 20.0}), 0, 1, False, 0.1, True)
    assert world.trust[0, 1] == 0.0  # no trust below 0


@pytest.mark.parametrize("track", [2, 15, 1])
def test_trust_moves_by_the_gain_of_the_track(track):
    world = world_of(2)
    gain = {2: 0.03, 15: 0.06, 1: 0.10}[track]
    assert meet(world, record(SURE), 0, 1, track, KEY, 0, 0)
    assert world.trust[0, 1] == pytest.approx(0.5 + gain * 0.5)
    assert world.trust[1, 0] == pytest.approx(0.5 + gain * 0.5)


@pytest.mark.parametrize("track", [2, 15, 1])
def test_detection_of_propaganda(track):
    p = record(FALSE)
    detection, gain = {2: (0.9, 0.03), 15: (0.7, 0.06), 1: (0.5, 0.10)}[track]
    world = world_of(2)
    fell, trials = 0, 4000
    for m in range(trials):
        world.trust[0, 1] = world.trust[1, 0] = 0.5
        meet(world, p, 0, 1, track, KEY, m, 0)
        assert world.trust[0, 1] in (pytest.approx(0.5 - 2 * gain * 0.5), pytest.approx(0.5 + 0.3 * gain * 0.5))
        fell += world.trust[0, 1] < 0.5
    assert fell / trials == pytest.approx(detection, abs=0.03)
    assert world.meetings[Tally.DETECTED] / (2 * trials) == pytest.approx(detection, abs=0.03)
    assert world.meetings[Tally.GENUINE] == 0


def test_when_tracks_open():
    p = record()
    world = world_of(2)
    for lower, tracks in [(0.0, {2}), (0.10, {2}), (0.11, {2, 15}), (0.25, {2, 15}), (0.26, {2, 15, 1})]:
        world.trust[0, 1], world.trust[1, 0] = lower, 0.9
        assert {t for t in (2, 15, 1) if track_opens(world, p, 0, 1, t)} == tracks
        assert {t for t in (2, 15, 1) if track_opens(world, p, 1, 0, t)} == tracks
    world.trust[0, 1] = 0.0
    world.summit_until[0, 1] = world.summit_until[1, 0] = 4
    world.clock[STEP] = 4
    assert track_opens(world, p, 0, 1, 1) and not track_opens(world, p, 0, 1, 15)
    world.clock[STEP] = 5
    assert not track_opens(world, p, 0, 1, 1)
    assert not meet(world, p, 0, 1, 1, KEY, 0, 0) and not meet(world, p, 0, 0, 2, KEY, 0, 0)
    assert not world.meetings.any()


def test_persuasion_moves_the_weaker_more_and_stops_at_the_bound():
    p = record()
    world = world_of(2, issues=2)
    world.power[:] = [0.75, 0.25]
    world.position[:] = [[0.3, 0.5], [0.6, 0.5]]
    world.trust[0, 1], world.trust[1, 0] = 0.9, 0.4
    persuade(world, p, 0, 1, 0.02)  # gap sqrt(.09 / 2) = .212 < .20 + .35 x .4
    assert world.position[:, 0] == pytest.approx([0.3 + 0.02 * 2 * 0.25 * 0.3, 0.6 - 0.02 * 2 * 0.75 * 0.3], abs=1e-15)
    assert (world.position[:, 1] == 0.5).all()
    world.red_line[0, 0] = 0.4
    world.position[:, 0] = [0.3, 0.6]
    persuade(world, p, 0, 1, 0.02)
    assert world.position[:, 0] == pytest.approx([0.3 + 0.25 * 0.02 * 0.5 * 0.3, 0.6 - 0.02 * 1.5 * 0.3], abs=1e-15)
    before = world.position.copy()
    set_trust(world, 0.0)  # gap .21 is beyond .20
    persuade(world, p, 0, 1, 0.02)
    assert (world.position == before).all()


def test_only_two_genuine_sides_persuade():
    world = world_of(2)
    world.position[:, 0] = [0.4, 0.5]
    meet(world, record(FALSE), 0, 1, 2, KEY, 0, 0)
    assert world.position[:, 0].tolist() == [0.4, 0.5]
    meet(world, record(SURE), 0, 1, 2, KEY, 1, 0)
    assert world.position[:, 0] == pytest.approx([0.4 + 0.010 * 0.1, 0.5 - 0.010 * 0.1])


def test_partners_are_drawn_by_the_root_of_power():
    world = world_of(4)
    world.power[:] = [0.64, 0.0, 0.32, 0.04]
    world.kind[1] = Kind.NONSTATE
    partners = weigh_partners(world)
    roots = np.sqrt([0.64, 0.0, 0.32, 0.04])
    assert partners.running == pytest.approx(np.cumsum(roots))
    drawn = np.bincount([draw_partner(partners, 2, (k + 0.5) / 4000) for k in range(4000)], minlength=4)
    roots[2] = 0
    assert drawn / 4000 == pytest.approx(roots / roots.sum(), abs=1e-3)
    assert draw_partner(partners_of(np.array([0.0, 0.3, 0.3])), 1, 0.5) == -1  # nobody else


def test_bridging_seeks_the_most_distant_of_four():
    world = world_of(5)
    world.position[:, 0] = [0.0, 0.1, 0.2, 0.3, 1.0]
    partners = weigh_partners(world)
    p, plain = record({"dialogue.bridging": 1.0}), record({"dialogue.bridging": 0.0})
    far = np.mean([choose_partner(world, p, partners, 0, KEY, m, 0) == 4 for m in range(4000)])
    near = np.mean([choose_partner(world, plain, partners, 0, KEY, m, 0) == 4 for m in range(4000)])
    assert far == pytest.approx(1 - 0.75**4, abs=0.03)
    assert near == pytest.approx(0.25, abs=0.03)


def test_the_level_scales_meetings_per_actor_by_capacity():
    world = world_of(40)
    world.capacity[:] = np.linspace(0.2, 1.8, 40)
    steps, level = 500, 0.5
    p = record({"dialogue.level": level, **SURE, "dialogue.declaration": 0.0})
    for step in range(1, steps + 1):
        world.clock[STEP] = step
        dialogue(world, p)
    expected = 40 * (1.0 + 0.8 + 0.6) * level
    assert world.meetings[Tally.MEETINGS] / steps == pytest.approx(expected, rel=0.02)


def test_experts_host_more_of_the_unofficial_tracks():
    world = world_of(30)
    world.kind[29], world.role[29], world.influence[29], world.power[29] = Kind.NONSTATE, Role.EPISTEMIC, 1.0, 0.0
    for track, more in (("2", 1.5), ("15", 1.5), ("1", 1.0)):
        world.meetings[:] = 0
        p = one_track(track, **{"dialogue.hosting": 0.5, f"track{track}.rate": 2.0})
        for step in range(50):
            set_trust(world, 0.5)
            world.clock[STEP] = step
            dialogue(world, p)
        assert world.meetings[Tally.MEETINGS] / 50 / 29 == pytest.approx(2.0 * more, rel=0.02)


def test_meetings_of_a_low_level_are_among_those_of_a_high_one():
    changed = {}
    for level in (0.3, 0.9):
        world = world_of(30)
        world.clock[STEP] = 7
        dialogue(world, record(SURE, {"dialogue.level": level}))
        changed[level] = {(int(i), int(j)) for i, j in np.argwhere(world.trust > 0.5)}
    assert changed[0.3] < changed[0.9]


def test_tracks_can_be_set_alone():
    world = world_of(10)
    dialogue(world, record(SILENT))
    assert not world.meetings.any() and (world.trust[0, 1:] == 0.5).all()
    dialogue(world, record(SILENT, {"dialogue.track15": 1.0}))
    assert world.meetings[Tally.MEETINGS] > 0


@pytest.mark.parametrize("off", [{"realist": True}, {"rule.dialogue": False}])
def test_without_dialogue_nothing_moves(off):
    world = world_of(5)
    channel(world)
    before = world.copy()
    dialogue(world, record(off, {"dialogue.level": 1.0, "confidence.on": True, "confidence.rate": 1.0}))
    assert (world.trust == before.trust).all() and (world.position == before.position).all()
    assert not world.meetings.any()


def test_channels_hold_their_own_dates_and_rates():
    held = {}
    for scaled in (0, 1):
        world = world_of(5)
        channel(world, rate=3.0, first=2, last=3, scaled=scaled)
        counts = []
        for step in range(1, 6):
            world.clock[STEP] = step
            before = world.meetings[Tally.MEETINGS]
            dialogue(world, record(SILENT, {"dialogue.level": 0.0}))
            counts.append(world.meetings[Tally.MEETINGS] - before)
        held[scaled] = counts
    assert held == {0: [0, 3, 3, 0, 0], 1: [0, 0, 0, 0, 0]}


@pytest.mark.parametrize(("host", "share"), [((), 1.0), ((2,), 0.25), ((2, 3), 0.75), ((2, 3, 4, 5), 1.0), ((5,), 0.0)])
def test_a_channel_is_held_as_far_as_the_influence_of_its_hosts_goes(host, share):
    world = world_of(6)
    world.kind[2:], world.influence[2:] = Kind.NONSTATE, [0.25, 0.5, 0.9, 0.0]
    channel(world, rate=4.0, host=host)
    tick(world, record(SILENT, SURE), dialogue)
    assert world.meetings[Tally.MEETINGS] == 4 * share
    assert (world.trust[2:, 0] == 0.5).all()  # hosts do not meet


@pytest.mark.parametrize("track", [2, 15, 1])
def test_dated_channels_are_open_whatever_the_trust(track):
    world = world_of(3)
    set_trust(world, 0.0)
    channel(world, track=track, rate=2.0)
    tick(world, record(SILENT, SURE), dialogue)
    gain = {2: 0.03, 15: 0.06, 1: 0.10}[track]
    assert world.meetings[Tally.MEETINGS] == 2
    assert world.trust[0, 1] == world.trust[1, 0] == pytest.approx(1 - (1 - gain) ** 2)
    assert not world.trust[2].any()


@pytest.mark.parametrize(("track", "word"), [(2, 200), (15, 1500), (1, 100)])
def test_meetings_of_channels_are_events_that_say_how_each_side_met(track, word):
    """10 times the actor's conduct plus the other's: 2 genuine, 1 not seen through, 0 seen through."""
    p = record(SILENT, {"dialogue.sincerity_weight": 50.0, "dialogue.trust_weight": 0.0, "dialogue.declaration": 0.0})
    for sincerity, detection, how in [
        ((1, 1), 1.0, 22), ((1, 0), 1.0, 20), ((0, 1), 1.0, 2), ((0, 0), 1.0, 0), ((1, 0), 0.0, 21), ((0, 0), 0.0, 11),
    ]:  # fmt: skip
        world = world_of(4)
        world.sincerity[:2] = sincerity
        channel(world, track=track, rate=2.0)
        p[f"track{track}_detection"] = detection
        tick(world, p, dialogue)
        assert events_of(world, Event.MEETING) == [(0, 1, -1)] * 2
        assert world.log()["value"].tolist() == [word + how] * 2


def test_who_saw_through_whom_is_told_of_each_side():
    world = world_of(2)
    p = record(SILENT, FALSE, {"track2.detection": 0.5})
    key = np.uint64(draws.stream(world.seed[0], draws.CHANNEL, 1))
    channel(world, rate=20.0)
    tick(world, p, dialogue)
    seen = [[draws.uniform(key, 0, 16 * (m + 1) + q) < 0.5 for q in (7, 8)] for m in range(20)]
    assert world.log()["value"].tolist() == [200 + 10 * (not by_1) + (not by_0) for by_0, by_1 in seen]
    assert len({tuple(pair) for pair in seen}) == 4


def crisis(world, size=0.5, step=2, actor=0, other=1):
    rows = [(9, Shock.SANCTION, 0, 1, -1, -1, size, 99, 0.0), (step, Shock.CRISIS, actor, other, -1, 0, size, 99, 0.0)]
    world.shocks = np.array(rows, dtype=SHOCK_DTYPE)


def test_the_parties_of_a_crisis_talk_as_long_as_it_lasts():
    p = record({"dialogue.level": 0.0, "dialogue.track1": 0.5, "track1.rate": 0.0, "shock.crisis_talks": 4.0,
                "shock.window": 2}, SURE, {"dialogue.declaration": 0.0})  # fmt: skip
    world = world_of(3)
    set_trust(world, 0.0)
    crisis(world)
    counts = []
    for _ in range(6):
        before = world.meetings[Tally.MEETINGS]
        tick(world, p, dialogue)
        counts.append(world.meetings[Tally.MEETINGS] - before)
    assert counts == [0, 2, 2, 2, 0, 0]
    assert events_of(world, Event.MEETING) == [(0, 1, -1)] * 6 and (world.log()["value"] == 122).all()
    assert world.trust[0, 1] == pytest.approx(1 - 0.9**6) and not world.trust[2].any()


@pytest.mark.parametrize("settings", [
    {"dialogue.track1": 0.0}, {"rule.shocks": False}, {"shock.crisis_talks": 0.0}, {"realist": True},
])  # fmt: skip
def test_without_talks_or_with_the_rule_off_the_parties_do_not_meet(settings):
    world = world_of(3)
    crisis(world, step=1)
    tick(world, record(SILENT, {"dialogue.track1": 1.0, "track1.rate": 0.0}, settings), dialogue)
    assert not world.meetings.any()


def test_a_crisis_without_parties_makes_nobody_talk():
    world = world_of(3)
    crisis(world, step=1, actor=-1, other=-1)
    tick(world, record(SILENT, {"dialogue.track1": 1.0, "track1.rate": 0.0}), dialogue)
    assert not world.meetings.any()


def test_the_graver_the_crisis_the_more_its_parties_mean_it():
    """sig(base - audience + kT (T - 1/2) + kh (2 h - 1) + worth x size)."""
    p = record(SILENT, {"dialogue.track1": 1.0, "track1.rate": 0.0, "shock.crisis_talks": 10.0, "shock.window": 1000,
                        "shock.crisis_worth": 3.0, "shock.scale": 0.8, "track1.trust_gain": 0.0})  # fmt: skip
    for size in (0.0, 0.5):
        world = world_of(2)
        crisis(world, size, step=0)
        tick(world, p, dialogue, steps=400)
        genuine = world.meetings[Tally.GENUINE] / world.meetings[Tally.SIDES]
        assert genuine == pytest.approx(sig(-0.5 + 1.5 * (2 * 0.7 - 1) + 3.0 * 0.8 * size), abs=0.02)


def test_ordinary_meetings_are_counted_and_no_events():
    world = world_of(20)
    tick(world, record({"dialogue.level": 1.0, "dialogue.declaration": 0.0}), dialogue)
    assert world.meetings[Tally.MEETINGS] > 20 and len(world.log()) == 0


def test_declarations_are_logged_wait_for_deeds_and_raise_the_ledgers():
    p = record(SURE, {"dialogue.declaration": 1.0, "dialogue.declaration_ledger": 0.1})
    world = world_of(2, issues=3)
    world.clock[STEP] = 3
    world.position[:] = [[0.1, 0.5, 0.5], [0.9, 0.5, 0.5]]
    world.salience[:] = [[0.5, 0.2, 0.3], [0.5, 0.2, 0.3]]
    assert meet(world, p, 0, 1, 15, KEY, 0, 0) and world.clock[PENDING] == 0  # Track 1 alone declares
    meet(world, p, 0, 1, 1, KEY, 1, 0)
    assert events_of(world, Event.DECLARATION) == [(0, 1, -1)]
    # the issue of .6 x (1 - 0) beats that of 1.0 x (1 - .8) and of .4
    assert world.log()["issue"].tolist() == [2] and world.tally[2, Event.DECLARATION] == 1
    row = world.pending[0]
    assert [int(row[name]) for name in ("step", "actor", "other", "issue", "seen")] == [3, 0, 1, 2, 0]
    assert world.ledger[0, 1] == world.ledger[1, 0] == 0.1
    for m in range(2, PENDING_SLOTS + 50):
        forget_events(world)
        meet(world, p, 0, 1, 1, KEY, m, 0)
    assert world.clock[PENDING] == PENDING_SLOTS and world.ledger.max() <= 1.0


def test_what_forums_derive_from_trust_and_positions_is_rebuilt():
    p = record(SURE, {"dialogue.level": 1.0})
    world = world_of(6)
    world.position[:, 0] = np.linspace(0.3, 0.7, 6)
    add_forum(world, 0, [0, 1, 2], charter=0.4)
    ready(world, p)
    dialogue(world, p)
    rebuilt = ready(world.copy(), p)
    renewed(world, p)
    assert (world.trust_in == rebuilt.trust_in).all() and (world.distance == rebuilt.distance).all()
    assert world.trust_in[0, 5] == pytest.approx(world.trust[5, :3].sum() / 6)
