"""A second run on the same random numbers, that differs in one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from forumsim.app.choice import choice
from forumsim.app.knobs import Typed
from forumsim.app.session import Session
from forumsim.core.parameters import BY_NAME
from forumsim.core.values import parse_value

#: What is compared often: label, parameters of the second run.
USUAL: dict[str, dict[str, Any]] = {
    "no dialogue": {"dialogue.level": 0.0, "dialogue.track2": "unset", "dialogue.track15": "unset",
                    "dialogue.track1": "unset"},
    "full dialogue": {"dialogue.level": 1.0},
    "little sincerity": {"sincerity.scale": 0.3},
    "realist mode": {"realist": True},
    "tighter red lines": {"redline.scale": 0.5},
    "strong network effect": {"utility.network": 3.0},
}  # fmt: skip
OWN = "something else"


@solara.component
def Compare(session: Session, two: bool, renew: Callable[[], None]) -> None:
    """Choose what the second run differs in; both begin anew."""
    kind, set_kind = solara.use_state("no dialogue")
    name, set_name = solara.use_state("dialogue.level")
    text, set_text = solara.use_state("0")

    own = [parameter.name for parameter in session.setup.extensions.parameters]

    def go(other: dict[str, Any] | None) -> None:
        if session.guarded(lambda: session.with_other(other)):
            renew()

    note = "Two runs side by side on the same random numbers: what differs is due to what you change. Both begin anew."
    solara.HTML(tag="div", unsafe_innerHTML=note, classes=["fs-mean"])
    choice("The second run has", [(words, words) for words in (*USUAL, OWN)], kind, set_kind)
    if kind == OWN:
        choice(
            "Parameter", [(key, key) for key in (*BY_NAME, *own)], name, lambda new: set_name(new or name), search=True
        )
        Typed("Its value", text, set_text)
    other = USUAL[kind] if kind != OWN else {name: parse_value(text)}
    solara.Button("Compare", color="primary", on_click=lambda: go(other))
    if two:
        solara.Button("One run again", on_click=lambda: go(None))
