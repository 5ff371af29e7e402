"""forumsim's pictures as components of Mesa's own page: ``SolaraViz(model, components=VIEWS)``.

`forumsim view` is a page of its own, because SolaraViz resets from its sliders alone, draws without a lock and lays
cards over each other on small screens. Who knows SolaraViz and wants these pictures in it finds them here; the example
``examples/solara_viz.py`` shows how.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from forumsim.app.board import FIRST_MEASURES
from forumsim.app.frame import Frame, frame_of
from forumsim.app.picture import Picture
from forumsim.app.views.courses import courses
from forumsim.app.views.matrix import matrix
from forumsim.app.views.space import space
from forumsim.app.views.trust import trust
from forumsim.app.views.words import log_html
from forumsim.running.model import ForumModel


@solara.component
def Drawn(frame: Frame, draw: Callable[[Frame, int], str]) -> None:
    """A picture of a frame."""
    Picture(lambda width: draw(frame, width), lambda key: None)


def policy_space(model: ForumModel) -> Any:
    """Actors and forums on the first and last issue."""
    issues = model.scenario.issues
    up = issues[-1] if len(issues) > 1 else None
    return Drawn(frame_of(model), lambda frame, width: space(frame, width, issues[0], up))


def time_courses(model: ForumModel) -> Any:
    """The usual measures over time, all issues pooled."""
    return Drawn(frame_of(model), lambda frame, width: courses([frame], width, FIRST_MEASURES, "pooled"))


def memberships(model: ForumModel) -> Any:
    """Who is in which forum."""
    return Drawn(frame_of(model), lambda frame, width: matrix(frame, width, "pooled"))


def mutual_trust(model: ForumModel) -> Any:
    """Trust between blocs and majors."""
    return Drawn(frame_of(model), lambda frame, width: trust(frame, width))


def happenings(model: ForumModel) -> Any:
    """The event log in words."""
    return Drawn(frame_of(model), lambda frame, width: log_html(frame, 60, model.interventions))


#: For ``SolaraViz(model, components=VIEWS)``: component and page. Two on a page: a third one would lie below the first,
#: in a cell that begins before the first has ended.
VIEWS = [(policy_space, 0), (time_courses, 0), (memberships, 1), (mutual_trust, 1), (happenings, 2)]
