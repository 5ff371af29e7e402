"""Sincerity: whether an actor means what it says when it meets another."""

from __future__ import annotations

import math

from forumsim.core.compilation import kernel
from forumsim.core.state.value import sigmoid


@kernel
def effective_sincerity(world, p, i):
    """Sincerity of i as the run sets it, 0..1."""
    if math.isnan(p.sincerity_level):
        return min(1.0, world.sincerity[i] * p.sincerity_scale)
    return p.sincerity_level


@kernel
def sincerity_toward(world, p, i, j):
    """Sincerity of i toward j, 0..1: 1 - (1 - h_i) (1 - c max(0, 2 T*_ij - 1)).

    Leaders lie to rivals more than to allies, from whom they have less to gain by it (Mearsheimer 2011, Why Leaders
    Lie): the structural trust of i in j above 1/2 takes up to the share c (``dialogue.candour``) of the insincerity
    away.
    """
    alliance = max(0.0, 2.0 * world.baseline[i, j] - 1.0)
    return 1.0 - (1.0 - effective_sincerity(world, p, i)) * (1.0 - p.dialogue_candour * alliance)


@kernel
def chance_genuine(world, p, i, j, base):
    """Probability that i meets j in earnest: sig(base + kT (T_ij - 1/2) + kh (2 h_ij - 1))."""
    return sigmoid(
        base
        + p.dialogue_trust_weight * (world.trust[i, j] - 0.5)
        + p.dialogue_sincerity_weight * (2.0 * sincerity_toward(world, p, i, j) - 1.0)
    )
