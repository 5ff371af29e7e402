"""Proposals as a setting of the rule of voice: how often they pass, and where they take a charter.

A quota is a forum's: the share that must be reached, where .5 means more than half.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.stats import binom

from forumsim.core.rules.voice import voice
from forumsim.core.terms import Decision, Event
from forumsim.core.world import Bools, Floats
from forumsim.studies.verification.worlds import PLAIN, add_forum, ready, record, states, tick

#: Decisions in which heads are counted.
_BY_HEADS = (Decision.CONSENSUS, Decision.MAJORITY, Decision.VETO)


def passing_chance(decision: Decision, others: int, support: float, quota: float = 0.5, vetoes: int = 0) -> float:
    """Formula: chance that a proposal passes when each of n other voters supports it with probability p.

    Consensus p^n. Majority: the binomial tail, the proposer's own vote counted. Veto: p^v times the tail of the rest.
    """
    if decision == Decision.CONSENSUS:
        return support**others
    sure = 1 + (vetoes if decision == Decision.VETO else 0)
    voters = others + 1
    needed = voters // 2 + 1 if quota == 0.5 else math.ceil(quota * voters - 1e-9)
    tail = float(binom.sf(needed - sure - 1, voters - sure, support))
    return tail * support**vetoes if decision == Decision.VETO else tail


def passed(
    decision: Decision, others: int, support: float, quota: float = 0.5, vetoes: int = 0, *,
    forums: int = 300, steps: int = 20, seed: int = 1,
) -> Bools:  # fmt: skip
    """Which of many proposals pass by the rule of voice, when all but the proposer vote by goodwill alone.

    The proposer, always the same, never content, wants the charter a hair nearer; the ledgers of the others, held
    still, make each support it with the given probability.

    Parameters
    ----------
    decision : Decision
    others : int
        Voters beside the proposer.
    support : float
        0..1.
    quota : float
        Of the forums.
    vetoes : int
        How many of the others hold a veto.
    forums, steps : int
        One proposal per forum and step.

    Returns
    -------
    bool array (forums * steps,)
        Independent samples.
    """
    strength = 50.0
    p = record(PLAIN, {
        "utility.fit": 1.0, "voice.rate": 1.0, "voice.gain": 0.0, "voice.reciprocity": strength,
        "voice.ledger_step": 0.0, "voice.charter_step": 1e-6, "voice.law_step": 0.0,
    })  # fmt: skip
    world = states(others + 1, forums, seed=seed)
    world.position[0] = 0.0
    logit = math.log(support / (1.0 - support)) if 0.0 < support < 1.0 else strength if support else -strength
    world.ledger[1:, 0] = np.clip(logit / strength, -1.0, 1.0)
    world.aspiration[:] = [1000.0] + [-1000.0] * others
    for f in range(forums):
        add_forum(world, f, range(others + 1), decision=decision, quota=quota)
    world.veto[:, 1 : vetoes + 1] = decision == Decision.VETO
    world.attention[:] = 1.0
    tick(ready(world, p), p, voice, steps=steps)
    votes = world.log()[np.isin(world.log()["kind"], (Event.CHANGE_WITHIN_REGIME, Event.REJECTION))]
    if votes.size != forums * steps:
        raise RuntimeError(f"{votes.size} votes on {forums * steps} proposals")
    return np.asarray(votes["kind"] == Event.CHANGE_WITHIN_REGIME)


def charters_by_vote(ideal: Any, power: Any, starts: Any, seed: int = 1) -> Floats:
    """Charters (len(starts),) of forums that decide by weighted majority, after 400 proposals of the rule of voice.

    All actors are in all forums, none is ever content, and all vote for what brings the charter nearer to them. A
    proposal moves the charter by a fiftieth of its distance to who proposes it.

    Parameters
    ----------
    ideal, power : array (n,)
        Positions 0..1, and powers > 0 on any scale.
    starts : array (forums,)
        Charters at the start, 0..1.
    """
    places, weight = np.asarray(ideal, dtype=float), np.asarray(power, dtype=float)
    p = record(PLAIN, {
        "utility.fit": 20.0, "utility.fit_scale": 0.01, "utility.fit_base": 1.0, "utility.fit_law": 0.0,
        "voice.rate": 1.0, "voice.gain": 1000.0, "voice.reciprocity": 0.0, "voice.charter_step": 0.02,
        "voice.law_step": 0.0,
    })  # fmt: skip
    world = states(places.size, len(starts), seed=seed)
    world.position[:, 0], world.power[:] = places, weight / weight.sum()
    world.aspiration[:], world.attention[:] = 1e6, 1.0
    for f, charter in enumerate(starts):
        add_forum(world, f, range(places.size), decision=Decision.WEIGHTED, charter=charter)
    tick(ready(world, p), p, voice, steps=400)
    return world.charter[:, 0].copy()
