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
    """A list to choose from: texts with values, which are text or numbers, and the value that is chosen now.

    ``change`` is told the new value. Of ``many`` several may be chosen: the value is a list. Where one may ``clear``
    the choice, it becomes None. With ``search`` typing narrows the list; ``look`` are class names.
    """
    packed = json.dumps([{"text": text, "value": key} for text, key in items], ensure_ascii=False)
    _Choice(label=label, items=packed, value=value, search=search, many=many, clear=clear, look=look,
            event_choose=change)  # fmt: skip
