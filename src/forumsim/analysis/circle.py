"""The network of common memberships: how near two actors are, and where they stand on a circle; nothing is drawn."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

#: States drawn one by one, lines drawn within and across blocs at most, and the weakest tie that is drawn.
MOST, WITHIN, ACROSS, WEAKEST = 40, 130, 70, 0.02


def shared_attention(attention: NDArray[np.float64]) -> NDArray[np.float64]:
    """o_ij = sum over forums of min(attention_fi, attention_fj), shape (n, n), diagonal 0.

    Parameters
    ----------
    attention : array (forums, n)
        Shares of attention that actors give to forums.

    Examples
    --------
    >>> shared_attention(np.array([[1.0, 0.25], [0.0, 0.75]])).tolist()
    [[0.0, 0.25], [0.25, 0.0]]
    """
    shared = np.zeros((attention.shape[1], attention.shape[1]))
    for given in attention:
        shared += np.minimum.outer(given, given)
    np.fill_diagonal(shared, 0.0)
    return shared


def angles(nodes: int, starts: list[int]) -> NDArray[np.float64]:
    """Angles of so many nodes on a circle in their order from its top, with a gap before each of ``starts``."""
    gaps = np.zeros(nodes)
    gaps[[k for k in starts if k < nodes]] = 1.0
    place = np.arange(nodes) + np.cumsum(gaps)
    return np.asarray(2.0 * math.pi * (place - 0.5) / max(1.0, nodes + gaps.sum()) - math.pi / 2)


def strongest_ties(
    shared: NDArray[np.float64], bloc: NDArray[np.int64], keep: NDArray[np.bool_] | bool = True
) -> dict[bool, list[tuple[int, int, float]]]:
    """The strongest ties across blocs (True) and within them (False), the weakest first.

    Parameters
    ----------
    shared : array (n, n)
    bloc : array (n,)
        Numbers of blocs; below 0: none, so that all ties lead across.
    keep : array (n, n) of bool, optional
        Which ties may be drawn.
    """
    first, second = np.triu_indices(len(bloc), 1)
    strength = shared[first, second]
    wanted = (strength > WEAKEST) & np.broadcast_to(keep, shared.shape)[first, second]
    across = (bloc[first] != bloc[second]) | (bloc[first] < 0)
    found = {}
    for far, most in ((True, ACROSS), (False, WITHIN)):
        order = np.flatnonzero(wanted & (across == far))
        order = order[np.argsort(-strength[order], kind="stable")][:most][::-1]
        found[far] = [(int(first[k]), int(second[k]), float(strength[k])) for k in order]
    return found
