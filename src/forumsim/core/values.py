"""Values written as text, on the command line or in a table of points."""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, Any] = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}


def parse_value(text: str) -> Any:
    """``true``/``false``, an integer, a number, else the text itself (a quarter, ``unset``).

    ``inf`` and ``nan`` become numbers, so that the check of the parameter can say what is allowed.
    """
    stripped = text.strip()
    if stripped.lower() in _WORDS:
        return _WORDS[stripped.lower()]
    for kind in (int, float) if stripped.isascii() and "_" not in stripped else ():  # Python takes 0_5 for 5
        try:
            return kind(stripped)
        except ValueError:
            continue
    return stripped
