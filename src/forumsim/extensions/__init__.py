"""A user's own rules, measures, gates and decision rules, in a file or an installed package.

>>> from forumsim.extensions import measure
>>> @measure(unit="count", high=1000, description="Actors whose power is above the mean.")
... def strong_actors(world, p):
...     return (world.power > world.power.mean()).sum()

A decorated function stays what it is: it can be called and tested like any other. ``docs/extending.md`` is the guide.
"""

import numba

from forumsim.extensions.declare import Declaration, decision_rule, gate, measure, parameter, rule
from forumsim.extensions.described import described, description
from forumsim.extensions.extensions import NONE, Extensions, from_sources
from forumsim.extensions.load import load_extensions, needed_extensions
from forumsim.extensions.scenarios import as_cell, scenario
from forumsim.extensions.sources import Source, of_file, place_in

#: Compile a rule or gate of an extension as the model's rules are: ``@rule(...)`` above, ``@compiled`` below it.
compiled = numba.njit(nogil=True, error_model="numpy")

__all__ = [
    "NONE",
    "Declaration",
    "Extensions",
    "Source",
    "as_cell",
    "compiled",
    "decision_rule",
    "described",
    "description",
    "from_sources",
    "gate",
    "load_extensions",
    "measure",
    "needed_extensions",
    "of_file",
    "parameter",
    "place_in",
    "rule",
    "scenario",
]
