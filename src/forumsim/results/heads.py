"""Heads: what decides the results of a folder, and what has changed when it is not the same any more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from forumsim.core.errors import InputError, Problem

#: What `--extend` may change: more replicates, other points, other comparisons of the same runs.
EXTENDABLE = ("replicates", "replication", "points_digest", "vary", "design", "parts", "contrasts", "twins")

#: Compared run by run, or on their own: an id holds the scenario that the run was made with.
_BY_RUN = ("scenario_digests", "columns")


def compare(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two heads, one line each, in words for the user."""
    before, after = _flat(earlier), _flat(now)
    lines = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, "absent"), after.get(key, "absent")
        if old == new or {old, new} == {"absent", "{}"} or key == "columns" or key.endswith("points_digest"):
            continue
        if key.startswith("extensions."):
            name = key.partition(".")[2]
            lacking = "not there" if old == "absent" else "not given now" if new == "absent" else "has changed since"
            lines.append(f"extension {name}: {lacking}")
        elif key.startswith("scenario_digests.") and (
            "absent" in (old, new) or earlier.get("extensions") != now.get("extensions")
        ):
            continue  # which follows from another scenario, or from the extensions
        elif key.startswith("scenario_digests."):
            lines.append(f"scenario {key.partition('.')[2]} has changed since")
        elif key.endswith("digest"):
            lines.append(f"{key.removesuffix('_digest').replace('_', ' ')} has changed since")
        else:
            lines.append(f"{key.removeprefix('plan.')}: {_short(old)} there, {_short(new)} now")
    if not lines and list(before) != list(after):
        lines.append("the varied names stand in another order, which renumbers the points")
    if not lines and before != after:
        lines.append("the points of the design have changed since")
    return lines


def extends(earlier: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two heads that an extension may not change."""

    def rest(head: Mapping[str, Any]) -> dict[str, Any]:
        plan = {key: value for key, value in head.get("plan", {}).items() if key not in EXTENDABLE}
        return {**{key: value for key, value in head.items() if key not in _BY_RUN}, "plan": plan}

    lines = compare(rest(earlier), rest(now))
    if not lines and earlier.get("columns") != now.get("columns"):
        lines = ["the columns of runs.csv would change: the plan varies other names, or has other parts or issues"]
    return lines


def _flat(value: Any, place: str = "") -> dict[str, str]:
    """Nested mappings as one level: ``plan.vary.dialogue.level`` -> text of the value."""
    if not isinstance(value, Mapping) or not value:
        return {place: json.dumps(value)}
    flat: dict[str, str] = {}
    for name, item in value.items():
        flat |= _flat(item, f"{place}.{name}" if place else name)
    return flat


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:56] + " ..."


def refusal(folder: Path, differences: Iterable[str], hint: str = "") -> InputError:
    """The error for a folder that holds something else."""
    problems = [Problem(str(folder), line) for line in differences]
    hint = hint or "give another folder with --out, or move this one away"
    problems.append(Problem(str(folder), "nothing was touched", "", hint))
    return InputError(problems, "the folder holds the results of something else")
