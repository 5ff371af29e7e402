"""Long texts made short, so that no two of them look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from forumsim.analysis.fonts import cells


def short(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis when it is wider than ``most`` letters."""
    if cells(text) <= most:
        return text
    while cells(text) > most - 1:
        text = text[: (most * len(text)) // cells(text) - 1 if cells(text) > 2 * most else -1]
    return f"{text.rstrip()}…"


def shorts(texts: Iterable[str], most: int) -> list[str]:
    """Each text as `short` gives it; those that would look alike keep their ends too, or are numbered.

    Examples
    --------
    >>> shorts(["a world with a quiet friend", "a world with a quiet enemy", "peace"], 16)
    ['a world…t friend', 'a world…et enemy', 'peace']
    """
    whole = list(texts)
    found = [short(text, most) for text in whole]
    for again in (_both_ends, None):
        counts, seen = Counter(found), Counter[str]()
        for place, text in enumerate(found):
            if counts[text] > 1:
                seen[text] += 1
                number = f" ({seen[text]})"
                found[place] = again(whole[place], most) if again else short(text, most - len(number)) + number
    return found


def _both_ends(text: str, most: int) -> str:
    """Beginning and end of a text that is too wide."""
    if cells(text) <= most:
        return text
    end = short(text[::-1], (most + 2) // 2)[::-1]
    return short(text, most - cells(end) + 1)[:-1] + end
