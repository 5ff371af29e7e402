"""Values written as text, on the command line or in a table of points."""

from __future__ import annotations

import math
import re
from typing import Any

_WORDS: dict[str, Any] = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}
_COMMA = re.compile(r"\s*[+-]?[0-9]*,[0-9]+\s*")
#: Most digits of a whole number as such; of more it becomes a float, as no parameter takes it anyway.
_DIGITS = 18
#: Most digits that are counted of a number that no float can hold.
_MOST_DIGITS = 100_000


def parse_value(text: str) -> Any:
    """``true``/``false``, an integer, a number, else the text itself (a quarter, ``unset``).

    Numbers have the digits 0 to 9 alone; one that no float can hold becomes a whole number of as many digits. ``inf``
    and ``nan`` become numbers, so that the check of the parameter can say what is allowed.
    """
    stripped = text.strip()
    if stripped.lower() in _WORDS:
        return _WORDS[stripped.lower()]
    kinds = (int, float) if len(stripped) <= _DIGITS else (float,)
    for kind in kinds if stripped.isascii() and "_" not in stripped else ():  # Python takes 0_5 for 5
        try:
            value = kind(stripped)
        except ValueError:
            continue
        if math.isinf(value) and "inf" not in stripped.lower():  # messages must not call it inf, which it is not
            return 10 ** min(max(309, len(stripped) - 1), _MOST_DIGITS)
        return value
    return stripped


def decimal_hint(value: Any) -> str:
    """What to do about a number that was written with a decimal comma; else empty."""
    if isinstance(value, str) and _COMMA.fullmatch(value):
        return f"write the decimals after a point: {value.strip().replace(',', '.')}"
    return ""
