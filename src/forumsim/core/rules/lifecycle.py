"""Lifecycle: like forums merge, neglected ones fall dormant, and dormant ones may die.

Vitality is a moving average of the attention that the members give to a forum, relative to the fair share of each,
which is one over the number of its memberships. So a forum falls dormant when its own members turn elsewhere, and not
because they are few or weak. A dormant forum is alive on paper only (Gray 2018) and may wake again.
"""

from __future__ import annotations

import numpy as np

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.forums import close_forum
from forumsim.core.state.log import log
from forumsim.core.state.members import join
from forumsim.core.state.sums import rebuild_forum, rebuild_stale, rebuild_sums
from forumsim.core.state.value import NOBODY, is_live
from forumsim.core.terms import STEP, Event, Form, Mode, Status, Term


@kernel
def overlap(world, f, g):
    """Jaccard overlap of the members of two forums, 0 when both are empty."""
    both, either = 0, 0
    for i in range(world.power.shape[0]):
        if world.member[f, i] or world.member[g, i]:
            either += 1
            if world.member[f, i] and world.member[g, i]:
                both += 1
    return both / either if either > 0 else 0.0


@kernel
def _same_mandate(world, f, g):
    for k in range(world.mandate.shape[1]):
        if world.mandate[f, k] != world.mandate[g, k]:
            return False
    return True


@kernel
def _all_listed(world, gone, into):
    """Whether all members of one forum stand on the list of another: who is to be in it no merger decides."""
    for i in range(world.power.shape[0]):
        if world.member[gone, i] and not world.listed[into, i]:
            return False
    return True


@kernel
def merge(world, p, f, g):
    """A dormant forum joins one that is awake, the lesser of two dormant ones the greater.

    Members move over, charter and law are the weighted means. Who finds the common charter beyond a red line does not
    move over. Two forums stay apart where the one that remains has a closed list without all members of the other.
    """
    if world.status[f] == world.status[g]:
        into, gone = (f, g) if world.weight_in[f] >= world.weight_in[g] - NOBODY else (g, f)
    else:
        into, gone = (f, g) if world.status[f] == Status.ALIVE else (g, f)
    if not _all_listed(world, gone, into):
        return
    total = world.weight_in[f] + world.weight_in[g]
    share = world.weight_in[gone] / total if total > NOBODY else 0.5
    for k in range(world.charter.shape[1]):
        world.charter[into, k] += share * (world.charter[gone, k] - world.charter[into, k])
    world.legalization[into] += share * (world.legalization[gone] - world.legalization[into])
    rebuild_forum(world, into)
    for i in range(world.power.shape[0]):
        if world.member[gone, i]:
            if not world.member[into, i] and not world.beyond[into, i]:
                join(world, p, into, i, 0.0, Term.MERGED)
            if world.member[into, i]:
                if world.focal[i] == gone:
                    world.focal[i] = into
                world.attention[into, i] += world.attention[gone, i]
                world.attention[gone, i] = 0.0
    close_forum(world, gone, Event.MERGER, into)
    rebuild_sums(world, p)


@kernel
def _mergers(world, p):
    """Standing forums of one mandate, much the same members and little conflict may merge; bilateral ones do not."""
    key = draws.stream(world.seed[0], draws.MERGER, world.clock[STEP])
    slots = world.status.shape[0]
    for f in range(slots):
        if not is_live(world, f) or world.mode[f] != Mode.STANDING or world.form[f] == Form.BILATERAL:
            continue
        for g in range(f + 1, slots):
            if (
                is_live(world, f)
                and is_live(world, g)
                and world.mode[g] == Mode.STANDING
                and world.form[g] != Form.BILATERAL
                and draws.uniform(key, f, g) < p.lifecycle_merge
                and _same_mandate(world, f, g)
                and world.conflict[f, g] < p.lifecycle_merge_conflict
                and overlap(world, f, g) > p.lifecycle_merge_overlap
            ):
                merge(world, p, f, g)


@kernel
def fair_shares(world, p, shares):
    """Write to ``shares`` (N,) what each actor would give to each of its live forums if it treated them alike.

    It is 1 for all if vitality is not relative: then a forum has its share of all attention.
    """
    shares[:] = 0.0
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            for i in range(shares.shape[0]):
                shares[i] += world.member[f, i]
    for i in range(shares.shape[0]):
        shares[i] = 1.0 / shares[i] if shares[i] > 0.0 and p.lifecycle_fair_share > 0.0 else 1.0


@kernel
def attended(world, p, f, shares):
    """Attention that the members of f give to it, over what they would give by their fair shares, both by power.

    Without fair shares it is the first alone: the share of all attention that f has.
    """
    given, fair = 0.0, 0.0
    for i in range(world.power.shape[0]):
        if world.member[f, i]:
            given += world.power[i] * world.attention[f, i]
            fair += world.power[i] * shares[i]
    if p.lifecycle_fair_share <= 0.0:
        return given
    return given / fair if fair > NOBODY else 0.0


@kernel
def _age(world, p, f, shares, hazard_key, neglect_key):
    """Vitality, dormancy, revival and death of one forum."""
    step = world.clock[STEP]
    members = 0
    for i in range(world.power.shape[0]):
        members += world.member[f, i]
    world.vitality[f] += p.lifecycle_rate * (attended(world, p, f, shares) - world.vitality[f])
    vitality = world.vitality[f]
    adult = step - world.founded[f] > p.lifecycle_grace
    # a declaration is history: its signatures stay, attention to it decays
    mortal = adult and world.mode[f] != Mode.DECLARATION
    dies = mortal and members < p.lifecycle_minimum
    if world.founded[f] < step:  # the hazard of a step falls on those who were there when it began
        dies = dies or draws.uniform(hazard_key, 1 + f, 0) < p.lifecycle_hazard
    if not dies:
        if vitality < p.lifecycle_dormant and adult and world.status[f] == Status.ALIVE:
            world.status[f] = Status.DORMANT
            log(world, Event.DORMANCY, -1, -1, f, -1, vitality)
        elif vitality >= p.lifecycle_dormant and world.status[f] == Status.DORMANT:
            world.status[f] = Status.ALIVE
            log(world, Event.REVIVAL, -1, -1, f, -1, vitality)
        dormant = world.status[f] == Status.DORMANT
        dies = mortal and dormant and draws.uniform(neglect_key, f, 0) < p.lifecycle_death
    if dies:
        close_forum(world, f, Event.DISSOLUTION, -1)


@kernel
def lifecycle(world, p):
    """Mergers first, then the life of each forum in the order of the slots."""
    if p.rule_lifecycle <= 0.0:
        return
    rebuild_stale(world, p)
    _mergers(world, p)
    hazard_key = draws.stream(world.seed[0], draws.HAZARD, world.clock[STEP])
    neglect_key = draws.stream(world.seed[0], draws.NEGLECT, world.clock[STEP])
    shares = np.empty(world.power.shape[0])
    fair_shares(world, p, shares)
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            _age(world, p, f, shares, hazard_key, neglect_key)
