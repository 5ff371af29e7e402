"""Tastes that persist: what one draw a pair of actor and forum implies, whatever the pace of decisions.

The share that is in is the choice probability of a logit (McFadden 1974), as with independent draws; but nobody leaves
or joins as long as the value stands, and a start that is conditioned on its rosters stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import stats

from forumsim.core.rules.admission import admitted
from forumsim.core.rules.membership import membership
from forumsim.core.rules.roster import learn_from_rosters
from forumsim.core.schedule import prepare
from forumsim.core.state.taste import draw_forum
from forumsim.core.state.value import sigmoid
from forumsim.core.terms import Admission, Event, Mode
from forumsim.core.world import Floats, World
from forumsim.running.model.explain import own_worth
from forumsim.studies.verification.case import Finding, claim, estimate, exactly, known_result
from forumsim.studies.verification.worlds import PLAIN, add_forum, ready, record, states, tick


class Shares(NamedTuple):
    """What becomes of one forum whose value falls once."""

    inside: float  #: share of the actors that is in before it falls
    moved: int  #: joins and exits while the value stands, once all have looked
    left: float  #: share of the actors that leaves after it has fallen


def persistent_tastes(
    first: float = 1.0,
    second: float = -1.0,
    loyalty: float = 0.5,
    rate: float = 0.5,
    temperature: float = 1.0,
    actors: int = 2000,
    seed: int = 1,
) -> Shares:
    """One open forum that is worth z1 to everybody, and later z2, with tastes that are never drawn anew.

    Parameters
    ----------
    first, second : float
        z1 and z2, logits; -200 .. 50.
    loyalty : float
        l, the same from the first step of membership; at least 0.
    rate : float
        `membership.rate`, above 0: how soon an actor looks.
    temperature : float
        `membership.temperature`, above 0.

    Returns
    -------
    Shares
        ``inside`` is sig(z1 / temperature) for every rate, ``moved`` is 0, and ``left`` is max(0, sig(z1 /
        temperature) - sig((z2 + l) / temperature)).

    Examples
    --------
    >>> persistent_tastes(actors=50).moved
    0
    """
    base = {"membership.rate": rate, "membership.temperature": temperature, "membership.loyalty": loyalty,
            "membership.loyalty_start": 1}  # fmt: skip
    p, later = (record(PLAIN, base | {"utility.cost": -value}) for value in (first, second))
    world = states(actors, seed=seed)
    add_forum(world, 0)
    draw_forum(world, 0)
    ready(world, p)
    enough = int(np.ceil(20 / rate))  # after 20 expected looks nobody is left who has not looked
    inside = tick(world, p, membership, steps=enough).member[0].mean()
    events = len(world.log())
    tick(world, p, membership, steps=enough)
    moved = len(world.log()) - events
    after = tick(world, later, membership, steps=enough).member[0].mean()
    return Shares(float(inside), moved, float(inside - after))


def rostered_world(seed: int, actors: int = 40, forums: int = 6) -> World:
    """A world whose positions, trust, gates and rosters are random: forums of every mode that stand at the start."""
    rng = np.random.default_rng(seed)
    world = states(actors, forums, issues=2, seed=seed)
    world.position[:] = world.anchor[:] = rng.random((actors, 2))
    world.trust[:] = world.baseline[:] = rng.random((actors, actors))
    world.power[:] = rng.dirichlet(np.ones(actors))
    world.capacity[:] = rng.uniform(0.3, 3, actors)
    for f in range(forums):
        add_forum(world, f, np.flatnonzero(rng.random(actors) < rng.random()), mode=(0, 0, Mode.SERIES, 0, 1, 2)[f % 6],
                  charter=rng.random(2), founder=int(rng.integers(actors)), approval=rng.random(),
                  admission=Admission.OPEN if rng.random() < 0.5 else Admission.APPROVAL, period=3)  # fmt: skip
    world.habit[:] = world.member & (world.mode == Mode.SERIES)[:, None]
    return world


def conditioned_start(seed: int = 1, rate: float = 0.5, steps: int = 20, actors: int = 40, forums: int = 6) -> int:
    """Joins, exits and editions not renewed in a world of random rosters in which nothing changes: none.

    Parameters
    ----------
    seed : int
        Of the world and the run.
    rate : float
        `membership.rate`.
    """
    p = record({"membership.rate": rate})
    world = rostered_world(seed, actors, forums)
    prepare(world, p)
    tick(world, p, membership, steps=steps)
    return int(np.isin(world.log()["kind"], (Event.JOIN, Event.EXIT, Event.NOT_RENEWED)).sum())


def tastes_of_start(seeds: range, actors: int = 40) -> tuple[Floats, Floats]:
    """Tastes of members over sig z, and of outsiders who would be admitted over the rest: both uniform on 0..1."""
    p = record({})
    inside, outside = [], []
    for seed in seeds:
        world = rostered_world(seed, actors)
        for f in range(world.slots):
            draw_forum(world, f)
        learn_from_rosters(ready(world, p), p)
        for f in range(world.slots):
            for i in range(actors):
                chance = sigmoid(own_worth(world, p, f, i) / p["membership_temperature"])
                if world.member[f, i]:
                    inside.append(world.taste[f, i] / chance)
                elif admitted(world, p, f, i):
                    outside.append((world.taste[f, i] - chance) / (1 - chance))
    return np.array(inside), np.array(outside)


@known_result(
    "persistent-tastes",
    "Tastes that persist: a logit's share, and no move without a cause",
    "McFadden 1974, Heckman 1981: share in sig(z / theta); after a fall max(0, sig(z1) - sig(z2 + l)) leave",
)
def _shares_case() -> Iterator[Finding]:
    """Several values, rates and loyalties; 20 seeds of 500 actors each."""
    for first, second, loyalty, rate, heat in (
        (1.0, -1.0, 0.5, 0.5, 1.0),
        (1.0, -1.0, 0.5, 0.05, 1.0),
        (0.3, -0.6, 0.0, 1.0, 0.5),
        (-0.5, -1.0, 2.0, 0.2, 1.0),
    ):
        found = [persistent_tastes(first, second, loyalty, rate, heat, 500, seed) for seed in range(1, 21)]
        what = f"z {first:g} then {second:g}, l {loyalty:g}, rate {rate:g}, theta {heat:g}"
        before, after = sigmoid(first / heat), sigmoid((second + loyalty) / heat)
        yield estimate(f"{what}: share in", before, [shares.inside for shares in found], 0.02)
        yield exactly(f"{what}: joins and exits while z stands", 0, sum(shares.moved for shares in found))
        if after >= before:
            yield exactly(f"{what}: share that leaves", 0.0, max(shares.left for shares in found))
        else:
            yield estimate(f"{what}: share that leaves", before - after, [shares.left for shares in found], 0.03)


@known_result(
    "conditioned-start",
    "A start conditioned on its rosters stands still",
    "inverse sampling: tastes uniform on (0, sig z) of members, on (sig z, 1) of outsiders who would be admitted",
)
def _start_case() -> Iterator[Finding]:
    """Random rosters of 40 actors and 6 forums, at three rates; tastes of 20 of them pooled."""
    for rate in (0.05, 0.5, 1.0):
        moved = sum(conditioned_start(seed, rate) for seed in range(1, 11))
        yield exactly(f"rate {rate:g}: joins and exits of 10 random rosters in 20 silent steps", 0, moved)
    for who, tastes in zip(("members", "outsiders"), tastes_of_start(range(1, 21)), strict=True):
        p_value = float(stats.kstest(tastes, "uniform").pvalue)
        what = f"tastes of {who} are uniform on their part of 0..1: Kolmogorov-Smirnov p (n {len(tastes)})"
        yield claim(what, p_value > 0.001, f"{p_value:.3f}", "> .001")
