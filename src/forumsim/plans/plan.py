"""Plans: what a sweep runs and records, read from TOML or a mapping, with all mistakes reported at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError, Problem, shown
from forumsim.extensions import NONE, Extensions, needed_extensions
from forumsim.extensions.toml import toml_table, toml_value
from forumsim.plans.conditions import Stop
from forumsim.plans.contrasts import Contrast
from forumsim.plans.factors import plain
from forumsim.plans.parts import Part, Point, make_points, points_digest, repeats
from forumsim.plans.plan_checks import PlanChecks
from forumsim.plans.replication import Replication
from forumsim.plans.twins import with_twins
from forumsim.scenarios import load_scenario
from forumsim.scenarios.reading import read_toml


@dataclass(frozen=True)
class Recording:
    """What is written of every run."""

    series: tuple[str, ...]  #: recorded measures in the order of the registry
    every: int = 1  #: steps between records
    detail: str = "none"  #: ``none``, ``first`` (events and snapshots of the first replicate of each point) or ``all``
    snapshots: tuple[int, ...] = ()  #: steps at which detailed runs write forums, memberships and actors
    first: int = 0  #: number of the first replicate

    def detailed(self, replicate: int) -> bool:
        """Whether runs of this replicate write events and snapshots."""
        return self.detail == "all" or (self.detail == "first" and replicate == self.first)


@dataclass(frozen=True)
class Plan:
    """A validated plan. Made by `load_plan` or `make_plan`.

    Attributes
    ----------
    name : str
        Name of the plan: the stem of its file.
    parts : tuple of Part
        Scenarios, what is fixed and what is varied; one, unless the plan has tables [[part]] or several scenarios.
    points : tuple of Point
        The points of all parts, then those that are there as twins alone.
    replication : Replication
        Runs of every point.
    seed : int
        Seed of the plan; the seeds of the runs follow from it.
    recording : Recording
    stop : Stop, optional
        When a run ends early.
    contrasts : tuple of Contrast
    twins : dict
        Settings of the twins that runs are compared with (`forumsim.plans.twins`); empty where there are none.
    text : str
        The plan as given, TOML.
    notes : tuple of str
        What its reader should know, a sentence each: points that were the same, dates after the end.
    files : dict of str to bytes
        The files beside the plan that it names.
    extensions : Extensions
        The user's own rules, measures, gates and decision rules that its runs have.
    """

    name: str
    parts: tuple[Part, ...]
    points: tuple[Point, ...]
    replication: Replication
    seed: int
    recording: Recording
    stop: Stop | None = None
    contrasts: tuple[Contrast, ...] = ()
    twins: dict[str, Any] = field(default_factory=dict)
    text: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)
    files: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    extensions: Extensions = NONE

    @property
    def most_runs(self) -> int:
        """Number of runs; with adaptive replication, the most it can be."""
        return len(self.points) * self.replication.maximum

    def scenarios(self) -> tuple[Any, ...]:
        """The scenario of each part, with its fixed fields and the extensions."""
        load = self.extensions.loading(load_scenario)
        return tuple(load(part.source, **part.fields) for part in self.parts)

    @property
    def varied(self) -> tuple[str, ...]:
        """Names that any part varies, in order."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.varied))

    def runs(self, replicates: range | None = None) -> Iterator[tuple[int, Point]]:
        """(replicate, point) of all runs in the order of the plan: replicate-major."""
        for replicate in self.replication.numbers if replicates is None else replicates:
            for point in self.points:
                yield replicate, point

    @cached_property
    def _content(self) -> dict[str, Any]:
        head = self.parts[0].content() if len(self.parts) == 1 and not self.parts[0].name else {
            "parts": {part.name: part.content() for part in self.parts}
        }  # fmt: skip
        content = head | self.replication.content() | {
            "seed": self.seed,
            "points_digest": points_digest(self.points),
            "record": {
                "series": list(self.recording.series),
                "every": self.recording.every,
                "detail": self.recording.detail,
                "snapshots": list(self.recording.snapshots),
            },
        }  # fmt: skip
        if self.stop is not None:
            content["stop"] = self.stop.content()
        if self.contrasts:
            content["contrasts"] = {contrast.name: contrast.content() for contrast in self.contrasts}
        if self.twins:
            content["twins"] = {name: plain(value) for name, value in sorted(self.twins.items())}
        return content

    def content(self) -> dict[str, Any]:
        """What decides the results, as plain JSON values: comments, order of keys and file names do not."""
        return dict(self._content)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of `content`."""
        return hashlib.sha256(json.dumps(self.content(), sort_keys=True).encode()).hexdigest()


def make_plan(
    given: Mapping[str, Any],
    name: str = "plan",
    folder: str | Path = ".",
    text: str | None = None,
    places: Mapping[str, Path] | None = None,
    with_: Any = None,
) -> Plan:
    """Validate a plan given as a mapping (the structure of the TOML file).

    Parameters
    ----------
    given : mapping
        Keys scenario, steps, replicates or replication, first_replicate, seed, preset, fields, parameters, vary,
        design, part, record, stop, contrasts, twins, with.
    name : str
        Name of the plan; also what messages call it.
    folder : path
        Where a relative scenario folder or table of points is looked for first.
    text : str, optional
        The TOML text the mapping was read from.
    places : mapping, optional
        Where scenarios and files that the plan names are, if not where ``folder`` says: those in a results folder.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py``. What the plan names under ``with`` is not run unless it is given
        here, or is an installed extension.

    Raises
    ------
    InputError
        With all mistakes at once.
    """
    where = f"{name}.toml" if text is not None else name
    extensions = extensions_for(given, with_, where)
    checks = PlanChecks(given, where, Path(folder), places, extensions)
    values = checks.values()
    if checks.problems:
        raise InputError(checks.problems, f"the plan {checks.where} cannot be used")
    parts, stop, seed = values["parts"], values["stop"], values["seed"]
    salt = {"seed": seed, "stop": stop.content() if stop else None, "model": MODEL_DIGEST}
    recording = Recording(
        values["series"], values["every"], values["detail"], values["snapshots"], values["replication"].first
    )
    points = make_points(parts, values["rows"], salt)
    points = with_twins(points, parts, values["twins"], values["scenarios"], salt)
    notes = (*repeats(parts, values["rows"], points), *values["notes"])
    return Plan(
        name, parts, points, values["replication"], seed, recording, stop, values["contrasts"],
        values["twins"], as_toml(given) if text is None else text, notes, checks.files,
        extensions=extensions,
    )  # fmt: skip


def extensions_for(given: Mapping[str, Any], with_: Any, where: str) -> Extensions:
    """The extensions that a user gives for a plan, among them those that it says it needs.

    Raises
    ------
    InputError
        One that is needed is not given, one cannot be used, or ``with`` is no list of names.
    """
    names = given.get("with", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, Sequence) or not all(isinstance(name, str) and name for name in names):
        allowed = 'a list of names, such as ["my_rules.py"]'
        raise InputError([Problem(f"{where}: with", f"found {shown(given['with'])}", allowed)])
    return needed_extensions(names, with_, where)


def load_plan(path: str | Path, with_: Any = None) -> Plan:
    """Read and validate a plan file.

    Parameters
    ----------
    path : path
        A TOML file; its stem is the name of the plan.
    with_ : str, path, several of them, or Extensions, optional
        Extensions, as `make_plan` takes them.

    Raises
    ------
    InputError
        With all mistakes at once: the file cannot be read, is empty, not UTF-8 or not TOML, or its content is wrong.

    Examples
    --------
    >>> plan = load_plan("experiments/dialogue.toml")  # doctest: +SKIP
    >>> len(plan.points), plan.most_runs  # doctest: +SKIP
    (18, 720)
    """
    path = Path(path)
    problems: list[Problem] = []
    read = read_toml(path, str(path), problems, "a plan (TOML), such as experiments/dialogue.toml")
    if read is None:
        raise InputError(problems, "the plan cannot be read")
    text, given = read
    return make_plan(given, name=path.stem, folder=path.resolve().parent, text=text, with_=with_)


def is_text(name: str | Path) -> bool:
    """Whether a name on the disk is UTF-8: others cannot be written down in the manifest."""
    try:
        return bool(str(name).encode("utf-8"))
    except UnicodeEncodeError:
        return False


def as_toml(given: Mapping[str, Any]) -> str:
    """TOML text of a plan that was given as a mapping: top-level values, then one table a mapping, then the parts."""
    tables = {key: value for key, value in given.items() if isinstance(value, Mapping)}
    arrays = {key: value for key, value in given.items() if key in ("part", "interventions") and _tables(value)}
    lines = [f"{key} = {toml_value(v)}" for key, v in given.items() if key not in tables and key not in arrays]
    for key, table in tables.items():
        lines += toml_table(f"[{key}]", table)
    for key, array in arrays.items():
        for table in array:
            lines += toml_table(f"[[{key}]]", table)
    return "\n".join(lines) + "\n"


def _tables(value: Any) -> bool:
    """Whether a value is a list of tables."""
    listed = isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0
    return listed and all(isinstance(item, Mapping) for item in value)
