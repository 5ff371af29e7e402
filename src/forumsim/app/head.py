"""The head of the page: title, play and step, the time of the run, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from forumsim.app.choice import choice
from forumsim.app.picture import Line, Time, follow
from forumsim.app.session import SPEEDS, Session


def press(session: Session, key: str) -> None:
    """A key of the page."""
    if key == "play":
        (session.pause if session.playing else session.play)()
    elif key == "step" and not session.playing:
        session.guarded(session.step)
    elif key in ("back", "first", "last"):
        step = {"back": session.frames[0].step - 1, "first": 0, "last": session.step_count}[key]
        session.guarded(lambda: session.look_at(step))


def where(session: Session) -> str:
    """A line on where the first run is, and what has become of it so far."""
    frame = session.frames[0]
    state, tendency = frame.verdict["pooled"]
    words = f"{f'{frame.date}: ' if frame.scenario.start else ''}step {frame.step} of {frame.length}"
    past = f". The run is at step {session.step_count}" if session.back is not None else ""
    end = ". The run has ended" if frame.step == frame.length else ""
    return f"{words}. All issues: {state}, {tendency}{past}{end}"


def mark_time(session: Session, widget: Any) -> None:
    """Let the slider of time stand where the run is looked at."""
    widget.last, widget.now, widget.words = session.step_count, session.frames[0].step, where(session)


def look(session: Session, step: Any) -> None:
    """Look at a step that the slider names; whatever a browser sends."""
    if isinstance(step, int) and not isinstance(step, bool):
        session.guarded(lambda: session.look_at(step))


@solara.component
def Head(session: Session, pulse: int, begin_anew: Callable[[], None]) -> None:
    """Title, transport, where the run is, what went wrong; drawn anew at each pulse."""
    frame = session.frames[0]
    speed, set_speed = solara.use_state(session.speed)

    def change_speed(value: Any) -> None:
        session.speed = int(value)
        set_speed(int(value))

    def reset() -> None:
        session.guarded(session.reset)
        begin_anew()

    with solara.v.Html(tag="header", class_="fs-head"):
        solara.v.Html(tag="h1", children=[f"forumsim: {frame.scenario.title}"])
        with solara.Div(classes=["fs-row"]):
            word, icon = ("Pause", "mdi-pause") if session.playing else ("Play", "mdi-play")
            solara.Button(word, icon_name=icon, on_click=lambda: press(session, "play"), color="primary",
                          disabled=not session.ahead)  # fmt: skip
            solara.Button("Back", icon_name="mdi-skip-previous", on_click=lambda: press(session, "back"),
                          disabled=session.playing or frame.step == 0)  # fmt: skip
            solara.Button("Step", icon_name="mdi-skip-next", on_click=lambda: session.guarded(session.step),
                          disabled=session.playing or not session.ahead)  # fmt: skip
            solara.Button("Reset", icon_name="mdi-restart", on_click=reset)
            choice("Steps a second", [(str(rate), rate) for rate in SPEEDS], speed, change_speed, look="fs-short")
        line = Line()
        follow(session.watch, line, lambda widget: setattr(widget, "text", where(session)))
        slider = Time(event_look=lambda step: look(session, step))
        follow(session.watch, slider, lambda widget: mark_time(session, widget))
        if session.error:
            solara.v.Html(tag="div", class_="fs-error", children=[session.error], attributes={"role": "alert"})
