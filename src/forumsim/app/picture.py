"""A picture in the page: markup that is drawn only while it can be seen, at the width that it has on the screen."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import solara

#: Takes what is to be called with each new frame while a run plays, gives what ends that: `Session.watch`.
Watch = Callable[[Callable[[], None]], Callable[[], None]]
#: Width until the browser has said how wide the picture is.
FIRST_WIDTH = 480
#: Narrowest picture that is drawn; narrower ones are shrunk.
LEAST_WIDTH = 300


@solara.component_vue("picture.vue")
def Markup(  # type: ignore[empty-body]
    markup: str = "",
    look: str = "",
    event_seen: Callable[[dict[str, Any]], None] = lambda seen: None,
    event_pick: Callable[[str], None] = lambda key: None,
) -> Any:
    """Markup that tells how wide it is, whether it can be seen, and what of it is picked."""


@solara.component_vue("keys.vue")
def Keys(event_key: Callable[[str], None]) -> Any:  # type: ignore[empty-body]
    """Keys of the page: space plays and pauses, s and the arrows step, Home and End go to the start and the end."""


@solara.component_vue("line.vue")
def Line(text: str = "") -> Any:  # type: ignore[empty-body]
    """A line on where the run is."""


@solara.component_vue("time.vue")
def Time(last: int = 0, now: int = 0, words: str = "", event_look: Callable[[Any], None] = lambda step: None) -> Any:  # type: ignore[empty-body]
    """The steps of a run to choose from, from its start to as far as it has gone."""


@solara.component_vue("keep.vue")
def Keep(record: str = "", event_restore: Callable[[Any], None] = lambda text: None) -> Any:  # type: ignore[empty-body]
    """What the browser's tab keeps of the run, and gives back after a reload or a sleep."""


def unwatched(action: Callable[[], None]) -> Callable[[], None]:
    """Nothing is to be watched: the picture is drawn anew with the page alone."""
    return lambda: None


def follow(watch: Watch, element: Any, renew: Callable[[Any], None]) -> None:
    """Call ``renew(widget)`` for an element's widget at each drawing of the page, and at each frame while a run plays.

    Solara would go through the whole page to find what has changed, which takes as long as drawing it. What is renewed
    must not be given to the element too: each time that Solara passes by, whatever the reason, it sets a widget to what
    its element was given, which was another frame.
    """

    def begin() -> Callable[[], None]:
        widget = solara.get_widget(element)
        renew(widget)
        return watch(lambda: renew(widget))

    solara.use_effect(begin)


@solara.component
def Picture(
    draw: Callable[[int], str], pick: Callable[[str], None], look: str = "", watch: Watch = unwatched, pulse: int = 0
) -> None:
    """One picture.

    Parameters
    ----------
    draw : callable
        Markup for a width in pixels. It is called at each drawing of the page, and whenever ``watch`` says, while the
        picture is in sight; an error in it is shown in its place and leaves the rest alone.
    pick : callable
        Told the key of what is clicked: ``actor:USA``.
    look : str
        Class names.
    watch : callable
        `Session.watch`, where what is drawn changes by itself.
    pulse : int
        Another number whenever there is something new to draw: by ``draw`` alone it could not be told.
    """
    seen, set_seen = solara.use_state({"width": FIRST_WIDTH, "visible": False})
    kept = solara.use_ref("")

    def drawn() -> str:
        if seen["visible"]:
            try:
                kept.current = draw(max(LEAST_WIDTH, int(seen["width"])))
            except Exception as error:
                kept.current = f"<p>This cannot be drawn: {escape(type(error).__name__)}: {escape(str(error))}</p>"
        return str(kept.current)

    def renew(widget: Any) -> None:
        widget.markup = drawn()

    shown = Markup(look=look, event_seen=lambda news: set_seen(_sound(news)), event_pick=pick)
    follow(watch, shown, renew)


def _sound(news: Any) -> dict[str, Any]:
    """What the browser says, whatever it is, as a width and a truth value."""
    try:
        width = int(news["width"])
    except (TypeError, ValueError, KeyError, OverflowError):
        return {"width": FIRST_WIDTH, "visible": True}
    return {"width": min(max(width, 0), 4000) or FIRST_WIDTH, "visible": bool(news.get("visible", True))}
