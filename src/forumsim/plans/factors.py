"""Factors: what a plan varies, each by a list of levels or over a range."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forumsim.core.errors import Problem, shown
from forumsim.core.parameters import PRESETS, check_value
from forumsim.plans.checking import Checks, is_number, is_scalar
from forumsim.scenarios.data import Cell, cell_of, fits
from forumsim.scenarios.settings import CELL, FIELD, PRESET, Setting, check_preset, column_name, unknown_setting

#: Word for the range that the registry calls plausible.
PLAUSIBLE = "plausible"
#: Wrong values of one name that are told one by one.
_SHOWN = 4
_EXAMPLE = "a list of values, or {from = 0, to = 1, n = 5}"


#: Most points of a plan. They are held in memory while it runs (2.5 kB each), and summary.csv has a row for every
#: point, issue and measure.
MOST_POINTS = 200_000


def spread(low: float, high: float, n: int) -> tuple[float, ...]:
    """``n`` evenly spaced values from ``low`` to ``high``, rounded to 12 digits so that .1 + .2 is .3.

    Whole ends with whole distances give integers, as a scenario field of type int needs them.

    Examples
    --------
    >>> spread(0.2, 1.0, 5)
    (0.2, 0.4, 0.6, 0.8, 1.0)
    >>> spread(20, 60, 3)
    (20, 40, 60)
    """
    values = [low + (high - low) * k / (n - 1) for k in range(n)]
    rounded = tuple(float(f"{value:.12g}") for value in values)
    if isinstance(low, int) and isinstance(high, int) and all(value.is_integer() for value in rounded):
        return tuple(int(value) for value in rounded)
    return rounded


@dataclass(frozen=True)
class Factor:
    """One varied name."""

    name: str  #: dotted parameter, ``scenario.NAME``, a cell such as ``actors.USA.power``, or ``preset``
    levels: tuple[Any, ...] = ()  #: its values, where the plan lists or spreads them; else empty
    #: ends of its range, where the plan gives one
    low: float = 0.0
    high: float = 0.0
    whole: bool = False  #: whole numbers only

    @property
    def is_range(self) -> bool:
        """Whether it varies over a range instead of levels."""
        return not self.levels

    def at(self, share: float) -> Any:
        """The value at a share, 0..1, of the way: a level (each with the same share of the way) or a point."""
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.whole:
            number = math.floor(self.low + share * (self.high - self.low + 1))
            return int(min(number, self.high))
        return float(f"{self.low + share * (self.high - self.low):.12g}")

    def content(self) -> Any:
        """As plain JSON values: the levels, or the range."""
        if self.levels:
            return [plain(level) for level in self.levels]
        return {"from": plain(self.low), "to": plain(self.high)}


def plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: unset parameters and unlimited values become words."""
    if isinstance(value, float) and not math.isfinite(value):
        return "unset" if math.isnan(value) else str(value)
    return value


class FactorChecks(Checks):
    """Reads the table [vary] of a plan or part."""

    def factors(self, ranges: bool) -> tuple[Factor, ...]:
        """The factors in their order.

        Parameters
        ----------
        ranges : bool
            Whether the design takes points from ranges; otherwise {from, to} needs n as well.
        """
        given = self.table("vary")
        self.twice(given, "[vary]")
        factors = tuple(factor for key, value in given.items() if (factor := self._factor(key, value, ranges)))
        columns: dict[str, str] = {}
        for factor in factors:
            other = columns.setdefault(column_name(factor.name), factor.name)
            if other != factor.name:
                found = f"has the same column in the results as {other}: {column_name(factor.name)}"
                self.add(f"[vary] {factor.name}", found, "ids that differ in letters and digits")
        return factors

    def _factor(self, key: str, value: Any, ranges: bool) -> Factor | None:
        place, setting = f"[vary] {key}", self.setting(key)
        if setting is None:
            self.problems += unknown_setting(f"{self.where}: [vary] ", key, value, self.names)
            return None
        cell = cell_of(key) if setting.kind == CELL else None
        if cell is not None:
            return self._of_cell(cell, setting, value, ranges, place)
        if setting.kind == FIELD:
            return self._read(key, value, ranges, place)
        parameter = setting.parameter
        if parameter is None:
            factor = self._read(key, value, False, place)
            unknown = [check_preset(level, f"{self.where}: {place}") for level in (factor.levels if factor else ())]
            self.problems += [problem for problem in unknown if problem is not None]
            return factor
        if value == PLAUSIBLE and ranges:
            if parameter.range is None:
                self.add(place, "has no plausible range in the registry", "{from = 0, to = 1}")
                return None
            value = {"from": parameter.range[0], "to": parameter.range[1]}
        factor = self._read(parameter.name, value, ranges, place, parameter.is_whole)
        if factor is None:
            return None
        given = factor.levels if factor.levels else (factor.low, factor.high)
        checked = [check_value(parameter, level, f"{self.where}: {place}") for level in given]
        wrong = [problem for _, problem in checked if problem is not None]
        self.problems += wrong[:_SHOWN]
        if len(wrong) > _SHOWN:
            self.add(place, f"{len(wrong) - _SHOWN} more of its {len(given)} values are wrong", wrong[-1].allowed)
        numbers = tuple(number for number, _ in checked)
        if factor.levels:
            self.distinct(tuple(number for number, problem in checked if problem is None), place)
            return Factor(factor.name, numbers)
        if parameter.is_switch:
            self.add(place, "is a switch", "[false, true]")
        return factor

    def _of_cell(self, cell: Cell, setting: Setting, value: Any, ranges: bool, place: str) -> Factor | None:
        """A cell of a scenario's table; whether it is there, and takes these values, the scenario says."""
        found = fits(cell)
        whole = found is not None and found.kind in ("whole", "date")
        steps = whole and isinstance(value, Mapping) and all(isinstance(end, int) for end in value.values())
        if found is not None and isinstance(value, Mapping) and not (found.is_numeric or steps):
            self.add(place, "takes no range of numbers", f"a list of values; each of them: {found.allowed}")
            return None
        factor = self._read(cell.name, value, ranges, place, whole)
        if factor is None or not factor.levels:
            return factor
        levels = tuple(setting.settled(level) for level in factor.levels)
        return Factor(cell.name, self.distinct(levels, place))

    def _read(self, name: str, value: Any, ranges: bool, place: str, whole: bool = False) -> Factor | None:
        """A list, {from, to, n} for n evenly spaced values, or {from, to} where the design takes ranges."""
        if isinstance(value, Mapping):
            return self._range(name, value, ranges, place, whole)
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.add(place, f"found {shown(value)}", "a list of values, or {from = 0, to = 1}" if ranges else _EXAMPLE)
            return None
        if not value:
            self.add(place, "the list is empty", "at least one value")
            return None
        levels = tuple(value)
        return Factor(name, self.distinct(levels, place) if all(is_scalar(item) for item in levels) else levels)

    def _range(self, name: str, value: Mapping[str, Any], ranges: bool, place: str, whole: bool) -> Factor | None:
        self.known(value, ("from", "to", "n"), f"{place}, ")
        needed = ("from", "to") if ranges else ("from", "to", "n")
        missing = [key for key in needed if key not in value]
        if missing:
            self.add(place, f"{', '.join(missing)} missing", "{from = 0, to = 1}" if ranges else _EXAMPLE[21:])
            return None
        low, high = value["from"], value["to"]
        if not (is_number(low) and is_number(high)):
            self.add(place, f"found from = {shown(low)}, to = {shown(high)}", "finite numbers")
            return None
        if "n" in value:
            n = self.whole(value["n"], f"{place}, n", 2, MOST_POINTS)
            levels = spread(low, high, n)
            different = len(set(levels))
            if different < n:
                found = f"{low:g} to {high:g} have {different} different values of {n}"
                self.add(place, found, "from and to that lie apart, and an n of no more than the values between them")
            return Factor(name, levels)
        if not low < high:
            self.add(place, f"found from = {low:g}, to = {high:g}", "from below to")
            return None
        setting = self.setting(name)
        field = setting is not None and setting.kind == FIELD
        integers = field and isinstance(low, int) and isinstance(high, int)
        return Factor(name, (), float(low), float(high), whole or integers)


def problem_of_overlap(where: str, factors: Sequence[Factor], parameters: Mapping[str, Any]) -> list[Problem]:
    """Presets set parameters: none of these may be varied or fixed beside a varied preset."""
    varied = {factor.name: factor for factor in factors}
    if PRESET not in varied:
        return []
    theirs = {name for level in varied[PRESET].levels for name in PRESETS.get(str(level), {})}
    both = [name for name in (*varied, *parameters) if name in theirs]
    return [Problem(f"{where}: {name}", "is also set by the varied preset", "one of the two") for name in both]
