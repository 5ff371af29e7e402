"""Simulate how states and other actors join, leave, reform and found rival forums, and when dialogue unites them.

>>> import forumsim
>>> forumsim.list_scenarios()
['ai_governance', 'lifecycle', 'nuclear', 'two_blocs']

The names below are loaded at their first use, so that ``import forumsim`` waits neither for Mesa nor for numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forumsim.core.errors import InputError, Problem
    from forumsim.core.measures import MEASURES
    from forumsim.core.parameters import PARAMETERS, PRESETS
    from forumsim.core.world import World
    from forumsim.plans.plan import load_plan, make_plan
    from forumsim.running.model import Forum, ForumModel, NonState, State
    from forumsim.running.run import Run, simulate
    from forumsim.scenarios import Scenario, copy_scenario, list_scenarios, load_scenario
    from forumsim.sweeps.sweep import sweep

    __version__: str

_HOMES = {
    "ForumModel": "forumsim.running.model",
    "State": "forumsim.running.model",
    "NonState": "forumsim.running.model",
    "Forum": "forumsim.running.model",
    "Scenario": "forumsim.scenarios",
    "load_scenario": "forumsim.scenarios",
    "list_scenarios": "forumsim.scenarios",
    "copy_scenario": "forumsim.scenarios",
    "simulate": "forumsim.running.run",
    "Run": "forumsim.running.run",
    "sweep": "forumsim.sweeps",
    "load_plan": "forumsim.plans",
    "make_plan": "forumsim.plans",
    "World": "forumsim.core.world",
    "MEASURES": "forumsim.core.measures",
    "PARAMETERS": "forumsim.core.parameters",
    "PRESETS": "forumsim.core.parameters",
    "InputError": "forumsim.core.errors",
    "Problem": "forumsim.core.errors",
}

#: Rooms that are loaded when they are first named, so that ``forumsim.analysis.load`` needs no import of its own.
_ROOMS = ("analysis", "extensions")

__all__ = [
    "MEASURES",
    "PARAMETERS",
    "PRESETS",
    "Forum",
    "ForumModel",
    "InputError",
    "NonState",
    "Problem",
    "Run",
    "Scenario",
    "State",
    "World",
    "__version__",
    "copy_scenario",
    "list_scenarios",
    "load_plan",
    "load_scenario",
    "make_plan",
    "simulate",
    "sweep",
]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("forumsim")
    except PackageNotFoundError:  # run from the source folder alone
        return "0+unknown"


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name == "__version__":
        value: Any = _version()
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name in _ROOMS:
        value = import_module(f"forumsim.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__, *_ROOMS})
