"""Bounded confidence as a setting of the rule of dialogue (Deffuant, Neau, Amblard & Weisbuch 2000).

No forums, one track, everybody genuine, equal powers: two actors that meet move toward each other by ``move`` of their
distance if it is below epsilon (e0 = epsilon, e1 = 0). Each actor seeks one meeting a step. Positions end in clusters
that lie epsilon or more apart.

How many: Deffuant et al. give floor(1 / (2 epsilon)) as a rough rule, which counts as many clusters as fit when each
takes 2 epsilon. In the limit of many actors neighbouring clusters lie 2.155 epsilon apart (Ben-Naim, Krapivsky & Redner
2003), so that 1 / (2.155 epsilon) is nearer; whole clusters fit, so up to one fewer. Both count large clusters: few
actors that the others leave behind at the ends and between two clusters stay in tiny ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from forumsim.core.rules.dialogue import dialogue
from forumsim.core.world import Floats
from forumsim.studies.verification.case import Finding, claim, exactly, known_result, mean_within
from forumsim.studies.verification.worlds import record, states, tick

#: Distance of neighbouring large clusters in units of epsilon, in the limit of many actors.
SPACING = 2.155

#: Share of the actors above which a cluster is a large one.
LARGE = 0.02


def clusters(positions: Sequence[float] | Floats, epsilon: float) -> list[Floats]:
    """Positions, sorted and cut wherever two neighbours lie epsilon or more apart."""
    ordered = np.sort(np.asarray(positions, dtype=float))
    return np.split(ordered, np.flatnonzero(np.diff(ordered) >= epsilon) + 1)


def settled(positions: Sequence[float] | Floats, epsilon: float) -> bool:
    """Whether the clusters are final.

    In a cluster narrower than epsilon any two can still meet halfway and nobody leaves its range; between clusters
    nobody meets anybody. So neither number nor sizes of the clusters can change any more.
    """
    return all(float(cluster[-1] - cluster[0]) < epsilon for cluster in clusters(positions, epsilon))


def opinion_run(
    epsilon: float, actors: int = 1000, seed: int = 1, steps: int = 5000, move: float = 0.5
) -> tuple[Floats, Floats]:
    """Positions (actors,) at the start, uniform on 0..1, and when their clusters are final.

    Parameters
    ----------
    epsilon : float
        Bound of confidence, > 0; positions are 0..1.
    actors : int
        Two or more.
    seed : int
        Of the positions and of the run.
    steps : int
        At most; a step is one meeting sought by each actor.
    move : float
        mu: each moves by this share of the distance; above 0 to 1/2.

    Raises
    ------
    RuntimeError
        Clusters not final after so many steps.
    """
    p = record({
        "dialogue.level": 0.0, "dialogue.track2": 1.0, "dialogue.bridging": 0.0, "dialogue.hosting": 0.0,
        "track2.rate": 1.0, "track2.base": 50.0, "track2.opens": -1.0, "track2.move": move, "track2.trust_gain": 0.0,
        "dialogue.persuasion_base": epsilon, "dialogue.persuasion_trust": 0.0,
    })  # fmt: skip
    world = states(actors, seed=seed)
    world.position[:, 0] = np.random.default_rng(seed).random(actors)
    start = world.position[:, 0].copy()
    for _ in range(0, steps, 10):
        tick(world, p, dialogue, steps=10)
        if settled(world.position[:, 0], epsilon):
            return start, world.position[:, 0].copy()
    raise RuntimeError(f"the clusters are not final after {steps} steps")


def bounded_confidence(
    epsilon: float, actors: int = 1000, seed: int = 1, steps: int = 5000, move: float = 0.5
) -> list[int]:
    """Sizes of the final clusters, the largest first; arguments and errors as for `opinion_run`.

    Examples
    --------
    >>> bounded_confidence(0.5, actors=200)
    [200]
    """
    _, end = opinion_run(epsilon, actors, seed, steps, move)
    return sorted((cluster.size for cluster in clusters(end, epsilon)), reverse=True)


def large_clusters(sizes: Sequence[int]) -> int:
    """Number of the clusters that hold more than `LARGE` of all actors."""
    return sum(size > LARGE * sum(sizes) for size in sizes)


def expected_range(epsilon: float) -> tuple[float, float]:
    """Bounds of the mean number of large clusters below epsilon = .2, by the two rules at the head of this module.

    1 / (2.155 epsilon) - 1, and floor(1 / (2 epsilon)) + .1: that rule is a rough one, and chance adds a cluster now
    and then.
    """
    return 1.0 / (SPACING * epsilon) - 1.0, math.floor(1.0 / (2.0 * epsilon) + 1e-9) + 0.1


def _numbers(epsilon: float, runs: int, actors: int = 1000) -> list[int]:
    return [large_clusters(bounded_confidence(epsilon, actors, seed)) for seed in range(1, runs + 1)]


@known_result(
    "bounded-confidence",
    "Bounded confidence: clusters of opinion, N = 1000",
    "Deffuant et al. 2000, Advances in Complex Systems 3: 87-98; Ben-Naim, Krapivsky & Redner 2003, Physica D 183",
)
def _clusters_case() -> Iterator[Finding]:
    for epsilon in (0.5, 0.6, 0.8):
        together = sum(bounded_confidence(epsilon, seed=seed) == [1000] for seed in range(1, 11))
        yield exactly(
            f"epsilon {epsilon:.2f}: runs with all 1000 actors in one cluster", "10 of 10", f"{together} of 10"
        )
    for epsilon in (0.25, 0.20):
        yield mean_within(f"epsilon {epsilon:.2f}: large clusters, mean", 1.9, 2.1, _numbers(epsilon, 100))
    for epsilon in (0.15, 0.10, 0.05):
        yield mean_within(
            f"epsilon {epsilon:.2f}: large clusters, mean", *expected_range(epsilon), _numbers(epsilon, 60)
        )
    runs = [opinion_run(epsilon, 1000, seed) for epsilon in (0.1, 0.3) for seed in (1, 2, 3)]
    drift = max(abs(float(end.mean() - start.mean())) for start, end in runs)
    yield claim("mean position is kept (equal powers)", drift <= 1e-12, f"moved by {drift:.0e} at most", "to 1e-12")
    inside = all(start.min() <= end.min() and end.max() <= start.max() for start, end in runs)
    yield claim("nobody ends beyond those furthest out at the start", inside, "yes" if inside else "no")
