"""Lifecycle: like forums merge, neglected ones fall dormant, forsaken ones die.

Vitality is a moving average of the attention-weighted power of the members. A dormant forum is alive on paper only
(Gray 2018) and may wake again.
"""

from __future__ import annotations

from forumsim.core import draws
from forumsim.core.compilation import kernel
from forumsim.core.state.forums import close_forum
from forumsim.core.state.log import log
from forumsim.core.state.members import join
from forumsim.core.state.sums import refresh_forum, refresh_sums, renew
from forumsim.core.state.value import NOBODY, crosses_red_line, is_live
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
def merge(world, p, f, g):
    """The lesser of two forums joins the greater: members move over, charter and law are the weighted means.

    Who finds the common charter beyond a red line does not move over.
    """
    into, gone = (f, g) if world.weight_in[f] >= world.weight_in[g] - NOBODY else (g, f)
    total = world.weight_in[f] + world.weight_in[g]
    share = world.weight_in[gone] / total if total > NOBODY else 0.5
    for k in range(world.charter.shape[1]):
        world.charter[into, k] += share * (world.charter[gone, k] - world.charter[into, k])
    world.legalization[into] += share * (world.legalization[gone] - world.legalization[into])
    refresh_forum(world, into)
    for i in range(world.power.shape[0]):
        if world.member[gone, i]:
            if not world.member[into, i] and not crosses_red_line(world, into, i):
                join(world, p, into, i, 0.0, Term.MERGED)
            if world.member[into, i]:
                if world.focal[i] == gone:
                    world.focal[i] = into
                world.attention[into, i] += world.attention[gone, i]
                world.attention[gone, i] = 0.0
    close_forum(world, gone, Event.MERGER, into)
    refresh_sums(world, p)


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
def _age(world, p, f, hazard_key):
    """Vitality, dormancy, revival and death of one forum."""
    step = world.clock[STEP]
    power, members = 0.0, 0
    weight, attention, member = world.power, world.attention[f], world.member[f]
    for i in range(weight.shape[0]):
        power += weight[i] * attention[i]
        members += member[i]
    world.vitality[f] += p.lifecycle_rate * (power - world.vitality[f])
    vitality = world.vitality[f]
    world.weak[f] = world.weak[f] + 1 if vitality < p.lifecycle_death else 0
    adult = step - world.founded[f] > p.lifecycle_grace
    # a declaration is history: its signatures stay, attention to it decays
    forsaken = world.weak[f] >= p.lifecycle_lingering or members < p.lifecycle_minimum
    dies = adult and forsaken and world.mode[f] != Mode.DECLARATION
    if world.founded[f] < step:  # the hazard of a step falls on those who were there when it began
        dies = dies or draws.uniform(hazard_key, 1 + f, 0) < p.lifecycle_hazard
    if dies:
        close_forum(world, f, Event.DISSOLUTION, -1)
    elif vitality < p.lifecycle_dormant and adult and world.status[f] == Status.ALIVE:
        world.status[f] = Status.DORMANT
        log(world, Event.DORMANCY, -1, -1, f, -1, vitality)
    elif vitality >= p.lifecycle_dormant and world.status[f] == Status.DORMANT:
        world.status[f] = Status.ALIVE
        log(world, Event.REVIVAL, -1, -1, f, -1, vitality)


@kernel
def lifecycle(world, p):
    """Mergers first, then the life of each forum in the order of the slots."""
    if p.rule_lifecycle <= 0.0:
        return
    renew(world, p)
    _mergers(world, p)
    hazard_key = draws.stream(world.seed[0], draws.HAZARD, world.clock[STEP])
    for f in range(world.status.shape[0]):
        if is_live(world, f):
            _age(world, p, f, hazard_key)
