"""Fonts for any text: which installed ones have the characters that the usual font lacks, and which no font has."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from matplotlib.font_manager import findSystemFonts, fontManager, get_font

BASE = "DejaVu Sans"
#: Characters that show nothing or join others: joiners and direction marks.
_SILENT = frozenset("\u200c\u200d\u200e\u200f")
#: Scripts by the first word of a character's name, and a package of fonts for them.
_PACKAGES = {
    "CJK": "fonts-noto-cjk",
    "HIRAGANA": "fonts-noto-cjk",
    "KATAKANA": "fonts-noto-cjk",
    "HANGUL": "fonts-noto-cjk",
    "FULLWIDTH": "fonts-noto-cjk",
    "IDEOGRAPHIC": "fonts-noto-cjk",
}


def printable(text: object) -> str:
    """The text in one line, without signs that stand for no letter: controls, line breaks, halves of pairs.

    Spaces are kept single, and none is left at the ends.
    """
    found = str(text)
    if found.isascii() and found.isprintable():
        return " ".join(found.split())
    kept = (c if not _shows_nothing(c) else " " if unicodedata.category(c) == "Cc" else "" for c in found)
    return " ".join("".join(kept).split())


def cells(text: str) -> int:
    """Width of a text in letters: a sign of Chinese, Japanese or Korean and an emoji take two."""
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _shows_nothing(character: str) -> bool:
    """Controls, unpaired surrogates, unassigned and private signs, variants of a form."""
    if character in _SILENT:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} or "\ufe00" <= character <= "\ufe0f"


def families_for(characters: Iterable[str]) -> tuple[list[str], str]:
    """Font families that together have the characters, the usual one first.

    Parameters
    ----------
    characters : iterable of str
        Text of any length.

    Returns
    -------
    list of str, str
        Families in the order in which a character is looked for, and the characters that none has.
    """
    wanted = {c for text in characters for c in text if not _shows_nothing(c) and c not in _SILENT and not c.isspace()}
    left = wanted - _letters(BASE)
    families = [BASE]
    if left:
        _take_new_fonts()
    while left:
        best = max(_others(), key=lambda name: len(left & _letters(name)), default=BASE)
        found = left & _letters(best)
        if not found:
            break
        families.append(best)
        left -= found
    return families, "".join(sorted(left))


@lru_cache(maxsize=1)
def _take_new_fonts() -> None:
    """Fonts installed since matplotlib made its list; it looks at the list alone."""
    known = {Path(entry.fname) for entry in fontManager.ttflist}
    for path in sorted(findSystemFonts()):
        if Path(path) not in known:
            with contextlib.suppress(OSError, RuntimeError, ValueError, KeyError):
                fontManager.addfont(path)


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    """Installed families but the usual one, by name; regular faces alone."""
    usual = {entry.name for entry in fontManager.ttflist if entry.style == "normal" and "Last Resort" not in entry.name}
    return tuple(sorted(usual - {BASE}))


@lru_cache(maxsize=512)
def _letters(family: str) -> frozenset[str]:
    """Characters of a family; none where matplotlib cannot draw it (colour bitmaps) or its file is broken."""
    try:
        font = get_font(fontManager.findfont(family, fallback_to_default=False))
        font.set_size(8.0, 72.0)
        return frozenset(map(chr, font.get_charmap()))
    except (OSError, RuntimeError, ValueError):
        return frozenset()


def missing_words(missing: str) -> str:
    """One sentence on characters that cannot be drawn, with what to install."""
    first = [unicodedata.name(c, "").split(" ")[0].split("-")[0] for c in missing]
    packages = sorted({_PACKAGES.get(word, "fonts-noto-core") for word in first})
    shown = " ".join(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
    named = " and ".join(packages)
    return (
        f"No installed font has the characters {shown}: they are drawn as boxes in the figures. Install a font that "
        f"has them (on Debian and Ubuntu the package {named}) and draw the figures again."
    )
