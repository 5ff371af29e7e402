"""Compliance: members keep or break what they signed, co-members see some of it, and trust follows.

Observation is drawn for every pair of co-members, which is most of the work of a step in a universal forum: sixteen
bits a pair decide (four pairs share a word), and trust is updated without branches, twenty times as fast.
"""

from __future__ import annotations

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.log import log
from forumsim.core.state.sums import SUMS, mark_stale, rebuild_stale
from forumsim.core.state.value import NOBODY, freshness, sigmoid, utility_of
from forumsim.core.terms import PENDING, STEP, Event, Kind, Status, Tally


@kernel
def chance_kept(p, fit, legalization, trust):
    """Probability that a member keeps its commitments: sig(q0 + q1 fit + q2 H + q3 (T - 1/2) - q4 H (1 - fit))."""
    return sigmoid(
        p.compliance_base
        + p.compliance_fit * fit
        + p.compliance_law * legalization
        + p.compliance_trust * (trust - 0.5)
        - p.compliance_misfit * legalization * (1.0 - fit)
    )


@kernel
def visibility(world, p, f):
    """Chance that a co-member sees whether commitments are kept: hard law is monitored, old texts are forgotten."""
    seen = p.compliance_visibility + p.compliance_visibility_law * world.legalization[f]
    return min(1.0, seen) * freshness(world, p, f)


@kernel
def observer_key(seen_key, f, i):
    """Stream of the chances to see member i of forum f in this step; draw j belongs to observer j."""
    return draws.word(seen_key, f, i)


@kernel
def observe(world, p, f, i, kept, key, threshold, words, quarters):
    """Co-members of f who see what i did change their trust in it: kept T += eta (1 - T), broken T -= phi_c eta T.

    Parameters
    ----------
    key : uint64
        From `observer_key`.
    threshold : uint64
        Visibility as `forumsim.core.draws.share16`.
    words, quarters : uint64 array and its view as uint16
        Room for one 16-bit draw an actor.
    """
    gain = p.compliance_trust_gain if kept else 0.0
    factor = p.compliance_trust_gain if kept else min(1.0, p.compliance_penalty * p.compliance_trust_gain)
    member, trust = world.member[f], world.trust[:, i]
    own = trust[i]
    for block in range(words.shape[0]):
        words[block] = draws.word(key, 0, block)
    limit = np.int32(threshold)
    for j in range(member.shape[0]):  # no branch, so that the compiler makes vector code of it
        sees = np.float64((np.int32(quarters[j]) < limit) & member[j])
        trust[j] += sees * (gain - factor * trust[j])
    trust[i] = own


@kernel
def _settle(world, p, seen_key, thresholds):
    """Joint declarations: the deed is that each side sees the other keep its word in a forum on the issue.

    Without it within L steps they were words without deeds.
    """
    step = world.clock[STEP]
    if world.clock[PENDING] == 0:
        return
    left = 0
    for row in range(world.pending.shape[0]):
        if row >= world.clock[PENDING]:
            break
        pair = world.pending[row]
        i, j, k, seen, since = pair.actor, pair.other, pair.issue, pair.seen, pair.step
        for f in range(world.status.shape[0]):
            if world.mandate[f, k] and world.member[f, i] and world.member[f, j] and world.status[f] == Status.ALIVE:
                threshold = thresholds[f]
                if world.kept[f, i] and draws.quarter(observer_key(seen_key, f, i), 0, j) < threshold:
                    seen |= 1
                if world.kept[f, j] and draws.quarter(observer_key(seen_key, f, j), 0, i) < threshold:
                    seen |= 2
        if seen == 3:
            log(world, Event.DEEDS, i, j, -1, k, float(step - since))
        elif step - since >= p.dialogue_deeds_within:
            log(world, Event.WORDS, i, j, -1, k, float(step - since))
        else:
            kept_row = world.pending[left]
            kept_row.step = since
            kept_row.actor = i
            kept_row.other = j
            kept_row.issue = k
            kept_row.seen = seen
            left += 1
    world.clock[PENDING] = left


@kernel
def compliance(world, p):
    """Every state keeps or breaks the commitments of each active forum that it is in; co-members may see it."""
    if p.rule_compliance <= 0.0:
        return
    rebuild_stale(world, p)
    step = world.clock[STEP]
    keep_key = draws.stream(world.seed[0], draws.COMPLIANCE, step)
    seen_key = draws.stream(world.seed[0], draws.SEEN, step)
    n = world.power.shape[0]
    kept_all, broken_all, unwilling, kept_unwillingly = 0, 0, 0, 0
    for f in range(world.status.shape[0]):
        if world.status[f] != Status.ALIVE:
            continue
        legalization, weight_in = world.legalization[f], world.weight_in[f]
        member, distance, trust_in, kept = world.member[f], world.distance[f], world.trust_in[f], world.kept[f]
        for i in range(n):
            kept[i] = False
            if not member[i] or world.kind[i] != Kind.STATE:
                continue
            fit = 1.0 - distance[i] / p.utility_fit_scale
            reach = weight_in - world.power[i]
            trust = trust_in[i] / reach if reach > NOBODY else 0.5
            keeps = draws.uniform(keep_key, f, i) < chance_kept(p, fit, legalization, trust)
            kept[i] = keeps
            world.reputation[i] += p.compliance_reputation_rate * ((1.0 if keeps else 0.0) - world.reputation[i])
            against = utility_of(world, p, f, i) < 0.0
            kept_all += keeps
            broken_all += not keeps
            unwilling += against
            kept_unwillingly += against and keeps
    world.meetings[Tally.KEPT] += kept_all
    world.meetings[Tally.BROKEN] += broken_all
    world.meetings[Tally.UNWILLING] += unwilling
    world.meetings[Tally.KEPT_UNWILLINGLY] += kept_unwillingly
    words = np.empty((n + 3) // 4, dtype=np.uint64)
    quarters = words.view(np.uint16)
    thresholds = np.zeros(world.status.shape[0], dtype=np.uint64)
    # Trust moves after all have decided: nobody reacts within the step to what it has only just seen.
    for f in range(world.status.shape[0]):
        if world.status[f] == Status.ALIVE:
            thresholds[f] = draws.share16(visibility(world, p, f))
            if p.realist > 0.0:  # what realists see of others does not move their trust
                continue
            for i in range(n):
                if world.member[f, i] and world.kind[i] == Kind.STATE:
                    key = observer_key(seen_key, f, i)
                    observe(world, p, f, i, world.kept[f, i], key, thresholds[f], words, quarters)
    _settle(world, p, seen_key, thresholds)
    mark_stale(world, SUMS)
