"""A list to choose from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import solara


@solara.component_vue("choice.vue")
def _Choice(  # type: ignore[empty-body]
    label: str = "", items: str = "[]", value: Any = None, search: bool = False, many: bool = False,
    clear: bool = False, look: str = "", event_choose: Callable[[Any], None] = lambda value: None,
) -> Any:  # fmt: skip
    """The list; its items are one text, as every list within an element is gone through at each drawing of the page."""


def choice(
    label: str,
    items: Iterable[tuple[str, Any]],
    value: Any,
    change: Callable[[Any], None],
    search: bool = False,
    many: bool = False,
    clear: bool = False,
    look: str = "",
) -> None:
    """A list to choose from.

    Parameters
    ----------
    label : str
    items : iterable of (text, value)
        Values are text or numbers.
    value : object
        What is chosen; a list where ``many`` may be.
    change : callable
        Told the new value; None where it was cleared.
    search : bool
        Whether typing narrows the list.
    many : bool
        Whether several may be chosen.
    clear : bool
        Whether nothing may be chosen.
    look : str
        Class names.
    """
    packed = json.dumps([{"text": text, "value": key} for text, key in items], ensure_ascii=False)
    _Choice(label=label, items=packed, value=value, search=search, many=many, clear=clear, look=look,
            event_choose=change)  # fmt: skip
