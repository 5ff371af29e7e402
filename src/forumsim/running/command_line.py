"""The line that a user types to make a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from forumsim.scenarios.settings import field_name


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
    for name, value in {**{field_name(key): value for key, value in fields.items()}, **parameters}.items():
        text = str(value).lower() if isinstance(value, bool) else "unset" if value != value else str(value)
        words += ["--set", f"{name}={text}"]
    return shlex.join([*words, *more])
