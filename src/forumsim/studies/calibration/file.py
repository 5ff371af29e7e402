"""Calibration files: a plan whose points are sought instead of designed, with a table [target]."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forumsim.core.compilation import MODEL_DIGEST
from forumsim.core.errors import InputError, Problem
from forumsim.plans.checking import MOST, Checks, is_number
from forumsim.plans.parts import Part, Point, make_points
from forumsim.plans.plan import Plan, Recording, as_toml, extensions_for
from forumsim.plans.plan_checks import PlanChecks
from forumsim.scenarios.reading import read_toml
from forumsim.studies.calibration.targets import Target, TargetChecks

#: Keys of a plan that a calibration has too, and its own table.
KEYS = ("scenario", "steps", "replicates", "seed", "title", "description", "preset", "fields", "parameters", "vary",
        "record", "target", "with")  # fmt: skip
TARGET_KEYS = ("file", "trials", "startup", "best", "check", "seed", "penalty")
MOST_TRIALS = 100_000


@dataclass(frozen=True)
class Calibration:
    """A validated calibration. Made by `load_calibration` or `make_calibration`."""

    plan: Plan  #: scenario, what is fixed and varied, replicates, seed, recording; without points
    targets: tuple[Target, ...]
    trials: int  #: points to try
    startup: int  #: of these, drawn evenly from the ranges before the search begins
    best: int  #: the best so many are run again with fresh seeds
    check: int  #: replicates of these runs
    seed: int  #: of the search
    penalty: float  #: added to the part of a target in the loss that is missing in all runs; in squared tolerances
    text: str = field(default="", compare=False)  #: the file as given

    @property
    def name(self) -> str:
        """Stem of the file."""
        return self.plan.name

    @property
    def part(self) -> Part:
        """Scenario, what is fixed, what is varied."""
        return self.plan.parts[0]

    @property
    def replicates(self) -> int:
        """Runs of every trial, with the same seeds."""
        return self.plan.replication.maximum

    def point(self, trial: int, values: Mapping[str, Any]) -> Point:
        """The point of a trial (from 0); the same values have the same runs."""
        salt = {"seed": self.plan.seed, "stop": None, "model": MODEL_DIGEST}
        (point,) = make_points((self.part,), [[tuple(values[name] for name in self.part.varied)]], salt)
        return replace(point, number=trial)

    def content(self) -> dict[str, Any]:
        """What decides the trials, as plain JSON values; how many there are is left out: there may be more later."""
        part = {key: value for key, value in self.part.content().items() if key != "design"}
        return part | {
            "replicates": self.replicates,
            "seed": self.plan.seed,
            "record": {"every": self.plan.recording.every},
            "targets": [target.content() for target in self.targets],
            "search": {"seed": self.seed, "startup": self.startup, "penalty": self.penalty},
        }

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that decides the results."""
        whole = [self.content(), self.trials, self.best, self.check]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def make_calibration(
    given: Mapping[str, Any], name: str = "calibration", folder: str | Path = ".", text: str | None = None,
    with_: Any = None,
) -> Calibration:  # fmt: skip
    """Validate a calibration given as a mapping (the structure of the TOML file).

    Parameters
    ----------
    given : mapping
        Keys scenario, steps, replicates, seed, preset, fields, parameters, vary, record (every alone) as in a plan;
        target: file, trials, and startup, best, check, seed, penalty.
    name : str
    folder : path
        Where a relative scenario folder or file of targets is looked for first.
    text : str, optional
        The TOML text the mapping was read from.
    with_ : str, path, several of them, or Extensions, optional
        Extensions: files such as ``my_rules.py``.

    Raises
    ------
    InputError
        With all mistakes at once.
    """
    folder, where = Path(folder), f"{name}.toml" if text is not None else name
    extensions = extensions_for(given, with_, where)
    own = Checks(given, where, [], extensions)
    own.known(given, KEYS, "")
    own.known(own.table("record"), ("every",), "[record] ")
    search = own.table("target")
    own.known(search, TARGET_KEYS, "[target] ")
    if not own.table("vary"):
        own.add("[vary]", "is missing", 'ranges to search, such as "dialogue.level" = {from = 0, to = 1}')
    table = _target_file(own, search, folder)
    plan = {key: value for key, value in given.items() if key in KEYS and key != "target"}
    every = own.table("record").get("every", 1)
    # the design is there for its checks: ranges are allowed, and the ends of each are tried
    checks = PlanChecks(
        {**plan, "design": {"kind": "lhs", "n": 2}, "record": {"every": every, "series": table.measures or "all"}},
        where, folder, extensions=extensions,
    )  # fmt: skip
    checks.problems += own.problems
    values = checks.values()
    part = values["parts"][0]
    if len(values["parts"]) > 1:
        checks.add("scenario", f"{len(values['parts'])} scenarios", "one: calibrate each by itself")
    table.problems = checks.problems
    targets = table.targets(checks.issues, part.steps, values["every"])
    settings = _search(Checks(given, where, checks.problems), search, values)
    if checks.problems:
        raise InputError(checks.problems, f"the calibration {where} cannot be used")
    recording = Recording(values["series"], values["every"])
    made = Plan(name, values["parts"], (), values["replication"], values["seed"], recording, extensions=extensions)
    return Calibration(made, targets, **settings, text=as_toml(given) if text is None else text)


def _target_file(own: Checks, search: Mapping[str, Any], folder: Path) -> TargetChecks:
    """The rows of the file of targets, with their problems in those of the calibration."""
    name = search.get("file")
    if not isinstance(name, str) or not name:
        own.add("[target] file", "is missing" if name is None else f"found {name!r}", "a CSV file of targets")
        return TargetChecks(folder, "targets", own.problems, own.extensions)
    table = TargetChecks(folder / name, f"{own.where}: {name}", own.problems, own.extensions)
    table.read()
    return table


def _search(checks: Checks, search: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of the search."""
    if "trials" not in search:
        checks.add("[target] trials", "is missing", "a whole number, such as 200")
    trials = checks.whole(search.get("trials", 1), "[target] trials", 1, MOST_TRIALS)
    replicates = values["replication"].maximum
    penalty = search.get("penalty", 100.0)
    if not is_number(penalty) or penalty < 0:
        checks.add("[target] penalty", f"found {penalty!r}", "a number, 0 or more")
        penalty = 0.0
    return {
        "trials": trials,
        "startup": checks.whole(search.get("startup", 10), "[target] startup", 1, MOST_TRIALS),
        "best": checks.whole(search.get("best", min(5, trials)), "[target] best", 1, trials),
        "check": checks.whole(search.get("check", max(2, replicates)), "[target] check", 2, MOST - replicates),
        "seed": checks.whole(search.get("seed", values["seed"]), "[target] seed", 0, 2**63 - 1),
        "penalty": float(penalty),
    }


def load_calibration(path: str | Path, with_: Any = None) -> Calibration:
    """Read and validate a calibration file; ``with_`` gives extensions, as to `make_calibration`.

    Raises
    ------
    InputError
        With all mistakes at once: the file cannot be read, is empty, not UTF-8 or not TOML, or its content is wrong.
    """
    path = Path(path)
    problems: list[Problem] = []
    allowed = "a calibration file, such as experiments/calibration/calibration_example.toml"
    read = read_toml(path, str(path), problems, allowed)
    if read is None:
        raise InputError(problems, "the calibration cannot be read")
    text, given = read
    return make_calibration(given, path.stem, path.resolve().parent, text, with_)
