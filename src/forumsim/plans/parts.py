"""Parts of a plan: a scenario, what is fixed, and the points of one design. Most plans have one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from forumsim.core.parameters import PRESETS
from forumsim.plans.factors import Factor, plain
from forumsim.scenarios.settings import field_name, sort_settings


@dataclass(frozen=True)
class Part:
    """One subexperiment. Plain values only, so that workers can receive it.

    Attributes
    ----------
    name : str
        Empty in a plan without parts.
    scenario : str
        Shipped scenario or folder, as the user wrote it.
    source : str
        The same as the loader needs it: a folder is resolved against the place of the plan.
    digest : str
        Of the scenario with its fixed fields.
    steps : int
        Steps of every run.
    preset : str
        Preset of dialogue, or empty.
    fields : dict
        Fixed scenario fields and cells of its tables.
    parameters : dict
        Fixed parameters by dotted name (NaN = unset).
    factors : tuple of Factor
        What is varied. The first varies slowest in a grid.
    design, options : str, dict
        Kind of design and its options.
    interventions : tuple of dict
        What is done to every run (`forumsim.running.interventions`).
    """

    name: str
    scenario: str
    source: str
    digest: str
    steps: int
    preset: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)
    factors: tuple[Factor, ...] = ()
    design: str = "grid"
    options: dict[str, Any] = field(default_factory=dict)
    interventions: tuple[dict[str, Any], ...] = ()

    @property
    def varied(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(factor.name for factor in self.factors)

    def content(self) -> dict[str, Any]:
        """What decides the results, as plain JSON values."""
        content: dict[str, Any] = {"scenario": self.scenario, "steps": self.steps}
        if self.preset:
            content["preset"] = self.preset
        if self.interventions:
            text = json.dumps(self.interventions, default=lambda value: value.tolist())
            content["interventions"] = json.loads(text, parse_constant=str)  # JSON has no infinity: it becomes a word
        return content | {
            "fields": dict(sorted(self.fields.items())),
            "parameters": {name: plain(value) for name, value in sorted(self.parameters.items())},
            "vary": {factor.name: factor.content() for factor in self.factors},
            "design": {"kind": self.design, **self.options},
        }

    def settings(self, values: Mapping[str, Any], own: Mapping[str, float]) -> dict[str, float]:
        """Parameters of a point: the scenario's own, the preset's, the fixed, then the varied ones."""
        varied = sort_settings(values)
        preset = PRESETS.get(self.preset, {}) | PRESETS.get(varied.preset, {})
        given = {name: float("nan") if value is None else float(value) for name, value in preset.items()}
        return {**own, **given, **self.parameters, **varied.parameters}


@dataclass(frozen=True)
class Point:
    """One point of a plan.

    Attributes
    ----------
    number : int
        Place in the plan, from 0.
    part : int
        Number of the part it belongs to.
    values : dict
        Value by varied name.
    key : str
        Digest of everything that decides its runs but the replicate.
    twin : int, optional
        Number of the point that its runs are compared with (`forumsim.plans.twins`); its own where it needs none; None
        in a plan without twins, and of a point that is there as a twin alone.
    extra : bool
        Whether it is there as a twin alone.
    """

    number: int
    part: int
    values: dict[str, Any]
    key: str
    twin: int | None = None
    extra: bool = False

    @property
    def name(self) -> str:
        """Id in the CSV: p0001 ..."""
        return f"p{self.number + 1:04d}"

    @property
    def fields(self) -> tuple[tuple[str, Any], ...]:
        """The varied scenario fields and cells of its tables, as a key."""
        return tuple(sort_settings(self.values).fields.items())

    def run_id(self, replicate: int) -> str:
        """Id of a run, from its content: the same setting, replicate and model have the same id in every folder."""
        return "r" + hashlib.sha256(f"{self.key} {replicate}".encode()).hexdigest()[:12]


def make_points(
    parts: Sequence[Part], rows: Sequence[Sequence[tuple[Any, ...]]], salt: Mapping[str, Any]
) -> tuple[Point, ...]:
    """The points of all parts in order; rows of a part that are the same are one point.

    Runs of one replicate have the same seed at every point, so that a point that stood twice would be run twice with
    the same outcome, and be counted as more evidence than there is.

    Parameters
    ----------
    parts : sequence of Part
    rows : for each part, its rows of values in the order of its factors
    salt : mapping
        What decides the results of every run: seed, model, condition of stopping.
    """
    points: list[Point] = []
    seen: set[str] = set()
    for k, (part, part_rows) in enumerate(zip(parts, rows, strict=True)):
        base = _base(part, salt)
        for row in part_rows:
            values = dict(zip(part.varied, row, strict=True))
            key = _key(base, values)
            if key not in seen:
                seen.add(key)
                points.append(Point(len(points), k, values, key))
    return tuple(points)


def point_key(part: Part, values: Mapping[str, Any], salt: Mapping[str, Any]) -> str:
    """The key of a point whose values may take the place of what the part fixes, as those of twins do."""
    return _key(_base(part, salt, values), values)


def _base(part: Part, salt: Mapping[str, Any], without: Mapping[str, Any] = MappingProxyType({})) -> str:
    content = {name: value for name, value in part.content().items() if name not in ("vary", "design")}
    content["fields"] = {k: v for k, v in content["fields"].items() if field_name(k) not in without}
    content["parameters"] = {k: v for k, v in content["parameters"].items() if k not in without}
    return json.dumps([part.name, part.digest, content, salt], sort_keys=True)


def _key(base: str, values: Mapping[str, Any]) -> str:
    text = base + json.dumps({name: plain(value) for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(f"{text} 1".encode()).hexdigest()


def repeats(parts: Sequence[Part], rows: Sequence[Sequence[Any]], points: Sequence[Point]) -> list[str]:
    """A sentence for each part of which some rows were the same."""
    sentences = []
    for k, part in enumerate(parts):
        different = sum(point.part == k and not point.extra for point in points)
        if different < len(rows[k]):
            named = f"part {part.name}: " if part.name else ""
            what = f"the table {part.options['file']}" if part.design == "table" else f"the design {part.design}"
            found = f"{what} gives {len(rows[k])} points, of which {different} are different"
            sentences.append(f"{named}{found}; points that are the same are run once and counted once")
    return sentences


def points_digest(points: Sequence[Point]) -> str:
    """SHA-256 (hex) of all points in their order."""
    return hashlib.sha256(" ".join(point.key for point in points).encode()).hexdigest()
