"""Contrasts: named differences between points, run by run on common random numbers.

A contrast names two settings, such as ``from = {"dialogue.level" = 0}`` and ``to = {"dialogue.level" = 1}``. Every
point of the one is paired with the point of the other that is the same in all else, and every replicate of the one
with the same replicate of the other, which has the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from forumsim.plans.checking import Checks
from forumsim.plans.factors import plain
from forumsim.plans.parts import Part, Point
from forumsim.plans.statistics import Moments
from forumsim.running.text import measured

#: Name under which a contrast may name parts.
PART = "part"


@dataclass(frozen=True)
class Contrast:
    """A named difference."""

    name: str
    #: settings of the points that are compared: the difference is that of ``high`` less ``low``
    low: dict[str, Any]
    high: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"from": {k: plain(v) for k, v in self.low.items()}, "to": {k: plain(v) for k, v in self.high.items()}}

    def pairs(self, points: Sequence[Point], parts: Sequence[Part]) -> list[tuple[Point, Point]]:
        """The points that are compared, in the order of the plan; those that are there as twins alone are not."""
        points = [point for point in points if not point.extra]
        others = {_rest(point, parts, self.high): point for point in points if _is(point, parts, self.high)}
        pairs = []
        for point in points:
            if _is(point, parts, self.low):
                other = others.get(_rest(point, parts, self.low))
                if other is not None:
                    pairs.append((point, other))
        return pairs


def _settings(point: Point, parts: Sequence[Part]) -> dict[str, Any]:
    part = parts[point.part]
    return {PART: part.name, "scenario": part.scenario, **{k: plain(v) for k, v in point.values.items()}}


def _is(point: Point, parts: Sequence[Part], wanted: Mapping[str, Any]) -> bool:
    found = _settings(point, parts)
    return all(name in found and found[name] == plain(value) for name, value in wanted.items())


def _rest(point: Point, parts: Sequence[Part], named: Mapping[str, Any]) -> tuple[Any, ...]:
    """All settings of a point that a contrast does not name; with parts compared, the scenario must be the same."""
    return tuple(sorted((k, str(v)) for k, v in _settings(point, parts).items() if k not in named))


class ContrastChecks(Checks):
    """Reads the tables [contrasts.NAME] of a plan."""

    def contrasts(self, parts: Sequence[Part]) -> tuple[Contrast, ...]:
        """The contrasts in their order."""
        found = []
        for name, given in self.table("contrasts").items():
            place = f"[contrasts.{name}]"
            if not isinstance(given, Mapping):
                self.add(place, f"found {given!r}", 'from = {"dialogue.level" = 0} and to = {"dialogue.level" = 1}')
                continue
            self.known(given, ("from", "to"), f"{place} ")
            sides = [self._side(given.get(side), f"{place} {side}", parts) for side in ("from", "to")]
            if all(sides) and set(sides[0]) != set(sides[1]):
                self.add(place, "from and to name different things", "the same names on both sides")
            found.append(Contrast(str(name), *sides))
        return tuple(found)

    def _side(self, given: Any, place: str, parts: Sequence[Part]) -> dict[str, Any]:
        if not isinstance(given, Mapping) or not given:
            self.add(place, "is missing" if given is None else f"found {given!r}", '{"dialogue.level" = 0}')
            return {}
        side: dict[str, Any] = {}
        for key, value in given.items():
            if key in (PART, "scenario"):
                known = {PART: [part.name for part in parts], "scenario": [part.scenario for part in parts]}[key]
                self.word(value, f"{place}, {key}", tuple(dict.fromkeys(known)) or ("",))
                side[key] = value
                continue
            setting = self.setting(key)
            name = setting.name if setting is not None else key
            levels = [factor.levels for part in parts for factor in part.factors if factor.name == name]
            if not levels:
                self.add(f"{place}, {key}", "is not varied by the plan", "a name in [vary]")
                continue
            wanted = value if setting is None else setting.settled(value)
            if not any(plain(wanted) in [plain(level) for level in some] for some in levels):
                allowed = ", ".join(str(plain(level)) for level in dict.fromkeys(x for some in levels for x in some))
                self.add(f"{place}, {key}", f"found {value!r}", allowed)
            side[name] = wanted
        return side


class Differences:
    """Running moments of the differences of one pair of points, by issue and measure.

    Parameters
    ----------
    shape : (issues + 1, measures)
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.difference, self.low, self.high = Moments(shape), Moments(shape), Moments(shape)

    def add(self, low: np.ndarray[Any, Any], high: np.ndarray[Any, Any]) -> None:
        """One pair of runs: their end values, NaN where missing."""
        difference = high - low
        missing = np.isnan(difference)
        self.difference.add(difference)
        self.low.add(np.where(missing, np.nan, low))
        self.high.add(np.where(missing, np.nan, high))

    def cells(self, scope: int, measure: int) -> list[str]:
        """n, difference, sd, ci_low, ci_high, and the standard error over that of independent seeds."""
        at = scope, measure
        apart = float(self.low.squares[at] + self.high.squares[at])
        ratio = math.sqrt(float(self.difference.squares[at]) / apart) if apart > 0 else math.nan
        return [*self.difference.cells(at), measured(ratio)]


class ContrastTable:
    """Fills the table of contrasts while runs come by, replicate after replicate.

    Parameters
    ----------
    contrasts, points, parts : those of the plan
    shapes : for each part, (issues + 1, measures)
    """

    def __init__(
        self, contrasts: Sequence[Contrast], points: Sequence[Point], parts: Sequence[Part],
        shapes: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.rows = [(c, low, high, Differences(shapes[low.part]))
                     for c in contrasts for low, high in c.pairs(points, parts)]  # fmt: skip
        self.wanted = {point.number for _, low, high, _ in self.rows for point in (low, high)}
        self._replicate = -1
        self._ends: dict[int, np.ndarray[Any, Any]] = {}

    def add(self, replicate: int, point: int, tail: np.ndarray[Any, Any]) -> None:
        """One run; they come in the order (replicate, point)."""
        if replicate != self._replicate:
            self._flush()
            self._replicate = replicate
        if point in self.wanted:
            self._ends[point] = tail

    def _flush(self) -> None:
        for _, low, high, differences in self.rows:
            if low.number in self._ends and high.number in self._ends:
                differences.add(self._ends[low.number], self._ends[high.number])
        self._ends = {}

    def lines(self, scopes: Sequence[Sequence[str]], measures: Sequence[str]) -> Iterator[list[str]]:
        """The rows of contrasts.csv as text; ``scopes`` by part."""
        self._flush()
        for contrast, low, high, differences in self.rows:
            for s, scope in enumerate(scopes[low.part]):
                for m, measure in enumerate(measures):
                    yield [contrast.name, low.name, high.name, scope, measure, *differences.cells(s, m)]
