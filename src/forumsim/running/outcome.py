"""What one run leaves, as arrays: what tables, measures and verdicts are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.core.world import Floats, Ints, World


@dataclass
class Outcome:
    """What one run leaves, as arrays.

    Attributes
    ----------
    steps : int array (n,)
        Recorded steps, the start (0) first.
    series : float array (n, D + 1, M)
        All measures at those steps, issues then pooled, NaN missing.
    verdict_series : float array (S + 1, D + 1, 3)
        Fragmentation, fragmentation across blocs and effective number at every step: what the verdict reads.
    world : World
        State at the end.
    snapshots : dict of int to World
        Copies of the state at the steps asked for.
    params : record of parameters
    """

    steps: Ints
    series: Floats
    verdict_series: Floats
    world: World
    snapshots: dict[int, World]
    params: Any

    @property
    def events(self) -> np.ndarray[Any, Any]:
        """The event log (`forumsim.core.world.EVENT_DTYPE`)."""
        return self.world.log()
