"""Structural trust of a pair where no data tell it: from the distance of its positions."""

from __future__ import annotations

import math

from forumsim.core.compilation import kernel
from forumsim.core.world import Floats

TRUST_NEAR, TRUST_SLOPE, TRUST_LOW, TRUST_HIGH = 0.85, 1.2, 0.02, 0.98


@kernel
def pair_trust(position: Floats, baseline: Floats) -> None:
    """Structural trust without data: .85 - 1.2 x rms distance of positions, clipped to .02..98; 0 in oneself."""
    n, issues = position.shape
    for j in range(n):
        baseline[j, j] = 0.0  # sums over members leave the actor itself out
        for i in range(j):
            total = 0.0
            for k in range(issues):
                difference = position[i, k] - position[j, k]
                total += difference * difference
            value = TRUST_NEAR - TRUST_SLOPE * math.sqrt(total / issues)
            value = min(TRUST_HIGH, max(TRUST_LOW, value))
            baseline[i, j] = value
            baseline[j, i] = value
