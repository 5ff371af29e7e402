"""Values and tables as TOML text: of plans that are given as mappings, and of scenarios that are functions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def toml_table(head: str, values: Mapping[str, Any]) -> list[str]:
    """The lines of a table below its head, such as ``[parameters]``, after an empty one."""
    return ["", head, *(f"{json.dumps(str(key))} = {toml_value(value)}" for key, value in values.items())]


def toml_value(value: Any) -> str:
    """A value as TOML has it; what is unset as the word."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return '"unset"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(name))} = {toml_value(item)}" for name, item in value.items()) + "}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence) or hasattr(value, "tolist"):
        items = value.tolist() if hasattr(value, "tolist") else value
        return "[" + ", ".join(toml_value(item) for item in items) + "]" if isinstance(items, Sequence) else str(items)
    return str(value)
