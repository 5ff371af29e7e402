"""What a person probably meant by a file that is not there, or by a value that is not TOML."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

#: How a value begins that TOML does not take, and what to write instead.
_VALUES = (
    (re.compile(r"True\b|False\b"), "TOML writes true and false in small letters"),
    (re.compile(r"None\b|NaN\b|NA\b|null\b"), "TOML has no missing value: leave the key out"),
    (re.compile(r"[-+]?\.(?P<digits>\d+)"), "write a zero before the point: 0.{digits}"),
    (re.compile(r",\d"), "write the decimals after a point: 0.5"),
    (re.compile("[\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb]"), 'write straight quotes: "..."'),
    (re.compile(r"(?P<word>[A-Za-z_][\w.-]*)"), 'put a text in quotes: "{word}"'),
)


def toml_hint(rest: str) -> str:
    """What to write instead of a value that TOML does not take, from the text that begins with it; or nothing.

    Examples
    --------
    >>> toml_hint(".25]"), toml_hint("True, False]")
    ('write a zero before the point: 0.25', 'TOML writes true and false in small letters')
    """
    for pattern, hint in _VALUES:
        found = pattern.match(rest)
        if found is not None:
            return hint.format(**found.groupdict())
    return ""


def nearby(path: str | os.PathLike[str], holding: str = "") -> str:
    """What is there under a name like that of a file or folder which is not there; or nothing.

    Parameters
    ----------
    path : path
    holding : str
        A file that a folder has to hold to count; by default everything counts, and a name without its ``.toml``, too.
    """
    place = Path(path)
    try:
        names = [name for name in sorted(os.listdir(place.parent)) if not name.startswith(".")]
        names = [name for name in names if not holding or (place.parent / name / holding).is_file()]
    except (OSError, ValueError):
        return ""
    lowered = {name.lower(): name for name in names}
    near = [lowered[name] for name in difflib.get_close_matches(place.name.lower(), lowered, n=1, cutoff=0.6)]
    whole = f"{place.name}.toml"
    found = [whole] if whole in names else near
    return f"did you mean {place.parent / found[0]}?" if found else ""


def other_use(folder: str | os.PathLike[str]) -> str:
    """What a folder is that was named instead of a file, and how it is used; or nothing."""
    place = Path(folder)
    if (place / "manifest.json").is_file() and (place / "plan.toml").is_file():
        return f"it holds results; their plan is {place / 'plan.toml'}"
    if (place / "scenario.toml").is_file():
        return f"it is a scenario: forumsim run {place}"
    return ""
