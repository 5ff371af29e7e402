"""What ``mesa.batch_run`` needs of a model before Mesa 3.5."""

from __future__ import annotations

import sys

import mesa
from mesa.datacollection import DataCollector

#: Since 3.5, Mesa reads from the data collector itself which steps it has.
_KNOWS_STEPS = hasattr(DataCollector(), "_collection_steps")


def count_the_start(model: mesa.Model) -> None:
    """At the end of a run within ``mesa.batch_run``, let Mesa's counter ``steps`` count the start as well.

    Mesa before 3.5 reports as many records as the counter says. A model that has collected the start has one more, and
    its last step would be lost. Outside of ``batch_run`` the counter stays the number of steps.
    """
    frame = None if _KNOWS_STEPS else sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") != "mesa.batchrunner":
        frame = frame.f_back
    if frame is not None:
        model.steps += 1
