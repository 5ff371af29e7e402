"""The line that a user types to make a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

_SCENARIO = "scenario."


def command_line(
    command: str,
    scenario: str,
    seed: int,
    steps: int,
    preset: str,
    fields: Mapping[str, Any],
    parameters: Mapping[str, Any],
    more: Iterable[str] = (),
) -> str:
    """The line that a user types for a run with these settings, quoted for a shell; ``command`` is run or view."""
    words = ["forumsim", command, scenario, "--seed", str(seed), "--steps", str(steps)]
    if preset:
        words += ["--preset", preset]
    for prefix, values in ((_SCENARIO, fields), ("", parameters)):
        for name, value in values.items():
            text = str(value).lower() if isinstance(value, bool) else "unset" if value != value else str(value)
            words += ["--set", f"{prefix}{name}={text}"]
    return shlex.join([*words, *more])
