"""Golden runs: a few short runs of every shipped scenario, and digests of what they give.

Every run has a digest of its event log and one of its memberships; every measure has one of its values in all runs, so
that a new measure adds a digest and changes none. Each rule (golden_rules.py) and each of three plans (golden_plans.py)
has its own as well.

Integers enter a digest as they are, other numbers rounded (`rounded`): a digest changes when results change, and not
because another processor or library rounds the last bits otherwise.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from forumsim import simulate
from forumsim.core.measures import MEASURES
from forumsim.running.run import Run

FILE = Path(__file__).with_name("digests.toml")
Digests = dict[str, dict[str, str]]
HEAD = """\
# Golden digests: of short runs (event log, memberships at the end), of every measure over all these runs at every step,
# of every rule alone on random worlds, and of the tables of three plans.
# They change when results change. Renew them with `make golden` and say in the commit what changed and why.
"""


@dataclass(frozen=True)
class Case:
    """One golden run."""

    scenario: str
    seed: int
    steps: int
    parameters: dict[str, float] = field(default_factory=dict)
    fields: dict[str, float] = field(default_factory=dict)
    interventions: tuple[dict[str, Any], ...] = ()

    def __str__(self) -> str:
        settings = [f"{name}={value}" for name, value in (self.fields | self.parameters).items()]
        acts = [f"{entry['act']} at {entry['step']}" for entry in self.interventions]
        return ", ".join([self.scenario, f"seed {self.seed}", f"{self.steps} steps", *settings, *acts])

    def simulate(self) -> Run:
        """The run, by the fast path."""
        return simulate(
            self.scenario, self.steps, self.seed, self.parameters, self.fields, snapshots=[self.steps],
            interventions=self.interventions,
        )  # fmt: skip


TALK = {"dialogue.level": 0.6}
EXCLUSIVE = {"membership.exclusive": True, "dialogue.level": 0.25, "confidence.on": True}
#: Reforms and mergers are rare by default: here they are not.
LIVELY = {
    "dialogue.level": 1.0,
    "voice.charter_step": 0.2,
    "voice.regime_change": 0.05,
    "founding.rate": 1.0,
    "founding.patience": 0,
    "lifecycle.merge": 0.5,
    "lifecycle.merge_overlap": 0.2,
    "membership.temperature": 1.0,
}
#: Acts of a user: what they draw and do must not change unseen either.
WHAT_IF = (
    {"step": 0, "act": "channel", "actor": "west_major", "other": "east_major", "track": 2, "rate": 1.5, "steps": 12},
    {"step": 0, "act": "write", "what": "sincerity", "value": 0.9, "actor": "west_major"},
    {"step": 4, "act": "leave", "actor": "west_02", "forum": "universal_military"},
    {"step": 4, "act": "host", "actors": ["west_major", "east_major", "west_01", "west_02"], "track": 2},
    {"step": 8, "act": "set", "parameters": {"dialogue.level": 0.9, "founding.rate": 0.6}},
    {"step": 8, "act": "shock", "kind": "sanction", "actor": "west_major", "other": "east_major", "size": 0.5},
    {"step": 15, "act": "join", "actor": "west_02", "forum": "universal_military"},
    {"step": 15, "act": "found", "actor": "east_major", "issue": "military"},
    {"step": 20, "act": "meet", "actor": "west_01", "other": "west_02", "track": 2},
)
CASES = {
    "blocs_talk_1": Case("two_blocs", 1, 40, TALK, {"polarisation": 0.8}),
    "blocs_talk_2": Case("two_blocs", 2, 40, TALK, {"polarisation": 0.8}),
    "blocs_realist": Case("two_blocs", 1, 40, {"realist": True, "dialogue.level": 1.0}, {"polarisation": 0.5}),
    "blocs_exclusive_1": Case("two_blocs", 1, 40, EXCLUSIVE, {"red_line_military": 0.2}),
    "blocs_exclusive_2": Case("two_blocs", 2, 40, EXCLUSIVE, {"red_line_military": 0.2}),
    "blocs_lively": Case("two_blocs", 3, 40, LIVELY, {"polarisation": 0.7, "nonstate": 12}),
    "blocs_what_if": Case("two_blocs", 4, 30, TALK, {"polarisation": 0.7}, WHAT_IF),
    "ai_silence": Case("ai_governance", 1, 24, {"dialogue.level": 0.0}),
    "ai_talk": Case("ai_governance", 2, 32, {"dialogue.level": 1.0, "confidence.on": True}),
    "nuclear": Case("nuclear", 1, 72),
    "lifecycle": Case("lifecycle", 1, 60),
}


def rounded(number: float) -> str:
    """Nine significant digits, twelve decimals at most: what should be 0 may be a rounding error of 1e-17."""
    return f"{round(float(number), 12) + 0.0:.9g}"


def digest(lines: Iterable[str]) -> str:
    """First 64 bits of the SHA-256 of some lines, in hexadecimal."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def digests_of_run(run: Run) -> dict[str, str]:
    """Digests of the event log and of the memberships at the end."""
    log = run.world.log()
    integers = [name for name in log.dtype.names if name != "value"]
    events = (" ".join([*(str(row[name]) for name in integers), rounded(row["value"])]) for row in log)
    ends = run.memberships[["forum", "actor"]].itertuples(index=False)
    return {
        "events": f"{len(log)} rows {digest(events)}",
        "memberships": f"{len(run.memberships)} rows {digest(map(' '.join, ends))}",
    }


def digest_of_measure(name: str, runs: Iterable[Run]) -> str:
    """Digest of a measure at every recorded step of some runs, with the number of its values."""
    lines = [" ".join(map(rounded, run.series[name])) for run in runs]
    return f"{sum(line.count(' ') + 1 for line in lines)} values {digest(lines)}"


@cache
def outcome(name: str) -> Run:
    """The run of a case."""
    return CASES[name].simulate()


def digests_of_runs() -> Digests:
    """Description and digests of all cases as the code has them now."""
    return {name: {"run": str(case)} | digests_of_run(outcome(name)) for name, case in CASES.items()}


def digests_of_measures() -> dict[str, str]:
    """Digest of every measure over all cases."""
    runs = [outcome(name) for name in CASES]
    return {measure.name: digest_of_measure(measure.name, runs) for measure in MEASURES}


def digests() -> Digests:
    """Everything that the file holds, as the code has it now: tables by name."""
    from golden_plans import digests_of_plans
    from golden_rules import digests_of_rules

    return {
        **{f"run.{name}": found for name, found in digests_of_runs().items()},
        "measures": digests_of_measures(),
        "rules": digests_of_rules(),
        **{f"plan.{name}": found for name, found in digests_of_plans().items()},
    }


def stored() -> Digests:
    """What the file has, tables by their whole names."""
    given = tomllib.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    flat: Digests = {}
    for kind, tables in given.items():
        if kind in ("run", "plan"):
            flat |= {f"{kind}.{name}": found for name, found in tables.items()}
        else:
            flat[kind] = tables
    return flat


def as_toml(found: Digests) -> str:
    """The text of the file."""
    tables = [
        f"[{name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in of.items()) for name, of in found.items()
    ]
    return "\n".join([HEAD, *tables])


def differences(before: Digests, after: Digests) -> list[str]:
    """One line for each digest that is new, gone or changed."""
    old = {f"{table}, {key}": value for table, of in before.items() for key, value in of.items()}
    new = {f"{table}, {key}": value for table, of in after.items() for key, value in of.items()}
    lines = [f"{key}: gone" for key in old if key not in new]
    for key, value in new.items():
        if key not in old:
            lines.append(f"{key}: new")
        elif old[key] != value:
            lines.append(f"{key}: {old[key]} -> {value}")
    return lines
