"""Plans: what a sweep runs and records, read from TOML or a mapping, with all mistakes reported at once."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forumsim.errors import InputError, Problem
from forumsim.experiments.checks import Checker


@dataclass(frozen=True)
class Plan:
    """A validated plan. Made by `load_plan` or `make_plan`; plain values only, so that workers can receive it.

    Attributes
    ----------
    name : str
        Name of the plan: the stem of its file.
    scenario : str
        Shipped scenario or folder, as the user wrote it.
    source : str
        The same as the loader needs it: a folder is resolved against the place of the plan.
    steps : int
        Steps of every run.
    replicates : int
        Runs of every point.
    seed : int
        Seed of the plan; the seeds of the runs follow from it.
    fields : dict
        Fixed scenario fields.
    parameters : dict
        Fixed parameters by dotted name (NaN = unset).
    vary : dict
        Values by name: dotted parameters, or ``scenario.NAME`` for scenario fields. The first name varies slowest.
    design : str
        Kind of design.
    series : tuple of str
        Recorded measures in the order of the registry.
    every : int
        Steps between records.
    detail : str
        ``none``, ``first`` (events and snapshots of the first replicate of each point) or ``all``.
    snapshots : tuple of int
        Steps at which detailed runs write forums, memberships and actors.
    text : str
        The plan as given, TOML.
    """

    name: str
    scenario: str
    source: str
    steps: int
    replicates: int
    seed: int
    series: tuple[str, ...]
    fields: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)
    vary: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    design: str = "grid"
    every: int = 1
    detail: str = "none"
    snapshots: tuple[int, ...] = ()
    text: str = ""

    @property
    def points(self) -> int:
        """Number of points of the design."""
        return math.prod(len(values) for values in self.vary.values())

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.points * self.replicates

    def content(self) -> dict[str, Any]:
        """What decides the results, as plain JSON values: comments, order of keys and file names do not."""
        return {
            "scenario": self.scenario,
            "steps": self.steps,
            "replicates": self.replicates,
            "seed": self.seed,
            "fields": dict(sorted(self.fields.items())),
            "parameters": {name: _plain(value) for name, value in sorted(self.parameters.items())},
            "vary": {name: [_plain(value) for value in values] for name, values in self.vary.items()},
            "design": {"kind": self.design},
            "record": {
                "series": list(self.series),
                "every": self.every,
                "detail": self.detail,
                "snapshots": list(self.snapshots),
            },
        }

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of `content`."""
        return hashlib.sha256(json.dumps(self.content()).encode()).hexdigest()

    def detailed(self, replicate: int) -> bool:
        """Whether runs of this replicate (from 0) write events and snapshots."""
        return self.detail == "all" or (self.detail == "first" and replicate == 0)


def _plain(value: Any) -> Any:
    """JSON has no NaN and no infinity: unset parameters and unlimited values become words."""
    if isinstance(value, float) and not math.isfinite(value):
        return "unset" if math.isnan(value) else str(value)
    return value


def make_plan(given: Mapping[str, Any], name: str = "plan", folder: str | Path = ".", text: str | None = None) -> Plan:
    """Validate a plan given as a mapping (the structure of the TOML file).

    Parameters
    ----------
    given : mapping
        Keys scenario, steps, replicates, seed, fields, parameters, vary, design, record.
    name : str
        Name of the plan; also what messages call it.
    folder : path
        Where a relative scenario folder is looked for first.
    text : str, optional
        The TOML text the mapping was read from.

    Raises
    ------
    InputError
        With all mistakes at once.
    """
    checker = Checker(given, where=f"{name}.toml" if text is not None else name, folder=Path(folder))
    values = checker.values()
    if checker.problems:
        raise InputError(checker.problems, f"the plan {checker.where} cannot be used")
    return Plan(name=name, text=as_toml(given) if text is None else text, **values)


def load_plan(path: str | Path) -> Plan:
    """Read and validate a plan file.

    Parameters
    ----------
    path : path
        A TOML file; its stem is the name of the plan.

    Raises
    ------
    InputError
        With all mistakes at once: the file cannot be read, is empty, not UTF-8 or not TOML, or its content is wrong.

    Examples
    --------
    >>> plan = load_plan("experiments/dialogue.toml")  # doctest: +SKIP
    >>> plan.points, plan.runs  # doctest: +SKIP
    (15, 900)
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8")
        given = tomllib.loads(text)
    except FileNotFoundError:
        _refuse(path, "no such file", "a plan, such as experiments/dialogue.toml")
    except IsADirectoryError:
        _refuse(path, "is a folder", "a plan file (.toml)")
    except UnicodeDecodeError as error:
        _refuse(path, f"not UTF-8: byte {error.object[error.start]:#04x} at place {error.start}", "UTF-8")
    except tomllib.TOMLDecodeError as error:
        _refuse(path, f"not TOML: {error}", 'lines such as "dialogue.level" = [0, 0.5, 1]')
    if not given:
        _refuse(path, "the file is empty", "a plan: at least scenario and replicates")
    return make_plan(given, name=path.stem, folder=path.resolve().parent, text=text)


def _refuse(path: Path, found: str, allowed: str) -> None:
    raise InputError([Problem(str(path), found, allowed)], "the plan cannot be read")


def as_toml(given: Mapping[str, Any]) -> str:
    """TOML text of a plan that was given as a mapping: top-level values, then one table a mapping."""
    lines = [f"{key} = {_toml(value)}" for key, value in given.items() if not isinstance(value, Mapping)]
    for key, table in given.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{key}]"] + [f"{json.dumps(str(name))} = {_toml(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return '"unset"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(name))} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence) or hasattr(value, "tolist"):
        items = value.tolist() if hasattr(value, "tolist") else value
        return "[" + ", ".join(_toml(item) for item in items) + "]" if isinstance(items, Sequence) else str(items)
    return str(value)
