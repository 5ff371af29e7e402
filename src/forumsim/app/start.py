"""What the page begins with; `forumsim view` sets it before the page is served."""

from __future__ import annotations

from forumsim.app.session import Setup
from forumsim.scenarios import list_scenarios

#: The setup of a page whose address asks for nothing else.
FIRST = Setup("ai_governance")


def choices() -> tuple[str, ...]:
    """Scenarios to choose from: the shipped ones, and the one that `forumsim view` was started with."""
    own = [item.name for item in FIRST.extensions.of_kind("scenario")]
    return tuple(dict.fromkeys([*list_scenarios(), *own, FIRST.scenario]))


def begin_with(setup: Setup) -> None:
    """Let new pages begin with this."""
    global FIRST
    FIRST = setup
