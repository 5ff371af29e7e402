"""The sample of a screening design, taken from a results folder: points of the unit cube in the order of the design.

Values in the tables are rounded to twelve digits, and those of whole numbers are floored; so the unit sample is made
anew from the design and its options, and must give the points of the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forumsim.core.errors import InputError, Problem, nearest
from forumsim.plans.designs import SCREENING, MissingLibrary, rows
from forumsim.plans.factors import Factor
from forumsim.results.opening import open_tables
from forumsim.results.table_reading import read_table
from forumsim.scenarios.settings import column_name

INSTALL = "pip install 'forumsim[sensitivity]'"


@dataclass(frozen=True)
class Sample:
    """Points of a design and what the runs gave there."""

    folder: Path
    part: str  #: part of the plan; empty where there are none
    kind: str  #: ``morris`` or ``saltelli``
    options: dict[str, Any]  #: of the design: trajectories, levels and seed, or n, second_order and seed
    factors: tuple[Factor, ...]  #: ranges, in the order of the plan
    #: (points, factors): the sample in the unit cube, 0..1, in the order of the design
    unit: NDArray[np.float64]
    #: the rows of points.csv, in the same order; that of a point which the design has twice stands twice
    points: pd.DataFrame
    summary: pd.DataFrame  #: the rows of summary.csv that belong to them
    manifest: dict[str, Any]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(factor.name for factor in self.factors)

    @property
    def issues(self) -> tuple[str, ...]:
        """Issues in the order of the file, ``pooled`` last."""
        return tuple(self.summary["issue"].unique())

    @property
    def second_order(self) -> bool:
        """Whether the design has the points that indices of pairs need."""
        return bool(self.options.get("second_order"))

    @property
    def step(self) -> float:
        """Length of the steps of a Morris design in the unit cube: levels / (2 (levels - 1))."""
        levels = int(self.options["levels"])
        return levels / (2.0 * (levels - 1))

    def changes(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Change of what was found at the points over each step of each factor: (repeats, factors, ...).

        ``morris``: over the step up of every factor in each trajectory. ``saltelli``: from each point of the first
        sample to the one that has the factor's value of the second.

        Parameters
        ----------
        values : array (points, ...)
        """
        factors = len(self.factors)
        if self.kind == "saltelli":
            sets = values.reshape(-1, 2 * factors + 2 if self.second_order else factors + 2, *values.shape[1:])
            return sets[:, 1 : factors + 1] - sets[:, :1]
        moves = np.diff(self.unit.reshape(-1, factors + 1, factors), axis=1)
        which = np.abs(moves).argmax(axis=2)  # the factor that moves
        signs = np.sign(np.take_along_axis(moves, which[:, :, None], axis=2)[:, :, 0])
        found = np.diff(values.reshape(-1, factors + 1, *values.shape[1:]), axis=1)
        found = found * signs.reshape(*signs.shape, *[1] * (values.ndim - 1))
        ordered = np.empty_like(found)
        trajectories = np.arange(len(found))[:, None]
        ordered[trajectories, which] = found
        return ordered


def read_sample(folder: str | Path, part: str = "", anyway: bool = False) -> Sample:
    """Read the points of a screening design and what came out at them.

    Parameters
    ----------
    folder : path
        Results of a sweep.
    part : str
        Which part of the plan; needed where several have a screening design.
    anyway : bool
        Whether tables that were edited since they were written will do.

    Raises
    ------
    InputError
        No such results, another design, SALib is missing, or the points are not those of the design.
    """
    folder = Path(folder)
    manifest = open_tables(folder, anyway).manifest
    (points, wrong), (summary, also) = (read_table(folder / name, ()) for name in ("points.csv", "summary.csv"))
    if wrong or also:
        raise InputError(wrong + also, "these are no complete results of a sweep")
    name, content = _part(folder, manifest["plan"], part)
    design = dict(content["design"])
    kind = design.pop("kind")
    if "part" in points:
        points, summary = points[points["part"] == name], summary[summary["part"] == name]
    if "twin" in points:
        points = points[points["twin"] != 1]  # those are there to be compared with, and no points of the design
    factors, places = _factors(folder, kind, design, content["vary"], points)
    points = points.iloc[places]
    cube = [Factor(factor.name, (), 0.0, 1.0) for factor in factors]
    unit = np.array(rows(kind, cube, design), dtype=float)
    return Sample(folder, name, kind, design, factors, unit, points.reset_index(drop=True), summary, manifest)


def _part(folder: Path, plan: Mapping[str, Any], wanted: str) -> tuple[str, Mapping[str, Any]]:
    """Name and content of the part to analyse."""
    parts: Mapping[str, Any] = plan.get("parts", {"": plan})
    kinds = {name: part.get("design", {}).get("kind", "grid") for name, part in parts.items()}
    fit = [name for name, kind in kinds.items() if kind in SCREENING]
    title = "there is nothing to analyse"
    if wanted and wanted not in parts:
        known = ", ".join(name for name in parts if name) or "the plan has no parts"
        raise InputError([Problem("--part", f"no part {wanted!r}", known, nearest(wanted, parts))], title)
    if not fit or (wanted and wanted not in fit):
        found = ", ".join(dict.fromkeys([kinds[wanted]] if wanted else kinds.values()))
        hint = '[design] kind = "morris" screens many factors, "saltelli" shares out the variance among few'
        raise InputError([Problem(str(folder), f"the design is {found}", " or ".join(SCREENING), hint)], title)
    if not wanted and len(fit) > 1:
        raise InputError([Problem("--part", f"{len(fit)} parts could be analysed", ", ".join(fit))], title)
    name = wanted or fit[0]
    return name, parts[name]


def _factors(
    folder: Path, kind: str, options: Mapping[str, Any], vary: Mapping[str, Any], points: pd.DataFrame
) -> tuple[tuple[Factor, ...], NDArray[np.intp]]:
    """The factors, so that the design gives the points of the folder, and the point of each row of the design.

    Which factors are whole numbers is not in the manifest: the values tell. Rows that are the same are one point.
    """
    columns = [column_name(name) for name in vary]
    lost = [column for column in columns if column not in points]
    if lost:
        raise InputError(
            [Problem(str(folder / "points.csv"), f"no column {', '.join(lost)}")], "the results are damaged"
        )
    found = points[columns].to_numpy(dtype=float)
    factors = tuple(
        Factor(name, (), float(ends["from"]), float(ends["to"]), _whole(found[:, k], ends))
        for k, (name, ends) in enumerate(vary.items())
    )
    made = _values(kind, factors, options)
    first, places = _different(made)
    if _same(found, made[first]):
        return factors, places
    if _same(found, made):  # of a version that ran such points again
        return factors, np.arange(len(made))
    hint = "indices need the whole design, in its order, made by the same version of SALib (see manifest.json)"
    raise InputError(
        [Problem(str(folder / "points.csv"), f"not the points that the design {kind} gives", "", hint)],
        "there is nothing to analyse",
    )


def _whole(values: NDArray[np.float64], ends: Mapping[str, Any]) -> bool:
    """Whether a factor takes whole numbers only; one of real numbers that are all whole has the same values."""
    return bool((values % 1 == 0).all()) and float(ends["from"]).is_integer() and float(ends["to"]).is_integer()


def _different(made: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows that differ from all before them, and for every row its place among these."""
    _, first, which = np.unique(made, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[which.reshape(-1)]


def _values(kind: str, factors: Sequence[Factor], options: Mapping[str, Any]) -> NDArray[np.float64]:
    """The points of a design (points, factors)."""
    try:
        return np.array(rows(kind, factors, options), dtype=float)
    except MissingLibrary:
        raise InputError([Problem("forumsim sensitivity", "SALib is not installed", "", INSTALL)]) from None


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-11, atol=1e-300))
