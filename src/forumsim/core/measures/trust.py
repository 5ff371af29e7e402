"""Trust between states: within blocs, across them, between the majors. It belongs to pairs, not to issues."""

from __future__ import annotations

import numpy as np

from forumsim.core.compilation import kernel
from forumsim.core.measures.definition import Measure
from forumsim.core.measures.scopes import pair_weights

_WEIGHTED = "sum w_i w_j T_ij / sum w_i w_j over ordered pairs"


def _measure(name: str, label: str, formula: str, description: str) -> Measure:
    return Measure(name, label, "trust", 0.0, 1.0, formula, "forumsim", "trust", False, description)


MEASURES = (
    _measure("trust_within", "Trust within blocs", _WEIGHTED + " of one bloc",
             "Trust between two states of one bloc, drawn by power. Missing without such a pair."),
    _measure("trust_across", "Trust across blocs", _WEIGHTED + " of different blocs",
             "Trust between two states of different blocs, drawn by power; nonaligned count as a bloc. Missing "
             "without such a pair."),
    _measure("trust_majors", "Trust between the majors", "mean of T_ij over ordered pairs of majors",
             "Majors count alike. Missing with fewer than two majors."),
)  # fmt: skip
WITHIN, ACROSS, MAJORS = range(3)


@kernel
def fill(out, trust, power, bloc, blocs, majors):
    """Fill the family's columns in the pooled row."""
    n = power.shape[0]
    last = out.shape[0] - 1
    # sums[b, i]: sum over the j of bloc b of w_j T_ij; column by column, as the matrix lies in memory
    sums = np.zeros((blocs, n))
    for j in range(n):
        w = power[j]
        if w > 0.0:
            column = trust[:, j]
            row = sums[bloc[j]]
            for i in range(n):
                row[i] += w * column[i]
            row[j] -= w * column[j]
    within, across = 0.0, 0.0
    for b in range(blocs):
        for i in range(n):
            if bloc[i] == b:
                within += power[i] * sums[b, i]
            else:
                across += power[i] * sums[b, i]
    _, pairs_within, pairs_across = pair_weights(power, bloc, blocs)
    out[last, WITHIN] = within / (2.0 * pairs_within) if pairs_within > 0.0 else np.nan
    out[last, ACROSS] = across / (2.0 * pairs_across) if pairs_across > 0.0 else np.nan
    total = 0.0
    for i in majors:
        for j in majors:
            total += trust[i, j] if i != j else 0.0
    m = majors.shape[0]
    out[last, MAJORS] = total / (m * (m - 1)) if m > 1 else np.nan
