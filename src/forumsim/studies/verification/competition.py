"""Party competition (Laver & Sergenti 2012) with forums for parties: the nearest for all, charters that follow.

An actor belongs to the forum whose charter is nearest, and a charter is the mean position of its members: parties that
are *Aggregators*. With a fixed number of forums that is Lloyd's algorithm; with birth where dissatisfaction is and
death below a share of support, the number of forums is a result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from forumsim.core.rules.founding import founding
from forumsim.core.rules.lifecycle import lifecycle
from forumsim.core.rules.membership import membership
from forumsim.core.rules.voice import voice
from forumsim.core.terms import SLOTS
from forumsim.core.world import Floats, Ints, World
from forumsim.studies.verification.case import Finding, claim, known_result, mean_within, near
from forumsim.studies.verification.worlds import EXCLUSIVE, add_forum, ready, record, states, tick

#: Utility is less the further the charter, and nothing else; charters move to the members' mean, without proposals.
NEAREST = EXCLUSIVE | {
    "utility.fit": 1.0, "utility.fit_scale": 1.0, "utility.fit_base": 1.0, "utility.fit_law": 0.0,
    "voice.aggregation": 1.0, "voice.rate": 0.0,
}  # fmt: skip

#: Laver & Sergenti's plane of ideal points ends three standard deviations from its centre.
REACH = 3.0
#: A standard deviation of ideal points on the model's 0..1.
UNIT = 1 / 6
#: Births an election and unit of mean squared distance (in variances). In published code of their model one cell of
#: the plane within `REACH`, a tenth of a standard deviation wide, is drawn at an election, and founds with 1000 beta
#: times its share of the voters times their squared distance; beta is 1.
PACE = 1000 / (100 * math.pi * REACH**2)


# --- one dimension: Lloyd's algorithm -----------------------------------------------------------------------------


def rest_within(forums: int, actors: int) -> float:
    """Furthest that charters may rest from Lloyd's fixed point where N actors stand evenly on 0..1: k^2 / (4 N).

    A cell ends between two actors, up to 1 / (2N) from the middle of two charters; how such errors add up is the
    inverse of I - A, A the mean of the middles on either side, whose rows sum to k^2 / 2 at most.
    """
    return forums**2 / (4 * actors)


def lloyd(
    forums: int, actors: int = 1000, start: Sequence[float] | None = None, steps: int | None = None, seed: int = 1
) -> tuple[Floats, float]:
    """Charters at the end and mean squared distance to the own one, in one dimension with actors spread evenly.

    Parameters
    ----------
    forums : int
        k, 1 .. 50.
    actors : int
        N, at (2i - 1) / (2N); at least 10 k.
    start : sequence of float, (k,), optional
        Charters at the start, all different, 0 .. 1; by default crowded into the lowest quarter.
    steps : int, optional
        Steps, each a move of all actors and then of all charters; by default until less than 10^-6 of the start is
        left (it shrinks by cos^2(pi / (2k)) a step).
    seed : int
        Of the order in which actors move.

    Returns
    -------
    charters : float array, (k,)
        Sorted; (2i - 1) / (2k) to within `rest_within`.
    distance : float
        Mean squared distance; 1 / (12 k^2) where charters are those.

    Examples
    --------
    >>> lloyd(2)[0].round(2)
    array([0.25, 0.75])
    """
    first = (np.arange(forums) + 0.5) / (4 * forums) if start is None else np.asarray(start, dtype=float)
    p = record(NEAREST)
    world = states(actors, forums, seed=seed)
    world.position[:, 0] = (np.arange(actors) + 0.5) / actors
    for f, charter in enumerate(first):
        add_forum(world, f, charter=charter)
    shrink = math.cos(math.pi / (2 * forums)) ** 2
    length = max(2, math.ceil(math.log(1e-6) / math.log(shrink))) if steps is None else steps
    tick(ready(world, p), p, membership, voice, steps=length)
    gap = world.charter - world.position[:, 0]
    return np.sort(world.charter[:, 0]), float((gap**2 * world.member).sum() / actors)


@known_result(
    "lloyd",
    "Party competition in one dimension: Lloyd's fixed point",
    "Laver & Sergenti 2012 (Aggregators): charters (2i - 1)/(2k), mean squared distance 1/(12 k^2)",
)
def _lloyd_case() -> Iterator[Finding]:
    """Two to five forums that all start in the lowest quarter."""
    actors = 1000
    for k in (2, 3, 4, 5):
        charters, distance = lloyd(k, actors)
        off = float(np.abs(charters - (2 * np.arange(1, k + 1) - 1) / (2 * k)).max())
        yield near(f"k = {k}: furthest of the charters from (2i - 1)/(2k)", 0.0, off, rest_within(k, actors), 5)
        # cells are 1/k + d wide, d adds up to 0 and is 2 rest_within at most: 12 k^2 times it is 1 to within 3 k^2 d^2
        slack = 3 * (2 * k * rest_within(k, actors)) ** 2 + (k / actors) ** 2
        yield near(f"k = {k}: mean squared distance", 1 / (12 * k**2), distance, slack / (12 * k**2), 6)


# --- two dimensions: birth and death ------------------------------------------------------------------------------


class PartySystem(NamedTuple):
    """Course of one run, an entry for each election."""

    surviving: Ints  #: forums past the shelter of the newly born
    live: Ints  #: all live forums
    founded: int  #: forums founded in the whole run


def party_world(
    threshold: float, seed: int, actors: int, slots: int, memory: float, grace: int, pace: float
) -> tuple[World, Any]:
    """World and parameters of `party_system` at its start, with one forum of all at the ideal point of one voter.

    Utility is 1 less the distance from the charter, so that a forum at one's own ideal point gives more than the
    nearest one by the distance from it. It costs the founder 3 standard deviations times the root of a uniform draw (by
    its capacity): of those at distance d it pays for a share d^2/9, and each of them founds with the same probability,
    alone. Who has no forum, since all have died, gains 1. ``grace`` is in steps.
    """
    p = record(NEAREST, {
        "founding.rate": pace * REACH**2, "founding.room": 1000, "founding.patience": 0, "founding.cost": 1,
        "founding.selective": 0, "founding.legalization": 0,
        "founding.minimum": 1, "founding.invite_distance": 0, "founding.invite_trust": -1, "founding.all_issues": 1,
        "lifecycle.fair_share": False, "lifecycle.dormant": threshold, "lifecycle.death": 1,
        "lifecycle.rate": 1 - memory, "lifecycle.grace": grace, "lifecycle.minimum": 0, "lifecycle.merge": 0,
    })  # fmt: skip
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((2 * actors + 20, 2))
    world = states(actors, slots, issues=2, seed=seed)
    world.position[:] = 0.5 + UNIT * points[(points**2).sum(axis=1) < REACH**2][:actors]
    # distance over two equal issues is Euclid's over the root of 2
    world.capacity[:] = 1 / (UNIT * REACH * np.sqrt(rng.random(actors) / 2))
    add_forum(world, 0, range(actors), charter=world.position[0], vitality=1.0)
    return ready(world, p), p


def party_system(
    threshold: float,
    seed: int,
    actors: int = 500,
    elections: int = 200,
    campaign: int = 5,
    memory: float = 0.5,
    shelter: int = 3,
    pace: float = PACE,
) -> PartySystem:
    """Let forums be born where dissatisfaction is and die below a share of support, in two dimensions.

    After Laver & Sergenti (2012, endogenous parties, all of them Aggregators). Ideal points are bivariate normal;
    voters support the nearest party; in a campaign parties move to the mean of their supporters; at an election
    fitness becomes memory x fitness + (1 - memory) x share, parties below the threshold die, and a party may be born
    at the ideal point of some voters, with a probability in proportion to their squared distance from the nearest.

    By the shipped rules: membership is exclusive and without noise; each step of a campaign is *voice* (the charter
    becomes the mean) and *membership*, and its last step *founding* and *lifecycle* as well, which are the election.
    Fitness is vitality; who founds is said at `party_world`.

    What differs: for whom of those at a distance it pays is drawn once, and not at each election; charters jump to
    the mean, where theirs walk toward it in some twenty steps of a tenth of a standard deviation; there may be more
    than one birth an election, with the same expected number; a newborn has no vitality and is spared ``shelter``
    elections, where theirs starts with the mean fitness 1/n, which with memory .5 shelters it for two or three; the
    last two are not spared, and new ones are born when none is left; dissatisfaction has no memory; there are
    ``actors`` voters, not a density. The share of room that is used is not a constant of nature: a quicker ``pace``
    or a longer ``shelter`` crowds the grown with newborns, the more the higher the threshold.

    Parameters
    ----------
    threshold : float
        tau, share of power below which a forum dies, 0 .. 1.
    seed : int
        Of ideal points, reservations and the run's draws.
    actors : int
        Voters, 10 or more.
    elections, campaign : int
        Number of elections; steps from one to the next.
    memory : float
        Weight of the past in fitness, 0 .. 1 (excluded).
    shelter : int
        Elections that the newly born are spared, and not counted as surviving.
    pace : float
        Expected births an election and unit of mean squared distance, in variances; 0 .. 1.

    Returns
    -------
    PartySystem
        At most 1 / tau survive: vitalities are averages of shares, and those sum to 1.
    """
    slots, grace = 20 + math.ceil(3 * pace * elections), shelter * campaign
    world, p = party_world(threshold, seed, actors, slots, memory, grace, pace)
    surviving, live = np.zeros(elections, dtype=np.int64), np.zeros(elections, dtype=np.int64)
    for election in range(elections):
        tick(world, p, voice, membership, steps=campaign - 1)
        tick(world, p, voice, membership, founding, lifecycle)
        if world.clock[SLOTS] == slots:
            raise RuntimeError(f"all {slots} forum slots were used by election {election + 1}")
        live[election] = world.live().sum()
        surviving[election] = (world.live() & (world.step - world.founded > grace)).sum()
    return PartySystem(surviving, live, int(world.clock[SLOTS]) - 1)


@known_result(
    "parties",
    "Party competition in two dimensions: how many survive",
    "Laver & Sergenti 2012, endogenous parties: number times threshold .55 to .78, never above 1",
)
def _party_system_case() -> Iterator[Finding]:
    """Both thresholds, the last 150 of 200 elections, 16 seeds each."""
    for tau in (0.10, 0.20):
        courses = [party_system(tau, seed).surviving[50:] for seed in range(1, 17)]
        numbers = [course.mean() * tau for course in courses]
        yield mean_within(f"tau = {tau:.2f}: surviving number times tau", 0.55, 0.78, numbers)
        most = max(int(course.max()) for course in courses)
        yield claim(f"tau = {tau:.2f}: most that ever survive", most * tau <= 1 + 1e-9, str(most), f"<= {1 / tau:g}")
