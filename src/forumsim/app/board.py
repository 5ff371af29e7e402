"""The board: the views of a run as cards, side by side where there is room, and what is picked in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import solara

from forumsim.app.choice import choice
from forumsim.app.frame import Frame
from forumsim.app.picture import Picture
from forumsim.app.session import Session
from forumsim.app.views.courses import courses, difference
from forumsim.app.views.matrix import matrix
from forumsim.app.views.network import network
from forumsim.app.views.space import space
from forumsim.app.views.trust import trust
from forumsim.app.views.why import who
from forumsim.app.views.words import log_html
from forumsim.app.views.world_map import has_map, world_map

#: Cards by key, with their headings.
CARDS = {
    "space": "Policy space", "courses": "Time courses", "log": "What happened", "why": "Who and why",
    "matrix": "Memberships", "trust": "Trust", "network": "Network", "map": "World map",
}  # fmt: skip
#: Their order, and those in the left of two columns.
ORDER, LEFT = tuple(CARDS), ("space", "matrix", "map")
#: Measures shown at first.
FIRST_MEASURES = ("fragmentation", "fragmentation_across", "enf", "trust_across", "legalization", "coverage")


@dataclass(frozen=True)
class Shown:
    """What of a run is shown.

    Attributes
    ----------
    scope : str
        Issue, or ``pooled``.
    across, up : str
        Issues on the axes of the policy space; ``up`` empty: one issue alone.
    measures : tuple of str
    picked : str
        ``actor:USA``, ``forum:g7`` or empty.
    cards : tuple of str
        Keys of `CARDS`.
    side : int
        Which of two runs the single views show.
    """

    scope: str = "pooled"
    across: str = ""
    up: str = ""
    measures: tuple[str, ...] = FIRST_MEASURES
    picked: str = ""
    cards: tuple[str, ...] = tuple(CARDS)
    side: int = 0


def fitting(look: Shown, frame: Frame) -> Shown:
    """The look with issues that this scenario has, and axes that are two."""
    issues = frame.scenario.issues
    scope = look.scope if look.scope in frame.scopes else "pooled"
    across = look.across if look.across in issues else issues[0]
    other = next((issue for issue in reversed(issues) if issue != across), "")
    up = look.up if look.up in issues and look.up != across else other
    measures = tuple(name for name in look.measures if name in frame.measures) or FIRST_MEASURES
    return replace(look, scope=scope, across=across, up=up, measures=measures)


@solara.component
def Board(session: Session, pulse: int, look: solara.Reactive[Shown]) -> None:
    """All cards; drawn anew at each pulse of the session."""
    frames = session.frames
    shown = fitting(look.value, frames[0])

    def pick(key: str) -> None:
        look.set(replace(look.value, picked="" if key == look.value.picked else str(key)))

    with solara.Div(classes=["fs-main"]):
        Choices(frames, shown, look.set)
        with solara.Div(classes=["fs-grid"]):
            for column in range(2):
                with solara.Div(classes=["fs-column"]):
                    for key, title, draw in cards(session, frames, shown)[column]:
                        with Titled(title, ORDER.index(key)):
                            Picture(draw, pick, "fs-tall" if key in ("log", "why") else "", session.watch, pulse)


def cards(session: Session, frames: tuple[Frame, ...], look: Shown) -> tuple[list[Any], list[Any]]:
    """Key, title and drawing of the cards of the left and the right column.

    ``frames`` decide which cards there are; a drawing is of the session's frames at the time that it is made.
    """
    side = min(look.side, len(frames) - 1)
    frame = frames[side]
    of = f": {frame.label}" if frame.label else ""

    def now() -> Frame:
        return session.frames[side]

    drawn: dict[str, Callable[[int], str]] = {
        "courses": lambda w: courses(session.frames, w, look.measures, look.scope),
        "log": lambda w: log_html(now(), 120, session.models[side].interventions),
        "why": lambda w: who(now(), look.picked, w) if look.picked else NOTHING_PICKED,
        "matrix": lambda w: matrix(now(), w, look.scope, look.picked),
        "trust": lambda w: trust(now(), w, look.picked),
        "network": lambda w: network(now(), w, look.scope, look.picked),
        "map": lambda w: world_map(now(), w, look.picked),
    }
    columns: tuple[list[Any], list[Any]] = ([], [])
    mapped = has_map(frame.scenario)
    left = LEFT if mapped else (*LEFT, "network")  # columns of about the same length
    for key in ORDER:
        column = columns[key not in left]
        if key not in look.cards or (key == "map" and not mapped):
            continue
        if key == "space":
            for place, one in enumerate(frames):
                title = f"{CARDS[key]}{f': {one.label}' if one.label else ''}"
                columns[place].append((key, title, partial(_space, session, place, look)))
            continue
        column.append((key, CARDS[key] + ("" if key == "courses" else of), drawn[key]))
        if key == "courses" and len(frames) == 2:
            column.append((key, "The difference", partial(_difference, session, look)))
    return columns


def _difference(session: Session, look: Shown, width: int) -> str:
    first, second = session.frames
    return difference(first, second, width, look.measures, look.scope)


def _space(session: Session, side: int, look: Shown, width: int) -> str:
    return space(session.frames[side], width, look.across, look.up or None, look.picked)


NOTHING_PICKED = (
    "<p>Click an actor or a forum in a picture, or choose one above: who it is, and what makes it value each forum, "
    "term by term.</p>"
)


def Titled(title: str, order: int) -> Any:
    """A section with a heading, as a context for what is in it; ``order`` counts where all cards are in one column."""
    box = solara.v.Html(tag="section", class_="fs-card", style_=f"order: {order}", attributes={"aria-label": title})
    box.add_children([solara.v.Html(tag="h2", children=[title])])
    return box


@solara.component
def Choices(frames: tuple[Frame, ...], look: Shown, change: Callable[[Shown], None]) -> None:
    """What is shown: issue, axes, measures, cards, somebody to look at."""
    frame = frames[0]
    issues = [(frame.issue_label(scope), scope) for scope in frame.scopes]
    with solara.v.Html(tag="details", class_="fs-card", attributes={"open": False}):
        solara.v.Html(tag="summary", children=["What is shown"])
        with solara.Div(classes=["fs-row"]):
            choice("Issue of measures and memberships", issues, look.scope, lambda v: change(replace(look, scope=v)))
            choice("Across", issues[:-1], look.across, lambda v: change(replace(look, across=v)))
            if len(issues) > 2:
                choice("Up", issues[:-1], look.up, lambda v: change(replace(look, up=v)))
            if len(frames) == 2:
                sides = [(one.label, k) for k, one in enumerate(frames)]
                choice("Single views show", sides, look.side, lambda v: change(replace(look, side=int(v))))
            _find(frame, look, change)
        measures = [(item.label, item.name) for item in frame.measures.values()]
        choice("Measures", measures, list(look.measures), lambda v: change(replace(look, measures=tuple(v))), many=True)
        cards = [(title, key) for key, title in CARDS.items()]
        choice("Views", cards, list(look.cards), lambda v: change(replace(look, cards=tuple(v))), many=True)


def _find(frame: Frame, look: Shown, change: Callable[[Shown], None]) -> None:
    scenario = frame.scenario
    items = [(frame.forum_name(int(f)), f"forum:{scenario.forum_ids[int(f)]}") for f in frame.forums]
    items += [(name, f"actor:{key}") for name, key in zip(scenario.actor_names, scenario.actor_ids, strict=True)]
    choice("Look at an actor or forum", items, look.picked, lambda key: change(replace(look, picked=key or "")),
           search=True, clear=True)  # fmt: skip
