"""Designs: the points of an experiment in a fixed order, from its factors."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forumsim.plans.factors import Factor

#: Kinds of design by name, with the options of each and their defaults (None: needed).
DESIGNS: dict[str, dict[str, Any]] = {
    "grid": {},
    "lhs": {"n": None, "seed": 0},
    "sobol": {"n": None, "seed": 0},
    "morris": {"trajectories": None, "levels": 4, "seed": 0},
    "saltelli": {"n": None, "second_order": False, "seed": 0},
    "table": {"file": None},
}
#: Levels of a factor that a screening design may take: SALib makes a list of them for every step.
MOST_LEVELS = 1000
#: Designs whose factors may be ranges.
FROM_RANGES = ("lhs", "sobol", "morris", "saltelli")
#: Designs for sensitivity analysis: all factors are ranges.
SCREENING = ("morris", "saltelli")


class MissingLibrary(ImportError):
    """A design needs a package that is not installed."""


def size(kind: str, factors: Sequence[Factor], options: Mapping[str, Any]) -> int:
    """How many rows a design has, before any of them is made.

    Examples
    --------
    >>> from forumsim.plans.factors import Factor
    >>> size("saltelli", [Factor("a"), Factor("b"), Factor("c")], {"n": 8, "second_order": True})
    64
    """
    if kind == "grid":
        return math.prod(len(factor.levels) for factor in factors)
    if kind == "morris":
        return int(options["trajectories"]) * (len(factors) + 1)
    if kind == "saltelli":
        return int(options["n"]) * (2 * len(factors) + 2 if options["second_order"] else len(factors) + 2)
    return int(options["n"])


def rows(kind: str, factors: Sequence[Factor], options: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The points of a design: one value a factor.

    Parameters
    ----------
    kind : str
        ``grid``: all combinations of the levels, the last factor varying fastest. ``lhs``: n points of a Latin
        hypercube (McKay, Beckman & Conover 1979). ``sobol``: the first n points of a scrambled Sobol' sequence
        (Owen 1998). ``morris``: trajectories of one-at-a-time steps (Morris 1991). ``saltelli``: the sample from which
        Sobol' indices are estimated (Saltelli et al. 2010).
    factors : sequence of Factor
    options : mapping
        Those of `DESIGNS`.

    Raises
    ------
    MissingLibrary
        The design needs SALib.
    """
    if kind == "grid":
        return list(itertools.product(*(factor.levels for factor in factors)))
    shares = _unit_points(kind, len(factors), options)
    return [tuple(factor.at(float(u)) for factor, u in zip(factors, row, strict=True)) for row in shares]


def _unit_points(kind: str, dimensions: int, options: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """Points of the unit cube, (points, dimensions)."""
    seed = int(options.get("seed", 0))
    if kind in ("lhs", "sobol"):
        from scipy.stats import qmc

        engine = (qmc.LatinHypercube if kind == "lhs" else qmc.Sobol)(dimensions, rng=np.random.default_rng(seed))
        n = int(options["n"])
        if kind == "lhs":
            return np.asarray(engine.random(n))
        return np.asarray(engine.random_base2(int(np.ceil(np.log2(n))) if n > 1 else 0))[:n]
    problem = unit_problem([f"x{k}" for k in range(dimensions)])
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise MissingLibrary("pip install 'forumsim[sensitivity]'") from None
    if kind == "morris":
        sample = morris.sample(problem, int(options["trajectories"]), num_levels=int(options["levels"]), seed=seed)
    else:
        sample = sobol.sample(problem, int(options["n"]), calc_second_order=bool(options["second_order"]), seed=seed)
    return np.asarray(sample)


def unit_problem(names: Sequence[str]) -> dict[str, Any]:
    """A problem of SALib whose factors all run from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
