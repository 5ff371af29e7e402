"""Landscape theory on paper (Axelrod & Bennett 1993): energy, frustration, all configurations and their minima.

Nothing here knows the rules: these are the definitions and the enumeration that the rule of membership is held against.
A configuration is an array ``side`` (n,) of 0 and 1. A configuration and its mirror image are the same; where all are
enumerated, actor 0 stands on side 0. Propensities are symmetric; the diagonal plays no part.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Most actors whose configurations are enumerated: 2^19 of them.
MOST_ACTORS = 20


def weights(sizes: Any, propensity: Any) -> Floats:
    """What every pair weighs in the energy, s_i s_j p_ij (n, n), 0 on the diagonal."""
    s, p = np.array(sizes, dtype=float), np.array(propensity, dtype=float)
    np.fill_diagonal(p, 0.0)
    return np.outer(s, s) * p


def configuration(side: Any, actors: int) -> Ints:
    """A configuration as an array with actor 0 on side 0: the mirror image where it is not."""
    sides = np.asarray(side, dtype=np.int64)
    return sides ^ sides[0]


def across(pair: Floats, sides: Ints) -> Floats:
    """What weighs on each actor from the other side (n,): s_i F_i."""
    return np.where(sides[:, None] != sides[None, :], pair, 0.0).sum(1)


def energy(sizes: Any, propensity: Any, side: Any) -> float:
    """E = sum over ordered pairs of s_i s_j p_ij d_ij, d_ij = 1 on different sides."""
    pair = weights(sizes, propensity)
    sides = configuration(side, len(pair))
    return float(across(pair, sides).sum())


def configurations(actors: int) -> Ints:
    """All 2^(n-1) configurations (2^(n-1), n): bit k - 1 of the row's number is the side of actor k."""
    code = np.arange(2 ** (actors - 1))
    return np.stack([np.zeros_like(code)] + [(code >> k) & 1 for k in range(actors - 1)], axis=1)


def energies(sizes: Any, propensity: Any) -> Floats:
    """Energy of all configurations (2^(n-1),), by z'Wz with z = 1 and -1 for the sides: d_ij = (1 - z_i z_j) / 2."""
    pair = weights(sizes, propensity)
    z = 1.0 - 2.0 * configurations(len(pair))
    return (pair.sum() - np.einsum("ci,ci->c", z @ pair, z)) / 2.0


def neighbours(actors: int) -> Ints:
    """Numbers of the configurations that one move away of each actor leads to (2^(n-1), n).

    Actor k >= 1 turns bit k - 1; a move of actor 0 is, mirrored, a move of all others.
    """
    code = np.arange(2 ** (actors - 1))
    return np.stack([code ^ (code.size - 1)] + [code ^ (1 << k) for k in range(actors - 1)], axis=1)


def _landscape(sizes: Any, propensity: Any) -> tuple[Floats, Ints, Ints]:
    """Energies, neighbours, numbers of the minima from the lowest up."""
    level = energies(sizes, propensity)
    near = neighbours(len(np.asarray(sizes)))
    rounding = 1e-12 * np.abs(weights(sizes, propensity)).sum()
    lowest = np.flatnonzero(level[near].min(1) >= level - rounding)
    return level, near, lowest[np.argsort(level[lowest], kind="stable")]


def minima(sizes: Any, propensity: Any) -> Ints:
    """Configurations in which no single move lowers the energy (m, n), from the lowest up, by enumeration.

    Examples
    --------
    Two rivals and a third that is drawn to the first:

    >>> minima([1, 1, 1], [[0, -1, 1], [-1, 0, 0], [1, 0, 0]]).tolist()
    [[0, 1, 0]]
    """
    _, _, lowest = _landscape(sizes, propensity)
    return configurations(len(np.asarray(sizes)))[lowest]


def basins(sizes: Any, propensity: Any) -> Ints:
    """Number of configurations from which steepest descent leads to each of the `minima` (m,).

    Steepest descent (always the move that lowers the energy most, the first actor of equals) belongs to the
    enumeration: in the rule of membership whoever is asked moves, so one start may end in several minima.
    """
    level, near, lowest = _landscape(sizes, propensity)
    target = near[np.arange(level.size), level[near].argmin(1)]
    target[lowest] = lowest
    while (target != target[target]).any():
        target = target[target]
    return np.array([(target == end).sum() for end in lowest], dtype=np.int64)
