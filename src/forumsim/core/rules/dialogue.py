"""Dialogue: meetings on three tracks change trust and positions; some end in words on paper.

Track 2 (experts), Track 1.5 (officials in a private capacity) and Track 1 (governments). The level scales the
meetings per actor and step. Every meeting has its own sixteen numbered draws, and the number of meetings grows with
the level from the same draw, so that the meetings of a low level are a subset of those of a high one.
"""

from __future__ import annotations

import math

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.rules.reassurance import build_confidence
from forumsim.core.state.log import log
from forumsim.core.state.partners import choose_partner, root_mean_gap, weigh_partners
from forumsim.core.state.sincerity import chance_genuine
from forumsim.core.state.sums import ALL, mark_stale
from forumsim.core.terms import MOST_HOSTS, PENDING, STEP, Conduct, Event, Kind, Role, Shock, Tally

#: Draws of one meeting, numbered from ``16 * meeting``.
#: 0 to 4 choose the partner (`forumsim.core.state.partners`).
_GENUINE, _OTHER_GENUINE, _SEEN, _OTHER_SEEN, _DECLARE = 5, 6, 7, 8, 9
_PER_MEETING = 16


@kernel
def track_terms(p, track):
    """Trust gain, move, base readiness, detection and opening threshold of a track (2, 15 or 1)."""
    if track == 2:
        return p.track2_trust_gain, p.track2_move, p.track2_base, p.track2_detection, p.track2_opens
    if track == 15:
        return p.track15_trust_gain, p.track15_move, p.track15_base, p.track15_detection, p.track15_opens
    return p.track1_trust_gain, p.track1_move, p.track1_base - p.dialogue_audience, p.track1_detection, p.track1_opens


@kernel
def track_level(p, track):
    """Level of a track: its own where it is set, else the common one."""
    own = p.dialogue_track2
    if track == 15:
        own = p.dialogue_track15
    elif track == 1:
        own = p.dialogue_track1
    return p.dialogue_level if math.isnan(own) else own


@kernel
def track_opens(world, p, i, j, track):
    """Whether two who seek each other meet on a track: Track 1 and 1.5 need some trust; a summit opens Track 1."""
    if track == 1 and world.summit_until[i, j] >= world.clock[STEP]:
        return True
    return min(world.trust[i, j], world.trust[j, i]) > track_terms(p, track)[4]


@kernel
def judge(world, p, i, j, genuine, gain, detected):
    """i's trust in j after a meeting in which j was genuine or not, and i saw through it or not."""
    trust = world.trust[i, j]
    if genuine:
        trust += gain * (1.0 - trust)
    elif detected:
        trust -= min(1.0, p.dialogue_penalty * gain) * trust
    else:
        trust += p.dialogue_bubble * gain * (1.0 - trust)
    world.trust[i, j] = trust


@kernel
def persuade(world, p, i, j, move):
    """Two genuine sides close enough to listen move toward each other, the weaker side more.

    A side moves by ``move`` times twice the other's share of their joint power, so that equals move by ``move``
    (Deffuant et al. 2000); on an issue with a red line only by a part of it.
    """
    bound = p.dialogue_persuasion_base + p.dialogue_persuasion_trust * min(world.trust[i, j], world.trust[j, i])
    if root_mean_gap(world, i, j) >= bound:
        return
    together = world.power[i] + world.power[j]
    share = world.power[j] / together if together > 0.0 else 0.5
    for k in range(world.position.shape[1]):
        gap = world.position[j, k] - world.position[i, k]
        mine, other = move * 2.0 * share, move * 2.0 * (1.0 - share)
        if math.isfinite(world.red_line[i, k]):
            mine *= p.dialogue_red_line_move
        if math.isfinite(world.red_line[j, k]):
            other *= p.dialogue_red_line_move
        world.position[i, k] += min(1.0, mine) * gap
        world.position[j, k] -= min(1.0, other) * gap


@kernel
def common_ground(world, i, j):
    """The issue on which two agree most easily: where salience is high and the gap small."""
    best, issue = -1.0, 0
    for k in range(world.position.shape[1]):
        worth = (world.salience[i, k] + world.salience[j, k]) * (1.0 - abs(world.position[i, k] - world.position[j, k]))
        if worth > best:
            best, issue = worth, k
    return issue


@kernel
def declare(world, p, i, j, issue):
    """A joint declaration of two on an issue: each owes the other something, and the words wait for deeds."""
    world.ledger[i, j] += p.dialogue_declaration_ledger * (1.0 - world.ledger[i, j])
    world.ledger[j, i] += p.dialogue_declaration_ledger * (1.0 - world.ledger[j, i])
    log(world, Event.DECLARATION, i, j, -1, issue, root_mean_gap(world, i, j))
    waiting = world.clock[PENDING]
    if waiting < world.pending.shape[0]:
        row = world.pending[waiting]
        row.step = world.clock[STEP]
        row.actor = i
        row.other = j
        row.issue = issue
        row.seen = 0
        world.clock[PENDING] = waiting + 1


@kernel
def meet(world, p, i, j, track, key, a, b):
    """One meeting of i and j on a track (2, 15, 1), with the draws (a, b ...) of the stream ``key``.

    Returns
    -------
    bool
        Whether it took place: the track must be open between the two.
    """
    if i == j or not track_opens(world, p, i, j, track):
        return False
    hold(world, p, i, j, track, key, a, b, 0.0, -1, False)
    return True


@kernel
def conduct(genuine, seen):
    """How a side met the other, given whether the other would see propaganda through."""
    if genuine:
        return Conduct.GENUINE
    return Conduct.SEEN_THROUGH if seen else Conduct.UNSEEN


@kernel
def hold(world, p, i, j, track, key, a, b, worth, agreed, noted):
    """What a meeting does, whether the track is open or not: dated meetings are held because they are dated.

    Parameters
    ----------
    worth : float
        What agreeing is worth to both beyond the usual, logits: it makes them more genuine.
    agreed : int
        Issue on which the meeting is known to end in a joint declaration, both sides being genuine; -1: that is drawn.
    noted : bool
        Whether it is an event of its own; the thousands of ordinary meetings of a step are only counted.
    """
    gain, move, base, detection, _ = track_terms(p, track)
    base += worth
    mine = agreed >= 0 or draws.uniform(key, a, b + _GENUINE) < chance_genuine(world, p, i, j, base)
    other = agreed >= 0 or draws.uniform(key, a, b + _OTHER_GENUINE) < chance_genuine(world, p, j, i, base)
    seen_by_me = draws.uniform(key, a, b + _SEEN) < detection
    seen_by_other = draws.uniform(key, a, b + _OTHER_SEEN) < detection
    judge(world, p, i, j, other, gain, seen_by_me)
    judge(world, p, j, i, mine, gain, seen_by_other)
    world.meetings[Tally.MEETINGS] += 1.0
    world.meetings[Tally.SIDES] += 2.0
    world.meetings[Tally.GENUINE] += (1.0 if mine else 0.0) + (1.0 if other else 0.0)
    world.meetings[Tally.DETECTED] += (1.0 if seen_by_me and not other else 0.0) + (
        1.0 if seen_by_other and not mine else 0.0
    )
    if noted:
        how = 10 * conduct(mine, seen_by_other) + conduct(other, seen_by_me)
        log(world, Event.MEETING, i, j, -1, -1, 100.0 * track + how)
    if mine and other:
        persuade(world, p, i, j, move)
        if agreed >= 0:
            declare(world, p, i, j, agreed)
        elif track == 1 and draws.uniform(key, a, b + _DECLARE) < p.dialogue_declaration:
            declare(world, p, i, j, common_ground(world, i, j))


@kernel
def track_rate(p, track, hosted):
    """Meetings per actor and step that a track's level asks for; hosts add to Track 2 and 1.5."""
    if track == 2:
        return p.track2_rate * track_level(p, track) * hosted
    if track == 15:
        return p.track15_rate * track_level(p, track) * hosted
    return p.track1_rate * track_level(p, track)


@kernel
def _hold_tracks(world, p, hosted, partners, mean_capacity):
    """All meetings that actors seek in this step: Track 2, then 1.5, then 1; busier actors seek more."""
    for turn in range(3):
        track, purpose = 2, draws.TRACK_2
        if turn == 1:
            track, purpose = 15, draws.TRACK_15
        elif turn == 2:
            track, purpose = 1, draws.TRACK_1
        rate = track_rate(p, track, hosted)
        if rate <= 0.0:
            continue
        key = draws.stream(world.seed[0], purpose, world.clock[STEP])
        for i in range(world.power.shape[0]):
            if world.kind[i] == Kind.STATE:
                expected = rate * world.capacity[i] / mean_capacity
                number = int(expected + draws.uniform(key, i, 0))
                for m in range(number):
                    b = _PER_MEETING * (m + 1)
                    j = choose_partner(world, p, partners, i, key, i, b)
                    if j >= 0:
                        meet(world, p, i, j, track, key, i, b)


@kernel
def convened(world, channel):
    """Share of a channel's rate that takes place: all without hosts, else as far as their influence goes, up to 1."""
    if channel.host[0] < 0:
        return 1.0
    influence = 0.0
    for place in range(MOST_HOSTS):
        if channel.host[place] >= 0:
            influence += world.influence[channel.host[place]]
    return min(1.0, influence)


@kernel
def _hold_channels(world, p):
    """The dated channels between named actors, each at its own rate; what is dated needs no trust to open."""
    key = draws.stream(world.seed[0], draws.CHANNEL, world.clock[STEP])
    step = world.clock[STEP]
    for c in range(world.channels.shape[0]):
        channel = world.channels[c]
        if channel.first <= step <= channel.last:
            rate = channel.rate * (track_level(p, channel.track) if channel.scaled > 0 else 1.0)
            rate *= convened(world, channel)
            number = int(rate + draws.uniform(key, c, 0))
            for m in range(number):
                place = _PER_MEETING * (m + 1)
                hold(world, p, channel.actor, channel.other, channel.track, key, c, place, 0.0, -1, True)


@kernel
def hold_summit(world, p, i, j, issue):
    """The meeting of a summit, on Track 1; realists, and where there is no dialogue, hold none.

    Parameters
    ----------
    issue : int
        Issue on which it is known to end in a joint declaration; -1: how it ends is drawn as for any other meeting.
    """
    if p.rule_dialogue > 0.0 and p.realist <= 0.0:
        key = draws.stream(world.seed[0], draws.SUMMIT, world.clock[STEP])
        hold(world, p, i, j, 1, key, i, _PER_MEETING * j, 0.0, issue, True)


@kernel
def _hold_crisis_talks(world, p):
    """The parties of a crisis talk on Track 1 as long as it keeps it open, and mean it the more, the graver it is."""
    rate = p.shock_crisis_talks * track_level(p, 1)
    key = draws.stream(world.seed[0], draws.CRISIS, world.clock[STEP])
    for row in range(world.shocks.shape[0]):
        shock = world.shocks[row]
        if shock.kind == Shock.CRISIS and shock.actor >= 0 and 0 <= world.clock[STEP] - shock.step <= p.shock_window:
            worth = p.shock_crisis_worth * shock.size * p.shock_scale
            for m in range(int(rate + draws.uniform(key, row, 0))):
                hold(world, p, shock.actor, shock.other, 1, key, row, _PER_MEETING * (m + 1), worth, -1, True)


@kernel
def dialogue(world, p):
    """Hold the meetings on all tracks, of the dated channels and of crises, then steps of confidence-building."""
    if p.rule_dialogue <= 0.0 or p.realist > 0.0:
        return
    partners = weigh_partners(world)
    capacity, states, hosts = 0.0, 0, 0.0
    for i in range(world.power.shape[0]):
        if world.kind[i] == Kind.STATE:
            capacity += world.capacity[i]
            states += 1
        elif world.role[i] == Role.EPISTEMIC:
            hosts += world.influence[i]
    if states == 0:
        return
    hosted = 1.0 + p.dialogue_hosting * hosts
    _hold_tracks(world, p, hosted, partners, capacity / states)
    _hold_channels(world, p)
    if p.rule_shocks > 0.0:
        _hold_crisis_talks(world, p)
    if p.confidence_on > 0.0:
        build_confidence(world, p, partners)
    mark_stale(world, ALL)
