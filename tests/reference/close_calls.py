"""Worlds in which equals meet: what rounding leaves of a sum must not decide, nor what a coalition that failed left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from forumsim.core.terms import Admission, Decision, Status
from forumsim.core.world import World
from forumsim.studies.verification.worlds import add_forum, set_trust, states

Case = tuple[World, dict[str, Any]]

#: Everybody looks at every forum, nothing else happens.
QUIET = {"membership.rate": 1, "rule.dialogue": 0, "rule.compliance": 0, "rule.voice": 0, "rule.founding": 0}


def births_after_failed_coalitions(seed: int) -> Case:
    """Two states fail to found a forum of three, again and again; forums are born without choice in between."""
    world = states(2, 4, 1, seed)
    world.position[:] = world.anchor[:] = 0.9
    off = {"rule.lifecycle": 0, "rule.membership": 0, "rule.voice": 0}
    eager = {"aspiration.start": 5, "founding.rate": 1, "founding.patience": 0, "founding.invite_trust": 0}
    return world, {**off, **eager, "founding.poisson": 0.5}


def mergers_of_the_powerless(seed: int) -> Case:
    """All powers leave two dormant forums one after the other; three states without power stay, and the two merge."""
    rng = np.random.default_rng(seed)
    world = states(8, 2, 1, seed)
    world.power[:] = 0
    world.power[:5] = rng.dirichlet(np.ones(5))
    world.engagement[5:] = 100
    add_forum(world, 0, range(8), legalization=0.5, status=Status.DORMANT)
    add_forum(world, 1, [*rng.permutation(5)[:3], 5, 6, 7], status=Status.DORMANT)
    leave = {"utility.cost": 50, "membership.loyalty": 0}
    asleep = {"lifecycle.dormant": 100, "lifecycle.death": 0, "lifecycle.grace": 1000}
    return world, {**QUIET, **leave, **asleep, "lifecycle.merge": 1, "lifecycle.merge_conflict": 2}


def trust_that_is_just_enough(seed: int) -> Case:
    """Six members trust everybody by what the forum asks for, and 34 states want to join."""
    world = states(40, 1, 1, seed)
    world.power[:] = np.random.default_rng(seed).dirichlet(np.ones(40))
    set_trust(world, 0.5)
    add_forum(world, 0, range(6), admission=Admission.APPROVAL, approval=0.5)
    return world, {**QUIET, "utility.cost": -50, "rule.lifecycle": 0, "rule.drift": 0}


def votes_of_half_the_power(seed: int) -> Case:
    """Ten equal states toss coins on proposals that need more than half of the power."""
    world = states(10, 1, 2, seed)
    world.position[:] = np.random.default_rng(seed).random((10, 2))
    add_forum(world, 0, range(10), decision=Decision.WEIGHTED, quota=0.5)
    coins = {"voice.rate": 1, "voice.gain": 0, "voice.reciprocity": 0, "aspiration.start": 9, "aspiration.rate": 0}
    return world, {"rule.dialogue": 0, "rule.membership": 0, "rule.founding": 0, **coins}


CLOSE_CALLS: tuple[Callable[[int], Case], ...] = (
    births_after_failed_coalitions,
    mergers_of_the_powerless,
    trust_that_is_just_enough,
    votes_of_half_the_power,
)
