"""End values: which recorded steps count as the end of a run. Summary, contrasts, calibration and report read it here.

The end window of a run are its last ``measure.state_steps`` steps, counted back from the step at which it ended. Where
the run is shorter than that, all its steps and its start (step 0) belong to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: The parameter that decides how long the window is.
WINDOW = "measure.state_steps"
#: The same for a reader of a results folder.
DEFINITION = (
    "The end value of a measure is its mean over the recorded steps of a run with step > steps - window, missing "
    "values left out; steps is the column of runs.csv, window that of the part."
)


def in_window(steps: Any, last: Any, window: Any) -> Any:
    """Whether recorded steps belong to the end of a run.

    Parameters
    ----------
    steps : array
        Recorded steps.
    last : number or array
        Step at which the run ended.
    window : number or array
        Its ``measure.state_steps``.

    Examples
    --------
    >>> in_window(np.array([0, 4, 8, 12]), 12, 8)
    array([False, False,  True,  True])
    """
    return steps > last - window


def clipped(window: float, last: int) -> int:
    """Length of the window in a run of ``last`` steps: no more than its steps and its start.

    Examples
    --------
    >>> clipped(20, 60), clipped(20, 12)
    (20, 13)
    """
    return int(min(window, last + 1))


def mean_of_present(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is not NaN; NaN where everything is."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(present, values, 0.0).sum(axis=0) / present.sum(axis=0)
