"""What a rule of one's own may leave behind: values within their ranges, none of them missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from forumsim.core.errors import InputError, Problem
from forumsim.core.world import World
from forumsim.scenarios import Scenario

#: Least and greatest value by array of the World, and what its two axes are.
RANGES: dict[str, tuple[float, float, str]] = {
    "trust": (0.0, 1.0, "actor actor"),
    "baseline": (0.0, 1.0, "actor actor"),
    "ledger": (-1.0, 1.0, "actor actor"),
    "position": (0.0, 1.0, "actor issue"),
    "anchor": (0.0, 1.0, "actor issue"),
    "salience": (0.0, 1.0, "actor issue"),
    "salience_anchor": (0.0, 1.0, "actor issue"),
    "red_line": (0.0, np.inf, "actor issue"),
    "power": (0.0, 1.0, "actor"),
    "influence": (0.0, np.inf, "actor"),
    "sincerity": (0.0, 1.0, "actor"),
    "reputation": (0.0, 1.0, "actor"),
    "capacity": (0.0, np.inf, "actor"),
    "attention": (0.0, 1.0, "forum actor"),
    "charter": (0.0, 1.0, "forum issue"),
    "legalization": (0.0, 1.0, "forum"),
}
#: How far rounding may lead out of a range.
_TOLERANCE = 1e-9


def check_world(world: World, scenario: Scenario, rule: Callable[..., Any]) -> None:
    """Refuse a world that a rule has left with values that mean nothing.

    Raises
    ------
    InputError
        The first wrong value of each property, with rule, step, actor or forum, and what is allowed.
    """
    ids = {"actor": scenario.actor_ids, "forum": scenario.forum_ids, "issue": scenario.issues}
    where = f"rule {getattr(rule, '__name__', '')!r}, step {world.step}"
    problems = []
    for name, (low, high, axes) in RANGES.items():
        values = getattr(world, name)
        right = (values >= low - _TOLERANCE) & (values <= high + _TOLERANCE)  # NaN is neither
        if not right.all():
            place = np.argwhere(~right)[0]
            whose = ", ".join(ids[axis][int(k)] for axis, k in zip(axes.split(), place, strict=True))
            more = int((~right).sum()) - 1
            found = f"{name} of {whose} is {values[tuple(place)]:g}" + (f", and {more} more are wrong" if more else "")
            allowed = f"{low:g} to {high:g}" if np.isfinite(high) else f"a number from {low:g}"
            problems.append(Problem(where, found, allowed))
    if problems:
        raise InputError(problems, "a rule has left the world in a state that means nothing")
